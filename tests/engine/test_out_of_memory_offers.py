"""What is offered when memory ran out: a table of machines, and what holds for every machine and model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.choices import Choice, int8_kernel, resolved_kv_cache, runs, targets
from engine.errors import OutOfMemory
from engine.hardware import DeviceKind, GpuInfo, InstructionSet, Machine
from engine.memory_plan import ModelShape
from engine.precision import NothingFits, choose
from engine.smaller import Attempt, Stage, in_words, ran_out, refused, smaller_choices
from engine.types import Int8Kernel, KVCachePrecision, LoadRequest, Precision, SmallerChoice

from .hardware import GIB, LARGE, MEDIUM, PI, SMALL, TINY, cuda, machine, mps, rocm

AUTO, SIXTEEN, EIGHT = KVCachePrecision.AUTO, KVCachePrecision.BITS16, KVCachePrecision.BITS8
BF16, FP16, FP32, INT8, NF4 = Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8, Precision.NF4
GENERAL = replace(SMALL, lean=False)


def attempt(
    here: Machine,
    device: str,
    precision: Precision,
    context: int,
    reached: int | None = None,
    kv_cache: KVCachePrecision = AUTO,
    kernel: Int8Kernel = Int8Kernel.AUTO,
    lean: bool = True,
) -> Attempt:
    target = next(each for each in targets(here) if each.device == device)
    resolved = int8_kernel(target, kernel, lean=lean) if precision is INT8 else None
    choice = Choice(target, precision, resolved_kv_cache(kv_cache, precision), resolved)
    return Attempt(choice, context, context if reached is None else reached, kernel)


Offer = tuple[str, Precision, KVCachePrecision, int]


def brief(offers: tuple[SmallerChoice, ...]) -> list[Offer]:
    return [(o.device, o.precision, o.kv_cache, o.context_tokens) for o in offers]


@dataclass(frozen=True)
class Case:
    name: str
    here: Machine
    shape: ModelShape
    failed: Attempt
    offered: list[Offer]


def case(
    name: str,
    here: Machine,
    shape: ModelShape,
    device: str,
    precision: Precision,
    context: int,
    *offered: Offer,
    reached: int | None = None,
    kv_cache: KVCachePrecision = AUTO,
    kernel: Int8Kernel = Int8Kernel.AUTO,
) -> Case:
    failed = attempt(here, device, precision, context, reached, kv_cache, kernel, shape.lean)
    return Case(name, here, shape, failed, list(offered))


ROOMY = machine(cuda(24), ram_gib=64)
CARD_4 = machine(cuda(4, 3), ram_gib=16)
FULL_CARD = machine(cuda(8, 0.5), ram_gib=16)
LAPTOP = machine(ram_gib=16, free_gib=6)
SMALL_LAPTOP = machine(ram_gib=4, free_gib=1.6)
MAC = machine(mps(11, 9), ram_gib=16, sets=(InstructionSet.NEON,))

CASES = (
    case(
        "16 bits on a card: everything in order",
        ROOMY, SMALL, "cuda:0", BF16, 32_768,
        ("cuda:0", BF16, SIXTEEN, 16_384), ("cuda:0", BF16, EIGHT, 32_768), ("cuda:0", INT8, SIXTEEN, 32_768),
        ("cpu", INT8, SIXTEEN, 32_768),
    ),
    case(
        "what is free decides how much context is left",
        CARD_4, SMALL, "cuda:0", BF16, 32_768,
        ("cuda:0", BF16, SIXTEEN, 8_192), ("cuda:0", BF16, EIGHT, 16_384), ("cuda:0", INT8, SIXTEEN, 8_192),
        ("cpu", INT8, SIXTEEN, 32_768),
    ),
    case(
        "a card that others have filled leaves the CPU",
        FULL_CARD, SMALL, "cuda:0", BF16, 8_192, ("cpu", INT8, SIXTEEN, 8_192),
    ),
    case(
        "while the weights are loaded a shorter context is no help",
        ROOMY, SMALL, "cuda:0", BF16, 32_768,
        ("cuda:0", INT8, SIXTEEN, 32_768), ("cpu", INT8, SIXTEEN, 32_768),
        reached=0,
    ),
    case(
        "a context that is longer than what was in use is no help either",
        ROOMY, MEDIUM, "cuda:0", BF16, 32_768,
        ("cuda:0", BF16, SIXTEEN, 4_096), ("cuda:0", BF16, EIGHT, 32_768), ("cuda:0", INT8, SIXTEEN, 32_768),
        ("cpu", INT8, SIXTEEN, 32_768),
        reached=5_000,
    ),
    case(
        "8 bits already: the context, then the cache, then the CPU",
        ROOMY, SMALL, "cuda:0", INT8, 32_768,
        ("cuda:0", INT8, SIXTEEN, 16_384), ("cuda:0", INT8, EIGHT, 32_768), ("cpu", INT8, SIXTEEN, 32_768),
    ),
    case(
        "32 bits on a card have 16 between them and 8",
        ROOMY, SMALL, "cuda:0", FP32, 8_192,
        ("cuda:0", FP32, AUTO, 4_096), ("cuda:0", FP32, EIGHT, 8_192), ("cuda:0", BF16, SIXTEEN, 8_192),
        ("cuda:0", INT8, SIXTEEN, 8_192), ("cpu", INT8, SIXTEEN, 8_192),
    ),
    case(
        "a card without BF16 is offered FP16",
        machine(cuda(24, bf16=False), ram_gib=4, free_gib=0.5), SMALL, "cuda:0", FP32, 1_024,
        ("cuda:0", FP32, EIGHT, 1_024), ("cuda:0", FP16, SIXTEEN, 1_024), ("cuda:0", INT8, SIXTEEN, 1_024),
    ),
    case(
        "on the CPU: no further CPU",
        LAPTOP, SMALL, "cpu", FP32, 8_192,
        ("cpu", FP32, AUTO, 4_096), ("cpu", FP32, EIGHT, 8_192), ("cpu", INT8, SIXTEEN, 8_192),
    ),
    case(
        "a small laptop gives up the context with the weights",
        SMALL_LAPTOP, SMALL, "cpu", FP32, 8_192,
        ("cpu", INT8, SIXTEEN, 2_048),
    ),
    case(
        "nothing but four bits",
        machine(ram_gib=4, free_gib=1.2), SMALL, "cpu", INT8, 2_048, ("cpu", NF4, SIXTEEN, 1_024),
    ),
    case(
        "not even four bits",
        machine(ram_gib=4, free_gib=0.6), SMALL, "cpu", INT8, 2_048,
    ),
    case(
        "four bits that failed leave a shorter context",
        LAPTOP, SMALL, "cpu", NF4, 8_192, ("cpu", NF4, SIXTEEN, 4_096), ("cpu", NF4, EIGHT, 8_192),
    ),
    case(
        "a shortest context leaves cache and weights",
        LAPTOP, SMALL, "cpu", FP32, 1_024, ("cpu", FP32, EIGHT, 1_024), ("cpu", INT8, SIXTEEN, 1_024),
    ),
    case(
        "an 8-bit cache is kept to",
        ROOMY, SMALL, "cuda:0", BF16, 32_768,
        ("cuda:0", BF16, EIGHT, 16_384), ("cuda:0", INT8, EIGHT, 32_768), ("cpu", INT8, EIGHT, 32_768),
        kv_cache=EIGHT,
    ),
    case(
        "Apple's GPU runs no 8-bit weights",
        MAC, SMALL, "mps", BF16, 32_768,
        ("mps", BF16, SIXTEEN, 16_384), ("mps", BF16, EIGHT, 32_768), ("cpu", INT8, SIXTEEN, 32_768),
    ),
    case(
        "AMD is as NVIDIA",
        machine(rocm(16, 15), ram_gib=4, free_gib=0.5), SMALL, "cuda:0", BF16, 8_192,
        ("cuda:0", BF16, SIXTEEN, 4_096), ("cuda:0", BF16, EIGHT, 8_192), ("cuda:0", INT8, SIXTEEN, 8_192),
    ),
    case(
        "a Raspberry Pi",
        machine(ram_gib=8, free_gib=3, sets=PI), SMALL, "cpu", INT8, 16_384, ("cpu", INT8, SIXTEEN, 8_192),
        ("cpu", INT8, EIGHT, 16_384),
    ),
    case(
        "the general path has no 8-bit cache, and its 8 bits are bitsandbytes'",
        ROOMY, GENERAL, "cuda:0", BF16, 32_768,
        ("cuda:0", BF16, SIXTEEN, 16_384), ("cuda:0", INT8, SIXTEEN, 32_768), ("cpu", FP32, AUTO, 8_192),
    ),
    case(
        "a model far too large for everything",
        LAPTOP, LARGE, "cpu", INT8, 8_192,
    ),
    case(
        "a tiny model with a long context",
        LAPTOP, TINY, "cpu", FP32, 4_096,
        ("cpu", FP32, AUTO, 2_048), ("cpu", FP32, EIGHT, 4_096), ("cpu", INT8, SIXTEEN, 4_096),
    ),
)  # fmt: skip


@pytest.mark.parametrize("each", CASES, ids=lambda each: each.name)
def test_the_table(each: Case) -> None:
    assert brief(smaller_choices(each.here, each.shape, each.failed)) == each.offered


def test_a_card_that_has_vanished_since_leaves_the_cpu() -> None:
    failed = attempt(ROOMY, "cuda:0", BF16, 8_192)
    assert brief(smaller_choices(machine(ram_gib=16), SMALL, failed)) == [("cpu", INT8, SIXTEEN, 8_192)]


def test_a_kernel_that_was_asked_for_is_kept_to() -> None:
    """Without bitsandbytes' library for the card, weights of 8 bits that must go through it are no offer there."""
    here = machine(cuda(24, bnb=False), ram_gib=64)
    failed = attempt(here, "cuda:0", BF16, 8_192, kernel=Int8Kernel.BITSANDBYTES)
    offers = smaller_choices(here, SMALL, failed)
    assert ("cuda:0", INT8) not in [(o.device, o.precision) for o in offers]
    assert ("cuda:0", INT8) in [
        (o.device, o.precision) for o in smaller_choices(here, SMALL, attempt(here, "cuda:0", BF16, 8_192))
    ]


