"""A short message that floats at the bottom of the window for a while, with one thing to do about it.

It never takes the keyboard's focus, can be reached with Tab, and stays while somebody points at it or is in it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from shiboken6 import isValid

from app.ui.buttons import Button, Look
from app.ui.controls.frame import draw_frame
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token

SHOWN_MS = 8_000
WIDEST_PX = 480
ABOVE_BOTTOM_PX = 24
SHADOW_PX = 6
SHADOW_ALPHA = 5


class Toast(QWidget):
    """One message at a time; a new one takes the place of the old one.

    Args:
        theme: Where its looks come from.
        parent: What it floats in.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._around = parent
        self._on_action: Callable[[], object] | None = None
        self._before: QWidget | None = None
        self._label = Label(theme, TextRole.BODY, wrap=True)
        self.action_button = Button(theme, Look.PILL, height_px=30)
        self.action_button.setAccessibleName(self.tr("Undo"))
        self.action_button.clicked.connect(self._act)
        self.close_button = Button(theme, Look.GHOST, icon=Icon.CLOSE)
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self.action_button)
        self._row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.dismiss)
        self.hide()
        for button in (self.action_button, self.close_button):
            button.installEventFilter(self)
        parent.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """What it says; empty while it is not shown."""
        return self._label.text() if self.isVisibleTo(self._around) else ""

    def is_waiting(self) -> bool:
        """Whether it is going to leave by itself: not while somebody points at it or is in it."""
        return self._timer.isActive()

    def set_shown_ms(self, shown_ms: int) -> None:
        """How long a message stays, in milliseconds."""
        self._timer.setInterval(shown_ms)

    def show_message(self, text: str, action_text: str = "", on_action: Callable[[], object] | None = None) -> None:
        """Say something. `on_action` is called at most once, and the message is gone then."""
        self._label.setText(text)
        self._on_action = on_action
        self.action_button.setText(action_text)
        self.action_button.setAccessibleName(action_text or self.tr("Undo"))
        self.action_button.setVisible(bool(action_text))
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._wait()
        spoken = self.tr("{message} {action} is available.").format(message=text, action=action_text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken if action_text else text))

    @Slot()
    def dismiss(self) -> None:
        """Take the message away; who was in it goes back to where they were."""
        self._timer.stop()
        self._on_action = None
        back = self._before if self._holds_focus() else None
        self.hide()
        if back is not None and isValid(back):
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _act(self) -> None:
        action = self._on_action
        self.dismiss()
        if action is not None:
            action()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Remember from where somebody came into it."""
        if now is not None and self.isAncestorOf(now) and before is not None and not self.isAncestorOf(before):
            self._before = before

    def _holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _wait(self) -> None:
        """Leave after a while, counted from now; later where somebody is here."""
        self._timer.stop()
        if self.isVisibleTo(self._around) and not self.underMouse() and not self._holds_focus():
            self._timer.start()

    # -- who is here --

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.isVisible() and not self._holds_focus():
            self._timer.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._around:
            if event.type() is QEvent.Type.Resize and self.isVisibleTo(self._around):
                self._place()
        elif event.type() is QEvent.Type.FocusIn:
            self._timer.stop()
        elif event.type() is QEvent.Type.FocusOut and self.isVisible():
            self._timer.start()
        return super().eventFilter(watched, event)

    # -- looks --

    def _place(self) -> None:
        px = self._theme.px
        room = self._around.width() - 2 * px(12)
        margins = self._row.contentsMargins()
        beside = margins.left() + margins.right() + self.close_button.sizeHint().width() + 2 * self._row.spacing()
        if self.action_button.text():
            beside += self.action_button.sizeHint().width()
        line = self._label.fontMetrics().horizontalAdvance(self._label.text()) + px(4)
        width = min(line + beside, px(WIDEST_PX), room)
        self._row.invalidate()
        height = max(self._row.heightForWidth(width), self._row.minimumSize().height())
        left = (self._around.width() - width) // 2
        self.setGeometry(left, self._around.height() - height - px(ABOVE_BOTTOM_PX), width, height)

    def _restyle(self) -> None:
        px = self._theme.px
        shadow = px(SHADOW_PX)
        self._row.setContentsMargins(px(12) + shadow, px(7) + shadow, px(12) + shadow, px(7) + shadow)
        self._row.setSpacing(px(8))
        if self.isVisibleTo(self._around):
            self._place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, shadow = self._theme.px(RADIUS_CARD_PX), self._theme.px(SHADOW_PX)
        frame = QRectF(self.rect()).adjusted(shadow, shadow, -shadow, -shadow)
        tint = self._theme.color(Token.TEXT if not self._theme.is_dark() else Token.CODE)
        tint.setAlpha(SHADOW_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        for step in range(shadow):
            painter.drawRoundedRect(frame.adjusted(-step, -step + 1, step, step), radius + step, radius + step)
        color = self._theme.color
        draw_frame(painter, frame, color(Token.SURFACE), color(Token.LINE), radius)
