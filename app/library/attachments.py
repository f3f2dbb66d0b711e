"""Reading the text files that go along with a message. Nothing but regular files of UTF-8 text is ever read."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from app.core.draft import Attachment
from app.core.errors import AttachmentEmpty, AttachmentNotText, AttachmentTooLarge, AttachmentUnreadable

LARGEST_BYTES = 4 * 1024 * 1024
# A pipe that nobody writes into would otherwise keep whoever opens it waiting for ever.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def file_bytes(path: Path) -> int | None:
    """How large a file is; None where that cannot be said."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return None


def read_attachment(path: Path, largest_bytes: int = LARGEST_BYTES) -> Attachment:
    """The text of a file, without a byte order mark and with plain line ends.

    Args:
        path: The file; a link is followed.
        largest_bytes: Anything larger is refused.

    Raises:
        AttachmentUnreadable: it is not there, may not be read, or is a folder, a pipe or a device.
        AttachmentTooLarge: it is larger than `largest_bytes`.
        AttachmentNotText: it is not UTF-8 text.
        AttachmentEmpty: there is no text in it.
    """
    name = shown_name(path)
    data = _read(path, name, largest_bytes)
    if len(data) > largest_bytes:
        limit = f"{largest_bytes / 1024 / 1024:g} MiB"
        raise AttachmentTooLarge(f"{name} is larger than {limit}.", "Attach a part of it.", name=name)
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise AttachmentNotText(f"{name} is not UTF-8 text.", "Save it as UTF-8 text.", name=name) from error
    if "\0" in text:  # what no text has and nearly every other kind of file does
        raise AttachmentNotText(f"{name} is not a text file.", "Attach text files only.", name=name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise AttachmentEmpty(f"{name} is empty.", "There is nothing in it to attach.", name=name)
    return Attachment(name, text)


def shown_name(path: Path) -> str:
    """The file's name with everything that cannot be shown or kept replaced by U+FFFD."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in path.name) or "\ufffd"


def _read(path: Path, name: str, largest_bytes: int) -> bytes:
    """At most one byte more than the limit. Raises AttachmentUnreadable."""
    try:
        # Before it is opened, because opening alone can already do something to a device.
        _refuse_what_is_no_file(path.stat().st_mode, name)
        handle = os.open(path, _OPEN_FLAGS)
        with os.fdopen(handle, "rb") as file:
            _refuse_what_is_no_file(os.fstat(handle).st_mode, name)
            return file.read(largest_bytes + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise AttachmentUnreadable(f"{name} cannot be read: {why}.", "Check that it is there.", name=name) from error


def _refuse_what_is_no_file(mode: int, name: str) -> None:
    if stat.S_ISDIR(mode):
        raise AttachmentUnreadable(f"{name} is a folder.", "Attach the files in it.", name=name)
    if not stat.S_ISREG(mode):
        raise AttachmentUnreadable(f"{name} is not a file.", "Attach text files only.", name=name)