def test_an_offer_carries_the_rest_of_the_request_along() -> None:
    asked = LoadRequest("folder", "cuda:0", BF16, SIXTEEN, None, Int8Kernel.BITSANDBYTES)
    eight = SmallerChoice("cpu", INT8, EIGHT, 4_096, 1, "because")
    assert eight.applied_to(asked) == LoadRequest("folder", "cpu", INT8, EIGHT, 4_096, Int8Kernel.BITSANDBYTES)
    # The policy refuses a kernel for weights that are not 8-bit.
    sixteen = replace(eight, precision=BF16)
    assert sixteen.applied_to(asked).int8_kernel is Int8Kernel.AUTO


def test_the_error_says_what_failed_and_every_offer() -> None:
    error = ran_out(ROOMY, SMALL, attempt(ROOMY, "cuda:0", BF16, 32_768, 20_000), Stage.READING)
    assert error.message == (
        "There was not enough memory on cuda:0 while the prompt was read: 16-bit weights (BF16) with 32,768 tokens of "
        "context take about 5.2 GB."
    )
    assert len(error.offers) == 4
    assert error.remedy == "What fits: " + " ".join(offer.reason for offer in error.offers)
    assert "A context of 16,384 tokens instead of 32,768 takes 3.4 GB instead of 5.2 GB" in str(error)
    assert "near-lossless" in str(error)
    assert "The CPU is slower; 8-bit weights take 4.6 GB of the 32.0 GB of main memory that is free." in str(error)


