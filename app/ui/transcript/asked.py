"""What a person asks for in the transcript, as typed values and the signals that carry them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.core.answer import Answer
from app.core.conversation import Question


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Answer once more. `thinking` says whether to think; None leaves it as it was asked."""

    answer: Answer
    thinking: bool | None = None


@dataclass(frozen=True, slots=True)
class EditQuestion:
    """Ask a question otherwise."""

    question: Question
    text: str
    thinking: bool


@dataclass(frozen=True, slots=True)
class Reword:
    """Put another text in an answer's place."""

    answer: Answer
    text: str


class Asked(QObject):
    """One for all rows of a transcript: they emit, the transcript hands on."""

    answer_now_asked = Signal()
    try_again_asked = Signal(object)
    """A TryAgain."""
    edit_asked = Signal(object)
    """An EditQuestion."""
    reword_asked = Signal(object)
    """A Reword."""
    continue_asked = Signal(object)
    """An Answer that stopped too early."""
    fork_asked = Signal(object)
    """An Entry: a new chat with everything up to it."""
    choose_asked = Signal(object)
    """An Entry: the version to show."""
    remove_asked = Signal(object)
    """An Entry, to be taken out of sight with what follows it."""
    offer_asked = Signal(object)
    """A SmallerChoice: how to load the model instead."""
    link_asked = Signal(str)
    link_pointed = Signal(str)
    """The target of the link under the mouse; empty where there is none."""
