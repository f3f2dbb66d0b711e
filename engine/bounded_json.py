"""JSON out of files that strangers wrote: bounded in bytes, in items and in depth, and only ever a typed
error.

Knows nothing of what the objects mean.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, HEAD_BYTES, shown, unreadable, wrong_content
from engine.types import JsonObject, JsonValue


class _DuplicateKey(ValueError):
    pass


def _unique(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKey(key)
            seen.add(key)
    return result


def parse_json_object(data: bytes, name: str, *, max_items: int, unique_keys: bool = False) -> JsonObject:
    """Parse an object.

    Args:
        data: UTF-8.
        name: the file's name, for errors.
        max_items: how many brackets and commas there may be. Counted before parsing, since a list of empty
            lists takes thirty times the memory of its text.
        unique_keys: refuse an object that names a key twice, where readers could disagree about which one
            holds.

    Raises:
        DamagedModel: anything else than such an object.
    """
    evidence = wrong_content(data[:HEAD_BYTES], len(data))
    if evidence is not None:
        raise DamagedModel(f"{name} {evidence}.", DOWNLOAD_AGAIN)
    if data.count(b",") + data.count(b"[") + data.count(b"{") > max_items:
        raise DamagedModel(f"{name} has more entries than any model needs.", DOWNLOAD_AGAIN)
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique if unique_keys else None)
    except UnicodeDecodeError as error:
        raise DamagedModel(f"{name} is not UTF-8 text.", DOWNLOAD_AGAIN) from error
    except _DuplicateKey as error:
        raise DamagedModel(f"{name} names {shown(str(error))} twice.", DOWNLOAD_AGAIN) from error
    except RecursionError as error:
        raise DamagedModel(f"{name} is nested too deeply.", DOWNLOAD_AGAIN) from error
    except ValueError as error:  # JSONDecodeError, and integers of more digits than Python converts
        raise DamagedModel(f"{name} is not valid JSON.", DOWNLOAD_AGAIN) from error
    if not isinstance(value, dict):
        raise DamagedModel(f"{name} is not a JSON object.", DOWNLOAD_AGAIN)
    return value


def read_json_object(path: Path, name: str, *, max_bytes: int, max_items: int, unique_keys: bool = False) -> JsonObject:
    """Read and parse the object in `path`; `name` stands for it in errors (a cache's blobs have names of
    their own).

    Raises:
        DamagedModel: the file is too large, unreadable, or not such an object.
    """
    try:
        with path.open("rb") as file:
            # Python reserves the whole amount it is asked to read, so ask for no more than there is.
            data = file.read(min(os.fstat(file.fileno()).st_size, max_bytes) + 1)
    except OSError as error:
        raise unreadable(name, error) from error
    if len(data) > max_bytes:
        raise DamagedModel(f"{name} is larger than {max_bytes // 1024} KiB, which no model needs.", DOWNLOAD_AGAIN)
    return parse_json_object(data, name, max_items=max_items, unique_keys=unique_keys)
