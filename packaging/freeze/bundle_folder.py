"""A frozen folder as a whole: how large it is and may be, and how it takes the place of an older one."""

from __future__ import annotations

import lzma
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import IO

MB = 1_000_000
# Of the CPU flavour; a CUDA bundle carries gigabytes of NVIDIA's libraries.
MOST_ON_DISK_BYTES = 900 * MB
MOST_COMPRESSED_BYTES = 270 * MB


def sizes_by_part(folder: Path) -> Counter[str]:
    """Bytes of the files by the first two parts of their path below the folder of libraries. Links count nothing."""
    sizes: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            parts = path.relative_to(folder).parts
            sizes["/".join(parts[: 2 if len(parts) > 2 else 1])] += path.stat().st_size
    return sizes


def size_bytes(folder: Path) -> int:
    """What the files take."""
    return sizes_by_part(folder).total()


def leftovers(installed: Path, frozen: Path) -> list[str]:
    """The files of an installation that are not part of the frozen folder it was last made from."""
    return sorted(
        path.relative_to(installed).as_posix()
        for path in installed.rglob("*")
        if not path.is_dir() and not os.path.lexists(frozen / path.relative_to(installed))
    )


def put_in_place(fresh: Path, target: Path) -> None:
    """Move what was built to where it belongs. What is there of an earlier build goes as a whole: a library that is no
    longer part of Ponder would still be found.
    """
    target.mkdir(exist_ok=True)
    for made in fresh.iterdir():
        if (target / made.name).exists():
            shutil.rmtree(target / made.name)
        made.rename(target / made.name)


def compressed_bytes(folder: Path) -> int:
    """What a .tar.xz of the folder takes. Minutes; what is packed goes into a temporary file."""
    with tempfile.TemporaryFile() as packed:
        if xz := shutil.which("xz"):  # with all the processor's cores
            with subprocess.Popen([xz, "-6", "-T0", "-c"], stdin=subprocess.PIPE, stdout=packed) as process:
                if process.stdin is None:
                    raise RuntimeError("xz has no standard input")
                _write_tar(folder, process.stdin)
                process.stdin.close()
                if process.wait():
                    raise RuntimeError("xz failed")
        else:
            with lzma.open(packed, "wb", preset=6) as compressing:
                _write_tar(folder, compressing)
        return packed.seek(0, os.SEEK_END)


def _write_tar(folder: Path, target: IO[bytes]) -> None:
    with tarfile.open(fileobj=target, mode="w|") as archive:
        for path in sorted(folder.rglob("*")):  # files of one kind lie together
            archive.add(path, str(Path(folder.name) / path.relative_to(folder)), recursive=False)
