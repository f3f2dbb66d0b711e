"""The field in which chats are searched. It keeps the keyboard while what was found is gone through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QStyle, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.frame import FIELD_PX, draw_frame, draw_ring
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, TextRole, Token

ICON_PX = 16
LONGEST_QUERY = 500
_NATIVE = QKeySequence.SequenceFormat.NativeText
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class SearchField(QWidget):
    """A magnifier, the words, and how to get here by keys."""

    edited = Signal(str)
    """What is written there now."""
    stepped = Signal(int)
    """So many hits down, or up where it is negative."""
    entered = Signal()
    """The current hit is meant."""
    left = Signal()
    """Esc in a field that is empty already."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.edit = QLineEdit()
        self.edit.setFrame(False)
        self.edit.setMaxLength(LONGEST_QUERY)
        self.edit.setPlaceholderText(self.tr("Search"))
        self.edit.setAccessibleName(self.tr("Search chats"))
        self.edit.setAccessibleDescription(self.tr("Up and Down go through what was found, Enter opens it."))
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self._hint = Label(theme, TextRole.FACTS, Token.SECONDARY)
        self._clear = Button(theme, Look.GHOST, icon=Icon.CLOSE, height_px=24)
        self._clear.setAccessibleName(self.tr("Clear the search"))
        self._clear.setToolTip(self.tr("Clear the search"))
        self._clear.clicked.connect(self._on_clear)
        self._clear.hide()
        self._icon_room = QWidget()  # not a margin: those are not mirrored
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon_room)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self._hint)
        self._row.addWidget(self._clear)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_keys(QKeySequence(QKeyCombination(Qt.Modifier.CTRL, Qt.Key.Key_K)).toString(_NATIVE))
        theme.changed.connect(self._restyle)
        self._restyle()
        self._align()

    @property
    def clear_button(self) -> Button:
        return self._clear

    def text(self) -> str:
        return self.edit.text()

    def clear(self) -> None:
        self.edit.clear()

    def set_keys(self, keys: str) -> None:
        """Show by which keys the search is reached, as this system writes them; empty: by none."""
        self._hint.setText(keys.replace("+", " "))
        self._hint.setVisible(bool(keys) and not self.text())

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._hint.setVisible(bool(self._hint.text()) and not text)
        self._clear.setVisible(bool(text))
        self.edited.emit(text)

    @Slot()
    def _on_clear(self) -> None:
        self.clear()
        self.edit.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if event.type() is QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape and self.text():
                event.accept()  # Esc belongs to this field while it has something to clear
                return True
            if event.type() is QEvent.Type.KeyPress and self._take(Qt.Key(event.key())):
                return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def _take(self, key: Qt.Key) -> bool:
        if key is Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """Begin where the window's lines begin: Qt asks the keyboard's language instead."""
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        self.edit.setAlignment(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(FIELD_PX))

    def _restyle(self) -> None:
        px = self._theme.px
        self.edit.setFont(self._theme.font(TextRole.BODY))
        palette = QPalette(self._theme.palette())
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.edit.setPalette(palette)
        self._row.setContentsMargins(px(8), px(2), px(8), px(2))
        self._row.setSpacing(px(4))
        self._icon_room.setFixedWidth(px(ICON_PX + 3))
        self.setFixedHeight(px(FIELD_PX))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        px, color = self._theme.px, self._theme.color
        painter = QPainter(self)
        frame, radius, size = QRectF(self.rect()), px(RADIUS_CONTROL_PX), px(ICON_PX)
        draw_frame(painter, frame, color(Token.SURFACE), color(Token.LINE), radius)
        place = QRect(px(11), (self.height() - size) // 2, size, size)
        self._theme.draw_icon(
            painter, Icon.SEARCH, Token.SECONDARY, QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
        )
        if self.edit.hasFocus():
            draw_ring(painter, self._theme, frame, radius)
