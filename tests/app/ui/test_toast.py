"""The toast: said once, gone by itself, kept while somebody is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.ui.theme import Theme
from app.ui.toast import SHOWN_MS, Toast


class Place:
    def __init__(self, app: QApplication, qtbot: QtBot) -> None:
        self.theme = Theme(app)
        self.window = QWidget()
        self.field = QLineEdit(self.window)
        self.toast = Toast(self.theme, self.window)
        self.window.resize(600, 400)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.field.setFocus()


@pytest.fixture
def place(qapp: QApplication, qtbot: QtBot) -> Iterator[Place]:
    made = Place(qapp, qtbot)
    yield made
    for each in (made.window, made.theme):
        each.deleteLater()
        QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


def test_says_something_without_taking_the_focus(place: Place) -> None:
    toast = place.toast
    done: list[str] = []
    toast.show_message("<b>gone</b>", "Undo", lambda: done.append("undone"))
    assert toast.text() == "<b>gone</b>"
    assert place.field.hasFocus()
    assert toast.geometry().bottom() < place.window.height()
    assert toast.accessibleName() == "<b>gone</b>"
    QTest.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not toast.isVisible()


def test_a_new_message_takes_the_place_of_the_old_one(place: Place) -> None:
    done: list[str] = []
    place.toast.show_message("one", "Undo", lambda: done.append("one"))
    place.toast.show_message("two")
    assert place.toast.text() == "two"
    assert not place.toast.action_button.isVisible()
    place.toast.show_message("three", "Undo", lambda: done.append("three"))
    place.toast.action_button.click()
    assert done == ["three"]


def test_goes_by_itself_unless_somebody_is_there(place: Place) -> None:
    toast = place.toast
    toast.show_message("here", "Undo", lambda: None)
    assert toast.is_waiting()
    point = QPointF(3, 3)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    assert not toast.is_waiting()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.is_waiting()
    QTest.keyClick(place.field, Qt.Key.Key_Tab)
    assert toast.action_button.hasFocus()
    assert not toast.is_waiting()
    QTest.keyClick(toast.action_button, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert toast.is_waiting()


def test_esc_in_it_brings_back_to_where_one_was(place: Place) -> None:
    place.toast.show_message("here", "Undo", lambda: None)
    QTest.keyClick(place.field, Qt.Key.Key_Tab)
    QTest.keyClick(place.toast.action_button, Qt.Key.Key_Escape)
    assert not place.toast.isVisible()
    assert place.field.hasFocus()
    assert not place.toast.is_waiting()


def test_leaves_after_its_time(place: Place, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    assert SHOWN_MS == 8_000
    place.toast.set_shown_ms(1)
    place.toast.show_message("short")
    qtbot.waitUntil(lambda: not place.toast.isVisible())


def test_stays_in_the_window_whatever_its_size(place: Place) -> None:
    place.toast.show_message("a long sentence " * 12, "Undo", lambda: None)
    for width in (600, 320, 900):
        place.window.resize(width, 400)
        assert place.toast.geometry().left() >= 0
        assert place.toast.geometry().right() < width
        assert place.toast.geometry().top() > 0
    before = place.toast.height()
    place.theme.set_zoom(2.0)
    assert place.toast.height() > before
