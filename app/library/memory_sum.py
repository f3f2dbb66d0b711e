"""The memory calculator for the window: a model, a way to hold its weights and a context, summed up for places that
people know. The figures are the engine's; no formula is here.
"""

from __future__ import annotations

from app.core.models import MemorySum, PlaceSum, WeightsChoice
from app.library.calculation import ALL_WEIGHTS, beyond, calculate, weights_named
from engine.calculator import FileFormat, Weights, estimate
from engine.catalog import find_entry
from engine.errors import NoModel
from engine.hardware import DeviceKind, Machine
from engine.precision import NF4_WARNING, Target, runs, targets
from engine.types import KVCachePrecision, Precision

# F16 and FP16 take the same as BF16, and a choice of three equal things would only ask for a guess.
_LEFT_OUT: tuple[Weights, ...] = (Precision.FP16, FileFormat.F16)
_FILE_NOTE = "This is such a file as llama.cpp runs it. Ponder makes 16-bit weights of it when it is imported."


def weights_choices() -> tuple[WeightsChoice, ...]:
    """The ways that the calculator offers, from the largest to the smallest."""
    return tuple(
        WeightsChoice(each.value, each if isinstance(each, Precision) else None)
        for each in ALL_WEIGHTS
        if each not in _LEFT_OUT
    )


def memory_sum(model: str, weights: str, context_tokens: int, machine: Machine | None) -> MemorySum:
    """What a model of the catalogue takes with a full context, and where it fits.

    Args:
        model: Its name.
        weights: One of weights_choices.
        context_tokens: Any; the result's remark says what the model makes of it.
        machine: This one; None where it is not known yet, and then the parts are those of a processor.

    Raises:
        NoModel: the catalogue has none of that name.
        InvalidRequest: there is no such way to hold weights.
    """
    entry = find_entry(model)
    if entry is None:
        raise NoModel(f"The catalogue has no model called {model!r}.")
    held = weights_named(weights)
    places = () if machine is None else targets(machine)
    kind = places[0].kind if places else DeviceKind.CPU
    found = calculate(entry, held, context_tokens, kind)

    def here(place: Target) -> PlaceSum:
        needed = estimate(entry.shape, held, KVCachePrecision.AUTO, context_tokens, place.kind).needed_bytes
        computes = not isinstance(held, Precision) or runs(place, held)
        return PlaceSum(place.name, place.free_bytes, needed, computes, computes and needed <= place.budget_bytes)

    return MemorySum(
        weights_bytes=found.here.weights_bytes,
        kv_cache_bytes=found.here.kv_cache_bytes,
        workspace_bytes=found.here.workspace_bytes,
        overhead_bytes=found.here.overhead_bytes,
        here=tuple(here(place) for place in places),
        gpus=tuple(
            PlaceSum(each.gpu.name, each.gpu.memory_bytes, each.needed.needed_bytes, each.computes, each.fits)
            for each in found.gpus
        ),
        remark=beyond(entry, context_tokens),
        warning=_warning(held),
    )


def _warning(held: Weights) -> str:
    if held is Precision.NF4:
        return NF4_WARNING
    return _FILE_NOTE if isinstance(held, FileFormat) else ""
