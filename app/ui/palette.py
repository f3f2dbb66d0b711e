"""The command palette: every command by its name, found while one types. Opens over the window and goes away by
itself.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget

from app.ui.commands import Commands
from app.ui.controls.frame import draw_frame
from app.ui.controls.text_field import TextField
from app.ui.labels import Label
from app.ui.palette_rows import ROW_PX, PaletteRows, RowPainter
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CARD_PX, TextRole, Token

WIDTH_PX = 560
TOP_PX = 64
MARGIN_PX = 12
MOST_ROWS = 10


class CommandPalette(QWidget):
    """Lies over its window while it is open. Esc, a click elsewhere and running a command close it.

    Args:
        theme: Where its looks come from.
        commands: What can be run.
        window: The window it opens over.
    """

    def __init__(self, theme: Theme, commands: Commands, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._commands = commands
        self._window = window
        self._before: QWidget | None = None
        self.setAccessibleName(self.tr("Commands"))
        self.field = TextField(theme, name=self.tr("Find a command"), placeholder=self.tr("What do you want to do?"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._rows = PaletteRows(commands, self)
        self.list = QListView()
        self.list.setModel(self._rows)
        self.list.setItemDelegate(RowPainter(theme, self._rows, self))
        self.list.setAccessibleName(self.tr("Commands found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setMouseTracking(True)
        self.list.entered.connect(self.list.setCurrentIndex)
        self.list.clicked.connect(self._run)
        self._nothing = Label(theme, TextRole.THOUGHT, Token.SECONDARY, self.tr("No command fits."))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        self._column.addWidget(self.list)
        self._column.addWidget(self._nothing)
        self.hide()
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)
        theme.changed.connect(self._restyle)
        self._restyle()

    def open(self) -> None:
        """Show it with everything, ready to type."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_quietly(self) -> None:
        """Go away, and give the focus back to what had it."""
        had_focus = self.field.hasFocus()
        self.hide()
        before, self._before = self._before, None
        if had_focus and before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> list[str]:
        """What is listed, in this order."""
        return [self._rows.row(self._rows.index(row)).command.title for row in range(self._rows.rowCount())]

    def current(self) -> str:
        """The title that Enter would run; empty where there is none."""
        index = self.list.currentIndex()
        return self._rows.row(index).command.title if index.isValid() else ""

    @Slot(str)
    def _search(self, text: str) -> None:
        self._rows.search(text)
        first = self._rows.index(0)
        usable = first.isValid() and bool(first.flags() & Qt.ItemFlag.ItemIsEnabled)
        self.list.setCurrentIndex(first if usable else QModelIndex())
        found = self._rows.rowCount()
        self.list.setVisible(found > 0)
        self._nothing.setVisible(found == 0)
        self._fit()

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        if index.isValid() and self._rows.row(index).enabled:
            name = self._rows.row(index).command.name
            self.close_quietly()
            self._commands.run(name)

    def _step(self, by: int) -> None:
        """Move among what can be run; over the end it begins again."""
        usable = [row for row in range(self._rows.rowCount()) if self._rows.row(self._rows.index(row)).enabled]
        if not usable:
            return
        current = self.list.currentIndex().row()
        place = usable.index(current) if current in usable else -1
        self.list.setCurrentIndex(self._rows.index(usable[(place + by) % len(usable)]))

    @Slot(QWidget, QWidget)
    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        # Without a new one another program has it, and this one is looked at again later.
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self.hide()
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                return self._take_key(event)
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # Esc closes this before it stops an answer
                return True
        if watched is self._window and event.type() is QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        page = max(1, self.list.height() // self._theme.px(ROW_PX) - 1)
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_quietly()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run(self.list.currentIndex())
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_PageDown:
                self._step(page)
            case Qt.Key.Key_PageUp:
                self._step(-page)
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                pass  # there is nowhere else to go
            case _:
                return False
        return True

    def _restyle(self) -> None:
        margin = self._theme.px(MARGIN_PX)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(self._theme.px(8))
        self._theme.dress_scroll_bar(self.list.verticalScrollBar())
        self.list.doItemsLayout()
        self._fit()

    def _fit(self) -> None:
        """Below the window's top, in its middle, as high as what was found."""
        px, window = self._theme.px, self._window
        shown = min(self._rows.rowCount(), MOST_ROWS)
        self.list.setFixedHeight(max(1, shown * px(ROW_PX)))
        width = min(px(WIDTH_PX), window.width() - 2 * px(MARGIN_PX))
        top = min(px(TOP_PX), window.height() // 8)
        around = self._column.sizeHint().height() - self.list.height() if shown else self._column.sizeHint().height()
        room = window.height() - top - px(MARGIN_PX) - around
        if shown:
            self.list.setFixedHeight(max(px(ROW_PX), min(shown * px(ROW_PX), room)))
        self.setGeometry((window.width() - width) // 2, top, width, self._column.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self._theme.color
        painter = QPainter(self)
        draw_frame(
            painter, QRectF(self.rect()), color(Token.SURFACE), color(Token.SECONDARY), self._theme.px(RADIUS_CARD_PX)
        )
