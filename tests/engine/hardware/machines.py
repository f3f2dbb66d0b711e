"""The table of made-up machines: what each has, which model it is to run, and what the policy must say.

A row reads: on this machine, this model gets that device, that precision and so much context, and the reason has these
words. "Free" is what the driver or the system reports, other programs' share taken off.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalog import find_entry
from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.types import Int8Kernel, KVCachePrecision, Precision

from . import APPLE, PI, TINY, VNNI, cuda, machine, mps, rocm

BF16, FP16, FP32, INT8, NF4 = Precision.BF16, Precision.FP16, Precision.FP32, Precision.INT8, Precision.NF4
LEAN, BITSANDBYTES = Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES
NATIVE = 32_768
BROKEN = "An NVIDIA driver is installed, but CUDA did not start: the driver is too old."
ABSENT = "bitsandbytes is not installed."


@dataclass(frozen=True)
class Asked:
    """What the person forced."""

    device: str = "auto"
    precision: Precision = Precision.AUTO
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO
    context_tokens: int | None = None
    int8_kernel: Int8Kernel = Int8Kernel.AUTO


NOTHING = Asked()


@dataclass(frozen=True)
class Row:
    """context: the exact number of tokens, or the least and the most. kernel: None unless the weights are 8-bit."""

    name: str
    machine: Machine
    model: str
    device: str
    precision: Precision
    context: int | tuple[int, int]
    phrase: str
    kernel: Int8Kernel | None = None
    asked: Asked = NOTHING

    @property
    def context_bounds(self) -> tuple[int, int]:
        return (self.context, self.context) if isinstance(self.context, int) else self.context


@dataclass(frozen=True)
class Refusal:
    """What must be refused before anything is loaded, and what the refusal must say: the problem and the way out."""

    name: str
    machine: Machine
    model: str
    asked: Asked
    kind: str
    problem: str
    remedy: str


def shape_of(model: str) -> ModelShape:
    """Of the catalogue's Qwen3 sizes by their number, or the practice model's."""
    entry = find_entry(f"Qwen3-{model}")
    return TINY if model == "practice" or entry is None else entry.shape


NO_GPU = "No usable GPU was found, so the CPU is used."
TOO_LITTLE_8 = "too little for 8-bit weights with 8,192 tokens of context"
TOO_LITTLE_BF16 = "too little for 16-bit weights (BF16) with 8,192 tokens of context"
TOO_LITTLE_FP16 = "too little for 16-bit weights (FP16) with 8,192 tokens of context"

ROWS: tuple[Row, ...] = (
    # --- small NVIDIA cards
    Row("MX450, 2 GB", machine(cuda(2, 1.7, bf16=False)), "0.6B", "cpu", INT8, NATIVE, TOO_LITTLE_8, LEAN),
    Row(
        "MX450, 2 GB, in a laptop short of RAM: neither is comfortable, the CPU holds more",
        machine(cuda(2, 1.9, bf16=False), ram_gib=8, free_gib=1.6),
        "0.6B", "cpu", INT8, (2_500, 3_100), "the most that fits", LEAN,
    ),
    Row(
        "2 GB card, all of it free, in a laptop short of RAM: the GPU holds more",
        machine(cuda(2), free_gib=1.5),
        "0.6B", "cuda:0", INT8, (2_500, 8_191), "so 8-bit weights are used", BITSANDBYTES,
    ),
    Row(
        "GTX 1060, 3 GB: too old for bitsandbytes' 8-bit kernel",
        machine(cuda(3, 2.7, bf16=False, architecture="sm_61")),
        "0.6B", "cuda:0", INT8, (9_000, 11_000), "bitsandbytes has no 8-bit kernel for", LEAN,
    ),
    Row("GTX 1650, 4 GB", machine(cuda(4, 3.6, bf16=False)), "0.6B", "cuda:0", FP16, (15_000, 17_000), "no BF16"),
    Row("RTX 3050, 4 GB", machine(cuda(4, 3.6)), "0.6B", "cuda:0", BF16, (15_000, 17_000), "the most that fits"),
    Row("RTX 3050, 4 GB, 1.7B", machine(cuda(4, 3.6)), "1.7B", "cpu", INT8, NATIVE, "so the CPU is used", LEAN),
    Row("RTX 4050, 6 GB, 1.7B", machine(cuda(6, 5.6)), "1.7B", "cuda:0", BF16, (13_500, 15_500), "of 5.6 GB free on"),
    Row(
        "RTX 4050, 6 GB, 1.7B, a browser holds 1.2 GB",
        machine(cuda(6, 4.4)),
        "1.7B", "cuda:0", INT8, (11_500, 13_000), TOO_LITTLE_BF16, BITSANDBYTES,
    ),
    # --- 8 to 16 GB
    Row("RTX 4060, 8 GB", machine(cuda(8, 7.4)), "0.6B", "cuda:0", BF16, NATIVE, "5.2 GB of 7.4 GB free on"),
    Row(
        "RTX 4060, 8 GB, 4B", machine(cuda(8, 7.4)),
        "4B", "cuda:0", INT8, (12_000, 13_500), "The 8-bit kernel is bitsandbytes'", BITSANDBYTES,
    ),
    Row(
        "RTX 2070, 8 GB, 4B: Turing runs LLM.int8()",
        machine(cuda(8, 7.4, bf16=False)),
        "4B", "cuda:0", INT8, (12_000, 13_500), TOO_LITTLE_FP16, BITSANDBYTES,
    ),
    Row(
        "RTX 4060, 8 GB, 4B, without bitsandbytes",
        machine(cuda(8, 7.4, bnb=False), bitsandbytes_problem=ABSENT),
        "4B", "cuda:0", INT8, (12_000, 13_500), f"{ABSENT} The 8-bit kernel is Ponder's own", LEAN,
    ),
    Row(
        "RTX 4060, 8 GB, 4B, bitsandbytes for another CUDA",
        machine(cuda(8, 7.4, bnb=False)),
        "4B", "cuda:0", INT8, (12_000, 13_500), "with this build of PyTorch. The 8-bit kernel is Ponder's own", LEAN,
    ),
    Row(
        "RTX 4060, 8 GB, 8B",
        machine(cuda(8, 7.4), ram_gib=32, free_gib=24),
        "8B", "cpu", INT8, NATIVE, "has 7.4 GB free, too little", LEAN,
    ),
    Row(
        "RTX 3060, 12 GB, a game holds 9.4 GB",
        machine(cuda(12, 2.6)),
        "0.6B", "cuda:0", INT8, (8_192, 9_500), "has 2.6 GB free, too little for 16-bit", BITSANDBYTES,
    ),
    Row("RTX 3060, 12 GB, a game holds 10.6 GB", machine(cuda(12, 1.4)), "0.6B", "cpu", INT8, NATIVE, "1.4 GB", LEAN),
    Row("RTX 3060, 12 GB, 4B", machine(cuda(12, 11.3)), "4B", "cuda:0", BF16, (18_000, 20_500), "of 11.3 GB free"),
    Row(
        "RTX 3060, 12 GB, 8B", machine(cuda(12, 11.3)),
        "8B", "cuda:0", INT8, (10_500, 12_000), "so 8-bit weights are used", BITSANDBYTES,
    ),
    Row("Tesla T4, 16 GB, 4B", machine(cuda(16, 14.6, bf16=False)), "4B", "cuda:0", FP16, NATIVE, "no BF16"),
    Row(
        "Tesla T4, 16 GB, 8B",
        machine(cuda(16, 14.6, bf16=False)),
        "8B", "cuda:0", INT8, NATIVE, TOO_LITTLE_FP16, BITSANDBYTES,
    ),
    Row(
        "RTX 4080, 16 GB, 14B",
        machine(cuda(16, 15.2), ram_gib=32, free_gib=24),
        "14B", "cpu", INT8, NATIVE, TOO_LITTLE_8, LEAN,
    ),
    # --- 24 to 141 GB
    Row("RTX 4090, 24 GB, 8B", machine(cuda(24, 22.8)), "8B", "cuda:0", BF16, NATIVE, "20.4 GB of 22.8 GB"),
    Row(
        "RTX 4090, 24 GB, 14B", machine(cuda(24, 22.8)),
        "14B", "cuda:0", INT8, NATIVE, "so 8-bit weights are used", BITSANDBYTES,
    ),
    Row(
        "RTX 4090, 24 GB, 32B",
        machine(cuda(24, 22.8), ram_gib=64, free_gib=50),
        "32B", "cpu", INT8, NATIVE, TOO_LITTLE_8, LEAN,
    ),
    Row(
        "RTX 5090, 32 GB, 14B: 16 bits miss by the margin",
        machine(cuda(32, 30.8)),
        "14B", "cuda:0", INT8, NATIVE, "(29.4 GB and a margin)", BITSANDBYTES,
    ),
    Row(
        "A100, 40 GB, 32B",
        machine(cuda(40, 39.1), ram_gib=128, free_gib=100),
        "32B", "cuda:0", INT8, (16_500, 18_500), "so 8-bit weights are used", BITSANDBYTES,
    ),
    Row("A6000, 48 GB, 14B", machine(cuda(48, 47.2)), "14B", "cuda:0", BF16, NATIVE, "16-bit weights (BF16)"),
    Row("A6000, 48 GB, 32B", machine(cuda(48, 47.2)), "32B", "cuda:0", INT8, NATIVE, TOO_LITTLE_BF16, BITSANDBYTES),
    Row("A100, 80 GB, 32B", machine(cuda(80, 78.7)), "32B", "cuda:0", BF16, NATIVE, "69.8 GB of 78.7 GB"),
    Row("H200, 141 GB, 32B", machine(cuda(141, 139)), "32B", "cuda:0", BF16, NATIVE, "of 139.0 GB free"),
    # --- several GPUs
    Row(
        "two of 24 GB, others work on the first",
        machine(cuda(24, 3), cuda(24, 23, index=1)),
        "8B", "cuda:1", BF16, NATIVE, "Of 2 GPUs, none has more memory free than NVIDIA Test 1.",
    ),
    Row(
        "a smaller card that is freer",
        machine(cuda(8, 1.0), cuda(6, 5.6, index=1)),
        "0.6B", "cuda:1", BF16, NATIVE, "of 5.6 GB free on NVIDIA Test 1",
    ),
    Row("two alike", machine(cuda(12), cuda(12, index=1)), "0.6B", "cuda:0", BF16, NATIVE, "than NVIDIA Test 0"),
    Row(
        "two, 8 bits on the freer one before 16 on none",
        machine(cuda(8, 7.4), cuda(12, 7.6, index=1)),
        "4B", "cuda:1", INT8, (13_500, 15_000), "NVIDIA Test 1 has 7.6 GB free, too little for 16-bit", BITSANDBYTES,
    ),
    Row(
        "two of 24 GB, both in use",
        machine(cuda(24, 1.2), cuda(24, 0.8, index=1)),
        "0.6B", "cpu", INT8, NATIVE, "has 1.2 GB free, too little", LEAN,
    ),
    # --- AMD
    Row("Radeon, 16 GB, 4B", machine(rocm(16, 15.4)), "4B", "cuda:0", BF16, NATIVE, "free on AMD Radeon Test"),
    Row("Radeon, 8 GB, 4B", machine(rocm(8, 7.6)), "4B", "cuda:0", INT8, (12_500, 14_500), "7.6 GB", BITSANDBYTES),
    Row(
        "Radeon, 8 GB, 4B, bitsandbytes without ROCm",
        machine(rocm(8, 7.6, bnb=False)),
        "4B", "cuda:0", INT8, (12_500, 14_500), "no 8-bit kernel for AMD Radeon Test", LEAN,
    ),
    # --- Apple, memory shared by CPU and GPU
    Row(
        "Mac, 8 GB",
        machine(mps(5.3, 4.2), ram_gib=8, free_gib=4.2, sets=APPLE),
        "0.6B", "mps", BF16, (19_500, 21_500), "free on Apple GPU",
    ),
    Row(
        "Mac, 8 GB, 1.7B: no 8 bits on its GPU",
        machine(mps(5.3, 4.2), ram_gib=8, free_gib=4.2, sets=APPLE),
        "1.7B", "cpu", INT8, (11_500, 13_500), "Apple GPU has 4.2 GB free, too little for 16-bit", LEAN,
    ),
    Row(
        "Mac, 16 GB, 4B",
        machine(mps(10.7, 10.7), free_gib=11, sets=APPLE),
        "4B", "mps", BF16, (11_500, 13_500), "of 10.7 GB free",
    ),
    Row(
        "Mac, 24 GB, 4B",
        machine(mps(16, 16), ram_gib=24, free_gib=17, sets=APPLE),
        "4B", "mps", BF16, NATIVE, "12.5 GB of 16.0 GB",
    ),
    Row(
        "Mac, 36 GB, 8B",
        machine(mps(24, 24), ram_gib=36, free_gib=28, sets=APPLE),
        "8B", "mps", BF16, NATIVE, "of 24.0 GB free",
    ),
    Row(
        "Mac, 64 GB, 32B",
        machine(mps(48, 48), ram_gib=64, free_gib=52, sets=APPLE),
        "32B", "cpu", INT8, NATIVE, "Apple GPU has 48.0 GB free", LEAN,
    ),
    Row(
        "Mac, 128 GB, 32B",
        machine(mps(96, 96), ram_gib=128, free_gib=110, sets=APPLE),
        "32B", "mps", BF16, NATIVE, "of 96.0 GB free",
    ),
    Row(
        "Mac, 16 GB, macOS 13",
        machine(mps(10.7, 9, bf16=False), free_gib=9, sets=APPLE),
        "0.6B", "mps", FP16, NATIVE, "the GPU has no BF16",
    ),
    # --- no GPU
    Row("laptop, 4 GB, busy", machine(ram_gib=4, free_gib=1.7), "0.6B", "cpu", INT8, (3_500, 4_200), NO_GPU, LEAN),
    Row("laptop, 4 GB, idle", machine(ram_gib=4, free_gib=2.6), "0.6B", "cpu", INT8, (11_500, 12_500), NO_GPU, LEAN),
    Row("laptop, 8 GB, 1.7B", machine(ram_gib=8, free_gib=4.5), "1.7B", "cpu", INT8, (14_500, 16_000), NO_GPU, LEAN),
    Row("laptop, 16 GB, 4B", machine(free_gib=10), "4B", "cpu", INT8, (30_000, 32_000), "the fastest here", LEAN),
    Row("laptop, 16 GB, 8B", machine(free_gib=10), "8B", "cpu", INT8, (3_000, 4_200), "of 10.0 GB free memory", LEAN),
    Row("desktop, 32 GB, 8B", machine(ram_gib=32, free_gib=26), "8B", "cpu", INT8, NATIVE, "near-lossless", LEAN),
    Row(
        "workstation, 64 GB, 32B", machine(ram_gib=64, free_gib=58, sets=VNNI),
        "32B", "cpu", INT8, NATIVE, "39.7 GB of 58.0 GB free memory", LEAN,
    ),
    Row(
        "Raspberry Pi, 4 GB", machine(ram_gib=4, free_gib=3, sets=PI),
        "0.6B", "cpu", INT8, (14_500, 16_500), "the fastest here", LEAN,
    ),
    Row(
        "Raspberry Pi, 8 GB, 1.7B", machine(ram_gib=8, free_gib=6.8, sets=PI),
        "1.7B", "cpu", INT8, NATIVE, "of 6.8 GB free memory", LEAN,
    ),
    Row(
        "old CPU without AVX2", machine(ram_gib=8, free_gib=5, sets=()),
        "0.6B", "cpu", FP32, (9_000, 10_500), "this CPU is not faster with less",
    ),
    Row(
        "old CPU without AVX2, 4 GB",
        machine(ram_gib=4, free_gib=2.8, sets=()),
        "0.6B", "cpu", INT8, (12_500, 14_500), "near-lossless and the smallest", LEAN,
    ),
    Row(
        "container limited to 2 GB",
        machine(ram_gib=2, free_gib=1.8, limited_by="cgroup"),
        "0.6B", "cpu", INT8, (4_000, 5_200), "of 1.8 GB free memory", LEAN,
    ),
    Row("broken driver", machine(gpu_problem=BROKEN), "0.6B", "cpu", INT8, NATIVE, f"{BROKEN} The CPU is used.", LEAN),
    Row(
        "laptop without bitsandbytes", machine(bitsandbytes_problem=ABSENT),
        "0.6B", "cpu", INT8, NATIVE, "The 8-bit kernel is Ponder's own, the faster one on a CPU.", LEAN,
    ),
    Row("practice model", machine(), "practice", "cpu", FP32, 4_096, "exact and fast for so small a model"),
    Row("practice model, RTX 4060", machine(cuda(8, 7)), "practice", "cuda:0", BF16, 4_096, "16-bit weights (BF16)"),
    Row(
        "practice model, container limited to 1 GB",
        machine(ram_gib=1, free_gib=0.7, limited_by="cgroup"),
        "practice", "cpu", FP32, 4_096, "of 0.7 GB free memory",
    ),
    # --- forced, and it fits
    Row(
        "the CPU beside a good GPU", machine(cuda(12)),
        "0.6B", "cpu", INT8, NATIVE, "near-lossless and the fastest here", LEAN, Asked(device="cpu"),
    ),
    Row(
        "8 bits where 16 fit", machine(cuda(12)),
        "0.6B", "cuda:0", INT8, NATIVE, "as asked", BITSANDBYTES, Asked(precision=INT8),
    ),
    Row(
        "8 bits on a Mac run on its CPU",
        machine(mps(10.7, 9), free_gib=9, sets=APPLE),
        "0.6B", "cpu", INT8, NATIVE, "No GPU here runs 8-bit weights", LEAN, Asked(precision=INT8),
    ),
    Row(
        "the lean kernel on a GPU", machine(cuda(8, 7.4)),
        "4B", "cuda:0", INT8, (12_000, 13_500), "Ponder's own, as asked", LEAN, Asked(int8_kernel=LEAN),
    ),
    Row(
        "bitsandbytes' kernel on a CPU", machine(),
        "0.6B", "cpu", INT8, NATIVE, "bitsandbytes' (LLM.int8()), as asked", BITSANDBYTES,
        Asked(precision=INT8, int8_kernel=BITSANDBYTES),
    ),
    Row(
        "bitsandbytes' kernel on a CPU, for want of one for the GPU", machine(cuda(8, 7.4, bnb=False), free_gib=12),
        "4B", "cpu", INT8, NATIVE, "no 8-bit kernel for NVIDIA Test 0 with this build of PyTorch", BITSANDBYTES,
        Asked(int8_kernel=BITSANDBYTES),
    ),
    Row(
        "a kernel where 16 bits fit", machine(cuda(12)),
        "0.6B", "cuda:0", BF16, NATIVE, "no weights are 8-bit", None, Asked(int8_kernel=BITSANDBYTES),
    ),
    Row(
        "4 bits: 32B on a card of 24 GB", machine(cuda(24, 22.8)),
        "32B", "cuda:0", NF4, (1_024, 8_191), "as asked", None, Asked(precision=NF4, device="cuda"),
    ),
    Row(
        "32 bits and a 16-bit cache", machine(cuda(8, 7.4)),
        "0.6B", "cuda:0", FP32, NATIVE, "as asked", None, Asked(precision=FP32, kv_cache=KVCachePrecision.BITS16),
    ),
    Row(
        "more context than the model was trained on", machine(cuda(12)),
        "0.6B", "cuda:0", BF16, 40_960, "40,960 tokens of context", None, Asked(context_tokens=40_960),
    ),
    Row(
        "a short context on a small card", machine(cuda(2, 1.95)),
        "0.6B", "cuda:0", BF16, 512, "512 tokens of context", None, Asked(device="cuda", context_tokens=512),
    ),
    Row(
        "the second GPU", machine(cuda(24), cuda(24, 8, index=1)),
        "0.6B", "cuda:1", BF16, NATIVE, "on NVIDIA Test 1", None, Asked(device="cuda:1"),
    ),
)  # fmt: skip

REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        "16 bits on 2 GB", machine(cuda(2, 1.5)), "0.6B", Asked(device="cuda", precision=BF16),
        "out_of_memory", "Not enough memory on cuda:0", "8-bit weights on cpu",
    ),
    Refusal(
        "the whole context on 4 GB", machine(cuda(4, 3)), "0.6B", Asked(device="cuda", context_tokens=NATIVE),
        "out_of_memory", "32,768 tokens of context need", "8-bit weights on cuda:0 and 12,544 tokens",
    ),
    Refusal(
        "a GPU that is full", machine(cuda(8, 0.4)), "0.6B", Asked(device="cuda:0"),
        "out_of_memory", "0.4 GB is free", "8-bit weights on cpu",
    ),
    Refusal(
        "32 bits in 2 GB", machine(ram_gib=4, free_gib=2), "0.6B", Asked(precision=FP32),
        "out_of_memory", "32-bit weights (FP32)", "8-bit weights on cpu and 6,912 tokens",
    ),
    Refusal(
        "32B on a laptop", machine(), "32B", NOTHING,
        "out_of_memory", "31.9 GB and a margin, and 8.0 GB is free", "smaller model",
    ),
    Refusal(
        "1.7B on a laptop of 4 GB", machine(ram_gib=4, free_gib=2.6), "1.7B", NOTHING,
        "out_of_memory", "2.5 GB and a margin, and 2.6 GB is free", "4-bit weights (NF4) on cpu and 5,888 tokens of "
        "context, at a clear loss of quality",
    ),
    Refusal(
        "CUDA with a broken driver", machine(gpu_problem=BROKEN), "0.6B", Asked(device="cuda"),
        "device_unavailable", BROKEN, "Available: cpu",
    ),
    Refusal(
        "a third GPU of two", machine(cuda(12), cuda(12, index=1)), "0.6B", Asked(device="cuda:2"),
        "device_unavailable", "no device cuda:2", "cuda:1 (NVIDIA Test 1)",
    ),
    Refusal(
        "4 bits without bitsandbytes", machine(bitsandbytes_problem=ABSENT), "0.6B", Asked(precision=NF4),
        "device_unavailable", ABSENT, "pip install bitsandbytes",
    ),
    Refusal(
        "4 bits on Apple's GPU", machine(mps(10, 9)), "0.6B", Asked(device="mps", precision=NF4),
        "invalid_request", "need bitsandbytes and a CPU", "mps runs bf16, fp16, fp32",
    ),
    Refusal(
        "8 bits on Apple's GPU", machine(mps(10, 9)), "0.6B", Asked(device="mps", precision=INT8),
        "invalid_request", "8-bit weights do not run on mps", "mps runs bf16, fp16, fp32",
    ),
    Refusal(
        "bitsandbytes' kernel without bitsandbytes",
        machine(cuda(12, bnb=False), bitsandbytes_problem=ABSENT), "0.6B",
        Asked(precision=INT8, int8_kernel=BITSANDBYTES),
        "device_unavailable", ABSENT, "pip install bitsandbytes",
    ),
    Refusal(
        "bitsandbytes' kernel on a GPU without one",
        machine(cuda(12, bnb=False)), "0.6B", Asked(device="cuda", int8_kernel=BITSANDBYTES),
        "device_unavailable", "no 8-bit kernel for NVIDIA Test 0", "the lean 8-bit kernel",
    ),
    Refusal(
        "bitsandbytes' kernel on a GPU that is too old",
        machine(cuda(12, bf16=False, architecture="sm_70")), "0.6B",
        Asked(device="cuda", precision=INT8, int8_kernel=BITSANDBYTES),
        "device_unavailable", "no 8-bit kernel for NVIDIA Test 0", "the lean 8-bit kernel",
    ),
    Refusal(
        "an 8-bit kernel for 16 bits", machine(cuda(12)), "0.6B", Asked(precision=BF16, int8_kernel=LEAN),
        "invalid_request", "does nothing for 16-bit weights (BF16)", "int8",
    ),
    Refusal(
        "an 8-bit kernel on Apple's GPU", machine(mps(10, 9)), "0.6B", Asked(device="mps", int8_kernel=LEAN),
        "invalid_request", "8-bit weights do not run on mps", "another device",
    ),
    Refusal(
        "more context than there are positions", machine(cuda(12)), "0.6B", Asked(context_tokens=50_000),
        "invalid_request", "at most 40,960", "from 1 to 40,960",
    ),
)  # fmt: skip
