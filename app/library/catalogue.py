"""What the catalogue's models mean on this machine: whether they run, how, and whether they are installed already.

Joins the engine's catalogue, policy and calculator for the command line and the window; downloads nothing and holds no
formula of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.settings import Settings
from app.library.models import ModelEntry
from app.library.sizes import disk_size
from engine.calculator import COMMON_GPUS, FileFormat, Weights, estimate, fitting_precisions
from engine.catalog import CATALOG, CatalogEntry, find_entry
from engine.errors import NoModel, PonderError
from engine.hardware import DeviceKind, Machine, detect_machine
from engine.precision import Decision, Target, choose, targets
from engine.types import JsonObject, JsonValue, KVCachePrecision, Precision, Sampling

TABLE_CONTEXTS = (2_048, 8_192, 32_768)
GPU_CONTEXT_TOKENS = 8_192  # the policy's comfortable context: room for a thought and an answer
TABLE_WEIGHTS: tuple[Weights, ...] = (
    Precision.FP32,
    Precision.BF16,
    Precision.INT8,
    Precision.NF4,
    *reversed(FileFormat),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of the catalogue as this machine sees it.

    installed: the model folder that goes by its name, if any. decision: how the policy would run it; None where it
    would not, and then `problem` is the one-line reason. target: the best device here.
    """

    entry: CatalogEntry
    installed: ModelEntry | None
    decision: Decision | None
    problem: str
    target: Target

    @property
    def device_kind(self) -> DeviceKind:
        return self.target.kind


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """Bytes needed on a kind of device for each of TABLE_CONTEXTS. `weights` is a precision or file format."""

    weights: str
    is_file: bool
    weights_bytes: int
    needed_bytes: tuple[int, ...]


def offers(installed: Sequence[ModelEntry], settings: Settings, machine: Machine | None = None) -> tuple[Offer, ...]:
    """Every model of the catalogue. Without `machine` this one is looked at, which imports torch (seconds)."""
    here = detect_machine() if machine is None else machine
    return tuple(_offer(entry, installed, settings, here) for entry in CATALOG)


def offer(
    name: str,
    installed: Sequence[ModelEntry],
    settings: Settings,
    machine: Machine | None = None,
    *,
    context_tokens: int | None = None,
) -> Offer:
    """The one called `name`, run as the settings say and with `context_tokens` (None: what the policy gives it).

    Raises:
        NoModel: the catalogue has none of that name.
    """
    entry = find_entry(name)
    if entry is None:
        names = ", ".join(each.name for each in CATALOG)
        raise NoModel(f"The catalogue has no model called {name!r}.", f"It has {names}.")
    here = detect_machine() if machine is None else machine
    return _offer(entry, installed, settings, here, context_tokens)


def _offer(
    entry: CatalogEntry,
    installed: Sequence[ModelEntry],
    settings: Settings,
    machine: Machine,
    context_tokens: int | None = None,
) -> Offer:
    own = next((each for each in installed if not each.built_in and _means(each.name, entry)), None)
    decision, problem = None, ""
    try:
        decision = choose(
            machine,
            entry.shape,
            device=settings.device,
            precision=settings.precision,
            kv_cache=settings.kv_cache,
            context_tokens=context_tokens,
        )
    except PonderError as error:
        problem = str(error)
    return Offer(entry, own, decision, problem, targets(machine)[0])


def _means(folder_name: str, entry: CatalogEntry) -> bool:
    return find_entry(folder_name.replace("--", "/").removeprefix("models/")) is entry


def memory_table(offered: Offer, kind: DeviceKind | None = None) -> tuple[MemoryRow, ...]:
    """Memory by precision and context on `kind` of device, by default this machine's best."""
    kind = offered.device_kind if kind is None else kind
    shape = offered.entry.shape
    rows = []
    for weights in TABLE_WEIGHTS:
        cells = [estimate(shape, weights, KVCachePrecision.AUTO, tokens, kind) for tokens in TABLE_CONTEXTS]
        needed = tuple(each.needed_bytes for each in cells)
        rows.append(MemoryRow(weights.value, isinstance(weights, FileFormat), cells[0].weights_bytes, needed))
    return tuple(rows)


def fitting_gpus(
    entry: CatalogEntry,
    context_tokens: int = GPU_CONTEXT_TOKENS,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
) -> dict[str, tuple[Precision, ...]]:
    """For every common GPU by name, the precisions that fit with so much context, best first."""
    return {gpu.name: fitting_precisions(entry.shape, gpu, context_tokens, kv_cache) for gpu in COMMON_GPUS}


