"""What to load instead when memory ran out, in the order in which it should be offered, each with its reason.

Pure functions of the machine as it is now (ask it anew, after everything was let go), the model's sizes and what
failed. Nothing is loaded here and nothing is decided: a person takes an offer up or does not.

The order: a shorter context, an 8-bit KV cache, lighter weights (16 bits where they were 32, then 8), the CPU where it
was a GPU. NF4 costs quality, so it is offered only where none of these is left. Every offer

- takes less than what failed, with its whole context in use and also, by so much that it is worth trying, at the
  point where memory ran out: a shorter context is no help where the weights did not even fit,
- runs on this machine, and fits its free memory with the policy's own margin, so that the policy lets it through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.choices import Choice, Target, int8_kernel, resolved_kv_cache, runs, sixteen_bits, targets
from engine.errors import OutOfMemory
from engine.hardware import Machine
from engine.memory_plan import CONTEXT_STEP_TOKENS, MIB, ModelShape
from engine.precision import SMALLEST_CONTEXT_TOKENS, NothingFits, cpu_precisions
from engine.precision_words import COMFORTABLE_CONTEXT_TOKENS, WEIGHTS, gigabytes
from engine.types import Int8Kernel, KVCachePrecision, Precision, SmallerChoice

# An offer must save at least one part in so many of what the context in use took.
USEFUL_PART = 20


class Stage(StrEnum):
    """What was being done, in words."""

    LOADING = "while the model was loaded"
    READING = "while the prompt was read"
    WRITING = "while the answer was written"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What ran out of memory, or was refused because it would.

    reached_tokens: how much of the context was in use, which is what the KV cache had to have room for; 0 while the
    weights were loaded, `context_tokens` where it is not known.
    int8_kernel: what the person asked for; an offer of 8-bit weights keeps to it.
    """

    choice: Choice
    context_tokens: int
    reached_tokens: int
    int8_kernel: Int8Kernel = Int8Kernel.AUTO

    def needed_bytes(self, shape: ModelShape) -> int:
        return self.choice.plan(shape, self.context_tokens).needed_bytes


def smaller_choices(machine: Machine, shape: ModelShape, failed: Attempt) -> tuple[SmallerChoice, ...]:
    """The offers, best first; empty: nothing smaller of this model fits here."""
    search = _Search(machine, shape, failed)
    places = targets(machine)
    here = [place for place in places if place.device == failed.choice.target.device]
    elsewhere = [places[-1]] if failed.choice.target.gpu is not None else []
    found: list[SmallerChoice] = []
    for place in here:
        found += search.shorter_context(place)
        found += search.eight_bit_cache(place)
        found += search.lighter_weights(place)
    for place in elsewhere:
        found += search.cpu(place)
    if not found:
        for place in (*here, *elsewhere):
            found += search.four_bits(place)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Option:
    choice: Choice
    context_tokens: int

    def needed_bytes(self, shape: ModelShape) -> int:
        return self.choice.plan(shape, self.context_tokens).needed_bytes


