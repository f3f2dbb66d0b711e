"""Detection: sane on the machine that runs the tests, and never raising on broken ones."""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from engine import hardware
from engine.cgroup import CgroupLimits, cgroup_limits
from engine.hardware import DeviceKind, InstructionSet, Machine, detect_machine, instruction_sets

from . import GIB


def _fails(message: str) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(message)

    return fail


class _Number:
    """As much of a tensor as the self-test needs: `(ones(2) + 1).sum().item()`."""

    def __init__(self, value: float) -> None:
        self._value = value

    def __add__(self, other: float) -> _Number:
        return _Number(self._value + other)

    def sum(self) -> _Number:
        return _Number(2 * self._value)

    def item(self) -> float:
        return self._value


def fake_torch(**cuda: Any) -> types.ModuleType:
    """A PyTorch with one RTX 3060 unless `cuda` says otherwise."""
    torch: Any = types.ModuleType("torch")
    torch.bfloat16 = "bfloat16"
    torch.version = SimpleNamespace(cuda="13.0", hip=None)
    torch.ones = lambda *_, **__: _Number(1.0)
    torch.cpu = SimpleNamespace(get_capabilities=lambda: {"avx_vnni": True, "cpu_name": "Fake"})
    torch.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))
    known: dict[str, Any] = {
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "get_device_properties": lambda _: SimpleNamespace(name="NVIDIA GeForce RTX 3060", gcnArchName="gfx1100:x"),
        "get_device_capability": lambda _: (8, 6),
        "mem_get_info": lambda _: (9 * GIB, 12 * GIB),
    }
    torch.cuda = SimpleNamespace(**(known | cuda))
    module: types.ModuleType = torch
    return module


def detect(monkeypatch: pytest.MonkeyPatch, torch: types.ModuleType | None, *, driver: bool = False) -> Machine:
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(hardware, "nvidia_driver_visible", lambda: driver)
    return detect_machine()


def test_this_machine_is_sane() -> None:
    found = detect_machine()
    assert found.os
    assert found.python.count(".") == 2
    assert 1 <= found.cpu.usable_cores <= found.cpu.logical_cores
    assert 1 <= found.cpu.physical_cores <= found.cpu.logical_cores
    assert found.cpu.name
    assert 0 < found.memory.available_bytes <= found.memory.total_bytes <= found.memory.physical_bytes
    assert found.memory.total_bytes > GIB // 4
    assert all(0 <= gpu.free_bytes <= gpu.total_bytes for gpu in found.gpus)


def test_without_torch_nothing_imports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # an import would fail, and be noted
    assert detect_machine(with_torch=False).notes == ()


def test_missing_torch_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    found = detect(monkeypatch, None)
    assert found.gpus == ()
    assert found.gpu_problem.startswith("PyTorch could not be imported (")
    assert found.notes == (found.gpu_problem,)


def test_torch_that_breaks_on_import_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def broken(name: str) -> types.ModuleType:
        if name == "torch":
            raise OSError("[WinError 1114] c10.dll could not be initialised\nmore")
        return real(name)

    monkeypatch.setattr(importlib, "import_module", broken)
    found = detect_machine()
    assert "WinError 1114" in found.gpu_problem
    assert "more" not in found.gpu_problem


def test_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    found = detect(monkeypatch, fake_torch(), driver=True)
    (gpu,) = found.gpus
    assert (gpu.kind, gpu.device, gpu.architecture) == (DeviceKind.CUDA, "cuda:0", "sm_86")
    assert (gpu.free_bytes, gpu.total_bytes, gpu.supports_bf16) == (9 * GIB, 12 * GIB, True)
    assert found.gpu_problem == ""
    assert InstructionSet.AVX_VNNI in found.cpu.instruction_sets


def test_pre_ampere_has_no_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    (gpu,) = detect(monkeypatch, fake_torch(get_device_capability=lambda _: (7, 5))).gpus
    assert (gpu.supports_bf16, gpu.architecture) == (False, "sm_75")


def test_rocm(monkeypatch: pytest.MonkeyPatch) -> None:
    torch: Any = fake_torch(get_device_capability=lambda _: (11, 0))
    torch.version = SimpleNamespace(cuda=None, hip="7.2.1")
    (gpu,) = detect(monkeypatch, torch).gpus
    assert (gpu.kind, gpu.device, gpu.architecture) == (DeviceKind.ROCM, "cuda:0", "gfx1100")
    assert gpu.supports_bf16


@pytest.mark.parametrize("bf16", [True, False])
def test_mps(monkeypatch: pytest.MonkeyPatch, bf16: bool) -> None:
    def ones(*_: object, dtype: object = None, **__: object) -> _Number:
        if dtype is not None and not bf16:
            raise TypeError("BFloat16 is not supported on MPS")
        return _Number(1.0)

    torch: Any = fake_torch(is_available=lambda: False)
    torch.ones = ones
    torch.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: True))
    torch.mps = SimpleNamespace(recommended_max_memory=lambda: 1 << 50, driver_allocated_memory=lambda: 0)
    found = detect(monkeypatch, torch)
    (gpu,) = found.gpus
    assert (gpu.kind, gpu.device, gpu.supports_bf16) == (DeviceKind.MPS, "mps", bf16)
    assert gpu.free_bytes == found.memory.available_bytes


