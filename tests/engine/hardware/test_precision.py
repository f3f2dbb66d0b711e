"""The policy on a table of machines, its refusals, and the properties that hold on every machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DeviceUnavailable, InvalidRequest, OutOfMemory
from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.precision import COMFORTABLE_CONTEXT_TOKENS, Decision, choose, runs, targets
from engine.types import KVCachePrecision, Precision

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
    rocm,
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

# What is there, the model, and what it must get: device, precision, (shortest, longest) context.
TABLE: list[tuple[str, Machine, ModelShape, str, Precision, tuple[int, int]]] = [
    ("2 GB card", machine(cuda(2, 1.7)), SMALL, "cpu", INT8, (OWN, OWN)),
    ("4 GB card", machine(cuda(4, 3.6)), SMALL, "cuda:0", BF16, (8_192, 20_000)),
    ("6 GB card", machine(cuda(6, 5.6)), SMALL, "cuda:0", BF16, (30_000, OWN - 1)),
    ("12 GB card", machine(cuda(12, 11)), SMALL, "cuda:0", BF16, (OWN, OWN)),
    ("12 GB card, others use 9.4 GB", machine(cuda(12, 2.6)), SMALL, "cuda:0", INT8, (8_192, 9_000)),
    ("12 GB card, others use 10.6 GB", machine(cuda(12, 1.4)), SMALL, "cpu", INT8, (OWN, OWN)),
    ("6 GB card and 4B", machine(cuda(6, 5.5)), MEDIUM, "cpu", INT8, (8_192, 30_000)),
    ("8 GB card and 4B", machine(cuda(8, 7.4)), MEDIUM, "cuda:0", INT8, (8_192, 15_000)),
    ("12 GB card and 4B", machine(cuda(12, 11)), MEDIUM, "cuda:0", BF16, (8_192, 20_000)),
    ("24 GB card and 4B", machine(cuda(24, 23)), MEDIUM, "cuda:0", BF16, (OWN, OWN)),
    ("24 GB card and 32B", machine(cuda(24), free_gib=48, ram_gib=64), LARGE, "cpu", INT8, (OWN, OWN)),
    ("40 GB card and 32B", machine(cuda(40, 39)), LARGE, "cuda:0", INT8, (8_192, 20_000)),
    ("80 GB card and 32B", machine(cuda(80, 79)), LARGE, "cuda:0", BF16, (OWN, OWN)),
    ("141 GB card and 32B", machine(cuda(141, 139)), LARGE, "cuda:0", BF16, (OWN, OWN)),
    ("pre-Ampere", machine(cuda(11, 10.5, bf16=False)), SMALL, "cuda:0", FP16, (OWN, OWN)),
    ("pre-Ampere and tiny", machine(cuda(4, 3.5, bf16=False)), TINY, "cuda:0", FP16, (4_096, 4_096)),
    ("the freer of two", machine(cuda(24, 3), cuda(12, 11, index=1)), SMALL, "cuda:1", BF16, (OWN, OWN)),
    ("equal ones", machine(cuda(12), cuda(12, index=1)), SMALL, "cuda:0", BF16, (OWN, OWN)),
    ("two too small", machine(cuda(2, 1.5), cuda(2, 1.8, index=1)), SMALL, "cpu", INT8, (OWN, OWN)),
    ("ROCm", machine(rocm(16, 15)), SMALL, "cuda:0", BF16, (OWN, OWN)),
    ("ROCm and 4B", machine(rocm(8, 7.5)), MEDIUM, "cuda:0", INT8, (8_192, 15_000)),
    ("Mac of 16 GB", machine(mps(10.7, 9), free_gib=9, sets=APPLE), SMALL, "mps", BF16, (OWN, OWN)),
    ("older macOS", machine(mps(10.7, 9, bf16=False), sets=APPLE), SMALL, "mps", FP16, (OWN, OWN)),
    ("Mac of 8 GB and 4B", machine(mps(5.3, 5), free_gib=7.5, sets=APPLE), MEDIUM, "cpu", INT8, (8_192, OWN)),
    ("Mac of 64 GB and 32B", machine(mps(48, 46), free_gib=50, sets=APPLE), LARGE, "cpu", INT8, (OWN, OWN)),
    ("laptop of 4 GB", machine(ram_gib=4, free_gib=1.7), SMALL, "cpu", INT8, (1_024, 4_000)),
    ("laptop of 8 GB", machine(ram_gib=8, free_gib=4), SMALL, "cpu", INT8, (15_000, 30_000)),
    ("laptop of 16 GB", machine(), SMALL, "cpu", INT8, (OWN, OWN)),
    ("server CPU", machine(ram_gib=64, sets=VNNI), MEDIUM, "cpu", INT8, (OWN, OWN)),
    ("Raspberry Pi of 4 GB", machine(ram_gib=4, free_gib=3, sets=PI), SMALL, "cpu", INT8, (8_192, 20_000)),
    ("CPU without vectors", machine(sets=()), SMALL, "cpu", FP32, (8_192, OWN)),
    ("CPU without vectors, little RAM", machine(free_gib=2.8, sets=()), SMALL, "cpu", INT8, (8_192, OWN)),
    ("tiny model, no GPU", machine(), TINY, "cpu", FP32, (4_096, 4_096)),
    ("tiny model, container of 1 GB", machine(ram_gib=1, free_gib=0.7), TINY, "cpu", FP32, (4_096, 4_096)),
    ("broken driver", machine(gpu_problem=BROKEN), SMALL, "cpu", INT8, (OWN, OWN)),
    ("neither comfortable", machine(cuda(2, 2), free_gib=1.6), SMALL, "cuda:0", INT8, (2_500, 8_191)),
]


@pytest.mark.parametrize(
    ("where", "shape", "device", "precision", "context"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_table(where: Machine, shape: ModelShape, device: str, precision: Precision, context: tuple[int, int]) -> None:
    decision = choose(where, shape)
    assert (decision.device, decision.precision) == (device, precision)
    assert context[0] <= decision.context_tokens <= context[1]
    assert decision.needed_bytes == decision.plan.needed_bytes < decision.free_bytes
    assert " GB" in decision.reason
    assert f"{decision.context_tokens:,}" in decision.reason


def test_reasons_say_why_in_numbers() -> None:
    assert choose(machine(), SMALL).reason == (
        "No usable GPU was found, so the CPU is used. 8-bit weights with 40,960 tokens of context: 5.5 GB of "
        "8.0 GB free memory, near-lossless and the fastest here."
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
        (machine(cuda(2, 1.5)), {"device": "cuda", "precision": BF16}, "4-bit weights (NF4) on cuda:0"),
        (machine(cuda(2, 1.5, bnb=False)), {"device": "cuda"}, "8-bit weights on cpu"),
        (machine(free_gib=2), {"precision": FP32}, "8-bit weights on cpu and 6,400"),
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
    assert "4-bit" in choose(machine(cuda(12)), SMALL, precision=NF4).warnings[0]
    assert "short" in choose(machine(free_gib=1.7), SMALL).warnings[0]
    assert choose(machine(cuda(12)), SMALL).warnings == ()


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
    with pytest.raises(InvalidRequest, match="not installed, or not for this GPU"):
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
MACHINES = st.builds(lambda gpus, ram, sets: machine(*gpus, ram_gib=100, free_gib=ram, sets=sets), GPUS, GIBS, SETS)


@given(
    MACHINES,
    SHAPES,
    st.sampled_from(["auto", "cpu", "cuda", "cuda:1", "mps"]),
    st.sampled_from(Precision),
    st.sampled_from(KVCachePrecision),
    st.none() | st.integers(1, OWN),
)
def test_a_decision_fits_and_obeys_or_is_refused(
    where: Machine,
    shape: ModelShape,
    device: str,
    precision: Precision,
    kv_cache: KVCachePrecision,
    context_tokens: int | None,
) -> None:
    try:
        decision = choose(
            where, shape, device=device, precision=precision, kv_cache=kv_cache, context_tokens=context_tokens
        )
    except (OutOfMemory, DeviceUnavailable, InvalidRequest):
        return
    (target,) = (item for item in targets(where) if item.device == decision.device)
    assert decision.needed_bytes <= target.budget_bytes <= decision.free_bytes == target.free_bytes
    assert device in ("auto", decision.device, decision.device.split(":")[0])
    assert precision in (Precision.AUTO, decision.precision)
    assert decision.precision is not Precision.AUTO
    assert runs(target, decision.precision)
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
