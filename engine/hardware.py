"""What this machine has: processor, memory and GPUs, asked from the system, the drivers and PyTorch.

It knows how to ask on Linux, macOS and Windows and it never raises: what cannot be asked becomes a sentence
in `Machine.notes`. It knows nothing of models or of what to do with the hardware (see `engine.precision`).
Free GPU memory is the driver's own figure, so that what other programs hold is counted; free memory respects
control groups and RLIMIT_AS, because a limit inside a container ends a process as surely as the last byte of
RAM.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import platform
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from engine.bitsandbytes_support import bitsandbytes_problem, has_gpu_library
from engine.cgroup import UNLIMITED_BYTES, CgroupLimits, cgroup_limits, read_text

T = TypeVar("T")


class DeviceKind(StrEnum):
    CPU = "cpu"
    CUDA = "cuda"
    ROCM = "rocm"
    MPS = "mps"


class InstructionSet(StrEnum):
    """Vector instructions that decide which precision is fast. AMX here means its BF16 and 8-bit tiles."""

    AVX2 = "avx2"
    AVX512F = "avx512f"
    AVX512_VNNI = "avx512_vnni"
    AVX512_BF16 = "avx512_bf16"
    AVX_VNNI = "avx_vnni"
    AMX = "amx"
    NEON = "neon"
    DOTPROD = "dotprod"
    I8MM = "i8mm"


@dataclass(frozen=True, slots=True)
class GpuInfo:
    """One GPU that PyTorch can really compute on (a small sum was made on it).

    free_bytes: as the driver reports it, other programs' share already taken off. On MPS the smaller of what
    Metal recommends and what the system has available, since the memory is shared.
    architecture: "sm_86" on CUDA, "gfx1100" on ROCm, empty on MPS.
    bitsandbytes: its native library for this build of PyTorch is installed and supports the architecture.
    """

    kind: DeviceKind
    index: int
    name: str
    total_bytes: int
    free_bytes: int
    supports_bf16: bool
    architecture: str = ""
    bitsandbytes: bool = False

    @property
    def device(self) -> str:
        """PyTorch's name for it. ROCm answers to "cuda" as well."""
        return "mps" if self.kind is DeviceKind.MPS else f"cuda:{self.index}"


@dataclass(frozen=True, slots=True)
class CpuInfo:
    """usable_cores: logical cores that the affinity mask and the control group's quota leave us."""

    name: str
    architecture: str
    physical_cores: int
    logical_cores: int
    usable_cores: int
    instruction_sets: tuple[InstructionSet, ...] = ()

    def has(self, *sets: InstructionSet) -> bool:
        """Whether any of `sets` is there."""
        return any(item in self.instruction_sets for item in sets)


@dataclass(frozen=True, slots=True)
class MemoryInfo:
    """Main memory for this process. `limited_by` names what is below the physical size: "cgroup", "RLIMIT_AS"
    or "".
    """

    total_bytes: int
    available_bytes: int
    physical_bytes: int
    limited_by: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """gpu_problem: one sentence on why a GPU that seems to be there is not used; also among `notes`.

    bitsandbytes_problem: one sentence on why bitsandbytes cannot be used on any device; empty where it seems to work.
    """

    os: str
    python: str
    cpu: CpuInfo
    memory: MemoryInfo
    gpus: tuple[GpuInfo, ...] = ()
    notes: tuple[str, ...] = ()
    gpu_problem: str = ""
    bitsandbytes_problem: str = ""


def detect_machine(*, with_torch: bool = True) -> Machine:
    """Ask for everything. Never raises.

    With `with_torch` PyTorch is imported (seconds) and each GPU is started (its context stays in this
    process, some hundred MB of GPU memory each, already taken off `free_bytes`): call it in the engine
    process, not in the window's.
    """
    notes: list[str] = []
    limits = _guarded(notes, "Control group limits", cgroup_limits, CgroupLimits())
    torch: Any = None
    problems: list[str] = []
    if with_torch:
        try:
            torch = importlib.import_module("torch")
        except Exception as error:
            problems.append(f"PyTorch could not be imported ({_first_line(error)}), so no GPU can be used.")
    memory = _memory(notes, limits)  # after the import, whose own share is then no longer free
    cpu = _cpu(notes, limits, torch)
    gpus = _gpus(torch, memory, problems) if torch is not None else ()
    return Machine(
        os=_guarded(notes, "The operating system's name", _os_name, platform.system()),
        python=platform.python_version(),
        cpu=cpu,
        memory=memory,
        gpus=gpus,
        notes=(*problems, *notes),
        gpu_problem=problems[0] if problems and not gpus else "",
        bitsandbytes_problem=_guarded(notes, "Whether bitsandbytes is installed", bitsandbytes_problem, ""),
    )


