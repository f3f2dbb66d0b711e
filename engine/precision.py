"""The precision policy: which device, precision and context a model gets on a machine, and why, in words.

A pure function of `Machine`, `ModelShape` and what was asked for; it loads nothing and measures nothing.
`engine.choices` knows what each device can do, `engine.precision_words` says it.

The rules, in order. "Fits" means that weights, full KV cache, workspace and overhead stay within the free
memory less a margin.

1. A comfortable context is the one asked for, else the smaller of the model's own and 8,192 tokens (room for
   a thought and an answer). The first of these that fits with it is taken:
   a. a GPU in 16 bits: BF16 where it has it, else FP16; of several GPUs the one with the most free memory;
   b. a GPU in 8 bits (CUDA, ROCm): slower than 16 bits for one reader, so only for memory;
   c. the CPU: FP32 for tiny models, else the precisions in order of speed, which are all near-lossless.
   So 16 bits give up context down to 8,192 tokens before they give way to 8 bits, and a GPU before it gives
   way to the CPU.
2. The context is then the longest that fits, at most the model's own.
3. Where nothing fits comfortably and no context was asked for, the longest context that fits anywhere
   decides, from 1,024 tokens on.
4. Otherwise OutOfMemory says how much is needed and free, and names the next smaller choice that fits.

8-bit weights are multiplied by bitsandbytes' kernel on a GPU and by Ponder's own on a CPU, where it is the faster
one; by the other where that one cannot run. Models outside the lean decoder have bitsandbytes' only.

A device, precision or 8-bit kernel that was asked for is used or refused with a reason; it is never replaced.
NF4 loses quality, so it is used only when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.bitsandbytes_support import INSTALL
from engine.choices import (
    Asked,
    Choice,
    Target,
    int8_is_fast,
    int8_kernel,
    resolved_kv_cache,
    runs,
    sixteen_bits,
    targets,
)
from engine.errors import DeviceUnavailable, InvalidRequest, OutOfMemory
from engine.hardware import CpuInfo, DeviceKind, InstructionSet, Machine
from engine.memory_plan import MemoryPlan, ModelShape
from engine.precision_words import (
    COMFORTABLE_CONTEXT_TOKENS,
    NF4_WARNING,
    TINY_PARAMETERS,
    WEIGHTS,
    comfortable_tokens,
    gigabytes,
    missing_int8_kernel,
    reason,
    warnings,
)
from engine.types import Int8Kernel, KVCachePrecision, Precision

__all__ = [
    "COMFORTABLE_CONTEXT_TOKENS",
    "NF4_WARNING",
    "SMALLEST_CONTEXT_TOKENS",
    "Decision",
    "Target",
    "choose",
    "cpu_precisions",
    "gigabytes",
    "runs",
    "targets",
]

SMALLEST_CONTEXT_TOKENS = 1_024
_FAST_BF16 = (InstructionSet.AVX512_BF16, InstructionSet.AMX)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to load and why. `needed_bytes` is never above `free_bytes`, both on `device`.

    kv_cache: BITS16 or BITS8; AUTO only for FP32, whose cache is 32-bit. int8_kernel: what multiplies 8-bit weights,
    never AUTO; None for every other precision. plan: the parts of `needed_bytes`.
    """

    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    context_tokens: int
    needed_bytes: int
    free_bytes: int
    reason: str
    warnings: tuple[str, ...]
    plan: MemoryPlan
    int8_kernel: Int8Kernel | None = None

    @property
    def explanation(self) -> str:
        """The reason and the warnings in one text."""
        return " ".join((self.reason, *self.warnings))


class NothingFits(OutOfMemory):
    """Nothing that was allowed fits. `choice` with `context_tokens` came closest to it."""

    def __init__(self, message: str, remedy: str, choice: Choice, context_tokens: int) -> None:
        super().__init__(message, remedy)
        self.choice = choice
        self.context_tokens = context_tokens


