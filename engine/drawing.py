"""Drawing one token of an answer after the other: on the CPU from logits, or where the model is.

Both read what they are given behind the prompt and draw the same tokens from the same random numbers, but for what the
last bits of logits change. They know nothing of texts, limits or ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from torch import Tensor

from engine.cancel import CancelToken
from engine.drafting import DraftPolicy
from engine.model.base import DeviceDecoder, DeviceRun
from engine.prefix import PrefixCache
from engine.sampling import Sampler
from engine.speculation import ReadAhead
from engine.types import Sampling


class Drawing(Protocol):
    """The tokens of one answer."""

    @property
    def drafted(self) -> int:
        """Guesses that were verified beside the tokens drawn."""

    @property
    def accepted(self) -> int:
        """How many of them were right."""

    def read(self, drawn: int | None, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """Read ids that were not drawn; float32 logits `(vocab,)` behind the last. On Cancelled none was added.

        Args:
            drawn: the token drawn last, to be read before them and counted for the penalties; None: it is left out.
        """

    def first(self, logits: Tensor) -> int:
        """Draw a token from what reading gave.

        Raises:
            NumericFailure: a logit is NaN or the best one is infinite.
        """

    def next(self, token_id: int, most: int, cancel: CancelToken | None = None) -> int:
        """Read the token drawn last, count it for the penalties, and draw the one behind it. On Cancelled nothing was
        added.

        Args:
            most: how many tokens there is room for, this one included; at least 1.

        Raises:
            NumericFailure: as `first`.
        """


class HostDrawing:
    """On the CPU, with steps that may verify guesses."""

    def __init__(
        self,
        sampling: Sampling,
        prompt_ids: Sequence[int],
        usable_ids: int,
        prefix: PrefixCache,
        drafting: DraftPolicy | None,
    ) -> None:
        self._sampler = Sampler(sampling, prompt_ids, usable_ids)
        self._ahead = ReadAhead(prefix, drafting)

    @property
    def drafted(self) -> int:
        return self._ahead.drafted

    @property
    def accepted(self) -> int:
        return self._ahead.accepted

    def read(self, drawn: int | None, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """See Drawing.read."""
        if drawn is not None:
            self._ahead.step(drawn, 1, cancel)
            self._sampler.accept(drawn)
        return self._ahead.read(ids, cancel)

    def first(self, logits: Tensor) -> int:
        """See Drawing.first."""
        return self._sampler.sample(logits)

    def next(self, token_id: int, most: int, cancel: CancelToken | None = None) -> int:
        """See Drawing.next."""
        logits = self._ahead.step(token_id, most, cancel)
        self._sampler.accept(token_id)
        return self._sampler.sample(logits)


class DeviceDrawing:
    """Where the model is: its steps are far quicker than any that verifies guesses, so that there are none."""

    drafted = 0
    accepted = 0

    def __init__(self, run: DeviceRun, prefix: PrefixCache) -> None:
        self._run = run
        self._prefix = prefix

    def read(self, drawn: int | None, ids: Sequence[int], cancel: CancelToken | None = None) -> Tensor:
        """See Drawing.read."""
        if drawn is not None:
            self._prefix.step(drawn, cancel)
            self._run.accept(drawn)
        return self._prefix.read(ids, cancel)

    def first(self, logits: Tensor) -> int:
        """See Drawing.first."""
        return self._run.first(logits)

    def next(self, token_id: int, most: int, cancel: CancelToken | None = None) -> int:
        """See Drawing.next."""
        return self._prefix.draw(token_id, self._run, cancel)


def seed_of(sampling: Sampling) -> int:
    """The one asked for, else any."""
    return secrets.randbits(32) if sampling.seed is None else sampling.seed


def drawing_for(
    sampling: Sampling,
    prompt_ids: Sequence[int],
    usable_ids: int,
    seed: int,
    *,
    prefix: PrefixCache,
    on_device: DeviceDecoder | None,
    drafting: DraftPolicy | None,
) -> Drawing:
    """What draws an answer.

    Args:
        sampling: checked parameters.
        prompt_ids: seen by the repetition penalty.
        usable_ids: ids from here on are padding rows of the head and are never drawn.
        seed: of the random numbers, whatever the one in `sampling`.
        prefix: holds the prompt already.
        on_device: the model's; None: it has none.
        drafting: decides on guesses that are verified beside the tokens drawn; None: there are none.
    """
    if on_device is not None:
        return DeviceDrawing(on_device.begin(sampling, prompt_ids, usable_ids, seed), prefix)
    return HostDrawing(replace(sampling, seed=seed), prompt_ids, usable_ids, prefix, drafting)
