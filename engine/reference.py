"""Recorded outputs of the real Qwen3-0.6B weights, as a check of Ponder's whole arithmetic on the user's
machine.

The records (resources/qwen3_reference.json, with their sources) were made by other people with other
software, in BF16 and FP32. They hold for two checkpoints only, told by the SHA-256 of their weights:
Qwen3-0.6B and Qwen3-0.6B-Base. A -Base folder with other bytes (sharded, saved again) is accepted by its
geometry and its being a base model, and said to be assumed. Comparison is teacher-forced: every step reads
the recorded tokens, so that one flip does not hide the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Protocol, TypeAlias

from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint
from engine.manifest import file_sha256
from engine.model.geometry import Qwen3Geometry

if TYPE_CHECKING:
    from torch import Tensor

INSTRUCT_SHA256 = "f47f71177f32bcd101b7573ec9171e6a57f4f4d31148d38e382306f42996874b"
BASE_SHA256 = "cd2a512003e2f9f3cd3c32a9c3573f820bb28c940f73c57b1ddaa983d9223eba"

NEAR_TIE = 0.25
"""Logits. Where the best two are no further apart, another kernel or dtype may pick the other one: 0.25 is
two BF16 steps at the size these logits have (16 to 32), one above.
"""

LOGIT_TOLERANCE = 0.75
"""Logits. How far a top logit may lie from the recorded one: a few BF16 steps of 0.125 to 0.25, gathered over
28 layers. Eight- and four-bit weights need more: pass their own.
"""

BASE_LOGIT_TOLERANCE = 0.2
NORM_TOLERANCE = 0.02
"""Relative, for the length of the first step's logit vector."""

_SIZES_0_6B = (151_936, 1024, 3072, 28, 16, 8, 128)


class LogitsModel(Protocol):
    """Whatever can read a text at once and say what it expects after each token."""

    def logits(self, ids: Sequence[int]) -> Tensor:
        """float32 `(len(ids), vocab)` on the CPU, for a sequence that starts with an empty cache."""


Encode: TypeAlias = Callable[[str], Sequence[int]]
"""Text to ids, with control tokens such as <|im_start|> recognised."""


@dataclass(frozen=True, slots=True)
class GreedyCase:
    """A prompt and the tokens recorded after it. Empty ids with a text: encode the text.

    runners_up: per step, the id and logit of the second best, where recorded.
    expected_tokens: how many tokens were generated; a text that takes more when encoded is another
        tokenisation.
    """

    name: str
    prompt_ids: tuple[int, ...] = ()
    prompt_text: str = ""
    greedy_ids: tuple[int, ...] = ()
    greedy_text: str = ""
    expected_tokens: int | None = None
    top1_logits: tuple[float, ...] = ()
    runners_up: tuple[tuple[int, float], ...] = ()
    step0_logit_l2: float | None = None


@dataclass(frozen=True, slots=True)
class LogitsCase:
    """Recorded logits: their mean over the vocabulary at each position, and the first few at position 0."""

    name: str
    input_ids: tuple[int, ...]
    means: tuple[float, ...]
    mean_tolerance: float
    first_logits: tuple[float, ...]


