"""Conversations out of Ponder's own JSON; `app.library.chat_export.json_file` describes and writes it.

Nothing is lost: what this version does not know is kept beside the settings or facts, and written again by an export. A
value that cannot be used falls away alone, and is told.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.core.chats import ChatSettings, GenerationFacts, MessageState, Part, PartKind, TitleSource
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.json_file import CONVERSATION_KEYS, MESSAGE_KEYS, NEWER
from app.library.chat_import.limits import MAX_MESSAGES
from app.library.chat_import.parsed import Parsed
from app.library.chat_import.values import (
    BrokenConversation,
    list_of,
    object_of,
    objects_of,
    own_uid,
    text_of,
    whole_of,
)
from engine.types import JsonObject, JsonValue, Role

E = TypeVar("E", bound=StrEnum)
M = TypeVar("M", bound=BaseModel)


def read_ponder(value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    uid = own_uid(value.get("uid"))
    if uid is None:
        raise BrokenConversation("It has no uid.")
    reader = _Reader()
    messages, places = reader.messages(objects_of(value.get("messages")))
    settings = reader.model(ChatSettings, value.get("settings"), "setting") or ChatSettings()
    conversation = PortableConversation(
        uid=uid,
        title=text_of(value.get("title")),
        title_source=reader.choice(TitleSource, value.get("title_source"), TitleSource.NONE, "title source"),
        system_prompt=text_of(value.get("system_prompt")),
        settings=_with_newer(settings, _newer(value, CONVERSATION_KEYS)),
        draft=text_of(value.get("draft")),
        folder=text_of(value.get("folder")) or None,
        tags=tuple(text_of(each) for each in list_of(value.get("tags")) if text_of(each)),
        pinned=value.get("pinned") is True,
        position=whole_of(value.get("position")) or 0,
        archived=value.get("archived") is True,
        trashed_at_ms=whole_of(value.get("trashed_at_ms")),
        created_at_ms=whole_of(value.get("created_at_ms")),
        updated_at_ms=whole_of(value.get("updated_at_ms")),
        first_chosen=places.get(text_of(value.get("first_chosen"))),
        messages=messages,
    )
    return Parsed(conversation, reader.told(), in_order=True)


class _Reader:
    """Reads values and remembers, once each, what could not be used."""

    def __init__(self) -> None:
        self._notes: dict[str, int] = {}

    def told(self) -> tuple[str, ...]:
        return tuple(f"{note} ({count:,} times)." if count > 1 else f"{note}." for note, count in self._notes.items())

    def messages(self, found: list[JsonObject]) -> tuple[tuple[PortableMessage, ...], dict[str, int]]:
        """The messages, and their places by the uids that the file has for them."""
        if len(found) > MAX_MESSAGES:
            raise BrokenConversation(f"It has more than {MAX_MESSAGES:,} messages.")
        places: dict[str, int] = {}
        for at, each in enumerate(found):
            places.setdefault(text_of(each.get("uid")), at)
        places.pop("", None)
        return tuple(self._message(at, each, places) for at, each in enumerate(found)), places

    def _message(self, at: int, message: JsonObject, places: dict[str, int]) -> PortableMessage:
        wanted = text_of(message.get("parent"))
        parent = places.get(wanted)
        if wanted and (parent is None or parent >= at):
            self._note("A message that follows none of those before it was put at the beginning")
            parent = None
        chosen = places.get(text_of(message.get("chosen")))
        facts = self.model(GenerationFacts, message.get("facts"), "fact")
        newer = _newer(message, MESSAGE_KEYS)
        if newer:
            facts = _with_newer(facts or GenerationFacts(), newer)
        if message.get("damaged") is True:
            self._note("A message was damaged before it was exported")
        return PortableMessage(
            role=self.choice(Role, message.get("role"), Role.USER, "role"),
            parts=tuple(self._part(each) for each in objects_of(message.get("parts"))),
            parent=parent,
            chosen_child=chosen if chosen is not None and chosen > at else None,
            state=self.choice(MessageState, message.get("state"), MessageState.COMPLETE, "state"),
            facts=facts,
            uid=own_uid(message.get("uid")),
            created_at_ms=whole_of(message.get("created_at_ms")),
            removed=message.get("removed") is True,
        )

    def _part(self, part: JsonObject) -> Part:
        name = text_of(part.get("name"))
        try:
            return Part(PartKind(text_of(part.get("kind"))), text_of(part.get("text")), name)
        except ValueError:
            self._note("A part of a kind that this version does not know was kept as an attachment")
            return Part(PartKind.ATTACHMENT, json.dumps(part, ensure_ascii=False), text_of(part.get("kind")) or "part")

    def choice(self, kind: type[E], value: JsonValue, otherwise: E, what: str) -> E:
        try:
            return kind(text_of(value))
        except ValueError:
            self._note(f"A {what} that this version does not know was taken for {otherwise.value!r}")
            return otherwise

    def model(self, kind: type[M], value: JsonValue, what: str) -> M | None:
        """The values that can be used; None where there is no object."""
        if not isinstance(value, dict):
            return None
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            bad = {str(detail["loc"][0]) for detail in error.errors(include_url=False)}
        for _ in bad:
            self._note(f"A {what} with a value that cannot be used was left out")
        return kind.model_validate({key: each for key, each in value.items() if key not in bad})

    def _note(self, text: str) -> None:
        self._notes[text] = self._notes.get(text, 0) + 1


def _newer(value: JsonObject, known: Collection[str]) -> JsonObject:
    return {key: each for key, each in value.items() if key not in known}


def _with_newer(model: M, newer: JsonObject) -> M:
    """The model with what an export writes back to where it stood."""
    if not newer:
        return model
    kept = object_of(model.model_dump(mode="json", exclude_none=True).get(NEWER))
    return model.model_validate(model.model_dump(exclude_none=True) | {NEWER: {**kept, **newer}})
