"""Which models of other programs Ponder can use, how, and why not the rest.

Headers are read, weights are not: what only shows in the weights is found when a model is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.library.foreign_models import ForeignModel, find_foreign_models
from app.library.models import models_in_cache
from engine.checkpoint import open_checkpoint
from engine.errors import InvalidRequest, NoModel, PonderError
from engine.gguf_source import inspect_gguf
from engine.types import JsonObject


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A model of another program.

    number: to import it by, from 1 in the order of the list; None where it cannot be used, and then `problem` is the
        one-line reason. precision: of its weights, in the words of its own world (Q4_K_M, BF16); empty: not known.
    imported_bytes: what the weights take once they are imported; 0: not known.
    in_place: the name that it goes by already, where Ponder uses it without an import; empty elsewhere.
    """

    model: ForeignModel
    number: int | None
    precision: str = ""
    imported_bytes: int = 0
    in_place: str = ""
    problem: str = ""


def models_elsewhere(environment: Mapping[str, str] | None = None, home: Path | None = None) -> tuple[Elsewhere, ...]:
    """Every model of another program, those that can be used first. Arguments as of find_foreign_models."""
    usable: list[Elsewhere] = []
    others: list[Elsewhere] = []
    for each in find_foreign_models(environment, home):
        try:
            usable.append(_usable(each, len(usable) + 1))
        except PonderError as error:
            others.append(Elsewhere(each, None, problem=error.message))
    return (*usable, *others)


def find_elsewhere(wanted: str, found: tuple[Elsewhere, ...]) -> Elsewhere | None:
    """The one that a number or name of the list means; None where nothing is called so.

    Raises:
        NoModel: the list has no such number, or what goes by the name cannot be used.
        InvalidRequest: several go by the name.
    """
    if wanted.isascii() and wanted.isdigit():
        usable = sum(each.number is not None for each in found)
        for each in found:
            if each.number is not None and str(each.number) == wanted:
                return each
        raise NoModel(
            f"The list of models elsewhere has no number {wanted}: {_count(usable)} can be imported.",
            "See ponder models import --list.",
        )
    named = [each for each in found if each.model.name.casefold() == wanted.casefold()]
    usable_ones = [each for each in named if each.number is not None]
    if len(usable_ones) > 1:
        numbers = ", ".join(str(each.number) for each in usable_ones)
        raise InvalidRequest(f"Several models are called {wanted}.", f"Give the number of one: {numbers}.")
    if usable_ones:
        return usable_ones[0]
    if named:
        raise NoModel(f"{wanted} of {named[0].model.program} cannot be used: {named[0].problem}")
    return None


def elsewhere_json(each: Elsewhere) -> JsonObject:
    """One model of the list."""
    return {
        "number": each.number,
        "program": each.model.program.value,
        "name": each.model.name,
        "path": str(each.model.path),
        "size_bytes": each.model.size_bytes,
        "usable": each.number is not None,
        "precision": each.precision or None,
        "imported_bytes": each.imported_bytes or None,
        "used_in_place_as": each.in_place or None,
        "problem": each.problem or None,
    }


def _usable(each: ForeignModel, number: int) -> Elsewhere:
    if not each.is_folder:
        summary = inspect_gguf(each.path)
        return Elsewhere(each, number, summary.quantisation, summary.imported_bytes)
    checkpoint = open_checkpoint(each.path)
    kinds = {info.dtype for info in checkpoint.tensors.values()}
    # A cache that the environment does not name is searched as well, and not used in place.
    in_place = next((entry.name for entry in models_in_cache() if entry.folder == each.path), "")
    return Elsewhere(each, number, "/".join(sorted(kinds)), checkpoint.weights_bytes, in_place)


def _count(number: int) -> str:
    return f"{number} model" if number == 1 else f"{number} models"
