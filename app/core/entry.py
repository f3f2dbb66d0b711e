"""A place in the tree of a conversation that is open: what came before it and what follows. Knows nothing of what is
said there.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field


def new_uid() -> str:
    """An id for a message that stays the same wherever the message goes."""
    return uuid.uuid4().hex


def now_ms() -> int:
    """Milliseconds since 1970, for showing."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True, eq=False, kw_only=True, repr=False)
class Entry:
    """A message of an open conversation. Its repr says nothing of it: a log must not hold what people wrote.

    parent: What it follows. The first messages follow the conversation's root, which is no message.
    children: What was said next; more than one where it was said otherwise or again.
    chosen: The child that is shown; None takes the latest.
    uid: As it is kept in the store.
    message_id: Its id in the store where it was read from there; None for one that was made since.
    created_at_ms: When it was made, in milliseconds since 1970.
    removed: Taken out of sight by a person, with what follows it.
    """

    parent: Entry | None = None
    children: list[Entry] = field(default_factory=list)
    chosen: Entry | None = None
    uid: str = field(default_factory=new_uid)
    message_id: int | None = None
    created_at_ms: int = field(default_factory=now_ms)
    removed: bool = False

    @property
    def next(self) -> Entry | None:
        """The child that is shown; None at the end."""
        chosen = self.chosen
        if chosen is not None and chosen.parent is self and not chosen.removed:
            return chosen
        return next((each for each in reversed(self.children) if not each.removed), None)

    @property
    def versions(self) -> tuple[Entry, ...]:
        """The message and those that stand beside it, oldest first, without the removed ones."""
        if self.parent is None:
            return (self,)
        return tuple(each for each in self.parent.children if not each.removed)

    def follow_with(self, child: Entry) -> None:
        """Put a message behind this one and show it."""
        child.parent = self
        self.children.append(child)
        self.chosen = child

    def choose(self) -> None:
        """Show this message, and at every fork before it the one that leads to it."""
        at = self
        while at.parent is not None:
            at.parent.chosen = at
            at = at.parent

    def path_to(self) -> list[Entry]:
        """The messages from the first to this one."""
        found = []
        at = self
        while at.parent is not None:
            found.append(at)
            at = at.parent
        return found[::-1]