class _Search:
    def __init__(self, machine: Machine, shape: ModelShape, failed: Attempt) -> None:
        self._machine = machine
        self._shape = shape
        self._failed = failed
        self._whole = failed.choice.plan(shape, failed.context_tokens)
        self._reached = failed.choice.plan(shape, failed.reached_tokens)

    # -- the steps, each with one offer or none --

    def shorter_context(self, place: Target) -> Iterator[SmallerChoice]:
        failed = self._failed
        for context in _halvings(failed.context_tokens)[1:]:
            option = self._option(place, failed.choice.precision, failed.choice.kv_cache, context)
            if option is not None:
                yield self._offer(
                    option,
                    f"A context of {context:,} tokens instead of {failed.context_tokens:,} takes "
                    f"{self._sizes(option)}; a longer conversation does not fit whole.",
                )
                return

    def eight_bit_cache(self, place: Target) -> Iterator[SmallerChoice]:
        # Only Ponder's own decoder has one.
        if not self._shape.lean or self._failed.choice.kv_cache is KVCachePrecision.BITS8:
            return
        option = self._longest(place, self._failed.choice.precision, (KVCachePrecision.BITS8,))
        if option is not None:
            shorter = self._besides(option, cache=False)
            yield self._offer(option, f"An 8-bit KV cache{shorter} takes {self._sizes(option)}.")

    def lighter_weights(self, place: Target) -> Iterator[SmallerChoice]:
        lighter: list[Precision] = []
        if self._failed.choice.precision is Precision.FP32 and place.gpu is not None:
            lighter.append(sixteen_bits(place))
        if self._failed.choice.precision not in (Precision.INT8, Precision.NF4):
            lighter.append(Precision.INT8)
        for precision in lighter:
            option = self._longest(place, precision, self._caches(precision))
            if option is not None:
                what = f"{WEIGHTS[precision]}{self._besides(option)}"
                lossless = " and are near-lossless" if precision is Precision.INT8 else ""
                yield self._offer(option, f"{what} take {self._sizes(option)}{lossless}.")

    def cpu(self, place: Target) -> Iterator[SmallerChoice]:
        for precision in cpu_precisions(self._machine.cpu, self._shape):
            option = self._longest(place, precision, self._caches(precision))
            if option is not None:
                needed, free = gigabytes(option.needed_bytes(self._shape)), gigabytes(place.free_bytes)
                what = f"{WEIGHTS[precision]}{self._besides(option)}"
                yield self._offer(
                    option, f"The CPU is slower; {what} take {needed} of the {free} of main memory that is free."
                )
                return

    def four_bits(self, place: Target) -> Iterator[SmallerChoice]:
        option = self._longest(place, Precision.NF4, self._caches(Precision.NF4))
        if option is not None:
            where = f" on {place.device}" if place.device != self._failed.choice.target.device else ""
            yield self._offer(
                option,
                f"{WEIGHTS[Precision.NF4]}{where}{self._besides(option)} take {self._sizes(option)}, but make answers "
                "worse, those of small models most of all.",
            )

    # -- what counts as one --

    def _longest(self, place: Target, precision: Precision, caches: Sequence[KVCachePrecision]) -> _Option | None:
        """The option with the longest context. The first cache is preferred while that leaves a comfortable one."""
        contexts = _halvings(self._failed.context_tokens)
        comfortable = min(self._failed.context_tokens, COMFORTABLE_CONTEXT_TOKENS)
        for least in (comfortable, 1):
            for cache in caches:
                for context in contexts:
                    option = self._option(place, precision, cache, context)
                    if context >= least and option is not None:
                        return option
        return None

    def _caches(self, precision: Precision) -> tuple[KVCachePrecision, ...]:
        eight = KVCachePrecision.BITS8
        if self._failed.choice.kv_cache is eight:
            return (eight,)
        own = resolved_kv_cache(KVCachePrecision.AUTO, precision)
        return (own, eight) if self._shape.lean else (own,)

    def _option(
        self, place: Target, precision: Precision, kv_cache: KVCachePrecision, context_tokens: int
    ) -> _Option | None:
        """None where it does not run, does not fit, or is not small enough."""
        lean = self._shape.lean
        kernel = int8_kernel(place, self._failed.int8_kernel, lean=lean) if precision is Precision.INT8 else None
        if not runs(place, precision, lean=lean) or (precision is Precision.INT8 and kernel is None):
            return None
        choice = Choice(place, precision, kv_cache, kernel)
        option = _Option(choice, context_tokens)
        if not choice.fits(self._shape, context_tokens):
            return None
        if option.needed_bytes(self._shape) >= self._whole.needed_bytes:
            return None
        if place.device != self._failed.choice.target.device:
            return option  # another memory: how far this one was filled says nothing of it
        reached = choice.plan(self._shape, min(context_tokens, self._failed.reached_tokens))
        worth_bytes = (self._reached.kv_cache_bytes + self._reached.workspace_bytes) // USEFUL_PART
        saved_bytes = self._reached.needed_bytes - reached.needed_bytes
        return option if saved_bytes >= max(1, worth_bytes) else None

    # -- words --

    def _offer(self, option: _Option, reason: str) -> SmallerChoice:
        return SmallerChoice(
            device=option.choice.target.device,
            precision=option.choice.precision,
            kv_cache=option.choice.kv_cache,
            context_tokens=option.context_tokens,
            needed_bytes=option.needed_bytes(self._shape),
            reason=reason,
        )

    def _sizes(self, option: _Option) -> str:
        small, large = option.needed_bytes(self._shape), self._whole.needed_bytes
        if gigabytes(small) == gigabytes(large):  # of a small model even megabytes count
            return f"{small / MIB:,.0f} MB instead of {large / MIB:,.0f} MB"
        return f"{gigabytes(small)} instead of {gigabytes(large)}"

    def _besides(self, option: _Option, *, cache: bool = True) -> str:
        """What the option gives up besides the step's own point."""
        more: list[str] = []
        eight = KVCachePrecision.BITS8
        if cache and option.choice.kv_cache is eight and self._failed.choice.kv_cache is not eight:
            more.append("an 8-bit KV cache")
        if option.context_tokens < self._failed.context_tokens:
            more.append(f"a context of {option.context_tokens:,} tokens")
        return f" with {' and '.join(more)}" if more else ""


def _halvings(context_tokens: int) -> list[int]:
    """The context itself and then half as much each time, in whole steps, as long as it is of use."""
    found = [context_tokens]
    while (half := found[-1] // 2 // CONTEXT_STEP_TOKENS * CONTEXT_STEP_TOKENS) >= SMALLEST_CONTEXT_TOKENS:
        found.append(half)
    return found


# --- errors -------------------------------------------------------------------------------------------------


def in_words(offers: Sequence[SmallerChoice]) -> str:
    """What a person can do: take one of the offers, or, said honestly, something else where there is none."""
    if not offers:
        return (
            "No smaller way to run this model fits the memory that is free: choose a smaller model, or close other "
            "programs."
        )
    return "What fits: " + " ".join(offer.reason for offer in offers)


def ran_out(machine: Machine, shape: ModelShape, failed: Attempt, stage: Stage) -> OutOfMemory:
    """The error for memory that ran out in `stage`, with its offers.

    Args:
        machine: as it is after everything was let go.
    """
    offers = smaller_choices(machine, shape, failed)
    choice = failed.choice
    message = (
        f"There was not enough memory on {choice.target.device} {stage.value}: {WEIGHTS[choice.precision]} with "
        f"{failed.context_tokens:,} tokens of context take about {gigabytes(failed.needed_bytes(shape))}."
    )
    return OutOfMemory(message, in_words(offers), offers)


def refused(machine: Machine, shape: ModelShape, refusal: NothingFits, kernel: Int8Kernel) -> OutOfMemory:
    """The error for what the policy refused before loading, with offers instead of its own one word.

    Args:
        kernel: the 8-bit kernel that was asked for.
    """
    failed = Attempt(refusal.choice, refusal.context_tokens, refusal.context_tokens, kernel)
    offers = smaller_choices(machine, shape, failed)
    return OutOfMemory(refusal.message, in_words(offers), offers)
