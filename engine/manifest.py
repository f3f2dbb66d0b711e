"""`manifest.json` beside a model's files: the size and SHA-256 each of them should have.

Written last by a download, so that its presence says "complete"; the hub's own client never verifies what it
fetched.
Format: `{"format": 1, "files": {NAME: {"bytes": N, "sha256": HEX}}}`. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.cancel import CancelToken
from engine.disk import write_durably
from engine.errors import DamagedModel, NoModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, member, require_plain_name, shown, unreadable

MANIFEST_NAME = "manifest.json"
MANIFEST_FORMAT = 1
_BLOCK_BYTES = 1 << 20
_MAX_FILES = 10_000
_SHA256 = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Names of the manifest's files, by what was found. `wrong` files exist with another size or another
    content.
    """

    ok: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing and not self.wrong

    def require_complete(self) -> None:
        """Raises DamagedModel naming the first few files that are missing or wrong."""
        problems = [f"{name} is missing" for name in self.missing]
        problems += [f"{name} is not what was downloaded" for name in self.wrong]
        if problems:
            more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
            raise DamagedModel(f"{'; '.join(problems[:3])}{more}.", DOWNLOAD_AGAIN)


def read_manifest(folder: Path) -> dict[str, ManifestEntry] | None:
    """The manifest in `folder`; None where there is none, or where a file of that name is some other
    program's.

    Raises:
        DamagedModel: it is not readable as one.
        UnsupportedModel: it is of a later format.
    """
    folder = folder.resolve()
    path = member(folder, MANIFEST_NAME)
    if path is None:
        return None
    data = read_json_object(path, MANIFEST_NAME, max_bytes=4 << 20, max_items=100_000, unique_keys=True)
    version, files = data.get("format"), data.get("files")
    if "format" not in data or not isinstance(files, dict):
        return None
    if version != MANIFEST_FORMAT or isinstance(version, bool):
        raise UnsupportedModel(f"{MANIFEST_NAME} has the format {shown(version)}.", "Update Ponder.")
    if len(files) > _MAX_FILES:
        raise DamagedModel(f"{MANIFEST_NAME} lists {len(files)} files.", DOWNLOAD_AGAIN)
    entries: dict[str, ManifestEntry] = {}
    for name, entry in files.items():
        require_plain_name(name, MANIFEST_NAME)
        size, digest = (entry.get("bytes"), entry.get("sha256")) if isinstance(entry, dict) else (None, None)
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise DamagedModel(f"{MANIFEST_NAME}: {name} has no size.", DOWNLOAD_AGAIN)
        if not isinstance(digest, str) or _SHA256.fullmatch(digest) is None:
            raise DamagedModel(f"{MANIFEST_NAME}: {name} has no SHA-256.", DOWNLOAD_AGAIN)
        entries[name] = ManifestEntry(size, digest)
    return entries


def file_sha256(path: Path, *, cancel: CancelToken | None = None, on_block: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file in hexadecimal, read in blocks; `on_block` is told the size of each in bytes.

    Raises:
        Cancelled: the token was set.
        DamagedModel: the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                digest.update(block)
                if on_block is not None:
                    on_block(len(block))
    except OSError as error:
        raise unreadable(path.name, error) from error
    return digest.hexdigest()


def quick_check(folder: Path) -> VerifyReport:
    """Compare sizes only. Raises as verify_manifest does."""
    present, missing, wrong = _by_size(folder, _required(folder))
    return VerifyReport(tuple(present), tuple(missing), tuple(wrong))


def verify_manifest(
    folder: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> VerifyReport:
    """Compare sizes and SHA-256 of every file in the manifest.

    Raises:
        NoModel: there is no manifest to compare with.
        Cancelled: the token was set.
        DamagedModel, UnsafeModel, UnsupportedModel: the manifest, or where a file leads.
    """
    entries = _required(folder)
    present, missing, wrong = _by_size(folder, entries)
    total = sum(entries[name].size_bytes for name in present)
    done = 0

    def on_block(size: int) -> None:
        nonlocal done
        done += size
        if progress is not None:
            progress(done, total)

    ok: list[str] = []
    for name, path in present.items():
        matches = file_sha256(path, cancel=cancel, on_block=on_block) == entries[name].sha256
        (ok if matches else wrong).append(name)
    return VerifyReport(tuple(ok), tuple(missing), tuple(wrong))


def write_manifest(
    folder: Path, names: Iterable[str], *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> Path:
    """Hash the named files and write the manifest: complete or not at all (fsync, then atomic rename).

    Args:
        progress: told the bytes hashed and the bytes in all.

    Returns:
        The manifest's path.

    Raises:
        NoModel: a named file is not there.
        Cancelled: the token was set; no manifest was written.
        OSError: the manifest cannot be written.
    """
    folder = folder.resolve()
    paths: dict[str, Path] = {}
    for name in sorted(set(names)):
        path = member(folder, name)
        if path is None:
            raise NoModel(f"{shown(name)} is not in the model's folder.")
        paths[name] = path
    total, done = sum(path.stat().st_size for path in paths.values()), 0

    def on_block(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, total)

    files: dict[str, dict[str, int | str]] = {}
    for name, path in paths.items():
        before = done
        digest = file_sha256(path, cancel=cancel, on_block=on_block)
        files[name] = {"bytes": done - before, "sha256": digest}
    write_durably(folder / MANIFEST_NAME, json.dumps({"format": MANIFEST_FORMAT, "files": files}, indent=1) + "\n")
    return folder / MANIFEST_NAME


def _required(folder: Path) -> dict[str, ManifestEntry]:
    entries = read_manifest(folder)
    if entries is None:
        raise NoModel("The model's folder has no manifest to compare with.", DOWNLOAD_AGAIN)
    return entries


def _by_size(folder: Path, entries: Mapping[str, ManifestEntry]) -> tuple[dict[str, Path], list[str], list[str]]:
    folder = folder.resolve()
    present: dict[str, Path] = {}
    missing: list[str] = []
    wrong: list[str] = []
    for name, entry in entries.items():
        path = member(folder, name)
        if path is None:
            missing.append(name)
        elif path.stat().st_size != entry.size_bytes:
            wrong.append(name)
        else:
            present[name] = path
    return present, missing, wrong
