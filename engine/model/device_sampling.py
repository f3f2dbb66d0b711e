"""Drawing the next token on the model's own device, without a Python value that depends on a number in a tensor.

The same filters in the same order as `engine.sampling`, with cuts turned into masks, so that a step ends with its token
and may be captured as a CUDA graph. Random numbers come in as tensors: the same numbers give the same tokens as there.
No step may bring a Python number to the device as a tensor, which `torch.where` does with its scalars: a capture
allows no copy from ordinary memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

import torch
from torch import Tensor

from engine.types import Sampling

# Where a token is one of few, as with every preset of Qwen's, only so many need be put in order.
FEW = 64
INVALID = -1


class Draw(Enum):
    """How much of the vocabulary must be put in order."""

    GREEDY = auto()
    FEW = auto()
    ALL = auto()


@dataclass(frozen=True, slots=True)
class DrawKind:
    """What of drawing is fixed in a captured step; everything else is a number in a tensor."""

    draw: Draw
    penalized: bool

    @classmethod
    def of(cls, sampling: Sampling) -> DrawKind:
        few = Draw.FEW if 0 < sampling.top_k <= FEW else Draw.ALL
        penalized = sampling.presence_penalty or sampling.frequency_penalty or sampling.repetition_penalty != 1.0
        return cls(Draw.GREEDY if sampling.temperature == 0.0 else few, bool(penalized))


class DeviceSampler:
    """Parameters and counts of one answer, as tensors that stay where they are from one answer to the next.

    Args:
        vocab_size: width of the logits.
    """

    def __init__(self, vocab_size: int, device: torch.device) -> None:
        def number(dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros((), dtype=dtype, device=device)

        self._counts = torch.zeros(vocab_size, dtype=torch.float32, device=device)
        self._seen = torch.zeros(vocab_size, dtype=torch.bool, device=device)
        self._usable = torch.zeros(vocab_size, dtype=torch.bool, device=device)
        self._one = torch.ones(1, dtype=torch.float32, device=device)
        self._temperature, self._top_p, self._min_p = (number(torch.float64) for _ in range(3))
        self._top_k = number(torch.int64)
        self._presence, self._frequency, self._repetition = number(), number(), number()

    def begin(
        self, sampling: Sampling, usable_ids: int, seen_ids: Iterable[int] = (), counts: Mapping[int, int] | None = None
    ) -> None:
        """Start an answer, or take one up again.

        Args:
            usable_ids: ids from here on are padding rows of the head and are never drawn.
            seen_ids: what the repetition penalty counts besides the generated tokens: the prompt.
            counts: how often each token was generated so far.
        """
        counts = counts or {}
        vocab = len(self._counts)
        self._temperature.fill_(sampling.temperature or 1.0)
        self._top_p.fill_(sampling.top_p)
        self._min_p.fill_(sampling.min_p)
        self._top_k.fill_(sampling.top_k or vocab)
        self._presence.fill_(sampling.presence_penalty)
        self._frequency.fill_(sampling.frequency_penalty)
        self._repetition.fill_(sampling.repetition_penalty)
        self._usable.fill_(False)
        self._usable[:usable_ids] = True
        self._counts.zero_()
        self._seen.zero_()
        if counts:
            at = torch.tensor(list(counts), device=self._counts.device)
            self._counts[at] = torch.tensor([float(each) for each in counts.values()], device=self._counts.device)
        seen = sorted(each for each in {*seen_ids, *counts} if each < vocab)
        if seen:
            self._seen[torch.tensor(seen, device=self._seen.device)] = True

    def accept(self, token: Tensor) -> None:
        """Count a generated token, int64 `(1,)`."""
        self._counts.index_add_(0, token, self._one)
        self._seen.index_fill_(0, token, True)

    def draw(self, logits: Tensor, uniform: Tensor, kind: DrawKind) -> Tensor:
        """The next token.

        Args:
            logits: float32 `(vocab,)`.
            uniform: float64 `(1,)` in [0, 1).

        Returns:
            int64 `(1,)`; INVALID where a logit is NaN or the best one is infinite.
        """
        logits = logits.masked_fill(~self._usable, float("-inf"))
        valid = logits.amax().isfinite()  # NaN wins any maximum
        if kind.penalized:
            logits = self._penalized(logits)
        token = logits.argmax().view(1) if kind.draw is Draw.GREEDY else self._drawn(logits, uniform, kind.draw)
        return token.masked_fill(~valid, INVALID)

    def _penalized(self, logits: Tensor) -> Tensor:
        seen = torch.where(logits > 0, logits / self._repetition, logits * self._repetition)
        logits = torch.where(self._seen, seen, logits)
        paid = self._presence + self._frequency * self._counts
        return logits - paid.masked_fill(self._counts <= 0, 0.0)

    def _drawn(self, logits: Tensor, uniform: Tensor, draw: Draw) -> Tensor:
        # Scaled from the best one down: a tiny temperature then gives -inf for the rest and never an overflow.
        scaled = ((logits - logits.amax()).double() / self._temperature).float()
        if draw is Draw.FEW:
            values, ids = scaled.topk(min(FEW, len(scaled)))
        else:
            values, ids = scaled.sort(descending=True, stable=True)
        places = torch.arange(len(values), device=values.device)
        values = values.double().masked_fill(places >= self._top_k, float("-inf"))
        shares = values.softmax(0)
        before = shares.cumsum(0) - shares
        kept = ((before < self._top_p) | (self._top_p >= 1.0)) & (values.exp() >= self._min_p)
        kept = kept & (values > float("-inf")) | (places == 0)
        cumulative = values.masked_fill(~kept, float("-inf")).softmax(0).cumsum(0)
        place = (cumulative <= uniform * cumulative[-1]).sum()
        return ids.gather(0, torch.minimum(place, kept.sum() - 1).view(1))
