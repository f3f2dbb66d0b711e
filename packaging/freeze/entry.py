"""Where the frozen program starts: every process of it, the window's, a command's and the children's alike.

Nothing may be imported above the guards: what is imported may print or start a process. Everything else is app.main's.
"""

import os
import sys


def open_closed_streams() -> None:
    """Give the process its three standard streams where whoever started it closed them, as desktops may.

    Otherwise the next file that is opened gets the number of standard output, and what a library prints ends up in a
    database. A windowed program on Windows has no such numbers at all; there only Python's own objects are missing.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def restore_library_path() -> None:
    """Let programs that this one starts, a browser for one, find the system's libraries and not the bundle's.

    The loader of this process has read the bundle's setting by now, and each further process of the bundle makes it
    again for itself.
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def start() -> int:
    """Run the program and return its exit code. Does not return in a child process."""
    open_closed_streams()
    if sys.platform == "linux":
        restore_library_path()
    # Nothing is compiled at run time: a bundle has no compiler, and its folder may be read-only.
    os.environ.setdefault("TORCHDYNAMO_DISABLE", "1")
    import multiprocessing

    # Before anything of the application is imported: a child does its work in here and never gets to the window.
    multiprocessing.freeze_support()
    from app.main import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
