"""Files that go along: from the dialog, by drag and drop, by paste; with their cost, and the way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.services.attachments import AT_ONCE_BYTES
from app.ui.composer.attachments import MOST_ATTACHMENTS
from app.ui.composer.prompt_edit import LONGEST_PASTE_CHARACTERS
from tests.app.ui.composer.conftest import Table

NOTHING = Qt.MouseButton.NoButton
NONE = Qt.KeyboardModifier.NoModifier


def written(folder: Path, name: str, text: str = "some text") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def names(table: Table) -> list[str]:
    return [each.name for each in table.composer.draft().attachments]


def of_files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def paste(table: Table, data: QMimeData) -> None:
    table.composer.edit.insertFromMimeData(data)


def text_data(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def test_the_dialog_takes_several_and_blocks_nothing(table: Table, tmp_path: Path) -> None:
    table.click(table.composer.attach_button)
    [dialog] = table.composer.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(written(tmp_path, "a.md")), str(written(tmp_path, "b.md"))])
    dialog.close()
    assert names(table) == ["a.md", "b.md"]
    assert table.composer.button.isEnabled()
    table.press(Qt.Key.Key_Return)
    assert table.sent == [""]
    assert names(table) == []


def test_dropped_files_are_taken_and_other_drops_are_text(table: Table, tmp_path: Path) -> None:
    data = of_files(written(tmp_path, "a.md"), written(tmp_path, "b.md"))
    place = QPoint(50, 20)
    copy = Qt.DropAction.CopyAction
    field = table.composer.edit.viewport()
    enter = QDragEnterEvent(place, copy | Qt.DropAction.MoveAction, data, NOTHING, NONE)
    QApplication.sendEvent(field, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(place), copy | Qt.DropAction.MoveAction, data, NOTHING, NONE)
    QApplication.sendEvent(field, drop)
    assert drop.dropAction() is copy
    assert table.composer.text() == ""
    assert names(table) == ["a.md", "b.md"]
    link = QMimeData()
    link.setUrls([QUrl("https://example.org/a.md")])
    QApplication.sendEvent(field, QDragEnterEvent(place, copy, link, NOTHING, NONE))
    QApplication.sendEvent(field, QDropEvent(QPointF(place), copy, link, NOTHING, NONE))
    assert table.composer.text() == "https://example.org/a.md"
    assert names(table) == ["a.md", "b.md"]


def test_pasted_files_are_taken(table: Table, tmp_path: Path) -> None:
    paste(table, of_files(written(tmp_path, "a.md")))
    assert names(table) == ["a.md"]
    assert table.composer.text() == ""


def test_a_long_paste_becomes_a_file_and_goes_back_by_a_click(table: Table) -> None:
    text = "x" * LONGEST_PASTE_CHARACTERS
    paste(table, text_data(text))
    assert table.composer.text() == text
    table.composer.set_text("before ")
    paste(table, text_data(text + "y"))
    paste(table, text_data(text + "z"))
    assert table.composer.text() == "before "
    assert names(table) == ["Pasted text.txt", "Pasted text 2.txt"]
    table.click(table.composer.strip.chips[0])
    assert table.composer.text() == "before " + text + "y"
    assert names(table) == ["Pasted text 2.txt"]
    table.composer.edit.undo()
    assert table.composer.text() == "before "
    table.click(table.composer.strip.chips[0].put_back)
    assert table.composer.text() == "before " + text + "z"
    assert not table.composer.strip.isVisible()


def test_what_cannot_be_taken_is_said_and_the_rest_is_taken(table: Table, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\x00")
    paste(table, of_files(tmp_path / "photo.jpg", tmp_path / "gone.md"))
    remark = table.composer.remark
    assert "photo.jpg is not UTF-8 text" in remark.text()
    assert "gone.md cannot be read" in remark.text()
    assert not table.composer.button.isEnabled()
    assert remark.dismiss is not None
    table.click(remark.dismiss)
    assert not remark.isVisible()
    paste(table, of_files(tmp_path, written(tmp_path, "a.md")))
    assert names(table) == ["a.md"]


def test_markup_in_a_name_stays_text(table: Table, tmp_path: Path) -> None:
    paste(table, of_files(written(tmp_path, "<b>x<.md")))
    assert table.composer.strip.chips[0].text() == "<b>x<.md"


def test_a_large_file_is_read_behind_and_nothing_is_sent_before(table: Table, tmp_path: Path) -> None:
    table.type("Look")
    table.composer.attach([written(tmp_path, "large.txt", "word " * (AT_ONCE_BYTES // 4))])
    assert table.composer.strip.chips[0].text() == "large.txt · reading…"
    table.press(Qt.Key.Key_Return)
    assert table.sent == []
    table.wait(lambda: names(table) == ["large.txt"])
    table.press(Qt.Key.Key_Return)
    assert table.sent == ["Look"]


def test_a_file_that_was_removed_while_it_is_read_does_not_come_back(table: Table, tmp_path: Path) -> None:
    large = written(tmp_path, "large.txt", "word " * (AT_ONCE_BYTES // 4))
    table.composer.attach([large, large])
    table.composer.strip.chips[0].remove.click()
    assert len(table.composer.strip.chips) == 1
    table.wait(lambda: not table.composer.strip.reading)
    assert names(table) == ["large.txt"]


def test_each_file_says_what_it_costs(table: Table, tmp_path: Path) -> None:
    table.composer.attach([written(tmp_path, "a.md"), written(tmp_path, "b.md", "other")])
    asked = table.answer([1204, 1])
    assert [text.split("\n")[0] for text in asked.texts] == ["[File: a.md]", "[File: b.md]"]
    assert [chip.text().replace(",", "") for chip in table.composer.strip.chips] == [
        "a.md · 1204 tokens",
        "b.md · 1 token",
    ]


def test_a_chip_is_removed_by_mouse_and_keyboard(table: Table, tmp_path: Path) -> None:
    table.composer.attach([written(tmp_path, "a.md"), written(tmp_path, "b.md")])
    table.click(table.composer.strip.chips[0].remove)
    assert names(table) == ["b.md"]
    button = table.composer.strip.chips[0].remove
    assert button.accessibleName() == "Remove b.md"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert names(table) == []


def test_there_is_an_end_to_it(table: Table, tmp_path: Path) -> None:
    table.composer.attach([written(tmp_path, f"{n}.md") for n in range(MOST_ATTACHMENTS + 3)])
    assert len(names(table)) == MOST_ATTACHMENTS
    assert str(MOST_ATTACHMENTS) in table.composer.remark.text()
