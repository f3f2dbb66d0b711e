"""OpenAI-style files: what is accepted, and complaints that name the index and the field."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidRequest
from engine.openai_format import parse_tools, split_openai_messages
from engine.tool_calls import MAX_DEPTH, parse_call
from engine.types import Message, Role, ToolCall
from tests.engine.text.conftest import read_data


def test_all_forms_of_messages() -> None:
    data = [
        {"role": "developer", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {
            "role": "assistant",
            "content": None,
            "reasoning_content": "r",
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}},
                {"function": {"name": "g", "arguments": {"x": [1, None]}}},
                {"function": {"name": "h"}},
            ],
        },
        {"role": "tool", "tool_call_id": "1", "content": "12C"},
        {"role": "assistant", "content": "done", "tool_calls": None, "reasoning_content": None},
    ]
    assert split_openai_messages(data) == (
        Message(Role.SYSTEM, "s"),
        Message(Role.USER, "ab"),
        Message(
            Role.ASSISTANT,
            "",
            thinking="r",
            tool_calls=(ToolCall("f", '{"x":1}'), ToolCall("g", {"x": [1, None]}), ToolCall("h", {})),
        ),
        Message(Role.TOOL, "12C"),
        Message(Role.ASSISTANT, "done"),
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "messages"),
        ([], "empty"),
        ([1], "messages[0]"),
        ([{"role": "user", "content": "x"}, {"role": "judge", "content": "x"}], "messages[1].role"),
        ([{"content": "x"}], "messages[0].role"),
        ([{"role": "user"}], "messages[0].content"),
        ([{"role": "user", "content": 5}], "messages[0].content"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "messages[0].content[0]"),
        ([{"role": "user", "content": ["x"]}], "messages[0].content[0]"),
        ([{"role": "assistant", "content": "", "reasoning_content": 1}], "messages[0].reasoning_content"),
        ([{"role": "user", "content": "", "reasoning_content": "r"}], "messages[0].reasoning_content"),
        ([{"role": "user", "content": "", "tool_calls": [{}]}], "messages[0].tool_calls"),
        ([{"role": "assistant", "tool_calls": {}}], "messages[0].tool_calls"),
        ([{"role": "assistant", "tool_calls": [5]}], "messages[0].tool_calls[0]"),
        ([{"role": "assistant", "tool_calls": [{}]}], "messages[0].tool_calls[0].function"),
        (
            [{"role": "assistant", "tool_calls": [{"function": {}}]}],
            "messages[0].tool_calls[0].function.name",
        ),
        (
            [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": 3}}]}],
            "messages[0].tool_calls[0].function.arguments",
        ),
    ],
)
def test_complaints_name_the_place(data: object, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        split_openai_messages(data)
    assert field in str(caught.value)


def test_tools_keep_their_order_and_extra_keys() -> None:
    tools = next(c for c in read_data("chat_template_golden.json")["cases"] if c["name"] == "tools_no_system")
    data = tools["kwargs"]["tools"]
    assert json.dumps(parse_tools(data)) == json.dumps(data)
    extra = [{"type": "function", "function": {"name": "f", "strict": True}, "x": 1}]
    assert list(parse_tools(extra)) == extra


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "tools"),
        ([5], "tools[0]"),
        ([{"type": "retrieval"}], "tools[0].type"),
        ([{"type": "function"}], "tools[0].function"),
        ([{"type": "function", "function": {"name": " "}}], "tools[0].function.name"),
        (
            [{"type": "function", "function": {"name": "f", "description": 1}}],
            "tools[0].function.description",
        ),
        ([{"type": "function", "function": {"name": "f", "parameters": []}}], "tools[0].function.parameters"),
        (
            [{"type": "function", "function": {"name": "f", "parameters": {"a": {1}}}}],
            "tools[0].function.parameters.a",
        ),
        (
            [{"type": "function", "function": {"name": "f", "parameters": {5: 1}}}],
            "tools[0].function.parameters",
        ),
    ],
)
def test_tool_complaints_name_the_place(data: object, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_tools(data)
    assert field in str(caught.value)


def test_deep_tools_are_refused() -> None:
    deep: object = {}
    for _ in range(3000):
        deep = {"a": deep}
    with pytest.raises(InvalidRequest, match="nested"):
        parse_tools([{"type": "function", "function": {"name": "f", "parameters": deep}}])


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["role", "content", "type", "text", "function", "name", "tool_calls", "x"]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(data=ANY)
def test_only_typed_errors(data: object) -> None:
    for parse in (split_openai_messages, parse_tools):
        with contextlib.suppress(InvalidRequest):
            parse(data)


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ('{"name": "f", "arguments": {"x": 1}}', ToolCall("f", {"x": 1})),
        ('\n {"arguments": "raw", "name": "f"} \n', ToolCall("f", "raw")),
        ('{"name": "f"}', ToolCall("f", {})),
        ('{"name": "f", "arguments": null}', ToolCall("f", {})),
        ('{"name": "f", "parameters": {"x": 1}}', ToolCall("f", {"x": 1})),
        ('{"name": "f", "arguments": [1]}', None),
        ('{"name": "", "arguments": {}}', None),
        ('{"name": 5, "arguments": {}}', None),
        ('{"name": "f", "arguments": {"x": NaN}}', None),
        ('{"name": "f", "arguments": {"x": 1e999}}', None),
        ('{"name": "f", "arguments": {"x": 1.5}}', ToolCall("f", {"x": 1.5})),
        ('{"name": "f", "arguments": {}} tail', None),
        ('[{"name": "f", "arguments": {}}]', None),
        ("", None),
        ("[" * 100_000, None),
        ('{"name": "f", "arguments": {"x": ' + "1" * 10_000 + "}}", None),
        ('{"name": "f", "arguments": ' + '{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH + "}", None),
    ],
)
def test_bodies_of_calls(body: str, call: ToolCall | None) -> None:
    assert parse_call(body) == call
