"""`ponder doctor`: what is installed, what the machine has, and what a model would get on it and why.

It puts together what `engine.hardware` and `engine.precision` say, as JSON and as plain text; it decides
nothing and imports none of the packages whose versions it names.
"""

from __future__ import annotations

import platform
import textwrap
from collections.abc import Iterator
from importlib import metadata

from engine.errors import PonderError
from engine.hardware import Machine
from engine.memory_plan import ModelShape, largest_context_tokens, plan
from engine.precision import Target, choose, gigabytes, runs, targets
from engine.types import JsonObject, JsonValue, KVCachePrecision, Precision

TEXT_COLUMNS = 100
LABEL_COLUMNS = 15
# The name people know -> the distribution's name.
PACKAGES = {
    "torch": "torch",
    "transformers": "transformers",
    "bitsandbytes": "bitsandbytes",
}


def doctor_report(
    machine: Machine,
    name: str = "",
    shape: ModelShape | None = None,
    *,
    device: str = "auto",
    precision: Precision = Precision.AUTO,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
    context_tokens: int | None = None,
) -> JsonObject:
    """The whole report, ready for `json.dumps`.

    Args:
        name: The model's name as people know it; without `shape` the report has no `model`.
        device, precision, kv_cache, context_tokens: As for `engine.precision.choose`.

    Returns:
        `versions` (null where a package is absent; whoever uses the engine adds `ponder`), `machine` and, with a
        shape, `model`: its numbers, `decision` or `error` {"kind", "message"}, and `precisions`, one entry for
        each device and precision that the device runs.
    """
    report: JsonObject = {"versions": versions(), "machine": machine_json(machine)}
    if shape is None:
        return report
    model: JsonObject = {
        "name": name,
        "parameters": shape.parameters,
        "max_context_tokens": shape.max_context_tokens,
    }
    table_context = context_tokens or shape.max_context_tokens
    try:
        decision = choose(
            machine,
            shape,
            device=device,
            precision=precision,
            kv_cache=kv_cache,
            context_tokens=context_tokens,
        )
    except PonderError as error:
        model["error"] = {"kind": error.kind, "message": str(error)}
    else:
        table_context = decision.context_tokens
        model["decision"] = {
            "device": decision.device,
            "precision": decision.precision.value,
            "kv_cache": decision.kv_cache.value,
            "int8_kernel": None if decision.int8_kernel is None else decision.int8_kernel.value,
            "context_tokens": decision.context_tokens,
            "needed_bytes": decision.needed_bytes,
            "free_bytes": decision.free_bytes,
            "reason": decision.reason,
            "warnings": list(decision.warnings),
        }
    table_context = min(table_context, shape.max_context_tokens)
    model["table_context_tokens"] = table_context
    model["precisions"] = [
        _needs(target, item, shape, kv_cache, table_context)
        for target in targets(machine)
        for item in Precision
        if item is not Precision.AUTO and runs(target, item)
    ]
    report["model"] = model
    return report


def versions() -> JsonObject:
    """Python's and the packages' versions, from their metadata; None where a package is not installed."""
    found: JsonObject = {"python": platform.python_version()}
    for name, distribution in PACKAGES.items():
        try:
            found[name] = metadata.version(distribution)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def machine_json(machine: Machine) -> JsonObject:
    """`machine` with enums as their values and tuples as lists."""
    cpu, memory = machine.cpu, machine.memory
    gpus: list[JsonValue] = [
        {
            "device": gpu.device,
            "kind": gpu.kind.value,
            "name": gpu.name,
            "architecture": gpu.architecture,
            "total_bytes": gpu.total_bytes,
            "free_bytes": gpu.free_bytes,
            "bf16": gpu.supports_bf16,
            "bitsandbytes": gpu.bitsandbytes,
        }
        for gpu in machine.gpus
    ]
    return {
        "os": machine.os,
        "python": machine.python,
        "cpu": {
            "name": cpu.name,
            "architecture": cpu.architecture,
            "physical_cores": cpu.physical_cores,
            "logical_cores": cpu.logical_cores,
            "usable_cores": cpu.usable_cores,
            "instruction_sets": [item.value for item in cpu.instruction_sets],
        },
        "memory": {
            "total_bytes": memory.total_bytes,
            "available_bytes": memory.available_bytes,
            "physical_bytes": memory.physical_bytes,
            "limited_by": memory.limited_by,
        },
        "gpus": gpus,
        "bitsandbytes_problem": machine.bitsandbytes_problem,
        "notes": list(machine.notes),
    }


def _needs(
    target: Target, precision: Precision, shape: ModelShape, kv_cache: KVCachePrecision, context_tokens: int
) -> JsonObject:
    parts = plan(shape, target.kind, precision, kv_cache, context_tokens)
    return {
        "device": target.device,
        "precision": precision.value,
        "weights_bytes": parts.weights_bytes,
        "kv_cache_bytes": parts.kv_cache_bytes,
        "other_bytes": parts.workspace_bytes + parts.overhead_bytes,
        "needed_bytes": parts.needed_bytes,
        "free_bytes": target.free_bytes,
        "fits": parts.needed_bytes <= target.budget_bytes,
        "largest_context_tokens": largest_context_tokens(shape, target.kind, precision, kv_cache, target.budget_bytes),
    }


