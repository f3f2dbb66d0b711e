"""The bounds of every option a person can set, in one place, so that command line and settings agree.

Standard library only: the command line's parser reads them before anything heavy is imported.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

DEVICE_PATTERN = r"auto|cpu|mps|cuda(:[0-9]{1,2})?"
DEVICE_HELP = "auto, cpu, mps, cuda or cuda:N"


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included unless `low_open`. NaN is in no range."""

    low: float
    high: float
    low_open: bool = False

    def __contains__(self, value: float) -> bool:
        if not math.isfinite(value):
            return False
        return (value > self.low if self.low_open else value >= self.low) and value <= self.high

    def __str__(self) -> str:
        first = f"above {self.low:g}" if self.low_open else f"{self.low:g}"
        return f"{first} to {self.high:,}"


# Temperature, top-p and the presence penalty keep the bounds of the OpenAI API, which most tools assume.
TEMPERATURE = Range(0, 2)
TOP_P = Range(0, 1, low_open=True)
TOP_K = Range(0, 1_000_000)
MIN_P = Range(0, 1)
PRESENCE_PENALTY = Range(-2, 2)
REPETITION_PENALTY = Range(0, 2, low_open=True)
SEED = Range(0, 2**63 - 1)
MAX_TOKENS = Range(1, 1_000_000)
CONTEXT_TOKENS = Range(1, 10_000_000)
THINKING_BUDGET_TOKENS = Range(0, 1_000_000)


def is_device(text: str) -> bool:
    return re.fullmatch(DEVICE_PATTERN, text) is not None
