"""Going from chat to chat: the list, the search, names, folders, archive and trash."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services import titles
from app.services.chat_rows import ShelfKind
from tests.app.ui.conftest import Desk, OpenDesk
from tests.app.ui.flows.flow import (
    CTRL,
    SHIFT,
    ask_in_new_chat,
    choose,
    click_row,
    commit,
    current_name,
    name_row,
    names,
    new_chat,
    open_chat,
    press,
    questions,
    restart,
    row_editor,
    row_menu,
    wait_names,
)


def test_a_new_chat_by_button_and_by_keys(desk: Desk) -> None:
    desk.ask("words 2")
    wait_names(desk, "words 2")
    desk.wait(lambda: current_name(desk) == "words 2")
    desk.click(desk.window.sidebar.new_chat)
    assert desk.count() == 0
    assert desk.window.composer.edit.hasFocus()
    assert desk.window.header.title.text() == "New chat"
    assert current_name(desk) == ""
    assert names(desk) == ["words 2"], "an empty chat is nothing to keep"
    desk.ask("words 3")
    wait_names(desk, "words 3", "words 2")
    desk.wait(lambda: current_name(desk) == "words 3")
    desk.press(Qt.Key.Key_N, CTRL)
    assert desk.count() == 0


def test_a_chosen_chat_shows_its_messages(desk: Desk) -> None:
    desk.ask("think 2 3")
    desk.ask("words 4")
    ask_in_new_chat(desk, "words 5")
    open_chat(desk, "think 2 3")
    assert questions(desk) == ["think 2 3", "words 4"]
    assert [each.text() for each in desk.answers] == ["word0 word1 word2", "word0 word1 word2 word3"]
    assert desk.answers[0].thinking.text() == "thought0 thought1 "
    assert desk.window.windowTitle() == "think 2 3"
    assert desk.window.composer.edit.hasFocus()
    assert desk.ask("words 1").text() == "word0"
    wait_names(desk, "think 2 3", "words 5")


def test_chats_and_all_that_is_in_them_are_there_after_a_restart(desk: Desk, open_desk: OpenDesk) -> None:
    desk.ask("words 2")
    ask_in_new_chat(desk, "words 3")
    again = restart(desk, open_desk)
    wait_names(again, "words 3", "words 2")
    assert again.count() == 0
    open_chat(again, "words 2")
    assert again.last.text() == "word0 word1"


def test_an_answer_goes_on_while_another_chat_is_shown(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 1")
    new_chat(desk)
    desk.send("words 60 20")
    desk.wait_text()
    desk.wait(lambda: "words 60 20" in names(desk))
    open_chat(desk, "words 1")
    assert desk.window.composer.button.accessibleName() == "Send"
    assert desk.last.text() == "word0"
    open_chat(desk, "words 60 20")
    assert desk.window.composer.button.accessibleName() == "Stop"
    assert desk.wait_ended().text().endswith("word59")


def test_a_search_jumps_to_the_message(desk: Desk) -> None:
    desk.ask("words 1 needle")
    desk.ask("words 3000")
    ask_in_new_chat(desk, "words 2")
    transcript, sidebar = desk.window.transcript, desk.window.sidebar
    desk.press(Qt.Key.Key_K, CTRL)
    assert sidebar.field.edit.hasFocus()
    QTest.keyClicks(sidebar.field.edit, "needle")
    desk.wait(lambda: sidebar.hits.isVisible() and sidebar.hits.hits.rowCount() > 0)
    row = next(
        each
        for each in range(sidebar.hits.hits.rowCount())
        if (hit := sidebar.hits.hits.hit(sidebar.hits.hits.index(each))) is not None and hit.message_id is not None
    )
    for _ in range(row):
        QTest.keyClick(sidebar.field.edit, Qt.Key.Key_Down)
    QTest.keyClick(sidebar.field.edit, Qt.Key.Key_Return)
    desk.wait(lambda: current_name(desk) == "words 1 needle")

    def in_sight() -> bool:
        found = [each for each in transcript.question_views if each.text() == "words 1 needle"]
        return bool(found) and not found[0].visibleRegion().isEmpty()

    desk.wait(in_sight)
    assert transcript.verticalScrollBar().maximum() > 0
    assert not transcript.is_following()
    press(sidebar.field.edit, Qt.Key.Key_Escape)
    assert sidebar.list.isVisible()


def test_what_is_deleted_leaves_the_window_and_comes_back(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    toast = desk.window.toast
    desk.press(Qt.Key.Key_Backspace, CTRL | SHIFT)
    wait_names(desk, "words 2")
    assert desk.count() == 0, "nothing may be asked in a chat that is thrown away"
    assert desk.window.header.title.text() == "New chat"
    assert "trash" in toast.text()
    desk.click(toast.action_button)
    wait_names(desk, "words 3", "words 2")
    open_chat(desk, "words 2")
    press(desk.window.sidebar.list, Qt.Key.Key_Delete)
    wait_names(desk, "words 3")
    assert desk.count() == 0
    desk.click(desk.window.toast.action_button)
    wait_names(desk, "words 3", "words 2")
    open_chat(desk, "words 2")
    assert desk.last.text() == "word0 word1"


def test_deleting_a_chat_that_is_being_answered_stops_it(desk: Desk) -> None:
    desk.send("words 5000 5")
    desk.wait_text()
    desk.wait(lambda: names(desk) == ["words 5000 5"])
    assert desk.window.commands.run("chat.delete")
    wait_names(desk)
    desk.wait(lambda: not desk.parts.session.working)
    assert desk.ask("words 1").text() == "word0"


def test_archive_and_back(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    choose(desk, row_menu(desk, "words 2"), "Archive")
    wait_names(desk, "words 3")
    assert questions(desk) == ["words 3"], "another chat is none of its business"
    assert desk.window.commands.run("chat.archive")
    wait_names(desk)
    assert desk.count() == 0
    desk.click(desk.window.sidebar.foot.archived)
    desk.wait(lambda: desk.parts.parts.chats.shelf is ShelfKind.ARCHIVED and len(names(desk)) == 2)
    open_chat(desk, "words 3")
    assert desk.last.text() == "word0 word1 word2"
    choose(desk, row_menu(desk, "words 3"), "Bring back from the archive")
    wait_names(desk, "words 2")
    desk.click(desk.window.sidebar.foot.archived)
    wait_names(desk, "words 3")


def test_f2_names_the_chat_in_the_header(desk: Desk) -> None:
    desk.ask("words 2")
    wait_names(desk, "words 2")
    desk.press(Qt.Key.Key_F2)
    field = desk.window.header.title.field
    assert field.hasFocus()
    assert field.text() == "words 2"
    QTest.keyClicks(field, "Two words")
    QTest.keyClick(field, Qt.Key.Key_Return)
    wait_names(desk, "Two words")
    assert desk.window.windowTitle() == "Two words"
    assert desk.window.composer.edit.hasFocus()
    desk.press(Qt.Key.Key_F2)
    QTest.keyClicks(field, "never mind")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert desk.window.header.title.text() == "Two words"
    assert names(desk) == ["Two words"]


def test_f2_names_a_row_where_the_list_has_the_focus(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    view = desk.window.sidebar.list
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_F2)
    assert not desk.window.header.title.field.isVisible()
    assert row_editor(desk).text() == "words 2"
    name_row(desk, "Zwei Wörter")
    wait_names(desk, "words 3", "Zwei Wörter")
    assert desk.window.header.title.text() == "words 3", "another chat is open"
    click_row(desk, "words 3")
    QTest.keyClick(view, Qt.Key.Key_F2)
    name_row(desk, "drei")
    desk.wait(lambda: desk.window.header.title.text() == "drei")


def test_an_idle_model_finds_better_names_but_never_for_a_name_by_hand(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(titles, "REST_MS", 200)
    desk = open_desk()
    desk.wait_ready()
    desk.ask("words 2")
    desk.wait(lambda: names(desk) not in ([], ["words 2"]))
    assert desk.window.header.title.text() == names(desk)[0]
    new_chat(desk)
    desk.send("words 40 5")
    desk.wait(lambda: "words 40 5" in names(desk))
    desk.press(Qt.Key.Key_F2)
    commit(desk.window.header.title.field, "Mine")
    QTest.keyClick(desk.window.header.title.field, Qt.Key.Key_Return)
    desk.wait_ended()
    new_chat(desk)
    desk.ask("words 4")
    desk.wait(lambda: len(names(desk)) == 3 and "words 4" not in names(desk))
    assert names(desk)[1] == "Mine", "the one after it has its better name, so this one had its turn"


def test_folders(desk: Desk, open_desk: OpenDesk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    desk.press(Qt.Key.Key_N, CTRL | SHIFT)
    name_row(desk, "Travel")
    desk.wait(lambda: "Travel" in names(desk))
    choose(desk, row_menu(desk, "words 2"), "Move to folder", "Travel")
    wait_names(desk, "Travel", "words 2", "words 3")
    again = restart(desk, open_desk)
    wait_names(again, "Travel", "words 2", "words 3")
    click_row(again, "Travel")
    wait_names(again, "Travel", "words 3")
    choose(again, row_menu(again, "Travel"), "Delete folder, keep its chats")
    wait_names(again, "words 3", "words 2")


def test_pin_and_duplicate_the_open_chat(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    ask_in_new_chat(desk, "words 3")
    open_chat(desk, "words 2")
    assert desk.window.commands.run("chat.pin")
    wait_names(desk, "words 2", "words 3")
    assert desk.window.commands.run("chat.duplicate")
    desk.wait(lambda: "Copy of words 2" in names(desk))
    open_chat(desk, "Copy of words 2")
    assert desk.last.text() == "word0 word1"


def test_a_temporary_chat_is_kept_nowhere_until_somebody_wants_it(desk: Desk) -> None:
    ask_in_new_chat(desk, "words 2")
    desk.press(Qt.Key.Key_Apostrophe, CTRL | SHIFT)
    assert desk.parts.session.conversation.temporary
    assert desk.window.composer.temporary.isVisible()
    desk.ask("words 3")
    desk.ask("words 4")
    assert names(desk) == ["words 2"]
    assert desk.parts.session.conversation_id is None
    open_chat(desk, "words 2")
    assert not desk.window.composer.temporary.isVisible()
    assert names(desk) == ["words 2"]
    desk.press(Qt.Key.Key_Apostrophe, CTRL | SHIFT)
    desk.ask("words 5")
    assert desk.window.commands.run("chat.keep")
    assert not desk.window.composer.temporary.isVisible()
    wait_names(desk, "words 5", "words 2")
    desk.ask("words 6")
    open_chat(desk, "words 2")
    open_chat(desk, "words 5")
    assert questions(desk) == ["words 5", "words 6"]
