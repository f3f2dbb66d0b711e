"""Whether a window can be shown here, found out without loading Qt: where it cannot, Qt ends the whole process."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping

# What Qt's own library and its X11 plugin load from the system; Debian's package for each.
X11_LIBRARIES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = ("libEGL.so.1", "libGL.so.1", "libxkbcommon.so.0", "libdbus-1.so.3", "libfontconfig.so.1")


def why_no_window(
    environment: Mapping[str, str], platform: str = sys.platform, loads: Callable[[str], bool] | None = None
) -> str | None:
    """One sentence on why no window can be shown, with what to do; None where one can.

    Args:
        environment: The process's variables.
        platform: As sys.platform.
        loads: Whether a shared library can be loaded; for tests.
    """
    if not platform.startswith(("linux", "freebsd")) or environment.get("QT_QPA_PLATFORM"):
        return None
    wayland, x11 = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    if not wayland and not x11:
        return "There is no display here."
    needed = WAYLAND_LIBRARIES if wayland else tuple(X11_LIBRARIES)
    missing = [X11_LIBRARIES[name] for name in needed if not (loads or _loads)(name)]
    if not missing:
        return None
    return f"System libraries for the window are missing: sudo apt-get install {' '.join(missing)}."


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
