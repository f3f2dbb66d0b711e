"""What a measuring process does with its case. Every expected failure becomes words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from engine.bench.bandwidth import read_speed
from engine.bench.child import Failure
from engine.bench.measure import measure
from engine.bench.report import Case, Made, MakeCase, Measured, Memory, MemoryCase, ModelCase
from engine.checkpoint import open_checkpoint
from engine.choices import runs, sixteen_bits, targets
from engine.disk import full_disk, in_units, require_room
from engine.errors import PonderError
from engine.hardware import detect_machine
from engine.memory_errors import as_out_of_memory
from engine.model_shape import model_shape
from engine.placement import place
from engine.random_checkpoint import NEEDED_BYTES, make_random_checkpoint
from engine.types import LoadRequest, Precision


def perform(case: Case, say: Callable[[str], None]) -> Made | Memory | Measured | Failure:
    """Whatever the case asks for."""
    try:
        match case:
            case MakeCase():
                return _make(case, say)
            case MemoryCase():
                return _memory(case)
            case ModelCase():
                return measure(case, say)
    except PonderError as error:
        return Failure(error.kind, str(error))
    except Exception as error:
        starved = as_out_of_memory(error)
        if starved is not None:
            return Failure(starved.kind, str(starved))
        return Failure("bug", f"Ponder ran into a bug: {type(error).__name__}: {error}")


def _make(case: MakeCase, say: Callable[[str], None]) -> Made:
    folder = Path(case.folder)
    require_room(folder.parent, NEEDED_BYTES)
    try:
        make_random_checkpoint(
            folder,
            Path(case.tokenizer),
            progress=lambda done, total: say(f"{in_units(done)} of {in_units(total)}"),
        )
    except OSError as error:
        raise full_disk(error, str(folder)) or PonderError(f"{folder} cannot be written: {error}.") from error
    return Made()


def _memory(case: MemoryCase) -> Memory:
    shape = model_shape(open_checkpoint(Path(case.model)))
    machine = detect_machine()
    decision = place(machine, shape, LoadRequest(case.model, device=case.device, kv_cache=case.kv_cache))
    target = next(each for each in targets(machine) if each.device == decision.device)
    on_cpu = target.gpu is None
    torch.set_num_threads(max(machine.cpu.usable_cores, 1))
    read_bytes, bytes_per_s = read_speed(torch.device(target.device), case.read_bytes, target.free_bytes)
    # On a CPU BF16 is the 16-bit format that there are kernels for.
    precisions = (Precision.BF16 if on_cpu else sixteen_bits(target), Precision.INT8)
    return Memory(
        device=target.device,
        device_name=target.name,
        threads=torch.get_num_threads() if on_cpu else 0,
        read_bytes=read_bytes,
        bytes_per_s=bytes_per_s,
        precisions=tuple(each for each in precisions if runs(target, each, lean=shape.lean)),
    )