def test_four_bits_come_with_their_warning() -> None:
    here = machine(ram_gib=4, free_gib=1.2)
    (offer,) = smaller_choices(here, SMALL, attempt(here, "cpu", INT8, 2_048))
    assert "make answers worse" in offer.reason


def test_where_nothing_fits_a_smaller_model_is_named() -> None:
    here = machine(ram_gib=4, free_gib=0.6)
    error = ran_out(here, SMALL, attempt(here, "cpu", INT8, 2_048, 0), Stage.LOADING)
    assert error.offers == ()
    assert "choose a smaller model" in str(error)
    assert in_words(()) in str(error)


def test_what_the_policy_refuses_gets_offers_too() -> None:
    here = machine(cuda(6, 5), ram_gib=16)
    with pytest.raises(NothingFits) as caught:
        choose(here, SMALL, device="cuda:0", precision=FP32, context_tokens=32_768)
    error = refused(here, SMALL, caught.value, Int8Kernel.AUTO)
    assert error.message == caught.value.message
    assert type(error) is OutOfMemory, "only its name crosses the pipe to the window"
    assert brief(error.offers)[0] == ("cuda:0", FP32, AUTO, 8_192)


# --- what always holds --------------------------------------------------------------------------------------


gibibytes = st.floats(0, 64, allow_nan=False)
sets = st.sets(st.sampled_from(InstructionSet)).map(tuple)


