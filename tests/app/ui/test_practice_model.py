"""The real engine and the built-in model behind the real window."""

from __future__ import annotations

import time
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.answer import AnswerState
from engine.process_client import DEFAULT_FACTORY
from tests.app.ui.conftest import Desk, OpenDesk, engine_processes

POCKET = Path(str(files("resources").joinpath("pocket")))
ATTEMPTS = 3

pytestmark = pytest.mark.skipif(
    not (POCKET / "model.safetensors").is_file(), reason="the practice model's weights are not here"
)


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    found = open_desk(str(POCKET), practice=True, factory=DEFAULT_FACTORY)
    found.wait(lambda: "-bit" in found.window.header.pill.words())
    return found


@pytest.mark.skipif(
    "Not evaluated yet" in (POCKET / "MODEL_CARD.md").read_text(encoding="utf-8")
    if (POCKET / "MODEL_CARD.md").is_file()
    else True,
    reason="the practice model is not fully trained yet",
)
def test_it_adds_two_numbers(desk: Desk) -> None:
    answers = []
    for _ in range(ATTEMPTS):  # it is sampled, so a slip of the small model is no fault of the window
        answers.append(desk.ask("What is 27 + 48?").text())
        if "75" in answers[-1]:
            return
        desk.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    pytest.fail(f"no 75 in {answers}")


def test_it_stops_and_takes_a_second_turn(desk: Desk) -> None:
    view = desk.ask("Hello")
    assert view.answer.state is AnswerState.DONE
    assert view.text()
    assert "tokens/s" in view.facts()
    desk.send("Spell the word considerable")
    desk.press(Qt.Key.Key_Escape)
    assert desk.wait_ended().answer.state in (AnswerState.INTERRUPTED, AnswerState.DONE)
    third = desk.ask("What is 27 + 48?")
    assert third.answer.state is AnswerState.DONE
    assert third.answer.finished is not None
    assert third.answer.finished.prompt_tokens > 0


def test_quitting_while_it_writes_leaves_nothing(desk: Desk) -> None:
    desk.send("What is 27 + 48?")
    desk.wait(lambda: bool(desk.last.answer.parts))
    begun = time.monotonic()
    desk.window.close()
    desk.parts.shutdown.run()
    assert time.monotonic() - begun < 2
    assert not engine_processes()
