"""Writing: files, long pastes, how full the context is, which key sends, input methods, and base models."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.core.settings import SendKey, Settings
from app.services.status import ChosenModel
from engine.types import LoadRequest
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.echo_engine import ECHO
from tests.app.ui.flows.flow import CTRL, QUIET, SHIFT, commit, names, new_chat, open_chat, wait_names


@pytest.fixture
def echo(open_desk: OpenDesk) -> Desk:
    """Every answer is the request."""
    found = open_desk(settings=QUIET, factory=ECHO)
    found.wait_ready()
    return found


def test_a_file_reaches_the_model_and_stays_with_the_question(echo: Desk, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("three words here")
    composer = echo.window.composer
    composer.attach([note])
    echo.wait(lambda: len(composer.draft().attachments) == 1)
    [chip] = composer.strip.chips
    echo.wait(lambda: "token" in chip.accessibleDescription() + chip.text())
    said = echo.ask("What is in it?").answer.said
    assert "[File: note.txt]" in said
    assert "three words here" in said
    assert said.index("three words here") < said.index("What is in it?")
    assert composer.draft().attachments == ()
    [view] = echo.window.transcript.question_views
    assert view.text() == "What is in it?"
    assert len(view.chips) == 1
    assert "three words here" in echo.ask("And now?").answer.said
    wait_names(echo, "What is in it?")
    new_chat(echo)
    open_chat(echo, "What is in it?")
    assert len(echo.window.transcript.question_views[0].chips) == 1
    assert "three words here" in echo.ask("Still?").answer.said


def test_a_file_without_a_word_is_a_question_too(echo: Desk, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("three words here")
    echo.window.composer.attach([note])
    echo.wait(lambda: echo.window.composer.button.isEnabled())
    echo.press(Qt.Key.Key_Return)
    assert "three words here" in echo.wait_ended().answer.said
    echo.wait(lambda: len(names(echo)) == 1)


def test_a_long_paste_becomes_a_file(echo: Desk) -> None:
    data = QMimeData()
    data.setText("pasted " * 400)
    QApplication.clipboard().setMimeData(data)
    echo.window.activateWindow()
    echo.press(Qt.Key.Key_V, CTRL)
    composer = echo.window.composer
    assert composer.text() == ""
    assert len(composer.draft().attachments) == 1
    assert "pasted pasted" in echo.ask("Sum it up").answer.said
    QApplication.clipboard().setText("short")
    echo.press(Qt.Key.Key_V, CTRL)
    assert composer.text() == "short"


def test_the_gauge_counts_what_is_written_and_what_was_said(desk: Desk) -> None:
    def shown() -> str:
        return desk.window.composer.gauge.text().replace(",", "")

    desk.type("one two three")
    desk.wait(lambda: shown() == "3 of 4096")
    desk.window.composer.set_text("words 7")
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    desk.wait(lambda: shown() == "17 of 4096")  # 10 of the prompt and 7 of the answer
    desk.type("two more")
    desk.wait(lambda: shown() == "19 of 4096")
    new_chat(desk)
    desk.wait(lambda: shown() == "0 of 4096")


def test_more_than_fits_is_said_before_it_is_sent(desk: Desk) -> None:
    composer = desk.window.composer
    composer.set_text("word " * 3500)
    desk.wait(lambda: composer.fullness.isVisible())
    assert "85 % full" in composer.fullness.text()
    composer.set_text("word " * 5000)
    desk.wait(lambda: "longer than the context" in composer.fullness.text())


def test_the_key_that_sends_can_be_chosen(open_desk: OpenDesk) -> None:
    desk = open_desk(settings=Settings(welcomed=True, titles_refined=False, send_key=SendKey.CTRL_ENTER))
    desk.wait_ready()
    desk.type("words 2")
    desk.press(Qt.Key.Key_Return)
    assert desk.count() == 0
    assert desk.window.composer.text() == "words 2\n"
    desk.press(Qt.Key.Key_Return, CTRL)
    assert desk.wait_ended().text() == "word0 word1"
    desk.parts.settings.change(send_key=SendKey.ENTER)
    desk.send("words 1")
    assert desk.count() == 2
    desk.wait_ended()


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, CTRL])
def test_an_input_method_never_sends(desk: Desk, held: Qt.KeyboardModifier) -> None:
    desk.parts.settings.change(send_key=SendKey.CTRL_ENTER if held == CTRL else SendKey.ENTER)
    edit = desk.window.composer.edit
    QApplication.sendEvent(edit, QInputMethodEvent("nihao", []))
    desk.press(Qt.Key.Key_Return, held)
    assert desk.count() == 0
    QApplication.sendEvent(edit, QInputMethodEvent("", []))
    commit(edit, "你好")
    assert desk.window.composer.text() == "你好"
    desk.press(Qt.Key.Key_Return, held)
    assert desk.count() == 1
    desk.wait_ended()


def test_a_base_model_continues_the_text_as_it_stands(echo: Desk) -> None:
    composer = echo.window.composer
    echo.window.use_model(ChosenModel(LoadRequest("base"), "Some-Base", base=True))
    echo.wait(lambda: "Some-Base" in echo.window.header.pill.words() and "32-bit" in echo.window.header.pill.words())
    assert not composer.think.isVisible()
    assert composer.edit.placeholderText() == "Continue this text"
    assert "goes on with it" in echo.window.transcript.empty_state.text()
    echo.type("/think")
    assert not composer.slash.list.is_open
    composer.set_text("Once upon a time")
    echo.press(Qt.Key.Key_Return)
    said = echo.wait_ended().answer.said
    assert "raw_text='Once upon a time'" in said
    echo.window.use_model(ChosenModel(LoadRequest("chat"), "Some-Chat"))
    echo.wait(lambda: "Some-Chat" in echo.window.header.pill.words() and "32-bit" in echo.window.header.pill.words())
    assert composer.think.isVisible()
    assert "raw_text=None" in echo.ask("And?").answer.said


def test_keys_while_an_answer_is_made_change_nothing_of_it(desk: Desk) -> None:
    desk.send("words 5000 5")
    desk.wait_text()
    running = desk.last.answer
    desk.press(Qt.Key.Key_R, CTRL)
    desk.press(Qt.Key.Key_Up, CTRL)
    desk.press(Qt.Key.Key_A, CTRL | SHIFT)
    dialogs = [each for each in QApplication.topLevelWidgets() if each.inherits("QFileDialog") and each.isVisible()]
    assert len(dialogs) == 1, "files can be chosen for the next question meanwhile"
    dialogs[0].close()
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)
    assert desk.last.answer is running
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ended()
    assert desk.count() == 1
