"""Opening a model folder: everything that can be known to be wrong with it is found here, before torch is
imported.

What can only be seen in the weights themselves (NaN, a zeroed region, a tied head that differs) is checked by
the TensorReader while they are read, since reading 1.5 GB twice would cost every start a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from engine.bounded_json import read_json_object
from engine.checkpoint_safety import (
    LEAN_ARCHITECTURE,
    require_known_architecture,
    require_safe_config,
    require_safe_folder,
    require_safe_tokenizer_config,
    require_weights_format,
)
from engine.errors import DamagedModel, NoModel
from engine.file_safety import DOWNLOAD_AGAIN, member, read_head, wrong_content
from engine.generation_defaults import GenerationDefaults, parse_generation_config
from engine.manifest import quick_check, read_manifest, verify_manifest
from engine.model.geometry import MAX_CONTEXT_TOKENS, Qwen3Geometry
from engine.safetensors_header import TensorInfo
from engine.types import JsonObject, JsonValue
from engine.weight_files import find_weights, ignored_tensors, require_tensors

if TYPE_CHECKING:
    from engine.tensor_reader import TensorReader

HASH_AT_OPENING_BYTES = 64 << 20
"""Weights up to this size are hashed whenever they are opened; larger ones when somebody asks (`ponder models
verify`).
"""

_CONFIG_BYTES = 4 << 20
_TOKENIZER_BYTES = 256 << 20
_MAX_ITEMS = 500_000
_FALLBACK_CONTEXT_TOKENS = 2048
_CONTEXT_KEYS = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length")
_END_OF_TEXT = "<|endoftext|>"


class ModelPath(StrEnum):
    """Which of the two model paths runs a checkpoint."""

    LEAN = "lean"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model folder that passed every check made without reading the weights.

    folder: a real path (links resolved).
    name: for people: the hub's name where the folder is a hub cache's, else the folder's own.
    geometry: of a LEAN checkpoint; None for a GENERAL one.
    config: config.json as parsed.
    tensors: every tensor in the files, by name, a tied head's duplicate included.
    weight_files: their names in the folder.
    weights_bytes: of the tensors that are needed, as stored.
    eos_token_ids: where generation stops: generation_config.json's ids, then config.json's.
    is_base: a guess: no chat template, or one inherited from a sibling while texts end with <|endoftext|>, as
        Qwen3's -Base models have it. Such a model continues text and does not answer.
    warnings: what was ignored or clamped, for the log and `ponder doctor`.
    """

    folder: Path
    name: str
    architecture: str
    path: ModelPath
    geometry: Qwen3Geometry | None
    config: Mapping[str, JsonValue] = field(repr=False)
    tensors: Mapping[str, TensorInfo] = field(repr=False)
    weight_files: tuple[str, ...]
    generation: GenerationDefaults
    eos_token_ids: tuple[int, ...]
    weights_bytes: int
    max_context_tokens: int
    has_chat_template: bool
    is_base: bool
    warnings: tuple[str, ...]

    def reader(self) -> TensorReader:
        """A context manager that reads tensors. Imports torch."""
        from engine.tensor_reader import TensorReader

        return TensorReader(self)


def open_checkpoint(folder: Path) -> Checkpoint:
    """Check a model folder thoroughly and describe it. Imports neither torch nor transformers, opens no
    connection.

    Raises:
        NoModel: there is no such folder, or no config.json in it.
        DamagedModel: files are missing, cut short, altered or contradict each other.
        UnsupportedModel: the model is of a kind that Ponder does not run.
        UnsafeModel: it wants to run code or reaches outside its folder.
    """
    real = _real_folder(folder)
    files = require_safe_folder(real)
    config = _read(real, "config.json")
    if config is None:
        raise NoModel(
            f"{folder.name or folder} holds no model: there is no config.json in it.",
            "Choose another folder.",
        )
    require_safe_config(config, "config.json")
    architecture = require_known_architecture(config, "config.json")
    require_weights_format(files)
    lean = architecture == LEAN_ARCHITECTURE
    geometry = Qwen3Geometry.from_config(config, "config.json") if lean else None

    warnings: list[str] = []
    tokenizer_config = _check_tokenizer(real, warnings)
    weights = find_weights(real)
    needed = set(weights.tensors)
    if geometry is not None:
        require_tensors(weights.tensors, geometry, "config.json")
        needed -= ignored_tensors(weights.tensors, geometry)
    weights_bytes = sum(weights.tensors[name].size_bytes for name in needed)
    _check_manifest(real, weights.names, weights_bytes, warnings)
    warnings += _unused_files(files, weights.names)

    vocab_size = geometry.vocab_size if geometry is not None else _positive(config.get("vocab_size"))
    generation = _generation(real, vocab_size)
    warnings += generation.warnings
    has_template = _has_chat_template(real, tokenizer_config)
    name = _model_name(real)
    return Checkpoint(
        folder=real,
        name=name,
        architecture=architecture,
        path=ModelPath.LEAN if lean else ModelPath.GENERAL,
        geometry=geometry,
        config=config,
        tensors=weights.tensors,
        weight_files=weights.names,
        generation=generation,
        eos_token_ids=_stop_ids(config, geometry, generation, vocab_size),
        weights_bytes=weights_bytes,
        max_context_tokens=_context_tokens(config, geometry, warnings),
        has_chat_template=has_template,
        is_base=not has_template or (lean and _ends_with_end_of_text(tokenizer_config)),
        warnings=tuple(warnings),
    )


