"""Made-up machines and published model shapes for the tests of detection and policy."""

from __future__ import annotations

from engine.hardware import CpuInfo, DeviceKind, GpuInfo, InstructionSet, Machine, MemoryInfo
from engine.memory_plan import ModelShape

GIB = 1 << 30
VOCAB = 151_936


def qwen3(parameters: int, hidden: int, layers: int, *, tied: bool) -> ModelShape:
    return ModelShape(parameters, VOCAB * hidden, tied, layers, 8, 128, hidden, VOCAB, 40_960)


SMALL = qwen3(596_049_920, 1_024, 28, tied=True)
MEDIUM = qwen3(4_022_468_096, 2_560, 36, tied=True)
LARGE = qwen3(32_762_123_264, 5_120, 64, tied=False)
TINY = ModelShape(5_000_000, 8_000 * 256, True, 6, 2, 64, 256, 8_000, 4_096)

AVX2 = (InstructionSet.AVX2,)
VNNI = (InstructionSet.AVX2, InstructionSet.AVX512F, InstructionSet.AVX512_VNNI, InstructionSet.AVX512_BF16)
APPLE = (InstructionSet.NEON, InstructionSet.DOTPROD, InstructionSet.I8MM)
PI = (InstructionSet.NEON,)


def cuda(
    total_gib: float,
    free_gib: float | None = None,
    *,
    index: int = 0,
    bf16: bool = True,
    bnb: bool = True,
    name: str = "",
    architecture: str = "",
) -> GpuInfo:
    """All of it is free unless said otherwise; Ampere, or Turing without BF16."""
    free = total_gib if free_gib is None else free_gib
    return GpuInfo(
        DeviceKind.CUDA,
        index,
        name or f"NVIDIA Test {index}",
        int(total_gib * GIB),
        int(free * GIB),
        bf16,
        architecture or ("sm_86" if bf16 else "sm_75"),
        bnb,
    )


def rocm(total_gib: float, free_gib: float, *, bnb: bool = True) -> GpuInfo:
    total, free = int(total_gib * GIB), int(free_gib * GIB)
    return GpuInfo(DeviceKind.ROCM, 0, "AMD Radeon Test", total, free, True, "gfx1100", bnb)


def mps(total_gib: float, free_gib: float, *, bf16: bool = True) -> GpuInfo:
    return GpuInfo(DeviceKind.MPS, 0, "Apple GPU", int(total_gib * GIB), int(free_gib * GIB), bf16)


def machine(
    *gpus: GpuInfo,
    ram_gib: float = 16,
    free_gib: float | None = None,
    sets: tuple[InstructionSet, ...] = AVX2,
    gpu_problem: str = "",
    bitsandbytes_problem: str = "",
    limited_by: str = "",
) -> Machine:
    """Half of the RAM is available unless said otherwise; the physical RAM is twice of what a limit leaves."""
    total = int(ram_gib * GIB)
    free = total // 2 if free_gib is None else int(free_gib * GIB)
    return Machine(
        os="Test OS 1",
        python="3.11.7",
        cpu=CpuInfo("Test CPU", "x86_64", 4, 8, 8, sets),
        memory=MemoryInfo(total, free, 2 * total if limited_by else total, limited_by),
        gpus=gpus,
        notes=(gpu_problem,) if gpu_problem else (),
        gpu_problem=gpu_problem,
        bitsandbytes_problem=bitsandbytes_problem,
    )
