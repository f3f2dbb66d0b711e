"""The scrolling column of turns. Follows the end while the person is there and only then."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.chat_session import Attempt, Update
from app.services.status import ChosenModel, EngineReady, EngineStatus
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme
from app.ui.tokens import COLUMN_PX
from app.ui.transcript.answer_view import AnswerView
from app.ui.transcript.bubble import Bubble
from app.ui.transcript.empty_state import EmptyState

NEAR_END_PX = 4
TURN_GAP_PX = 20
SIDE_PX = 16
PAGE_TOP_PX = 24
WIDEST_SIDE = 24


class TranscriptView(QScrollArea):
    """Shows one conversation.

    Args:
        theme: Where its looks come from.
        model: For what the empty chat says.
    """

    answer_now_asked = Signal()
    try_again_asked = Signal()
    load_asked = Signal()

    def __init__(self, theme: Theme, model: ChosenModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._following = True
        self._ready = False
        self._answers: dict[int, AnswerView] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversation"))
        self._page = QWidget()
        self._sides = QHBoxLayout(self._page)
        self._column = QWidget()
        self._column.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._turns = QVBoxLayout(self._column)
        self._turns.setContentsMargins(0, 0, 0, 0)
        self._sides.addStretch(1)
        self._sides.addWidget(self._column, 1000)
        self._sides.addStretch(1)
        self._empty = EmptyState(theme, model)
        self._empty.load_asked.connect(self.load_asked)
        self._turns.addWidget(self._empty, 1000)
        self._turns.addStretch(1)
        self.setWidget(self._page)
        self._jump = Button(theme, Look.FLOAT, self.tr("Jump to latest"), Icon.ARROW_DOWN, height_px=32, parent=self)
        self._jump.setAccessibleName(self.tr("Jump to latest"))
        self._jump.clicked.connect(self.jump_to_latest)
        self._jump.hide()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range)
        theme.changed.connect(self._restyle)
        self._restyle()

    def is_following(self) -> bool:
        return self._following

    @property
    def jump_button(self) -> Button:
        return self._jump

    @property
    def empty_state(self) -> EmptyState:
        return self._empty

    @property
    def answers(self) -> tuple[AnswerView, ...]:
        """The attempts on screen, oldest first."""
        return tuple(self._answers.values())

    @Slot(object)
    def show_status(self, status: EngineStatus) -> None:
        self._ready = isinstance(status, EngineReady)
        self._empty.show_status(status)

    @Slot(object)
    def add(self, attempt: Attempt) -> None:
        """Show a question, unless it stands here already, and the place of its answer."""
        self._empty.hide()
        for view in self._answers.values():
            view.retire()
        if not attempt.again:
            self._insert(Bubble(self._theme, attempt.turn.question))
        view = AnswerView(self._theme, attempt.answer, waits_for_model=not self._ready)
        view.answer_now_asked.connect(self.answer_now_asked)
        view.try_again_asked.connect(self.try_again_asked)
        self._answers[attempt.request_id] = view
        self._insert(view)
        self.jump_to_latest()

    @Slot(object)
    def update_answer(self, update: Update) -> None:
        view = self._answers.get(update.request_id)
        if view is not None:
            view.take(update.batch.events)

    @Slot()
    def clear(self) -> None:
        """Show an empty chat."""
        self._answers.clear()
        while self._turns.count() > 2:
            item = self._turns.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._empty.show()
        self.jump_to_latest()

    @Slot()
    def jump_to_latest(self) -> None:
        """Go to the end and stay there."""
        self._following = True
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._jump.hide()

    def scroll_pages(self, pages: int) -> None:
        """Scroll by screenfuls; negative is up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    def _insert(self, widget: QWidget) -> None:
        self._turns.insertWidget(self._turns.count() - 1, widget)

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        self._following = value >= self.verticalScrollBar().maximum() - NEAR_END_PX
        self._jump.setVisible(not self._following)
        self._place_jump()

    @Slot(int, int)
    def _on_range(self, low: int, high: int) -> None:
        self._set_sides()
        if self._following:
            self.verticalScrollBar().setValue(high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Getting narrower makes the text longer: without this the end would slip out of sight.
        following = self._following
        super().resizeEvent(event)
        self._set_sides()
        if following:
            self.jump_to_latest()
        self._place_jump()

    def _place_jump(self) -> None:
        self._jump.adjustSize()
        self._jump.move((self.width() - self._jump.width()) // 2, self.height() - self._jump.height() - 8)
        self._jump.raise_()

    def _set_sides(self) -> None:
        """As wide a margin on the left as the scroll bar takes on the right, so that the column stays in the middle."""
        px = self._theme.px
        bar = self.verticalScrollBar()
        bar_px = bar.sizeHint().width() if bar.maximum() > 0 else 0
        # Zoomed in, a narrow window needs its width for words.
        side_px = min(px(SIDE_PX), max(SIDE_PX, self.width() // WIDEST_SIDE))
        self._sides.setContentsMargins(side_px + bar_px, px(PAGE_TOP_PX), side_px, px(PAGE_TOP_PX))

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setMaximumWidth(px(COLUMN_PX))
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self._set_sides()
        self._turns.setSpacing(px(TURN_GAP_PX))
        self.verticalScrollBar().setSingleStep(px(22))
        self._place_jump()
