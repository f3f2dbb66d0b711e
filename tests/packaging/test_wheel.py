"""What pip and pipx install: built as they build it, from the source archive, and used away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    *(".*", "build", "dist", "__pycache__", "*.egg-info", "*.so", "*.pyd", "pictures", "texts", "data")
)
NO_COMPILER = {"CC": "no-such-compiler", "DISTUTILS_USE_SDK": "1"}  # the second: no search for Microsoft's
PATIENCE_S = 280

pytest.importorskip("setuptools", minversion="77", reason="builds with setuptools, which the extra `test` brings")


def _run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive."""
    folder = tmp_path_factory.mktemp("source")
    checkout = folder / "checkout"
    shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
    build = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    said = _run(sys.executable, "-c", build, folder, cwd=checkout)
    assert "absent from the `packages`" not in said
    [found] = folder.glob("*.tar.gz")
    return found


def _wheel(archive: Path, folder: Path, environment: Mapping[str, str] | None = None) -> Path:
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-index", "--no-deps")
    _run(*pip, "--no-build-isolation", "--wheel-dir", folder, archive, cwd=folder, environment=environment)
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def plain_wheel(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built where there is no C compiler."""
    return _wheel(archive, tmp_path_factory.mktemp("plain"), NO_COMPILER)


def _install(wheel: Path, folder: Path) -> Path:
    """Into a new environment, which sees what is installed here but not this checkout; the `ponder` command."""
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(_run(python, "-c", ask, cwd=folder).strip())
    # A line of a .pth file adds a folder, whose own .pth files (this checkout's among them) are not read.
    (packages / "installed-here.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--no-index")
    _run(*pip, "--no-deps", "--ignore-installed", wheel, cwd=folder)
    return python.with_name("ponder.exe" if os.name == "nt" else "ponder")


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_the_wheel_holds_the_code_the_resources_and_nothing_else(plain_wheel: Path) -> None:
    names = _names(plain_wheel)
    expected = {
        path.relative_to(ROOT).as_posix()
        for folder, pattern in (("app", "*.py"), ("engine", "*.py"), ("resources", "*"))
        for path in (ROOT / folder).rglob(pattern)
        if path.is_file() and path.suffix not in (".ts", ".pyc")  # .ts: the source of the catalogues
    }
    metadata = {each for each in names if each.startswith(f"ponder_chat-{VERSION}.dist-info/")}
    assert names - metadata == expected
    assert f"ponder_chat-{VERSION}.dist-info/licenses/LICENSE" in metadata


@pytest.mark.slow
def test_an_answer_without_compiled_kernels(plain_wheel: Path, tmp_path: Path) -> None:
    ponder = _install(plain_wheel, tmp_path)
    assert _run(ponder, "--version", cwd=tmp_path) == f"ponder {VERSION}\n"
    assert "75" in _run(ponder, "ask", "--no-think", "--temperature", "0", "What is 27 + 48?", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which(os.environ.get("CC", "cc")) is None and os.name != "nt", reason="there is no C compiler here"
)
def test_an_answer_with_the_kernels_that_were_compiled(archive: Path, tmp_path: Path) -> None:
    wheel = _wheel(archive, tmp_path)
    [kernels] = [each for each in _names(wheel) if each.startswith("engine/native/_kernels")]
    assert kernels.endswith((".so", ".pyd"))
    ponder = _install(wheel, tmp_path)
    assert "75" in _run(ponder, "ask", "--no-think", "--temperature", "0", "What is 27 + 48?", cwd=tmp_path)
    look = "from engine.native.library import library_path, open_library; open_library(); print(library_path())"
    assert str(tmp_path) in _run(ponder.with_name("python"), "-c", look, cwd=tmp_path)
