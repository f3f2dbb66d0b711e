"""Conversations as Markdown: the path that is shown, questions as the plain text they are, answers as written."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.chats import PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.formats import Contents
from app.library.chat_export.markdown_text import code_block, plain_as_markdown, quoted, safe_markdown
from app.library.chat_export.words import Shown, dates_of, note_on, shown_parts, speaker, title_of, visible
from engine.types import Role


class MarkdownWriter:
    def __init__(self, *, thinking: bool) -> None:
        self._thinking = thinking
        self._first = True

    def begin(self, contents: Contents) -> Iterator[str]:
        return iter(())

    def conversation(self, conversation: PortableConversation) -> Iterator[str]:
        if not self._first:
            yield "\n"
        self._first = False
        yield f"# {plain_as_markdown(title_of(conversation))}\n"
        if dates := dates_of(conversation):
            yield f"\n*{dates}*\n"
        if prompt := visible(conversation.system_prompt).strip():
            yield f"\n## System prompt\n\n{plain_as_markdown(prompt)}\n"
        for message in conversation.path():
            yield from self._message(message)

    def end(self) -> Iterator[str]:
        return iter(())

    def _message(self, message: PortableMessage) -> Iterator[str]:
        yield f"\n## {plain_as_markdown(speaker(message))}\n"
        if note := note_on(message):
            yield f"\n*{plain_as_markdown(note)}*\n"
        for shown in shown_parts(message, thinking=self._thinking):
            yield f"\n{_part(shown, message.role)}\n"


def _part(shown: Shown, role: Role) -> str:
    match shown.kind:
        case PartKind.TEXT:
            return safe_markdown(shown.text) if role is Role.ASSISTANT else plain_as_markdown(shown.text)
        case PartKind.THINKING:
            return quoted(f"**{shown.label}**\n\n{safe_markdown(shown.text)}")
    label = f"**{plain_as_markdown(shown.label)}**"
    return f"{label}\n\n{code_block(shown.text)}" if shown.text else label
