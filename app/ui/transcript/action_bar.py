"""The line under a message: what can be done with it, which version it is, and how it came about.

The buttons stand out while the mouse or the keyboard's focus is at the message; their places never change.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.core.entry import Entry
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.flow_row import FlowRow

BUTTON_PX = 26
NARROW_PX = 22
CHEVRON_PX = 14
GAP_PX = 8
VERSIONS_GAP_PX = 10
FACTS_GAP_PX = 12
TOLD_MS = 2_000

MenuItem = tuple[str, Callable[[], object]]
"""What it says, and what it does. One that says nothing is a line."""


def menu_of(items: Sequence[MenuItem], parent: QWidget) -> QMenu:
    """A menu of these items."""
    menu = QMenu(parent)
    for text, run in items:
        if text:
            menu.addAction(text.replace("&", "&&")).triggered.connect(lambda _=False, act=run: act())
        else:
            menu.addSeparator()
    return menu


def plain_tip(text: str) -> str:
    """A tooltip that says this and reads no markup out of it."""
    return f"<span>{html.escape(text)}</span>" if text else ""


class _Plain(Button):
    """Leaves the arrow keys to the transcript, which scrolls by them and goes through versions."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ActionButton(_Plain):
    """An icon under a message. It can be reached with the keyboard whether or not it stands out.

    Args:
        theme: Where its looks come from.
        icon: What it shows.
        name: What it does, in words.
        faint: While it does not stand out it is faint; else it cannot be seen at all.
    """

    def __init__(
        self, theme: Theme, icon: Icon, name: str, *, height_px: int, faint: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, Look.GHOST, icon=icon, height_px=height_px, parent=parent)
        self._faint = faint
        self._shown = False
        self._name, self._icon = name, icon
        self._told = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._told.timeout.connect(self._on_told)
        self._items: Callable[[], Sequence[MenuItem]] | None = None
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        # Narrow, so that the first icon stands nearly where the text above it begins.
        return QSize(self._theme.px(NARROW_PX), super().sizeHint().height())

    @property
    def is_shown(self) -> bool:
        """It stands out."""
        return self._shown

    def set_shown(self, shown: bool) -> None:
        if shown != self._shown:
            self._shown = shown
            self.update()

    def tell_done(self, words: str) -> None:
        """Say for a moment that it was done."""
        self.set_look(Look.GHOST, Icon.CHECK)
        self.setToolTip(words)
        self._told.start()

    @Slot()
    def _on_told(self) -> None:
        self.set_look(Look.GHOST, self._icon)
        self.setToolTip(self._name)

    def offer(self, items: Callable[[], Sequence[MenuItem]]) -> None:
        """What its context menu offers, asked when it opens."""
        self._items = items

    def open_menu(self) -> None:
        """Open its menu below it."""
        if self._items is not None:
            place = self.mapToGlobal(QPoint(0, self.height()))
            self._theme.open_menu(menu_of(self._items(), self), place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._items is not None and self.isEnabled():
            self.open_menu()
        else:
            event.ignore()

    def _colors(self) -> tuple[QColor, QColor, Token]:
        if self.isEnabled() and self._shown:
            return super()._colors()
        nothing = QColor(Qt.GlobalColor.transparent)
        return nothing, nothing, Token.LINE

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown or self._faint:
            super().paintEvent(event)


class Chevron(_Plain):
    """To what is before or after. Which way it points depends on where people read from.

    Args:
        theme: Where its looks come from.
        name: Where it leads, in words.
        forward: To what is after.
        upright: It points up or down instead.
    """

    def __init__(
        self, theme: Theme, name: str, *, forward: bool, upright: bool = False, height_px: int = BUTTON_PX
    ) -> None:
        super().__init__(theme, Look.GHOST, height_px=height_px)
        self._forward = forward
        self._upright = upright
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(BUTTON_PX if self._upright else 18), self._theme.px(self._height_px))

    def _paint_content(self, painter: QPainter, token: Token) -> None:
        size = self._theme.px(CHEVRON_PX)
        frame = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        right = self._forward != (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
        painter.save()
        painter.translate(self.width() / 2, self.height() / 2)
        if self._upright:
            painter.rotate(90 if self._forward else -90)
        elif not right:
            painter.scale(-1, 1)
        painter.translate(-self.width() / 2, -self.height() / 2)
        self._theme.draw_icon(painter, Icon.CHEVRON_RIGHT, token if self.isEnabled() else Token.LINE, frame)
        painter.restore()


class VersionSwitch(QWidget):
    """ "‹ 2 / 3 ›"; hidden where there is but one version."""

    chosen = Signal(int)
    """The index of the version that is wanted."""

    def __init__(self, theme: Theme, height_px: int = BUTTON_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = self._count = 0
        self.previous = Chevron(theme, self.tr("Previous version"), forward=False, height_px=height_px)
        self.previous.clicked.connect(lambda: self.step(-1))
        self.next = Chevron(theme, self.tr("Next version"), forward=True, height_px=height_px)
        self.next.clicked.connect(lambda: self.step(1))
        self._label = Label(theme, TextRole.FACTS, Token.SECONDARY)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.previous, self._label, self.next):
            row.addWidget(widget)
        self.hide()

    @property
    def text(self) -> str:
        """ "2 / 3"."""
        return self._label.text()

    def show_version(self, index: int, count: int, *, enabled: bool) -> None:
        """Show which of how many versions it is. `enabled`: others can be chosen."""
        self._index, self._count = index, count
        self._label.setText(self.tr("{n} / {count}").format(n=index + 1, count=count))
        self.setAccessibleName(self.tr("Version {n} of {count}").format(n=index + 1, count=count))
        self.previous.setEnabled(enabled and index > 0)
        self.next.setEnabled(enabled and index < count - 1)
        self.setVisible(count > 1)

    def show_entry(self, entry: Entry, *, enabled: bool) -> None:
        """Show which of its versions a message is."""
        versions = entry.versions
        if entry in versions:
            self.show_version(versions.index(entry), len(versions), enabled=enabled)
        else:
            self.hide()

    def step(self, by: int) -> bool:
        """Ask for the version so many further; False where there is none or none may be chosen."""
        wanted = self._index + by
        button = self.next if by > 0 else self.previous
        if self.isHidden() or not button.isEnabled() or not 0 <= wanted < self._count:
            return False
        self.chosen.emit(wanted)
        return True


class ActionBar(FlowRow):
    """Buttons, versions, facts.

    Args:
        theme: Where its looks come from.
        at_end: It stands at the end of the row.
        height_px: Of its buttons, in the design's pixels.
        faint: Buttons can always be seen faintly, so that what stands behind them does not stand alone.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        at_end: bool = False,
        height_px: int = BUTTON_PX,
        faint: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, gap_px=GAP_PX, at_end=at_end, parent=parent)
        self._height_px = height_px
        self._faint = faint
        self._buttons: list[ActionButton] = []
        self._actions: dict[ActionButton, bool] = {}
        self._shown = False
        self.versions = VersionSwitch(theme, height_px)
        self.facts = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self.facts.hide()

    def finish(self) -> None:
        """All buttons are there: put what follows them."""
        self.add(self.versions, before_px=VERSIONS_GAP_PX)
        self.add(self.facts, before_px=FACTS_GAP_PX)

    def add_button(self, icon: Icon, name: str, run: Callable[[], object], *, changes: bool = True) -> ActionButton:
        """Put another button. `changes`: it must wait while an answer is made."""
        button = ActionButton(self._theme, icon, name, height_px=self._height_px, faint=self._faint)
        button.clicked.connect(lambda: run())
        self._buttons.append(button)
        self._actions[button] = changes
        self.add(button)
        return button

    @property
    def buttons(self) -> tuple[ActionButton, ...]:
        return tuple(self._buttons)

    @property
    def are_shown(self) -> bool:
        """The buttons stand out."""
        return self._shown

    def set_shown(self, shown: bool) -> None:
        """Let the buttons stand out or not; everything keeps its place."""
        self._shown = shown
        for button in self._buttons:
            button.set_shown(shown)

    def set_busy(self, busy: bool) -> None:
        """What changes the conversation has to wait."""
        for button, changes in self._actions.items():
            button.setEnabled(not (busy and changes))

    def show_facts(self, text: str, tip: str = "") -> None:
        """Say how it came about; nothing where there is nothing to say."""
        self.facts.setText(text)
        self.facts.setAccessibleDescription(tip)
        self.facts.setToolTip(plain_tip(tip))
        self.facts.setVisible(bool(text))
