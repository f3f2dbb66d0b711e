"""The precision policy: which device, precision and context a model gets on a machine, and why, in words.

A pure function of `Machine`, `ModelShape` and what was asked for; it loads nothing and measures nothing.

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

A device or precision that was asked for is used or refused with a reason; it is never replaced.
NF4 loses quality, so it is used only when asked for. Sizes in texts are in 2**30 bytes, called GB as memory
makers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.errors import DeviceUnavailable, InvalidRequest, OutOfMemory
from engine.hardware import CpuInfo, DeviceKind, GpuInfo, InstructionSet, Machine
from engine.memory_plan import MIB, MemoryPlan, ModelShape, largest_context_tokens, plan
from engine.types import KVCachePrecision, Precision

COMFORTABLE_CONTEXT_TOKENS = 8_192
SMALLEST_CONTEXT_TOKENS = 1_024
TINY_PARAMETERS = 50_000_000  # FP32 weights below 200 MB: reading them is not what takes the time

# Other programs allocate too, and an allocator never packs perfectly: (at least, one part in so many of the
# free memory).
_MARGINS: dict[DeviceKind, tuple[int, int]] = {
    DeviceKind.CUDA: (256 * MIB, 20),
    DeviceKind.ROCM: (256 * MIB, 20),
    DeviceKind.MPS: (512 * MIB, 10),
    DeviceKind.CPU: (256 * MIB, 10),
}
_SUPPORTED: dict[DeviceKind, tuple[Precision, ...]] = {
    DeviceKind.CUDA: (Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8, Precision.NF4),
    DeviceKind.ROCM: (Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8, Precision.NF4),
    DeviceKind.MPS: (Precision.BF16, Precision.FP16, Precision.FP32),
    DeviceKind.CPU: (Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8, Precision.NF4),
}
_WORDS: dict[Precision, str] = {
    Precision.BF16: "16-bit weights (BF16)",
    Precision.FP16: "16-bit weights (FP16)",
    Precision.FP32: "32-bit weights (FP32)",
    Precision.INT8: "8-bit weights",
    Precision.NF4: "4-bit weights (NF4)",
}
_FAST_INT8 = (
    InstructionSet.AVX2,
    InstructionSet.AVX512_VNNI,
    InstructionSet.AVX_VNNI,
    InstructionSet.AMX,
    InstructionSet.NEON,
    InstructionSet.DOTPROD,
    InstructionSet.I8MM,
)
_FAST_BF16 = (InstructionSet.AVX512_BF16, InstructionSet.AMX)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to load and why. `needed_bytes` is never above `free_bytes`, both on `device`.

    kv_cache: BITS16 or BITS8; AUTO only for FP32, whose cache is 32-bit. plan: the parts of `needed_bytes`.
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


@dataclass(frozen=True, slots=True)
class Target:
    """A device seen as a place to load into. `gpu` is None for the CPU."""

    device: str
    kind: DeviceKind
    name: str
    free_bytes: int
    gpu: GpuInfo | None = None

    @property
    def budget_bytes(self) -> int:
        """Free memory less the margin. Never falls as `free_bytes` rises."""
        least, part = _MARGINS[self.kind]
        return max(0, self.free_bytes - max(least, self.free_bytes // part))


@dataclass(frozen=True, slots=True)
class _Choice:
    target: Target
    precision: Precision
    kv_cache: KVCachePrecision

    def plan(self, shape: ModelShape, context_tokens: int) -> MemoryPlan:
        return plan(shape, self.target.kind, self.precision, self.kv_cache, context_tokens)

    def fits(self, shape: ModelShape, context_tokens: int) -> bool:
        return self.plan(shape, context_tokens).needed_bytes <= self.target.budget_bytes

    def largest_context(self, shape: ModelShape) -> int:
        return largest_context_tokens(shape, self.target.kind, self.precision, self.kv_cache, self.target.budget_bytes)


@dataclass(frozen=True, slots=True)
class _Asked:
    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    context_tokens: int | None


def choose(
    machine: Machine,
    shape: ModelShape,
    *,
    device: str = "auto",
    precision: Precision = Precision.AUTO,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
    context_tokens: int | None = None,
    cpu_fastest: Precision | None = None,
) -> Decision:
    """Apply the rules above.

    Args:
        device: "auto", "cpu", "cuda" (the best one), "cuda:N" or "mps". ROCm GPUs are "cuda" to PyTorch.
        context_tokens: None for as much as fits, up to the model's own.
        cpu_fastest: the winner of a measured probe on this CPU, put before the order guessed from its
        instructions.

    Raises:
        InvalidRequest: an unknown device, a precision that the device asked for does not run, a context that
        the
            model does not have.
        DeviceUnavailable: the device asked for is not there, or no device here runs the precision asked for.
        OutOfMemory: nothing that was allowed fits.
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
    asked = _Asked(device, precision, kv_cache, context_tokens)
    choices = _allowed(machine, shape, asked, cpu_fastest)
    comfortable = context_tokens or min(limit, COMFORTABLE_CONTEXT_TOKENS)
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