def _guarded(notes: list[str], what: str, ask: Callable[[], T], default: T) -> T:
    try:
        return ask()
    except Exception as error:  # a probe may fail in ways nobody listed; the app must start all the same
        notes.append(f"{what} could not be asked: {_first_line(error)}.")
        return default


def _first_line(error: BaseException | str) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0].strip().rstrip(".")[:200] if lines else "") or type(error).__name__


def _os_name() -> str:
    system = platform.system()
    if system == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if system == "Linux":
        try:
            return f"{platform.freedesktop_os_release()['PRETTY_NAME']} (Linux {platform.release()})"
        except (OSError, KeyError):
            return f"Linux {platform.release()}"
    return f"{system} {platform.release()} ({platform.version()})"


# --- memory -------------------------------------------------------------------------------------------------


def _memory(notes: list[str], limits: CgroupLimits) -> MemoryInfo:
    try:
        psutil: Any = importlib.import_module("psutil")
        state = psutil.virtual_memory()
        physical, available = int(state.total), int(state.available)
    except Exception as error:
        notes.append(f"Memory could not be asked through psutil: {_first_line(error)}.")
        physical, available = _guarded(notes, "Memory", _memory_from_sysconf, (0, 0))
    total, limited_by = physical, ""
    if limits.memory_limit_bytes is not None and limits.memory_limit_bytes < total:
        total, limited_by = limits.memory_limit_bytes, "cgroup"
    if limits.memory_headroom_bytes is not None:
        available = min(available, limits.memory_headroom_bytes)
    space = _guarded(notes, "The address space limit", _address_space, None)
    if space is not None:
        limit, headroom = space
        available = min(available, headroom)
        if limit < total:
            total, limited_by = limit, "RLIMIT_AS"
    return MemoryInfo(total, max(0, min(available, total)), physical, limited_by)


def _memory_from_sysconf() -> tuple[int, int]:
    if sys.platform != "win32":
        page_bytes = os.sysconf("SC_PAGE_SIZE")
        return os.sysconf("SC_PHYS_PAGES") * page_bytes, os.sysconf("SC_AVPHYS_PAGES") * page_bytes
    raise OSError("no other source on Windows")


def _address_space() -> tuple[int, int] | None:
    """RLIMIT_AS and what is left of it, in bytes; None without a limit."""
    if sys.platform != "win32":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_AS)
        if soft != resource.RLIM_INFINITY and soft < UNLIMITED_BYTES:
            psutil: Any = importlib.import_module("psutil")
            return soft, max(0, soft - int(psutil.Process().memory_info().vms))
    return None


# --- processor ----------------------------------------------------------------------------------------------


def _cpu(notes: list[str], limits: CgroupLimits, torch: Any) -> CpuInfo:
    logical = os.cpu_count() or 1
    capabilities: dict[str, Any] = {}
    if torch is not None:
        capabilities = _guarded(
            notes, "PyTorch's view of the CPU", lambda: dict(torch.cpu.get_capabilities()), capabilities
        )
    name = _guarded(notes, "The CPU's name", _cpu_name, "")
    nothing: set[str] = set()
    words = _guarded(notes, "The CPU's instruction sets", _instruction_words, nothing)
    words |= {key for key, value in capabilities.items() if value is True}
    return CpuInfo(
        name=name or str(capabilities.get("cpu_name", "")) or platform.machine() or "unknown CPU",
        architecture=platform.machine(),
        physical_cores=_guarded(notes, "The number of physical cores", _physical_cores, None) or logical,
        logical_cores=logical,
        usable_cores=_guarded(notes, "The usable cores", lambda: _usable_cores(limits, logical), logical),
        instruction_sets=instruction_sets(words),
    )


