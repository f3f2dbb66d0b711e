"""The card at the bottom: the field, the Think switch, and the button that is Send or Stop."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.prompt_edit import PromptEdit
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_BUBBLE_PX, Token


class Composer(QWidget):
    """Says what the person wants; changes nothing by itself.

    Args:
        theme: Where its looks come from.
        thinking: How the switch stands at first.
    """

    send_asked = Signal()
    stop_asked = Signal()

    def __init__(self, theme: Theme, *, thinking: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._busy = False
        self.edit = PromptEdit(theme)
        self.think = Button(theme, Look.CHIP, self.tr("Think"), Icon.BULB)
        self.think.setChecked(thinking)
        self.think.toggled.connect(self._name_think)
        self.button = Button(theme, Look.PRIMARY, icon=Icon.SEND, height_px=32)
        self.button.clicked.connect(self._on_button)
        self.edit.send_asked.connect(self._on_enter)
        self.edit.textChanged.connect(self._update_button)
        self._row = QHBoxLayout()
        self._row.addWidget(self.think)
        self._row.addStretch(1)
        self._row.addWidget(self.button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.edit)
        self._column.addLayout(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._name_think(thinking)
        self._update_button()

    def text(self) -> str:
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put text into the field, the cursor behind it."""
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    @property
    def thinking(self) -> bool:
        return self.think.isChecked()

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """Turn Send into Stop, or back, where it stands."""
        self._busy = busy
        self._update_button()

    def _on_enter(self) -> None:
        # Enter never stops: somebody who types the next question must not end this answer with it.
        if not self._busy:
            self.send_asked.emit()

    def _on_button(self) -> None:
        (self.stop_asked if self._busy else self.send_asked).emit()

    def _update_button(self) -> None:
        if self._busy:
            self.button.set_look(Look.INK, Icon.STOP)
            name, tip = self.tr("Stop"), self.tr("Stop (Esc)")
        else:
            self.button.set_look(Look.PRIMARY, Icon.SEND)
            name, tip = self.tr("Send"), self.tr("Send (Enter)")
        self.button.setEnabled(self._busy or bool(self.text().strip()))
        self.button.setAccessibleName(name)
        self.button.setToolTip(tip)

    @Slot(bool)
    def _name_think(self, on: bool) -> None:
        self.think.setAccessibleName(
            self.tr("Think before answering: on") if on else self.tr("Think before answering: off")
        )
        self.think.setToolTip(
            self.tr("The model thinks before it answers") if on else self.tr("The model answers at once")
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Anywhere in the card is a way into the field."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(13), px(13), px(12))
        self._column.setSpacing(px(11))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color(Token.LINE), 1))
        painter.setBrush(self._theme.color(Token.SURFACE))
        radius = self._theme.px(RADIUS_BUBBLE_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
