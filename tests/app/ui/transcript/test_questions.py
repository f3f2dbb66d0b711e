"""Questions on screen: folded, with files, asked otherwise, in versions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core.chats import Part, PartKind
from app.core.conversation import Question, Remark
from app.core.entry import Entry
from app.ui.transcript.asked import EditQuestion
from app.ui.transcript.question_view import QuestionView
from app.ui.transcript.remark_view import ForgottenLine, RemarkView
from engine.types import Channel, Dropped, Role, TextDelta
from tests.app.ui.transcript.conftest import Room, finish


def only_question(room: Room) -> QuestionView:
    [view] = room.view.question_views
    return view


def is_edited(view: QuestionView) -> bool:
    return view.editor is not None


def test_markup_stays_text(room: Room) -> None:
    room.told("<b>x</b> **not bold** </think>", "a")
    assert only_question(room).bubble.view.text() == "<b>x</b> **not bold** </think>"
    assert only_question(room).bubble.view.accessibleName() == "You said"


def test_a_long_question_is_folded_until_somebody_wants_it(room: Room) -> None:
    text = "\n".join(f"line {number}" for number in range(2000))
    room.told(text, "a")
    room.view.verticalScrollBar().setValue(0)
    view = only_question(room)
    assert view.bubble.is_folded
    assert view.height() < 500
    assert "line 1999" not in view.bubble.view.text()
    view.bubble.fold_button.click()
    room.qtbot.waitUntil(lambda: not view.bubble.is_writing)
    assert view.bubble.view.text() == text
    assert view.height() > 10_000
    view.bubble.fold_button.click()
    assert view.height() < 500


def test_a_file_shows_its_text(room: Room) -> None:
    part = Part(PartKind.ATTACHMENT, "print('hi')", "a&b.py")
    _, answer = room.chat.ask("see", True, 1, (part,))
    finish(answer, "ok")
    room.show(follow=True)
    [chip] = only_question(room).chips
    assert chip.accessibleName() == "Attached file: a&b.py"
    chip.click()
    assert chip.reader is not None
    assert chip.reader.text.toPlainText() == "print('hi')"
    assert chip.reader.text.isReadOnly()
    chip.reader.close()
    assert chip.reader is None


def test_asking_otherwise_in_place(room: Room) -> None:
    heard = room.heard(room.view.edit_asked)
    room.told("old", "a")
    view = only_question(room)
    view.edit_button.click()
    editor = view.editor
    assert editor is not None
    assert view.bubble.isHidden()
    assert editor.think is not None
    assert editor.thinking
    editor.think.click()
    editor.field.setPlainText("  ")
    assert not editor.save_button.isEnabled()
    editor.field.setPlainText("new")
    QTest.keyClick(editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard == [EditQuestion(view.question, "new", False)]
    assert view.editor is None


def test_escape_leaves_the_question_as_it_was(room: Room) -> None:
    room.told("old", "a")
    view = only_question(room)
    view.edit()
    editor = view.editor
    assert editor is not None
    editor.field.setPlainText("new")
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert not is_edited(view)
    assert view.bubble.isVisible()
    assert view.edit_button.hasFocus()


def test_what_was_being_written_survives_going_elsewhere(room: Room) -> None:
    room.told("old", "a")
    chat = room.chat
    view = only_question(room)
    view.edit()
    assert view.editor is not None
    view.editor.field.setPlainText("half a thou")
    room.chat = type(chat)()
    room.told("elsewhere", "a")
    room.chat = chat
    room.show(follow=True)
    editor = only_question(room).editor
    assert editor is not None
    assert editor.text() == "half a thou"


def test_editing_waits_while_an_answer_is_made(room: Room) -> None:
    room.told("old", "a")
    view = only_question(room)
    view.edit()
    room.view.set_busy(True)
    assert view.editor is not None
    assert not view.editor.save_button.isEnabled()
    assert not view.edit_button.isEnabled()
    assert view.copy_button.isEnabled()


def test_copy_and_delete(room: Room) -> None:
    heard = room.heard(room.view.remove_asked)
    room.told("the question", "a")
    view = only_question(room)
    view.copy_button.click()
    assert QApplication.clipboard().text() == "the question"
    view.remove_button.click()
    assert heard == [view.question]


def test_versions_are_counted_and_chosen(room: Room) -> None:
    heard = room.heard(room.view.choose_asked)
    first = room.told("one", "a")
    assert only_question(room).bar.versions.isHidden()
    question = first.parent
    assert isinstance(question, Question)
    other, answer = room.chat.ask_otherwise(question, "two", True, 2)
    finish(answer, "b")
    room.show(follow=True)
    versions = only_question(room).bar.versions
    assert versions.text == "2 / 2"
    assert not versions.next.isEnabled()
    versions.previous.click()
    assert heard == [question]
    room.view.set_busy(True)
    assert not versions.previous.isEnabled()
    assert other is not question


def test_arrow_keys_go_through_versions_of_the_last_message(room: Room) -> None:
    first = room.told("one", "a")
    question = first.parent
    assert question is not None
    second = room.chat.ask_again(question, 2)
    finish(second, "b")
    room.show(follow=True)

    def choose(entry: Entry) -> None:
        entry.choose()
        room.show()

    room.view.choose_asked.connect(choose)
    room.view.column.setFocus()
    QTest.keyClick(room.view.column, Qt.Key.Key_Left)
    assert room.answer(first).text() == "a"
    focus = QApplication.focusWidget()
    assert focus is room.answer(first).bar.versions.next, "so that the keys go on from here"
    QTest.keyClick(focus, Qt.Key.Key_Right)
    assert room.answer(second).text() == "b"
    QTest.keyClick(room.answer(second).texts[0], Qt.Key.Key_Right)
    assert room.answer(second).text() == "b", "there is no third"


def test_remarks_are_quiet(room: Room) -> None:
    answer = room.told("q", "a", show=False)
    answer.follow_with(Remark(role=Role.TOOL, text="42 °C"))
    room.show(follow=True)
    view = room.view.column.views[-1][1]
    assert isinstance(view, RemarkView)
    assert (view.heading.text(), view.view.text()) == ("Tool result", "42 °C")


def test_what_the_model_no_longer_sees_is_dimmed(room: Room) -> None:
    for number in range(3):
        room.told(f"q{number}", f"a{number}")
    answer = room.ask("q3")
    assert not any(view.state.dimmed for view in room.view.question_views)
    room.feed(answer, Dropped(1, (0, 1, 2, 3)), TextDelta(1, Channel.ANSWER, "x"))
    assert [view.state.dimmed for view in room.view.question_views] == [True, True, False, False]
    assert [view.state.dimmed for view in room.view.answers] == [True, True, False, False]
    lines = [(index, view) for index, view in room.view.column.views if isinstance(view, ForgottenLine)]
    assert [index for index, _ in lines] == [4]
    assert "no longer sees" in lines[0][1].label.text()
    assert room.answer(answer).text() == "x"
