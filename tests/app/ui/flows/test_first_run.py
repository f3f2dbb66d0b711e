"""The first screen in the real window: what leads away from it, and that it never comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.settings import Settings
from tests.app.model_kit import pretend_machine, small_hub
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import kept_settings, restart
from tests.support.fake_hub import FakeHub


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with small_hub(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def first(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A window that nobody has ever answered anything in."""
    pretend_machine(monkeypatch)
    return open_desk("pocket", practice=True, settings=Settings(titles_refined=False))


def test_it_begins_with_the_practice_model_at_once(first: Desk, open_desk: OpenDesk) -> None:
    welcome = first.window.welcome
    assert welcome.isVisible()
    assert not first.window.transcript.isVisible()
    first.click(welcome.practice_button)
    assert not welcome.isVisible()
    assert first.window.composer.edit.hasFocus()
    assert "not an assistant" in first.window.transcript.empty_state.text()
    assert kept_settings().welcomed
    assert first.ask("words 2").text() == "word0 word1"
    again = restart(first, open_desk)
    assert not again.window.welcome.isVisible()
    assert again.window.transcript.isVisible()


def test_not_now_leads_to_the_chat(first: Desk) -> None:
    first.click(first.window.welcome.later_button)
    assert not first.window.welcome.isVisible()
    assert kept_settings().welcomed
    first.window.sidebar.new_chat.click()
    assert not first.window.welcome.isVisible()


def test_esc_leads_to_the_chat_and_so_does_a_question(first: Desk) -> None:
    first.send("words 1")
    assert not first.window.welcome.isVisible()
    assert first.wait_ended().text() == "word0"
    assert kept_settings().welcomed


def test_a_chat_of_before_is_shown_and_a_new_one_asks_again(first: Desk) -> None:
    """Who opens a kept chat sees it; who has never answered the first screen meets it with the next empty chat."""
    first.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert first.window.welcome.isVisible()
    QTest.keyClick(first.window.welcome.practice_button, Qt.Key.Key_Escape)
    assert not first.window.welcome.isVisible()


def test_nothing_is_fetched_without_a_click(first: Desk, hub: FakeHub) -> None:
    welcome = first.window.welcome
    first.wait(lambda: "Checking" not in welcome.fit.verdict.text())
    assert "runs in" in welcome.fit.verdict.text()
    first.wait_ready()
    assert not hub.asked
    assert first.window.shelf.jobs() == ()
    assert welcome.panel is not None
    first.click(welcome.panel.start_button)
    first.wait(lambda: bool(hub.asked))
    first.wait(lambda: first.window.shelf.jobs() == ())  # that hub has no such model
    first.click(welcome.practice_button)
    assert first.window.composer.edit.hasFocus()
