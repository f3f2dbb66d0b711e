"""What a download is made of: the plan, its files, the progress, and how long to be patient. Frozen data, no network.

Every string in a plan has passed the patterns here, whoever it came from: a hub, or a plan saved in a folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.errors import DamagedModel, InvalidRequest, UnsafeModel
from engine.file_safety import DOWNLOAD_AGAIN, OTHER_SOURCE, is_plain_name, shown

PLAN_NAME = "download.json"
PLAN_FORMAT = 1
STAGING_PREFIX = ".incomplete-"
MAX_FILE_BYTES = 1 << 42
_MAX_FILES = 4000

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_SHA1 = re.compile(r"[0-9a-f]{40}")
_REPOSITORY_PART = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_REPOSITORY = re.compile(rf"{_REPOSITORY_PART}/{_REPOSITORY_PART}")
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}")
_WANTED = re.compile(
    r"config\.json|generation_config\.json|tokenizer[A-Za-z0-9_-]{0,40}\.json|special_tokens_map\.json"
    r"|added_tokens\.json|vocab\.(json|txt)|merges\.txt|chat_template\.jinja|LICENSE(\.txt|\.md)?|README\.md"
    r"|[A-Za-z0-9_][A-Za-z0-9_.-]{0,150}\.safetensors(\.index\.json)?"
)


class Stage(StrEnum):
    """WAITING: for another process that fetches the same model, or until the next attempt; `note` says which."""

    CHECKING = "checking"
    FETCHING = "fetching"
    WAITING = "waiting"
    FINISHING = "finishing"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What a catalogue says about a file; None: it does not say."""

    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file as the hub lists it: large files with their SHA-256, the rest with git's SHA-1 of the blob."""

    name: str
    size_bytes: int
    sha256: str | None
    git_sha1: str | None

    def __post_init__(self) -> None:
        if not is_wanted_name(self.name):
            raise UnsafeModel(f"A download names the file {shown(self.name)}.", OTHER_SOURCE)
        if not 0 <= self.size_bytes <= MAX_FILE_BYTES:
            raise UnsafeModel(f"{self.name} is said to have {shown(self.size_bytes)} bytes.", OTHER_SOURCE)
        if self.sha256 is not None:
            require_digest(self.sha256, self.name)
        elif self.git_sha1 is None or _GIT_SHA1.fullmatch(self.git_sha1) is None:
            raise UnsafeModel(f"{self.name} has no digest to verify it by ({shown(self.git_sha1)}).", OTHER_SOURCE)

    @property
    def digest(self) -> str:
        """What identifies the content: it is the same file exactly where this is the same."""
        return f"sha256:{self.sha256}" if self.sha256 is not None else f"git-sha1:{self.git_sha1}"


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """The files of one model at one commit, in the order in which they are fetched.

    revision: what was asked for (a branch, a tag, a commit); None: whatever the hub calls the newest.
    """

    repository: str
    commit: str
    revision: str | None
    files: tuple[PlannedFile, ...]

    def __post_init__(self) -> None:
        require_repository(self.repository)
        require_commit(self.commit)
        if self.revision is not None:
            require_revision(self.revision)
        names = [each.name.casefold() for each in self.files]
        if len(set(names)) != len(names):
            raise UnsafeModel(f"{self.repository} lists a file twice.", OTHER_SOURCE)
        if not 0 < len(names) <= _MAX_FILES:
            raise UnsafeModel(f"{self.repository} lists {len(names)} files.", OTHER_SOURCE)

    @property
    def total_bytes(self) -> int:
        return sum(each.size_bytes for each in self.files)

    def as_text(self) -> str:
        """As PLAN_NAME keeps it."""
        files = [
            {"name": each.name, "bytes": each.size_bytes, "sha256": each.sha256, "git_sha1": each.git_sha1}
            for each in self.files
        ]
        data = {"format": PLAN_FORMAT, "repository": self.repository, "commit": self.commit}
        return json.dumps({**data, "revision": self.revision, "files": files}, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is. `rate_bytes_per_s` is smoothed over some seconds and 0 while nothing arrives;
    `remaining_s` is None while it cannot be told. `file` is empty between files.
    """

    file: str
    done_bytes: int
    total_bytes: int
    rate_bytes_per_s: float = 0.0
    remaining_s: float | None = None
    stage: Stage = Stage.FETCHING
    note: str = ""


Report = Callable[[DownloadProgress], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what.

    attempts: in a row without a MiB of progress, before giving up.
    stall_s: silence after which a connection counts as dead.
    longest_wait_s: the longest Retry-After that is obeyed; a server asking for more is reported instead.
    """

    attempts: int = 6
    connect_s: float = 10.0
    stall_s: float = 30.0
    first_wait_s: float = 1.0
    most_wait_s: float = 30.0
    longest_wait_s: float = 300.0


def staging_folder(destination: Path) -> Path:
    """Where finished files and parts of the model that goes to `destination` lie until it is whole."""
    return destination.with_name(f"{STAGING_PREFIX}{destination.name}")


def is_repository(text: str) -> bool:
    """Whether `text` is ORG/NAME as the hub allows it."""
    return _REPOSITORY.fullmatch(text) is not None and ".." not in text and "--" not in text


def is_commit(text: str) -> bool:
    return _COMMIT.fullmatch(text) is not None


def is_wanted_name(name: str) -> bool:
    """Whether Ponder has a use for a file of this name: configuration, tokenizer, template, weights, licence."""
    return _WANTED.fullmatch(name) is not None and is_plain_name(name)


def require_repository(text: str) -> str:
    """Returns `text`. Raises InvalidRequest where it is no ORG/NAME."""
    if not is_repository(text):
        raise InvalidRequest(f"{shown(text)} is not the name of a model on the hub.", "Such names read ORG/NAME.")
    return text


def require_revision(text: str) -> str:
    """Returns `text`. Raises InvalidRequest where it is neither a commit nor a plausible branch or tag."""
    if _REVISION.fullmatch(text) is None or ".." in text or "//" in text or text.endswith("/"):
        raise InvalidRequest(f"{shown(text)} is not a revision.", "Give a branch, a tag or a full commit.")
    return text


def require_commit(text: str) -> str:
    """Returns `text`. Raises UnsafeModel: the hub sent something else as a commit."""
    if not is_commit(text):
        raise UnsafeModel(f"The hub names the commit {shown(text)}, which is none.", OTHER_SOURCE)
    return text


def require_digest(text: str, name: str) -> str:
    """Returns `text`. Raises UnsafeModel: the hub sent something else as a SHA-256."""
    if _SHA256.fullmatch(text) is None:
        raise UnsafeModel(f"{name} has the digest {shown(text)}, which is none.", OTHER_SOURCE)
    return text


def read_plan(folder: Path) -> DownloadPlan | None:
    """The plan kept in `folder`; None where there is none or it is not usable: it only spares questions to the hub."""
    path = folder / PLAN_NAME
    if path.is_symlink() or not path.is_file():
        return None
    try:
        data = read_json_object(path, PLAN_NAME, max_bytes=4 << 20, max_items=100_000, unique_keys=True)
        if data.get("format") != PLAN_FORMAT:
            return None
        repository, commit, revision = data.get("repository"), data.get("commit"), data.get("revision")
        files = data.get("files")
        if not (isinstance(repository, str) and isinstance(commit, str) and isinstance(files, list)):
            return None
        return DownloadPlan(
            repository, commit, revision if isinstance(revision, str) else None, tuple(map(_file_from, files))
        )
    except (DamagedModel, UnsafeModel, InvalidRequest):
        return None


def _file_from(entry: object) -> PlannedFile:
    values = entry if isinstance(entry, dict) else {}
    name, size = values.get("name"), values.get("bytes")
    sha256, git_sha1 = values.get("sha256"), values.get("git_sha1")
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        raise DamagedModel(f"{PLAN_NAME} has a file without name or size.", DOWNLOAD_AGAIN)
    return PlannedFile(
        name, size, sha256 if isinstance(sha256, str) else None, git_sha1 if isinstance(git_sha1, str) else None
    )