def download_text(entry: CatalogEntry) -> str:
    """The download's size in words; a guess says so."""
    return disk_size(entry.download_bytes) if entry.size_is_exact else f"about {disk_size(entry.download_bytes)}"


def known_files_text(entry: CatalogEntry) -> str:
    """How much of the files is known before anybody is asked, in words."""
    known = sum(file.sha256 is not None for file in entry.files)
    if entry.size_is_exact and known == len(entry.files):
        return f"size and SHA-256 of all {known} files are recorded"
    if known:
        return f"size and SHA-256 of {known} files are recorded, the weights' are those that the hub lists"
    return "sizes and SHA-256 are those that the hub lists"


# --- JSON ---------------------------------------------------------------------------------------------------


def offer_json(offered: Offer) -> JsonObject:
    """One line of a listing."""
    entry, decision = offered.entry, offered.decision
    here: JsonObject = {"fits": decision is not None}
    if decision is None:
        here["problem"] = offered.problem
    else:
        here |= {
            "device": decision.device,
            "precision": decision.precision.value,
            "kv_cache": decision.kv_cache.value,
            "context_tokens": decision.context_tokens,
            "needed_bytes": decision.needed_bytes,
            "free_bytes": decision.free_bytes,
            "reason": decision.reason,
            "warnings": list(decision.warnings),
        }
    return {
        "name": entry.name,
        "repository": entry.repository,
        "licence": entry.licence,
        "parameters": entry.parameters,
        "download_bytes": entry.download_bytes,
        "download_is_exact": entry.size_is_exact,
        "installed": None if offered.installed is None else str(offered.installed.folder),
        "here": here,
    }


def card_json(offered: Offer) -> JsonObject:
    """Everything known about a model, `offer_json`'s keys among them."""
    entry, geometry = offered.entry, offered.entry.geometry
    files: list[JsonValue] = [
        {"name": each.name, "size_bytes": each.size_bytes, "sha256": each.sha256} for each in entry.files
    ]
    benchmarks: list[JsonValue] = [
        {"name": each.name, "thinking": each.thinking, "direct": each.direct, "base": each.base}
        for each in entry.benchmarks
    ]
    kinds = sorted({DeviceKind.CPU, DeviceKind.CUDA, offered.device_kind})
    memory: list[JsonValue] = [
        {
            "device": kind.value,
            "weights": row.weights,
            "is_file_format": row.is_file,
            "weights_bytes": row.weights_bytes,
            "needed_bytes": {str(tokens): size for tokens, size in zip(TABLE_CONTEXTS, row.needed_bytes, strict=True)},
        }
        for kind in kinds
        for row in memory_table(offered, kind)
    ]
    gpus: list[JsonValue] = [
        {"name": gpu.name, "memory_bytes": gpu.memory_bytes, "precisions": [item.value for item in fitting]}
        for gpu, fitting in zip(COMMON_GPUS, fitting_gpus(entry).values(), strict=True)
    ]
    return {
        **offer_json(offered),
        "description": entry.description,
        "revision": entry.revision,
        "is_base": entry.is_base,
        "files": files,
        "files_are_all": entry.lists_weights,
        "geometry": {
            "layers": geometry.layers,
            "hidden_size": geometry.hidden_size,
            "intermediate_size": geometry.intermediate_size,
            "heads": geometry.heads,
            "kv_heads": geometry.kv_heads,
            "head_dim": geometry.head_dim,
            "vocab_size": geometry.vocab_size,
            "tied_head": geometry.tied_head,
        },
        "context": {
            "native_tokens": entry.native_context_tokens,
            "position_tokens": entry.position_context_tokens,
            "yarn_tokens": entry.yarn_context_tokens,
        },
        "sampling": {
            "thinking": _sampling_json(entry.thinking_sampling),
            "direct": _sampling_json(entry.direct_sampling),
        },
        "benchmarks": benchmarks,
        "memory": memory,
        "gpu_context_tokens": GPU_CONTEXT_TOKENS,
        "gpus": gpus,
    }


def _sampling_json(sampling: Sampling | None) -> JsonObject | None:
    if sampling is None:
        return None
    return {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "min_p": sampling.min_p,
        "presence_penalty": sampling.presence_penalty,
    }
