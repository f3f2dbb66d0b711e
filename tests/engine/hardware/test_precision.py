"""The policy's words, its refusals, and the properties that hold on every machine. The table is test_policy_table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DeviceUnavailable, InvalidRequest, OutOfMemory
from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.precision import COMFORTABLE_CONTEXT_TOKENS, Decision, choose, runs, targets
from engine.types import Int8Kernel, KVCachePrecision, Precision

from . import (
    APPLE,
    GIB,
    LARGE,
    MEDIUM,
    PI,
    SMALL,
    TINY,
    VNNI,
    cuda,
    machine,
    mps,
)

BROKEN = "An NVIDIA driver is installed, but CUDA did not start: the driver is too old."
BF16, FP16, FP32, INT8, NF4 = (
    Precision.BF16,
    Precision.FP16,
    Precision.FP32,
    Precision.INT8,
    Precision.NF4,
)
OWN = 40_960


def test_reasons_say_why_in_numbers() -> None:
    assert choose(machine(), SMALL).reason == (
        "No usable GPU was found, so the CPU is used. 8-bit weights with 40,960 tokens of context: 5.4 GB of "
        "8.0 GB free memory, near-lossless and the fastest here. The 8-bit kernel is Ponder's own, the faster one on a "
        "CPU."
    )
    assert choose(machine(gpu_problem=BROKEN), SMALL).reason.startswith(f"{BROKEN} The CPU is used.")
    assert choose(machine(cuda(12, 1.4)), SMALL).reason.startswith("NVIDIA Test 0 has 1.4 GB free, too little")
    assert "11,776 of the model's 40,960 tokens" in choose(machine(cuda(12, 10.2)), MEDIUM).reason
    assert "no BF16" in choose(machine(cuda(8, bf16=False)), SMALL).reason
    assert "so 8-bit weights are used" in choose(machine(cuda(8, 7.4)), MEDIUM).reason
    assert "small a model" in choose(machine(), TINY).reason
    assert "as asked" in choose(machine(), SMALL, precision=FP32).reason


def test_nothing_fits_says_how_much_is_missing() -> None:
    with pytest.raises(OutOfMemory, match=r"31\.9 GB and a margin, and 8\.0 GB is free.*smaller model"):
        choose(machine(), LARGE)
    with pytest.raises(OutOfMemory):
        choose(machine(ram_gib=2, free_gib=0.3), SMALL)
    with pytest.raises(OutOfMemory):
        choose(machine(ram_gib=0), TINY)


@pytest.mark.parametrize(
    ("where", "arguments", "offer"),
    [
        (machine(cuda(4, 3)), {"device": "cuda", "context_tokens": OWN}, "cuda:0 and 12,544 tokens"),
        (machine(cuda(8, 4)), {"device": "cuda:0", "precision": FP32}, ""),
        (machine(cuda(2, 1.5)), {"device": "cuda", "precision": BF16}, "8-bit weights on cpu"),
        (machine(cuda(2, 1.5, bnb=False)), {"device": "cuda"}, "8-bit weights on cpu"),
        (machine(free_gib=2), {"precision": FP32}, "8-bit weights on cpu and 6,912"),
        (
            machine(cuda(2, 1.93)),
            {"device": "cuda", "precision": BF16, "context_tokens": 1_500},
            "8-bit KV cache",
        ),
    ],
)
def test_forced_choice_that_does_not_fit(where: Machine, arguments: dict[str, object], offer: str) -> None:
    if not offer:  # FP32 of the small model fits 4 GB with a shorter context: it is honoured
        decision = _forced(where, SMALL, arguments)
        assert (decision.device, decision.precision) == ("cuda:0", FP32)
        return
    with pytest.raises(OutOfMemory) as caught:
        _forced(where, SMALL, arguments)
    assert offer in caught.value.remedy
    assert caught.value.message.count(" GB") == 2


def _forced(where: Machine, shape: ModelShape, arguments: dict[str, object]) -> Decision:
    device, precision = arguments.get("device", "auto"), arguments.get("precision", Precision.AUTO)
    context = arguments.get("context_tokens")
    assert isinstance(device, str)
    assert isinstance(precision, Precision)
    assert context is None or isinstance(context, int)
    return choose(where, shape, device=device, precision=precision, context_tokens=context)


def test_forced_choices_are_honoured() -> None:
    big = machine(cuda(24), cuda(24, index=1))
    assert choose(big, SMALL, device="cuda:1").device == "cuda:1"
    assert choose(big, SMALL, device="cpu").device == "cpu"
    for precision in (BF16, FP16, FP32, INT8, NF4):
        assert choose(big, SMALL, precision=precision).precision is precision
    decision = choose(big, SMALL, context_tokens=300, kv_cache=KVCachePrecision.BITS8)
    assert (decision.context_tokens, decision.kv_cache) == (300, KVCachePrecision.BITS8)
    assert choose(big, SMALL).kv_cache is KVCachePrecision.BITS16
    assert choose(machine(), SMALL, precision=FP32).kv_cache is KVCachePrecision.AUTO
    assert choose(machine(cuda(2, 1.9)), SMALL, device="cuda", context_tokens=512).precision is BF16


def test_warnings() -> None:
    assert "emulates" in choose(machine(cuda(12, bf16=False)), SMALL, precision=BF16).warnings[0]
    assert "FP16" in choose(machine(), SMALL, precision=FP16).warnings[0]
    (warning,) = choose(machine(cuda(12)), SMALL, precision=NF4).warnings
    assert "4-bit weights make answers worse, and small models lose the most" in warning
    assert "arXiv:2505.02214" in warning
    assert "presence penalty of 1.5" in warning
    assert "short" in choose(machine(free_gib=1.7), SMALL).warnings[0]
    assert choose(machine(cuda(12)), SMALL).warnings == ()


def test_the_explanation_holds_the_reason_and_every_warning() -> None:
    decision = choose(machine(free_gib=1.7), SMALL, precision=NF4)
    assert len(decision.warnings) == 2
    plain = choose(machine(cuda(12)), SMALL)
    assert plain.explanation == plain.reason
    assert decision.explanation == f"{decision.reason} {decision.warnings[0]} {decision.warnings[1]}"


def test_models_outside_the_lean_decoder_have_bitsandbytes_only() -> None:
    other = replace(SMALL, lean=False)
    assert choose(machine(sets=VNNI), other).int8_kernel is Int8Kernel.BITSANDBYTES
    assert "for models of this kind" in choose(machine(sets=VNNI), other).reason
    # Without AVX-512 its 8 bits are slower than 32, and without it there are none.
    assert choose(machine(free_gib=12), other).precision is FP32
    absent = machine(cuda(12, 2.6, bnb=False), bitsandbytes_problem="bitsandbytes is not installed.", free_gib=12)
    assert choose(absent, other).device == "cpu"
    assert choose(absent, SMALL).precision is INT8
    with pytest.raises(DeviceUnavailable, match="pip install bitsandbytes"):
        choose(absent, other, precision=INT8)
    with pytest.raises(InvalidRequest, match="dense Qwen3 models only"):
        choose(machine(), other, int8_kernel=Int8Kernel.LEAN)
    with pytest.raises(DeviceUnavailable, match="another precision"):
        choose(absent, other, int8_kernel=Int8Kernel.BITSANDBYTES)


def test_absent_devices_name_what_is_there() -> None:
    with pytest.raises(DeviceUnavailable, match=r"no device cuda:3 here.*cuda:0 \(NVIDIA Test 0\), cpu"):
        choose(machine(cuda(12)), SMALL, device="cuda:3")
    with pytest.raises(DeviceUnavailable, match="driver is too old"):
        choose(machine(gpu_problem=BROKEN), SMALL, device="cuda")
    with pytest.raises(DeviceUnavailable):
        choose(machine(cuda(12)), SMALL, device="mps")
    for name in ("gpu", "", "cuda:", "cuda:x", "CPU", "cuda:-1"):
        with pytest.raises(InvalidRequest, match="Unknown device"):
            choose(machine(cuda(12)), SMALL, device=name)


def test_precisions_that_a_device_does_not_run() -> None:
    with pytest.raises(InvalidRequest, match=r"bitsandbytes and a CPU or an NVIDIA or AMD GPU.*mps runs"):
        choose(machine(mps(10, 9)), SMALL, device="mps", precision=NF4)
    assert choose(machine(), SMALL, precision=NF4).device == "cpu"
    with pytest.raises(InvalidRequest, match="no library for this GPU and this build"):
        choose(machine(cuda(12, bnb=False)), SMALL, device="cuda", precision=NF4)
    with pytest.raises(InvalidRequest, match="do not run on mps"):
        choose(machine(mps(10, 9)), SMALL, device="mps", precision=INT8)
    with pytest.raises(InvalidRequest):
        choose(machine(mps(10, 9, bf16=False)), SMALL, device="mps", precision=BF16)
    assert choose(machine(mps(10, 9)), SMALL, precision=INT8).device == "cpu"


@pytest.mark.parametrize("context_tokens", [0, -1, OWN + 1, 10**9])
def test_contexts_that_the_model_does_not_have(context_tokens: int) -> None:
    with pytest.raises(InvalidRequest, match="at most 40,960"):
        choose(machine(), SMALL, context_tokens=context_tokens)


def test_a_measured_probe_overrides_the_guess() -> None:
    where = machine(sets=VNNI)
    assert choose(where, SMALL, cpu_fastest=BF16).precision is BF16
    assert choose(where, TINY, cpu_fastest=BF16).precision is FP32
    assert choose(machine(free_gib=2.3, sets=VNNI), SMALL, cpu_fastest=FP32).precision is INT8


GIBS = st.floats(0, 100, allow_nan=False)
SHAPES = st.sampled_from([SMALL, MEDIUM, LARGE, TINY])
SETS = st.sampled_from([(), PI, APPLE, VNNI])
GPUS = st.lists(st.tuples(GIBS, st.booleans(), st.booleans()), max_size=3).map(
    lambda found: tuple(
        cuda(100, free, index=index, bf16=bf16, bnb=bnb) for index, (free, bf16, bnb) in enumerate(found)
    )
)
PROBLEMS = st.sampled_from(["", "bitsandbytes is not installed."])
MACHINES = st.builds(
    lambda gpus, ram, sets, problem: machine(*gpus, ram_gib=100, free_gib=ram, sets=sets, bitsandbytes_problem=problem),
    GPUS,
    GIBS,
    SETS,
    PROBLEMS,
)


@given(
    MACHINES,
    SHAPES,
    st.sampled_from(["auto", "cpu", "cuda", "cuda:1", "mps"]),
    st.sampled_from(Precision),
    st.sampled_from(KVCachePrecision),
    st.none() | st.integers(1, OWN),
    st.sampled_from(Int8Kernel),
    st.booleans(),
)
def test_a_decision_fits_and_obeys_or_is_refused(
    where: Machine,
    shape: ModelShape,
    device: str,
    precision: Precision,
    kv_cache: KVCachePrecision,
    context_tokens: int | None,
    kernel: Int8Kernel,
    lean: bool,
) -> None:
    try:
        decision = choose(
            where,
            replace(shape, lean=lean),
            device=device,
            precision=precision,
            kv_cache=kv_cache,
            context_tokens=context_tokens,
            int8_kernel=kernel,
        )
    except (OutOfMemory, DeviceUnavailable, InvalidRequest):
        return
    (target,) = (item for item in targets(where) if item.device == decision.device)
    assert decision.needed_bytes <= target.budget_bytes <= decision.free_bytes == target.free_bytes
    assert device in ("auto", decision.device, decision.device.split(":")[0])
    assert precision in (Precision.AUTO, decision.precision)
    assert decision.precision is not Precision.AUTO
    assert runs(target, decision.precision, lean=lean)
    assert (decision.int8_kernel is not None) is (decision.precision is Precision.INT8)
    assert decision.int8_kernel is not Int8Kernel.AUTO
    assert kernel in (Int8Kernel.AUTO, decision.int8_kernel) or decision.int8_kernel is None
    assert lean or decision.int8_kernel is not Int8Kernel.LEAN
    if decision.int8_kernel is Int8Kernel.BITSANDBYTES or decision.precision is Precision.NF4:
        assert target.bitsandbytes
    assert kv_cache in (KVCachePrecision.AUTO, decision.kv_cache)
    assert 1 <= decision.context_tokens <= shape.max_context_tokens
    assert context_tokens in (None, decision.context_tokens)


def _rank(where: Machine, shape: ModelShape) -> tuple[int, int, int]:
    """Comfortable before short; then GPU and 16 bits; then the context. Precisions of a CPU rank by speed."""
    try:
        decision = choose(where, shape)
    except OutOfMemory:
        return (-1, 0, 0)
    if decision.context_tokens < min(shape.max_context_tokens, COMFORTABLE_CONTEXT_TOKENS):
        return (0, 0, decision.context_tokens)
    if decision.device == "cpu":
        # Different precisions have different longest contexts; only the rung is compared for them.
        return (1, 0, 0)
    return (1, 1 if decision.precision is Precision.INT8 else 2, decision.context_tokens)


@given(MACHINES, SHAPES, st.floats(0, 100), st.floats(0, 100))
def test_more_free_memory_is_never_worse(where: Machine, shape: ModelShape, more_ram: float, more_vram: float) -> None:
    before = _rank(where, shape)
    memory = replace(where.memory, available_bytes=where.memory.available_bytes + int(more_ram * GIB))
    assert _rank(replace(where, memory=memory), shape) >= before
    gpus = tuple(
        replace(gpu, free_bytes=gpu.free_bytes + int(more_vram * GIB)) if gpu.index == 0 else gpu for gpu in where.gpus
    )
    assert _rank(replace(where, gpus=gpus), shape) >= before