@st.composite
def gpus(draw: st.DrawFn) -> GpuInfo:
    kind = draw(st.sampled_from([DeviceKind.CUDA, DeviceKind.ROCM, DeviceKind.MPS]))
    free = int(draw(gibibytes) * GIB)
    bf16 = draw(st.booleans())
    architecture = {DeviceKind.CUDA: "sm_86" if bf16 else "sm_75", DeviceKind.ROCM: "gfx1100", DeviceKind.MPS: ""}[kind]
    return GpuInfo(kind, 0, "A GPU", 64 * GIB, free, bf16, architecture, draw(st.booleans()))


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    found = draw(st.lists(gpus(), max_size=1))
    problem = draw(st.sampled_from(["", "bitsandbytes is not installed."]))
    return machine(*found, ram_gib=64, free_gib=draw(gibibytes), sets=draw(sets), bitsandbytes_problem=problem)


shapes = st.sampled_from([SMALL, MEDIUM, LARGE, TINY, GENERAL])


@st.composite
def attempts(draw: st.DrawFn) -> tuple[Machine, ModelShape, Attempt]:
    """Something that this machine could have tried, whatever was free then."""
    here, shape = draw(machines()), draw(shapes)
    target = draw(st.sampled_from(targets(here)))
    able = [each for each in Precision if each is not Precision.AUTO and runs(target, each, lean=shape.lean)]
    precision = draw(st.sampled_from(able))
    context = draw(st.integers(1, shape.max_context_tokens))
    reached = draw(st.one_of(st.just(0), st.just(context), st.integers(0, context)))
    kv_cache = draw(st.sampled_from([AUTO, EIGHT] if shape.lean else [AUTO]))
    return here, shape, attempt(here, target.device, precision, context, reached, kv_cache, lean=shape.lean)


@given(attempts())
def test_an_offer_is_smaller_fits_and_passes_the_policy(tried: tuple[Machine, ModelShape, Attempt]) -> None:
    here, shape, failed = tried
    offers = smaller_choices(here, shape, failed)
    needed = failed.needed_bytes(shape)
    for offer in offers:
        assert offer.needed_bytes < needed
        assert 1 <= offer.context_tokens <= failed.context_tokens
        if offer.context_tokens < failed.context_tokens:
            assert offer.context_tokens >= 1_024
        target = next(each for each in targets(here) if each.device == offer.device)
        assert runs(target, offer.precision, lean=shape.lean)
        assert offer.needed_bytes <= target.budget_bytes
        assert shape.lean or offer.kv_cache is not EIGHT
        assert offer.reason.endswith(".")
        # Taken up at once, the policy accepts it and changes nothing about it.
        decision = choose(
            here,
            shape,
            device=offer.device,
            precision=offer.precision,
            kv_cache=offer.kv_cache,
            context_tokens=offer.context_tokens,
        )
        assert (decision.precision, decision.kv_cache, decision.needed_bytes) == (
            offer.precision,
            offer.kv_cache,
            offer.needed_bytes,
        )
    assert len(set(brief(offers))) == len(offers)


@given(attempts())
def test_on_the_same_device_it_takes_less_where_memory_ran_out(tried: tuple[Machine, ModelShape, Attempt]) -> None:
    here, shape, failed = tried
    then = failed.choice.plan(shape, failed.reached_tokens).needed_bytes
    for offer in smaller_choices(here, shape, failed):
        if offer.device == failed.choice.target.device:
            again = attempt(here, offer.device, offer.precision, offer.context_tokens, None, offer.kv_cache)
            reached = min(offer.context_tokens, failed.reached_tokens)
            assert again.choice.plan(shape, reached).needed_bytes < then


@given(attempts())
def test_four_bits_are_the_last_resort(tried: tuple[Machine, ModelShape, Attempt]) -> None:
    offers = smaller_choices(*tried)
    if tried[2].choice.precision is not NF4 and any(offer.precision is NF4 for offer in offers):
        assert {offer.precision for offer in offers} == {NF4}


@given(attempts())
def test_taking_the_first_offer_again_and_again_ends(tried: tuple[Machine, ModelShape, Attempt]) -> None:
    here, shape, failed = tried
    for _ in range(60):
        offers = smaller_choices(here, shape, failed)
        if not offers:
            return
        first = offers[0]
        failed = attempt(
            here, first.device, first.precision, first.context_tokens, None, first.kv_cache, lean=shape.lean
        )
    pytest.fail("it goes on for ever")
