"""Finding bitsandbytes without importing it, and importing it without letting it fetch anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.bitsandbytes_support import bitsandbytes_problem, has_gpu_library
from engine.hardware import detect_machine

ROOT = Path(__file__).parents[3]


def fake_package(folder: Path, monkeypatch: pytest.MonkeyPatch, *libraries: str) -> None:
    package = folder / "bitsandbytes"
    package.mkdir()
    for name in ("__init__.py", *libraries):
        (package / name).touch()
    monkeypatch.delitem(sys.modules, "bitsandbytes", raising=False)
    monkeypatch.syspath_prepend(folder)


def torch_for(*, cuda: str | None = None, hip: str | None = None) -> object:
    return SimpleNamespace(version=SimpleNamespace(cuda=cuda, hip=hip))


def test_the_library_is_told_by_its_major_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_package(
        tmp_path, monkeypatch, "libbitsandbytes_cpu.so", "libbitsandbytes_cuda128.so", "libbitsandbytes_rocm71.so"
    )
    assert has_gpu_library(torch_for(cuda="12.6"))
    assert not has_gpu_library(torch_for(cuda="13.0"))
    assert has_gpu_library(torch_for(hip="7.2.1"))
    assert not has_gpu_library(torch_for(hip="6.4"))
    assert not has_gpu_library(torch_for())


def test_its_absence_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bitsandbytes_problem() == ""
    assert detect_machine(with_torch=False).bitsandbytes_problem == ""
    monkeypatch.setitem(sys.modules, "bitsandbytes", None)  # as if it were not installed
    assert bitsandbytes_problem() == "bitsandbytes is not installed."
    assert detect_machine(with_torch=False).bitsandbytes_problem == "bitsandbytes is not installed."
    assert not has_gpu_library(torch_for(cuda="12.6"))


def test_it_is_imported_late_and_may_fetch_nothing(tmp_path: Path) -> None:
    """On CPUs with BF16 instructions it imports `kernels`, which downloads what it then runs, or complains."""
    (tmp_path / "kernels.py").write_text(
        "def get_kernel(*_, **__):\n    raise SystemExit('asked for code from the network')\n", encoding="utf-8"
    )
    code = """
import sys
sys.path.insert(0, sys.argv[1])
import engine.engine
from engine.bitsandbytes_support import import_functional
from engine.hardware import detect_machine
detect_machine()
assert "bitsandbytes" not in sys.modules
functional = import_functional()
assert functional.int8_vectorwise_quant
assert "kernels" not in sys.modules
assert import_functional() is functional
import kernels  # it was hidden for that long only
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
