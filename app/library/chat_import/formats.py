"""Which program wrote a conversation, told by what is in it, and who reads it. File names say nothing."""

from __future__ import annotations

from enum import StrEnum

from app.library.chat_import.chatgpt import read_chatgpt
from app.library.chat_import.claude import read_claude
from app.library.chat_import.lm_studio import read_lm_studio
from app.library.chat_import.open_webui import read_open_webui
from app.library.chat_import.parsed import Parsed
from app.library.chat_import.ponder_json import read_ponder
from engine.types import JsonObject, JsonValue

_LM_STUDIO_KEYS = {"usePerChatPredictionConfig", "perChatPredictionConfig", "lastUsedModel", "clientInput"}


class ChatFormat(StrEnum):
    """The programs whose conversations are understood, by name."""

    PONDER = "Ponder"
    CHATGPT = "ChatGPT"
    CLAUDE = "Claude"
    OPEN_WEBUI = "Open WebUI"
    LM_STUDIO = "LM Studio"


def recognise(value: JsonValue) -> ChatFormat | None:
    """Whose conversation this is; None for anything else."""
    if not isinstance(value, dict):
        return None
    messages = value.get("messages")
    if isinstance(value.get("mapping"), dict):
        return ChatFormat.CHATGPT
    if isinstance(value.get("chat_messages"), list):
        return ChatFormat.CLAUDE
    if _is_open_webui(value.get("chat")) or _is_open_webui(value):
        return ChatFormat.OPEN_WEBUI
    if not isinstance(messages, list):
        return None
    if isinstance(value.get("uid"), str):
        return ChatFormat.PONDER
    if _LM_STUDIO_KEYS & value.keys() or any(isinstance(each, dict) and "versions" in each for each in messages):
        return ChatFormat.LM_STUDIO
    return None


def read(form: ChatFormat, value: JsonObject) -> Parsed:
    """Raises BrokenConversation."""
    match form:
        case ChatFormat.PONDER:
            return read_ponder(value)
        case ChatFormat.CHATGPT:
            return read_chatgpt(value)
        case ChatFormat.CLAUDE:
            return read_claude(value)
        case ChatFormat.OPEN_WEBUI:
            return read_open_webui(value)
        case ChatFormat.LM_STUDIO:
            return read_lm_studio(value)


def _is_open_webui(chat: JsonValue) -> bool:
    if not isinstance(chat, dict):
        return False
    history = chat.get("history")
    if isinstance(history, dict) and isinstance(history.get("messages"), dict):
        return True
    messages = chat.get("messages")
    return (
        "uid" not in chat
        and isinstance(messages, list)
        and any(isinstance(each, dict) and "role" in each and "content" in each for each in messages)
    )
