"""The formats, and what each makes of a conversation. Knows neither files nor the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.core.portable import PortableConversation


class ExportFormat(StrEnum):
    """JSON holds everything, all versions and thoughts included; the others hold what is shown."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"
    TEXT = "text"

    @property
    def suffix(self) -> str:
        return ".txt" if self is ExportFormat.TEXT else f".{self.value}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file is going to hold.

    titles: of its conversations, in order.
    folders: the names of all folders, in the person's order; empty where it holds only some conversations.
    """

    titles: Sequence[str]
    folders: Sequence[str] = ()


class Writer(Protocol):
    """Writes one file, piece by piece, so that no more than one conversation is in memory."""

    def begin(self, contents: Contents) -> Iterator[str]: ...

    def conversation(self, conversation: PortableConversation) -> Iterator[str]: ...

    def end(self) -> Iterator[str]: ...


def writer_for(form: ExportFormat, *, thinking: bool) -> Writer:
    """A fresh writer for one file.

    Args:
        thinking: whether thoughts are wanted; JSON holds them in any case.
    """
    # Imported one at a time: the Markdown parser takes its time, and three formats of four do without it.
    match form:
        case ExportFormat.JSON:
            from app.library.chat_export.json_file import JsonWriter

            return JsonWriter()
        case ExportFormat.HTML:
            from app.library.chat_export.html_page import HtmlWriter

            return HtmlWriter(thinking=thinking)
        case ExportFormat.MARKDOWN:
            from app.library.chat_export.markdown_file import MarkdownWriter

            return MarkdownWriter(thinking=thinking)
        case ExportFormat.TEXT:
            from app.library.chat_export.plain_text import TextWriter

            return TextWriter(thinking=thinking)
