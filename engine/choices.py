"""What a model could be loaded into and how: a machine's devices, what each computes with, and how much may be taken.

Pure. It knows what is possible and what fits, not what is best (see `engine.precision`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.hardware import CpuInfo, DeviceKind, GpuInfo, InstructionSet, Machine
from engine.memory_plan import MIB, MemoryPlan, ModelShape, largest_context_tokens, plan
from engine.types import Int8Kernel, KVCachePrecision, Precision

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
_FAST_INT8 = (
    InstructionSet.AVX2,
    InstructionSet.AVX512_VNNI,
    InstructionSet.AVX_VNNI,
    InstructionSet.AMX,
    InstructionSet.NEON,
    InstructionSet.DOTPROD,
    InstructionSet.I8MM,
)
# bitsandbytes' installation guide: LLM.int8() wants compute capability 7.5 (Turing), 4 bits only 6.0.
_INT8_COMPUTE_CAPABILITY = 75


@dataclass(frozen=True, slots=True)
class Target:
    """A device seen as a place to load into. `gpu` is None for the CPU.

    bitsandbytes: it is installed and works here, as far as can be told without importing it.
    """

    device: str
    kind: DeviceKind
    name: str
    free_bytes: int
    gpu: GpuInfo | None = None
    bitsandbytes: bool = False

    @property
    def budget_bytes(self) -> int:
        """Free memory less the margin. Never falls as `free_bytes` rises."""
        least, part = _MARGINS[self.kind]
        return max(0, self.free_bytes - max(least, self.free_bytes // part))

    @property
    def bitsandbytes_int8(self) -> bool:
        """Whether LLM.int8() runs here."""
        if not self.bitsandbytes or self.kind is DeviceKind.MPS:
            return False
        capability = re.fullmatch(r"sm_(\d+)", self.gpu.architecture) if self.gpu is not None else None
        return capability is None or int(capability[1]) >= _INT8_COMPUTE_CAPABILITY


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to load a model. `int8_kernel` is None unless the precision is INT8, and never AUTO."""

    target: Target
    precision: Precision
    kv_cache: KVCachePrecision
    int8_kernel: Int8Kernel | None = None

    def plan(self, shape: ModelShape, context_tokens: int) -> MemoryPlan:
        return plan(shape, self.target.kind, self.precision, self.kv_cache, context_tokens, self.int8_kernel)

    def fits(self, shape: ModelShape, context_tokens: int) -> bool:
        return self.plan(shape, context_tokens).needed_bytes <= self.target.budget_bytes

    def largest_context(self, shape: ModelShape) -> int:
        kind, budget = self.target.kind, self.target.budget_bytes
        return largest_context_tokens(shape, kind, self.precision, self.kv_cache, budget, self.int8_kernel)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, of what `engine.precision.choose` takes."""

    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    context_tokens: int | None
    int8_kernel: Int8Kernel


def targets(machine: Machine) -> tuple[Target, ...]:
    """Every device of the machine, the GPU with the most free memory first and the CPU last."""
    installed = not machine.bitsandbytes_problem
    gpus = sorted(machine.gpus, key=lambda gpu: (-gpu.free_bytes, gpu.index))
    found = [
        Target(gpu.device, gpu.kind, gpu.name, gpu.free_bytes, gpu, installed and gpu.bitsandbytes) for gpu in gpus
    ]
    cpu = Target("cpu", DeviceKind.CPU, machine.cpu.name, machine.memory.available_bytes, None, installed)
    return (*found, cpu)


def runs(target: Target, precision: Precision, *, lean: bool = True) -> bool:
    """Whether the device can compute with `precision` at all, memory aside.

    lean: the model runs on Ponder's own decoder (ModelShape.lean), which has an 8-bit kernel of its own.
    """
    if precision not in _SUPPORTED[target.kind]:
        return False
    if precision is Precision.INT8:
        return int8_kernel(target, Int8Kernel.AUTO, lean=lean) is not None
    if precision is Precision.NF4:
        return target.bitsandbytes
    # PyTorch emulates BF16 on CUDA GPUs that lack it (slow, warned about); on MPS it is an error.
    gpu = target.gpu
    return precision is not Precision.BF16 or gpu is None or gpu.kind is not DeviceKind.MPS or gpu.supports_bf16


def int8_kernel(target: Target, asked: Int8Kernel, *, lean: bool) -> Int8Kernel | None:
    """What would multiply 8-bit weights there; None: nothing that was asked for does.

    AUTO is bitsandbytes' kernel on a GPU, Ponder's own on a CPU, and the other one where that cannot run.
    """
    if Precision.INT8 not in _SUPPORTED[target.kind]:
        return None
    order = (Int8Kernel.BITSANDBYTES, Int8Kernel.LEAN)
    if target.gpu is None:
        order = (Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES)
    for kernel in order:
        possible = lean if kernel is Int8Kernel.LEAN else target.bitsandbytes_int8
        if possible and asked in (Int8Kernel.AUTO, kernel):
            return kernel
    return None


def int8_is_fast(cpu: CpuInfo, kernel: Int8Kernel) -> bool:
    """Whether this CPU has the instructions that make `kernel` faster than wider weights."""
    if kernel is Int8Kernel.LEAN:
        return cpu.has(*_FAST_INT8)
    # Without AVX-512, bitsandbytes widens the weights to 32 bits for every product.
    return cpu.has(InstructionSet.AVX512F)


def sixteen_bits(target: Target) -> Precision:
    """BF16 where the GPU has it, else FP16."""
    return Precision.BF16 if target.gpu is not None and target.gpu.supports_bf16 else Precision.FP16


def resolved_kv_cache(kv_cache: KVCachePrecision, precision: Precision) -> KVCachePrecision:
    """16 bits for AUTO, but that AUTO stays with FP32, whose cache is 32-bit."""
    if kv_cache is KVCachePrecision.AUTO and precision is not Precision.FP32:
        return KVCachePrecision.BITS16
    return kv_cache
