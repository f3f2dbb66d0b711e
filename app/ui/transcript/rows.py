"""The rows of a conversation: for every message what makes its widget, a quick guess at its height, and its texts.

Everything but the guess is worked out only when somebody needs it. Knows no scrolling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.core.answer import Answer
from app.core.conversation import Question, Remark
from app.core.entry import Entry
from app.ui.markdown.plain_source import plain_text, searchable_text
from app.ui.theme import Theme
from app.ui.tokens import TextRole
from app.ui.transcript.answer_view import AnswerView
from app.ui.transcript.bubble import FOLDED_LINES, WIDEST_SHARE
from app.ui.transcript.column import Row
from app.ui.transcript.message_row import RowContext
from app.ui.transcript.question_view import QuestionView
from app.ui.transcript.remark_view import ForgottenLine, RemarkView
from engine.types import Channel

# A letter of running text is about so wide, as a share of the font's size.
LETTER_SHARE = 0.5
QUESTION_EXTRA_PX = 46
ANSWER_EXTRA_PX = 70
REMARK_EXTRA_PX = 40
LINE_ROW_PX = 38
FORGOTTEN = "forgotten"
"""The key of the row that parts what the model is told from what it is not."""


@dataclass(slots=True)
class _Kept:
    """A text that was worked out, and how long its source was then."""

    length: int
    text: str


class MessageTexts:
    """The texts of messages, worked out once."""

    def __init__(self) -> None:
        self._searchable: dict[Entry, _Kept] = {}

    def source(self, entry: Entry) -> str:
        """As it was written."""
        match entry:
            case Answer():
                return entry.said
            case Question(text=text) | Remark(text=text):
                return text
            case _:
                return ""

    def plain(self, entry: Entry) -> str:
        """For the clipboard, without thoughts."""
        return plain_text(entry.said) if isinstance(entry, Answer) else self.source(entry)

    def searchable(self, entry: Entry) -> str:
        """The words as they stand on screen, without thoughts."""
        source = self.source(entry)
        if not isinstance(entry, Answer):
            return source
        kept = self._searchable.get(entry)
        if kept is None or kept.length != len(source):
            kept = self._searchable[entry] = _Kept(len(source), searchable_text(source))
        return kept.text

    def forget(self) -> None:
        """Another conversation is shown."""
        self._searchable.clear()


class RowMaker:
    """Makes rows, each message's once."""

    def __init__(self, context: RowContext, texts: MessageTexts) -> None:
        self._context = context
        self._texts = texts
        self._rows: dict[Entry, Row] = {}
        self._forgotten = Row(
            FORGOTTEN, lambda parent: ForgottenLine(context, parent), lambda width: LINE_ROW_PX, str, str
        )

    def rows(self, path: Sequence[Entry], forgotten: int) -> list[Row]:
        """Rows for these messages, with a line behind the first `forgotten` of them."""
        self._rows = {entry: self._rows.get(entry) or self._row(entry) for entry in path}
        rows = list(self._rows.values())
        if forgotten:
            rows.insert(forgotten, self._forgotten)
        return rows

    def _row(self, entry: Entry) -> Row:
        def make(parent: QWidget) -> QWidget:
            match entry:
                case Question():
                    return QuestionView(self._context, entry, parent)
                case Answer():
                    return AnswerView(self._context, entry, parent)
                case Remark():
                    return RemarkView(self._context, entry, parent)
                case _:
                    raise TypeError(f"{type(entry).__name__} cannot be shown")

        return Row(
            entry,
            make,
            lambda width: guess_px(self._context.theme, entry, width),
            lambda: self._texts.plain(entry),
            lambda: self._texts.source(entry),
        )


def guess_px(theme: Theme, entry: Entry, width: int) -> int:
    """About how high a message will be, from how long its text is."""
    line_px = theme.line_height_px(TextRole.BODY)
    letter_px = TextRole.BODY.size_px * theme.zoom * LETTER_SHARE
    match entry:
        case Question(text=text):
            lines = _lines(len(text), text.count("\n"), width * WIDEST_SHARE / letter_px)
            return round(min(lines, FOLDED_LINES + 1) * line_px) + theme.px(QUESTION_EXTRA_PX)
        case Answer(parts=parts):
            characters = breaks = 0
            for part in parts:
                if part.channel is Channel.ANSWER:
                    characters += len(part.text)
                    breaks += part.text.count("\n")
            lines = _lines(characters, breaks, width / letter_px)
            return round(lines * line_px) + theme.px(ANSWER_EXTRA_PX)
        case Remark(text=text):
            lines = _lines(len(text), text.count("\n"), width / letter_px)
            return round(lines * line_px) + theme.px(REMARK_EXTRA_PX)
        case _:
            return round(line_px)


def _lines(characters: int, breaks: int, per_line: float) -> float:
    """Full lines, and half of one lost at each break."""
    return max(1.0, characters / max(1.0, per_line) + breaks * 0.6)
