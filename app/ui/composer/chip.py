"""One file that goes along with a message: its name, what it costs, and the ways to be rid of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

CHIP_PX = 30
CHIP_NAME_PX = 200
NARROWEST_NAME_PX = 56


class Chip(QWidget):
    """One file. A pasted text can be put back into the field by a click anywhere on it."""

    remove_asked = Signal()
    put_back_asked = Signal()

    def __init__(self, theme: Theme, name: str, *, pasted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._pasted = pasted
        self._label = ElidedLabel(theme, TextRole.FACTS)
        self._label.setText(name)
        self._facts = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self.put_back = Button(theme, Look.GHOST, icon=Icon.EDIT, height_px=24)
        self.put_back.setAccessibleName(self.tr("Put {name} back into the text").format(name=name))
        self.put_back.setToolTip(self.tr("Put it back into the text"))
        self.put_back.clicked.connect(self.put_back_asked)
        self.put_back.setVisible(pasted)
        self.remove = Button(theme, Look.GHOST, icon=Icon.CLOSE, height_px=24)
        self.remove.setAccessibleName(self.tr("Remove {name}").format(name=name))
        self.remove.setToolTip(self.tr("Remove it"))
        self.remove.clicked.connect(self.remove_asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._facts)
        self._row.addWidget(self.put_back)
        self._row.addWidget(self.remove)
        self.setCursor(Qt.CursorShape.PointingHandCursor if pasted else Qt.CursorShape.ArrowCursor)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.show_facts(self.tr("reading…"))

    def show_facts(self, facts: str) -> None:
        self._facts.setText(f"· {facts}" if facts else "")
        self.setAccessibleName(self.text())
        self._share_room()

    def text(self) -> str:
        """ "notes.md · 1,204 tokens" """
        return f"{self._name} {self._facts.text()}".strip()

    def sizeHint(self) -> QSize:
        name = min(self._label.sizeHint().width() + 2, self._theme.px(CHIP_NAME_PX))
        return QSize(self._beside_px() + name, self._theme.px(CHIP_PX))

    def _beside_px(self) -> int:
        """What everything but the name takes, be it shown or not."""
        width = self._row.sizeHint().width() - self._label.sizeHint().width()
        return width + self._facts.sizeHint().width() + self._row.spacing() if self._facts.isHidden() else width

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        inside = self.rect().contains(event.position().toPoint())
        if self._pasted and inside and event.button() is Qt.MouseButton.LeftButton:
            self.put_back_asked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Where there is not room for both, the name is what tells one chip from another."""
        name = min(self._label.sizeHint().width(), self._theme.px(NARROWEST_NAME_PX))
        self._facts.setVisible(self.width() - self._beside_px() >= name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        icon, end = px(10 + 16 + 6), px(3)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._row.setContentsMargins(*((end, 0, icon, 0) if mirrored else (icon, 0, end, 0)))
        self._row.setSpacing(px(4))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(Token.LINE), 1))
        painter.setBrush(color(Token.SIDEBAR))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(RADIUS_CONTROL_PX), px(RADIUS_CONTROL_PX)
        )
        size = px(16)
        x = px(10) if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else self.width() - px(10) - size
        self._theme.draw_icon(painter, Icon.ATTACH, Token.SECONDARY, QRectF(x, (self.height() - size) / 2, size, size))
