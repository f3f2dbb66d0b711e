"""Drawing the next token from logits. Every step is a function of its own, to be tested against its formula.

Order, as in transformers: penalties, temperature, top-k, top-p, min-p, draw. The functions work on candidates sorted by
falling logit, which makes each filter a matter of where to cut.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import InvalidRequest, NumericFailure
from engine.types import Sampling

MAX_STOP_STRINGS = 64
MAX_STOP_CHARACTERS = 1_000
# With top-p alone the whole vocabulary would have to be sorted for each token; nearly always this many suffice.
PARTIAL_SORT = 1_024


def check_sampling(sampling: Sampling) -> None:
    """Raises InvalidRequest naming the first field that is out of bounds, and the bounds."""
    bounds: tuple[tuple[str, float, float, float], ...] = (
        ("temperature", sampling.temperature, 0.0, 10.0),
        ("top_p", sampling.top_p, 0.0, 1.0),
        ("min_p", sampling.min_p, 0.0, 1.0),
        ("presence_penalty", sampling.presence_penalty, -2.0, 2.0),
        ("frequency_penalty", sampling.frequency_penalty, -2.0, 2.0),
        ("repetition_penalty", sampling.repetition_penalty, 0.1, 10.0),
        ("top_k", sampling.top_k, 0, 2**31),
    )
    for name, value, low, high in bounds:
        if not isinstance(value, int | float) or not math.isfinite(value) or not low <= value <= high:
            raise InvalidRequest(f"{name} is {value!r}, but must be a number from {low:g} to {high:g}.")
    if sampling.top_p == 0:
        raise InvalidRequest("top_p is 0, which would leave no token to choose from; use temperature 0 to be greedy.")
    if sampling.seed is not None and not 0 <= sampling.seed < 2**63:
        raise InvalidRequest(f"seed is {sampling.seed}, but must be a whole number from 0 to 2^63 - 1.")
    if sampling.max_tokens is not None and sampling.max_tokens < 1:
        raise InvalidRequest(f"max_tokens is {sampling.max_tokens}, but must be at least 1.")
    if len(sampling.stop) > MAX_STOP_STRINGS:
        raise InvalidRequest(f"{len(sampling.stop)} stop strings were given; at most {MAX_STOP_STRINGS} are allowed.")
    for text in sampling.stop:
        if not 0 < len(text) <= MAX_STOP_CHARACTERS:
            raise InvalidRequest(f"A stop string must have 1 to {MAX_STOP_CHARACTERS:,} characters.")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Token ids with their logits, best first; both `(n,)`."""

    ids: Tensor
    logits: Tensor

    def first(self, count: int) -> Candidates:
        return Candidates(self.ids[:count], self.logits[:count])


def penalize_repetition(logits: Tensor, ids: Iterable[int], penalty: float) -> Tensor:
    """Divide positive logits of seen ids by the penalty and multiply negative ones (CTRL, arXiv:1909.05858)."""
    index = torch.tensor(sorted(set(ids)), dtype=torch.long)
    if penalty == 1.0 or not len(index):
        return logits
    seen = logits[index]
    logits = logits.clone()
    logits[index] = torch.where(seen > 0, seen / penalty, seen * penalty)
    return logits


def penalize_presence_and_frequency(logits: Tensor, counts: Counter[int], presence: float, frequency: float) -> Tensor:
    """Subtract `presence` once and `frequency` for each time a token was generated (the OpenAI API's definition)."""
    if not counts or (presence == 0.0 and frequency == 0.0):
        return logits
    index = torch.tensor(list(counts), dtype=torch.long)
    times = torch.tensor(list(counts.values()), dtype=logits.dtype)
    logits = logits.clone()
    logits[index] -= presence + frequency * times
    return logits


def rank(logits: Tensor, top_k: int, *, partial: int | None = None) -> Candidates:
    """The `top_k` best candidates (all of them for 0), or just the `partial` best."""
    count = len(logits) if top_k <= 0 else min(top_k, len(logits))
    if partial is not None:
        count = min(count, partial)
    if count == len(logits):
        values, ids = logits.sort(descending=True, stable=True)
    else:
        values, ids = logits.topk(count)
    return Candidates(ids, values)


