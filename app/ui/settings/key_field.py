"""A button that shows the keys of a command and takes others: it is pressed, then the keys are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence

from app.ui.buttons import Button, Look
from app.ui.command_words import native_keys
from app.ui.theme import Theme
from app.ui.tokens import TextRole

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Control,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
        Qt.Key.Key_unknown,
    }
)
_EDITING = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
)


class Unfit(Enum):
    """Why keys cannot be a command's: they write or move the cursor (TYPING), or every text field has them already
    for copying, undoing and the like (EDITING)."""

    TYPING = auto()
    EDITING = auto()


def why_unfit(keys: QKeyCombination, text: str) -> Unfit | None:
    """Whether keys would break typing.

    Args:
        keys: The key with its modifiers.
        text: What they would write.
    """
    modifier = Qt.KeyboardModifier
    held = keys.keyboardModifiers()
    commanding = bool(held & (modifier.ControlModifier | modifier.AltModifier | modifier.MetaModifier))
    function = Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35
    # AltGr is Ctrl+Alt on some systems, and writes.
    writes = text.isprintable() and bool(text.strip())
    alt_gr = writes and bool(held & modifier.ControlModifier) and bool(held & modifier.AltModifier)
    if alt_gr or not (commanding or function):
        return Unfit.TYPING
    sequence = QKeySequence(keys)
    if any(sequence in QKeySequence.keyBindings(each) for each in _EDITING):
        return Unfit.EDITING
    return None


class KeyField(Button):
    """Shows keys; `recorded` brings new ones, which it does not show by itself.

    Args:
        theme: Where its looks come from.
        title: Of the command.
    """

    recorded = Signal(str)
    """Keys in Qt's portable form; empty: to be taken away."""
    refused = Signal(object)
    """An Unfit: what was pressed cannot be used, and it is still waiting."""
    recording_changed = Signal(bool)

    # Qt asks for events while the button is being made.
    _recording = False

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, Look.PILL, role=TextRole.FACTS, height_px=30)
        self._title = title
        self._keys: tuple[str, ...] = ()
        self.clicked.connect(self._begin)
        self._show()

    def show_keys(self, keys: Sequence[str]) -> None:
        """Show the keys that hold now."""
        self._keys = tuple(keys)
        self._show()

    @property
    def recording(self) -> bool:
        return self._recording

    @Slot()
    def _begin(self) -> None:
        self._set_recording(True)
        self._show()

    def _set_recording(self, recording: bool) -> None:
        if recording != self._recording:
            self._recording = recording
            self._show()
            self.recording_changed.emit(recording)

    def _show(self) -> None:
        keys = native_keys(self._keys) or self.tr("None")
        self.setText(self.tr("Press the keys…") if self._recording else keys)
        self.set_look(Look.CHIP if self._recording else Look.PILL, None)
        self.setCheckable(self._recording)
        self.setChecked(self._recording)
        self.setAccessibleName(
            self.tr("{command}: press the new keys").format(command=self._title)
            if self._recording
            else self.tr("{command}: {keys}").format(command=self._title, keys=keys)
        )
        self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if self._recording and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # what is pressed now runs no command
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._set_recording(False)
        super().focusOutEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        event.accept()
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in _MODIFIERS:
            return
        bare = held & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
        if bare == Qt.KeyboardModifier.NoModifier and key in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            self._set_recording(False)
            if key is Qt.Key.Key_Backspace:
                self.recorded.emit("")
            return
        keys = QKeyCombination(self._meant(bare, event.text()), key)
        unfit = why_unfit(keys, event.text())
        if unfit is not None:
            self.refused.emit(unfit)
            return
        self._set_recording(False)
        self.recorded.emit(QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText))

    @staticmethod
    def _meant(held: Qt.KeyboardModifier, text: str) -> Qt.KeyboardModifier:
        """Shift that was only needed to reach a sign is no part of the keys: Ctrl+? and not Ctrl+Shift+?."""
        first = text[:1]
        reaches_sign = first.isprintable() and bool(first.strip()) and not first.isalnum()
        return held & ~Qt.KeyboardModifier.ShiftModifier if reaches_sign else held
