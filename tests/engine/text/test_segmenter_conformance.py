"""Every published parser case, run under the semantics of the engine it comes from.

Where engines disagree, this is who decides what, and what Ponder's defaults do instead:

case                              options here                          by default Ponder gives
v.tool_call_with_think_no_end     tool_call_ends_thinking, no calls,    all of it as thinking
                                  no trimming
v.multi_delta_tool_implicit_end   the same, starts_in_thinking          text, then the unclosed call as text
s.forced_no_tags                  starts_in_thinking                    answer text (no tag, nothing to split)
s.forced_end_only, s.forced_…     starts_in_thinking                    the same in the end, by Reclassify
s.continue_final_open             starts_in_thinking                    the same in the end, by Reclassify
l.unopened_forced, l.forced_…     starts_in_thinking                    the same in the end, by Reclassify
v.without_start…, v.…_grouped     the defaults                          (Reclassify)
l.format_none                     split_thinking off                    thinking and answer apart
l.tool_inside_think               the defaults                          (vLLM would end the thinking)
sq.malformed_first_skipped        the defaults                          (the bad block shows as text; vLLM
would
                                                                        show both, SGLang would hide it)
rtp.empty_args_tokens             trim_call_whitespace off              the same without the trailing line
breaks l.function_eq … l.bare_json       lenient_tool_calls                    the text as it is
all other v.… cases               trimming off (verbatim)               the same
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.segmenter import Call, Reclassify, Segment, Segmenter, SegmenterOptions
from engine.tokenizer import Tokenizer
from engine.types import Channel, ToolCall
from tests.engine.text.conftest import read_data

CASES = read_data("parser_cases.json")["cases"]
VERBATIM = SegmenterOptions(trim_newlines=False, trim_call_whitespace=False)
OPTIONS: dict[str, SegmenterOptions] = {
    "v.tool_call_with_think_no_end": SegmenterOptions(
        tool_call_ends_thinking=True, parse_tool_calls=False, trim_newlines=False
    ),
    "v.multi_delta_tool_implicit_end": SegmenterOptions(
        starts_in_thinking=True, tool_call_ends_thinking=True, parse_tool_calls=False, trim_newlines=False
    ),
    "s.continue_final_open": SegmenterOptions(starts_in_thinking=True),
    "l.format_none": SegmenterOptions(split_thinking=False),
    "rtp.empty_args_tokens": SegmenterOptions(trim_call_whitespace=False),
}
ON_PURPOSE_DIFFERENT = {
    "v.tool_call_with_think_no_end",
    "v.multi_delta_tool_implicit_end",
    "s.forced_no_tags",
    "l.format_none",
    "rtp.empty_args_tokens",
}


def options_of(case: dict[str, Any]) -> SegmenterOptions:
    if case["id"] in OPTIONS:
        return OPTIONS[case["id"]]
    if case.get("force_reasoning") or case.get("thinking_forced_open"):
        return SegmenterOptions(starts_in_thinking=True)
    if case.get("lenient"):
        return SegmenterOptions(lenient_tool_calls=True)
    return VERBATIM if case["id"].startswith("v.") else SegmenterOptions()


@dataclass
class Outcome:
    """What a reader of the segments ends up with."""

    thinking: str = ""
    answer: str = ""
    calls: list[ToolCall] = field(default_factory=list)

    def add(self, segments: Iterable[Segment]) -> Outcome:
        for segment in segments:
            if isinstance(segment, Reclassify):
                self.thinking, self.answer = self.thinking + self.answer, ""
            elif isinstance(segment, Call):
                self.calls.append(segment.call)
            elif segment.channel is Channel.THINKING:
                self.thinking += segment.text
            else:
                self.answer += segment.text
        return self


def run(tokenizer: Tokenizer, ids: list[int], options: SegmenterOptions) -> Outcome:
    segmenter = Segmenter(tokenizer, options)
    outcome = Outcome()
    for token_id in ids:
        outcome.add(segmenter.push(token_id))
    return outcome.add(segmenter.finish())


def case_ids(tokenizer: Tokenizer, case: dict[str, Any]) -> list[int]:
    return tokenizer.encode("".join(case["chunks"]), control_tokens=True)


def check(case: dict[str, Any], outcome: Outcome) -> None:
    expect = case["expect"]
    if case["kind"] == "reasoning":
        assert outcome.thinking == (expect["reasoning"] or "")
    else:
        assert outcome.thinking == ""
    if expect["content"] is not None:
        assert outcome.answer == expect["content"]
    elif not expect["tool_calls"] and case["id"] != "sq.partial_tag_only":
        assert outcome.answer == ""
    if expect["tool_calls"] is not None:
        calls = [{"name": call.name, "arguments": call.arguments} for call in outcome.calls]
        assert calls == expect["tool_calls"]


by_id = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


@by_id
def test_case_under_its_own_semantics(tokenizer: Tokenizer, case: dict[str, Any]) -> None:
    check(case, run(tokenizer, case_ids(tokenizer, case), options_of(case)))


# A tag split over chunks would be spelled in ordinary tokens, which is text by Ponder's rule.
UNSPLIT = [c for c in CASES if all(k.count("<tool_") == k.count("<tool_call>") for k in c["chunks"])]


@pytest.mark.parametrize("case", UNSPLIT, ids=[case["id"] for case in UNSPLIT])
def test_case_as_the_chunks_were_sent(tokenizer: Tokenizer, case: dict[str, Any]) -> None:
    ids = [i for chunk in case["chunks"] for i in tokenizer.encode(chunk, control_tokens=True)]
    check(case, run(tokenizer, ids, options_of(case)))


@by_id
def test_case_under_the_product_defaults(tokenizer: Tokenizer, case: dict[str, Any]) -> None:
    outcome = run(tokenizer, case_ids(tokenizer, case), SegmenterOptions())
    if case["id"] not in ON_PURPOSE_DIFFERENT and not case.get("lenient"):
        check(case, outcome)
    elif case.get("lenient"):
        assert outcome.answer == "".join(case["chunks"])
        assert not outcome.calls
    else:
        with pytest.raises(AssertionError):
            check(case, outcome)


@by_id
@pytest.mark.parametrize("semantics", ["own", "product"])
def test_nothing_emitted_is_taken_back(tokenizer: Tokenizer, case: dict[str, Any], semantics: str) -> None:
    options = options_of(case) if semantics == "own" else SegmenterOptions()
    ids = case_ids(tokenizer, case)
    segmenter = Segmenter(tokenizer, options)
    steps = [segmenter.push(token_id) for token_id in ids]
    whole = [segment for step in [*steps, segmenter.finish()] for segment in step]
    final = Outcome().add(whole)
    emitted: list[Segment] = []
    for count, step in enumerate(steps, start=1):
        emitted += step
        so_far = Outcome().add(emitted)
        assert whole[: len(emitted)] == emitted
        assert final.thinking.startswith(so_far.thinking)
        if Reclassify() not in whole[len(emitted) :]:
            assert final.answer.startswith(so_far.answer)
        assert final.calls[: len(so_far.calls)] == so_far.calls
        stopped = Segmenter(tokenizer, options)
        early = [segment for token_id in ids[:count] for segment in stopped.push(token_id)]
        assert early == emitted
        ended = Outcome().add([*early, *stopped.finish()])
        assert ended.thinking.startswith(so_far.thinking)
        assert ended.answer.startswith(so_far.answer)


STEPPED = [case for case in CASES if "per_chunk" in case or case["id"] == "sq.partial_tag_only"]


@pytest.mark.parametrize("case", STEPPED, ids=[case["id"] for case in STEPPED])
def test_what_is_shown_after_each_chunk(tokenizer: Tokenizer, case: dict[str, Any]) -> None:
    segmenter = Segmenter(tokenizer, options_of(case))
    for index, chunk in enumerate(case["chunks"]):
        shown = Outcome()
        for token_id in tokenizer.encode(chunk, control_tokens=True):
            shown.add(segmenter.push(token_id))
        if "per_chunk" in case:
            assert [shown.thinking, shown.answer] == case["per_chunk"][index]
        else:
            assert "<" not in shown.answer
            assert shown.add(segmenter.finish()).answer == "I think <tool"
