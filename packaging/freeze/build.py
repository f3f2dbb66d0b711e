"""Builds the frozen folder: `python packaging/freeze/build.py [--flavour cpu|cuda] [--compressed]`.

What is frozen is installed into an environment of its own, build/venv: PyTorch for the flavour, Ponder as a wheel with
its native kernels, and PyInstaller. It is kept for the next build as long as nothing asks for another one. The result
is dist/ponder, on macOS also dist/Ponder.app. Packages come from where pip is told to take them.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from bundle_contents import FLAVOUR_VARIABLE, LICENCES_FILE, Flavour  # noqa: E402
from bundle_folder import (  # noqa: E402
    MB,
    MOST_COMPRESSED_BYTES,
    MOST_ON_DISK_BYTES,
    compressed_bytes,
    put_in_place,
    sizes_by_part,
)
from sqlite_library import put_newer  # noqa: E402

BUILD = ROOT / "build"
DIST = ROOT / "dist"
VENV = BUILD / "venv"
STAMP = VENV / "made-from"
TORCH_VERSION = "2.13.0"
CUDA_TAG = "cu130"
TORCH_INDEX = "https://download.pytorch.org/whl"
PYINSTALLER = "pyinstaller>=6.16,<7"
# What a wheel is made of.
SOURCES = ("app", "engine", "resources", "pyproject.toml", "setup.py", "README.md", "LICENSE")
LARGEST_PARTS = 14


def main() -> int:
    """Build, and say how large it has become. Exit code 1: a CPU bundle is larger than it may be."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--flavour", type=Flavour, choices=list(Flavour), default=Flavour.CPU)
    arguments.add_argument("--compressed", action="store_true", help="also measure it as .tar.xz; takes minutes")
    options = arguments.parse_args()
    python = make_environment(options.flavour)
    install_ponder(python)
    freeze(python, options.flavour)
    return report(DIST / "ponder", options.flavour, compressed=options.compressed)


def make_environment(flavour: Flavour) -> Path:
    """The interpreter of build/venv, which is made anew where something else is asked for than last time."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    asked_for = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    wanted = f"{flavour} {TORCH_VERSION} {PYINSTALLER} {asked_for} {sys.version}\n"
    if python.is_file() and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    install_torch(python, flavour)
    _pip(python, "install", PYINSTALLER)
    STAMP.write_text(wanted, encoding="utf-8")
    return python


def install_torch(python: Path, flavour: Flavour) -> None:
    """PyTorch for the flavour. What the package index has under the plain version differs from system to system."""
    wanted = f"torch=={TORCH_VERSION}"
    if flavour is Flavour.CPU and sys.platform == "linux":
        tag = "cpu"
    elif flavour is Flavour.CUDA and sys.platform in ("linux", "win32"):
        tag = CUDA_TAG
    elif flavour is Flavour.CUDA:
        raise SystemExit("There is no CUDA on this system.")
    else:
        _pip(python, "install", wanted)
        return
    # First from where pip takes everything, in case that has it: a mirror, or a folder of wheels.
    if _pip(python, "install", f"{wanted}+{tag}", check=False):
        _pip(python, "install", f"{wanted}+{tag}", "--extra-index-url", f"{TORCH_INDEX}/{tag}")


def install_ponder(python: Path) -> None:
    """Make the wheel from a fresh copy of the sources, so that nothing of an earlier build gets in; install it with
    what it depends on.
    """
    source, wheels = BUILD / "source", BUILD / "wheel"
    for folder in (source, wheels):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    unwanted = shutil.ignore_patterns("__pycache__", "_kernels*", "*.egg-info")
    for name in SOURCES:
        if (path := ROOT / name).is_dir():
            shutil.copytree(path, source / name, ignore=unwanted)
        else:
            shutil.copy2(path, source / name)
    _pip(python, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(source))
    (wheel,) = wheels.glob("*.whl")
    if not any("/_kernels" in name for name in zipfile.ZipFile(wheel).namelist()):
        raise SystemExit(
            "The native kernels were not built: a package needs a C compiler on the machine that makes it."
        )
    _pip(python, "install", str(wheel))
    # Once more for a wheel of the version that is there already.
    _pip(python, "install", "--force-reinstall", "--no-deps", str(wheel))


def freeze(python: Path, flavour: Flavour) -> None:
    """Collect the licences of what is installed there, and run PyInstaller on ponder.spec."""
    collect = ROOT / "packaging" / "licences" / "collect.py"
    licences = BUILD / LICENCES_FILE
    subprocess.run([str(python), str(collect), "--output", str(licences), "--python", str(python)], check=True)
    command = [str(python), "-P", "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    fresh = BUILD / "frozen"
    places = ["--distpath", str(fresh), "--workpath", str(BUILD / "pyinstaller")]
    environment = {**os.environ, FLAVOUR_VARIABLE: flavour.value}
    subprocess.run([*command, *places, str(HERE / "ponder.spec")], check=True, cwd=BUILD, env=environment)
    put_newer(fresh / "ponder", BUILD)
    put_in_place(fresh, DIST)


def report(folder: Path, flavour: Flavour, *, compressed: bool) -> int:
    """Print what the folder takes, and keep it in build/size.txt. Returns 1 where it is too large, else 0."""
    sizes = sizes_by_part(folder)
    lines = [f"{size / MB:8.1f} MB  {part}" for part, size in sizes.most_common(LARGEST_PARTS)]
    lines.append(f"{sizes.total() / MB:8.1f} MB  in all")
    packed = compressed_bytes(folder) if compressed else 0
    if compressed:
        lines.append(f"{packed / MB:8.1f} MB  as .tar.xz")
    text = "\n".join(lines) + "\n"
    (BUILD / "size.txt").write_text(text, encoding="utf-8")
    print(f"{folder}, for {flavour.value.upper()}:\n{text}", end="")
    if flavour is Flavour.CPU and (sizes.total() > MOST_ON_DISK_BYTES or packed > MOST_COMPRESSED_BYTES):
        limits = f"{MOST_ON_DISK_BYTES // MB} MB, as .tar.xz {MOST_COMPRESSED_BYTES // MB} MB"
        print(f"That is more than it may take: {limits}", file=sys.stderr)
        return 1
    return 0


def _pip(python: Path, *arguments: str, check: bool = True) -> int:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    return subprocess.run(command, check=check).returncode


if __name__ == "__main__":
    sys.exit(main())
