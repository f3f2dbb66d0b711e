"""One attempt at an answer on screen: its thoughts, its text, its notices and the line below.

Shows a domain `Answer` as it is at the moment; decides nothing about the conversation.
"""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.core.answer import Answer, AnswerState
from app.core.chats import GenerationFacts
from app.services.settings import SettingsChanged
from app.ui import text as words
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.markdown.plain_source import plain_text
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.action_bar import ActionBar, MenuItem
from app.ui.transcript.answer_notices import NoticeWords, Remedy, notices_of, offer_words, remedy_words
from app.ui.transcript.asked import Reword, TryAgain
from app.ui.transcript.flow_row import FlowRow
from app.ui.transcript.inline_editor import InlineEditor
from app.ui.transcript.markdown_view import MarkdownView
from app.ui.transcript.message_row import MessageRow, RowContext, RowState
from app.ui.transcript.notice import Notice
from app.ui.transcript.text_view import TextView, copy_text
from app.ui.transcript.thinking_block import ThinkingBlock
from engine.types import Channel

GAP_PX = 9
BAR_GAP_PX = 3
BOTTOM_PX = 16
_REMEDY_ICONS = {Remedy.TRY_AGAIN: Icon.RETRY, Remedy.CONTINUE: Icon.PLAY, Remedy.REMOVE: Icon.TRASH}


def model_name(facts: GenerationFacts) -> str:
    """What answered, without the folder that it lies in; empty where nobody knows."""
    return PurePath(facts.model).name if facts.model else ""


