"""OpenAI-style lists of messages and tools, as they come in files, to the engine's own types.

Every complaint names the index and the field. Knows nothing of templates.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import InvalidRequest
from engine.types import JsonObject, JsonValue, Message, Role, ToolCall

MAX_JSON_DEPTH = 64

_ROLES: Mapping[str, Role] = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,  # OpenAI's newer name for the same thing
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
    "tool": Role.TOOL,
}


def split_openai_messages(data: object) -> tuple[Message, ...]:
    """Messages of an OpenAI-style list.

    `content` is a string, null or a list of text parts, which are joined; `reasoning_content` becomes
    `thinking`; `tool_calls` keep their arguments as the object or the string they are. Ids and names are not
    needed by Qwen3.

    Raises:
        InvalidRequest: Something is not of that form; the message names the index and the field.
    """
    if not isinstance(data, list):
        raise InvalidRequest("The messages must be a JSON list.", 'Write [{"role": "user", "content": "…"}].')
    if not data:
        raise InvalidRequest("The list of messages is empty.")
    return tuple(_message(item, f"messages[{index}]") for index, item in enumerate(data))


def parse_tools(data: object) -> tuple[JsonObject, ...]:
    """Tools of an OpenAI-style list of {"type": "function", "function": {"name", "description",
    "parameters"}}.

    Key order is kept, since the template prints the objects as they are.

    Raises:
        InvalidRequest: Something is not of that form; the message names the index and the field.
    """
    if not isinstance(data, list):
        raise InvalidRequest("The tools must be a JSON list.")
    tools: list[JsonObject] = []
    for index, item in enumerate(data):
        where = f"tools[{index}]"
        tool = _object(item, where)
        if tool.get("type") != "function":
            raise InvalidRequest(f'{where}.type must be "function".')
        function = _object(tool.get("function"), f"{where}.function")
        _name(function, f"{where}.function")
        if not isinstance(function.get("description", ""), str):
            raise InvalidRequest(f"{where}.function.description must be a string.")
        if not isinstance(function.get("parameters", {}), dict):
            raise InvalidRequest(f"{where}.function.parameters must be an object.")
        tools.append(tool)
    return tuple(tools)


def _message(item: object, where: str) -> Message:
    if not isinstance(item, dict):
        raise InvalidRequest(f"{where} must be an object.")
    role = _ROLES.get(str(item.get("role")))
    if role is None:
        raise InvalidRequest(f"{where}.role must be one of {', '.join(_ROLES)}.")
    thinking = item.get("reasoning_content")
    if thinking is not None and not isinstance(thinking, str):
        raise InvalidRequest(f"{where}.reasoning_content must be a string or null.")
    calls = item.get("tool_calls")
    if calls is None:
        calls = []
    if not isinstance(calls, list):
        raise InvalidRequest(f"{where}.tool_calls must be a list.")
    if role is not Role.ASSISTANT and (calls or thinking is not None):
        field = "tool_calls" if calls else "reasoning_content"
        raise InvalidRequest(f"{where}.{field} belongs to assistant messages only.")
    content = item.get("content")
    if content is None and role is not Role.ASSISTANT:
        raise InvalidRequest(f"{where}.content is missing.")
    return Message(
        role=role,
        content=_content(content, f"{where}.content"),
        thinking=thinking,
        tool_calls=tuple(_call(call, f"{where}.tool_calls[{n}]") for n, call in enumerate(calls)),
    )


def _content(value: object, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise InvalidRequest(f"{where} must be a string, null or a list of parts.")
    texts: list[str] = []
    for index, part in enumerate(value):
        text = part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None
        if not isinstance(text, str):
            raise InvalidRequest(f'{where}[{index}] must be {{"type": "text", "text": "…"}}.')
        texts.append(text)
    return "".join(texts)


def _call(value: object, where: str) -> ToolCall:
    call = _object(value, where)
    function = _object(call.get("function"), f"{where}.function")
    name = _name(function, f"{where}.function")
    arguments = function.get("arguments", {})
    if not isinstance(arguments, (dict, str)):
        raise InvalidRequest(f"{where}.function.arguments must be an object or a string.")
    return ToolCall(name=name, arguments=arguments)


def _name(function: JsonObject, where: str) -> str:
    name = function.get("name")
    if not isinstance(name, str) or not name.strip():
        raise InvalidRequest(f"{where}.name must be a string that is not empty.")
    return name


def _object(value: object, where: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidRequest(f"{where} must be an object.")
    return {_key(key, where): _json(item, f"{where}.{key}", 1) for key, item in value.items()}


def _json(value: object, where: str, depth: int) -> JsonValue:
    if depth > MAX_JSON_DEPTH:
        raise InvalidRequest(f"{where[:80]}… is nested more than {MAX_JSON_DEPTH} levels deep.")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [_json(item, f"{where}[{index}]", depth + 1) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, where): _json(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    raise InvalidRequest(f"{where} is not a JSON value.")


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise InvalidRequest(f"{where} has a key that is not a string.")
    return key
