"""Doing nothing costs nothing: no timer ticks, nothing moves where nobody looks, and the model leaves the memory."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject, Qt, QTimer
from shiboken6 import isValid

from app.core.settings import Settings
from app.services import idle
from app.services.status import EngineUnloaded
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import CTRL, SHIFT, ask_in_new_chat, open_chat

MINUTE_MS = 60_000


def ticking() -> list[str]:
    """Every timer of this process that goes off within the next minute, and every animation that runs."""
    found = []
    for each in gc.get_objects():
        # By the type: some objects of other packages do more than answer when they are asked for their class.
        if not issubclass(type(each), QTimer | QAbstractAnimation) or not isValid(each):
            continue
        if isinstance(each, QTimer):
            active = each.isActive() and (not each.isSingleShot() or each.interval() < MINUTE_MS)
        else:
            active = each.state() is QAbstractAnimation.State.Running
        if active:
            owner: QObject | None = each.parent()
            found.append(f"{type(each).__name__} of {type(owner).__name__}")
    return found


def test_nothing_ticks_after_an_answer(desk: Desk) -> None:
    ask_in_new_chat(desk, "think 3 3")
    desk.press(Qt.Key.Key_B, CTRL | SHIFT)
    desk.window.commands.run("app.settings")
    desk.window.commands.run("app.palette")
    desk.wait(lambda: not ticking())


def test_nothing_ticks_after_going_through_chats(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 300")
    ask_in_new_chat(desk, "words 2")
    open_chat(desk, "words 300")
    desk.type("a draft")
    desk.wait(lambda: not ticking())


def test_nothing_moves_while_the_window_is_hidden(desk: Desk) -> None:
    desk.send("think 3000 1")
    desk.wait(lambda: desk.last.thinking.is_live())
    desk.window.hide()

    def moving() -> list[str]:
        return [each for each in ticking() if "EngineLink" not in each]

    desk.qtbot.wait(100)
    still = moving()
    desk.window.show()
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ended()
    assert not still


def test_the_model_leaves_the_memory_and_comes_back_with_the_next_question(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "MINUTE_MS", 150)
    desk = open_desk(settings=Settings(welcomed=True, titles_refined=False, unload_after_min=1))
    desk.wait_ready()
    desk.ask("words 2")
    desk.wait(lambda: isinstance(desk.parts.link.status, EngineUnloaded))
    assert "Asleep" in desk.window.header.pill.words()
    assert desk.last.text() == "word0 word1"
    assert desk.ask("words 3").text() == "word0 word1 word2"
    desk.send("words 60 10")  # longer than that, and it must not be taken away from under it
    assert desk.wait_ended().text().endswith("word59")
