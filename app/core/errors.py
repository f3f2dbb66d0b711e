"""Failures of the application's own ground: where files lie and what stands in them."""

from __future__ import annotations

from engine.errors import PonderError


class NoHome(PonderError):
    """There is no folder in which this user's files could lie."""

    kind = "no_home"


class CannotSave(PonderError):
    """A file of ours could not be written."""

    kind = "cannot_save"
