"""A quiet line in the card: an icon and a sentence, with a cross where it can be dismissed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

ICON_PX = 16
MOST_SENTENCES = 4


class Remark(QWidget):
    """Hidden until it is shown or has something to say.

    Args:
        theme: Where its looks come from.
        text: What it says at first.
        icon: Before the sentence.
        token: The colour of both.
        dismissible: Whether there is a cross.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: Icon,
        token: Token = Token.SECONDARY,
        *,
        dismissible: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self._token = token
        self._sentences: list[str] = [text] if text else []
        self._label = Label(theme, TextRole.FACTS, token, wrap=True)
        self._label.setMinimumWidth(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label, 1)
        self.dismiss: Button | None = None
        if dismissible:
            self.dismiss = Button(theme, Look.GHOST, icon=Icon.CLOSE, height_px=22)
            self.dismiss.setAccessibleName(self.tr("Dismiss"))
            self.dismiss.setToolTip(self.tr("Dismiss"))
            self.dismiss.clicked.connect(self._on_dismiss)
            self._row.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show()
        self.hide()

    def text(self) -> str:
        return self._label.text()

    def say(self, text: str) -> None:
        """Say this instead; nothing where it is empty."""
        if self._sentences != ([text] if text else []):
            self._sentences = [text] if text else []
            self._show()
        self.setVisible(bool(text))

    def add(self, text: str) -> None:
        """Say this too; of many the last few stay."""
        self._sentences = [*self._sentences, text][-MOST_SENTENCES:]
        self._show()
        self.show()

    def _show(self) -> None:
        self._label.setText("\n".join(self._sentences))
        self.setAccessibleName(self._label.text())

    @Slot()
    def _on_dismiss(self) -> None:
        self.say("")

    def sizeHint(self) -> QSize:
        return QSize(1, super().sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        icon = px(ICON_PX + 8)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._row.setContentsMargins(0 if mirrored else icon, 0, icon if mirrored else 0, 0)
        self._row.setSpacing(px(6))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self._theme.px(ICON_PX)
        line = self._label.fontMetrics().lineSpacing()
        x = 0 if self.layoutDirection() is Qt.LayoutDirection.LeftToRight else self.width() - size
        above = (self._label.height() - self._label.heightForWidth(self._label.width())) / 2
        top = self._label.y() + max(0.0, above) + (line - size) / 2
        painter = QPainter(self)
        self._theme.draw_icon(painter, self._icon, self._token, QRectF(x, top, size, size))