def keep_top_p(candidates: Candidates, top_p: float) -> Candidates:
    """The smallest set of best candidates whose probability reaches `top_p` (arXiv:1904.09751); at least one."""
    if top_p >= 1.0:
        return candidates
    probabilities = candidates.logits.double().softmax(0)
    before = probabilities.cumsum(0) - probabilities
    return candidates.first(max(int((before < top_p).sum()), 1))


def keep_min_p(candidates: Candidates, min_p: float) -> Candidates:
    """Those at least `min_p` times as likely as the best one (arXiv:2407.01082)."""
    if min_p <= 0.0:
        return candidates
    ratio = (candidates.logits - candidates.logits[0]).double().exp()
    return candidates.first(max(int((ratio >= min_p).sum()), 1))


def draw(candidates: Candidates, uniform: float) -> int:
    """Inverse-CDF sampling: the candidate in whose share of [0, 1) `uniform` lies. One random number a token."""
    cumulative = candidates.logits.double().softmax(0).cumsum(0)
    index = int(torch.searchsorted(cumulative, uniform * float(cumulative[-1]), right=True))
    return int(candidates.ids[min(index, len(candidates.ids) - 1)])


def _top_p_candidates(logits: Tensor, sampling: Sampling) -> Candidates:
    """Top-k, then top-p, sorting no more of the vocabulary than it takes."""
    if sampling.top_k > 0 or sampling.top_p >= 1.0:
        return keep_top_p(rank(logits, sampling.top_k), sampling.top_p)
    best = rank(logits, 0, partial=PARTIAL_SORT)
    if len(best.ids) < len(logits):
        share = (best.logits.double() - torch.logsumexp(logits.double(), 0)).exp()
        before = share.cumsum(0) - share
        kept = int((before < sampling.top_p).sum())
        if 0 < kept < len(best.ids):
            return best.first(kept)
    return keep_top_p(rank(logits, 0), sampling.top_p)


class Sampler:
    """The state of drawing one answer: its random numbers and what was generated so far.

    Args:
        sampling: checked parameters.
        prompt_ids: seen by the repetition penalty.
        usable_ids: ids from here on are padding rows of the head and are never drawn.
    """

    def __init__(self, sampling: Sampling, prompt_ids: Sequence[int], usable_ids: int) -> None:
        self._sampling = sampling
        # A tokenizer may know of more ids than can be drawn.
        seen = (each for each in prompt_ids if each < usable_ids)
        self._seen = set(seen) if sampling.repetition_penalty != 1.0 else set()
        self._counts: Counter[int] = Counter()
        self._usable_ids = usable_ids
        self.seed = secrets.randbits(32) if sampling.seed is None else sampling.seed
        self._generator = torch.Generator().manual_seed(self.seed)

    def sample(self, logits: Tensor) -> int:
        """The next token for float32 logits `(vocab,)`.

        Raises:
            NumericFailure: a logit is NaN or the best one is infinite.
        """
        sampling = self._sampling
        logits = logits[: self._usable_ids]
        best, index = logits.max(0)  # NaN wins any maximum
        if not math.isfinite(float(best)):
            raise NumericFailure(
                "The model computed an invalid number (NaN or infinity) and was stopped.",
                "Choose the BF16 or FP32 precision, or verify the model's files.",
            )
        logits = penalize_repetition(logits, self._seen, sampling.repetition_penalty)
        logits = penalize_presence_and_frequency(
            logits, self._counts, sampling.presence_penalty, sampling.frequency_penalty
        )
        if sampling.temperature == 0.0:
            return int(logits.argmax()) if self._counts or self._seen else int(index)
        # Scaled from the best one down: a tiny temperature then gives -inf for the rest and never an overflow.
        scaled = ((logits - logits.max()).double() / sampling.temperature).float()
        candidates = keep_min_p(_top_p_candidates(scaled, sampling), sampling.min_p)
        return draw(candidates, float(torch.rand((), generator=self._generator, dtype=torch.float64)))

    def accept(self, token_id: int) -> None:
        """Count a generated token for the penalties."""
        self._counts[token_id] += 1
        if self._sampling.repetition_penalty != 1.0:
            self._seen.add(token_id)
