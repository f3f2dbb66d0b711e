"""The tree of a conversation's messages, and the one path through it that is shown. Pure; knows no database.

Asking otherwise or again adds a sibling; nothing is overwritten. At every fork one version is the chosen one, and a
fork remembers its choice while another is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.core.chats import ChatMessage


class MessageTree:
    """An immutable view of messages and choices.

    Args:
        messages: in the order of their ids; a message whose parent is not among them is taken for a first one, so that
            nothing of a salvaged conversation is out of reach.
        chosen: for a parent's id (None for the first message) the id of its chosen child. Where a choice is missing or
            points nowhere, the latest child is taken.
    """

    def __init__(self, messages: Iterable[ChatMessage], chosen: Mapping[int | None, int] | None = None) -> None:
        self._messages = {message.id: message for message in messages}
        self._chosen = dict(chosen or {})
        self._children: dict[int | None, list[int]] = {}
        for message in self._messages.values():
            if not message.removed:
                self._children.setdefault(self.parent_of(message.id), []).append(message.id)

    def __len__(self) -> int:
        return len(self._messages)

    def __contains__(self, message_id: int) -> bool:
        return message_id in self._messages

    def __iter__(self) -> Iterator[ChatMessage]:
        """Every message, removed ones too, in the order of their ids."""
        return iter(self._messages.values())

    def message(self, message_id: int) -> ChatMessage:
        """Raises KeyError for a message of another conversation."""
        return self._messages[message_id]

    def parent_of(self, message_id: int) -> int | None:
        """The parent's id; None for a first message. A parent that comes later (a circle) counts as none."""
        parent = self._messages[message_id].parent_id
        return parent if parent in self._messages and parent < message_id else None

    def versions(self, message_id: int) -> tuple[int, ...]:
        """The message and its siblings, oldest first."""
        return tuple(self._children.get(self.parent_of(message_id), ()))

    def chosen_child(self, parent_id: int | None) -> int | None:
        """The child that is shown after `parent_id`; None at the end of a path."""
        children = self._children.get(parent_id)
        if not children:
            return None
        chosen = self._chosen.get(parent_id)
        return chosen if chosen in children else children[-1]

    def path(self) -> tuple[ChatMessage, ...]:
        """The messages that are shown, first to last."""
        found: list[ChatMessage] = []
        at = self.chosen_child(None)
        while at is not None:
            found.append(self._messages[at])
            at = self.chosen_child(at)
        return tuple(found)

    def path_to(self, message_id: int) -> tuple[ChatMessage, ...]:
        """The messages from the first to this one, whatever is chosen."""
        found: list[ChatMessage] = []
        at: int | None = message_id
        while at is not None:
            found.append(self._messages[at])
            at = self.parent_of(at)
        return tuple(reversed(found))

    def choices_to(self, message_id: int) -> dict[int | None, int]:
        """What has to be chosen at each fork so that this message is shown."""
        return {self.parent_of(message.id): message.id for message in self.path_to(message_id)}
