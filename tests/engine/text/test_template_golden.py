"""The published Qwen3 template and tokenizer: text and ids exactly as transformers gives them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.openai_format import split_openai_messages
from engine.prompt import PromptBuilder
from engine.template import ChatTemplate
from engine.tokenizer import Tokenizer
from tests.engine.text.conftest import read_data

CASES = read_data("chat_template_golden.json")["cases"]

# Where Ponder leaves the template's behaviour on purpose.
FLATTENED = "multimodal_list_content"  # the template renders a list as nothing; Ponder joins its text parts
STRIPPED = "unclosed_think_in_history"  # the template keeps a cut-off thought for ever; Ponder drops it


def by_name(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_renders_like_transformers(template: ChatTemplate, case: dict[str, Any]) -> None:
    kwargs = case["kwargs"]
    text = template.render(
        case["messages"],
        kwargs.get("tools") or (),
        add_generation_prompt=kwargs["add_generation_prompt"],
        enable_thinking=kwargs.get("enable_thinking"),
    )
    assert template.trusted
    assert text == case["text"]


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_encodes_like_transformers(qwen3: Tokenizer, case: dict[str, Any]) -> None:
    ids = qwen3.encode(case["text"], control_tokens=True)
    assert ids == case["ids"]
    split: list[int] = []
    for part in qwen3.split_control(case["text"]):
        split += [part] if isinstance(part, int) else qwen3.encode(part, control_tokens=False)
    assert split == case["ids"]
    assert qwen3.decode(ids, skip_special=False) == case["text"]


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_prompt_builder_gives_the_same_ids(qwen3: Tokenizer, template: ChatTemplate, case: dict[str, Any]) -> None:
    kwargs = case["kwargs"]
    messages = split_openai_messages(case["messages"])
    prompt = PromptBuilder(qwen3, template).build(
        messages,
        kwargs.get("tools") or (),
        kwargs.get("enable_thinking", True),
        add_generation_prompt=kwargs["add_generation_prompt"],
    )
    control = qwen3.control
    if case["name"] == FLATTENED:
        assert prompt.text == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    elif case["name"] == STRIPPED:
        assert control.think_open not in prompt.ids
        assert prompt.text == case["text"].replace("<think>\ncut off mid-thou", "")
    elif case["name"] == "soft_switch_no_think":
        # The soft switch sets the hard one, so the empty block is appended.
        assert prompt.text == case["text"] + "<think>\n\n</think>\n\n"
        assert list(prompt.ids) == [*case["ids"], 151667, 271, 151668, 271]
        assert not prompt.thinking
    else:
        assert prompt.text == case["text"]
        assert list(prompt.ids) == case["ids"]
    assert not prompt.opens_thinking


def test_no_message_is_refused(byte_level: Tokenizer, template: ChatTemplate) -> None:
    with pytest.raises(InvalidRequest):
        PromptBuilder(byte_level, template).build([])
