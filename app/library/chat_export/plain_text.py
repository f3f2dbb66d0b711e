"""Conversations as plain text: what is shown, without any markup of ours but a line under each title."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.formats import Contents
from app.library.chat_export.words import dates_of, note_on, shown_parts, speaker, title_of, visible

LINE_COLUMNS = 72


class TextWriter:
    def __init__(self, *, thinking: bool) -> None:
        self._thinking = thinking
        self._first = True

    def begin(self, contents: Contents) -> Iterator[str]:
        return iter(())

    def conversation(self, conversation: PortableConversation) -> Iterator[str]:
        if not self._first:
            yield f"\n\n{'=' * LINE_COLUMNS}\n\n"
        self._first = False
        title = title_of(conversation)
        yield f"{title}\n{'-' * min(len(title), LINE_COLUMNS)}\n"
        if dates := dates_of(conversation):
            yield f"{dates}\n"
        if prompt := visible(conversation.system_prompt).strip():
            yield f"\nSystem prompt:\n{prompt}\n"
        for message in conversation.path():
            yield "\n"
            yield from message_lines(message, thinking=self._thinking)

    def end(self) -> Iterator[str]:
        return iter(())


def message_lines(message: PortableMessage, *, thinking: bool) -> Iterator[str]:
    """One message with who wrote it."""
    note = note_on(message)
    yield f"{speaker(message)}{f' [{note}]' if note else ''}:\n"
    for at, shown in enumerate(shown_parts(message, thinking=thinking)):
        lines = (f"[{shown.label}]" if shown.label else "", shown.text)
        yield "\n" * bool(at) + "".join(f"{line}\n" for line in lines if line)