def _physical_cores() -> int | None:
    psutil: Any = importlib.import_module("psutil")
    cores: int | None = psutil.cpu_count(logical=False)
    return cores


def _usable_cores(limits: CgroupLimits, logical: int) -> int:
    cores = logical
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    elif sys.platform == "win32":
        psutil: Any = importlib.import_module("psutil")
        cores = len(psutil.Process().cpu_affinity())
    if limits.cpu_quota_cores is not None:
        cores = min(cores, int(limits.cpu_quota_cores + 0.5))
    return max(1, cores)


_SPELLINGS: dict[InstructionSet, frozenset[str]] = {
    # Linux's /proc/cpuinfo, macOS's sysctl names, PyTorch's capability keys
    InstructionSet.AVX2: frozenset({"avx2"}),
    InstructionSet.AVX512F: frozenset({"avx512f", "avx512_f"}),
    InstructionSet.AVX512_VNNI: frozenset({"avx512_vnni", "avx512vnni"}),
    InstructionSet.AVX512_BF16: frozenset({"avx512_bf16"}),
    InstructionSet.AVX_VNNI: frozenset({"avx_vnni"}),
    InstructionSet.AMX: frozenset({"amx_int8"}),
    InstructionSet.NEON: frozenset({"asimd", "neon", "hw.optional.neon", "hw.optional.advsimd"}),
    InstructionSet.DOTPROD: frozenset({"asimddp", "dot", "hw.optional.arm.feat_dotprod"}),
    InstructionSet.I8MM: frozenset({"i8mm", "hw.optional.arm.feat_i8mm"}),
}


def instruction_sets(words: set[str]) -> tuple[InstructionSet, ...]:
    """The instruction sets that `words` names, whichever system the words come from."""
    lower = {word.lower() for word in words}
    return tuple(item for item in InstructionSet if lower & _SPELLINGS[item])


def _instruction_words() -> set[str]:
    words: set[str] = set()
    if sys.platform == "linux":
        for line in (read_text(Path("/proc/cpuinfo")) or "").splitlines():
            if line.lower().startswith(("flags", "features")):
                words.update(line.partition(":")[2].split())
    elif sys.platform == "darwin":
        for key in ("machdep.cpu.features", "machdep.cpu.leaf7_features"):
            words.update(_sysctl(key).split())
        for key in ("hw.optional.neon", "hw.optional.arm.FEAT_DotProd", "hw.optional.arm.FEAT_I8MM"):
            if _sysctl(key) == "1":
                words.add(key)
    elif sys.platform == "win32":
        # winnt.h: PF_ARM_NEON 19, PF_AVX2 40, PF_AVX512F 41, PF_ARM_V82_DP 43. The rest comes from PyTorch.
        known = {19: "neon", 40: "avx2", 41: "avx512f", 43: "asimddp"}
        present = ctypes.windll.kernel32.IsProcessorFeaturePresent
        words.update(word for code, word in known.items() if present(code))
    return words


def _cpu_name() -> str:
    name = platform.processor()
    if sys.platform == "linux":
        lines = (read_text(Path("/proc/cpuinfo")) or "").splitlines()
        fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        board = (read_text(Path("/proc/device-tree/model")) or "").rstrip("\0")  # ARM boards name themselves there
        name = fields.get("model name") or fields.get("Model") or board or name
    elif sys.platform == "darwin":
        name = _sysctl("machdep.cpu.brand_string")
    elif sys.platform == "win32":
        import winreg

        path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            name = str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    return name


def _sysctl(name: str) -> str:
    """The value, or an empty text where this Mac has no such key."""
    command = ["/usr/sbin/sysctl", "-n", name]
    return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()


# --- GPUs ---------------------------------------------------------------------------------------------------