def targets(machine: Machine) -> tuple[Target, ...]:
    """Every device of the machine, the GPU with the most free memory first and the CPU last."""
    gpus = sorted(machine.gpus, key=lambda gpu: (-gpu.free_bytes, gpu.index))
    found = [Target(gpu.device, gpu.kind, gpu.name, gpu.free_bytes, gpu) for gpu in gpus]
    return (*found, Target("cpu", DeviceKind.CPU, machine.cpu.name, machine.memory.available_bytes))


def runs(target: Target, precision: Precision) -> bool:
    """Whether the device can compute with `precision` at all, memory aside."""
    if precision not in _SUPPORTED[target.kind]:
        return False
    if target.gpu is None:
        return True
    if precision is Precision.NF4:
        return target.gpu.bitsandbytes
    # PyTorch emulates BF16 on CUDA GPUs that lack it (slow, warned about); on MPS it is an error.
    return precision is not Precision.BF16 or target.kind is not DeviceKind.MPS or target.gpu.supports_bf16


def gigabytes(size_bytes: int) -> str:
    """In words such as 1.1 GB, with 2**30 bytes to the GB; small sizes in MB."""
    if size_bytes < (1 << 30) // 10:
        return f"{size_bytes / MIB:.0f} MB"
    return f"{size_bytes / (1 << 30):.1f} GB"


def _allowed(machine: Machine, shape: ModelShape, asked: _Asked, cpu_fastest: Precision | None) -> list[_Choice]:
    """What was asked for leaves these choices, best first. Never empty."""
    places = _places(machine, asked.device)
    gpus = [place for place in places if place.gpu is not None]
    able: list[tuple[Target, Precision]]
    if asked.precision is not Precision.AUTO:
        able = [(place, asked.precision) for place in places if runs(place, asked.precision)]
        if not able:
            raise _cannot_run(machine, asked)
    else:
        able = [(gpu, _sixteen_bits(gpu)) for gpu in gpus]
        able += [(gpu, Precision.INT8) for gpu in gpus if runs(gpu, Precision.INT8)]
        if places[-1].gpu is None:
            order = cpu_precisions(machine.cpu, shape, cpu_fastest)
            able += [(places[-1], precision) for precision in order]
    return [_Choice(place, precision, _resolved(asked.kv_cache, precision)) for place, precision in able]


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


def _sixteen_bits(target: Target) -> Precision:
    return Precision.BF16 if target.gpu is not None and target.gpu.supports_bf16 else Precision.FP16


def _resolved(kv_cache: KVCachePrecision, precision: Precision) -> KVCachePrecision:
    if kv_cache is KVCachePrecision.AUTO and precision is not Precision.FP32:
        return KVCachePrecision.BITS16
    return kv_cache


def cpu_precisions(cpu: CpuInfo, shape: ModelShape, fastest: Precision | None = None) -> tuple[Precision, ...]:
    """Precisions for this CPU, fastest first; `fastest` is a measured winner that overrides the guess.

    8 bits read half the bytes of 16 and are near-lossless (arXiv:2505.02214), so they win wherever
    instructions for them exist. 16 bits pay only where the CPU computes in BF16; elsewhere 32 bits are
    faster.
    """
    order: list[Precision] = []
    if shape.parameters < TINY_PARAMETERS:
        order.append(Precision.FP32)
    elif fastest is not None and fastest in _SUPPORTED[DeviceKind.CPU]:
        order.append(fastest)
    if cpu.has(*_FAST_INT8):
        order.append(Precision.INT8)
    if cpu.has(*_FAST_BF16):
        order.append(Precision.BF16)
    order += [Precision.FP32, Precision.INT8]
    return tuple(dict.fromkeys(order))


