"""The comparison with recorded outputs, by models that replay the record and models that stray from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine import reference
from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint, open_checkpoint
from engine.errors import Cancelled
from engine.model.geometry import Qwen3Geometry
from engine.reference import (
    GreedyCase,
    LogitsCase,
    ReferenceCases,
    Skipped,
    compare_cases,
    load_cases,
    reference_cases,
    run_reference,
)

VOCAB = 151_936
COUNT_TEXT_IDS = tuple(range(1000, 1032))
CONDIMENT_IDS = (5050, 18696, 9756, 3819, 374, 220)
CONDIMENT_ANSWER = tuple(range(2000, 2020))


def encode(text: str) -> Sequence[int]:
    """Stands in for the tokenizer in the cases that give text: stable made-up ids."""
    if text.startswith("从1开始数"):
        return COUNT_TEXT_IDS
    return CONDIMENT_IDS + (CONDIMENT_ANSWER if "unadulterated" in text else ())


class Replay:
    """Answers each recorded prompt with the recorded numbers; `bend` may alter the rows."""

    def __init__(self, bend: dict[str, tuple[int, int, float]] | None = None, shift: float = 0.0) -> None:
        self.bend = bend or {}
        self.shift = shift
        self.known: dict[tuple[int, ...], GreedyCase | LogitsCase] = {}
        for case in (*load_cases()[0], *load_cases()[1]):
            if isinstance(case, LogitsCase):
                self.known[case.input_ids] = case
                continue
            ready = reference._with_ids(case, encode)
            assert isinstance(ready, GreedyCase)
            self.known[(*ready.prompt_ids, *ready.greedy_ids[:-1])] = ready

    def logits(self, ids: Sequence[int]) -> Tensor:
        case = self.known[tuple(ids)]
        if isinstance(case, LogitsCase):
            return self._recorded_logits(case)
        rows = torch.zeros(len(ids), VOCAB)
        for step, token in enumerate(case.greedy_ids):
            row = rows[len(case.prompt_ids) - 1 + step]
            row[token] = case.top1_logits[step] if case.top1_logits else 20.0
            if case.runners_up:
                row[case.runners_up[step][0]] = case.runners_up[step][1]
        if case.step0_logit_l2 is not None:
            row = rows[len(case.prompt_ids) - 1]
            rest = case.step0_logit_l2**2 - float((row.double() ** 2).sum())
            row[row == 0] = (rest / int((row == 0).sum())) ** 0.5
        if case.name in self.bend:
            step, token, lead = self.bend[case.name]
            row = rows[len(case.prompt_ids) - 1 + step]
            row[token] = row[case.greedy_ids[step]] + lead
        return rows + self.shift

    def _recorded_logits(self, case: LogitsCase) -> Tensor:
        rows = torch.tensor(case.means).unsqueeze(1).repeat(1, VOCAB)
        first = torch.tensor(case.first_logits)
        rows[0] = (case.means[0] * VOCAB - float(first.sum())) / (VOCAB - len(first))
        rows[0, : len(first)] = first
        return rows + self.shift


INSTRUCT = ReferenceCases("Qwen3-0.6B", "a test", load_cases()[0])
BASE = ReferenceCases("Qwen3-0.6B-Base", "a test", load_cases()[1])


@pytest.fixture(autouse=True)
def _two_threads() -> None:
    torch.set_num_threads(min(torch.get_num_threads(), 2))


def test_the_record_agrees_with_itself() -> None:
    for found, count in ((INSTRUCT, 7), (BASE, 2)):
        report = compare_cases(Replay(), found, encode=encode)
        assert report.passed, [result for result in report.results if not result.passed]
        assert len(report.results) == count
        assert not any(result.skipped or result.notes for result in report.results)


def test_without_a_tokenizer_text_cases_are_skipped_and_said() -> None:
    report = compare_cases(Replay(), INSTRUCT)
    skipped = [result for result in report.results if result.skipped]
    assert [result.name for result in skipped] == ["chat_nothink_count_zh"]
    assert "tokenizer" in skipped[0].notes[0]
    assert report.passed


def test_a_near_tie_may_flip_and_is_said() -> None:
    # Recorded at step 0: 358 with 17.375, 2585 with 17.25.
    report = compare_cases(Replay({"raw_short_Hello!": (0, 2585, 0.5)}), INSTRUCT, encode=encode)
    result = report.results[0]
    assert result.passed
    assert "near-tie" in result.notes[0]
    # Any other token only within the tie itself.
    close = compare_cases(Replay({"raw_LifeAI_is": (1, 77, 0.2)}), INSTRUCT, encode=encode)
    assert close.passed
    assert [result.name for result in close.results if result.notes] == ["raw_LifeAI_is"]


@pytest.mark.parametrize(
    ("name", "bend"),
    [
        ("chat_thinking_hello", (2, 77, 1.0)),
        ("raw_short_Hello!", (0, 2585, 3.0)),
        ("raw_short_Hello!", (4, 264, 0.5)),  # the runner-up, but recorded 2.5 behind
        ("raw_ids_bf16_16steps", (15, 77, 0.3)),
    ],
)
def test_a_wrong_token_fails(name: str, bend: tuple[int, int, float]) -> None:
    report = compare_cases(Replay({name: bend}), INSTRUCT, encode=encode)
    assert not report.passed
    assert [result.name for result in report.results if not result.passed] == [name]
    assert f"step {bend[0]}: {bend[1]}" in next(result for result in report.results if not result.passed).problems[0]


def test_shifted_logits_fail_although_every_token_is_right() -> None:
    report = compare_cases(Replay(shift=1.0), INSTRUCT, encode=encode)
    failed = {result.name for result in report.results if not result.passed}
    assert failed == {"raw_short_Hello!", "chat_thinking_hello", "raw_121_tokens_repeat"}
    last_step = next(problem for problem in report.results[1].problems if problem.startswith("step 7"))
    assert "logit 26.875 where 25.875 is recorded" in last_step
    slightly = compare_cases(Replay(shift=0.7), INSTRUCT, encode=encode)
    assert not any("logit " in problem for result in slightly.results for problem in result.problems)
    base = compare_cases(Replay(shift=0.05), BASE, encode=encode)
    assert [result.name for result in base.results if not result.passed] == ["Qwen3-0.6B-Base_logits"]


def test_nan_fails() -> None:
    report = compare_cases(Replay(shift=float("nan")), INSTRUCT, encode=encode)
    assert not any(result.passed for result in report.results)


def test_cancel() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        compare_cases(Replay(), INSTRUCT, cancel=token)


def real_sizes(checkpoint: Checkpoint) -> Checkpoint:
    geometry = Qwen3Geometry(151_936, 1024, 3072, 28, 16, 8, 128)
    return replace(checkpoint, geometry=geometry)


def test_which_cases_hold(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = open_checkpoint(model)
    small = reference_cases(checkpoint)
    assert isinstance(small, Skipped)
    assert "sizes" in small.reason
    report = run_reference(Replay(), checkpoint)
    assert (report.passed, report.results) == (False, ())

    other = reference_cases(real_sizes(checkpoint))
    assert isinstance(other, Skipped)
    assert "SHA-256" in other.reason
    for digest, name in (
        (reference.INSTRUCT_SHA256, "Qwen3-0.6B"),
        (reference.BASE_SHA256, "Qwen3-0.6B-Base"),
    ):
        monkeypatch.setattr(reference, "file_sha256", lambda path, cancel=None, digest=digest: digest)
        found = reference_cases(real_sizes(checkpoint))
        assert isinstance(found, ReferenceCases)
        assert found.model == name
    assumed = replace(real_sizes(checkpoint), is_base=True, name="Qwen3-0.6B-Base")
    monkeypatch.setattr(reference, "file_sha256", lambda path, cancel=None: "0" * 64)
    found = reference_cases(assumed)
    assert isinstance(found, ReferenceCases)
    assert "assumed" in found.decided_by