ReferenceCase: TypeAlias = GreedyCase | LogitsCase


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why there is nothing to compare."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReferenceCases:
    """What holds for a checkpoint, and how that was decided."""

    model: str
    decided_by: str
    cases: tuple[ReferenceCase, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """problems: deviations in words, none when the case passed. notes: tolerated flips, skipped parts."""

    name: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: bool = False

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class ReferenceReport:
    model: str
    results: tuple[CaseResult, ...]
    skipped: Skipped | None = None

    @property
    def passed(self) -> bool:
        """True when at least one case was compared and none deviates."""
        return all(result.passed for result in self.results) and any(not result.skipped for result in self.results)


def load_cases() -> tuple[tuple[ReferenceCase, ...], tuple[ReferenceCase, ...]]:
    """The recorded cases for Qwen3-0.6B and for Qwen3-0.6B-Base."""
    data = json.loads(resources.files("resources").joinpath("qwen3_reference.json").read_text(encoding="utf-8"))
    instruct: list[ReferenceCase] = []
    for case in data["cases"]:
        pairs = zip(case.get("top2_ids", ()), case.get("top2_logits", ()), strict=True)
        instruct.append(
            GreedyCase(
                name=case["name"],
                prompt_ids=tuple(case.get("prompt_ids", ())),
                prompt_text=case.get("prompt_text", ""),
                greedy_ids=tuple(case.get("greedy_ids", ())),
                greedy_text=case.get("completion_text", ""),
                expected_tokens=case.get("n_generated"),
                top1_logits=tuple(case.get("top1_logits", ())),
                runners_up=tuple((int(token), float(logit)) for token, logit in pairs),
                step0_logit_l2=case.get("step0_logit_l2"),
            )
        )
    base: list[ReferenceCase] = []
    for case in data["base_model_cases"]:
        if "input_ids" in case:
            base.append(
                LogitsCase(
                    name=case["name"],
                    input_ids=tuple(case["input_ids"]),
                    means=tuple(case["expected_mean_over_vocab"]),
                    mean_tolerance=case["mean_tol"],
                    first_logits=tuple(case["logits_0_0_0_30"]),
                )
            )
        else:
            base.append(
                GreedyCase(
                    name=case["name"],
                    prompt_text=case["prompt"],
                    greedy_text=case["expected"].removeprefix(case["prompt"]),
                    expected_tokens=case["max_new_tokens"],
                )
            )
    return tuple(instruct), tuple(base)


def reference_cases(checkpoint: Checkpoint, *, cancel: CancelToken | None = None) -> ReferenceCases | Skipped:
    """The cases that hold for a checkpoint. Hashes its weights (1.5 GB) when its sizes are those of the 0.6B.

    Raises:
        Cancelled: the token was set.
        DamagedModel: the weights cannot be read.
    """
    g = checkpoint.geometry
    if g is None or _sizes(g) != _SIZES_0_6B:
        return Skipped("Outputs are recorded for Qwen3-0.6B and Qwen3-0.6B-Base only; this model has other sizes.")
    instruct, base = load_cases()
    paths = {info.path for info in checkpoint.tensors.values()}
    digest = file_sha256(paths.pop(), cancel=cancel) if len(paths) == 1 else ""
    if digest == INSTRUCT_SHA256:
        return ReferenceCases("Qwen3-0.6B", "the SHA-256 of its weights", instruct)
    if digest == BASE_SHA256:
        return ReferenceCases("Qwen3-0.6B-Base", "the SHA-256 of its weights", base)
    if checkpoint.is_base and "base" in checkpoint.name.lower():
        return ReferenceCases("Qwen3-0.6B-Base", "its sizes and name (assumed; the weights' SHA-256 is another)", base)
    return Skipped("These are not the published weights of Qwen3-0.6B (their SHA-256 is another).")


def _sizes(g: Qwen3Geometry) -> tuple[int, ...]:
    return (g.vocab_size, g.hidden_size, g.intermediate_size, g.layers, g.heads, g.kv_heads, g.head_dim)


def run_reference(
    model: LogitsModel,
    checkpoint: Checkpoint,
    *,
    encode: Encode | None = None,
    logit_tolerance: float = LOGIT_TOLERANCE,
    cancel: CancelToken | None = None,
) -> ReferenceReport:
    """Compare a loaded model with what is recorded for its checkpoint.

    Args:
        model: the loaded checkpoint.
        encode: its tokenizer; without it, cases that give only text are skipped, and said to be.
        logit_tolerance: in logits, for 16- or 32-bit weights by default.

    Raises:
        Cancelled: the token was set, looked at between cases.
    """
    found = reference_cases(checkpoint, cancel=cancel)
    if isinstance(found, Skipped):
        return ReferenceReport(checkpoint.name, (), found)
    return compare_cases(model, found, encode=encode, logit_tolerance=logit_tolerance, cancel=cancel)


def compare_cases(
    model: LogitsModel,
    found: ReferenceCases,
    *,
    encode: Encode | None = None,
    logit_tolerance: float = LOGIT_TOLERANCE,
    cancel: CancelToken | None = None,
) -> ReferenceReport:
    """As run_reference, for cases already chosen."""
    results: list[CaseResult] = []
    for case in found.cases:
        if cancel is not None:
            cancel.raise_if_cancelled()
        if isinstance(case, LogitsCase):
            results.append(_compare_logits(model, case))
            continue
        ready = _with_ids(case, encode)
        results.append(_compare_greedy(model, ready, logit_tolerance) if isinstance(ready, GreedyCase) else ready)
    return ReferenceReport(found.model, tuple(results))


def _with_ids(case: GreedyCase, encode: Encode | None) -> GreedyCase | CaseResult:
    """The case with ids instead of text, or a result that says why it is skipped."""
    prompt, greedy = case.prompt_ids, case.greedy_ids
    if prompt and greedy:
        return case
    if encode is None:
        return CaseResult(case.name, notes=("skipped: it needs a tokenizer",), skipped=True)
    if not prompt:
        prompt = tuple(encode(case.prompt_text))
        whole = tuple(encode(case.prompt_text + case.greedy_text))
        if whole[: len(prompt)] != prompt:
            return CaseResult(case.name, notes=("skipped: prompt and answer share a token",), skipped=True)
        greedy = greedy or whole[len(prompt) :]
    else:
        greedy = tuple(encode(case.greedy_text))
    if case.expected_tokens is not None and len(greedy) > case.expected_tokens:
        note = f"skipped: its text takes {len(greedy)} tokens where {case.expected_tokens} were generated"
        return CaseResult(case.name, notes=(note,), skipped=True)
    return replace(case, prompt_ids=prompt, greedy_ids=greedy)


def _compare_greedy(model: LogitsModel, case: GreedyCase, tolerance: float) -> CaseResult:
    problems: list[str] = []
    notes: list[str] = []
    rows = model.logits([*case.prompt_ids, *case.greedy_ids[:-1]])[len(case.prompt_ids) - 1 :]
    if rows.shape[0] != len(case.greedy_ids):
        return CaseResult(case.name, (f"the model gave {rows.shape[0]} rows of logits",))
    if not bool(rows.isfinite().all()):
        return CaseResult(case.name, ("the logits hold NaN or infinite numbers",))
    for step, (row, expected) in enumerate(zip(rows, case.greedy_ids, strict=True)):
        chosen = int(row.argmax())
        own, wanted = float(row[chosen]), float(row[expected])
        if chosen != expected:
            said = f"step {step}: {chosen} ({own:.3f}) instead of {expected} ({wanted:.3f})"
            if own - wanted <= NEAR_TIE or _recorded_tie(case, step, chosen, own - wanted, tolerance):
                notes.append(f"{said}, a near-tie")
            else:
                problems.append(said)
        if step < len(case.top1_logits) and abs(wanted - case.top1_logits[step]) > tolerance:
            problems.append(f"step {step}: logit {wanted:.3f} where {case.top1_logits[step]:.3f} is recorded")
    if case.step0_logit_l2 is not None:
        length = float(rows[0].double().norm())
        if abs(length / case.step0_logit_l2 - 1) > NORM_TOLERANCE:
            problems.append(f"step 0: the logits' length is {length:.1f} where {case.step0_logit_l2:.1f} is recorded")
    return CaseResult(case.name, tuple(problems), tuple(notes))


def _recorded_tie(case: GreedyCase, step: int, chosen: int, own_gap: float, tolerance: float) -> bool:
    """Whether the record itself has the two within a hair, and the model picked the recorded runner-up."""
    if step >= len(case.runners_up) or step >= len(case.top1_logits):
        return False
    token, logit = case.runners_up[step]
    return chosen == token and case.top1_logits[step] - logit <= NEAR_TIE and own_gap <= tolerance


def _compare_logits(model: LogitsModel, case: LogitsCase) -> CaseResult:
    rows = model.logits(case.input_ids)
    if rows.shape[0] != len(case.means):
        return CaseResult(case.name, (f"the model gave {rows.shape[0]} rows of logits",))
    if not bool(rows.isfinite().all()):
        return CaseResult(case.name, ("the logits hold NaN or infinite numbers",))
    problems: list[str] = []
    for position, (mean, recorded) in enumerate(zip(rows.mean(dim=1).tolist(), case.means, strict=True)):
        # As transformers' own test compares: absolute and relative tolerance together.
        if abs(mean - recorded) > case.mean_tolerance * (1 + abs(recorded)):
            problems.append(f"position {position}: mean logit {mean:.4f} where {recorded:.4f} is recorded")
    first = rows[0, : len(case.first_logits)].tolist()
    worst = max((abs(ours - theirs) for ours, theirs in zip(first, case.first_logits, strict=True)), default=0.0)
    if worst > BASE_LOGIT_TOLERANCE:
        problems.append(f"position 0: the first logits are up to {worst:.3f} away from the recorded ones")
    return CaseResult(case.name, tuple(problems))