@pytest.mark.parametrize("broken", ["is_available", "device_count", "mem_get_info", "get_device_properties"])
def test_a_broken_driver_is_a_note(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    found = detect(monkeypatch, fake_torch(**{broken: _fails("CUDA error: unknown error\nlong trace")}))
    assert found.gpus == ()
    assert "CUDA error: unknown error" in found.gpu_problem
    assert "long trace" not in found.gpu_problem


def test_one_broken_gpu_of_two_leaves_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def memory(index: int) -> tuple[int, int]:
        if index == 0:
            raise RuntimeError("no kernel image is available for execution on the device")
        return GIB, 2 * GIB

    found = detect(monkeypatch, fake_torch(device_count=lambda: 2, mem_get_info=memory))
    assert [gpu.device for gpu in found.gpus] == ["cuda:1"]
    assert found.gpu_problem == ""
    assert "GPU 0 cannot be used: no kernel image" in found.notes[0]


def test_a_gpu_that_computes_wrongly_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    torch: Any = fake_torch()
    torch.ones = lambda *_, **__: _Number(0.0)
    assert "wrongly" in detect(monkeypatch, torch).gpu_problem


def test_a_cpu_only_build_beside_a_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    torch: Any = fake_torch(is_available=lambda: False)
    torch.version = SimpleNamespace(cuda=None, hip=None)
    assert "CPU-only build of PyTorch" in detect(monkeypatch, torch, driver=True).gpu_problem
    assert detect(monkeypatch, torch, driver=False).gpu_problem == ""


def test_the_reason_that_torch_warns_about_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable() -> bool:
        warnings.warn("CUDA initialization: The NVIDIA driver on your system is too old", stacklevel=1)
        return False

    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    found = detect(monkeypatch, fake_torch(is_available=unavailable), driver=True)
    assert "too old" in found.gpu_problem
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    found = detect(monkeypatch, fake_torch(is_available=lambda: False), driver=True)
    assert "CUDA_VISIBLE_DEVICES" in found.gpu_problem


def test_a_broken_psutil_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    found = detect_machine(with_torch=False)
    assert any("psutil" in note for note in found.notes)
    assert found.cpu.usable_cores >= 1
    if sys.platform != "win32":
        assert found.memory.available_bytes > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no RLIMIT_AS")
def test_the_address_space_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (GIB // 2, GIB // 2))
    memory = detect_machine(with_torch=False).memory
    assert (memory.total_bytes, memory.limited_by) == (GIB // 2, "RLIMIT_AS")
    assert memory.available_bytes < GIB // 2


def _files(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_cgroup_version_2(tmp_path: Path) -> None:
    root = _files(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user.slice/app.scope\n",
            "sys/fs/cgroup/user.slice/memory.max": "4000000000\n",
            "sys/fs/cgroup/user.slice/memory.current": "1500000000\n",
            "sys/fs/cgroup/user.slice/memory.stat": "anon 1\ninactive_file 500000000\n",
            "sys/fs/cgroup/user.slice/app.scope/memory.max": "max\n",
            "sys/fs/cgroup/user.slice/app.scope/cpu.max": "150000 100000\n",
        },
    )
    limits = cgroup_limits(root)
    assert limits.memory_limit_bytes == 4_000_000_000
    assert limits.memory_headroom_bytes == 3_000_000_000
    assert limits.cpu_quota_cores == 1.5


def test_cgroup_version_1_inside_a_container(tmp_path: Path) -> None:
    root = _files(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n1:name=systemd:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000000",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "2500000000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
        },
    )
    limits = cgroup_limits(root)
    assert (limits.memory_limit_bytes, limits.memory_headroom_bytes) == (2_000_000_000, 0)
    assert limits.cpu_quota_cores == 2.0


def test_no_cgroup_limits(tmp_path: Path) -> None:
    unlimited = {
        "proc/self/cgroup": "4:memory:/a",
        "sys/fs/cgroup/memory/a/memory.limit_in_bytes": str(2**63 - 4096),
    }
    assert cgroup_limits(_files(tmp_path, unlimited)) == CgroupLimits()
    assert cgroup_limits(tmp_path / "nothing") == CgroupLimits()


def test_cgroup_limits_reach_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = CgroupLimits(GIB, GIB // 2, 0.5)
    monkeypatch.setattr(hardware, "cgroup_limits", lambda: limits)
    found = detect_machine(with_torch=False)
    assert (found.memory.total_bytes, found.memory.limited_by) == (GIB, "cgroup")
    assert found.memory.available_bytes <= GIB // 2
    assert found.cpu.usable_cores == 1


def test_malformed_cgroup_file_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "cgroup_limits", _fails("not enough values to unpack"))
    assert "Control group" in detect_machine(with_torch=False).notes[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"avx2", "avx512f", "avx512_vnni"}, ("avx2", "avx512f", "avx512_vnni")),
        ({"AVX2", "avx512_f", "amx_int8", "amx_tile"}, ("avx2", "avx512f", "amx")),
        ({"asimd", "asimddp", "i8mm"}, ("neon", "dotprod", "i8mm")),
        ({"hw.optional.arm.FEAT_DotProd", "neon"}, ("neon", "dotprod")),
        ({"sse2"}, ()),
    ],
)
def test_instruction_sets(words: set[str], expected: tuple[str, ...]) -> None:
    assert tuple(item.value for item in instruction_sets(words)) == expected
