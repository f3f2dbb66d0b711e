"""Parts a large JSON file into its conversations without reading it whole. Knows no format of any program.

Memory holds one conversation at a time, and none above the limits: what is larger, deeper or has more values is passed
over and reported. Whether a conversation is sound JSON is seen when it is decoded, one by one, so that a broken one
costs no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.library.chat_import.limits import MAX_CONVERSATION_CHARACTERS, MAX_CONVERSATION_VALUES, MAX_DEPTH
from app.library.chat_import.values import BrokenConversation
from engine.types import JsonObject, JsonValue

CONVERSATIONS = "conversations"
_BLANK = re.compile(r"[ \t\r\n\ufeff]*")
_SCALAR = re.compile(r'[^\s,:"{}\[\]]*')
# A whole string, or a bracket, or the beginning of a string that goes on in the next piece.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]"]', re.DOTALL)
_REST_OF_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)


class NotJson(Exception):
    """From here on the text is no JSON; the text says so in words that may be shown."""


@dataclass(frozen=True, slots=True)
class Element:
    """The JSON text of what may be a conversation.

    problem: why it was passed over; empty for most.
    values: how many objects, lists and strings it holds.
    """

    text: str
    problem: str = ""
    values: int = 0

    def decode(self) -> JsonValue:
        """Raises BrokenConversation."""
        if self.problem:
            raise BrokenConversation(self.problem)
        try:
            value: JsonValue = json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise BrokenConversation("It is damaged: no valid JSON.") from error
        return value


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says before its list of conversations."""

    values: JsonObject


def split(pieces: Iterator[str]) -> Iterator[Element | Head]:
    """What a file holds, piece by piece.

    That is the elements of a list; or of the list `conversations` in an object, with a Head before; or any other object
    as a whole; or several of these one after another.

    Raises:
        NotJson: the text is none from some place on; what came before has been handed out.
    """
    reader = _Reader(pieces)
    begun = False
    while first := reader.peek():
        if first == "[":
            reader.skip()
            yield from _list(reader)
        elif first == "{":
            reader.skip()
            yield from _object(reader)
        else:
            raise NotJson(_DAMAGED if begun else "It is no JSON file.")
        begun = True


def _list(reader: _Reader) -> Iterator[Element]:
    while (following := reader.peek()) != "]":
        if following == ",":
            reader.skip()
        else:
            yield reader.value()
    reader.skip()


def _object(reader: _Reader) -> Iterator[Element | Head]:
    members: list[str] = []
    size = values = 0
    problem, listed = "", False
    while (following := reader.peek()) != "}":
        if following == ",":
            reader.skip()
            continue
        key = reader.value()
        if reader.peek() != ":":
            raise NotJson(_DAMAGED)
        reader.skip()
        if key.text == f'"{CONVERSATIONS}"' and reader.peek() == "[" and not listed:
            listed = True
            reader.skip()
            yield Head(_decoded_head(members))
            yield from _list(reader)
            continue
        value = reader.value()
        if listed:
            continue
        size += len(key.text) + len(value.text)
        values += key.values + max(value.values, 1)
        problem = problem or key.problem or value.problem or _above_limits(size, values)
        if problem:
            members.clear()
        else:
            members.append(f"{key.text}:{value.text}")
    reader.skip()
    if not listed:
        yield Element("" if problem else f"{{{','.join(members)}}}", problem, values)


def _decoded_head(members: list[str]) -> JsonObject:
    try:
        head = json.loads(f"{{{','.join(members)}}}")
    except (ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}


def _above_limits(size: int, values: int, depth: int = 0) -> str:
    """What is too much, in words; empty where nothing is."""
    if size > MAX_CONVERSATION_CHARACTERS:
        return f"It is larger than {MAX_CONVERSATION_CHARACTERS >> 20:,} million characters."
    if values > MAX_CONVERSATION_VALUES:
        return f"It has more than {MAX_CONVERSATION_VALUES:,} values."
    return "Its JSON is nested too deep." if depth > MAX_DEPTH else ""


_DAMAGED = "The file is damaged: no JSON from some place on."
_CUT_SHORT = "The file ends in the middle."
_MAX_SCALAR_CHARACTERS = 10_000


class _Reader:
    """A place in a text that comes in pieces."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank is not None else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self) -> None:
        self._at += 1

    def value(self) -> Element:
        """One value, up to where it ends. Raises NotJson where the text ends first, or no value begins here."""
        first = self.peek()
        if not first:
            raise NotJson(_CUT_SHORT)
        if first in '"[{':
            return self._composed()
        return self._scalar()

    def _more(self) -> bool:
        """Go on to the next piece; the present one must have been used up."""
        self._text, self._at = next(self._pieces, ""), 0
        return bool(self._text)

    def _scalar(self) -> Element:
        found = ""
        while True:
            match = _SCALAR.match(self._text, self._at)
            if match is None or not (match[0] or found) or len(found) > _MAX_SCALAR_CHARACTERS:
                raise NotJson(_DAMAGED)
            found += match[0]
            self._at = match.end()
            if self._at < len(self._text) or not self._more():
                return Element(found)

    def _composed(self) -> Element:
        kept: list[str] = []
        depth = deepest = values = size = 0
        problem, in_string = "", False
        while True:
            start = self._at
            if in_string:
                in_string = not self._end_string()
                done = not in_string and depth == 0
            else:
                depth, deepest, counted, in_string, done = self._scan(depth)
                values += counted
            size += self._at - start
            problem = problem or _above_limits(size, values, deepest)
            if problem:
                kept.clear()
            else:
                kept.append(self._text[start : self._at])
            if done:
                return Element("".join(kept), problem, values)
            if self._at >= len(self._text) and not self._more():
                raise NotJson(_CUT_SHORT)

    def _scan(self, depth: int) -> tuple[int, int, int, bool, bool]:
        """Read on outside of strings, to the end of the value or of this piece.

        Returns:
            The depth there, the greatest depth on the way, how many values began, whether a string is left open, and
            whether the value has ended.
        """
        deepest, values = depth, 0
        for token in _TOKEN.finditer(self._text, self._at):
            first = token[0][0]
            if first in "{[":
                depth += 1
                values += 1
                deepest = max(deepest, depth)
            elif first in "}]":
                depth -= 1
            else:
                values += 1
                if len(token[0]) == 1:
                    self._at = token.end()
                    return depth, deepest, values, True, False
            if depth <= 0:
                self._at = token.end()
                return depth, deepest, values, False, True
        self._at = len(self._text)
        return depth, deepest, values, False, False

    def _end_string(self) -> bool:
        """Read on inside a string; True where it ended in this piece."""
        match = _REST_OF_STRING.match(self._text, self._at)
        end = match.end() if match is not None else self._at
        if end < len(self._text) and self._text[end] == '"':
            self._at = end + 1
            return True
        if end < len(self._text):  # a backslash is the last character, and what it escapes comes with the next piece
            following = next(self._pieces, "")
            if following:
                self._text += following
            else:
                self._at = len(self._text)
            return False
        self._at = end
        return False
