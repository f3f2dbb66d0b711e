"""What the hub has of a model at one commit, and which of it Ponder needs. Nothing in the answer is trusted.

Listing goes through huggingface_hub; only names on the allow-list, sizes in bounds and digests in form come out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.cancel import CancelToken
from engine.download.answers import Trouble
from engine.download.http import install_client
from engine.download.plan import (
    DownloadPlan,
    KnownFile,
    Patience,
    PlannedFile,
    is_commit,
    is_wanted_name,
    require_commit,
    require_repository,
    require_revision,
)
from engine.download.settings import endpoint, is_offline
from engine.download.waiting import cancellable, pause, wait_before
from engine.errors import DamagedModel, DownloadFailed, Offline, PonderError, UnsafeModel, UnsupportedModel
from engine.file_safety import OTHER_SOURCE, shown
from engine.weight_files import INDEX_FILE, SINGLE_FILE

_MAX_LISTED = 10_000
_SHARD = re.compile(r"model-[0-9]{5}-of-[0-9]{5}\.safetensors")
_CLIMBS = re.compile(r"[/\\\x00-\x1f\x7f]|^\.{1,2}$|^[A-Za-z]:")
_PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_LISTING_ATTEMPTS = 3


def plan_download(
    repository: str,
    revision: str | None = None,
    *,
    known: Mapping[str, KnownFile] | None = None,
    patience: Patience | None = None,
    cancel: CancelToken | None = None,
) -> DownloadPlan:
    """Ask the hub what belongs to `repository` at `revision` (a branch, tag or commit; None: the newest).

    Args:
        known: what a catalogue says of the files; a listing that says otherwise is refused.

    Raises:
        InvalidRequest: the name or revision cannot be one.
        Offline, NotOnHub, AccessDenied, ProxyRefused, BadCertificate, CaptivePortal, DownloadFailed: as they say.
        UnsafeModel: the answer names files, digests or commits that are none.
        UnsupportedModel: there are no safetensors weights in it.
        DamagedModel: the listing contradicts `known`.
        Cancelled: the token was set; within a second.
    """
    require_repository(repository)
    if revision is not None:
        require_revision(revision)
    if is_offline():
        raise Offline(f"{repository} cannot be looked up: HF_HUB_OFFLINE is set.", "Unset it to go online.")
    patience, cancel = patience or Patience(), cancel or CancelToken()
    install_client(patience)
    for attempt in itertools.count(1):
        try:
            commit, entries = cancellable(lambda: _list(repository, revision), cancel)
            break
        except Trouble as trouble:
            if attempt >= min(_LISTING_ATTEMPTS, patience.attempts):
                raise trouble.error from trouble
            pause(wait_before(attempt, trouble, patience), cancel)
    files = _select(repository, entries)
    return DownloadPlan(repository, commit, revision, tuple(_as_known(file, repository, known or {}) for file in files))


def _list(repository: str, revision: str | None) -> tuple[str, list[tuple[str, PlannedFile | None]]]:
    """The commit, and each file's name with what is planned of it (None: Ponder has no use for it)."""
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

    api = HfApi(endpoint=endpoint())
    try:
        commit = require_commit(str(api.model_info(repository, revision=revision).sha))
        if revision is not None and is_commit(revision) and commit != revision:
            raise UnsafeModel(f"The hub answers with the commit {commit} instead of {revision}.", OTHER_SOURCE)
        found: list[tuple[str, PlannedFile | None]] = []
        for entry in itertools.islice(api.list_repo_tree(repository, revision=commit), _MAX_LISTED + 1):
            if isinstance(entry, RepoFile):
                lfs = entry.lfs
                found.append(
                    _entry(entry.path, entry.size, entry.blob_id, lfs.size if lfs else None, lfs and lfs.sha256)
                )
    except (Trouble, PonderError):
        raise
    except Exception as error:  # the library meets answers of the wrong form with any exception at all
        raise DownloadFailed(
            f"The hub's answer about {repository} makes no sense ({type(error).__name__}).",
            "Check HF_ENDPOINT, or try again later.",
        ) from error
    if len(found) > _MAX_LISTED:
        raise DownloadFailed(f"{repository} has more files than any model needs.", "Choose another model.")
    return commit, found


def _entry(
    path: object, size: object, blob_id: object, lfs_size: object, sha256: object
) -> tuple[str, PlannedFile | None]:
    if not isinstance(path, str) or _CLIMBS.search(path):
        raise UnsafeModel(f"The hub lists the file {shown(path)}, which is not a plain file name.", OTHER_SOURCE)
    if not is_wanted_name(path):
        return path, None
    if not isinstance(size, int) or isinstance(size, bool) or (lfs_size is not None and lfs_size != size):
        raise UnsafeModel(f"The hub gives {path} the size {shown(size)}.", OTHER_SOURCE)
    if sha256 is not None and not isinstance(sha256, str):
        raise UnsafeModel(f"The hub gives {path} the digest {shown(sha256)}.", OTHER_SOURCE)
    return path, PlannedFile(path, size, sha256, None if sha256 else blob_id if isinstance(blob_id, str) else None)


def _select(repository: str, entries: Iterable[tuple[str, PlannedFile | None]]) -> tuple[PlannedFile, ...]:
    """The files to fetch: small ones first, so that what is wrong is found early; config.json, by which a folder is
    taken for a model, last.
    """
    entries = list(entries)
    wanted = [file for _, file in entries if file is not None]
    weights = [each for each in wanted if each.name.endswith(".safetensors")]
    names = {each.name for each in wanted}
    # As engine.weight_files reads them; anything else with that ending would be fetched for nothing.
    if SINGLE_FILE in names:
        used = [each for each in weights if each.name == SINGLE_FILE]
    elif INDEX_FILE in names:
        used = [each for each in weights if _SHARD.fullmatch(each.name)] or weights
    else:
        used = []
    if "config.json" not in names or not used:
        pickled = any(name.endswith(_PICKLE_SUFFIXES) for name, _ in entries)
        why = (
            "only as pickle files, which can run code and which Ponder never opens"
            if pickled
            else "not in the safetensors format"
        )
        raise UnsupportedModel(f"{repository} has its weights {why}.", "Choose another repository of the model.")
    dropped = {INDEX_FILE} if SINGLE_FILE in names else set()
    rest = [
        each
        for each in wanted
        if each not in weights
        and each.name not in dropped
        and each.name != "config.json"
        and (not each.name.endswith(".safetensors.index.json") or each.name == INDEX_FILE)
    ]
    config = [each for each in wanted if each.name == "config.json"]
    return (*sorted(rest, key=lambda each: each.size_bytes), *sorted(used, key=lambda each: each.name), *config)


def _as_known(file: PlannedFile, repository: str, known: Mapping[str, KnownFile]) -> PlannedFile:
    """`file` with the SHA-256 that the catalogue knows, where the hub lists git's SHA-1 only."""
    expected = known.get(file.name)
    if expected is None:
        return file
    other_size = expected.size_bytes is not None and expected.size_bytes != file.size_bytes
    other_content = None not in (expected.sha256, file.sha256) and expected.sha256 != file.sha256
    if other_size or other_content:
        raise DamagedModel(
            f"The hub lists another {file.name} of {repository} than the catalogue knows.",
            "Check HF_ENDPOINT; a mirror may be altered.",
        )
    return replace(file, sha256=file.sha256 or expected.sha256)
