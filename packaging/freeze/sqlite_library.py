"""The SQLite that a frozen folder carries, on Linux: compiled from its sources, since the system's is often older.

Versions before 3.51.3 can damage a database in WAL mode that several connections write to or checkpoint
(sqlite.org/wal.html, "The WAL-reset bug"). Ponder has one such connection, but a bundle need not rely on that alone.
The sources come from a package of the npm registry that carries them as one file (better-sqlite3), checked by hash.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

OLDEST = (3, 51, 3)
PACKAGE = "better-sqlite3@12.11.1"
SOURCE = "package/deps/sqlite3/sqlite3.c"
SOURCE_SHA256 = "60d2f39a3726cd6b9021da6f4e868608d66fbb6528a9f513dc8ffcc640493422"
LIBRARY = "libsqlite3.so.0"
# What Python's module and the chats need: full-text search, and what distributions switch on for everyone.
OPTIONS = (
    "-DSQLITE_THREADSAFE=1",
    "-DSQLITE_ENABLE_FTS3",
    "-DSQLITE_ENABLE_FTS4",
    "-DSQLITE_ENABLE_FTS5",
    "-DSQLITE_ENABLE_RTREE",
    "-DSQLITE_ENABLE_COLUMN_METADATA",
    "-DSQLITE_ENABLE_DBSTAT_VTAB",
    "-DSQLITE_ENABLE_MATH_FUNCTIONS",
    "-DSQLITE_ENABLE_UNLOCK_NOTIFY",
    "-DSQLITE_MAX_VARIABLE_NUMBER=250000",
    "-DSQLITE_USE_URI=1",
)
_ASK = """
import ctypes, sys
asked = ctypes.CDLL(sys.argv[1]).sqlite3_libversion
asked.restype = ctypes.c_char_p
print(asked().decode())
"""


def put_newer(bundle: Path, work: Path) -> None:
    """Replace the system's SQLite in a frozen folder, where that one is too old.

    Args:
        bundle: with the folder `_internal`.
        work: where the sources and the library are kept for the next build.

    Raises:
        SystemExit: the sources cannot be had or are not the expected ones, or there is no compiler.
    """
    target = bundle / "_internal" / LIBRARY
    if sys.platform != "linux" or not target.is_file() or version(target) >= OLDEST:
        return
    built = work / f"{SOURCE_SHA256[:16]}-{LIBRARY}"
    if not built.is_file():
        _compile(_source(work), built)
    target.unlink()
    shutil.copy2(built, target)
    if version(target) < OLDEST:
        raise SystemExit(f"SQLite in {target} is still older than {'.'.join(map(str, OLDEST))}")


def version(library: Path) -> tuple[int, ...]:
    """Of a shared library of SQLite, such as (3, 51, 3). Another process opens it: what is open must not change."""
    command = [sys.executable, "-c", _ASK, str(library)]
    asked = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in asked.strip().split("."))


def _source(work: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(f"npm is needed to fetch the sources of SQLite (the package {PACKAGE}): install it.")
    folder = work / "sqlite"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run([npm, "pack", "--silent", PACKAGE], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extract(SOURCE, folder, filter="data")
    source = folder / SOURCE
    if hashlib.sha256(source.read_bytes()).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"{PACKAGE} does not hold the sources of SQLite that were expected: nothing was built.")
    return source


def _compile(source: Path, built: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise SystemExit("A C compiler is needed to build SQLite: install gcc.")
    making = built.with_suffix(".part")
    shared = ["-shared", "-fPIC", f"-Wl,-soname,{LIBRARY}"]
    command = [compiler, "-O2", "-g0", *shared, *OPTIONS, str(source), "-o", str(making), "-lpthread", "-ldl", "-lm"]
    subprocess.run(command, check=True)
    if strip := shutil.which("strip"):
        subprocess.run([strip, "--strip-unneeded", str(making)], check=True)
    making.replace(built)
