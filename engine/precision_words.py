"""Why a choice was made, in words: the sentences of `engine.precision`'s decisions. It decides nothing.

Sizes are in 2**30 bytes, called GB as memory makers do.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.choices import Asked, Choice, Target, int8_is_fast, targets
from engine.hardware import Machine
from engine.memory_plan import MIB, ModelShape
from engine.types import Int8Kernel, Precision

COMFORTABLE_CONTEXT_TOKENS = 8_192
TINY_PARAMETERS = 50_000_000  # FP32 weights below 200 MB: reading them is not what takes the time

WEIGHTS: dict[Precision, str] = {
    Precision.BF16: "16-bit weights (BF16)",
    Precision.FP16: "16-bit weights (FP16)",
    Precision.FP32: "32-bit weights (FP32)",
    Precision.INT8: "8-bit weights",
    Precision.NF4: "4-bit weights (NF4)",
}

NF4_WARNING = (
    "4-bit weights make answers worse, and small models lose the most: published tests of Qwen3 find clear "
    "losses from 4 bits down and next to none at 8 (arXiv:2505.02214). They also repeat themselves more; "
    "Qwen advises a presence penalty of 1.5 for quantised weights."
)


def gigabytes(size_bytes: int) -> str:
    """In words such as 1.1 GB, with 2**30 bytes to the GB; small sizes in MB."""
    if size_bytes < (1 << 30) // 10:
        return f"{size_bytes / MIB:.0f} MB"
    return f"{size_bytes / (1 << 30):.1f} GB"


def comfortable_tokens(shape: ModelShape, asked: Asked) -> int:
    """The context that a choice must hold to be taken for its rank: the one asked for, else room for a thought and
    an answer.
    """
    return asked.context_tokens or min(shape.max_context_tokens, COMFORTABLE_CONTEXT_TOKENS)


def reason(
    machine: Machine, shape: ModelShape, asked: Asked, choices: list[Choice], chosen: Choice, context_tokens: int
) -> str:
    """What was taken and why, in a few sentences.

    Args:
        choices: everything that what was asked for allows, best first; `chosen` is one of them.
    """
    sentences = [
        _why_this_gpu(asked, choices, chosen),
        _why_this_place(machine, shape, asked, choices, chosen),
        _size(machine, shape, asked, chosen, context_tokens),
        _kernel(machine, asked, chosen),
    ]
    if asked.context_tokens is None and context_tokens < shape.max_context_tokens:
        own = f"{shape.max_context_tokens:,}"
        sentences.append(f"The context is {context_tokens:,} of the model's {own} tokens, the most that fits.")
    return " ".join(filter(None, sentences))


def warnings(chosen: Choice, context_tokens: int, shape: ModelShape) -> Iterator[str]:
    """What a person should know before relying on the choice."""
    gpu = chosen.target.gpu
    if chosen.precision is Precision.BF16 and gpu is not None and not gpu.supports_bf16:
        yield f"{gpu.name} has no BF16 and emulates it slowly; FP16 is faster."
    if chosen.precision is Precision.FP16 and gpu is None:
        yield "A CPU reads prompts slowly in FP16; 8-bit is faster."
    if chosen.precision is Precision.NF4:
        yield NF4_WARNING
    if context_tokens < min(shape.max_context_tokens, COMFORTABLE_CONTEXT_TOKENS):
        yield f"A context of {context_tokens:,} tokens is short: long thoughts may leave an answer no room."


def missing_int8_kernel(machine: Machine, places: tuple[Target, ...]) -> str:
    """Why bitsandbytes' 8-bit kernel does not run on any of these devices."""
    if machine.bitsandbytes_problem:
        return machine.bitsandbytes_problem
    names = ", ".join(place.name for place in places)
    return f"bitsandbytes has no 8-bit kernel for {names} with this build of PyTorch."


def _why_this_place(machine: Machine, shape: ModelShape, asked: Asked, choices: list[Choice], chosen: Choice) -> str:
    """Why a better choice was passed over, which is what people ask when an app is slow; empty if none."""
    if asked.device == "auto" and chosen.target.gpu is None:
        if not machine.gpus:
            if machine.gpu_problem:
                return f"{machine.gpu_problem} The CPU is used."
            return "No usable GPU was found, so the CPU is used."
        rivals = [choice for choice in choices if choice.target.gpu is not None]
        if not rivals:
            return f"No GPU here runs {WEIGHTS[chosen.precision]}, so the CPU is used."
        tightest = min(rivals, key=lambda item: _comfortable_bytes(item, shape, asked))
        return _passed_over(shape, asked, tightest, "the CPU is")
    first = choices[0]
    if chosen.precision is not first.precision and chosen.target == first.target and chosen.target.gpu is not None:
        return _passed_over(shape, asked, first, f"{WEIGHTS[chosen.precision]} are")
    return ""


