"""Held-out prompts for every skill and mode, and what counts as a right turn.

The dialogues come from the same generators as the training's, on the other side of the held-out split: pairs
of numbers, words, names and phrasings that no training run has seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pocket_dialogues import Dialogue, Mode, make_dialogue
from pocket_draw import Draw
from pocket_sums import make_sum

GROUPS = ("sums +", "sums -", "spelling", "names", "markdown", "tools", "talk", "about", "howto", "unknown")
"""What is counted apart: sums and differences of two two-digit numbers, then the other skills."""

MODES = (Mode.THINK, Mode.DIRECT, Mode.NO_THINK, Mode.CUT)


@dataclass(frozen=True)
class Case:
    """One prompt of an evaluation."""

    group: str
    dialogue: Dialogue


def make_cases(group: str, mode: Mode, count: int, seed: int) -> list[Case]:
    """``count`` held-out cases of one group in one mode; one in three has turns before it."""
    draw = Draw(f"evaluation {seed} {group} {mode.value}", held_out=True)
    cases = []
    for _ in range(count):
        history = draw.between(1, 4) if draw.chance(0.33) else 0
        if group.startswith("sums"):
            final = make_sum(draw, 2, group[-1])
            dialogue = make_dialogue(draw, (), "sums", mode, history, final)
        else:
            dialogue = make_dialogue(draw, (), group, mode, history)
        cases.append(Case(group, dialogue))
    return cases


_TURN = re.compile(r"\s*<think>\n(?P<thought>.*?)\n?</think>\n\n(?P<answer>.*)", re.DOTALL)


def is_right(case: Case, turn: str, finished: bool) -> bool:
    """Whether the generated ``turn`` is of the mode's form, ended by itself and one of the right answers."""
    if not finished:
        return False
    mode = case.dialogue.mode
    if mode in (Mode.THINK, Mode.NO_THINK):
        match = _TURN.fullmatch(turn)
        if match is None or bool(match["thought"].strip()) is not (mode is Mode.THINK):
            return False
        turn = match["answer"]
    return turn in case.dialogue.answers
