"""The list by mouse and keys: opening, naming, deleting with undo, folders, many at once, other shelves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from app.core.chats import NewMessage, Part, PartKind, TitleSource
from app.services.chat_rows import ShelfKind
from app.store.store import ChatStore
from app.ui.sidebar.sidebar import ChatChosen
from app.ui.tokens import Token
from engine.types import Role
from tests.app.services.chat_listing import add_chat
from tests.app.ui.sidebar.conftest import OpenSide, Side, action, choose

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def three(store: ChatStore) -> None:
    for each in "abc":
        add_chat(store, each, text=f"about {each}")


def test_a_click_and_enter_open_a_chat(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("b")
    assert side.chosen == [ChatChosen(2)]
    side.press(Qt.Key.Key_Down)
    assert len(side.chosen) == 1
    side.press(Qt.Key.Key_Return)
    assert side.chosen[-1] == ChatChosen(1)
    side.click("c", CTRL)
    side.click("a", SHIFT)
    assert len(side.chosen) == 2


def test_signals_of_the_buttons(open_side: OpenSide) -> None:
    side = open_side(three)
    sidebar = side.sidebar
    for button, signal in (
        (sidebar.new_chat, sidebar.new_chat_asked),
        (sidebar.foot.models, sidebar.models_asked),
        (sidebar.foot.settings, sidebar.settings_asked),
    ):
        with side.qtbot.waitSignal(signal):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_f2_names_a_chat_and_esc_does_not(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("b")
    side.press(Qt.Key.Key_F2)
    side.name("Größe  أهلا ")
    side.wait_words("[today]", "c", "Größe أهلا", "a")
    chat = side.listing.chats.chat(2)
    assert chat is not None
    assert chat.title_source is TitleSource.PERSON
    assert side.chosen == [ChatChosen(2)]
    side.press(Qt.Key.Key_F2)
    editor = side.editor()
    QTest.keyClicks(editor, "something else")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    side.press(Qt.Key.Key_F2)
    side.name("   ")
    assert side.listing.words() == ["[today]", "c", "Größe أهلا", "a"]


def test_what_is_typed_survives_changes_of_the_list(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("a")
    side.press(Qt.Key.Key_F2)
    QTest.keyClicks(side.editor(), "half a na")
    question = NewMessage(Role.USER, (Part(PartKind.TEXT, "again"),))
    side.listing.do(lambda store: store.messages.add(1, None, question), 1)
    side.wait_words("[today]", "a", "c", "b")
    assert side.editor().text() == "half a na"
    QTest.keyClicks(side.editor(), "me")
    QTest.keyClick(side.editor(), Qt.Key.Key_Return)
    side.wait_words("[today]", "half a name", "c", "b")
    assert side.at("half a name").top() < side.at("c").top() < side.at("b").top()


def test_delete_puts_into_the_trash_and_undo_brings_back(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("b")
    side.press(Qt.Key.Key_Backspace)
    side.press(Qt.Key.Key_Delete)
    side.wait_words("[today]", "c", "a")
    side.wait(lambda: "“b” is in the trash." in side.toast.text())
    QTest.mouseClick(side.toast.action_button, Qt.MouseButton.LeftButton)
    side.wait_words("[today]", "c", "b", "a")
    assert not side.toast.text()


def test_many_are_deleted_after_a_question(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("c")
    side.press(Qt.Key.Key_Down, SHIFT)
    side.press(Qt.Key.Key_Delete)
    question = side.question()
    assert "2 chats" in question.text()
    QTest.mouseClick(question.cancel_button, Qt.MouseButton.LeftButton)
    assert side.listing.words() == ["[today]", "c", "b", "a"]
    side.press(Qt.Key.Key_Delete)
    QTest.mouseClick(side.question().action_button, Qt.MouseButton.LeftButton)
    side.wait_words("[today]", "a")
    side.wait(lambda: "2 chats" in side.toast.text())


def test_the_menu_opens_by_dots_right_click_and_keys(open_side: OpenSide) -> None:
    side = open_side(three)
    menu = side.click_more("b")
    assert not side.chosen
    menu.close()
    side.wait(lambda: side.sidebar.open_menu() is None)
    place = side.at("a").center()
    view = side.view.viewport()
    at = QPointF(place)
    press = QMouseEvent(
        QEvent.Type.MouseButtonPress,
        at,
        QPointF(view.mapToGlobal(place)),
        Qt.MouseButton.RightButton,
        Qt.MouseButton.RightButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, press)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, asked)
    choose(side.menu(), "Pin")
    side.wait_words("[pinned]", "a", "[today]", "c", "b")
    side.press(Qt.Key.Key_F10, SHIFT)
    menu = side.menu()
    assert [each.text() for each in menu.actions() if each.text()] == [
        *("Open", "Rename", "Unpin", "Move up", "Move down", "Move to folder"),
        *("Duplicate", "Export", "Archive", "Delete"),
    ]
    choose(menu, "Duplicate")
    side.wait_words("[pinned]", "a", "[today]", "a (copy)", "c", "b")


def test_pinned_chats_are_put_in_order_by_keys(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        three(store)
        store.conversations.set_pinned([1, 2, 3], True)

    side = open_side(fill)
    side.wait_words("[pinned]", "c", "b", "a")
    side.click("a")
    side.press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    side.wait_words("[pinned]", "c", "a", "b")
    side.wait(lambda: side.view.currentIndex().data() == "a")
    side.press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    side.wait_words("[pinned]", "a", "c", "b")


def test_a_new_folder_is_named_at_once(open_side: OpenSide) -> None:
    side = open_side(three)
    choose(side.click_more("b"), "Move to folder", "New folder…")
    side.name("Work & <b>play</b>")
    side.wait_words("[folders]", "Work & <b>play</b>/", "  b", "[today]", "c", "a")
    choose(side.click_more("c"), "Move to folder", "Work && <b>play</b>")
    side.wait_words("[folders]", "Work & <b>play</b>/", "  c", "  b", "[today]", "a")
    side.click("Work & <b>play</b>")
    side.wait_words("[folders]", "Work & <b>play</b>/+", "[today]", "a")
    side.press(Qt.Key.Key_Right)
    side.wait_words("[folders]", "Work & <b>play</b>/", "  c", "  b", "[today]", "a")
    side.press(Qt.Key.Key_Down)
    side.press(Qt.Key.Key_Left)
    assert side.view.currentIndex().data() == "Work & <b>play</b>"
    choose(side.click_more("Work & <b>play</b>"), "Delete folder, keep its chats")
    side.wait_words("[today]", "c", "b", "a")
    side.wait(lambda: bool(side.toast.text()))
    QTest.mouseClick(side.toast.action_button, Qt.MouseButton.LeftButton)
    side.wait_words("[folders]", "Work & <b>play</b>/+", "[today]", "a")


def test_trash_and_archive(open_side: OpenSide) -> None:
    side = open_side(three)
    choose(side.click_more("a"), "Archive")
    side.click("b")
    side.press(Qt.Key.Key_Delete)
    side.wait_words("[today]", "c")
    QTest.mouseClick(side.sidebar.foot.trash, Qt.MouseButton.LeftButton)
    side.wait_words("[today]", "b")
    side.click("b")
    side.press(Qt.Key.Key_F2)
    menu = side.click_more("b")
    words = [each.text() for each in menu.actions() if each.text()]
    assert words == ["Open", "Restore", "Export", "Delete for good…"]
    menu.close()
    side.press(Qt.Key.Key_Delete)
    QTest.mouseClick(side.question().action_button, Qt.MouseButton.LeftButton)
    side.wait_words()
    side.wait(lambda: side.sidebar.placeholder.isVisible())
    assert side.sidebar.placeholder.text() == "The trash is empty."
    QTest.mouseClick(side.sidebar.foot.archived, Qt.MouseButton.LeftButton)
    side.wait_words("[today]", "a")
    choose(side.click_more("a"), "Bring back from the archive")
    side.wait_words()
    QTest.mouseClick(side.sidebar.head.back, Qt.MouseButton.LeftButton)
    side.wait_words("[today]", "c", "a")
    assert not side.sidebar.foot.archived.isChecked()


def test_no_chats_yet(open_side: OpenSide) -> None:
    side = open_side(lambda store: None)
    side.wait(lambda: side.sidebar.placeholder.isVisible())
    assert side.sidebar.placeholder.text().startswith("No chats yet.")
    side.listing.do(lambda store: add_chat(store, "first"), 1)
    side.wait(lambda: side.view.isVisible())


def test_export_asks_for_a_file_and_whether_thoughts_are_wanted(open_side: OpenSide, tmp_path: Path) -> None:
    def fill(store: ChatStore) -> None:
        three(store)
        parts = (Part(PartKind.THINKING, "hidden thought"), Part(PartKind.TEXT, "answer"))
        asked = store.conversations.open(1).tree.path()[0]
        store.messages.add(1, asked.id, NewMessage(Role.ASSISTANT, parts))

    side = open_side(fill)
    menu = side.click_more("a")
    export = action(menu, "Export").menu()
    assert isinstance(export, QMenu)
    export.popup(QPoint(0, 0))
    thoughts = action(export, "Include thoughts")
    QTest.mouseClick(export, Qt.MouseButton.LeftButton, pos=export.actionGeometry(thoughts).center())
    assert thoughts.isChecked()
    assert export.isVisible()
    export.close()
    choose(menu, "Export", "Markdown…")
    side.wait(lambda: bool(side.window.findChildren(QFileDialog)))
    [dialog] = side.window.findChildren(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "a.md"
    path = tmp_path / "mine.md"
    dialog.selectFile(str(path))
    dialog.accept()
    side.wait(path.exists)
    assert "hidden thought" in path.read_text("utf-8")
    side.wait(lambda: str(path) in side.toast.text())


def test_the_open_chat_is_marked_and_renamed_wherever_it_is(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        three(store)
        store.conversations.move([2], store.folders.create("Work").id)

    side = open_side(fill)
    side.wait_words("[folders]", "Work/+", "[today]", "c", "a")
    side.sidebar.set_current(1)
    inside = side.view.rows.frame(side.at("a")).topLeft() + QPoint(20, 4)
    shown = side.view.viewport().grab().toImage().pixelColor(inside)
    assert shown == side.theme.color(Token.ACCENT_SOFT)
    side.sidebar.set_current(2)
    side.sidebar.begin_rename_current()
    side.name("in the folder")
    side.wait_words("[folders]", "Work/", "  in the folder", "[today]", "c", "a")


def test_home_end_and_letters_go_past_labels(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        add_chat(store, "zebra", 3)
        three(store)

    side = open_side(fill)
    side.wait_words("[today]", "c", "b", "a", "[days_7]", "zebra")
    side.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert side.view.currentIndex().data() == "c"
    side.press(Qt.Key.Key_End)
    assert side.view.currentIndex().data() == "zebra"
    side.press(Qt.Key.Key_Up)
    assert side.view.currentIndex().data() == "a"
    side.press(Qt.Key.Key_Home)
    assert side.view.currentIndex().data() == "c"
    side.press(Qt.Key.Key_Z)
    assert side.view.currentIndex().data() == "zebra"
    side.press(Qt.Key.Key_PageUp)
    assert side.view.currentIndex().data() == "c"


def test_scrolling_down_reads_on(open_side: OpenSide) -> None:
    side = open_side(lambda store: [add_chat(store, str(number)) for number in range(220)])
    assert side.sidebar.model.rowCount() == 101
    bar = side.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    side.wait(lambda: side.sidebar.model.rowCount() == 201)
    assert bar.value() < bar.maximum()
    bar.setValue(bar.maximum())
    side.wait(lambda: side.sidebar.model.rowCount() == 221)


def test_the_selection_follows_a_chat_that_moves(open_side: OpenSide) -> None:
    side = open_side(three)
    side.click("a")
    side.click("b", CTRL)
    question = NewMessage(Role.USER, (Part(PartKind.TEXT, "again"),))
    side.listing.do(lambda store: store.messages.add(1, None, question), 1)
    side.wait_words("[today]", "a", "c", "b")
    assert [each.chat.title for each in side.view.selected_chats()] == ["a", "b"]


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_dots_are_at_the_far_end(open_side: OpenSide, direction: Qt.LayoutDirection) -> None:
    side = open_side(three)
    QApplication.setLayoutDirection(direction)
    frame, more = side.view.rows.frame(side.at("a")), side.view.rows.more_frame(side.at("a"))
    assert frame.contains(more)
    assert (more.center().x() > frame.center().x()) is (direction is Qt.LayoutDirection.LeftToRight)


def test_everything_grows_with_the_zoom(open_side: OpenSide) -> None:
    side = open_side(three)
    before = side.at("a").height()
    side.theme.set_zoom(2.0)
    side.wait(lambda: side.at("a").height() == 2 * before)
    assert side.sidebar.field.height() >= QFontMetrics(side.sidebar.field.edit.font()).height()


def test_what_is_said_to_who_cannot_see(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        three(store)
        store.conversations.set_pinned([1], True)
        store.folders.create("Work")

    side: Side = open_side(fill)
    model = side.sidebar.model
    said = [model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(model.rowCount())]
    assert said == ["Pinned", "a, pinned", "Folders", "Folder Work, closed", "Today", "c", "b"]
    side.sidebar.show_shelf(ShelfKind.TRASH)
    assert side.sidebar.head.back.accessibleName() == "Trash: back to the chats"
