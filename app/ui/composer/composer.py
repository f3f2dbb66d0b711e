"""The card at the bottom: the field, what goes along, the Think switch, and the button that is Send or Stop.

Says what the person wants; changes nothing but itself. Who counts tokens, keeps drafts and asks the model is told by
signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.draft import Attachment, Draft
from app.core.settings import SendKey
from app.services.personas import PersonaService
from app.services.settings import SettingsService
from app.ui.buttons import Button, Look
from app.ui.composer.attachments import AttachmentStrip
from app.ui.composer.counting import TokenCounter
from app.ui.composer.gauge import Gauge
from app.ui.composer.prompt_edit import PromptEdit, local_files
from app.ui.composer.remark import Remark
from app.ui.composer.slash_commands import SlashCommands
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_BUBBLE_PX, Token

DRAFT_PAUSE_MS = 700
ATTACH_PX = 38
GAUGE_GAP_PX = 8


class Composer(QWidget):
    """Where a message is written.

    Args:
        theme: Where its looks come from.
        settings: Say which key sends; followed while the window is open.
        thinking: How the switch stands at first.
        personas: What "/" offers besides the model's own switches.
    """

    send_asked = Signal()
    stop_asked = Signal()
    draft_changed = Signal(str)
    """The text to be kept, once typing paused or the field was left."""
    count_asked = Signal(object)
    """A TokenCountAsked; to be answered with `show_counts`."""
    persona_chosen = Signal(object)
    """A Persona, by its name after "/"."""
    thinking_changed = Signal(bool)
    """A person switched it, here or by a command."""

    def __init__(
        self,
        theme: Theme,
        settings: SettingsService,
        *,
        thinking: bool,
        personas: PersonaService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._busy = self._raw = self._aimed_at = self._told_to_think = False
        self._told_draft = ""
        self._used_tokens = 0
        self._context_tokens: int | None = None
        self.edit = PromptEdit(theme)
        self.strip = AttachmentStrip(theme)
        self.temporary = Remark(theme, self.tr("Temporary chat: nothing is kept"), Icon.TEMPORARY)
        self.remark = Remark(theme, "", Icon.NOTICE, Token.WARNING, dismissible=True)
        self.fullness = Remark(theme, "", Icon.NOTICE, Token.WARNING)
        self.attach_button = Button(theme, Look.PILL, icon=Icon.ATTACH)
        self.attach_button.setAccessibleName(self.tr("Attach text files"))
        self.attach_button.setToolTip(self.tr("Attach text files"))
        self.think = Button(theme, Look.CHIP, self.tr("Think"), Icon.BULB)
        self.think.setChecked(thinking)
        self.gauge = Gauge(theme)
        self.button = Button(theme, Look.PRIMARY, icon=Icon.SEND, height_px=32)
        self.slash = SlashCommands(theme, self.edit, self, personas)
        self._counter = TokenCounter(self)
        self._draft_pause = QTimer(self, singleShot=True, interval=DRAFT_PAUSE_MS)
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()
        self._name_think(thinking)
        self.set_raw(False)
        self._follow_settings()

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        self._row.addWidget(self.attach_button)
        self._row.addWidget(self.think)
        self._row.addSpacing(GAUGE_GAP_PX)
        self._row.addWidget(self.gauge)
        self._row.addStretch(1)
        self._row.addWidget(self.button)
        self._column = QVBoxLayout(self)
        for each in (self.temporary, self.strip, self.edit, self.remark, self.fullness):
            self._column.addWidget(each)
        self._column.addLayout(self._row)
        # Not Fixed: that would cap it at the height it has when no sentence in it needs a second line.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAcceptDrops(True)
        # As on the screen, but for the field: it comes first.
        order = (self.edit, self.attach_button, self.think, self.button)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        edit, strip = self.edit, self.strip
        self.button.clicked.connect(self._on_button)
        self.attach_button.clicked.connect(self.choose_files)
        self.think.toggled.connect(self._on_think)
        edit.send_asked.connect(self._on_enter)
        edit.textChanged.connect(self._on_text)
        edit.left.connect(self.flush_draft)
        edit.files_pasted.connect(self.attach)
        edit.long_text_pasted.connect(strip.add_pasted)
        strip.changed.connect(self._on_draft)
        strip.refused.connect(self._say)
        strip.put_back.connect(self._on_put_back)
        self.slash.persona_chosen.connect(self.persona_chosen)
        self._counter.asked.connect(self.count_asked)
        self._counter.changed.connect(self._show_counts)
        self._draft_pause.timeout.connect(self.flush_draft)
        self._settings.changed.connect(self._follow_settings)

    def text(self) -> str:
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Put text into the field, the cursor behind it. It counts as typed."""
        self.slash.dismiss()
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def draft(self) -> Draft:
        """What would be sent; a file that is still being read is not among it."""
        return Draft(self.text(), self.strip.attachments)

    def set_draft(self, text: str, attachments: Sequence[Attachment] = ()) -> None:
        """Show another chat's draft in place of this one; `draft_changed` is not emitted for it.

        What was typed last and not told yet belongs to the other chat: call `flush_draft` before.
        """
        self.strip.clear()
        self.set_text(text)
        self.strip.add(attachments)
        self._told_draft = text
        self._draft_pause.stop()
        self.remark.say("")

    def take(self) -> Draft:
        """What is to be sent. Afterwards nothing of it is here."""
        draft = self.draft()
        self.strip.clear()
        self.set_text("")
        self.flush_draft()
        self.remark.say("")
        return draft

    def restore(self, draft: Draft) -> None:
        """Bring back what could not be sent, before what was written since."""
        written = self.text()
        self.set_text(f"{draft.text}\n\n{written}" if written.strip() and draft.text.strip() else draft.text + written)
        self.strip.add(draft.attachments)

    @Slot()
    def flush_draft(self) -> None:
        """Tell the draft now if it is another one than was told last."""
        self._draft_pause.stop()
        text = self.text()
        if text != self._told_draft:
            self._told_draft = text
            self.draft_changed.emit(text)

    @Slot(object)
    def attach(self, paths: Sequence[Path]) -> None:
        """Let text files go along."""
        self.remark.say("")
        self.strip.read_files(paths)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def choose_files(self) -> None:
        """Ask for text files to attach; returns at once."""
        dialog = QFileDialog(self, self.tr("Attach text files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.attach([Path(name) for name in names]))
        dialog.open()

    @property
    def thinking(self) -> bool:
        return self.think.isChecked()

    def set_thinking(self, thinking: bool) -> None:
        """Put the switch elsewhere; `thinking_changed` is not emitted."""
        self._told_to_think = True
        self.think.setChecked(thinking)
        self._told_to_think = False

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """Turn Send into Stop, or back, where it stands."""
        self._busy = busy
        self._update_button()

    def set_raw(self, raw: bool) -> None:
        """For a model that only continues a text: no question, no thinking, no commands."""
        self._raw = raw
        self.edit.setPlaceholderText(
            self.tr("Continue this text") if raw else self.tr("Ask anything. It stays on this computer.")
        )
        self.edit.setAccessibleName(self.tr("Text to be continued") if raw else self.tr("Your question"))
        self.think.setVisible(not raw)
        self.slash.set_enabled(not raw)
        self._update_button()
        self._share_room()

    def set_temporary(self, temporary: bool) -> None:
        """Say that nothing of this chat is kept."""
        self.temporary.setVisible(temporary)

    def set_context(self, used_tokens: int, context_tokens: int | None) -> None:
        """Say how much of the context the chat takes already; None where no model is loaded."""
        self._used_tokens, self._context_tokens = used_tokens, context_tokens
        if context_tokens is not None:
            self._counter.ask_soon()
        self._show_counts()

    def recount(self) -> None:
        """Another model is loaded, which counts otherwise."""
        self._counter.forget()

    def show_counts(self, request_id: int, counts: Sequence[int] | None) -> None:
        """The answer to `count_asked`, in the order of its texts; None where nobody can count."""
        self._counter.take(request_id, counts)

    def _on_enter(self) -> None:
        # Enter never stops: somebody who types the next question must not end this answer with it.
        if not self._busy and self.button.isEnabled():
            self.send_asked.emit()

    def _on_button(self) -> None:
        (self.stop_asked if self._busy else self.send_asked).emit()

    @Slot()
    def _on_text(self) -> None:
        self._draft_pause.start()
        self._on_draft()

    @Slot()
    def _on_draft(self) -> None:
        self._counter.update(self.text(), self.strip.told)
        self._show_counts()
        self._update_button()

    @Slot(object)
    def _on_put_back(self, attachment: Attachment) -> None:
        self.edit.textCursor().insertText(attachment.text)
        self.edit.ensureCursorVisible()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _say(self, text: str) -> None:
        self.remark.add(text)

    @Slot()
    def _show_counts(self) -> None:
        self.strip.show_costs({text: self._counter.tokens_of(text) for text in self.strip.told})
        own = self._counter.tokens
        self.gauge.show_use(None if own is None else self._used_tokens + own, self._context_tokens)
        self._share_room()
        alone = self._context_tokens is not None and own is not None and own >= self._context_tokens
        if alone:
            self.fullness.say(
                self.tr("This message alone is longer than the context. Shorten it, or take a file away.")
            )
        else:
            self.fullness.say(self.gauge.warning())

    @Slot()
    def _follow_settings(self) -> None:
        self.edit.set_send_key(self._settings.value.send_key)
        self._update_button()

    def _send_keys(self) -> str:
        keys = "Return" if self._settings.value.send_key is SendKey.ENTER else "Ctrl+Return"
        return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)

    def _update_button(self) -> None:
        if self._busy:
            self.button.set_look(Look.INK, Icon.STOP)
            name, tip = self.tr("Stop"), self.tr("Stop (Esc)")
        else:
            self.button.set_look(Look.PRIMARY, Icon.SEND)
            name = self.tr("Continue") if self._raw else self.tr("Send")
            tip = self.tr("{action} ({keys})").format(action=name, keys=self._send_keys())
        self.button.setEnabled(self._busy or (bool(self.draft()) and not self.strip.reading))
        self.button.setAccessibleName(name)
        self.button.setToolTip(tip)

    def _name_think(self, on: bool) -> None:
        self.think.setAccessibleName(
            self.tr("Think before answering: on") if on else self.tr("Think before answering: off")
        )
        self.think.setToolTip(
            self.tr("The model thinks before it answers") if on else self.tr("The model answers at once")
        )

    @Slot(bool)
    def _on_think(self, on: bool) -> None:
        self._name_think(on)
        if not self._told_to_think:
            self.thinking_changed.emit(on)

    def _share_room(self) -> None:
        """The gauge takes what the buttons leave."""
        px = self._theme.px
        shown = [each for each in (self.attach_button, self.think, self.button) if not each.isHidden()]
        gaps = self._row.spacing() * (len(shown) + 2) + px(GAUGE_GAP_PX)
        margins = self._column.contentsMargins()
        taken = sum(each.sizeHint().width() for each in shown) + gaps + margins.left() + margins.right()
        taken += px(ATTACH_PX) - self.attach_button.sizeHint().width()
        self.gauge.fit(self.width() - taken)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.flush_draft()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Anywhere in the card is a way into the field."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._aim(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._aim(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._aim(False)
        # Copied, whatever was meant: a file that was moved would be gone from where it was.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.attach(local_files(event.mimeData()))

    def _aim(self, aimed_at: bool) -> None:
        self._aimed_at = aimed_at
        self.update()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(14), px(13), px(13), px(12))
        self._column.setSpacing(px(11))
        self._row.setSpacing(px(8))
        self.attach_button.setMinimumWidth(px(ATTACH_PX))
        self._share_room()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = Token.ACCENT if self._aimed_at else Token.LINE
        painter.setPen(QPen(self._theme.color(border), 2 if self._aimed_at else 1))
        painter.setBrush(self._theme.color(Token.SURFACE))
        radius = self._theme.px(RADIUS_BUBBLE_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
