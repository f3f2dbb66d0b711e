from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.library.requests import read_messages, read_tools
from engine.errors import InvalidRequest
from engine.types import Role


def test_messages_from_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "Gespräch.json"
    path.write_text(json.dumps([{"role": "user", "content": "hé"}]), encoding="utf-8-sig")
    (message,) = read_messages(path)
    assert (message.role, message.content) == (Role.USER, "hé")


def test_tools_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    tool = {
        "type": "function",
        "function": {"name": "now", "parameters": {"type": "object", "properties": {}}},
    }
    path.write_text(json.dumps([tool]), encoding="utf-8")
    assert len(read_tools(path)) == 1


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b'{"a": 1}', b"[" * 100_000, b"[1]"])
def test_anything_else_names_the_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "conversation.json"
    path.write_bytes(data)
    with pytest.raises(InvalidRequest, match=r"conversation\.json: "):
        read_messages(path)


def test_a_missing_file_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"none\.json: It cannot be read"):
        read_tools(tmp_path / "none.json")
