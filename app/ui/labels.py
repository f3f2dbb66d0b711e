"""Short fixed texts: a label that takes its font and colour from the theme, and one that shortens what does not fit."""

from __future__ import annotations

from unicodedata import bidirectional

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

LEFT_TO_RIGHT, RIGHT_TO_LEFT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


def _runs_from_the_right(text: str) -> bool:
    """By its first letter that has a direction (UAX 9, rules P2 and P3)."""
    return next((kind in ("R", "AL") for kind in map(bidirectional, text) if kind in ("L", "R", "AL")), False)


class Label(QLabel):
    """Plain text always: a label that guesses would read markup, and load what it names."""

    def __init__(
        self,
        theme: Theme,
        role: TextRole = TextRole.BODY,
        token: Token = Token.TEXT,
        text: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._token = token
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_token(self, token: Token) -> None:
        self._token = token
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color(self._token))
        self.setPalette(palette)


class ElidedLabel(Label):
    """One line that ends in … where there is no room, with the whole text as its tooltip then."""

    def __init__(self, theme: Theme, role: TextRole = TextRole.BODY, token: Token = Token.TEXT) -> None:
        super().__init__(theme, role, token)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        whole = self.text() if shown != self.text() else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        # The words run as their own language does; where they stand is the window's direction.
        painter.setLayoutDirection(RIGHT_TO_LEFT if _runs_from_the_right(shown) else LEFT_TO_RIGHT)
        left = self.layoutDirection() is LEFT_TO_RIGHT
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | side, shown)
