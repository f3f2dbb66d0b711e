"""Tests a frozen folder as the person gets it: `python packaging/freeze/smoke.py [dist/ponder] [--compressed]`.

It is run where nothing is as it was built: in a read-only folder with an awkward name, without a network, a home
folder, a locale or standard streams. Sizes over their limits and everything that does not work end it with exit code 1;
a time over its limit is said. Needs nothing but Python, and on Linux Xvfb and xdotool for the window.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from bundle_folder import MOST_COMPRESSED_BYTES, MOST_ON_DISK_BYTES, compressed_bytes, size_bytes  # noqa: E402
from smoke_place import Place  # noqa: E402
from smoke_report import Row, SmokeFailure, Verdict, size, table, timing  # noqa: E402
from smoke_window import ANSWER, QUESTION, missing_tools, window_on_x11, window_without_screen  # noqa: E402
from sqlite_library import LIBRARY, OLDEST, version  # noqa: E402

FIRST_TOKEN_LIMIT_S = 6.0
ASKING = ("ask", "--hide-thinking", QUESTION)
STRANGER = 54321  # a user id without an account


def main() -> int:
    """Run every check and print the table; stops at what does not work. Returns the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path, default=HERE.parents[1] / "dist" / "ponder")
    arguments.add_argument("--compressed", action="store_true", help="also measure it as .tar.xz; takes minutes")
    arguments.add_argument("--cuda", action="store_true", help="it is of the CUDA flavour, which has no limits of size")
    arguments.add_argument("--picture", type=Path, metavar="FILE.png", help="save what the window looks like")
    options = arguments.parse_args()
    rows: list[Row] = []
    problem = ""
    try:
        with Place(options.folder) as place:
            rows.append(Row("place", place.words, verdict=Verdict.TOLD))
            for row in checks(options, place):
                rows.append(row)
                print(f"{row.what}: {row.found}", file=sys.stderr, flush=True)
    except SmokeFailure as failure:
        problem = str(failure)
    print(table(rows))
    if problem:
        print(f"FAILED: {problem}")
    return 1 if problem or any(row.verdict is Verdict.FAILED for row in rows) else 0


def checks(options: argparse.Namespace, place: Place) -> Iterator[Row]:
    """All checks in the order of their rows."""
    limits = (None, None) if options.cuda else (MOST_ON_DISK_BYTES, MOST_COMPRESSED_BYTES)
    yield size("on disk", size_bytes(options.folder), limits[0])
    if options.compressed:
        yield size("as .tar.xz", compressed_bytes(options.folder), limits[1])
    if (sqlite := options.folder / "_internal" / LIBRARY).is_file():
        found = version(sqlite)
        words = f"{'.'.join(map(str, found))}, {'.'.join(map(str, OLDEST))} or newer is needed"
        yield Row("SQLite", words, verdict=Verdict.FAILED if found < OLDEST else Verdict.GOOD)
    if sys.platform != "linux":
        yield from window_without_screen(place)
    elif missing := missing_tools():
        raise SmokeFailure(f"install {' and '.join(missing)} for the window's half of the test")
    else:
        yield from window_on_x11(place, options.picture)
        yield from window_without_screen(place)
    yield from command_line(place)


def command_line(place: Place) -> Iterator[Row]:
    """The headless commands, each in a process of its own.

    Raises:
        SmokeFailure: one of them failed or said something else than it has to.
    """
    yield from first_token(place)
    yield Row("ponder --version", _output(place, "--version", having="ponder "))
    yield Row("ponder ask", _output(place, *ASKING, having=ANSWER))
    yield Row("ponder ask, in 4 bits", _output(place, *ASKING, "--precision", "nf4", having=ANSWER))
    yield Row("ponder models list", _output(place, "models", "list", having="pocket").splitlines()[0])
    report = json.loads(_output(place, "doctor", "--json", having='"versions"'))
    absent = [name for name, version in report["versions"].items() if version is None]
    if absent:
        raise SmokeFailure(f"ponder doctor does not find {', '.join(absent)}")
    yield Row("ponder doctor", ", ".join(f"{name} {version}" for name, version in report["versions"].items()))
    _output(place, "doctor", having="torch")
    yield from without_account(place)


def first_token(place: Place) -> Iterator[Row]:
    """How long the practice model takes from the start of the process to its first token, cold and warm."""
    for cold in (True, False):
        if cold and not place.forget_cached_files():
            continue
        begun = time.monotonic()
        process = place.start(["ask", "--json", "--no-think", QUESTION], streams=subprocess.PIPE)
        first_s, tokens_per_s = 0.0, 0.0
        for line in process.stdout or ():
            if not line.startswith("{"):
                continue
            event = json.loads(line)
            if event["event"] == "text" and not first_s:
                first_s = time.monotonic() - begun
            if event["event"] == "finished":
                tokens_per_s = event["tokens_per_s"]
        if process.wait() != 0 or not first_s:
            raise SmokeFailure(f"ponder ask --json ended with {process.returncode} and no answer")
        yield timing(f"first token, {'cold' if cold else 'warm'}", first_s, FIRST_TOKEN_LIMIT_S)
    yield Row("speed of the practice model", f"{tokens_per_s:.0f} tokens/s", verdict=Verdict.TOLD)


def without_account(place: Place) -> Iterator[Row]:
    """A user whom the system does not know, and so without any folder: told what to do, and served once it is done."""
    setpriv = shutil.which("setpriv")
    if sys.platform != "linux" or os.geteuid() != 0 or setpriv is None:
        return
    stranger = [setpriv, f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups"]
    nowhere = {f"XDG_{name}_HOME": "" for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    code, _, errors = place.run("ask", QUESTION, before=stranger, environment=nowhere)
    if code != 1 or "PONDER_HOME" not in errors or "Traceback" in errors:
        raise SmokeFailure(f"without an account: exit code {code}, {errors!r}")
    own = place.home / "stranger"
    own.mkdir()
    os.chown(own, STRANGER, STRANGER)
    code, output, errors = place.run(*ASKING, before=stranger, environment={**nowhere, "PONDER_HOME": str(own)})
    if code != 0 or ANSWER not in output:
        raise SmokeFailure(f"with PONDER_HOME but no account: exit code {code}, {errors!r}")
    yield Row("without an account", "asks for PONDER_HOME, answers with it")


def _output(place: Place, *arguments: str, having: str) -> str:
    code, output, errors = place.run(*arguments)
    if code != 0 or having not in output or "Traceback" in errors:
        raise SmokeFailure(f"ponder {' '.join(arguments)}: exit code {code}, {output!r}, {errors[-2000:]!r}")
    return output.strip()


if __name__ == "__main__":
    sys.exit(main())
