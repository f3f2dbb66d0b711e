"""The transcript as a whole: what is mounted, followed, selected, found and linked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QTextEdit, QWidget

from app.core.conversation import Conversation
from app.services.status import ChosenModel, EngineFailed, EngineStarting
from app.ui import links
from app.ui.links import LinkOpener
from app.ui.transcript.bubble import Bubble
from app.ui.transcript.message_row import MessageRow
from engine.types import (
    Channel,
    Finished,
    FinishReason,
    KVCachePrecision,
    LoadRequest,
    Precision,
    SmallerChoice,
    TextDelta,
)
from tests.app.ui.transcript.conftest import Room

CTRL = Qt.KeyboardModifier.ControlModifier
MODEL = ChosenModel(LoadRequest("m"), "Qwen3")


def test_a_long_chat_makes_few_widgets(room: Room, fill: Callable[[int], None]) -> None:
    fill(2000)
    assert len(room.view.column) == 2000
    assert 0 < len(room.view.column.views) < 40
    assert room.view.answers[-1].text().startswith("answer 999")
    room.view.verticalScrollBar().setValue(0)
    assert room.view.questions[0].text() == "question 0"
    room.qtbot.wait(50)
    assert len(room.view.column.views) < 40


def test_messages_keep_their_widgets(room: Room) -> None:
    answer = room.told("q", "a")
    view = room.answer(answer)
    room.told("q2", "a2")
    assert room.answer(answer) is view
    assert not view.state.last


def test_the_end_is_followed_only_while_one_is_there(room: Room, fill: Callable[[int], None]) -> None:
    fill(40)
    answer = room.ask("more")
    bar = room.view.verticalScrollBar()
    room.feed(answer, TextDelta(1, Channel.ANSWER, "line\n\n" * 40))
    assert room.view.is_following()
    assert bar.value() == bar.maximum()
    room.view.scroll_pages(-2)
    assert not room.view.is_following()
    assert room.view.jump_button.isVisible()
    at, end = room.answer(answer).y(), bar.maximum()
    room.feed(answer, TextDelta(1, Channel.ANSWER, "line\n\n" * 80))
    room.settle()
    assert room.answer(answer).y() == at
    assert bar.maximum() > end
    room.view.jump_button.click()
    assert room.view.is_following()
    assert not room.view.jump_button.isVisible()


def test_an_answer_out_of_sight_goes_on(room: Room, fill: Callable[[int], None]) -> None:
    fill(100)
    answer = room.ask("more")
    room.view.verticalScrollBar().setValue(0)
    room.feed(answer, TextDelta(1, Channel.ANSWER, "still here"))
    assert room.answer(answer).text() == "still here"
    room.feed(answer, Finished(1, FinishReason.STOP))
    room.view.column.arrange()
    assert room.view.column.view(answer) is None


def test_a_message_is_brought_into_sight_and_marked(room: Room, fill: Callable[[int], None]) -> None:
    fill(400)
    wanted = room.chat.path()[100]
    room.show(at=wanted)
    view = room.view.column.view(wanted)
    assert view is not None
    assert 0 <= view.y() < room.view.column.viewport().height()
    marked = [each for _, each in room.view.column.views if isinstance(each, MessageRow) and each.marked]
    assert marked == [view]
    assert not room.view.is_following()


def test_going_elsewhere_and_back_to_an_empty_chat(room: Room) -> None:
    room.told("q", "a")
    room.chat = Conversation()
    room.show(follow=True)
    assert room.view.answers == ()
    assert room.view.empty_state.isVisible()
    assert "Ask anything" in room.view.empty_state.text()
    room.chat = Conversation(temporary=True)
    room.show(follow=True)
    assert "nothing of it is kept" in room.view.empty_state.text()
    room.view.set_raw(True)
    assert "beginning of a text" in room.view.empty_state.text()
    assert not room.view.jump_button.isVisible()


def test_an_empty_chat_says_why_there_is_no_model(room: Room) -> None:
    offer = SmallerChoice("cpu", Precision.INT8, KVCachePrecision.BITS16, 512, 1, "Less.")
    load, offers = room.heard(room.view.load_asked), room.heard(room.view.offer_asked)
    room.show()
    room.view.show_status(EngineFailed(MODEL, "oom", "Too big.", (offer,)))
    notice = room.view.empty_state.failure
    assert notice is not None
    assert notice.text() == "Qwen3 could not be loaded. Too big."
    for button in notice.buttons:
        button.click()
    assert (len(load), offers) == (1, [offer])
    room.view.show_status(EngineStarting(MODEL))
    assert room.view.empty_state.failure is None


# -- selecting --


def test_everything_is_copied_whether_it_exists_or_not(room: Room, fill: Callable[[int], None]) -> None:
    fill(600)
    room.view.column.setFocus()
    QTest.keyClick(room.view.column, Qt.Key.Key_A, CTRL)
    QTest.keyClick(room.view.column, Qt.Key.Key_C, CTRL)
    text = QApplication.clipboard().text()
    assert text.startswith("question 0\n\nanswer 0\n\nwith a second paragraph\n\nquestion 1")
    assert text.count("with a second paragraph") == 300
    room.view.selection.copy(markdown=True)
    assert "answer **299**" in QApplication.clipboard().text()


def test_thoughts_are_copied_only_by_themselves(room: Room) -> None:
    answer = room.told("q", "a", thoughts="a secret thought")
    room.answer(answer).thinking.toggle.click()
    room.view.select_all()
    room.view.selection.copy()
    assert QApplication.clipboard().text() == "q\n\na"
    room.view.selection.clear()
    body = room.answer(answer).thinking.body
    body.setFocus()
    body.selectAll()
    QTest.keyClick(body, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "a secret thought"


def test_a_drag_over_messages_copies_its_share(room: Room) -> None:
    first, last = room.told("first question", "first answer"), room.told("second question", "second answer")
    del first
    start = room.view.questions[0].view.viewport()
    end = room.answer(last).texts[0].viewport()
    target = start.mapFromGlobal(end.mapToGlobal(QPoint(400, 10)))
    QTest.mousePress(start, Qt.MouseButton.LeftButton, pos=QPoint(0, 10))
    QTest.mouseMove(start, target)
    room.qtbot.waitUntil(lambda: room.view.selection.text().endswith("second answer"))
    QTest.mouseRelease(start, Qt.MouseButton.LeftButton, pos=target)
    focus = room.view.questions[0].view
    focus.setFocus()
    QTest.keyClick(focus, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "first question\n\nfirst answer\n\nsecond question\n\nsecond answer"
    room.view.column.setFocus()
    assert not room.view.selection.is_active()


def test_part_of_a_text_with_emoji_is_copied_as_it_is(room: Room) -> None:
    room.told("😀😀 abc", "a")
    view = room.view.questions[0].view
    cursor = QTextCursor(view.document())
    cursor.setPosition(5)
    cursor.setPosition(8, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.copy()
    assert QApplication.clipboard().text() == "abc"


def test_the_menu_offers_what_can_be_done(room: Room) -> None:
    answer = room.told("q", "**a**")
    text = room.answer(answer).texts[0]
    room.view.selection.menu_asked.emit(text.mapToGlobal(QPoint(3, 3)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = {action.text(): action for action in menu.actions()}
    assert list(texts) == ["Copy the answer", "Copy the answer as Markdown", "", "Select all"]
    texts["Copy the answer as Markdown"].trigger()
    assert QApplication.clipboard().text() == "**a**"
    menu.close()


def test_a_selection_lasts_until_what_is_selected_goes(room: Room) -> None:
    answer = room.told("q", "a")
    room.view.select_all()
    room.told("q2", "a2")
    assert room.view.selection.text() == "q\n\na"
    answer.removed = True
    room.show()
    assert not room.view.selection.is_active()


# -- finding --


def marks(edits: tuple[QTextEdit, ...]) -> list[str]:
    return [mark.cursor.selectedText() for edit in edits for mark in edit.extraSelections()]


def test_finding_counts_all_and_goes_through_them(room: Room, fill: Callable[[int], None]) -> None:
    ended = room.heard(room.view.search_ended)
    fill(800)
    room.view.open_find()
    bar = room.view.find_bar
    assert bar.field.hasFocus()
    QTest.keyClicks(bar.field, "ANSWER 7")
    room.qtbot.waitUntil(lambda: room.view.finder.is_done)
    count = len([number for number in range(400) if str(number).startswith("7")])
    assert bar.count.text() == f"0 of {count}"
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    room.qtbot.waitUntil(lambda: bar.count.text() == f"1 of {count}")
    shown = next(view for view in room.view.answers if view.text().startswith("answer 7\n"))
    assert marks(shown.texts) == ["answer 7"]
    QTest.keyClick(bar.field, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == f"{count} of {count}"
    assert any(view.text().startswith("answer 79") for view in room.view.answers)
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert len(ended) == 1
    assert not bar.isVisible()
    assert not any(marks(view.texts) for view in room.view.answers)


def test_finding_looks_past_markup_case_and_accents(room: Room) -> None:
    room.told("Ein Café 😀 in Zürich", "The **bold** word, the `code`, [a link](http://hidden.example) and $x$.")
    room.view.open_find()
    found = {}
    for words in ("cafe", "ZURICH", "bold word", "the code, a link", "hidden", "**"):
        room.view.find_bar.field.setText(words)
        room.qtbot.waitUntil(lambda: room.view.finder.is_done)
        found[words] = len(room.view.finder.matches)
    assert found == {"cafe": 1, "ZURICH": 1, "bold word": 1, "the code, a link": 1, "hidden": 0, "**": 0}
    room.view.find_bar.field.setText("zurich")
    room.view.finder.step(1)
    room.qtbot.waitUntil(lambda: marks((room.view.questions[0].view,)) == ["Zürich"])


def test_finding_unfolds_what_it_finds(room: Room) -> None:
    room.told("line\n" * 300 + "needle\n" + "line\n" * 300, "a")
    room.view.open_find()
    room.view.find_bar.field.setText("needle")
    room.view.finder.step(1)
    [bubble] = room.view.questions
    room.qtbot.waitUntil(lambda: marks((bubble.view,)) == ["needle"])
    assert isinstance(bubble, Bubble)
    assert not bubble.is_folded


def test_finding_nothing_says_so_and_follows_the_chat(room: Room) -> None:
    room.told("q", "a")
    room.view.open_find()
    room.view.find_bar.field.setText("xyz")
    assert room.view.find_bar.count.text() == "No matches"
    assert not room.view.find_bar.next_button.isEnabled()
    room.told("xyz", "b")
    assert room.view.find_bar.count.text() == "0 of 1"


# -- links --


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    class Desktop:
        @staticmethod
        def openUrl(url: QUrl) -> bool:
            found.append(url.toString())
            return True

    monkeypatch.setattr(links, "QDesktopServices", Desktop)
    return found


def test_a_link_shows_where_it_leads_before_it_is_opened(room: Room, opened: list[str]) -> None:
    opener = LinkOpener(room.theme, room.view)
    room.view.link_asked.connect(opener.ask)
    answer = room.told("q", "[my bank](https://bank.example@evil.example/x)")
    prose = room.answer(answer).texts[0]
    prose.anchorClicked.emit(QUrl("https://bank.example@evil.example/x"))
    question = opener.question
    assert question is not None
    assert opened == []
    assert question.address.text() == "https://evil.example/x"
    assert "Look twice" in question.note.text()
    question.open_button.click()
    assert opened == ["https://bank.example@evil.example/x"]
    assert opener.question is None


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "smb://host/x", "data:text/html,x"])
def test_other_links_are_refused_in_words(room: Room, opened: list[str], target: str) -> None:
    opener = LinkOpener(room.theme, room.view)
    opener.ask(target)
    question = opener.question
    assert question is not None
    assert question.open_button.isHidden()
    assert "not opened" in question.title.text()
    question.copy_button.click()
    assert QApplication.clipboard().text() == target
    assert opened == []


def test_nothing_else_opens_anything() -> None:
    root = Path(links.__file__).parents[1]
    openers = [path.name for path in root.rglob("*.py") if "QDesktopServices" in path.read_text(encoding="utf-8")]
    assert openers == ["links.py"]


def test_pointing_at_a_link_shows_its_address_in_ascii(room: Room) -> None:
    answer = room.told("q", "[x](https://аpple.com/)")
    prose = room.answer(answer).texts[0]
    prose.highlighted.emit(QUrl("https://аpple.com/"))
    assert room.view.link_hint.isVisible()
    assert room.view.link_hint.text() == "https://xn--pple-43d.com/"
    prose.highlighted.emit(QUrl())
    assert not room.view.link_hint.isVisible()


# -- keys, names, directions --


def test_keys_scroll_while_the_transcript_has_the_focus(room: Room, fill: Callable[[int], None]) -> None:
    fill(60)
    bar = room.view.verticalScrollBar()
    text = room.view.answers[-1].texts[0]
    text.setFocus()
    for key, moves in (
        (Qt.Key.Key_Up, lambda before: bar.value() < before),
        (Qt.Key.Key_PageUp, lambda before: bar.value() < before),
        (Qt.Key.Key_Home, lambda before: bar.value() == 0),
        (Qt.Key.Key_Down, lambda before: bar.value() > before),
        (Qt.Key.Key_End, lambda before: bar.value() == bar.maximum()),
    ):
        before = bar.value()
        QTest.keyClick(text, key)
        assert moves(before), key


def test_tab_goes_through_messages_from_top_to_bottom(room: Room, fill: Callable[[int], None]) -> None:
    fill(200)
    room.view.verticalScrollBar().setValue(0)
    room.view.column.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[int] = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        at: QWidget | None = QApplication.focusWidget()
        while at is not None and at.parentWidget() is not room.view.column.viewport():
            at = at.parentWidget()
        index = next(index for index, view in room.view.column.views if view is at)
        seen.append(index)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3


def test_every_control_has_a_name(room: Room) -> None:
    answer = room.told("q", "a\n\n```py\nx\n```", thoughts="t")
    room.answer(answer).thinking.toggle.click()
    room.view.open_find()
    room.question_editor()
    for kind in (QAbstractButton, QTextEdit):
        for widget in room.view.findChildren(kind):
            assert widget.accessibleName(), widget


@pytest.mark.parametrize("zoom", [1.0, 2.0, 3.0])
def test_nothing_sticks_out_of_a_narrow_window(room: Room, zoom: float) -> None:
    room.told("word " * 30, "a " * 50 + "\n\n```py\n" + "x" * 300 + "\n```", thoughts="t")
    room.theme.set_zoom(zoom)
    room.view.resize(400, 600)
    room.settle()
    width = room.view.column.viewport().width()
    for view in (*room.view.answers, *room.view.question_views):
        for widget in view.findChildren(QWidget):
            if widget.isVisible() and not isinstance(widget.parent(), QTextEdit):
                right = widget.mapTo(room.view.column.viewport(), widget.rect().topRight()).x()
                assert right <= width, widget


def test_read_from_the_right_the_bubble_is_on_the_left(room: Room) -> None:
    room.told("hi", "a")
    [bubble] = room.view.questions
    assert bubble.frame().right() == bubble.width() - 1
    room.view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    room.told("and now", "a")
    assert room.view.questions[-1].frame().left() == 0


def test_the_theme_is_followed_at_once(room: Room) -> None:
    answer = room.told("q", "**a**\n\n```py\nx = 1\n```")
    room.theme.set_zoom(1.5)
    room.theme.follow(Qt.ColorScheme.Dark)
    assert room.answer(answer).text() == "a\n\nx = 1"
    assert room.view.answers[0].height() == room.answer(answer).height_px()
