"""Where a message is written anew, in the place of the message itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.buttons import Button, Look
from app.ui.controls.frame import draw_frame
from app.ui.controls.switch import Switch
from app.ui.controls.text_area import TextArea
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_BUBBLE_PX, Token
from app.ui.transcript.flow_row import FlowRow

LINES = (2, 14)
INSET_PX = 10
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Field(TextArea):
    """Ctrl+Enter saves, Esc goes back; both are its own while it has the focus."""

    save_asked = Signal()
    cancel_asked = Signal()

    def event(self, event: QEvent) -> bool:
        # The window's own shortcuts (Esc stops an answer) come after what is open here.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_own(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.cancel_asked.emit()
        else:
            self.save_asked.emit()

    def _is_own(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return event.key() == Qt.Key.Key_Escape or (control and event.key() in _ENTER)


class InlineEditor(QWidget):
    """A field with what is to be done with it.

    Args:
        theme: Where its looks come from.
        text: What is there already.
        name: What is written here, for who cannot see it.
        save: What the button says that takes it.
        thinking: How the Think switch stands; None has none.
    """

    saved = Signal(str)
    cancelled = Signal()
    changed = Signal(str)
    """What it says now."""
    height_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        name: str,
        save: str,
        thinking: bool | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = _Field(theme, name=name, lines=LINES[0], parent=self)
        self.field.setPlainText(text)
        self.field.save_asked.connect(self._save)
        self.field.cancel_asked.connect(self.cancelled)
        self.field.textChanged.connect(self._on_changed)
        self._row = FlowRow(theme, parent=self)
        self.think: Switch | None = None
        if thinking is not None:
            self.think = Switch(theme, self.tr("Think"), checked=thinking)
            self._row.add(self.think)
        self.save_button = Button(theme, Look.PRIMARY, save, height_px=32)
        self.save_button.setAccessibleName(save)
        self.save_button.setToolTip(self.tr("Ctrl+Enter"))
        self.save_button.clicked.connect(self._save)
        self.cancel_button = Button(theme, Look.PILL, self.tr("Cancel"), height_px=32)
        self.cancel_button.setAccessibleName(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("Esc"))
        self.cancel_button.clicked.connect(self.cancelled)
        self._row.add(self.save_button)
        self._row.add(self.cancel_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._savable = True
        self._enable_save()

    @property
    def thinking(self) -> bool:
        return self.think is not None and self.think.isChecked()

    def text(self) -> str:
        return self.field.toPlainText()

    def begin(self) -> None:
        """Let the person write, behind what is there."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def set_savable(self, savable: bool) -> None:
        """Whether it can be taken at the moment."""
        self._savable = savable
        self._enable_save()

    def height_px(self) -> int:
        """How high it is at its present width."""
        self._arrange()
        return self._row.y() + self._row.height() + self._theme.px(INSET_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        inset = self._theme.px(INSET_PX)
        width = max(1, self.width() - 2 * inset)
        self.field.setGeometry(inset, inset, width, self._field_px(width))
        self._row.resize(width, max(1, self._row.height()))
        self._row.setGeometry(inset, self.field.geometry().bottom() + 1 + inset, width, self._row.height_px())

    def _field_px(self, width: int) -> int:
        self.field.resize(width, self.field.height())
        # This layout measures in lines, wrapped ones included.
        lines = min(max(int(self.field.document().size().height()), LINES[0]), LINES[1])
        extra = self.field.minimumHeight() - LINES[0] * self.field.fontMetrics().lineSpacing()
        return lines * self.field.fontMetrics().lineSpacing() + extra

    @Slot()
    def _on_changed(self) -> None:
        self._enable_save()
        self.changed.emit(self.text())
        self.height_changed.emit()

    def _enable_save(self) -> None:
        self.save_button.setEnabled(self._savable and bool(self.text().strip()))

    @Slot()
    def _save(self) -> None:
        if self.save_button.isEnabled():
            self.saved.emit(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self._theme.color
        radius = self._theme.px(RADIUS_BUBBLE_PX)
        draw_frame(QPainter(self), QRectF(self.rect()), color(Token.BUBBLE), color(Token.LINE), radius)
