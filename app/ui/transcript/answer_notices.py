"""What is said below an answer that did not end as it should, and what can be done about it. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.core.answer import Answer, AnswerState
from app.ui import text as words
from app.ui.tokens import Token
from engine.errors import EngineGone
from engine.types import Failed, FinishReason, SmallerChoice


class Remedy(Enum):
    """Something to do about it. REMOVE takes the answer away."""

    TRY_AGAIN = auto()
    CONTINUE = auto()
    REMOVE = auto()


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """`offers` are ways to load the model that take less memory."""

    text: str
    token: Token = Token.WARNING
    remedies: tuple[Remedy, ...] = ()
    offers: tuple[SmallerChoice, ...] = ()


def remedy_words(remedy: Remedy) -> str:
    """What its button says."""
    match remedy:
        case Remedy.TRY_AGAIN:
            return QCoreApplication.translate("AnswerNotices", "Try again")
        case Remedy.CONTINUE:
            return QCoreApplication.translate("AnswerNotices", "Continue")
        case Remedy.REMOVE:
            return QCoreApplication.translate("AnswerNotices", "Delete")


def offer_words(offer: SmallerChoice) -> str:
    """ "Load with 8-bit · CPU · 4,096 tokens"."""
    tokens = QCoreApplication.translate("AnswerNotices", "{n} tokens").format(n=words.count(offer.context_tokens))
    facts = " · ".join((words.precision_name(offer.precision), words.device_name(offer.device), tokens))
    return QCoreApplication.translate("AnswerNotices", "Load with {facts}").format(facts=facts)


def notices_of(answer: Answer) -> tuple[NoticeWords, ...]:
    """What there is to say about an answer that ended."""
    found = [NoticeWords(_tool_words(call.name)) for call in answer.tool_calls]
    said = bool(answer.said)
    go_on = (Remedy.CONTINUE,) if said else ()
    reason = answer.facts.finish_reason
    if answer.state is AnswerState.FAILED:
        failure = answer.failure
        offers = failure.offers if failure is not None else ()
        found.append(NoticeWords(_failure_words(failure, said), Token.DANGER, (Remedy.TRY_AGAIN, *go_on), offers))
    elif reason is FinishReason.LOOP:
        found.append(NoticeWords(_loop_words(said), Token.WARNING, (Remedy.TRY_AGAIN, *go_on, Remedy.REMOVE)))
    elif reason is FinishReason.LENGTH:
        found.append(NoticeWords(_length_words(said), Token.WARNING, go_on or (Remedy.TRY_AGAIN,)))
    elif answer.state is AnswerState.DONE and not said and not answer.tool_calls:
        found.append(NoticeWords(_empty_words(), Token.WARNING, (Remedy.TRY_AGAIN,)))
    return tuple(found)


def _tool_words(name: str) -> str:
    return QCoreApplication.translate(
        "AnswerNotices", "The model asked for a tool named “{name}”. There are no tools here, so nothing was run."
    ).format(name=name)


def _loop_words(said: bool) -> str:
    if said:
        return QCoreApplication.translate(
            "AnswerNotices", "The model began to repeat itself and was stopped. What it wrote is kept."
        )
    return QCoreApplication.translate(
        "AnswerNotices",
        "The model began to repeat itself while it was thinking and was stopped. Your question is kept.",
    )


def _length_words(said: bool) -> str:
    if said:
        return QCoreApplication.translate(
            "AnswerNotices", "The answer reached the longest length that fits, and may be cut short."
        )
    return QCoreApplication.translate(
        "AnswerNotices", "The thoughts took all the room there was for an answer. Your question is kept."
    )


def _empty_words() -> str:
    return QCoreApplication.translate("AnswerNotices", "The model ended without an answer. Your question is kept.")


def _failure_words(failure: Failed | None, said: bool) -> str:
    if failure is None:
        return QCoreApplication.translate("AnswerNotices", "The answer could not be finished. Your question is kept.")
    if failure.kind == EngineGone.kind:  # its message says already what was kept
        return failure.message
    if said:
        kept = QCoreApplication.translate("AnswerNotices", "Your question and the text above are kept.")
    else:
        kept = QCoreApplication.translate("AnswerNotices", "Your question is kept.")
    return f"{failure.message} {kept}"