def choose(
    machine: Machine,
    shape: ModelShape,
    *,
    device: str = "auto",
    precision: Precision = Precision.AUTO,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
    context_tokens: int | None = None,
    int8_kernel: Int8Kernel = Int8Kernel.AUTO,
    cpu_fastest: Precision | None = None,
) -> Decision:
    """Apply the rules above.

    Args:
        device: "auto", "cpu", "cuda" (the best one), "cuda:N" or "mps". ROCm GPUs are "cuda" to PyTorch.
        context_tokens: None for as much as fits, up to the model's own.
        int8_kernel: which kernel 8-bit weights get, if the weights become 8-bit.
        cpu_fastest: the winner of a measured probe on this CPU, put before the order guessed from its
            instructions.

    Raises:
        InvalidRequest: an unknown device, a precision that the device asked for does not run, a kernel that does not
            go with the precision or the model, a context that the model does not have.
        DeviceUnavailable: the device asked for is not there, no device here runs the precision asked for, or the
            kernel asked for cannot run.
        NothingFits: nothing that was allowed fits.
    """
    limit = shape.max_context_tokens
    if context_tokens is not None and not 1 <= context_tokens <= limit:
        raise InvalidRequest(
            f"A context of {context_tokens:,} tokens is not possible: this model has at most {limit:,}.",
            f"Choose a context from 1 to {limit:,} tokens.",
        )
    if context_tokens is None and shape.native_context_tokens is not None:
        shape = replace(shape, max_context_tokens=min(limit, shape.native_context_tokens))
        limit = shape.max_context_tokens
    asked = Asked(device, precision, kv_cache, context_tokens, int8_kernel)
    choices = _allowed(machine, shape, asked, cpu_fastest)
    comfortable = comfortable_tokens(shape, asked)
    for choice in choices:
        if choice.fits(shape, comfortable):
            tokens = context_tokens or choice.largest_context(shape)
            return _decision(machine, shape, asked, choices, choice, max(tokens, comfortable))
    if context_tokens is None:
        best = max(choices, key=lambda choice: choice.largest_context(shape))
        tokens = best.largest_context(shape)
        if tokens >= min(limit, SMALLEST_CONTEXT_TOKENS):
            return _decision(machine, shape, asked, choices, best, tokens)
    raise _out_of_memory(machine, shape, asked, choices)


def cpu_precisions(cpu: CpuInfo, shape: ModelShape, fastest: Precision | None = None) -> tuple[Precision, ...]:
    """Precisions for this CPU, fastest first; `fastest` is a measured winner that overrides the guess.

    8 bits read half the bytes of 16 and are near-lossless (arXiv:2505.02214), so they win wherever
    instructions for them exist. 16 bits pay only where the CPU computes in BF16; elsewhere 32 bits are
    faster.
    """
    order: list[Precision] = []
    if shape.parameters < TINY_PARAMETERS:
        order.append(Precision.FP32)
    elif fastest is not None and fastest is not Precision.AUTO:
        order.append(fastest)
    if int8_is_fast(cpu, Int8Kernel.LEAN if shape.lean else Int8Kernel.BITSANDBYTES):
        order.append(Precision.INT8)
    if cpu.has(*_FAST_BF16):
        order.append(Precision.BF16)
    order += [Precision.FP32, Precision.INT8]
    return tuple(dict.fromkeys(order))


def _decision(
    machine: Machine, shape: ModelShape, asked: Asked, choices: list[Choice], chosen: Choice, context_tokens: int
) -> Decision:
    parts = chosen.plan(shape, context_tokens)
    return Decision(
        device=chosen.target.device,
        precision=chosen.precision,
        kv_cache=chosen.kv_cache,
        context_tokens=context_tokens,
        needed_bytes=parts.needed_bytes,
        free_bytes=chosen.target.free_bytes,
        reason=reason(machine, shape, asked, choices, chosen, context_tokens),
        warnings=tuple(warnings(chosen, context_tokens, shape)),
        plan=parts,
        int8_kernel=chosen.int8_kernel,
    )


