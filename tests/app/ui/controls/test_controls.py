"""The form controls as a person uses them: keys, mouse, mirrored, and at other zooms."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.controls.card import Card
from app.ui.controls.choice import Choice
from app.ui.controls.confirm import Question, confirm
from app.ui.controls.dialog import Dialog
from app.ui.controls.flow import FlowLayout
from app.ui.controls.number import Number
from app.ui.controls.page import Page
from app.ui.controls.slider import Slider
from app.ui.controls.switch import Switch
from app.ui.controls.text_area import TextArea
from app.ui.controls.text_field import TextField
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import Token

LEFT = Qt.MouseButton.LeftButton


def a_slider(theme: Theme, **others: float) -> Slider:
    return Slider(
        theme, name="Warmth", low=0, high=2, step=0.1, value=others.get("value", 1.0), shown=lambda v: f"{v:g}"
    )


def scroll(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_a_switch_is_switched_by_space_and_by_a_click_on_its_text(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "Think first")
    qtbot.addWidget(switch)
    switch.show()
    heard: list[bool] = []
    switch.toggled.connect(heard.append)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    QTest.mouseClick(switch, LEFT, pos=QPoint(switch.width() - 4, switch.height() // 2))
    assert heard == [True, False]
    assert switch.accessibleName() == "Think first"


def test_a_long_text_of_a_switch_is_broken(theme: Theme, qtbot: QtBot) -> None:
    switch = Switch(theme, "a text that is much too long for one line of this window " * 2)
    short = Switch(theme, "short")
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.addWidget(switch)
    column.addWidget(short)
    column.addStretch(1)
    host.resize(260, 400)
    host.show()
    assert switch.height() > 2 * short.height()


def test_a_slider_goes_by_its_step_and_says_every_value(theme: Theme, qtbot: QtBot) -> None:
    slider = a_slider(theme)
    qtbot.addWidget(slider)
    slider.show()
    heard: list[float] = []
    slider.changed.connect(heard.append)
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    QTest.keyClick(slider.track, Qt.Key.Key_End)
    assert heard == [1.1, 2.0]
    assert slider.value() == 2.0
    assert slider.track.accessibleName() == "Warmth"
    assert slider.track.accessibleDescription() == "2"


def test_a_slider_decides_at_the_end_of_a_drag(theme: Theme, qtbot: QtBot) -> None:
    slider = a_slider(theme)
    qtbot.addWidget(slider)
    slider.resize(300, 30)
    slider.show()
    heard: list[float] = []
    slider.changed.connect(heard.append)
    middle = slider.track.height() // 2
    QTest.mousePress(slider.track, LEFT, pos=QPoint(2, middle))
    QTest.mouseMove(slider.track, QPoint(slider.track.width() // 3, middle))
    assert heard == []
    assert slider.track.accessibleDescription() != "1"  # but it says where it would be
    QTest.mouseMove(slider.track, QPoint(slider.track.width() - 2, middle))
    QTest.mouseRelease(slider.track, LEFT, pos=QPoint(slider.track.width() - 2, middle))
    assert heard == [2.0]


def test_a_slider_is_mirrored(theme: Theme, qtbot: QtBot) -> None:
    slider = a_slider(theme)
    slider.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.addWidget(slider)
    slider.resize(300, 30)
    slider.show()
    QTest.mouseClick(slider.track, LEFT, pos=QPoint(2, slider.track.height() // 2))
    assert slider.value() == 2.0
    QTest.keyClick(slider.track, Qt.Key.Key_Right)
    assert slider.value() == 1.9


def test_a_slider_shows_what_lies_between_its_steps(theme: Theme, qtbot: QtBot) -> None:
    slider = a_slider(theme)
    qtbot.addWidget(slider)
    heard: list[float] = []
    slider.changed.connect(heard.append)
    slider.set_value(0.67)
    assert slider.value() == 0.67
    assert slider.track.accessibleDescription() == "0.67"
    slider.set_value(99)
    assert slider.value() == 2.0
    assert heard == []


def test_a_choice_tells_only_what_a_person_chose(theme: Theme, qtbot: QtBot) -> None:
    choice = Choice(theme, [(1, "One"), (None, "None"), ("x", "Third")], 1, name="Which")
    qtbot.addWidget(choice)
    choice.show()
    heard: list[object] = []
    choice.chosen.connect(heard.append)
    choice.set_value("x")
    assert (choice.value(), heard) == ("x", [])
    QTest.keyClick(choice, Qt.Key.Key_Up)
    assert (choice.value(), heard) == (None, [None])
    with pytest.raises(ValueError, match="list"):
        choice.set_value("never offered")
    assert choice.accessibleName() == "Which"


def test_the_wheel_scrolls_the_page_and_changes_nothing(theme: Theme, qtbot: QtBot) -> None:
    slider = a_slider(theme)
    choice = Choice(theme, [(1, "One"), (2, "Two")], 2, name="Which")
    number = Number(theme, name="Days", low=0, high=10, step=1, value=5)
    for widget in (slider, choice, number):
        qtbot.addWidget(widget)
        widget.show()
    for each in (slider.track, choice, number):
        assert not scroll(each).isAccepted()
    assert (slider.value(), choice.value(), number.value()) == (1.0, 2, 5)


def test_a_number_is_decided_by_enter_and_by_arrow_keys(theme: Theme, qtbot: QtBot) -> None:
    number = Number(theme, name="Days", low=0, high=720, step=5, value=20, at_low="Never")
    qtbot.addWidget(number)
    number.show()
    number.selectAll()
    heard: list[float] = []
    number.decided.connect(heard.append)
    QTest.keyClicks(number, "31")
    assert heard == []
    QTest.keyClick(number, Qt.Key.Key_Return)
    QTest.keyClick(number, Qt.Key.Key_Up)
    assert heard == [31, 36]
    number.set_value(0)
    assert number.text() == "Never"
    assert number.lineEdit().geometry().width() > number.fontMetrics().horizontalAdvance("Never")


def test_fields_are_named_and_tab_leaves_them(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    field, area = TextField(theme, name="Name", placeholder="any"), TextArea(theme, name="Text", lines=3)
    column.addWidget(area)
    column.addWidget(field)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    area.setFocus()
    QTest.keyClicks(area, "one")
    QTest.keyClick(area, Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert (area.toPlainText(), area.accessibleName(), field.accessibleName()) == ("one", "Text", "Name")


def test_controls_follow_theme_and_zoom(theme: Theme, qtbot: QtBot) -> None:
    card = Card(theme)
    qtbot.addWidget(card)
    controls = [
        Switch(theme, "A switch"),
        a_slider(theme),
        Choice(theme, [(1, "One")], 1, name="Which"),
        TextField(theme, name="Name"),
        TextArea(theme, name="Text"),
        Number(theme, name="Days", low=0, high=9, step=1, value=5),
    ]
    for each in controls:
        card.column.addWidget(each)
    card.show()
    before = [each.sizeHint().height() for each in controls]
    theme.set_zoom(2.0)
    for each, height in zip(controls, before, strict=True):
        assert each.sizeHint().height() >= 1.8 * height, each
    theme.follow(Qt.ColorScheme.Dark)
    picture: QImage = card.grab().toImage()
    corner = picture.pixelColor(picture.width() // 2, 4)
    assert corner.name() == theme.color(Token.SURFACE).name()


def test_a_page_scrolls_to_what_has_the_focus(theme: Theme, qtbot: QtBot) -> None:
    page = Page(theme)
    qtbot.addWidget(page)
    switches = [Switch(theme, str(each)) for each in range(40)]
    for each in switches:
        page.column.addWidget(each)
    page.resize(300, 200)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    switches[0].setFocus()
    QTest.keyClick(switches[0], Qt.Key.Key_Backtab)
    assert switches[-1].hasFocus()
    assert page.verticalScrollBar().value() > 0


def test_things_flow_into_the_next_line(theme: Theme, qtbot: QtBot) -> None:
    flow = QWidget()
    qtbot.addWidget(flow)
    layout = FlowLayout(theme, flow)
    labels = [Label(theme, text="about this wide") for _ in range(4)]
    for each in labels:
        layout.addWidget(each)
    one_line = flow.heightForWidth(2000)
    assert flow.heightForWidth(150) >= 4 * labels[0].sizeHint().height()
    flow.resize(2000, one_line)
    flow.show()
    assert len({each.y() for each in labels}) == 1
    flow.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    flow.resize(1500, one_line)
    assert labels[0].x() > labels[1].x()


def test_esc_closes_a_dialog(theme: Theme, qtbot: QtBot) -> None:
    dialog = Dialog(theme, "Title", None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert (dialog.windowTitle(), dialog.isModal()) == ("Title", False)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_question_does_it_only_when_the_answer_is_yes(theme: Theme, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    done: list[str] = []
    first = confirm(theme, host, "Everything goes.", "Delete 3 chats", lambda: done.append("no"))
    assert first.isModal()
    assert first.text() == "Everything goes."
    QTest.keyClick(first, Qt.Key.Key_Return)  # nobody presses Enter once too often
    QTest.keyClick(first, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not host.findChildren(Question))
    second = confirm(theme, host, "Everything goes.", "Delete 3 chats", lambda: done.append("yes"))
    assert second.action_button.text() == "Delete 3 chats"
    QTest.mouseClick(second.action_button, LEFT)
    qtbot.waitUntil(lambda: not host.findChildren(Question))
    assert done == ["yes"]
