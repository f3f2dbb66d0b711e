"""The real window with a scripted engine in a real child process, driven by keys and mouse."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.answer import AnswerState
from app.core.paths import user_paths
from app.core.settings import Settings
from app.services.status import ChosenModel
from engine.types import LoadRequest

if TYPE_CHECKING:
    from app.application.compose import Composition
    from app.ui.transcript.answer_view import AnswerView
    from app.ui.window.main_window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
PATIENCE_MS = 30_000


@dataclass
class Desk:
    """The window, and what a person would do with it."""

    parts: Composition
    qtbot: QtBot

    @property
    def window(self) -> MainWindow:
        return self.parts.window

    @property
    def answers(self) -> tuple[AnswerView, ...]:
        return self.window.transcript.answers

    def count(self) -> int:
        """How many attempts at an answer are on screen."""
        return len(self.answers)

    @property
    def last(self) -> AnswerView:
        return self.answers[-1]

    def type(self, text: str) -> None:
        QTest.keyClicks(self.window.composer.edit, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.composer.edit, key, modifier)

    def send(self, text: str) -> None:
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def click(self, widget: QWidget) -> None:
        self.wait(widget.isVisible)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_ready(self) -> None:
        self.wait(lambda: "32-bit" in self.window.header.pill.words())

    def wait_ended(self) -> AnswerView:
        self.wait(lambda: self.last.answer.state.ended and not self.parts.session.busy)
        return self.last

    def ask(self, text: str) -> AnswerView:
        """Send and wait for the end."""
        self.send(text)
        return self.wait_ended()

    def wait_text(self) -> None:
        self.wait(lambda: bool(self.last.text()))

    def state(self) -> AnswerState:
        return self.last.answer.state


OpenDesk = Callable[..., Desk]


def engine_processes() -> list[str]:
    return [child.name for child in multiprocessing.active_children() if child.name == "ponder-engine"]


@pytest.fixture
def open_desk(qapp: QApplication, qtbot: QtBot) -> Iterator[OpenDesk]:
    """Opens windows; ends them after the test and checks that nothing of them is left."""
    opened: list[Composition] = []

    def open_one(
        model: str = "quick", *, practice: bool = False, factory: str = SCRIPTED, settings: Settings | None = None
    ) -> Desk:
        # Here and not above: a test of one widget needs no window.
        from app.application.compose import compose

        chosen = ChosenModel(LoadRequest(model), model, practice=practice)
        parts = compose(qapp, settings or Settings(welcomed=True), chosen, factory, user_paths())
        opened.append(parts)
        parts.window.show()
        qtbot.waitExposed(parts.window)
        parts.start()
        return Desk(parts, qtbot)

    yield open_one
    for parts in opened:
        parts.shutdown.run()
    assert not engine_processes()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith(("engine-", "store-"))]


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A window with the model loaded."""
    found = open_desk()
    found.wait_ready()
    return found
