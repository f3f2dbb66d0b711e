"""Ponder's own rules for splitting, and that no text is ever lost or told twice."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.segmenter import Call, Reclassify, Segmenter, SegmenterOptions, Text
from engine.tokenizer import Tokenizer
from engine.types import Channel, ToolCall
from tests.engine.text.test_segmenter_conformance import Outcome, run

CALL = '<tool_call>\n{"name": "f", "arguments": {"x": 1}}\n</tool_call>'
MADE = ToolCall("f", {"x": 1})
TAGS = ["<think>", "</think>", "<tool_call>", "</tool_call>"]


def split(tokenizer: Tokenizer, text: str, options: SegmenterOptions | None = None) -> Outcome:
    return run(tokenizer, tokenizer.encode(text, control_tokens=True), options or SegmenterOptions())


@pytest.mark.parametrize(
    ("text", "thinking", "answer", "calls"),
    [
        ("", "", "", 0),
        ("plain\n", "", "plain\n", 0),
        ("\n\n  plain", "", "\n\n  plain", 0),
        ("<think>\nwhy\n</think>\n\nso", "why", "so", 0),
        ("<think>\n\n  why \n\n</think>\n\n    code", "  why ", "    code", 0),
        ("<think>\n\n</think>\n\nHi", "", "Hi", 0),
        ("<think> \n\t</think>Hi", "", "Hi", 0),
        ("<think>cut off\n", "cut off\n", "", 0),
        ("<think>\n\n", "", "", 0),
        ("<think>a<think>b</think>c", "ab", "c", 0),
        ("<think>a</think>b</think>c", "ab", "c", 0),
        ("<think>a</think>b<think>c</think>d", "ac", "bd", 0),
        ("</think>Hi", "", "Hi", 0),
        ("\n</think>\nHi", "", "Hi", 0),
        ("a\n</think>\nb", "a", "b", 0),
        (f"<think>{CALL}</think>done", CALL, "done", 0),
        (f"<think>{CALL}", CALL, "", 0),
        (CALL, "", "", 1),
        (f"Look. \n{CALL}\n\n{CALL}\n", "", "Look.", 2),
        (f"<think>\nhm\n</think>\n\n{CALL}", "hm", "", 1),
        (f"{CALL}\nDone.", "", "Done.", 1),
        (f"A\n{CALL}\n\nB", "", "A\n\nB", 1),
        (f"A {CALL}B", "", "A B", 1),
        (f"{CALL}{CALL[:-12]}", "", "", 2),
        (f"A <tool_call>\nbad\n</tool_call> B {CALL}", "", "A <tool_call>\nbad\n</tool_call> B", 1),
        (f"<tool_call>bad{CALL}", "", "<tool_call>bad", 1),
        (f"{CALL} </tool_call>", "", "</tool_call>", 1),
        ("a </tool_call> b", "", "a </tool_call> b", 0),
        ("<tool_call>", "", "<tool_call>", 0),
        ("</tool_call>", "", "</tool_call>", 0),
        ("a<|im_end|>b<|fim_pad|>", "", "ab<|fim_pad|>", 0),
        ("x < y <", "", "x < y <", 0),
    ],
)
def test_product_rules(tokenizer: Tokenizer, text: str, thinking: str, answer: str, calls: int) -> None:
    outcome = split(tokenizer, text)
    assert (outcome.thinking, outcome.answer, outcome.calls) == (thinking, answer, [MADE] * calls)


def test_a_call_may_write_about_tags(tokenizer: Tokenizer) -> None:
    call = ToolCall("write", {"text": "<think>no</think> <tool_response>"})
    body = json.dumps({"name": call.name, "arguments": call.arguments})
    assert split(tokenizer, f"<tool_call>{body}</tool_call>").calls == [call]


def test_spelled_tags_are_text(tokenizer: Tokenizer) -> None:
    text = f"</think> <think> {CALL} <|im_end|>"
    outcome = run(tokenizer, tokenizer.encode(text, control_tokens=False), SegmenterOptions())
    assert (outcome.thinking, outcome.answer, outcome.calls) == ("", text, [])


def test_a_spelled_tag_never_flickers(byte_level: Tokenizer) -> None:
    segmenter = Segmenter(byte_level)
    shown = [segmenter.push(i) for i in byte_level.encode("a <thin air", control_tokens=False)]
    assert [len(step) for step in shown] == [1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
    assert shown[7] == [Text(Channel.ANSWER, " <thin")]


def test_reclassify_comes_after_all_it_is_about(byte_level: Tokenizer) -> None:
    segmenter = Segmenter(byte_level)
    segments = [s for i in byte_level.encode("ab<</think>c", control_tokens=True) for s in segmenter.push(i)]
    assert segments == [
        Text(Channel.ANSWER, "a"),
        Text(Channel.ANSWER, "b"),
        Text(Channel.ANSWER, "<"),
        Reclassify(),
        Text(Channel.ANSWER, "c"),
    ]


def test_counts_and_state(byte_level: Tokenizer) -> None:
    segmenter = Segmenter(byte_level)
    seen = []
    for token_id in byte_level.encode(f"<think>ab</think>cd{CALL}<|im_end|>", control_tokens=True):
        segmenter.push(token_id)
        seen.append((segmenter.in_thinking, segmenter.in_tool_call))
    assert seen[:6] == [(True, False)] * 3 + [(False, False)] * 3
    assert seen[6] == (False, True)
    assert seen[-1] == (False, False)
    call_tokens = len(byte_level.encode(CALL, control_tokens=True))
    assert (segmenter.thinking_tokens, segmenter.answer_tokens) == (4, 2 + call_tokens)

    segmenter = Segmenter(byte_level)
    for token_id in byte_level.encode("abc</think>d", control_tokens=True):
        segmenter.push(token_id)
    assert (segmenter.thinking_tokens, segmenter.answer_tokens) == (4, 1)
    assert Segmenter(byte_level, SegmenterOptions(starts_in_thinking=True)).in_thinking


def test_a_vocabulary_without_tags_gives_answer_text() -> None:
    from tests.engine.text.test_detokenizer import byte_fallback

    tokenizer = byte_fallback()
    ids = tokenizer.encode("ab漢🌍", control_tokens=False)
    outcome = run(tokenizer, ids, SegmenterOptions())
    assert outcome.answer == tokenizer.decode(ids)


@pytest.mark.parametrize(
    ("text", "answer", "calls"),
    [
        ('{"name": "f", "arguments": {"x": 1}}\nand more', "and more", 1),
        ('{"name": "f", "arguments": {"x": 1}}{"name": "f", "arguments": {"x": 1}}', "", 2),
        ('{"name": "Ada", "age": 36}', '{"name": "Ada", "age": 36}', 0),
        ('{"age": 36}', '{"age": 36}', 0),
        ("{ a set }", "{ a set }", 0),
        ('{"name": "f", "arg', '{"name": "f", "arg', 0),
        ("```python\nprint()\n```", "```python\nprint()\n```", 0),
        ("```json\n[1]\n```", "```json\n[1]\n```", 0),
        ("`x`", "`x`", 0),
        ("<tooling>", "<tooling>", 0),
        ('<function=f>{"x": 1}', "", 1),
        ('<function name="f">{"x": 1}</function> ok', "ok", 1),
        ("<function=f>(x)</function>", "<function=f>(x)</function>", 0),
        ('Sure: {"name": "f", "arguments": {}}', 'Sure: {"name": "f", "arguments": {}}', 0),
        ('<think>a</think>\n{"name": "f", "arguments": {"x": 1}}', "", 1),
        (f"{CALL}", "", 1),
        ("  \n", "  \n", 0),
        ("<", "<", 0),
    ],
)
def test_lenient_forms(tokenizer: Tokenizer, text: str, answer: str, calls: int) -> None:
    outcome = split(tokenizer, text, SegmenterOptions(lenient_tool_calls=True))
    assert (outcome.answer, outcome.calls) == (answer, [MADE] * calls)


PIECE = st.one_of(
    st.sampled_from(
        [
            *TAGS,
            CALL,
            "<thi",
            "</",
            "<tool_",
            "\n",
            " ",
            "\n\n",
            "{",
            "```json\n",
            "<function=f>",
            "🌍",
            "<|im_end|>",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.sampled_from(['{"name": "f", "arguments": {}}', "word", '"']),
)
OPTIONS = st.builds(SegmenterOptions, *[st.booleans()] * 7)


def ids_of(tokenizer: Tokenizer, pieces: list[tuple[str, bool]]) -> list[int]:
    return [i for text, control in pieces for i in tokenizer.encode(text, control_tokens=control)]


def dense(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(st.tuples(PIECE, st.booleans()), max_size=10), options=OPTIONS)
def test_never_loses_or_repeats_text(
    byte_level: Tokenizer, pieces: list[tuple[str, bool]], options: SegmenterOptions
) -> None:
    ids = ids_of(byte_level, pieces)
    segmenter = Segmenter(byte_level, options)
    segments = [s for i in ids for s in segmenter.push(i)] + segmenter.finish()
    assert all(s.text for s in segments if isinstance(s, Text))
    in_order = "".join("" if isinstance(s, Reclassify) else s.text if isinstance(s, Text) else "\0" for s in segments)
    whole = byte_level.decode(ids)
    counted = [i for i in ids if i not in byte_level.special_ids]
    assert segmenter.thinking_tokens + segmenter.answer_tokens == len(counted)
    if not any(isinstance(s, Call) for s in segments):
        # All that may be missing is blanks, and thinking tags that are control tokens.
        control = byte_level.control
        tags = {control.think_open, control.think_close} if options.split_thinking else set()
        if not in_call_body(byte_level, ids, options):
            kept = byte_level.decode([i for i in ids if i not in tags])
            assert dense(in_order) == dense(kept)
        else:
            assert dense(in_order).replace("<think>", "").replace("</think>", "") == dense(whole).replace(
                "<think>", ""
            ).replace("</think>", "")
    if not options.split_thinking and not options.parse_tool_calls and not options.lenient_tool_calls:
        starts = options.starts_in_thinking and options.trim_newlines
        assert in_order == whole or (starts and dense(in_order) == dense(whole))


def in_call_body(tokenizer: Tokenizer, ids: list[int], options: SegmenterOptions) -> bool:
    """Thinking tags inside an open call are part of it; telling them apart would be a second segmenter."""
    return options.parse_tool_calls and tokenizer.control.tool_call_open in ids


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(st.tuples(PIECE, st.booleans()), max_size=10))
def test_the_answer_of_verbatim_options_is_verbatim(byte_level: Tokenizer, pieces: list[tuple[str, bool]]) -> None:
    options = SegmenterOptions(trim_newlines=False, trim_call_whitespace=False, parse_tool_calls=False)
    ids = ids_of(byte_level, pieces)
    control = byte_level.control
    outcome = run(byte_level, ids, options)
    tags = (control.think_open, control.think_close)
    text_ids = [i for i in ids if i not in tags and i not in byte_level.special_ids]
    if control.think_open not in ids:
        last = max((n for n, i in enumerate(ids) if i == control.think_close), default=-1)
        assert outcome.answer == byte_level.decode(ids[last + 1 :])
    assert sorted(outcome.thinking + outcome.answer) == sorted(byte_level.decode(text_ids))
