"""Reading the tokenizer's and the template's files without trust: no links out, bounded, typed errors."""

from __future__ import annotations

from pathlib import Path

from engine.bounded_json import parse_json_object
from engine.errors import UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, member, unreadable
from engine.types import JsonObject

MAX_CONFIG_BYTES = 16 * 1024 * 1024
MAX_CONFIG_ITEMS = 1_000_000


def read_bounded(folder: Path, name: str, max_bytes: int) -> bytes | None:
    """The bytes of `name` in `folder`, or None when there is no such file.

    Raises:
        DamagedModel: It cannot be read.
        UnsafeModel: It is a link out of the folder, or no regular file (a FIFO would block for ever).
        UnsupportedModel: It is larger than `max_bytes`.
    """
    try:
        path = member(folder.resolve(), name)
        if path is None:
            return None
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)  # not st_size: the file may grow between the two calls
    except OSError as error:
        raise unreadable(name, error) from error
    if len(content) > max_bytes:
        raise UnsupportedModel(
            f"{name} is larger than {max_bytes // 1_048_576} MiB, more than any model needs.", DOWNLOAD_AGAIN
        )
    return content


def read_config(folder: Path, name: str) -> JsonObject:
    """The JSON object in `name`; empty when there is no such file.

    Raises:
        DamagedModel: It cannot be read, or is no JSON object.
        UnsafeModel, UnsupportedModel: As `read_bounded`.
    """
    content = read_bounded(folder, name, MAX_CONFIG_BYTES)
    return {} if content is None else parse_json_object(content, name, max_items=MAX_CONFIG_ITEMS)
