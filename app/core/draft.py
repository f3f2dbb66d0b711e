"""A message that is still being written: its text and the text files that go with it."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.chats import Part, PartKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file.

    name: without its folder.
    pasted: it is no file but a long text that was pasted, and can become part of the message's own text again.
    """

    name: str
    text: str
    pasted: bool = False

    @property
    def part(self) -> Part:
        """As it is kept in a message."""
        return Part(PartKind.ATTACHMENT, self.text, self.name)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the composer."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.attachments)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The attachments as they are kept in a message."""
        return tuple(each.part for each in self.attachments)
