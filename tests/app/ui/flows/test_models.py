"""Which model answers and how it is loaded: chosen in the models window, in the settings and in offers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.application.compose import chosen_model
from app.core.answer import AnswerState
from app.core.paths import user_paths
from app.core.settings import Settings
from app.services.status import EngineReady, EngineUnloaded
from app.ui.models.window import ModelsWindow
from app.ui.window.notices import NoticeKind
from engine.types import Precision
from tests.app.model_kit import pretend_machine
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.echo_engine import ECHO
from tests.app.ui.flows.flow import CTRL, QUIET, SHIFT, click_notice, dialog, kept_settings, new_chat, notice_text
from tests.support.checkpoints import make_checkpoint


@pytest.fixture
def echo(open_desk: OpenDesk) -> Desk:
    """An engine that is loaded as it is asked to be."""
    found = open_desk(settings=QUIET, factory=ECHO)
    found.wait_ready()
    return found


def wait_loaded(desk: Desk, model: str, *, precision: Precision, context_tokens: int) -> None:
    def is_so() -> bool:
        status = desk.parts.link.status
        return (
            isinstance(status, EngineReady)
            and status.model.name == model
            and (status.loaded.precision, status.loaded.context_tokens) == (precision, context_tokens)
        )

    desk.wait(is_so)


def test_a_model_is_chosen_and_stays_chosen(desk: Desk, ponder_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_machine(monkeypatch)
    folder = make_checkpoint(ponder_home / "models" / "Tiny")
    desk.click(desk.window.header.pill)
    models = dialog(desk, ModelsWindow)
    desk.wait(lambda: "Tiny" in models.installed_page.cards)
    card = models.installed_page.cards["Tiny"]
    desk.click(card.use_button)
    desk.wait(
        lambda: desk.window.header.pill.words().startswith("Tiny") and "32-bit" in desk.window.header.pill.words()
    )
    desk.wait(card.mark.isVisible)
    models.close()
    assert kept_settings().model == str(folder)
    assert chosen_model(kept_settings(), user_paths()).name == "Tiny"
    desk.ask("words 2")
    assert desk.last.answer.facts.model == "Tiny"


def test_another_model_stops_the_answer_and_answers_the_next_question(desk: Desk) -> None:
    desk.send("words 5000 5")
    desk.wait_text()
    partial = desk.last.answer
    desk.window.use_model(chosen_model(Settings(), user_paths()))
    desk.wait(lambda: partial.state is AnswerState.INTERRUPTED)
    assert partial.said
    desk.wait(lambda: isinstance(desk.parts.link.status, EngineReady) and desk.parts.link.model.practice)
    assert desk.ask("words 2").text() == "word0 word1"


def test_settings_of_the_model_load_it_again(echo: Desk) -> None:
    echo.parts.settings.change(context_tokens=2048)
    wait_loaded(echo, "quick", precision=Precision.FP32, context_tokens=2048)
    echo.wait(lambda: echo.window.composer.gauge.text().replace(",", "").endswith("of 2048"))
    echo.parts.settings.change(precision=Precision.INT8)
    wait_loaded(echo, "quick", precision=Precision.INT8, context_tokens=2048)
    assert "8-bit" in echo.window.header.pill.words()
    echo.parts.settings.reset("context_tokens")
    wait_loaded(echo, "quick", precision=Precision.INT8, context_tokens=4096)


def test_settings_wait_for_the_answer_that_is_being_made(echo: Desk) -> None:
    echo.send("words 40 10")
    echo.wait_text()
    echo.parts.settings.change(context_tokens=2048)
    assert echo.wait_ended().text().endswith("word39")
    wait_loaded(echo, "quick", precision=Precision.FP32, context_tokens=2048)


def test_a_chat_with_a_context_of_its_own(echo: Desk) -> None:
    echo.press(Qt.Key.Key_B, CTRL | SHIFT)
    context = echo.window.panel.form.context
    assert context is not None
    context.choice.setFocus()
    for _ in range(2):
        QTest.keyClick(context.choice, Qt.Key.Key_Down)
    wanted = echo.window.panel.value.context_tokens
    assert wanted is not None
    echo.ask("words 1")
    assert echo.last.answer.facts.context_tokens == wanted
    new_chat(echo)
    assert echo.window.panel.value.context_tokens is None


def test_an_offer_after_running_out_of_memory_is_taken_in_the_answer(echo: Desk) -> None:
    view = echo.ask("oom")
    assert view.answer.state is AnswerState.FAILED
    [notice] = view.notices
    offer = next(each for each in notice.buttons if each.text().startswith("Load with"))
    assert "8-bit" in offer.text()
    echo.click(offer)
    wait_loaded(echo, "quick", precision=Precision.INT8, context_tokens=2048)
    assert echo.ask("words 2").text() == "word0 word1"
    assert kept_settings().precision is Precision.AUTO, "it was for now, not for good"


def test_an_offer_is_taken_in_an_empty_chat(open_desk: OpenDesk) -> None:
    desk = open_desk("large", settings=QUIET, factory=ECHO)
    desk.wait(lambda: desk.window.transcript.empty_state.failure is not None)
    assert notice_text(desk, NoticeKind.ENGINE) == "", "once is enough"
    failure = desk.window.transcript.empty_state.failure
    assert failure is not None
    assert "99 GB" in failure.text()
    desk.click(next(each for each in failure.buttons if each.text().startswith("Load with")))
    wait_loaded(desk, "large", precision=Precision.INT8, context_tokens=2048)
    assert desk.window.transcript.empty_state.failure is None
    assert desk.ask("words 1").text() == "word0"


def test_an_offer_is_taken_above_the_composer(echo: Desk) -> None:
    echo.ask("words 1")
    echo.type("typed meanwhile")
    large = chosen_model(Settings(), user_paths())
    echo.window.use_model(replace(large, request=replace(large.request, model="large"), name="large", practice=False))
    echo.wait(lambda: "99 GB" in notice_text(echo, NoticeKind.ENGINE))
    click_notice(echo, NoticeKind.ENGINE)
    wait_loaded(echo, "large", precision=Precision.INT8, context_tokens=2048)
    assert notice_text(echo, NoticeKind.ENGINE) == ""
    assert echo.window.composer.text() == "typed meanwhile"


def test_a_model_that_is_gone_is_said_and_another_answers(desk: Desk) -> None:
    model = chosen_model(Settings(model="no-such-model"), user_paths())
    assert model.practice
    desk.parts.link.use(model)
    desk.wait(lambda: isinstance(desk.parts.link.status, EngineReady) and desk.parts.link.status.model == model)
    assert "no-such-model" in desk.window.transcript.empty_state.text()
    assert "no-such-model" in desk.window.header.pill.toolTip()
    assert desk.ask("words 1").text() == "word0"


def test_the_memory_is_given_back_and_taken_again_by_command(desk: Desk) -> None:
    commands = desk.window.commands
    assert not commands.run("app.load")
    assert commands.run("app.unload")
    desk.wait(lambda: isinstance(desk.parts.link.status, EngineUnloaded))
    assert "Asleep" in desk.window.header.pill.words()
    desk.type("words 2")
    assert commands.run("app.load")
    desk.wait_ready()
    assert desk.window.composer.text() == "words 2"
