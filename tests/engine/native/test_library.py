"""Whether the native kernels can be used here, and what they bring into the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.native import library
from engine.native.library import native
from engine.native.threads import runtime

needs_library = pytest.mark.skipif(library.library_path() is None, reason="the native kernels were not built")


@pytest.fixture(autouse=True)
def _not_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PONDER_NATIVE", raising=False)


def test_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PONDER_NATIVE", "0")
    found = native()
    assert not found.available
    assert "PONDER_NATIVE=0" in found.reason


@needs_library
def test_a_better_set_than_the_portable_is_chosen_or_none() -> None:
    found = native()
    assert found.available == (found.reason == "")
    if found.kernels is not None:
        assert found.kernels.name != "portable"
        assert library.kernels(found.kernels.name) == found.kernels


@needs_library
def test_a_processor_with_nothing_better_uses_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    portable = library.kernels("portable")
    assert portable is not None
    monkeypatch.setattr(library, "kernels", lambda: portable)
    found = native()
    assert not found.available
    assert "processor" in found.reason


def test_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "library_path", lambda: None)
    library.open_library.cache_clear()
    try:
        found = native()
    finally:
        library.open_library.cache_clear()
    assert not found.available
    assert "compiler" in found.reason


@needs_library
def test_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "ABI", -1)
    library.open_library.cache_clear()
    try:
        found = native()
    finally:
        library.open_library.cache_clear()
    assert not found.available
    assert "another version" in found.reason


@needs_library
def test_a_name_that_nobody_knows() -> None:
    assert library.kernels("abacus") is None


def test_threads_are_found() -> None:
    found = runtime()
    assert bool(found.gnu_parallel) or bool(found.kmp_fork)
    assert found.thread_number
    assert found.team_size


_ONE_RUNTIME = """
import pathlib, sys
from tests.engine.model.test_decoder_parity import GEOMETRIES, lean, reference_model
decoder = lean(reference_model(GEOMETRIES[0]))
assert decoder.kernels, "torch decodes"
cache = decoder.new_cache()
decoder.prefill(list(range(40)), cache)
decoder.decode(7, cache)
lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
names = {line.split("/", 1)[1] for line in lines if "/" in line}
print(sorted(name for name in names if any(part in name for part in ("libgomp", "libiomp", "libomp"))))
"""


@pytest.mark.skipif(sys.platform != "linux" or not native().available, reason="asks Linux what native kernels load")
def test_there_is_one_openmp_runtime_in_the_process() -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _ONE_RUNTIME],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    runtimes = done.stdout.strip().splitlines()[-1]
    assert runtimes.count("'") == 2, runtimes