# --- what is allowed ----------------------------------------------------------------------------------------


def _allowed(machine: Machine, shape: ModelShape, asked: Asked, cpu_fastest: Precision | None) -> list[Choice]:
    """What was asked for leaves these choices, best first. Never empty."""
    places = _places(machine, asked.device)
    if asked.int8_kernel is not Int8Kernel.AUTO:
        _check_kernel(machine, shape, asked, places)
    gpus = [place for place in places if place.gpu is not None]
    wanted: list[tuple[Target, Precision]]
    if asked.precision is not Precision.AUTO:
        wanted = [(place, asked.precision) for place in places]
    else:
        wanted = [(gpu, sixteen_bits(gpu)) for gpu in gpus]
        wanted += [(gpu, Precision.INT8) for gpu in gpus]
        if places[-1].gpu is None:
            order = cpu_precisions(machine.cpu, shape, cpu_fastest)
            wanted += [(places[-1], precision) for precision in order]
    choices = [_choice(shape, asked, place, precision, asked.kv_cache) for place, precision in wanted]
    able = [choice for choice in choices if choice is not None]
    if not able:
        raise _cannot_run(machine, shape, asked)
    return able


def _choice(
    shape: ModelShape, asked: Asked, place: Target, precision: Precision, kv_cache: KVCachePrecision
) -> Choice | None:
    """None where the device does not compute so."""
    if not runs(place, precision, lean=shape.lean):
        return None
    kernel = int8_kernel(place, asked.int8_kernel, lean=shape.lean) if precision is Precision.INT8 else None
    if precision is Precision.INT8 and kernel is None:
        return None
    return Choice(place, precision, resolved_kv_cache(kv_cache, precision), kernel)


def _places(machine: Machine, device: str) -> tuple[Target, ...]:
    everything = targets(machine)
    if device == "auto":
        return everything
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        raise InvalidRequest(f"Unknown device {device!r}.", "Devices are auto, cpu, cuda, cuda:0 (and so on) and mps.")
    places = tuple(place for place in everything if device in (place.device, place.device.split(":")[0]))
    if not places:
        there = ", ".join(f"{place.device} ({place.name})" for place in everything)
        problem = f" {machine.gpu_problem}" if machine.gpu_problem else ""
        raise DeviceUnavailable(f"There is no device {device} here.{problem}", f"Available: {there}.")
    return places


def _check_kernel(machine: Machine, shape: ModelShape, asked: Asked, places: tuple[Target, ...]) -> None:
    """A kernel that was asked for must go with the rest, and run on one of the devices at least."""
    if asked.precision not in (Precision.AUTO, Precision.INT8):
        raise InvalidRequest(
            f"An 8-bit kernel does nothing for {WEIGHTS[asked.precision]}.",
            "Choose int8 as the precision, or leave the kernel on auto.",
        )
    if asked.int8_kernel is Int8Kernel.LEAN and not shape.lean:
        raise InvalidRequest(
            "Ponder's own 8-bit kernel runs dense Qwen3 models only, and this is another kind.",
            "Leave the 8-bit kernel on auto.",
        )
    able = [place for place in places if runs(place, Precision.INT8, lean=shape.lean)]
    if any(int8_kernel(place, asked.int8_kernel, lean=shape.lean) for place in places):
        return
    if shape.lean and not able:
        raise InvalidRequest(f"{WEIGHTS[Precision.INT8]} do not run on {asked.device}.", "Choose another device.")
    instead = "the lean 8-bit kernel" if shape.lean else "another precision"
    raise DeviceUnavailable(
        f"{missing_int8_kernel(machine, places)} The 8-bit kernel asked for cannot run.",
        f"{INSTALL}, or choose {instead}." if machine.bitsandbytes_problem else f"Choose {instead}.",
    )


