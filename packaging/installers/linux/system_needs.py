"""What a frozen folder takes from the system it runs on: the version of glibc, and libraries by Debian's names of them.

Asked of the files themselves, because both depend on the machine that froze them: it gives its own libstdc++ and many
another library along, and those ask for a glibc as new as its own.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_GLIBC = (2, 34)
"""That of Qt, which no bundle gets below."""
# The names of Debian 12 and Ubuntu 22.04, and of those after them.
_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXext.so.6": "libxext6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libz.so.1": "zlib1g",
}
# Loaded by name while running, or with files beside them that a copy in the bundle needs as well.
_ALWAYS = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
)
_GLIBC = frozenset(
    (
        "ld-linux-x86-64.so.2",
        "libc.so.6",
        "libdl.so.2",
        "libm.so.6",
        "libpthread.so.0",
        "libresolv.so.2",
        "librt.so.1",
        "libutil.so.1",
    )
)
_ELF = b"\x7fELF"
_FILES_A_CALL = 200
_NEEDED = re.compile(r"\(NEEDED\).*\[(?P<name>[^\]]+)\]")
_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


class UnknownLibrary(Exception):
    """A library that is neither in the bundle nor in a package known here."""


@dataclass(frozen=True, slots=True)
class SystemNeeds:
    """glibc: the oldest version that will do, such as "2.34". packages: Debian's names, in order."""

    glibc: str
    packages: tuple[str, ...]


def system_needs(bundle: Path) -> SystemNeeds:
    """Look through every program and library of a frozen folder. Needs readelf.

    Raises:
        UnknownLibrary: the list of packages above lacks one.
        subprocess.CalledProcessError: readelf failed; it has said why.
    """
    present = {name for _, folders, names in os.walk(bundle) for name in (*folders, *names)}
    outside: set[str] = set()
    glibc = OLDEST_GLIBC
    for text in _headers(bundle):
        outside.update(match["name"] for match in _NEEDED.finditer(text))
        glibc = max(glibc, *((int(major), int(minor)) for major, minor in _VERSION.findall(text)), OLDEST_GLIBC)
    outside -= present | _GLIBC
    if unknown := sorted(outside - set(_PACKAGES)):
        raise UnknownLibrary(f"No package is known for {', '.join(unknown)}: add it in {Path(__file__).name}.")
    packages = sorted({_PACKAGES[each] for each in outside} | set(_ALWAYS))
    return SystemNeeds(f"{glibc[0]}.{glibc[1]}", tuple(packages))


def _headers(bundle: Path) -> Iterator[str]:
    """What readelf says of needed libraries and versions, for many files at a time."""
    files = [each for each in sorted(bundle.rglob("*")) if each.is_file() and not each.is_symlink() and _is_elf(each)]
    for start in range(0, len(files), _FILES_A_CALL):
        command = ["readelf", "--dynamic", "--version-info", "--wide", *map(str, files[start : start + _FILES_A_CALL])]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
        yield answer.stdout


def _is_elf(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(_ELF)) == _ELF
