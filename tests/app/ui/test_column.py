"""The column that makes only the rows near the window, and the selection that runs over all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.theme import Theme
from app.ui.transcript.column import Row, VirtualColumn
from app.ui.transcript.selection import TranscriptSelection
from app.ui.transcript.text_view import TextView


class Paragraph(QWidget):
    """A row with one text."""

    height_changed = Signal()
    texts_changed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.view = TextView(theme, parent=self)
        self.view.append(text)
        self.busy = False

    @property
    def texts(self) -> tuple[TextView, ...]:
        return (self.view,)

    def height_px(self) -> int:
        self.view.setFixedWidth(self.width())
        return self.view.height_px()

    def is_busy(self) -> bool:
        return self.busy

    def grow(self, text: str) -> None:
        self.view.append(text)
        self.height_changed.emit()


def row(theme: Theme, key: int, text: str) -> Row:
    def make(parent: QWidget) -> QWidget:
        return Paragraph(theme, text, parent)

    return Row(key, make, lambda width: 40, lambda: text, lambda: f"**{text}**")


@pytest.fixture
def column(qtbot: QtBot, qapp: QApplication) -> VirtualColumn:
    made = VirtualColumn(Theme(qapp))
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def fill(column: VirtualColumn, qapp: QApplication) -> Callable[[int], None]:
    theme = Theme(qapp)

    def fill(count: int) -> None:
        column.set_rows([row(theme, key, f"row {key}\nsecond line\nthird line of {key}") for key in range(count)])

    return fill


def shown(column: VirtualColumn) -> list[int]:
    return [index for index, _ in column.views]


def test_only_rows_near_the_window_exist(column: VirtualColumn, fill: Callable[[int], None]) -> None:
    fill(2000)
    assert 0 < len(shown(column)) < 40
    assert shown(column)[-1] == 1999
    column.verticalScrollBar().setValue(0)
    assert shown(column)[0] == 0
    assert len(shown(column)) < 40


def test_what_is_looked_at_stays_when_heights_above_turn_out_otherwise(
    column: VirtualColumn, fill: Callable[[int], None]
) -> None:
    fill(300)
    column.scroll_to_row(150)
    view = column.view(150)
    assert view is not None
    before = view.y()
    for _ in range(5):
        column.arrange()
    after = column.view(150)
    assert after is not None
    assert after.y() == before
    assert 0 <= after.y() < column.viewport().height()


def test_the_end_is_followed_only_while_one_is_there(column: VirtualColumn, fill: Callable[[int], None]) -> None:
    fill(50)
    bar = column.verticalScrollBar()
    last = column.view(49)
    assert isinstance(last, Paragraph)
    last.grow("\nmore" * 30)
    assert bar.value() == bar.maximum()
    bar.setValue(bar.maximum() // 2)
    assert not column.is_following()
    fill(60)
    assert bar.value() < bar.maximum()
    column.jump_to_end()
    assert (column.is_following(), bar.value()) == (True, bar.maximum())


def test_a_busy_row_is_not_taken_down(column: VirtualColumn, fill: Callable[[int], None]) -> None:
    fill(400)
    last = column.view(399)
    assert isinstance(last, Paragraph)
    last.busy = True
    column.verticalScrollBar().setValue(0)
    assert column.view(399) is last
    last.busy = False
    column.arrange()
    assert column.view(399) is None


def test_a_drag_selects_over_several_rows(column: VirtualColumn, fill: Callable[[int], None], qtbot: QtBot) -> None:
    selection = TranscriptSelection(column)
    fill(6)
    column.verticalScrollBar().setValue(0)
    first, third = column.view(0), column.view(2)
    assert isinstance(first, Paragraph)
    assert isinstance(third, Paragraph)
    start, end = first.view.viewport(), third.view.viewport()
    QTest.mousePress(start, Qt.MouseButton.LeftButton, pos=QPoint(0, 14))
    target = start.mapFromGlobal(end.mapToGlobal(QPoint(500, 14)))
    QTest.mouseMove(start, target)
    qtbot.waitUntil(lambda: selection.text().endswith("row 2"), timeout=5000)
    QTest.mouseRelease(start, Qt.MouseButton.LeftButton, pos=target)
    text = selection.text()
    assert text.startswith("row 0\nsecond line")
    assert "row 1\nsecond line\nthird line of 1" in text
    assert "**row 1" in selection.text(markdown=True)
    selection.clear()
    assert selection.text() == ""
    assert not third.view.textCursor().hasSelection()


def test_everything_is_copied_whether_it_exists_or_not(column: VirtualColumn, fill: Callable[[int], None]) -> None:
    selection = TranscriptSelection(column)
    fill(500)
    selection.select_all()
    selection.copy()
    text = QApplication.clipboard().text()
    assert text.count("second line") == 500
    assert text.startswith("row 0\n")
    assert text.endswith("third line of 499")
    QApplication.clipboard().clear()  # data made by Python must not outlive it
