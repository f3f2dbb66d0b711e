"""A question on screen: its bubble, what can be done with it, and the place where it is asked otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from app.core.conversation import Question
from app.ui.icons import Icon
from app.ui.transcript.action_bar import ActionBar
from app.ui.transcript.asked import EditQuestion
from app.ui.transcript.bubble import Bubble
from app.ui.transcript.file_chip import FileChip
from app.ui.transcript.inline_editor import InlineEditor
from app.ui.transcript.message_row import MessageRow, RowContext, RowState
from app.ui.transcript.text_view import TextView, copy_text

BAR_GAP_PX = 1
BAR_PX = 22
EDITOR_GAP_PX = 16


class QuestionView(MessageRow):
    """One Question, which is read and never changed."""

    def __init__(self, context: RowContext, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._question = question
        self._editor: InlineEditor | None = None
        self.setAccessibleName(self.tr("You said"))
        self.chips = tuple(FileChip(self._theme, part) for part in question.attachments)
        unfolded = context.memory.opened.get(question.uid, False)
        self.bubble = Bubble(self._theme, question.text, self.chips, unfolded=unfolded)
        self.bubble.folded.connect(self._on_folded)
        self.bubble.height_changed.connect(self.lay_out)
        self.bar = ActionBar(self._theme, at_end=True, height_px=BAR_PX)
        self.edit_button = self.bar.add_button(Icon.EDIT, self.tr("Edit"), self.edit)
        self.copy_button = self.bar.add_button(Icon.COPY, self.tr("Copy"), self.copy, changes=False)
        self.remove_button = self.bar.add_button(Icon.TRASH, self.tr("Delete this and what follows"), self._remove)
        self.bar.versions.chosen.connect(self._choose)
        self.bar.finish()
        self.add_part(self.bubble)
        self.add_part(self.bar, before_px=BAR_GAP_PX)
        self.on_state(self.state)
        if (text := context.memory.edits.get(question.uid)) is not None:
            self._open_editor(text)

    @property
    def question(self) -> Question:
        return self._question

    @property
    def editor(self) -> InlineEditor | None:
        """Where it is being written anew; None while it is not."""
        return self._editor

    @property
    def bottom_px(self) -> float:
        return EDITOR_GAP_PX if self._editor is not None else 0

    @property
    def texts(self) -> tuple[TextView, ...]:
        return (self.bubble.view,)

    def text(self) -> str:
        """As it was typed."""
        return self._question.text

    def is_busy(self) -> bool:
        return super().is_busy() or (self.bubble.is_writing and self.isVisible())

    def reveal(self, text: TextView, position: int) -> int:
        self.bubble.unfold()
        self.lay_out()
        return super().reveal(text, position)

    def on_state(self, before: RowState) -> None:
        self.bar.set_busy(self.state.busy)
        self.bar.versions.show_entry(self._question, enabled=not self.state.busy)
        if self._editor is not None:
            self._editor.set_savable(not self.state.busy)

    def on_attended(self, attended: bool) -> None:
        self.bar.set_shown(attended)

    # -- what a person does --

    @Slot()
    def edit(self) -> None:
        """Write it anew, in its own place."""
        if self._editor is None and not self.state.busy:
            self._open_editor(self._question.text).begin()

    @Slot()
    def copy(self) -> None:
        """Put the text on the clipboard."""
        copy_text(self._question.text)
        self.copy_button.tell_done(self.tr("Copied"))

    def step_version(self, by: int) -> bool:
        """Ask for another version; False where there is none or none may be chosen."""
        return self.bar.versions.step(by)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.context.asked.choose_asked.emit(self._question.versions[index])

    @Slot()
    def _remove(self) -> None:
        self.context.asked.remove_asked.emit(self._question)

    @Slot(bool)
    def _on_folded(self, folded: bool) -> None:
        self.context.memory.opened[self._question.uid] = not folded

    # -- writing it anew --

    def _open_editor(self, text: str) -> InlineEditor:
        thinking = self._question.thinking
        editor = self._editor = InlineEditor(
            self._theme,
            text,
            name=self.tr("Edit your message"),
            save=self.tr("Save and ask"),
            thinking=self.context.settings.value.thinking if thinking is None else thinking,
        )
        editor.saved.connect(self._on_saved)
        editor.cancelled.connect(self._on_cancelled)
        editor.changed.connect(self._on_edited)
        editor.height_changed.connect(self.lay_out)
        editor.set_savable(not self.state.busy)
        self.bubble.hide()
        self.bar.hide()
        self.add_part(editor)
        editor.show()
        self.context.memory.edits[self._question.uid] = text
        self.lay_out()
        return editor

    def _close_editor(self) -> None:
        self.context.memory.edits.pop(self._question.uid, None)
        if self._editor is not None:
            self.remove_part(self._editor)
            self._editor = None
        self.bubble.show()
        self.bar.show()
        self.lay_out()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.context.memory.edits[self._question.uid] = text

    @Slot(str)
    def _on_saved(self, text: str) -> None:
        thinking = self._editor is not None and self._editor.thinking
        self._close_editor()
        self.context.asked.edit_asked.emit(EditQuestion(self._question, text, thinking))

    @Slot()
    def _on_cancelled(self) -> None:
        self._close_editor()
        self.edit_button.setFocus(Qt.FocusReason.OtherFocusReason)
