"""A better name for a chat than its first words: what the model is asked for it, and what of its answer can be used.

Pure functions. Small models do not always do as they are told, so whatever is no name is thrown away: the chat then
keeps the one it has.
"""

from __future__ import annotations

import re
import unicodedata

from app.core.conversation import TITLE_CHARACTERS
from app.library.presets import Wishes
from engine.types import Message, Role

INSTRUCTION = (
    "Give the conversation above a short title of at most six words, in its own language. "
    "Reply with the title only, without quotation marks."
)
TITLE_WISHES = Wishes(temperature=0.2, max_tokens=32)
# Enough to see what it is about. Cut at the end only: the model has read the beginning already.
QUESTION_CHARACTERS = 2_000
ANSWER_CHARACTERS = 1_000

_STRUCTURE = re.compile(r"<\|[^|<>]*\|>|</?(?:think|tool_call|tool_response)\b", re.IGNORECASE)
_BLOCK = re.compile(r"^(?:#{1,6}\s+|>\s*|[-*+•]\s+|\d{1,2}[.)]\s+|`{3}\w*\s*)+")
_LABEL = re.compile(r"^(?:title|titel|标题|العنوان)\s*[:：]\s*", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”",
    "„": "“”",
    "”": "”",
    "‘": "’",
    "‚": "‘’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    "《": "》",
    "【": "】",
}
_REFUSAL = re.compile(
    r"(?:i(?:['’]m| am) (?:sorry|unable|not able|just an|an ai)|i (?:can['’]?t|cannot|can not|won['’]t)\b"
    r"|sorry(?:[,.!]| but\b| i\b)|as an ai\b|unfortunately\b|es tut mir leid|tut mir leid|leider\b"
    r"|ich kann (?:das |dir |ihnen )?nicht|抱歉|对不起|很遗憾|我无法|我不能|عذر|آسف|أعتذر|لا أستطيع|لا يمكنني)",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"([^\d\s].{0,29}?)\1{3,}")  # not 1000000
_REPEATED_WORDS = re.compile(r"\b(\w+(?:\W+\w+){0,4})(?:\W+\1\b){2,}", re.IGNORECASE)


def title_messages(question: str, answer: str) -> tuple[Message, ...]:
    """The conversation so far, and the wish for its name as the next message.

    Said so, most of it is what the model has in its cache anyway.

    Args:
        question: The chat's first question.
        answer: What was answered, without thoughts.
    """
    return (
        Message(Role.USER, question[:QUESTION_CHARACTERS]),
        Message(Role.ASSISTANT, answer[:ANSWER_CHARACTERS], thinking=""),
        Message(Role.USER, INSTRUCTION),
    )


def clean_title(text: str) -> str | None:
    """The name in what a model answered, in one line of at most TITLE_CHARACTERS.

    None where it is none: nothing, an excuse, something with control tokens or thinking tags, endless repetition.
    """
    if _STRUCTURE.search(text):
        return None
    line = next((each for each in map(_one_line, text.splitlines()) if _BLOCK.sub("", each).strip()), "")
    title = _without_marks(line)
    if not any(each.isalnum() for each in title) or _REFUSAL.match(title):
        return None
    if _REPEATED.search(title) or _REPEATED_WORDS.search(title):
        return None
    return _cut(title)


def _one_line(text: str) -> str:
    """Without what cannot be seen, and with single blanks."""
    seen = (
        each for each in text if each in "\t\u200c\u200d" or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co")
    )
    return " ".join("".join(seen).split())


def _without_marks(line: str) -> str:
    """Without Markdown, tags, a label before it, quotation marks around it and a full stop behind it."""
    while True:
        before = line
        line = _BLOCK.sub("", line)
        line = _TAG.sub("", _LINK.sub(r"\1", line))
        line = _EMPHASIS.sub(r"\2", line)
        line = _LABEL.sub("", line.strip())
        if len(line) > 1 and line[-1] in _QUOTES.get(line[0], "") and line[0] not in line[1:-1]:
            line = line[1:-1]
        line = line.rstrip(" .。,،、;:：…").strip()
        if line == before:
            return line


def _cut(title: str) -> str:
    if len(title) <= TITLE_CHARACTERS:
        return title
    end = TITLE_CHARACTERS - 1  # the ellipsis is a character too
    if " " in title[1 : end + 1]:
        end = title.rindex(" ", 1, end + 1)
    else:
        while end > 1 and _joined(title[end - 1], title[end]):
            end -= 1
    return title[:end].rstrip(" .,;:-–—") + "…"


def _joined(left: str, right: str) -> bool:
    """Two characters that are one for people: a letter and its accent, the parts of an emoji."""
    return "\u200d" in (left, right) or unicodedata.category(right) in ("Mn", "Mc", "Me", "Sk")
