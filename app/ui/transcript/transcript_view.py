"""The conversation on screen: the rows of what is shown of it, scrolling, selecting, finding and keys.

Shows what it is given and says what a person asks for. Decides nothing about the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollBar, QStackedLayout, QVBoxLayout, QWidget

from app.core.answer import Answer
from app.core.conversation import Conversation
from app.core.entry import Entry
from app.services.answer_queue import Update
from app.services.open_chats import PathShown
from app.services.settings import SettingsService
from app.services.status import EngineReady, EngineStatus
from app.ui.buttons import Button, Look
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.transcript.action_bar import MenuItem, menu_of
from app.ui.transcript.answer_view import AnswerView, model_name
from app.ui.transcript.asked import Asked
from app.ui.transcript.bubble import Bubble
from app.ui.transcript.column import Row, VirtualColumn
from app.ui.transcript.empty_state import EmptyState
from app.ui.transcript.find_bar import FindBar
from app.ui.transcript.finding import Finder
from app.ui.transcript.forgotten import forgotten_count
from app.ui.transcript.link_hint import LinkHint
from app.ui.transcript.message_row import MessageRow, RowContext, RowMemory, RowState
from app.ui.transcript.question_view import QuestionView
from app.ui.transcript.rows import MessageTexts, RowMaker
from app.ui.transcript.selection import TranscriptSelection
from app.ui.transcript.text_view import TextView

JUMP_AWAY_PX = 8


class TranscriptView(QWidget):
    """Shows one conversation.

    Args:
        theme: Where its looks come from.
        settings: What is shown of thoughts and facts.
    """

    answer_now_asked = Signal()
    try_again_asked = Signal(object)
    """A TryAgain."""
    edit_asked = Signal(object)
    """An EditQuestion."""
    reword_asked = Signal(object)
    """A Reword."""
    continue_asked = Signal(object)
    """An Answer."""
    fork_asked = Signal(object)
    """An Entry."""
    choose_asked = Signal(object)
    """An Entry: the version to show."""
    remove_asked = Signal(object)
    """An Entry."""
    load_asked = Signal()
    offer_asked = Signal(object)
    """A SmallerChoice."""
    link_asked = Signal(str)
    search_ended = Signal()
    """The find bar was closed."""

    def __init__(self, theme: Theme, settings: SettingsService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._conversation: Conversation | None = None
        self._path: list[Entry] = []
        self._places: dict[Entry, int] = {}
        self._forgotten = 0
        self._busy = False
        self._ready = False
        self._chosen: Entry | None = None
        self._attended: MessageRow | None = None
        self._texts = MessageTexts()
        asked = Asked(self)
        self._context = RowContext(theme, settings, asked, RowMemory())
        self._maker = RowMaker(self._context, self._texts)
        self.column = VirtualColumn(theme)
        self.column.setAccessibleName(self.tr("Conversation"))
        self.selection = TranscriptSelection(self.column)
        self.finder = Finder(theme, self.column, self._texts)
        self.find_bar = FindBar(theme)
        self.find_bar.hide()
        self.empty_state = EmptyState(theme)
        self._lay_out()
        self._hint = LinkHint(theme, self)
        self._jump = Button(theme, Look.FLOAT, self.tr("Jump to latest"), Icon.ARROW_DOWN, height_px=32, parent=self)
        self._jump.setAccessibleName(self.tr("Jump to latest"))
        self._jump.hide()
        self._connect(asked)

    def _lay_out(self) -> None:
        page = Page(self._theme)
        centre = QHBoxLayout()
        centre.addStretch(1)
        centre.addWidget(self.empty_state, 1000)
        centre.addStretch(1)
        page.column.addLayout(centre, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(page)
        self._stack.addWidget(self.column)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.find_bar)
        column.addLayout(self._stack, 1)
        self.setFocusProxy(self.column)

    def _connect(self, asked: Asked) -> None:
        for inner, outer in (
            (asked.answer_now_asked, self.answer_now_asked),
            (asked.try_again_asked, self.try_again_asked),
            (asked.edit_asked, self.edit_asked),
            (asked.reword_asked, self.reword_asked),
            (asked.continue_asked, self.continue_asked),
            (asked.fork_asked, self.fork_asked),
            (asked.remove_asked, self.remove_asked),
            (asked.offer_asked, self.offer_asked),
            (asked.link_asked, self.link_asked),
            (self.empty_state.load_asked, self.load_asked),
            (self.empty_state.offer_asked, self.offer_asked),
        ):
            inner.connect(outer)
        asked.choose_asked.connect(self._on_choose)
        asked.link_pointed.connect(self._hint.point_at)
        self._jump.clicked.connect(self.jump_to_latest)
        self.column.followed.connect(self._place_jump)
        self.column.mounted.connect(self._on_mounted)
        self.column.verticalScrollBar().rangeChanged.connect(self._place_jump)
        self.selection.menu_asked.connect(self._open_menu)
        self.find_bar.sought.connect(self.finder.seek)
        self.find_bar.step_asked.connect(self.finder.step)
        self.find_bar.ended.connect(self.close_find)
        self.finder.counted.connect(self._tell_count)
        self._theme.changed.connect(self._place_jump)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    # -- what is there --

    @property
    def answers(self) -> tuple[AnswerView, ...]:
        """The answers that exist as widgets, from top to bottom."""
        return tuple(view for _, view in self.column.views if isinstance(view, AnswerView))

    @property
    def questions(self) -> tuple[Bubble, ...]:
        """The bubbles that exist as widgets, from top to bottom."""
        return tuple(view.bubble for _, view in self.column.views if isinstance(view, QuestionView))

    @property
    def question_views(self) -> tuple[QuestionView, ...]:
        """The questions that exist as widgets, from top to bottom."""
        return tuple(view for _, view in self.column.views if isinstance(view, QuestionView))

    @property
    def jump_button(self) -> Button:
        return self._jump

    @property
    def link_hint(self) -> LinkHint:
        return self._hint

    def is_following(self) -> bool:
        """It stays at the end as the conversation grows."""
        return self.column.is_following()

    def verticalScrollBar(self) -> QScrollBar:
        return self.column.verticalScrollBar()

    # -- what is shown --

    @Slot(object)
    def show_path(self, shown: PathShown) -> None:
        """Show what a conversation shows. Messages that were there keep their widgets."""
        conversation = shown.conversation
        path = conversation.path()
        if conversation is not self._conversation:
            self._texts.forget()
            self.selection.clear()
        same = next((n for n, (a, b) in enumerate(zip(self._path, path, strict=False)) if a is not b), len(path))
        if self.selection.reaches(same):
            self.selection.clear()
        self._conversation = conversation
        self.empty_state.set_temporary(conversation.temporary)
        self._stack.setCurrentIndex(1 if path else 0)
        self._set_path(path)
        if shown.at is not None and (index := self.column.index_of(shown.at)) >= 0:
            self.column.scroll_to_row(index)
            view = self.column.view(shown.at)
            if isinstance(view, MessageRow):
                view.mark()
        elif shown.follow:
            self.column.jump_to_end()
        self._focus_chosen()
        self._place_jump()
        if self.is_finding():
            self.finder.look_again()

    def _set_path(self, path: Sequence[Entry]) -> None:
        self._path = list(path)
        self._places = {entry: index for index, entry in enumerate(self._path)}
        self._forgotten = forgotten_count(self._path)
        # First what stays: it may be another's turn to be the last.
        self._tell_states()
        self.column.set_rows(self._maker.rows(self._path, self._forgotten))
        self._tell_states()

    @Slot(object)
    def update_answer(self, update: Update) -> None:
        """An answer went on."""
        answer = update.answer
        if answer not in self._places:
            return
        view = self.column.view(answer)
        if isinstance(view, AnswerView):
            view.sync()
        if answer is self._path[-1] and answer.dropped_messages and forgotten_count(self._path) != self._forgotten:
            self._set_path(self._path)
        if answer.state.ended and self.is_finding():
            self.finder.look_again()

    @Slot(bool)
    def set_busy(self, busy: bool) -> None:
        """An answer of this chat is being made: nothing in it may be changed."""
        self._busy = busy
        self._tell_states()

    @Slot(object)
    def show_status(self, status: EngineStatus) -> None:
        """Say how the model is, where somebody waits for it."""
        self._ready = isinstance(status, EngineReady)
        self.empty_state.show_status(status)
        self._tell_states()

    @Slot(bool)
    def set_raw(self, raw: bool) -> None:
        """Texts are continued as they stand."""
        self.empty_state.set_raw(raw)

    @Slot(object)
    def _on_mounted(self, row: Row) -> None:
        view = self.column.view(row.key)
        if isinstance(view, MessageRow):
            self._tell_state(row.key, view)

    def _tell_states(self) -> None:
        for index, view in self.column.views:
            if isinstance(view, MessageRow):
                self._tell_state(self.column.row(index).key, view)

    def _tell_state(self, key: object, view: MessageRow) -> None:
        place = self._places.get(key) if isinstance(key, Entry) else None
        if place is None:
            return
        view.set_state(
            RowState(
                last=place == len(self._path) - 1,
                dimmed=place < self._forgotten,
                busy=self._busy,
                ready=self._ready,
                previous_model=self._model_before(place) if isinstance(view, AnswerView) else "",
                versions=len(self._path[place].versions),
            )
        )

    def _model_before(self, place: int) -> str:
        for entry in reversed(self._path[max(0, place - 4) : place]):
            if isinstance(entry, Answer):
                return model_name(entry.facts)
        return ""

    # -- scrolling --

    @Slot()
    def jump_to_latest(self) -> None:
        """Go to the end and stay there."""
        self.column.jump_to_end()
        self._place_jump()

    @Slot(int)
    def scroll_pages(self, pages: int) -> None:
        """Scroll by screenfuls; negative is up."""
        self.column.scroll_pages(pages)

    @Slot()
    def _place_jump(self) -> None:
        self._jump.setVisible(not self.is_following() and self._stack.currentIndex() == 1)
        self._jump.adjustSize()
        away = self._theme.px(JUMP_AWAY_PX)
        self._jump.move((self.width() - self._jump.width()) // 2, self.height() - self._jump.height() - away)
        self._jump.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_jump()
        self._hint.place()

    # -- versions and focus --

    @Slot(object)
    def _on_choose(self, entry: Entry) -> None:
        self._chosen = entry
        self.choose_asked.emit(entry)
        self._chosen = None

    def _focus_chosen(self) -> None:
        """The version that was asked for takes the keyboard's focus over from the one that it replaces."""
        view = self.column.view(self._chosen) if self._chosen is not None else None
        if isinstance(view, AnswerView | QuestionView):
            versions = view.bar.versions
            target = versions.next if versions.next.isEnabled() else versions.previous
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QWidget, QWidget)
    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        row = self._row_of(new)
        if row is not self._attended:
            if self._attended is not None and self._attended in (view for _, view in self.column.views):
                self._attended.set_focused(False)
            self._attended = row
            if row is not None:
                row.set_focused(True)
        if (
            row is not None
            and new is not None
            and self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        ):
            self._show_focused(new)

    def _row_of(self, widget: QWidget | None) -> MessageRow | None:
        at = widget
        while at is not None and not isinstance(at, MessageRow):
            at = at.parentWidget()
        return at if at is not None and self.column.isAncestorOf(at) else None

    def _show_focused(self, widget: QWidget) -> None:
        """Who goes through the messages with Tab sees where they are."""
        viewport = self.column.viewport()
        top = widget.mapTo(viewport, QPoint(0, 0)).y()
        bottom, room = top + widget.height(), viewport.height()
        bar = self.column.verticalScrollBar()
        if bottom > room and (widget.height() < room or top >= room):
            bar.setValue(bar.value() + min(bottom - room, top))
        elif top < 0 and (widget.height() < room or bottom <= 0):
            bar.setValue(bar.value() + top)

    # -- keys --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.selection.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selection.select_all()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            forward = (event.key() == Qt.Key.Key_Right) != (self.layoutDirection() is Qt.LayoutDirection.RightToLeft)
            self.step_version(1 if forward else -1)
        elif event.key() == Qt.Key.Key_F3 and self.is_finding():
            self.finder.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape and self.is_finding():
            self.close_find()
        else:
            super().keyPressEvent(event)

    def step_version(self, by: int) -> bool:
        """Ask for another version of the message that has the focus, or else of the last one that has any."""
        row = self._row_of(QApplication.focusWidget())
        if isinstance(row, AnswerView | QuestionView) and len(self._versions_of(row)) > 1:
            return row.step_version(by)
        last = next((entry for entry in reversed(self._path) if len(entry.versions) > 1), None)
        view = self.column.view(last) if last is not None else None
        return isinstance(view, AnswerView | QuestionView) and view.step_version(by)

    def _versions_of(self, row: AnswerView | QuestionView) -> tuple[Entry, ...]:
        return (row.answer if isinstance(row, AnswerView) else row.question).versions

    # -- finding --

    def is_finding(self) -> bool:
        """The find bar is open."""
        return not self.find_bar.isHidden()

    @Slot()
    def open_find(self) -> None:
        """Let the person look for something in this chat."""
        self.find_bar.show()
        self.find_bar.begin()
        self.finder.seek(self.find_bar.field.text())

    @Slot()
    def close_find(self) -> None:
        """Look for nothing any more."""
        if self.is_finding():
            self.find_bar.hide()
            self.finder.seek("")
            self.search_ended.emit()

    @Slot()
    def _tell_count(self) -> None:
        finder = self.finder
        self.find_bar.show_count(finder.current + 1, len(finder.matches), done=finder.is_done)

    # -- the menu of texts --

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        index = self.column.row_at(self.column.to_viewport(place).y())
        focus = QApplication.focusWidget()
        text = focus if isinstance(focus, TextView) and focus.textCursor().hasSelection() else None
        items: list[MenuItem] = []
        if self.selection.is_active():
            items.append((self.tr("Copy"), self.selection.copy))
            items.append((self.tr("Copy as Markdown"), lambda: self.selection.copy(markdown=True)))
        elif text is not None:
            items.append((self.tr("Copy"), text.copy))
        view = self.column.view(self.column.row(index).key) if index >= 0 else None
        if not self.selection.is_active() and isinstance(view, AnswerView):
            items.append((self.tr("Copy the answer"), view.copy))
            items.append((self.tr("Copy the answer as Markdown"), view.copy_markdown))
        elif not self.selection.is_active() and isinstance(view, QuestionView):
            items.append((self.tr("Copy the message"), view.copy))
        items += [("", lambda: None), (self.tr("Select all"), self.select_all)]
        self._theme.open_menu(menu_of(items, self), place)

    @Slot()
    def select_all(self) -> None:
        """Select all messages, whether or not they exist as widgets."""
        self.selection.select_all()
