"""Messages that point at their parents, put in an order in which every parent comes first. Pure.

Sources tell their trees in many ways, and damaged or hostile ones in circles; whatever comes in, every message comes
out exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.chats import GenerationFacts
from app.core.portable import PortableMessage
from app.library.chat_import.limits import MAX_MESSAGES
from app.library.chat_import.parsed import joined
from app.library.chat_import.values import BrokenConversation
from engine.types import Role


@dataclass(frozen=True, slots=True)
class Node:
    """A message and what it follows. Without a message it is passed over: what follows it follows its parent."""

    key: str
    parent: str | None
    message: PortableMessage | None


@dataclass(frozen=True, slots=True)
class Assembled:
    """messages, first_chosen: as in a PortableConversation. circular: some messages followed each other in a circle."""

    messages: tuple[PortableMessage, ...]
    first_chosen: int | None
    circular: bool = False


def assemble(nodes: Sequence[Node], current: str | None) -> Assembled:
    """Args:
        nodes: in the order in which versions are to stand beside each other.
        current: the key of the last message that is shown; where there is none of that key, the latest version is
            shown everywhere.

    Raises:
        BrokenConversation: there are too many messages.
    """
    if len(nodes) > MAX_MESSAGES:
        raise BrokenConversation(f"It has more than {MAX_MESSAGES:,} messages.")
    by_key = {each.key: each for each in nodes}
    children: dict[str | None, list[str]] = {}
    for each in by_key.values():
        parent = each.parent if each.parent in by_key and each.parent != each.key else None
        children.setdefault(parent, []).append(each.key)
    places: dict[str, int | None] = {}  # of a node without a message, that of the one before it
    messages: list[PortableMessage] = []
    circular = False
    _walk(children.get(None, []), by_key, children, places, messages)
    for key in by_key:  # what no walk has reached goes in a circle
        if key not in places:
            circular = True
            _walk([key], by_key, children, places, messages)
    first = _choose(current, by_key, places, messages)
    return Assembled(tuple(messages), first, circular)


def merge_turns(assembled: Assembled) -> Assembled:
    """Make one answer of its steps: of messages by the assistant or a tool that follow each other without a fork.

    Ponder keeps thoughts, tool calls and their results as parts of the answer that they led to.
    """
    messages = assembled.messages
    followers = [0] * len(messages)
    for each in messages:
        if each.parent is not None:
            followers[each.parent] += 1
    merged: list[PortableMessage] = []
    place_of: list[int] = []
    for each in messages:
        parent = None if each.parent is None else place_of[each.parent]
        if (
            parent is not None
            and each.parent is not None
            and followers[each.parent] == 1
            and _is_step(each)
            and _is_step(messages[each.parent])
        ):
            merged[parent] = _joined(merged[parent], each)
            place_of.append(parent)
        else:
            place_of.append(len(merged))
            merged.append(replace(each, parent=parent))
    # A choice still names a place of before. Of a message that was merged, the choice of its last step is left.
    done = [
        each if each.chosen_child is None else replace(each, chosen_child=place_of[each.chosen_child])
        for each in merged
    ]
    first = assembled.first_chosen
    return Assembled(tuple(done), None if first is None else place_of[first], assembled.circular)


def _walk(
    starts: Iterable[str],
    by_key: Mapping[str, Node],
    children: Mapping[str | None, Sequence[str]],
    places: dict[str, int | None],
    messages: list[PortableMessage],
) -> None:
    """Place everything that can be reached, parents first and versions in order. No recursion: chats grow long."""
    waiting: list[tuple[str, int | None]] = [(key, None) for key in reversed(list(starts))]
    while waiting:
        key, above = waiting.pop()
        if key in places:
            continue
        message = by_key[key].message
        if message is not None:
            messages.append(replace(message, parent=above, chosen_child=None))
            above = len(messages) - 1
        places[key] = above
        waiting.extend((each, above) for each in reversed(children.get(key, ())))


def _choose(
    current: str | None, by_key: Mapping[str, Node], places: Mapping[str, int | None], messages: list[PortableMessage]
) -> int | None:
    """Choose the way to the current message; returns the place of its first one."""
    at = places.get(current) if current in by_key and current is not None else None
    if at is None:
        return None
    while (parent := messages[at].parent) is not None:
        messages[parent] = replace(messages[parent], chosen_child=at)
        at = parent
    return at


def _is_step(message: PortableMessage) -> bool:
    return message.role in (Role.ASSISTANT, Role.TOOL)


def _joined(before: PortableMessage, step: PortableMessage) -> PortableMessage:
    facts = before.facts
    if facts is None or step.facts is None:
        facts = facts or step.facts
    else:
        known = facts.model_dump(exclude_none=True) | step.facts.model_dump(exclude_none=True)
        facts = GenerationFacts.model_validate(known)
    return replace(
        before,
        role=Role.ASSISTANT,
        parts=joined((*before.parts, *step.parts), "\n\n"),
        state=step.state,
        facts=facts,
        chosen_child=step.chosen_child,
    )