def _cannot_run(machine: Machine, shape: ModelShape, asked: Asked) -> InvalidRequest | DeviceUnavailable:
    what = WEIGHTS[asked.precision]
    if asked.precision is Precision.NF4 or (asked.precision is Precision.INT8 and not shape.lean):
        message = f"{what} need bitsandbytes and a CPU or an NVIDIA or AMD GPU."
        if machine.bitsandbytes_problem and asked.device != "mps":
            return DeviceUnavailable(
                f"{message} {machine.bitsandbytes_problem}", f"{INSTALL}, or choose another precision."
            )
        if any(gpu.kind is not DeviceKind.MPS for gpu in machine.gpus):
            message += " It has no library for this GPU and this build of PyTorch."
    else:
        message = f"{what} do not run on {asked.device}."
    if asked.device == "auto":
        problem = machine.gpu_problem or ("" if machine.gpus else "No usable GPU was found.")
        return DeviceUnavailable(f"{message} {problem}".strip(), "Choose another precision, or auto.")
    places = _places(machine, asked.device)
    able = [item.value for item in Precision if any(runs(place, item, lean=shape.lean) for place in places)]
    return InvalidRequest(message, f"{asked.device} runs {', '.join(able)}.")


# --- what does not fit --------------------------------------------------------------------------------------


def _out_of_memory(machine: Machine, shape: ModelShape, asked: Asked, choices: list[Choice]) -> NothingFits:
    least = min(shape.max_context_tokens, SMALLEST_CONTEXT_TOKENS)
    tokens = asked.context_tokens or least
    # The tightest miss is the number that helps: so much more memory would do.
    best = min(choices, key=lambda item: item.plan(shape, tokens).needed_bytes - item.target.budget_bytes)
    needed = gigabytes(best.plan(shape, tokens).needed_bytes)
    free = gigabytes(best.target.free_bytes)
    message = (
        f"Not enough memory on {best.target.device}: {WEIGHTS[best.precision]} with {tokens:,} tokens of "
        f"context need {needed} and a margin, and {free} is free."
    )
    return NothingFits(message, _next_smaller(machine, shape, asked, best, tokens), best, tokens)


def _next_smaller(machine: Machine, shape: ModelShape, asked: Asked, best: Choice, tokens: int) -> str:
    """The least change to what was asked for that fits, in words."""
    least = min(shape.max_context_tokens, SMALLEST_CONTEXT_TOKENS, tokens)
    for option in _smaller(machine, shape, asked, best):
        longest = option.largest_context(shape)
        if longest >= least:
            cache = ""
            if option.kv_cache is KVCachePrecision.BITS8 and asked.kv_cache is not KVCachePrecision.BITS8:
                cache = ", an 8-bit KV cache"
            shown = longest if asked.context_tokens is None else min(tokens, longest)
            what = f"{WEIGHTS[option.precision]} on {option.target.device}{cache} and {shown:,} tokens of context"
            price = ", at a clear loss of quality" if option.precision is Precision.NF4 is not best.precision else ""
            return f"The next smaller choice that fits: {what}{price}."
    return "Close other programs to free memory, or choose a smaller model."


def _smaller(machine: Machine, shape: ModelShape, asked: Asked, best: Choice) -> Iterator[Choice]:
    eight = KVCachePrecision.BITS8
    yield best
    yield replace(best, kv_cache=eight)
    options: list[tuple[Target, Precision, KVCachePrecision]] = []
    options += [(best.target, Precision.INT8, best.kv_cache), (best.target, Precision.INT8, eight)]
    for place in targets(machine):
        order = cpu_precisions(machine.cpu, shape) if place.gpu is None else (sixteen_bits(place), Precision.INT8)
        if place != best.target:
            options += [(place, precision, KVCachePrecision.AUTO) for precision in order]
    # Last, because it loses quality: only where nothing else is left.
    options += [(best.target, Precision.NF4, best.kv_cache), (best.target, Precision.NF4, eight)]
    for place, precision, kv_cache in options:
        choice = _choice(shape, asked, place, precision, kv_cache)
        if choice is not None:
            yield choice
