"""The rows of the command palette: what fits, and how one is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.command_words import native_keys
from app.ui.commands import Command, Commands
from app.ui.controls.frame import draw_frame
from app.ui.fuzzy import score
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

ROW_PX = 36
AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class PaletteRow:
    command: Command
    keys: str
    enabled: bool


class PaletteRows(QAbstractListModel):
    """What fits, the best first; what cannot be done at the moment last, and greyed."""

    def __init__(self, commands: Commands, parent: QObject) -> None:
        super().__init__(parent)
        self._commands = commands
        self._rows: list[PaletteRow] = []

    def search(self, query: str) -> None:
        fitting = [(score(query, each.title), each) for each in self._commands]
        rows = [
            (
                found,
                PaletteRow(each, native_keys(self._commands.keys(each.name)[:1]), self._commands.is_enabled(each.name)),
            )
            for found, each in fitting
            if found is not None
        ]
        self.beginResetModel()
        self._rows = [row for _, row in sorted(rows, key=lambda each: (not each[1].enabled, -each[0]))]
        self.endResetModel()

    def row(self, index: AnyIndex) -> PaletteRow:
        return self._rows[index.row()]

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.command.title}, {row.keys}" if row.keys else row.command.title
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not self._rows[index.row()].enabled:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class RowPainter(QStyledItemDelegate):
    def __init__(self, theme: Theme, rows: PaletteRows, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, self._theme.px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, row = self._theme, self._rows.row(index)
        frame: QRect = option.rect
        direction: Qt.LayoutDirection = option.direction
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            soft = theme.color(Token.ACCENT_SOFT)
            draw_frame(painter, QRectF(frame), soft, soft, theme.px(RADIUS_CONTROL_PX))
        side = theme.px(10)
        room = frame.adjusted(side, 0, -side, 0)
        keys_font, keys_metrics = theme.font(TextRole.FACTS), QFontMetrics(theme.font(TextRole.FACTS))
        keys_px = keys_metrics.horizontalAdvance(row.keys) + 1 if row.keys else 0
        trailing = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignRight)
        leading = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(keys_font)
        painter.setPen(theme.color(Token.SECONDARY))
        painter.setOpacity(1.0 if row.enabled else 0.5)
        painter.drawText(room, middle | int(trailing), row.keys)
        painter.setFont(theme.font(TextRole.BODY))
        painter.setPen(theme.color(Token.TEXT if row.enabled else Token.SECONDARY))
        words = QStyle.visualRect(direction, room, room.adjusted(0, 0, -(keys_px + side) if keys_px else 0, 0))
        title = QFontMetrics(painter.font()).elidedText(row.command.title, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, middle | int(leading), title)
        painter.restore()