def _why_this_gpu(asked: Asked, choices: list[Choice], chosen: Choice) -> str:
    gpus = {choice.target.device for choice in choices if choice.target.gpu is not None}
    if chosen.target.gpu is None or len(gpus) < 2 or ":" in asked.device:
        return ""
    return f"Of {len(gpus)} GPUs, none has more memory free than {chosen.target.name}."


def _comfortable_bytes(choice: Choice, shape: ModelShape, asked: Asked) -> int:
    return choice.plan(shape, comfortable_tokens(shape, asked)).needed_bytes


def _passed_over(shape: ModelShape, asked: Asked, rival: Choice, instead: str) -> str:
    return (
        f"{rival.target.name} has {gigabytes(rival.target.free_bytes)} free, too little for "
        f"{WEIGHTS[rival.precision]} with {comfortable_tokens(shape, asked):,} tokens of context "
        f"({gigabytes(_comfortable_bytes(rival, shape, asked))} and a margin), so {instead} used."
    )


def _size(machine: Machine, shape: ModelShape, asked: Asked, chosen: Choice, context_tokens: int) -> str:
    needed = gigabytes(chosen.plan(shape, context_tokens).needed_bytes)
    free = gigabytes(chosen.target.free_bytes)
    place = "memory" if chosen.target.gpu is None else f"on {chosen.target.name}"
    what = f"{WEIGHTS[chosen.precision]} with {context_tokens:,} tokens of context"
    return f"{what}: {needed} of {free} free {place}{_merit(machine, shape, asked, chosen)}."


def _merit(machine: Machine, shape: ModelShape, asked: Asked, chosen: Choice) -> str:
    if asked.precision is not Precision.AUTO:
        return ", as asked"
    if chosen.target.gpu is not None:
        return "; the GPU has no BF16" if chosen.precision is Precision.FP16 else ""
    if chosen.precision is Precision.FP32:
        tiny = shape.parameters < TINY_PARAMETERS
        return ", exact and fast for so small a model" if tiny else ", exact; this CPU is not faster with less"
    if chosen.int8_kernel is not None and not int8_is_fast(machine.cpu, chosen.int8_kernel):
        return ", near-lossless and the smallest"
    return ", near-lossless and the fastest here"


_KERNELS = {Int8Kernel.LEAN: "Ponder's own", Int8Kernel.BITSANDBYTES: "bitsandbytes' (LLM.int8())"}

THEIR_KERNEL = f"The 8-bit kernel is {_KERNELS[Int8Kernel.BITSANDBYTES]}, the default for a GPU."
OWN_KERNEL = f"The 8-bit kernel is {_KERNELS[Int8Kernel.LEAN]}, measured to be faster here than bitsandbytes'."
"""What takes the place of THEIR_KERNEL once both were tried."""


def _kernel(machine: Machine, asked: Asked, chosen: Choice) -> str:
    forced = asked.int8_kernel is not Int8Kernel.AUTO
    if chosen.int8_kernel is None:
        return "The 8-bit kernel that was asked for has nothing to do: no weights are 8-bit." if forced else ""
    words = f"The 8-bit kernel is {_KERNELS[chosen.int8_kernel]}"
    theirs, on_cpu = chosen.int8_kernel is Int8Kernel.BITSANDBYTES, chosen.target.gpu is None
    if forced:
        # The GPUs that were passed over for the kernel's sake.
        without = tuple(item for item in targets(machine) if item.gpu is not None and not item.bitsandbytes_int8)
        passed_over = theirs and on_cpu and without and asked.device == "auto"
        missing = f"{missing_int8_kernel(machine, without)} " if passed_over else ""
        return f"{missing}{words}, as asked."
    if theirs:
        return f"{words}, the default for models of this kind." if on_cpu else THEIR_KERNEL
    if on_cpu:
        return f"{words}, the faster one on a CPU."
    return f"{missing_int8_kernel(machine, (chosen.target,))} {words} instead."