def _cannot_run(machine: Machine, asked: _Asked) -> InvalidRequest | DeviceUnavailable:
    what = _WORDS[asked.precision]
    if asked.precision is Precision.NF4:
        message = f"{what} need bitsandbytes and a CPU or an NVIDIA or AMD GPU."
        if any(gpu.kind is not DeviceKind.MPS for gpu in machine.gpus):
            message += " bitsandbytes is not installed, or not for this GPU and this build of PyTorch."
    else:
        message = f"{what} do not run on {asked.device}."
    if asked.device == "auto":
        problem = machine.gpu_problem or ("" if machine.gpus else "No usable GPU was found.")
        return DeviceUnavailable(f"{message} {problem}".strip(), "Choose another precision, or auto.")
    able = [item.value for item in Precision if any(runs(place, item) for place in _places(machine, asked.device))]
    return InvalidRequest(message, f"{asked.device} runs {', '.join(able)}.")


# --- words --------------------------------------------------------------------------------------------------


def _decision(
    machine: Machine,
    shape: ModelShape,
    asked: _Asked,
    choices: list[_Choice],
    chosen: _Choice,
    context_tokens: int,
) -> Decision:
    parts = chosen.plan(shape, context_tokens)
    sentences = [
        _why_this_place(machine, shape, asked, choices, chosen),
        _size(machine, shape, asked, chosen, context_tokens),
    ]
    if asked.context_tokens is None and context_tokens < shape.max_context_tokens:
        own = f"{shape.max_context_tokens:,}"
        sentences.append(f"The context is {context_tokens:,} of the model's {own} tokens, the most that fits.")
    return Decision(
        device=chosen.target.device,
        precision=chosen.precision,
        kv_cache=chosen.kv_cache,
        context_tokens=context_tokens,
        needed_bytes=parts.needed_bytes,
        free_bytes=chosen.target.free_bytes,
        reason=" ".join(filter(None, sentences)),
        warnings=tuple(_warnings(chosen, context_tokens, shape)),
        plan=parts,
    )


def _why_this_place(machine: Machine, shape: ModelShape, asked: _Asked, choices: list[_Choice], chosen: _Choice) -> str:
    """Why a better choice was passed over, which is what people ask when an app is slow; empty if none."""
    if asked.device == "auto" and chosen.target.gpu is None:
        if not machine.gpus:
            if machine.gpu_problem:
                return f"{machine.gpu_problem} The CPU is used."
            return "No usable GPU was found, so the CPU is used."
        rivals = [choice for choice in choices if choice.target.gpu is not None]
        if not rivals:
            return f"No GPU here runs {_WORDS[chosen.precision]}, so the CPU is used."
        return _passed_over(
            shape, asked, min(rivals, key=lambda item: _comfortable_bytes(item, shape, asked)), "the CPU is"
        )
    first = choices[0]
    if chosen.precision is not first.precision and chosen.target == first.target and chosen.target.gpu is not None:
        return _passed_over(shape, asked, first, f"{_WORDS[chosen.precision]} are")
    return ""


def _comfortable_bytes(choice: _Choice, shape: ModelShape, asked: _Asked) -> int:
    return choice.plan(shape, _comfortable(shape, asked)).needed_bytes


def _comfortable(shape: ModelShape, asked: _Asked) -> int:
    return asked.context_tokens or min(shape.max_context_tokens, COMFORTABLE_CONTEXT_TOKENS)


def _passed_over(shape: ModelShape, asked: _Asked, rival: _Choice, instead: str) -> str:
    return (
        f"{rival.target.name} has {gigabytes(rival.target.free_bytes)} free, too little for "
        f"{_WORDS[rival.precision]} with {_comfortable(shape, asked):,} tokens of context "
        f"({gigabytes(_comfortable_bytes(rival, shape, asked))} and a margin), so {instead} used."
    )


