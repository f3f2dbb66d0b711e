"""The window in every language there is: nothing of it is left in English, and Arabic is mirrored."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.application.language import catalogues, speak
from app.core.settings import Language, Settings
from tests.app.model_kit import pretend_machine
from tests.app.ui.conftest import OpenDesk
from tests.app.ui.flows.everywhere import fill, windows, words_on
from tests.app.ui.flows.flow import QUIET, press

OTHERS = [Language.GERMAN, Language.CHINESE, Language.ARABIC]


@pytest.fixture
def speaking(qapp: QApplication) -> Iterator[Callable[[Language], Language]]:
    before, locale = set(qapp.findChildren(QTranslator)), QLocale()
    yield lambda language: speak(qapp, language)
    for each in qapp.findChildren(QTranslator):
        if each not in before:
            qapp.removeTranslator(each)
            each.deleteLater()
    QLocale.setDefault(locale)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def untranslated(language: Language) -> set[str]:
    """What may not be seen in a language: English for which its catalogue has other words."""
    root = ET.parse(catalogues() / f"ponder_{language.value}.ts").getroot()
    pairs = [(each.findtext("source") or "", each.findtext("translation") or "") for each in root.iter("message")]
    same = {source for source, translation in pairs if source == translation}
    return {source for source, translation in pairs if translation} - same


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(
    open_desk: OpenDesk,
    speaking: Callable[[Language], Language],
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
) -> None:
    pretend_machine(monkeypatch)
    assert speaking(language) is language
    desk = open_desk(settings=QUIET)
    desk.wait(lambda: "tokens" not in desk.window.header.pill.toolTip() or desk.parts.link.resting)
    fill(desk)
    english = untranslated(language)
    assert len(english) > 500
    for name, widget in windows(desk):
        assert not words_on(widget) & english, name


@pytest.mark.parametrize("language", OTHERS)
def test_the_first_screen_speaks_it_too(
    open_desk: OpenDesk,
    speaking: Callable[[Language], Language],
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
) -> None:
    pretend_machine(monkeypatch)
    speaking(language)
    desk = open_desk("pocket", practice=True, settings=Settings(titles_refined=False))
    assert desk.window.welcome.isVisible()
    assert not words_on(desk.window) & untranslated(language)
    desk.click(desk.window.welcome.practice_button)
    assert desk.window.transcript.isVisible()


def left_in(outer: QWidget, widget: QWidget) -> float:
    """Where a widget's middle is, as a share of a window's width."""
    return widget.mapTo(outer, QPoint(widget.width() // 2, 0)).x() / outer.width()


def test_arabic_is_read_from_right_to_left(open_desk: OpenDesk, speaking: Callable[[Language], Language]) -> None:
    speaking(Language.ARABIC)
    desk = open_desk(settings=QUIET)
    window = desk.window
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    desk.ask("words 3")
    window.set_panel_open(True)
    QApplication.processEvents()
    assert left_in(window, window.sidebar) > 0.7
    assert left_in(window, window.panel) < 0.3
    assert left_in(window.composer, window.composer.button) < 0.2
    assert left_in(window.header, window.header.pill) < 0.5
    track = window.panel.form.temperature.slider.track
    press(track, Qt.Key.Key_Left)
    assert window.panel.value.temperature == 0.65, "to the left is more"
    desk.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    desk.wait(lambda: desk.last.bar.versions.text.startswith(("2", "٢")) and not desk.parts.session.busy)
    QTest.keyClick(window.transcript, Qt.Key.Key_Right)
    desk.wait(lambda: desk.last.bar.versions.text.startswith(("1", "١")))


def test_every_language_that_can_be_chosen_has_its_catalogues() -> None:
    for language in Language:
        if language is not Language.SYSTEM:
            for suffix in (".ts", ".qm"):
                assert (Path(catalogues()) / f"ponder_{language.value}{suffix}").is_file(), language
