"""The flows that depend on a real engine, with the built-in model in its own process."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.core.answer import AnswerState
from app.services.status import EngineReady, EngineUnloaded
from engine.process_client import DEFAULT_FACTORY
from engine.types import Channel
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import CTRL, QUIET, choose, new_chat, open_chat, popup_menu, questions, wait_names

POCKET = Path(str(files("resources").joinpath("pocket")))

pytestmark = pytest.mark.skipif(
    not (POCKET / "model.safetensors").is_file(), reason="the practice model's weights are not here"
)


@pytest.fixture
def real(open_desk: OpenDesk) -> Desk:
    found = open_desk(str(POCKET), practice=True, factory=DEFAULT_FACTORY, settings=QUIET)
    found.wait(lambda: isinstance(found.parts.link.status, EngineReady))
    return found


def test_versions_edits_thinking_and_counting(real: Desk) -> None:
    shown = real.window.composer.gauge.text
    real.type("What is 27 + 48?")
    real.wait(lambda: bool(shown()) and not shown().startswith("0 "))
    real.press(Qt.Key.Key_Return)
    first = real.wait_ended().answer
    assert first.state is AnswerState.DONE
    assert first.text(Channel.THINKING).strip()
    real.click(real.last.more_button)
    choose(real, popup_menu(real), "Try again without thinking")
    real.wait(lambda: real.last.answer is not first)
    second = real.wait_ended().answer
    assert second.said
    assert not second.text(Channel.THINKING).strip()
    real.press(Qt.Key.Key_Up, CTRL)
    editor = real.window.transcript.question_views[-1].editor
    assert editor is not None
    editor.field.setPlainText("What is 3 + 4?")
    real.click(editor.save_button)
    real.wait(lambda: questions(real) == ["What is 3 + 4?"])
    assert real.wait_ended().answer.state is AnswerState.DONE
    assert real.window.transcript.question_views[-1].bar.versions.text == "2 / 2"
    wait_names(real, "What is 27 + 48?")
    new_chat(real)
    open_chat(real, "What is 27 + 48?")
    assert questions(real) == ["What is 3 + 4?"]
    assert real.last.answer.said


def test_an_answer_goes_on_and_the_model_sleeps_and_wakes(real: Desk) -> None:
    real.parts.settings.change(max_tokens=4, thinking=False)
    view = real.ask("Tell me a story about a dog")
    before = view.answer.said
    assert before
    real.parts.settings.reset("max_tokens")
    real.click(next(each for each in view.notices[0].buttons if each.text() == "Continue"))
    real.wait(lambda: real.last.answer.said != before and real.last.answer.state.ended)
    assert real.last.answer.said.startswith(before)
    assert real.count() == 1
    assert real.window.commands.run("app.unload")
    real.wait(lambda: isinstance(real.parts.link.status, EngineUnloaded))
    assert real.ask("Hello").answer.said


def test_a_model_that_is_not_there_is_said_and_nothing_is_lost(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk(str(tmp_path / "gone"), factory=DEFAULT_FACTORY, settings=QUIET)
    desk.type("my question")
    desk.wait(lambda: desk.window.transcript.empty_state.failure is not None)
    failure = desk.window.transcript.empty_state.failure
    assert failure is not None
    assert "could not be loaded" in failure.text()
    assert failure.button is not None
    assert desk.window.composer.text() == "my question"
    desk.press(Qt.Key.Key_Return)
    view = desk.wait_ended()
    assert view.answer.state is AnswerState.FAILED
    assert "kept" in view.notices[0].text()
    assert questions(desk) == ["my question"]