def _gpus(torch: Any, memory: MemoryInfo, problems: list[str]) -> tuple[GpuInfo, ...]:
    found: list[GpuInfo] = []
    with warnings.catch_warnings(record=True) as caught:  # PyTorch says why CUDA does not start in a warning
        warnings.simplefilter("always")
        try:
            count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        except Exception as error:
            count = 0
            problems.append(f"CUDA did not start: {_first_line(error)}.")
        for index in range(count):
            try:
                found.append(_cuda_gpu(torch, index))
            except Exception as error:
                problems.append(f"GPU {index} cannot be used: {_first_line(error)}.")
        try:
            if torch.backends.mps.is_available():
                found.append(_mps_gpu(torch, memory))
        except Exception as error:
            problems.append(f"Apple's GPU cannot be used: {_first_line(error)}.")
    if not found and not problems:
        problem = _hidden_gpu(torch, [str(item.message) for item in caught])
        if problem:
            problems.append(problem)
    return tuple(found)


def _cuda_gpu(torch: Any, index: int) -> GpuInfo:
    device = f"cuda:{index}"
    # A GPU may be listed and still run nothing (no kernels for its age in this build, a driver that is too
    # old).
    if float((torch.ones(2, device=device) + 1).sum().item()) != 4.0:
        raise RuntimeError("it computed 1 + 1 wrongly")
    properties = torch.cuda.get_device_properties(index)
    free_bytes, total_bytes = torch.cuda.mem_get_info(index)
    rocm = torch.version.hip is not None
    major, minor = (int(part) for part in torch.cuda.get_device_capability(index))
    return GpuInfo(
        kind=DeviceKind.ROCM if rocm else DeviceKind.CUDA,
        index=index,
        name=str(properties.name),
        total_bytes=int(total_bytes),
        free_bytes=int(free_bytes),
        # From 8.0 (Ampere) on in hardware; before that PyTorch only emulates it. All GPUs that ROCm supports
        # have it.
        supports_bf16=rocm or major >= 8,
        architecture=str(properties.gcnArchName).split(":")[0] if rocm else f"sm_{major}{minor}",
        # bitsandbytes' installation guide: 4-bit needs compute capability 6.0
        bitsandbytes=has_gpu_library(torch) and (rocm or major >= 6),
    )


def _mps_gpu(torch: Any, memory: MemoryInfo) -> GpuInfo:
    if float((torch.ones(2, device="mps") + 1).sum().item()) != 4.0:
        raise RuntimeError("it computed 1 + 1 wrongly")
    try:
        bf16 = float(torch.ones(2, device="mps", dtype=torch.bfloat16).sum().item()) == 2.0
    except (RuntimeError, TypeError):  # macOS before 14
        bf16 = False
    recommended = int(torch.mps.recommended_max_memory())
    free = min(recommended - int(torch.mps.driver_allocated_memory()), memory.available_bytes)
    return GpuInfo(DeviceKind.MPS, 0, "Apple GPU", recommended, max(0, free), bf16)


def _hidden_gpu(torch: Any, said: list[str]) -> str:
    """Why no GPU is usable though a driver is visible; empty where there is no sign of one."""
    if nvidia_driver_visible():
        if torch.version.cuda is None:
            build = "A ROCm" if torch.version.hip else "A CPU-only"
            return f"{build} build of PyTorch is installed, so the NVIDIA GPU of this machine cannot be used."
        if "CUDA_VISIBLE_DEVICES" in os.environ:
            return "The environment variable CUDA_VISIBLE_DEVICES hides the NVIDIA GPU."
        reason = next((text for text in said if "CUDA" in text), "no reason was given")
        return f"An NVIDIA driver is installed, but CUDA did not start: {_first_line(reason)}."
    if torch.version.hip is None and Path("/dev/kfd").exists():
        return "This build of PyTorch is not for ROCm, so the AMD GPU of this machine cannot be used."
    return ""


def nvidia_driver_visible() -> bool:
    """Whether an NVIDIA driver seems to be installed, whatever PyTorch can do with it."""
    system_root = os.environ.get("SYSTEMROOT")
    places = [Path("/proc/driver/nvidia/version"), Path("/usr/lib/wsl/lib/libnvidia-ml.so.1")]
    if system_root:
        places.append(Path(system_root) / "System32" / "nvml.dll")
    return shutil.which("nvidia-smi") is not None or any(place.exists() for place in places)
