"""Searching in the sidebar: hits while typing, keys, scope, nothing found, a damaged index."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services.chat_rows import ShelfKind
from app.store.store import ChatStore
from app.ui.sidebar.marked_text import MarkedText
from app.ui.sidebar.sidebar import ChatChosen
from tests.app.services.chat_listing import add_chat
from tests.app.ui.sidebar.conftest import OpenSide


def weather(store: ChatStore) -> None:
    work = store.folders.create("Work")
    add_chat(store, "Weather", text="Why is the sky blue at noon?")
    add_chat(store, "Paint", text="Which blue is this?", folder_id=work.id)
    add_chat(store, "أزرق", text="blue in Arabic 🌊")


def test_hits_by_keys(open_side: OpenSide) -> None:
    side = open_side(weather)
    side.type_search("blue")
    side.wait(lambda: len(side.hits()) == 3)
    assert side.sidebar.hits.isVisible()
    side.sidebar.hits.grab()
    first, second, *_ = side.hits()
    field = side.sidebar.field.edit
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert len(side.chosen) == 1
    chat = side.listing.chats.chat(side.chosen[0].conversation_id)
    assert chat is None or chat.title == second
    assert side.chosen[0].message_id is not None
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert side.sidebar.hits.currentIndex().data() == first
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert side.view.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert side.view.hasFocus()


def test_a_click_on_a_title_opens_the_chat_as_it_was(open_side: OpenSide) -> None:
    side = open_side(weather)
    side.type_search("weather")
    side.wait(lambda: side.hits() == ["Weather"])
    hits = side.sidebar.hits
    place = hits.visualRect(hits.hits.index(0)).center()
    QTest.mouseClick(hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert side.chosen == [ChatChosen(1, None)]


def test_nothing_found_and_the_shelf_that_is_shown(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        weather(store)
        store.conversations.trash([1])

    side = open_side(fill)
    side.type_search("noon")
    side.wait(lambda: side.sidebar.placeholder.isVisible())
    assert side.sidebar.placeholder.text() == "Nothing found for “noon”."
    QTest.mouseClick(side.sidebar.field.clear_button, Qt.MouseButton.LeftButton)
    assert side.view.isVisible()
    side.sidebar.show_shelf(ShelfKind.TRASH)
    side.type_search("noon")
    side.wait(lambda: side.hits() == ["Weather"])


def test_search_in_the_folder_of_the_open_chat(open_side: OpenSide) -> None:
    side = open_side(weather)
    side.listing.chats.set_expanded(1, True)
    side.wait_words("[folders]", "Work/", "  Paint", "[today]", "أزرق", "Weather")
    side.sidebar.set_current(2)
    side.type_search("blue")
    side.wait(lambda: len(side.hits()) == 3)
    scope = side.sidebar.scope
    assert scope.isVisible()
    QTest.mouseClick(scope.inside, Qt.MouseButton.LeftButton)
    side.wait(lambda: side.hits() == ["Paint"])
    side.sidebar.field.clear()
    side.sidebar.set_current(1)
    side.type_search("blue")
    side.wait(lambda: len(side.hits()) == 3)
    assert not scope.isVisible()


def test_a_damaged_index_can_be_repaired_from_here(open_side: OpenSide) -> None:
    def fill(store: ChatStore) -> None:
        weather(store)
        for table in ("search_data", "search_titles_data"):
            store.database.connection.execute(f"DELETE FROM {table} WHERE id > 10")

    side = open_side(fill)
    side.type_search("noon")
    side.wait(lambda: side.sidebar.placeholder.button.isVisible())
    QTest.mouseClick(side.sidebar.placeholder.button, Qt.MouseButton.LeftButton)
    side.wait(lambda: side.hits() == ["Weather"])


def test_long_snippets_begin_near_what_was_found() -> None:
    text = "🌊 " + "word " * 20 + "found here"
    start = text.index("found")
    near = MarkedText(text, ((start, start + 5),)).begin_near_mark()
    assert near.text.startswith("…word")
    [(first, end)] = near.marks
    assert near.text[first:end] == "found"
    assert MarkedText("found", ((0, 5),)).begin_near_mark() == MarkedText("found", ((0, 5),))
