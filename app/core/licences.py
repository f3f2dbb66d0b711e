"""The licences of what Ponder is made with: in a package, those that were collected into it when it was built; else
those that the installed distributions state themselves.

packaging/licences/collect.py, which writes the file for a package, walks the distributions by the same functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution
from importlib.resources import files
from pathlib import Path
from typing import Protocol

BUNDLED_FILE = "third_party_licences.json"
LONGEST_STATEMENT = 300

_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^]]*)\])?(?P<rest>[^;]*;.*)?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_FILE = re.compile(r"licen[cs]e|copying|notice|copyright", re.IGNORECASE)
_CLASSIFIER = "License :: "


@dataclass(frozen=True, slots=True)
class Licensed:
    """A package. licence: in a few words, as it states it; empty where it states none."""

    name: str
    version: str
    licence: str


class Licences(Protocol):
    """What a copy of Ponder is made with, sorted by name, without Ponder itself. Empty where that is not known."""

    @property
    def packages(self) -> tuple[Licensed, ...]: ...

    def text(self, name: str) -> str:
        """The licence texts of the package, or of Ponder, one after the other; empty where it brings none."""
        ...


def licences_here(distribution: str) -> Licences:
    """Those of this copy of Ponder, whose distribution goes by that name."""
    bundled = bundled_licences(Path(str(files("resources") / BUNDLED_FILE)), distribution)
    return InstalledLicences(distribution) if bundled is None else bundled


class InstalledLicences:
    """Read from the metadata of what is installed beside the code; a text when it is asked for."""

    def __init__(self, distribution: str) -> None:
        own = find_distribution(distribution)
        found = [] if own is None else required(own.requires or [])
        self._packages = tuple(licensed(each) for each in found)

    @property
    def packages(self) -> tuple[Licensed, ...]:
        return self._packages

    def text(self, name: str) -> str:
        found = find_distribution(name)
        return "" if found is None else licence_text(found)


class BundledLicences:
    """Read from the file that a package carries."""

    def __init__(self, packages: Sequence[Licensed], texts: dict[str, str]) -> None:
        self._packages = tuple(packages)
        self._texts = texts

    @property
    def packages(self) -> tuple[Licensed, ...]:
        return self._packages

    def text(self, name: str) -> str:
        return self._texts.get(name, "")


def bundled_licences(path: Path, own_name: str) -> BundledLicences | None:
    """The file's; None where there is no such file or it cannot be used.

    It holds a list of objects, each with `name`, `version`, `licence` and `text`; the one called `own_name` is Ponder.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        packages = [Licensed(str(each["name"]), str(each["version"]), str(each["licence"])) for each in entries]
        texts = {str(each["name"]): str(each["text"]) for each in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return BundledLicences([each for each in packages if each.name != own_name], texts)


# --- distributions ------------------------------------------------------------------------------------------------


def find_distribution(name: str, path: Sequence[str] | None = None) -> Distribution | None:
    """The one installed in `path`, by default where this process imports from."""
    found = Distribution.discover(name=name) if path is None else Distribution.discover(name=name, path=list(path))
    return next(iter(found), None)


def required(requirements: Iterable[str], path: Sequence[str] | None = None) -> list[Distribution]:
    """What of these requirements, and of theirs in turn, is installed, by name; extras only where one asks for them."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(each, "") for each in requirements]
    while waiting:
        requirement, of_extra = waiting.pop()
        match = _REQUIREMENT.match(requirement)
        if match is None:
            continue
        condition = _EXTRA.findall(match["rest"] or "")
        if condition and _canonical(of_extra) not in map(_canonical, condition):
            continue
        name = _canonical(match["name"])
        for extra in ("", *(each.strip() for each in (match["extras"] or "").split(",") if each.strip())):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            if name not in found:
                distribution = find_distribution(name, path)
                if distribution is None:
                    continue  # for another system, or left out of the package
                found[name] = distribution
            waiting += [(each, extra) for each in found[name].requires or []]
    return [each for _, each in sorted(found.items())]


def licensed(distribution: Distribution) -> Licensed:
    """What a distribution says of itself."""
    return Licensed(distribution.name, distribution.version, _statement(distribution))


def licence_text(distribution: Distribution) -> str:
    """The texts of its licence files, one after the other; of several, each with its place. Empty where it has none."""
    texts: dict[str, str] = {}
    for file in distribution.files or []:
        # Not those of the source of other packages that a package may carry along as test data or the like.
        if len(file.parts) > 1 and not file.parts[0].endswith(".dist-info"):
            continue
        if _FILE.search(file.name) is None and "licenses" not in file.parts:
            continue
        try:
            text = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            continue
        inside = [part for part in file.parts[1:] if part != "licenses"] or [file.name]
        texts.setdefault(text, "/".join(inside))
    if len(texts) < 2:
        return "".join(texts)
    return "\n\n\n".join(f"{place}\n{'-' * len(place)}\n\n{text}" for text, place in texts.items())


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _statement(found: Distribution) -> str:
    stated = found.metadata
    for field in ("License-Expression", "License"):
        said = " ".join(" ".join(stated.get_all(field) or []).split())
        if said and len(said) <= LONGEST_STATEMENT:  # some put the whole text there
            return said
    classifiers = stated.get_all("Classifier") or []
    named = [each.rsplit(" :: ", 1)[-1] for each in classifiers if each.startswith(_CLASSIFIER)]
    return ", ".join(named)
