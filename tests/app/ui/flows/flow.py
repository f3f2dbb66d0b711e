"""What a person does in several parts of the window, and what can be seen there."""

from __future__ import annotations

import threading
from typing import TypeVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from app.core.paths import user_paths
from app.core.settings import Settings, read_settings
from app.services.chat_rows import ChatRow, FolderRow
from app.ui.window.notices import NoticeKind
from tests.app.ui.conftest import Desk, OpenDesk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier

QUIET = Settings(welcomed=True, titles_refined=False)
"""Nothing happens by itself some seconds after an answer."""

WidgetT = TypeVar("WidgetT", bound=QWidget)


def kept_settings() -> Settings:
    """As the next start would read them."""
    return read_settings(user_paths().settings_file).settings


def restart(desk: Desk, open_desk: OpenDesk, **changes: object) -> Desk:
    """Close the window, and open it again with what was kept."""
    desk.window.close()
    desk.parts.shutdown.run()
    again = open_desk(settings=kept_settings().model_copy(update={"titles_refined": False, **changes}))
    again.window.resize(1180, 780)  # the screen of tests is smaller than that, and windows are fitted into it
    again.wait_ready()
    return again


def wait_written(desk: Desk) -> None:
    """Until all that was done so far is on the disk."""
    with desk.qtbot.waitSignal(desk.parts.store.done, timeout=30_000):
        written = threading.Event()
        desk.parts.store.write(lambda store: written.set())
    desk.wait(written.is_set)


# -- keys --


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key while a widget has the focus."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClick(widget, key, modifiers)


def commit(widget: QWidget, text: str) -> None:
    """Write what keys of an English keyboard do not reach."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


# -- the sidebar --


def names(desk: Desk) -> list[str]:
    """The chats and folders of the list, from top to bottom."""
    model = desk.window.sidebar.model
    rows = (model.row(model.index(number)) for number in range(model.rowCount()))
    return [
        each.chat.title if isinstance(each, ChatRow) else each.folder.name
        for each in rows
        if isinstance(each, ChatRow | FolderRow)
    ]


def wait_names(desk: Desk, *wanted: str) -> None:
    desk.wait(lambda: names(desk) == list(wanted))


def current_name(desk: Desk) -> str:
    """The chat that the list marks as the one that is open; empty where it marks none."""
    current = desk.window.sidebar.list.rows.current_id
    chat = None if current is None else desk.parts.parts.chats.chat(current)
    return "" if chat is None else chat.title


def row_rect(desk: Desk, name: str) -> QRect:
    sidebar = desk.window.sidebar
    for number in range(sidebar.model.rowCount()):
        index = sidebar.model.index(number)
        row = sidebar.model.row(index)
        if (isinstance(row, ChatRow) and row.chat.title == name) or (
            isinstance(row, FolderRow) and row.folder.name == name
        ):
            found: QRect = sidebar.list.visualRect(index)
            return found
    raise AssertionError(f"{name} is not listed")


def click_row(desk: Desk, name: str) -> None:
    place = row_rect(desk, name).center()
    QTest.mouseClick(desk.window.sidebar.list.viewport(), Qt.MouseButton.LeftButton, NONE, place)


def open_chat(desk: Desk, name: str, *, at_once: bool = False) -> None:
    """Choose a chat in the list and wait until it is shown. `at_once`: whether or not it is all on the disk."""
    if not at_once:
        wait_written(desk)
    click_row(desk, name)
    desk.wait(lambda: desk.window.header.title.text() == name and current_name(desk) == name)


def row_menu(desk: Desk, name: str) -> QMenu:
    """Open the menu of a row by its ⋯."""
    sidebar = desk.window.sidebar
    place = sidebar.list.rows.more_frame(row_rect(desk, name)).center()
    QTest.mouseClick(sidebar.list.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    desk.wait(lambda: sidebar.open_menu() is not None)
    menu = sidebar.open_menu()
    assert menu is not None
    return menu


def choose(desk: Desk, menu: QMenu, *words: str) -> None:
    """Choose something in a menu, or in a menu of it, and close it."""
    below = menu
    for each in words[:-1]:
        inner = next(action for action in below.actions() if action.text() == each).menu()
        assert isinstance(inner, QMenu)
        below = inner
    next(action for action in below.actions() if action.text() == words[-1]).trigger()
    menu.close()
    QApplication.processEvents()  # the screen of tests takes the keyboard away with a popup, but only then
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)


def popup_menu(desk: Desk) -> QMenu:
    """The menu that is open."""
    desk.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def row_editor(desk: Desk) -> QLineEdit:
    """Where a row of the list is named; waits for it."""
    viewport = desk.window.sidebar.list.viewport()
    desk.wait(lambda: viewport.findChild(QLineEdit) is not None)
    found = viewport.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def name_row(desk: Desk, name: str) -> None:
    """Type a name where the list asks for one."""
    editor = row_editor(desk)
    editor.selectAll()
    commit(editor, name)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def new_chat(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N, CTRL)
    assert desk.window.header.title.text() == "New chat"


def ask_in_new_chat(desk: Desk, question: str) -> None:
    """A chat of one question, named after it."""
    new_chat(desk)
    desk.ask(question)
    desk.wait(lambda: question in names(desk))


def questions(desk: Desk) -> list[str]:
    """As they are shown, from top to bottom."""
    return [each.text() for each in desk.window.transcript.question_views]


# -- notices and dialogs --


def notice_text(desk: Desk, kind: NoticeKind) -> str:
    """What is said above the composer; empty where nothing is."""
    notice = desk.window.notices.shown(kind)
    return "" if notice is None else notice.text()


def click_notice(desk: Desk, kind: NoticeKind) -> None:
    desk.wait(lambda: desk.window.notices.shown(kind) is not None)
    notice = desk.window.notices.shown(kind)
    assert notice is not None
    assert notice.button is not None
    desk.click(notice.button)


def dialog(desk: Desk, kind: type[WidgetT], within: QWidget | None = None) -> WidgetT:
    """The window of this kind that is open; waits for it."""

    def found() -> list[WidgetT]:
        return [each for each in (within or desk.window).findChildren(kind) if each.isVisible()]

    desk.wait(lambda: bool(found()))
    return found()[0]
