"""Where the sidebar is: beside the body, or in a narrow window over it, as a drawer.

Nothing moves: a drawer is there, or it is not.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QStyle, QWidget
from shiboken6 import isValid

from app.ui.controls.frame import FOCUS_RING_PX, focus_shown
from app.ui.sidebar.sidebar import Sidebar
from app.ui.theme import Theme
from app.ui.tokens import Token

WIDTH_PX = 264
NARROWEST_PX, WIDEST_PX = 200, 400
DRAWER_BELOW_PX = 700
BODY_KEEPS_PX = 280
DRAWER_LEAVES_PX = 48
GRIP_PX = 7
STEP_PX = 16
DIMMED_ALPHA = 110


class SidebarFrame(QWidget):
    """The sidebar and the body of the window.

    Args:
        theme: Where sizes and colours come from.
        sidebar: At the side where lines begin.
        body: The rest.
    """

    changed = Signal()
    """It was shown or hidden, is a drawer or is none any more, or has another width."""

    def __init__(self, theme: Theme, sidebar: Sidebar, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sidebar = sidebar
        self._body = body
        self._width_px: float = WIDTH_PX
        self._shown = True
        self._drawer = False
        self._drawer_open = False
        self._before: QWidget | None = None
        self._dim = _Dim(theme, self)
        self.grip = _Grip(theme, self)
        body.setParent(self)
        body.show()
        self._dim.setParent(self)
        sidebar.setParent(self)
        self.grip.setParent(self)
        self._dim.clicked.connect(self.close_drawer)
        self.grip.moved.connect(self._on_moved)
        self.grip.reset.connect(lambda: self.set_width_px(WIDTH_PX))
        for signal in (sidebar.chat_chosen, sidebar.new_chat_asked, sidebar.settings_asked, sidebar.models_asked):
            signal.connect(self.close_drawer)
        sidebar.sight_asked.connect(lambda: self.set_open(True))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        theme.changed.connect(self._arrange)
        self._arrange()

    # -- what the window calls --

    def is_drawer(self) -> bool:
        """Whether the window is so narrow that the sidebar lies over the body."""
        return self._drawer

    def is_open(self) -> bool:
        """Whether the sidebar can be seen."""
        return self._drawer_open if self._drawer else self._shown

    @Slot()
    def toggle(self) -> None:
        """Show the sidebar, or put it away."""
        self.set_open(not self.is_open())

    def set_open(self, shown: bool) -> None:
        if shown is self.is_open():
            return
        if self._drawer:
            self._set_drawer_open(shown)
        else:
            self._keep_focus(shown)
            self._shown = shown
            self._arrange()
            self.changed.emit()

    @Slot()
    def close_drawer(self) -> None:
        """Put a drawer away; a sidebar beside the body stays."""
        if self._drawer_open:
            self._set_drawer_open(False)

    def is_shown(self) -> bool:
        """Whether the sidebar is there in a window that is wide enough: to be kept for the next time."""
        return self._shown

    def set_shown(self, shown: bool) -> None:
        """Have it as it was the last time."""
        self._shown = shown
        self._arrange()

    def width_px(self) -> float:
        """The sidebar's width in the design's pixels: to be kept for the next time."""
        return self._width_px

    def set_width_px(self, width_px: float) -> None:
        """Give the sidebar a width in the design's pixels, within bounds."""
        width_px = min(max(width_px, NARROWEST_PX), WIDEST_PX)
        if width_px != self._width_px:
            self._width_px = width_px
            self._arrange()
            self.changed.emit()

    # -- places --

    def _arrange(self) -> None:
        px = self._theme.px
        drawer = self.width() < px(DRAWER_BELOW_PX)
        turned, self._drawer = drawer is not self._drawer, drawer
        if not drawer:
            self._drawer_open = False
        shown, width = self.is_open(), px(self._width_px)
        room = self.width() - px(DRAWER_LEAVES_PX if drawer else BODY_KEEPS_PX)
        width = max(min(width, room), 0)
        beside = width if shown and not drawer else 0
        whole = self.rect()
        self._body.setGeometry(self._mirrored(QRect(beside, 0, whole.width() - beside, whole.height())))
        self._sidebar.setGeometry(self._mirrored(QRect(0, 0, width, whole.height())))
        self._dim.setGeometry(whole)
        self._sidebar.setVisible(shown)
        self._dim.setVisible(drawer and shown)
        grip = px(GRIP_PX)
        self.grip.setGeometry(self._mirrored(QRect(width - grip // 2 - 1, 0, grip, whole.height())))
        self.grip.setVisible(shown and not drawer)
        if drawer:
            self._dim.raise_()
            self._sidebar.raise_()
        self.grip.raise_()
        if turned:
            self.changed.emit()

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _set_drawer_open(self, shown: bool) -> None:
        self._keep_focus(shown)
        self._drawer_open = shown
        self._arrange()
        if shown:
            self._sidebar.list.setFocus(Qt.FocusReason.PopupFocusReason)
        self.changed.emit()

    def _keep_focus(self, shown: bool) -> None:
        """Remember where the person was, and bring them back there when what they are in goes."""
        focused = QApplication.focusWidget()
        if shown:
            self._before = focused
        elif focused is not None and self._sidebar.isAncestorOf(focused):
            back = self._before
            if back is None or not isValid(back) or not self._body.isAncestorOf(back):
                back = self._body
            back.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, before: QWidget | None, now: QWidget | None) -> None:
        """Who goes on in the body needs no drawer over it."""
        if self._drawer_open and now is not None and self._body.isAncestorOf(now):
            self.close_drawer()

    @Slot(QPoint)
    def _on_moved(self, place: QPoint) -> None:
        """The grip was dragged to a place on the screen."""
        x = self.mapFromGlobal(place).x()
        width = self.width() - x if self.isRightToLeft() else x
        self.set_width_px(width / self._theme.zoom)

    # -- as a widget --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._arrange()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._drawer_open:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # before Esc means anything else in the window
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.close_drawer()
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        body = self._body.sizeHint()
        return QSize(body.width() + self._theme.px(self._width_px), body.height())

    def minimumSizeHint(self) -> QSize:
        """The body's; the sidebar leaves before it is in the way."""
        return self._body.minimumSizeHint()


class _Dim(QWidget):
    """Darkens what lies behind a drawer."""

    clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Close the sidebar"))
        theme.changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        shade = QColor(Qt.GlobalColor.black)
        shade.setAlpha(DIMMED_ALPHA)
        QPainter(self).fillRect(self.rect(), shade)


class _Grip(QWidget):
    """The line between sidebar and body, to be dragged or moved with the arrow keys; a double click sets it back."""

    moved = Signal(QPoint)
    reset = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(self.tr("Width of the sidebar"))
        self.setAccessibleDescription(self.tr("The left and right arrow keys change it."))
        theme.changed.connect(self.update)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(event.globalPosition().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        line = self.mapToGlobal(QPoint(self.width() // 2 + 1, 0))
        self.moved.emit(line + QPoint(step * self._theme.px(STEP_PX), 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        focused = focus_shown(self)
        width = FOCUS_RING_PX if focused else 1
        line = QRect((self.width() - width) // 2, 0, width, self.height())
        painter.fillRect(line, self._theme.color(Token.ACCENT if focused else Token.LINE))
