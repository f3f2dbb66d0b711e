"""The text of a tool call to a `ToolCall`: the body of `<tool_call>`, and other shapes small models write.

Pure functions of text and one incremental recogniser. Knows nothing of tokens.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from enum import Enum, auto

from engine.types import JsonObject, JsonValue, ToolCall

MAX_DEPTH = 64  # deeper JSON is no tool call; everything downstream may recurse over it

_TAGS = ("function_call", "tool_call", "response", "tools", "tool", "json", "JSON", "xml")
_FENCE = re.compile(r"```(?:json|xml)?[ \t]*\n\s*")
_OPEN_TAG = re.compile(rf"<({'|'.join(_TAGS)})>\s*")
_FUNCTION = re.compile(r'<function(?:=([^<>"\s]{1,128})|\s+name="([^<>"]{1,128})")>\s*')
_OBJECT_START = re.compile(r'\{\s*"(?:name|arguments|parameters)"\s*:')
_LONGEST_OPENING = 256

# What an opening looks like while it is still being written.
_PARTIAL_FENCE = re.compile(r"`{1,3}[a-z]{0,4}[ \t]*")
_FENCE_HEADS = ("", "json", "xml")
_PARTIAL_OBJECT = re.compile(r'\{\s*(?:"[a-z]{0,10}(?:"\s*)?)?')


def parse_call(body: str) -> ToolCall | None:
    """The call that a `<tool_call>` block holds: {"name": …, "arguments": {…} or "…"}; None where it is
    malformed.

    Absent arguments count as none given. Numbers that JSON does not know (NaN), other types, and nesting
    deeper than `MAX_DEPTH` make it malformed.
    """
    return _to_call(_load(body.strip()))


class Verdict(Enum):
    """What a recogniser knows of the text so far."""

    MAYBE = auto()
    CALL = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What stood before the JSON object, and so what must stand behind it."""

    body_start: int
    closings: tuple[str, ...]
    function: str | None = None


class LenientRecogniser:
    """Recognises a call at the very start of an answer while it is written, in llama.cpp's lenient forms.

    `<function=f>{…}</function>`, `<tool>`/`<tools>`/`<response>`/… around an object, a fenced block (json,
    xml or bare) around either, and a bare object. `feed` text until the verdict is no longer MAYBE; at the
    end of the stream, `finish`. On CALL, `call` and `rest` (text behind it) are set; on NO, `text` is all
    that was fed.
    """

    def __init__(self) -> None:
        self.text = ""
        self.call: ToolCall | None = None
        self.rest = ""
        self._shape: _Shape | None = None
        self._scanned = 0
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._object_end: int | None = None

    def feed(self, text: str) -> Verdict:
        self.text += text
        if self._shape is None:
            self._shape, verdict = _opening(self.text)
            if self._shape is None:
                return verdict
            self._scanned = self._shape.body_start
        if self._object_end is None and not self._scan(self._shape):
            return Verdict.MAYBE if self._object_end is None and self._depth >= 0 else Verdict.NO
        return self._close(self._shape, final=False)

    def finish(self) -> Verdict:
        if self._shape is None or self._object_end is None:
            return Verdict.NO
        return self._close(self._shape, final=True)

    def _scan(self, shape: _Shape) -> bool:
        """Follow braces, each character once, until the object ends. True when it did and is a call."""
        for index in range(self._scanned, len(self.text)):
            character = self.text[index]
            if self._escaped:
                self._escaped = False
            elif self._in_string:
                self._escaped = character == "\\"
                self._in_string = character != '"'
            elif character == '"':
                self._in_string = True
            elif character == "{":
                self._depth += 1
            elif character == "}":
                self._depth -= 1
                if self._depth <= 0:
                    return self._end_object(shape, index + 1)
        self._scanned = len(self.text)
        return False

    def _end_object(self, shape: _Shape, end: int) -> bool:
        value = _load(self.text[shape.body_start : end])
        if not isinstance(value, dict):
            self.call = None
        elif shape.function is not None:
            self.call = ToolCall(shape.function, value)
        elif "arguments" in value or "parameters" in value:  # else {"name": "Ada", "age": 36} would be one
            self.call = _to_call(value)
        self._depth = 0 if self.call is not None else -1
        self._object_end = end if self.call is not None else None
        return self.call is not None

    def _close(self, shape: _Shape, *, final: bool) -> Verdict:
        """Swallow the closing tag and fence; a closing that does not come is forgiven."""
        position = self._object_end or 0
        for closing in shape.closings:
            behind = self.text[position:].lstrip()
            if behind.startswith(closing):
                position = len(self.text) - len(behind) + len(closing)
            elif closing.startswith(behind) and not final:
                return Verdict.MAYBE
            else:
                break
        self.rest = self.text[position:]
        return Verdict.CALL


def _opening(text: str) -> tuple[_Shape | None, Verdict]:
    """The shape that begins in `text`, or whether one still may."""
    position = len(text) - len(text.lstrip())
    closings: tuple[str, ...] = ()
    if fence := _FENCE.match(text, position):
        position, closings = fence.end(), ("```",)
    elif text.startswith("`", position):
        return None, Verdict.MAYBE if _may_become_fence(text[position:]) else Verdict.NO
    if function := _FUNCTION.match(text, position):
        name = function.group(1) or function.group(2)
        closings = ("</function>", *closings)
        position = function.end()
        if position < len(text):
            shape = _Shape(position, closings, name) if text[position] == "{" else None
            return shape, Verdict.NO
        return None, Verdict.MAYBE
    if tag := _OPEN_TAG.match(text, position):
        position, closings = tag.end(), (f"</{tag.group(1)}>", *closings)
    if _OBJECT_START.match(text, position):
        return _Shape(position, closings), Verdict.NO
    rest = text[position:]
    hopeful = len(text) <= _LONGEST_OPENING and (
        not rest or bool(_PARTIAL_OBJECT.fullmatch(rest)) or (not closings[1:] and _may_become_tag(rest))
    )
    return None, Verdict.MAYBE if hopeful else Verdict.NO


def _may_become_fence(text: str) -> bool:
    if not _PARTIAL_FENCE.fullmatch(text):
        return False
    label = text.lstrip("`").rstrip(" \t")
    return not label or (text.startswith("```") and any(head.startswith(label) for head in _FENCE_HEADS))


def _may_become_tag(text: str) -> bool:
    if any(f"<{tag}>".startswith(text) for tag in _TAGS):
        return True
    return "<function".startswith(text) or bool(re.fullmatch(r"<function(?:=|\s)[^<>]{0,140}", text))


def _to_call(value: JsonValue) -> ToolCall | None:
    if not isinstance(value, dict):
        return None
    name, arguments = value.get("name"), value.get("arguments")
    if arguments is None and "arguments" not in value:
        arguments = value.get("parameters")  # what Llama-style prompts call them
    if arguments is None:
        arguments = {}
    if not isinstance(name, str) or not name.strip() or not isinstance(arguments, (dict, str)):
        return None
    return ToolCall(name=name, arguments=arguments)


def _load(text: str) -> JsonValue:
    """The JSON value of `text`; None for anything that is not strict JSON, and for JSON nested too deeply."""
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return value if _shallow(value) else None


def _refuse(constant: str) -> JsonObject:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):  # 1e999: it could not be written as JSON again
        raise ValueError(digits)
    return number


def _shallow(value: JsonValue) -> bool:
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEPTH):
        below: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return True
        level = below
    return False