def _real_folder(folder: Path) -> Path:
    try:
        real = folder.resolve()
        is_folder = real.is_dir()
    except (OSError, ValueError, RuntimeError):
        is_folder = False
    if not is_folder:
        raise NoModel(f"There is no folder {folder.name or folder}.", "Choose another folder.")
    return real


def _read(folder: Path, name: str) -> JsonObject | None:
    path = member(folder, name)
    return None if path is None else read_json_object(path, name, max_bytes=_CONFIG_BYTES, max_items=_MAX_ITEMS)


def _check_tokenizer(folder: Path, warnings: list[str]) -> JsonObject:
    """Whether tokenizer.json is there and could be one; parsing all of it is the tokenizer's business.

    transformers makes a tokenizer of one token where the files are absent, so absence has to be an error
    here.
    """
    path = member(folder, "tokenizer.json")
    if path is None:
        raise DamagedModel("tokenizer.json is missing, so text cannot be turned into tokens.", DOWNLOAD_AGAIN)
    head, size = read_head(path)
    problem = wrong_content(head, size)
    if problem is None and size > _TOKENIZER_BYTES:
        problem = "is far too large"
    if problem is None and not (head.lstrip().startswith(b"{") and _tail(path).rstrip().endswith(b"}")):
        problem = "is cut short or not JSON"
    if problem is not None:
        raise DamagedModel(f"tokenizer.json {problem}.", DOWNLOAD_AGAIN)
    config = _read(folder, "tokenizer_config.json")
    if config is None:
        return {}
    warnings += require_safe_tokenizer_config(config, "tokenizer_config.json")
    return config


def _tail(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(path.stat().st_size - 64, 0))
            return file.read(64)
    except OSError as error:
        raise DamagedModel(f"{path.name} cannot be read ({error.strerror}).", "Check the disk.") from error


def _check_manifest(folder: Path, names: tuple[str, ...], weights_bytes: int, warnings: list[str]) -> None:
    entries = read_manifest(folder)
    if entries is None:
        return
    report = verify_manifest(folder) if weights_bytes <= HASH_AT_OPENING_BYTES else quick_check(folder)
    report.require_complete()
    warnings += [f"{name} is not in the manifest, so it cannot be verified." for name in names if name not in entries]


def _unused_files(files: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    warnings = [
        f"{name} is not used: the weights are in {names[0]}."
        for name in files
        if name.endswith(".safetensors") and name not in names
    ]
    if any(name.endswith(".py") for name in files):
        warnings.append("The folder brings Python files; they are never run.")
    return warnings[:10]


def _generation(folder: Path, vocab_size: int | None) -> GenerationDefaults:
    config = _read(folder, "generation_config.json")
    return GenerationDefaults() if config is None else parse_generation_config(config, vocab_size=vocab_size)


def _stop_ids(
    config: JsonObject, geometry: Qwen3Geometry | None, generation: GenerationDefaults, vocab_size: int | None
) -> tuple[int, ...]:
    if geometry is not None:
        own = geometry.eos_token_ids
    else:
        own = parse_generation_config({"eos_token_id": config.get("eos_token_id")}, vocab_size=vocab_size).eos_token_ids
    return tuple(dict.fromkeys((*generation.eos_token_ids, *own)))


def _has_chat_template(folder: Path, tokenizer_config: JsonObject) -> bool:
    if tokenizer_config.get("chat_template"):
        return True
    return any(member(folder, name) is not None for name in ("chat_template.jinja", "chat_template.json"))


def _ends_with_end_of_text(tokenizer_config: JsonObject) -> bool:
    token = tokenizer_config.get("eos_token")
    return (token.get("content") if isinstance(token, dict) else token) == _END_OF_TEXT


def _positive(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1 << 24 else None


def _context_tokens(config: JsonObject, geometry: Qwen3Geometry | None, warnings: list[str]) -> int:
    if geometry is not None:
        return geometry.context_tokens
    for key in _CONTEXT_KEYS:
        value = _positive(config.get(key))
        if value is not None:
            return min(value, MAX_CONTEXT_TOKENS)
    warnings.append(f"config.json names no context length; {_FALLBACK_CONTEXT_TOKENS} tokens are assumed.")
    return _FALLBACK_CONTEXT_TOKENS


def _model_name(folder: Path) -> str:
    repository = folder.parent.parent.name
    if folder.parent.name == "snapshots" and repository.startswith("models--"):
        return repository.removeprefix("models--").replace("--", "/")
    return folder.name
