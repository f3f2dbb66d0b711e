"""What is said above the composer: calmly, one thing of a kind at a time, until it is over or dismissed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import GRID_PX, Token
from app.ui.transcript.notice import Notice


class NoticeKind(Enum):
    """STORE: chats cannot be written. ENGINE: the model is not there. MESSAGE: anything worth knowing once."""

    STORE = auto()
    ENGINE = auto()
    MESSAGE = auto()


class Notices(QWidget):
    """A column of notices, a newer one of the same kind in the place of the older.

    Args:
        theme: Where its looks come from.
    """

    dismissed = Signal()
    """A person sent one away."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: dict[NoticeKind, Notice] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_notice(
        self,
        kind: NoticeKind,
        text: str,
        action: str = "",
        on_action: Callable[[], object] | None = None,
        *,
        token: Token = Token.WARNING,
        icon: Icon | None = None,
    ) -> Notice:
        """Say something.

        Args:
            action: What its button says; without one it says "Dismiss" and sends it away.
            on_action: What the button does.
        """
        self.end(kind)
        notice = Notice(self._theme, text, action or self.tr("Dismiss"), token=token, icon=icon)
        if on_action is None:
            notice.acted.connect(lambda: self._dismiss(kind))
        else:
            notice.acted.connect(on_action)
        self._shown[kind] = notice
        self._column.addWidget(notice)
        self.show()
        return notice

    def end(self, kind: NoticeKind) -> None:
        """What was said of this kind is over."""
        notice = self._shown.pop(kind, None)
        if notice is not None:
            notice.hide()
            notice.deleteLater()
        self.setVisible(bool(self._shown))

    def shown(self, kind: NoticeKind) -> Notice | None:
        """What is said of this kind at the moment."""
        return self._shown.get(kind)

    def _dismiss(self, kind: NoticeKind) -> None:
        self.end(kind)
        self.dismissed.emit()

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(GRID_PX))
