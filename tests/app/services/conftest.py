from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.services.status import ChosenModel
from tests.app.services.linked import SCRIPTED, Linked, chosen

OpenLink = Callable[..., Linked]


@pytest.fixture
def open_link(qtbot: QtBot) -> Iterator[OpenLink]:
    """Opens links and closes them after the test."""
    opened: list[Linked] = []

    def open_one(model: str | ChosenModel = "any", factory: str = SCRIPTED) -> Linked:
        linked = Linked(qtbot, chosen(model) if isinstance(model, str) else model, factory)
        opened.append(linked)
        linked.link.start()
        return linked

    yield open_one
    for linked in opened:
        linked.close()


@pytest.fixture
def linked(open_link: OpenLink) -> Linked:
    """A link with a model loaded."""
    found = open_link()
    found.wait_ready()
    return found
