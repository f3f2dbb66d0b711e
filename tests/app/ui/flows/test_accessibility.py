"""For who cannot see the window, or uses no mouse: every control has a name, and Tab comes by all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from app.core.settings import Settings
from app.core.store_reports import RecoveryOffer, RescueReport
from app.ui.transcript.text_view import TextView
from tests.app.model_kit import pretend_machine
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.everywhere import fill, windows
from tests.app.ui.flows.flow import ask_in_new_chat

# What a screen reader lets a person do something with, whether or not it takes the focus.
INTERACTIVE = frozenset(
    {
        QAccessible.Role.PushButton,
        QAccessible.Role.CheckBox,
        QAccessible.Role.RadioButton,
        QAccessible.Role.ComboBox,
        QAccessible.Role.EditableText,
        QAccessible.Role.Slider,
        QAccessible.Role.SpinBox,
        QAccessible.Role.Link,
        QAccessible.Role.List,
        QAccessible.Role.ListItem,
        QAccessible.Role.PageTab,
        QAccessible.Role.MenuItem,
        QAccessible.Role.Dialog,
    }
)
MOST_CHILDREN = 60
_MARGIN_PX = 4


def tree(node: QAccessibleInterface, path: str = "") -> Iterator[tuple[str, QAccessibleInterface]]:
    """Everything below a node that can be perceived, with the way there in roles and names."""
    role = str(node.role()).rpartition(".")[2]
    here = f"{path}/{role}[{node.text(QAccessible.Text.Name)}]"
    yield here, node
    for number in range(min(node.childCount(), MOST_CHILDREN)):
        child = node.child(number)
        # Other windows belong to their window as children, and are looked at by themselves.
        if child is not None and child.isValid() and not child.state().invisible and not _is_window(child):
            yield from tree(child, here)


def _is_window(node: QAccessibleInterface) -> bool:
    thing = node.object()
    return isinstance(thing, QWidget) and thing.isWindow()


def nameless(widget: QWidget) -> list[str]:
    """What a person could use and nothing says what it is."""
    root = QAccessible.queryAccessibleInterface(widget)
    assert root is not None
    found = []
    for path, node in tree(root):
        usable = (node.state().focusable or node.role() in INTERACTIVE) and not node.state().disabled
        thing = node.object()
        # The arrows and pages of scroll bars scroll what has a name.
        if usable and not node.text(QAccessible.Text.Name).strip() and "ScrollBar" not in path:
            found.append(f"{path} {type(thing).__name__}")
    return found


@pytest.fixture
def full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """With chats in the list, everything in the transcript, a notice, and the panel open."""
    pretend_machine(monkeypatch)
    ask_in_new_chat(desk, "words 1")
    fill(desk)
    desk.window.troubles.show_notice("Something to know.")
    desk.window.toast.show_message("Something was done.", "Undo", lambda: None)
    QApplication.processEvents()
    return desk


def test_everything_that_can_be_used_has_a_name(full: Desk, tmp_path: Path) -> None:
    offer = RecoveryOffer(tmp_path, tmp_path / "saved", RescueReport((), 2, 8), None)
    seen = 0
    for name, widget in windows(full, offer):
        QApplication.processEvents()
        assert not nameless(widget), name
        seen += 1
    assert seen == 21


def test_the_first_screen_has_names_for_everything(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_machine(monkeypatch)
    desk = open_desk("pocket", practice=True, settings=Settings(titles_refined=False))
    desk.wait(lambda: "Checking" not in desk.window.welcome.fit.verdict.text())
    assert not nameless(desk.window)


def test_controls_say_what_they_are(full: Desk) -> None:
    """The role that the widget has, not that of what it is drawn on."""
    wanted = (
        (QLineEdit, {QAccessible.Role.EditableText}),
        (QComboBox, {QAccessible.Role.ComboBox}),
        (QAbstractSlider, {QAccessible.Role.Slider, QAccessible.Role.ScrollBar}),
        (QAbstractButton, {QAccessible.Role.PushButton, QAccessible.Role.CheckBox, QAccessible.Role.RadioButton}),
    )
    wrong = []
    for name, widget in windows(full):
        for kind, roles in wanted:
            for each in widget.findChildren(kind):
                interface = QAccessible.queryAccessibleInterface(each)
                inside = isinstance(each.parent(), QAbstractSpinBox | QComboBox)  # a part of it, which has no name
                if each.isVisible() and not inside and (interface is None or interface.role() not in roles):
                    wrong.append(f"{name}: {each.accessibleName()}")
    assert not wrong


# -- Tab --


def tab(forward: bool = True) -> QWidget:
    """Press Tab where the focus is; where it is then."""
    at = QApplication.focusWidget()
    assert at is not None
    QTest.keyClick(at, Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab)
    after = QApplication.focusWidget()
    assert after is not None
    return after


def round_trip(start: QWidget, *, forward: bool = True) -> list[QWidget]:
    """Everything that Tab comes by, from a widget around to it."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    found = [start]
    for _ in range(400):
        now = tab(forward)
        if now is start:
            return found
        if now is not found[-1]:  # a text in which Tab went to the next link
            found.append(now)
    raise AssertionError(f"Tab does not come around: {[type(each).__name__ for each in found[-6:]]}")


def wants_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    return (
        widget.isVisible()
        and widget.isEnabled()
        and bool(policy.value & Qt.FocusPolicy.TabFocus.value)
        and widget.focusProxy() is None
    )


def test_tab_comes_by_every_control_and_around(full: Desk) -> None:
    window = full.window
    found = round_trip(window.composer.edit)
    assert len(found) == len(set(found)), "each once"
    missed = [each for each in window.findChildren(QWidget) if wants_tab(each) and each.window() is window]
    missed = [each for each in missed if each not in found]
    assert not [f"{type(each).__name__} {each.accessibleName()}" for each in missed]
    assert not [type(each).__name__ for each in found if not each.accessibleName()]
    back = round_trip(window.composer.edit, forward=False)
    assert set(back) == set(found)


def test_tab_stays_within_the_message_field_and_its_buttons_first(desk: Desk) -> None:
    composer = desk.window.composer
    desk.type("words 1")
    found = round_trip(composer.edit)[:4]
    assert found == [composer.edit, composer.attach_button, composer.think, composer.button]


def test_who_uses_the_keyboard_sees_where_they_are(full: Desk) -> None:
    """Every control looks another way while Tab has brought somebody there."""
    window = full.window
    start = window.composer.edit
    start.setFocus(Qt.FocusReason.TabFocusReason)
    looked: list[tuple[QWidget, QRect, QImage]] = []
    unseen = []
    for _ in range(400):
        now = tab()
        QApplication.processEvents()
        image = window.grab().toImage()
        if looked:
            widget, place, with_focus = looked[-1]
            # A message shows its buttons while somebody is in it, and what scrolled looks another way anyhow.
            scrolled, text = frame(window, widget) != place, isinstance(widget, TextView)
            if not scrolled and not text and image.copy(place) == with_focus:
                unseen.append(f"{type(widget).__name__} {widget.accessibleName()}")
        looked.append((now, frame(window, now), image.copy(frame(window, now))))
        if now is start:
            break
    assert len(looked) > 30
    assert not unseen


def frame(window: QWidget, widget: QWidget) -> QRect:
    """Where a widget is in the window, with room for a ring around it."""
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return place.adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX).intersected(window.rect())