class _Status(Label):
    """What is waited for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, TextRole.THOUGHT, Token.SECONDARY, wrap=True)

    def height_px(self) -> int:
        """At its present width."""
        return self.heightForWidth(max(1, self.width()))


class AnswerView(MessageRow):
    """Follows one Answer, which is read and never changed."""

    def __init__(self, context: RowContext, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._answer = answer
        self._said = ""
        self._thoughts: tuple[str, bool] | None = None
        self._ended = False
        self._live = not answer.state.ended
        self._notices: list[Notice] = []
        self._editor: InlineEditor | None = None
        self.setAccessibleName(self.tr("Answer"))
        self._status = _Status(self._theme)
        self._status.hide()
        self._made_thinking: ThinkingBlock | None = None
        self._markdown = MarkdownView(self._theme)
        self._markdown.setAccessibleName(self.tr("Answer"))
        self._markdown.hide()
        self._markdown.height_changed.connect(self.lay_out)
        self._markdown.texts_changed.connect(self.texts_changed)
        self._markdown.link_asked.connect(context.asked.link_asked)
        self._markdown.link_pointed.connect(context.asked.link_pointed)
        self._follow_up = FlowRow(self._theme)
        self._follow_up.hide()
        self._make_bar()
        self.add_part(self._status)
        self.add_part(self._markdown, before_px=GAP_PX)
        self.add_part(self._follow_up, before_px=GAP_PX)
        self.add_part(self.bar, before_px=BAR_GAP_PX)
        context.settings.changed.connect(self._on_settings)
        self.on_state(self.state)
        self.sync()
        if (text := context.memory.edits.get(answer.uid)) is not None:
            self._open_editor(text)

    def _make_bar(self) -> None:
        self.bar = ActionBar(self._theme, faint=True)
        add = self.bar.add_button
        self.copy_button = add(Icon.COPY, self.tr("Copy"), self.copy, changes=False)
        self.copy_button.offer(self._copy_items)
        self.again_button = add(Icon.RETRY, self.tr("Try again"), self.try_again)
        self.again_button.offer(self._again_items)
        self.reword_button = add(Icon.EDIT, self.tr("Edit the answer"), self.reword)
        self.fork_button = add(Icon.FORK, self.tr("New chat from here"), self._fork, changes=False)
        self.more_button = add(Icon.MORE, self.tr("More"), self._open_more, changes=False)
        self.more_button.offer(self._more_items)
        self.bar.versions.chosen.connect(self._choose)
        self.bar.finish()
        self.bar.hide()

    # -- what it shows --

    @property
    def answer(self) -> Answer:
        return self._answer

    @property
    def thinking(self) -> ThinkingBlock:
        """Made once there is a thought, or somebody asks."""
        if self._made_thinking is None:
            self._made_thinking = block = ThinkingBlock(self._theme)
            self.add_part(block, index=self._part_index(self._markdown))
            block.answer_now_asked.connect(self.context.asked.answer_now_asked)
            block.height_changed.connect(self.lay_out)
            block.opened.connect(self._on_thoughts_opened)
            block.keep_open(self.context.settings.value.thoughts_open)
            if (opened := self.context.memory.opened.get(self._answer.uid)) is not None:
                block.set_opened(opened)
        return self._made_thinking

    @property
    def _thoughts_hidden(self) -> bool:
        return self._made_thinking is None or self._made_thinking.isHidden()

    @property
    def markdown(self) -> MarkdownView:
        return self._markdown

    @property
    def notices(self) -> tuple[Notice, ...]:
        return tuple(self._notices)

    @property
    def follow_ups(self) -> tuple[Button, ...]:
        """What is offered below an answer that was stopped."""
        return tuple(self._follow_up.findChildren(Button)) if not self._follow_up.isHidden() else ()

    @property
    def editor(self) -> InlineEditor | None:
        """Where it is being reworded; None while it is not."""
        return self._editor

    @property
    def texts(self) -> tuple[TextView, ...]:
        """Those of the answer. Thoughts select and copy by themselves."""
        return self._markdown.texts

    @property
    def bottom_px(self) -> float:
        return BOTTOM_PX

    def text(self) -> str:
        """The answer as shown."""
        return self._markdown.text()

    def facts(self) -> str:
        return self.bar.facts.text()

    def status(self) -> str:
        return self._status.text()

    def is_busy(self) -> bool:
        return super().is_busy() or not self._answer.state.ended

    # -- following the answer --

    def sync(self) -> None:
        """Show the answer as it stands now."""
        answer = self._answer
        self._sync_said(answer.text(Channel.ANSWER))
        self._sync_thoughts(answer.text(Channel.THINKING))
        if answer.state.ended != self._ended:
            self._ended = answer.state.ended
            self._clear_notices()
            if self._ended:
                self._show_end()
        if not self._ended:
            self._live = True
            self.bar.hide()
        self._show_waiting()
        self.lay_out()

    def _sync_said(self, said: str) -> None:
        if said == self._said:
            return
        if said.startswith(self._said):
            self._markdown.append(said[len(self._said) :])
        else:
            self._markdown.set_text(said)
        self._said = said
        self._markdown.setVisible(bool(said.strip()) and self._editor is None)

    def _sync_thoughts(self, thoughts: str) -> None:
        answer = self._answer
        over = answer.state.ended or bool(self._said.strip())
        if (thoughts, over) == self._thoughts:
            return
        self._thoughts = (thoughts, over)
        if not thoughts and self._made_thinking is None:
            return
        if over:
            self.thinking.show_ended(thoughts, answer.thinking_s)
        else:
            self.thinking.show_live(thoughts, answer.thinking_since_s)

    def _show_waiting(self) -> None:
        prefill = self._answer.prefill
        if self._ended or not self._thoughts_hidden or not self._markdown.isHidden():
            text = ""
        elif prefill is not None and prefill.total > 0 and prefill.done < prefill.total:
            text = self.tr("Reading… {n} %").format(n=100 * prefill.done // prefill.total)
        elif not self.state.ready:
            text = self.tr("Waiting for the model…")
        else:
            text = self.tr("Reading…")
        self._status.setText(text)
        self._status.setVisible(bool(text))

    def _show_end(self) -> None:
        self._markdown.finish()
        if self._live:
            self._markdown.flush()
        self.bar.show()
        self._tell_facts()
        for each in notices_of(self._answer):
            self._add_notice(each)
        self._offer_to_continue()
        if self._live:
            done = self._answer.state is AnswerState.DONE
            announcement = self.tr("Answer finished") if done else self.tr("Answer ended")
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, announcement))
            self._live = False

    def _tell_facts(self) -> None:
        answer, facts = self._answer, self._answer.facts
        shown = self.context.settings.value.facts_shown
        parts = [self.tr("Stopped")] if answer.state is AnswerState.INTERRUPTED else []
        name = model_name(facts)
        if shown and name and self.state.previous_model not in ("", name):
            parts.append(name)
        if shown and (told := words.answer_facts(facts)):
            parts.append(told)
        tip = [name]
        if facts.precision is not None:
            tip.append(words.precision_name(facts.precision))
        if facts.device:
            tip.append(words.device_name(facts.device))
        self.bar.show_facts(" · ".join(parts), " · ".join(each for each in tip if each))

    def _add_notice(self, said: NoticeWords) -> None:
        notice = Notice(self._theme, said.text, token=said.token)
        for offer in said.offers:
            button = notice.add_action(offer_words(offer), Icon.CUBE)
            button.setAccessibleDescription(offer.reason)
            button.clicked.connect(lambda _=False, taken=offer: self.context.asked.offer_asked.emit(taken))
        for remedy in said.remedies:
            button = notice.add_action(remedy_words(remedy), _REMEDY_ICONS[remedy])
            button.clicked.connect(lambda _=False, what=remedy: self._remedy(what))
            notice.button = notice.button or button
        if not self.state.last:
            notice.remove_action()
        self._notices.append(notice)
        self.add_part(notice, before_px=GAP_PX, index=self._part_index(self._follow_up))
        notice.show()

    def _part_index(self, part: QWidget) -> int:
        return next(index for index, (each, _) in enumerate(self._parts) if each is part)

    def _clear_notices(self) -> None:
        for notice in self._notices:
            self.remove_part(notice)
        self._notices = []
        self._follow_up.hide()

    def _offer_to_continue(self) -> None:
        """What was stopped can go on, as long as nothing was asked since."""
        stopped = self._answer.state is AnswerState.INTERRUPTED and bool(self._answer.said)
        if stopped and not self._follow_up.findChildren(Button):
            button = Button(self._theme, Look.PILL, remedy_words(Remedy.CONTINUE), Icon.PLAY)
            button.setAccessibleName(button.text())
            button.clicked.connect(lambda: self._remedy(Remedy.CONTINUE))
            self._follow_up.add(button)
            button.show()
        self._follow_up.setVisible(stopped and self.state.last and self._ended)

    def on_state(self, before: RowState) -> None:
        state = self.state
        self.bar.set_busy(state.busy)
        self.bar.versions.show_entry(self._answer, enabled=not state.busy)
        self.bar.set_shown(self.attended or state.last)
        if self._ended:
            self._tell_facts()
            self._offer_to_continue()
            if state.last != before.last:
                self._clear_notices()
                for each in notices_of(self._answer):
                    self._add_notice(each)
                self._offer_to_continue()
        for notice in (*self._notices, self._follow_up):
            for button in notice.findChildren(Button):
                button.setEnabled(not state.busy)
        if self._editor is not None:
            self._editor.set_savable(not state.busy)
        self._show_waiting()

    def on_attended(self, attended: bool) -> None:
        self.bar.set_shown(attended or self.state.last)

    @Slot(object)
    def _on_settings(self, changed: SettingsChanged) -> None:
        if "thoughts_open" in changed.names and self._made_thinking is not None:
            self.thinking.keep_open(changed.settings.thoughts_open)
        if "facts_shown" in changed.names and self._ended:
            self._tell_facts()
        self.lay_out()

    @Slot(bool)
    def _on_thoughts_opened(self, opened: bool) -> None:
        self.context.memory.opened[self._answer.uid] = opened

    # -- what a person does --

    @Slot()
    def copy(self) -> None:
        """Put the answer on the clipboard, as plain text."""
        self._copied(plain_text(self._answer.said))

    def _copied(self, text: str) -> None:
        copy_text(text)
        self.copy_button.tell_done(self.tr("Copied"))

    def copy_markdown(self) -> None:
        """Put the answer on the clipboard as it was written."""
        self._copied(self._answer.said)

    def copy_with_thoughts(self) -> None:
        """Put thoughts and answer on the clipboard."""
        self._copied("\n\n".join(each for each in (self.thinking.text(), plain_text(self._answer.said)) if each))

    @Slot()
    def try_again(self, thinking: bool | None = None) -> None:
        """Ask for another attempt."""
        self.context.asked.try_again_asked.emit(TryAgain(self._answer, thinking))

    def step_version(self, by: int) -> bool:
        """Ask for another version; False where there is none or none may be chosen."""
        return self.bar.versions.step(by)

    def _copy_items(self) -> list[MenuItem]:
        items: list[MenuItem] = [
            (self.tr("Copy"), self.copy),
            (self.tr("Copy as Markdown"), self.copy_markdown),
        ]
        if self._answer.text(Channel.THINKING).strip():
            items.append((self.tr("Copy with thoughts"), self.copy_with_thoughts))
        return items

    def _again_items(self) -> list[MenuItem]:
        return [
            (self.tr("Try again"), self.try_again),
            (self.tr("Try again with thinking"), lambda: self.try_again(True)),
            (self.tr("Try again without thinking"), lambda: self.try_again(False)),
        ]

    def _more_items(self) -> list[MenuItem]:
        items = self._copy_items()
        if not self.state.busy:
            items += [("", lambda: None), *self._again_items(), ("", lambda: None)]
            items.append((self.tr("Delete this and what follows"), lambda: self._remedy(Remedy.REMOVE)))
        return items

    @Slot()
    def _open_more(self) -> None:
        self.more_button.open_menu()

    @Slot()
    def _fork(self) -> None:
        self.context.asked.fork_asked.emit(self._answer)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.context.asked.choose_asked.emit(self._answer.versions[index])

    def _remedy(self, remedy: Remedy) -> None:
        match remedy:
            case Remedy.TRY_AGAIN:
                self.try_again()
            case Remedy.CONTINUE:
                self.context.asked.continue_asked.emit(self._answer)
            case Remedy.REMOVE:
                self.context.asked.remove_asked.emit(self._answer)

    # -- rewording --

    @Slot()
    def reword(self) -> None:
        """Write another answer in its place; the thoughts stay as they are."""
        if self._editor is None and self._ended and not self.state.busy:
            self._open_editor(self._answer.said).begin()

    def _open_editor(self, text: str) -> InlineEditor:
        editor = self._editor = InlineEditor(self._theme, text, name=self.tr("Edit the answer"), save=self.tr("Save"))
        editor.saved.connect(self._on_saved)
        editor.cancelled.connect(self._on_cancelled)
        editor.changed.connect(self._on_edited)
        editor.height_changed.connect(self.lay_out)
        editor.set_savable(not self.state.busy)
        self._markdown.hide()
        self.bar.hide()
        self.add_part(editor, before_px=GAP_PX, index=self._part_index(self._markdown))
        editor.show()
        self.context.memory.edits[self._answer.uid] = text
        self.lay_out()
        return editor

    def _close_editor(self) -> None:
        self.context.memory.edits.pop(self._answer.uid, None)
        if self._editor is not None:
            self.remove_part(self._editor)
            self._editor = None
        self._markdown.setVisible(bool(self._said.strip()))
        self.bar.setVisible(self._ended)
        self.lay_out()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.context.memory.edits[self._answer.uid] = text

    @Slot(str)
    def _on_saved(self, text: str) -> None:
        self._close_editor()
        self.context.asked.reword_asked.emit(Reword(self._answer, text))

    @Slot()
    def _on_cancelled(self) -> None:
        self._close_editor()
        self.reword_button.setFocus(Qt.FocusReason.OtherFocusReason)
