"""The files that hold what a model has read of conversations: which there are, how many may be, and deleting them.

The file number N of a conversation's chain is `STEM.N.kv`, where the stem comes from the key that whoever asks gives
each conversation. The files tell a conversation as plainly as its text does: they are their owner's alone, and whoever
deletes a conversation has `keep_only` delete them too. Standard library only; what is in a file is prefix_segment's.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.prefix_segment import PART_SUFFIX, Damaged, Segment, SegmentFile, read_header

log = logging.getLogger(__name__)

FOLDER_NAME: Final = "prefixes"
# However much the files may take, so much stays free for other programs.
FREE_BYTES: Final = 4_000_000_000
# A file that was begun so long ago and is not complete belongs to a process that has ended.
STALE_S: Final = 3_600.0

_NAME = re.compile(r"([0-9a-f]{32})\.([0-9]{1,4})\.kv")
_PART = re.compile(rf"([0-9a-f]{{32}})\.([0-9]{{1,4}})\.kv\..+{re.escape(PART_SUFFIX)}")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the folder, by its name alone. number: None for one that is being written."""

    path: Path
    stem: str
    number: int | None
    size_bytes: int
    used_s: float


def folder_in(cache_folder: Path) -> Path:
    """Where the files lie."""
    return cache_folder / FOLDER_NAME


def make_folder(folder: Path) -> None:
    """Make it, for its owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # there already, and somebody else's
        folder.chmod(0o700)


def stem_of(key: str) -> str:
    """What the names of a conversation's files begin with, whatever characters are in its key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def path_of(folder: Path, stem: str, number: int) -> Path:
    return folder / f"{stem}.{number}.kv"


def kept_files(folder: Path) -> list[KeptFile]:
    """All of them, the one used least recently first; none where the folder cannot be read."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            complete, part = _NAME.fullmatch(path.name), _PART.fullmatch(path.name)
            match = complete or part
            if match is None:
                continue
            with suppress(OSError):  # deleted meanwhile
                facts = path.stat()
                number = int(complete[2]) if complete else None
                found.append(KeptFile(path, match[1], number, facts.st_size, facts.st_mtime))
    return sorted(found, key=lambda each: (each.used_s, each.path.name))


def used_bytes(folder: Path) -> int:
    """What all files take on the disk."""
    return sum(each.size_bytes for each in kept_files(folder))


# -- deleting --


def delete(path: Path) -> bool:
    """Whether it is gone. Never raises."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("what was kept of a conversation cannot be deleted: %s", error.strerror)
        return False
    return True


def keep_only(folder: Path, keys: Iterable[str]) -> bool:
    """Delete the files of all conversations but these; whether all of them are gone.

    One that is being written is deleted too, and its writer gives it up.
    """
    files = kept_files(folder)
    if not files:
        return True
    stems = {stem_of(key) for key in keys}
    left = [each for each in files if each.stem not in stems and not delete(each.path)]
    return not left


def clear(folder: Path) -> bool:
    """Delete all of them; whether they are gone."""
    return keep_only(folder, ())


def make_room(folder: Path, needed_bytes: int, budget_bytes: int, *, stay: str = "") -> bool:
    """Delete what was used least recently until so much more fits; whether it does.

    Args:
        budget_bytes: what all files may take. Less, where the disk would be left with less than FREE_BYTES.
        stay: the stem of a conversation whose files do.
    """
    files, now_s = [], time.time()
    for each in kept_files(folder):
        if each.number is None and now_s - each.used_s > STALE_S:
            delete(each.path)
        else:
            files.append(each)
    total = sum(each.size_bytes for each in files)
    stems = dict.fromkeys(each.stem for each in files if each.stem != stay)
    while not _fits(folder, total + needed_bytes, needed_bytes, budget_bytes):
        stem = next(iter(stems), None)
        if stem is None:
            return False
        del stems[stem]
        for each in reversed(files):  # the later ones need the earlier ones
            if each.stem == stem and delete(each.path):
                total -= each.size_bytes
    return True


def _fits(folder: Path, total_bytes: int, needed_bytes: int, budget_bytes: int) -> bool:
    if total_bytes > budget_bytes:
        return False
    try:
        return shutil.disk_usage(folder).free - needed_bytes >= FREE_BYTES
    except OSError:
        return True  # writing tells


# -- chains --


def read_chain(folder: Path, stem: str, fingerprint: str) -> list[SegmentFile]:
    """The headers of a conversation's files as far as they belong together, the first positions first.

    What is damaged, and what follows it, is deleted. What another model left is passed over.
    """
    files = sorted((each for each in kept_files(folder) if each.stem == stem), key=lambda each: each.number or 0)
    chain: list[SegmentFile] = []
    for each in files:
        if each.number is None:
            continue
        try:
            found = read_header(each.path)
            if found.segment.fingerprint != fingerprint:
                break
            before = chain[-1].segment if chain else None
            if each.number != len(chain) or not _follows(found.segment, before):
                raise Damaged("it belongs to a file that is not there")
        except FileNotFoundError:  # another process is at it
            break
        except OSError as error:
            log.warning("what was kept of a conversation cannot be read: %s", error.strerror)
            break
        except Damaged as reason:
            log.warning("what was kept of a conversation is given up: %s", reason)
            delete_from(folder, stem, each.number)
            break
        chain.append(found)
    return chain


def _follows(mine: Segment, before: Segment | None) -> bool:
    if before is None:
        return mine.start == 0 and not mine.parent
    start = mine.start
    return mine.parent == before.name and 0 < start <= before.end and mine.ids[:start] == before.ids[:start]


def delete_from(folder: Path, stem: str, number: int) -> None:
    """Delete a conversation's files from this one of its chain on."""
    for each in kept_files(folder):
        if each.stem == stem and each.number is not None and each.number >= number:
            delete(each.path)