# --- text ---------------------------------------------------------------------------------------------------


def doctor_text(report: JsonObject) -> str:
    """`report`, as `doctor_report` made it or as read back from its JSON, for a terminal of 100 columns."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: JsonObject) -> Iterator[str]:
    found = _object(report, "versions")
    packages = [f"{name} {found.get(name) or 'not installed'}" for name in ("torch", "transformers", "bitsandbytes")]
    machine = _object(report, "machine")
    cpu, memory = _object(machine, "cpu"), _object(machine, "memory")
    yield from _row("Ponder", f"{found.get('ponder') or 'as a library'}, Python {found.get('python')}")
    yield from _row("Packages", ", ".join(packages))
    yield from _row("System", str(machine["os"]))
    cores = f"{cpu['physical_cores']} cores, {cpu['logical_cores']} threads, {cpu['usable_cores']} usable"
    yield from _row("CPU", f"{cpu['name']} ({cpu['architecture']}), {cores}")
    yield from _row("Instructions", ", ".join(map(str, _list(cpu, "instruction_sets"))) or "none known")
    limit = f", limited by {memory['limited_by']}" if memory["limited_by"] else ""
    yield from _row("Memory", f"{_free_of(memory, 'available_bytes')}{limit}")
    gpus = [gpu for gpu in _list(machine, "gpus") if isinstance(gpu, dict)]
    for gpu in gpus:
        extras = [str(gpu["architecture"])] if gpu["architecture"] else []
        extras += ["BF16" if gpu["bf16"] else "no BF16"] + (["bitsandbytes"] if gpu["bitsandbytes"] else [])
        yield from _row(f"GPU {gpu['device']}", f"{gpu['name']}, {_free_of(gpu, 'free_bytes')} ({', '.join(extras)})")
    if not gpus:
        yield from _row("GPU", "none that can be used")
    for note in _list(machine, "notes"):
        yield from _row("Note", str(note))
    if "model" in report:
        yield ""
        yield from _model_lines(_object(report, "model"))


def _model_lines(model: JsonObject) -> Iterator[str]:
    size, context = _int(model, "parameters"), _int(model, "max_context_tokens")
    name = model["name"] or "unnamed"
    yield from _row("Model", f"{name}: {size:,} parameters, context up to {context:,} tokens")
    if "error" in model:
        yield from _row("Cannot run", str(_object(model, "error")["message"]))
    else:
        decision = _object(model, "decision")
        chosen = f"{decision['precision']} on {decision['device']}, {_int(decision, 'context_tokens'):,} tokens"
        yield from _row("Choice", chosen)
        yield from _row("Why", str(decision["reason"]))
        for warning in _list(decision, "warnings"):
            yield from _row("Warning", str(warning))
    yield ""
    yield f"With {_int(model, 'table_context_tokens'):,} tokens of context:"
    yield _cells("device", "precision", "weights", "KV cache", "other", "needed", "free", "fits", "longest context")
    for entry in _list(model, "precisions"):
        if isinstance(entry, dict):
            sizes = [
                gigabytes(_int(entry, f"{key}_bytes")) for key in ("weights", "kv_cache", "other", "needed", "free")
            ]
            longest = _int(entry, "largest_context_tokens")
            yield _cells(
                str(entry["device"]),
                str(entry["precision"]),
                *sizes,
                "yes" if entry["fits"] else "no",
                f"{longest:,}" if longest else "none",
            )


def _cells(device: str, precision: str, *numbers: str) -> str:
    widths = (10, 10, 10, 10, 10, 6, 17)
    right = "".join(f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True))
    return f"  {device:<8}{precision:<10}{right}"


def _row(label: str, text: str) -> list[str]:
    """The label in the first column and the text beside it, wrapped under itself."""
    wrapped = textwrap.wrap(text, TEXT_COLUMNS - LABEL_COLUMNS) or [""]
    return [
        f"{head:<{LABEL_COLUMNS}}{line}" for head, line in zip([label] + [""] * len(wrapped), wrapped, strict=False)
    ]


def _free_of(thing: JsonObject, free: str) -> str:
    return f"{gigabytes(_int(thing, free))} free of {gigabytes(_int(thing, 'total_bytes'))}"


def _object(parent: JsonObject, key: str) -> JsonObject:
    value = parent[key]
    if not isinstance(value, dict):
        raise ValueError(f"{key} is not an object")
    return value


def _list(parent: JsonObject, key: str) -> list[JsonValue]:
    value = parent[key]
    if not isinstance(value, list):
        raise ValueError(f"{key} is not a list")
    return value


def _int(parent: JsonObject, key: str) -> int:
    value = parent[key]
    if not isinstance(value, int):
        raise ValueError(f"{key} is not a whole number")
    return value
