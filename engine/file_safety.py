"""What a file in a model folder may be called, where it may lead, and what it looks like when it is the wrong
thing.

Model folders come from strangers: a name may climb out of the folder, a link may point at a private file, a
FIFO may block for ever, and a "weights file" may be a log-in page. Nothing here knows what a model is.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

from engine.errors import DamagedModel, UnsafeModel

DOWNLOAD_AGAIN = "Download the model again."
OTHER_SOURCE = "Get the model from a source you trust."

# Letters, digits and a few marks; no separator, colon (drive letters, NTFS streams), control character,
# leading dot.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ .+=,@-]{0,199}")
# Names that Windows opens as devices whatever their extension (learn.microsoft.com: Naming Files, Paths,
# Namespaces).
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
# The hub names a blob after its ETag: SHA-256 for large files, git SHA-1 for the rest.
_BLOB_NAME = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHARED_BLOB_NAME = re.compile(r"[0-9a-f]{64}")

HEAD_BYTES = 4096
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<?xml", b"<!--")


def shown(value: object) -> str:
    """A short ASCII form of a value out of somebody's file, safe to print whatever it holds."""
    text = json.dumps(value, default=str) if not isinstance(value, float) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def bare(text: str) -> str:
    """As shown, without the quotes: for names that are almost certainly harmless."""
    return text if text.isascii() and text.isprintable() and len(text) <= 80 else shown(text)


def is_plain_name(name: str) -> bool:
    """Whether `name` is a file name and nothing more, on every system Ponder runs on."""
    return (
        _PLAIN_NAME.fullmatch(name) is not None
        and ".." not in name
        and not name.endswith((".", " "))
        and _DEVICE_NAME.fullmatch(name) is None
    )


def require_plain_name(name: str, source: str) -> str:
    """Returns `name`. Raises UnsafeModel where it is a path, a device or otherwise not a bare file name."""
    if not is_plain_name(name):
        raise UnsafeModel(f"{source} names the file {shown(name)}, which is not a plain file name.", OTHER_SOURCE)
    return name


def member(folder: Path, name: str) -> Path | None:
    """The real path of the regular file `name` in `folder` (itself a real path), or None where there is none.

    Links are followed only when they stay in the folder, or lead from a Hugging Face cache snapshot to its
    own blobs.

    Raises:
        UnsafeModel: the name is no plain name, the link leads elsewhere, or it is no regular file (FIFO,
            device).
        DamagedModel: a link leads nowhere.
    """
    path = folder / require_plain_name(name, "The model")
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedModel(f"{name} cannot be examined ({error}).", DOWNLOAD_AGAIN) from error
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise DamagedModel(f"{name} is a link to a file that is gone.", DOWNLOAD_AGAIN) from error
    if not (target.is_relative_to(folder) or _is_hub_blob(folder, target)):
        raise UnsafeModel(f"{name} is a link that leads out of the model's folder.", OTHER_SOURCE)
    if not stat.S_ISREG(mode):
        raise UnsafeModel(f"{name} is not a regular file.", OTHER_SOURCE)
    return target


def _is_hub_blob(folder: Path, target: Path) -> bool:
    """Whether `folder` is a snapshot in a Hugging Face cache and `target` a blob of the same repository.

    Layout: `models--ORG--NAME/{snapshots/REVISION/FILE -> ../../blobs/HASH}`; since huggingface_hub 2 a blob
    may in turn be a link to the cache-wide store `CACHE/blobs/HA/HASH`.
    """
    repository = folder.parent.parent
    if folder.parent.name != "snapshots" or not repository.name.startswith("models--"):
        return False
    if target.parent == repository / "blobs":
        return _BLOB_NAME.fullmatch(target.name) is not None
    return (
        target.parent.parent == repository.parent / "blobs"
        and _SHARED_BLOB_NAME.fullmatch(target.name) is not None
        and target.parent.name == target.name[:2]
    )


def wrong_content(head: bytes, size: int) -> str | None:
    """What a file evidently is instead of what it should be, as the end of a sentence; None where nothing
    stands out.

    Args:
        head: the file's first bytes, HEAD_BYTES of them or all.
        size: the whole file's size in bytes.
    """
    if size == 0:
        return "is empty"
    if not any(head):
        return "is filled with zeros"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"version https://git-lfs.github.com/spec/"):
        return "is a Git LFS pointer, not the file itself"
    if text[:16].lower().startswith(_MARKUP):
        return "is a web page, not the file itself"
    if head.startswith(b"GGUF"):
        return "is a GGUF file under another name"
    if head.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        return "is a pickle or zip archive under another name, which Ponder never opens"
    return None


def read_head(path: Path) -> tuple[bytes, int]:
    """The first HEAD_BYTES bytes of a file and its size in bytes. Raises DamagedModel where it cannot be
    read.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES), os.fstat(file.fileno()).st_size
    except OSError as error:
        raise unreadable(path.name, error) from error


def unreadable(name: str, error: OSError) -> DamagedModel:
    """The error for a file that the system does not let us read."""
    reason = error.strerror or type(error).__name__
    return DamagedModel(f"{name} cannot be read ({reason}).", "Check the disk and the file's permissions.")