def _size(machine: Machine, shape: ModelShape, asked: _Asked, chosen: _Choice, context_tokens: int) -> str:
    needed = gigabytes(chosen.plan(shape, context_tokens).needed_bytes)
    free = gigabytes(chosen.target.free_bytes)
    place = "memory" if chosen.target.gpu is None else f"on {chosen.target.name}"
    what = f"{_WORDS[chosen.precision]} with {context_tokens:,} tokens of context"
    return f"{what}: {needed} of {free} free {place}{_merit(machine, shape, asked, chosen)}."


def _merit(machine: Machine, shape: ModelShape, asked: _Asked, chosen: _Choice) -> str:
    if asked.precision is not Precision.AUTO:
        return ", as asked"
    if chosen.target.gpu is not None:
        return "; the GPU has no BF16" if chosen.precision is Precision.FP16 else ""
    if chosen.precision is Precision.FP32:
        tiny = shape.parameters < TINY_PARAMETERS
        return ", exact and fast for so small a model" if tiny else ", exact; this CPU is not faster with less"
    if chosen.precision is Precision.INT8 and not machine.cpu.has(*_FAST_INT8):
        return ", near-lossless and the smallest"
    return ", near-lossless and the fastest here"


def _warnings(chosen: _Choice, context_tokens: int, shape: ModelShape) -> Iterator[str]:
    gpu = chosen.target.gpu
    if chosen.precision is Precision.BF16 and gpu is not None and not gpu.supports_bf16:
        yield f"{gpu.name} has no BF16 and emulates it slowly; FP16 is faster."
    if chosen.precision is Precision.FP16 and gpu is None:
        yield "A CPU reads prompts slowly in FP16; 8-bit is faster."
    if chosen.precision is Precision.NF4:
        yield "4-bit weights cost small models noticeable quality and make them repeat themselves more."
    if context_tokens < min(shape.max_context_tokens, COMFORTABLE_CONTEXT_TOKENS):
        yield f"A context of {context_tokens:,} tokens is short: long thoughts may leave an answer no room."


def _out_of_memory(machine: Machine, shape: ModelShape, asked: _Asked, choices: list[_Choice]) -> OutOfMemory:
    least = min(shape.max_context_tokens, SMALLEST_CONTEXT_TOKENS)
    tokens = asked.context_tokens or least
    # The tightest miss is the number that helps: so much more memory would do.
    best = min(choices, key=lambda item: item.plan(shape, tokens).needed_bytes - item.target.budget_bytes)
    needed = gigabytes(best.plan(shape, tokens).needed_bytes)
    free = gigabytes(best.target.free_bytes)
    message = (
        f"Not enough memory on {best.target.device}: {_WORDS[best.precision]} with {tokens:,} tokens of "
        f"context need {needed} and a margin, and {free} is free."
    )
    return OutOfMemory(message, _next_smaller(machine, shape, asked, best, tokens))


def _next_smaller(machine: Machine, shape: ModelShape, asked: _Asked, best: _Choice, tokens: int) -> str:
    """The least change to what was asked for that fits, in words."""
    least = min(shape.max_context_tokens, SMALLEST_CONTEXT_TOKENS, tokens)
    for option in _smaller(machine, shape, best):
        longest = option.largest_context(shape)
        if longest >= least:
            cache = ""
            if option.kv_cache is KVCachePrecision.BITS8 and asked.kv_cache is not KVCachePrecision.BITS8:
                cache = ", an 8-bit KV cache"
            shown = longest if asked.context_tokens is None else min(tokens, longest)
            what = f"{_WORDS[option.precision]} on {option.target.device}{cache} and {shown:,} tokens of context"
            return f"The next smaller choice that fits: {what}."
    return "Close other programs to free memory, or choose a smaller model."


def _smaller(machine: Machine, shape: ModelShape, best: _Choice) -> Iterator[_Choice]:
    eight = KVCachePrecision.BITS8
    yield best
    yield _Choice(best.target, best.precision, eight)
    for precision in (Precision.INT8, Precision.NF4):
        if runs(best.target, precision):
            yield _Choice(best.target, precision, _resolved(best.kv_cache, precision))
            yield _Choice(best.target, precision, eight)
    for place in targets(machine):
        order = cpu_precisions(machine.cpu, shape) if place.gpu is None else (_sixteen_bits(place), Precision.INT8)
        for precision in order:
            if place != best.target and runs(place, precision):
                yield _Choice(place, precision, _resolved(KVCachePrecision.AUTO, precision))
