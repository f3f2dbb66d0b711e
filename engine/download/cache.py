"""Models that other programs have fetched into the Hugging Face cache: found, verified and used where they lie.

Layout: `models--ORG--NAME/{refs/REVISION (a commit), snapshots/COMMIT/FILE -> ../../blobs/DIGEST}`. A blob is named by
its SHA-256 or by git's SHA-1, so most of a snapshot can be verified without asking anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.checkpoint_safety import require_known_architecture
from engine.download.part import has_content
from engine.download.plan import KnownFile, PlannedFile, is_commit, is_repository, is_wanted_name, require_revision
from engine.download.plan import require_repository as _require_repository
from engine.download.settings import cache_folder
from engine.errors import InvalidRequest, PonderError
from engine.file_safety import member
from engine.manifest import VerifyReport
from engine.weight_files import INDEX_FILE, SINGLE_FILE

_BLOB = re.compile(r"([0-9a-f]{64})|([0-9a-f]{40})")
_PREFIX = "models--"


@dataclass(frozen=True, slots=True)
class CachedSnapshot:
    repository: str
    commit: str
    folder: Path


def find_cached_snapshot(repository: str, revision: str | None = None, *, cache: Path | None = None) -> Path | None:
    """The folder of a snapshot that passes every check made before weights are read; None where there is none.

    Args:
        revision: a commit, branch or tag; None: what `main` meant when the cache was filled.
        cache: the cache's folder; None: the one that HF_HUB_CACHE and HF_HOME name.

    Raises:
        InvalidRequest: the name or revision cannot be one.
    """
    _require_repository(repository)
    if revision is not None:
        require_revision(revision)
    home = (cache or cache_folder()) / f"{_PREFIX}{repository.replace('/', '--')}"
    commit = revision if revision is not None and is_commit(revision) else _commit_of(home, revision or "main")
    if commit is None:
        return None
    folder = home / "snapshots" / commit
    try:
        open_checkpoint(folder)
    except PonderError:
        return None
    return folder


def cached_snapshots(*, cache: Path | None = None) -> tuple[CachedSnapshot, ...]:
    """Every snapshot in the cache that looks like a model that Ponder runs. Cheap: no weights are read.

    By repository; within one, what `main` meant when the cache was filled comes first, then the newest.
    """
    return tuple(each for each in every_snapshot(cache=cache) if _looks_runnable(each.folder))


def every_snapshot(*, cache: Path | None = None) -> tuple[CachedSnapshot, ...]:
    """Every snapshot in the cache, whatever it holds, in the order of `cached_snapshots`."""
    root = cache or cache_folder()
    found: list[CachedSnapshot] = []
    try:
        homes = sorted(each for each in root.iterdir() if each.name.startswith(_PREFIX))
    except OSError:
        return ()
    for home in homes:
        repository = _repository_of(home)
        if repository is not None:
            found += [CachedSnapshot(repository, commit, home / "snapshots" / commit) for commit in _commits(home)]
    return tuple(found)


def snapshot_of(folder: Path) -> CachedSnapshot | None:
    """What a folder is where it is a snapshot in some Hugging Face cache, by its path alone; None where it is not."""
    home = folder.parent.parent
    repository = _repository_of(home)
    if repository is None or folder.parent.name != "snapshots" or not is_commit(folder.name):
        return None
    return CachedSnapshot(repository, folder.name, folder)


def verify_snapshot(
    folder: Path,
    *,
    known: Mapping[str, KnownFile] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: CancelToken | None = None,
) -> VerifyReport:
    """Hash what Ponder uses of a snapshot and compare it with the blobs' names, and with `known`.

    A file without a digest to compare with (Windows caches may hold plain copies) counts as sound.

    Args:
        progress: told the bytes hashed and the bytes in all.

    Raises:
        Cancelled: the token was set.
        UnsafeModel, DamagedModel: where a link leads.
    """
    folder, cancel = folder.resolve(), cancel or CancelToken()
    known = known or {}
    files = {name: path for name in _names(folder) if (path := member(folder, name)) is not None}
    total, done = sum(path.stat().st_size for path in files.values()), 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, total)

    ok: list[str] = []
    wrong: list[str] = []
    for name, path in files.items():
        sound = _sizes_agree(path, known.get(name)) and all(
            has_content(path, file, cancel, on_bytes) for file in _expected(name, path, known.get(name))
        )
        (ok if sound else wrong).append(name)
    missing = [name for name in known if name not in files]
    return VerifyReport(tuple(ok), tuple(missing), tuple(wrong))


def _names(folder: Path) -> Iterator[str]:
    return (each.name for each in sorted(folder.iterdir()) if is_wanted_name(each.name))


def _sizes_agree(path: Path, known: KnownFile | None) -> bool:
    return known is None or known.size_bytes in (None, path.stat().st_size)


def _expected(name: str, path: Path, known: KnownFile | None) -> list[PlannedFile]:
    size = path.stat().st_size
    blob = _BLOB.fullmatch(path.name)
    if known is not None and known.sha256 is not None:
        return [PlannedFile(name, size, known.sha256, None)]
    return [PlannedFile(name, size, blob[1], blob[2])] if blob is not None else []


def _repository_of(home: Path) -> str | None:
    repository = home.name.removeprefix(_PREFIX).replace("--", "/", 1)
    return repository if home.name.startswith(_PREFIX) and is_repository(repository) else None


def _commits(home: Path) -> list[str]:
    main = _commit_of(home, "main")
    times: dict[str, float] = {}
    try:
        for each in (home / "snapshots").iterdir():
            if is_commit(each.name) and each.is_dir():
                times[each.name] = each.stat().st_mtime
    except OSError:
        return []
    return sorted(times, key=lambda commit: (commit != main, -times[commit], commit))


def _commit_of(home: Path, revision: str) -> str | None:
    try:
        require_revision(revision)
        with (home / "refs" / revision).open("rb") as file:
            text = file.read(100).decode("ascii").strip()
    except (OSError, UnicodeDecodeError, InvalidRequest):
        return None
    return text if is_commit(text) else None


def _looks_runnable(folder: Path) -> bool:
    try:
        real = folder.resolve()
        if not (real / "tokenizer.json").is_file():
            return False
        if not any((real / name).is_file() for name in (SINGLE_FILE, INDEX_FILE)):
            return False
        config = member(real, "config.json")
        if config is None:
            return False
        require_known_architecture(
            read_json_object(config, "config.json", max_bytes=4 << 20, max_items=500_000), "config.json"
        )
    except (OSError, PonderError):
        return False
    return True
