"""The licences of a distribution and of everything installed that it depends on, as their own packages state them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FILE = re.compile(r"licen[cs]e|copying|notice|copyright", re.IGNORECASE)
_CLASSIFIER = "License :: "
LONGEST_STATEMENT = 300


@dataclass(frozen=True, slots=True)
class Licensed:
    """A package. licence: in a few words, as it states it; empty where it states none."""

    name: str
    version: str
    licence: str


def licences_of(name: str) -> tuple[Licensed, ...]:
    """What the distribution `name` depends on and is installed, by name; without extras. Empty where nothing is known
    of it, as for code that was never installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        for requirement in _distribution_requires(waiting.pop()):
            match = _NAME.match(requirement)
            if match is None or "extra ==" in requirement:
                continue
            key = re.sub(r"[-_.]+", "-", match.group()).lower()
            if key in found:
                continue
            try:
                found[key] = distribution(key)
            except PackageNotFoundError:
                continue  # for another system, or left out of the package
            waiting.append(key)
    return tuple(Licensed(each.name, each.version, _statement(each)) for _, each in sorted(found.items()))


def licence_text(name: str) -> str:
    """The texts of a distribution's licence files, one after the other; empty where it brings none."""
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        return ""
    texts = []
    for file in files:
        # Not those of the source of other packages that a package may carry along as test data or the like.
        if any(part.endswith(".dist-info") for part in file.parts[:1]) or len(file.parts) == 1:
            if _FILE.search(file.name) is None and "licenses" not in file.parts:
                continue
            try:
                texts.append(file.read_text(encoding="utf-8").strip())
            except (OSError, ValueError):
                continue
    return "\n\n\n".join(dict.fromkeys(texts))


def _distribution_requires(name: str) -> list[str]:
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:
        return []


def _statement(found: Distribution) -> str:
    stated = found.metadata
    for field in ("License-Expression", "License"):
        said = " ".join(" ".join(stated.get_all(field) or []).split())
        if said and len(said) <= LONGEST_STATEMENT:  # some put the whole text there
            return said
    classifiers = stated.get_all("Classifier") or []
    named = [each.rsplit(" :: ", 1)[-1] for each in classifiers if each.startswith(_CLASSIFIER)]
    return ", ".join(named)
