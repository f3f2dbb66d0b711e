"""Beside the body, or over it as a drawer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.store.store import ChatStore
from tests.app.services.chat_listing import add_chat
from tests.app.ui.sidebar.conftest import OpenSide, Side


def one(store: ChatStore) -> None:
    add_chat(store, "a")


@pytest.fixture
def side(open_side: OpenSide) -> Side:
    return open_side(one)


def test_beside_the_body_and_put_away(side: Side) -> None:
    frame = side.frame
    assert not frame.is_drawer()
    assert side.sidebar.width() == 264
    assert side.body.geometry().left() == 264
    with side.qtbot.waitSignal(frame.changed):
        frame.toggle()
    assert not frame.is_open()
    assert not frame.is_shown()
    assert side.body.width() == frame.width()
    frame.toggle()
    assert side.sidebar.isVisible()


def test_a_drawer_closes_by_click_esc_and_choice(side: Side) -> None:
    frame = side.frame
    side.window.resize(600, 700)
    assert frame.is_drawer()
    assert not frame.is_open()
    assert side.body.width() == frame.width()
    side.body.setFocus()
    frame.toggle()
    assert side.sidebar.isVisible()
    assert side.body.width() == frame.width()
    QTest.keyClick(side.view, Qt.Key.Key_Escape)
    assert not frame.is_open()
    assert side.body.hasFocus()
    frame.toggle()
    dimmed = frame.childAt(QPoint(500, 300))
    assert dimmed is not None
    QTest.mouseClick(dimmed, Qt.MouseButton.LeftButton)
    assert not frame.is_open()
    frame.toggle()
    side.click("a")
    assert side.chosen
    assert not frame.is_open()
    frame.toggle()
    side.body.setFocus()
    assert not frame.is_open()


def test_a_wide_window_has_the_sidebar_back_as_it_was(side: Side) -> None:
    side.window.resize(600, 700)
    side.window.resize(1000, 700)
    assert side.frame.is_open()
    side.frame.set_shown(False)
    side.window.resize(600, 700)
    side.frame.toggle()
    side.window.resize(1000, 700)
    assert not side.frame.is_open()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_grip_sets_the_width_within_bounds(side: Side, direction: Qt.LayoutDirection) -> None:
    QApplication.setLayoutDirection(direction)
    frame, grip = side.frame, side.frame.grip
    right = direction is Qt.LayoutDirection.RightToLeft
    assert (side.sidebar.geometry().left() == 0) is not right
    QTest.mousePress(grip, Qt.MouseButton.LeftButton)
    target = frame.width() - 300 if right else 300
    QTest.mouseMove(grip, grip.mapFromGlobal(frame.mapToGlobal(QPoint(target, 50))))
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton)
    assert frame.width_px() == 300
    assert side.sidebar.width() == 300
    QTest.keyClick(grip, Qt.Key.Key_Left if right else Qt.Key.Key_Right)
    assert 310 < frame.width_px() < 320
    for _ in range(20):
        QTest.keyClick(grip, Qt.Key.Key_Left if right else Qt.Key.Key_Right)
    assert frame.width_px() == 400
    frame.set_width_px(10)
    assert frame.width_px() == 200
    QTest.mouseDClick(grip, Qt.MouseButton.LeftButton)
    assert frame.width_px() == 264


def test_zoom_makes_it_wider_and_the_drawer_come_sooner(side: Side) -> None:
    side.theme.set_zoom(1.25)
    assert side.sidebar.width() == 330
    assert not side.frame.is_drawer()
    side.theme.set_zoom(2.0)
    assert side.frame.is_drawer()


def test_it_comes_into_sight_for_what_is_to_be_done_there(side: Side) -> None:
    side.frame.toggle()
    side.sidebar.focus_search()
    assert side.frame.is_open()
    assert side.sidebar.field.edit.hasFocus()
    side.window.resize(600, 700)
    side.sidebar.begin_new_folder()
    assert side.frame.is_open()
    side.name("Work")
    side.wait_words("[folders]", "Work/", "[today]", "a")
