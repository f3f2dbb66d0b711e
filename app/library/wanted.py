"""What the name of a model to download means. Imports nothing of what downloading needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.catalog import find_entry
from engine.download.plan import KnownFile, is_repository
from engine.errors import NoModel

_CATALOGUE_HINT = "Give a name of the catalogue, such as Qwen3-0.6B, or a repository as ORG/NAME."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a name means. `known`: what the catalogue says of the files at exactly this revision."""

    name: str
    repository: str
    revision: str | None
    known: Mapping[str, KnownFile]


def resolve(wanted: str, revision: str | None = None) -> Wanted:
    """What to fetch for a name of the catalogue, or a repository.

    The catalogue's revision is pinned unless the person names another; what it knows of the files holds for that one.

    Raises:
        NoModel: the name is neither.
    """
    entry = find_entry(wanted)
    if entry is not None:
        pinned = revision in (None, entry.revision)
        known = {file.name: KnownFile(file.size_bytes, file.sha256) for file in entry.files} if pinned else {}
        return Wanted(entry.name, entry.repository, revision or entry.revision, known)
    if not is_repository(wanted):
        raise NoModel(f"There is no model called {wanted!r} to download.", _CATALOGUE_HINT)
    return Wanted(wanted.partition("/")[2], wanted, revision, {})
