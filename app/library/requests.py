"""Reading what people give as files: a conversation or tools in OpenAI's form."""

from __future__ import annotations

import json
from pathlib import Path

from engine.errors import InvalidRequest, PonderError
from engine.openai_format import parse_tools, split_openai_messages
from engine.types import JsonObject, JsonValue, Message


def read_messages(path: Path) -> tuple[Message, ...]:
    """The conversation in a JSON file.

    Raises:
        InvalidRequest: the file cannot be read or is no such list; the message names the file.
    """
    try:
        return split_openai_messages(_read_json(path))
    except InvalidRequest as error:
        raise _in_file(error, path) from error


def read_tools(path: Path) -> tuple[JsonObject, ...]:
    """The tools in a JSON file. Raises InvalidRequest as `read_messages` does."""
    try:
        return parse_tools(_read_json(path))
    except InvalidRequest as error:
        raise _in_file(error, path) from error


def _read_json(path: Path) -> JsonValue:
    try:
        value: JsonValue = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidRequest(f"It cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidRequest("It is not UTF-8 text.") from error
    except RecursionError as error:
        raise InvalidRequest("It is nested too deeply.") from error
    except ValueError as error:
        raise InvalidRequest(f"It is not valid JSON: {error}.") from error
    return value


def _in_file(error: PonderError, path: Path) -> InvalidRequest:
    return InvalidRequest(f"{path}: {error.message}", error.remedy)
