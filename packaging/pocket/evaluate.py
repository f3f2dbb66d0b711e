"""Measure a checkpoint folder on held-out prompts with transformers; exit 1 when it misses a threshold.

python packaging/pocket/evaluate.py [--count 100] [--sampled] [--card] [--json FILE] [FOLDER]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from pocket_dialogues import Mode
from pocket_draw import Draw
from pocket_examples import GROUPS, MODES, Case, is_right, make_cases
from pocket_files import write_card
from pocket_render import BUDGET_SENTENCE, Encoder, Template, read_template, token_id
from tokenizers import Tokenizer
from torch import Tensor
from transformers import Qwen3ForCausalLM

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "pocket"
LONGEST_TURN = 320
BATCH = 50


@dataclass(frozen=True)
class Score:
    """How one group fared in one mode; ``wrong`` holds a few (prompt, turn) pairs."""

    group: str
    mode: Mode
    right: int
    total: int
    wrong: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        return self.right / self.total


SUMS_SHARE, SKILL_SHARE = 0.99, 0.95
"""What must be right: two-digit sums and differences in each of the two main modes, other skills over both."""


def missed(scores: list[Score], slack: float = 0.0) -> list[str]:
    """The promises that the scores of the two main modes break, in words. `slack` is taken off each share."""
    main = [score for score in scores if score.mode in (Mode.THINK, Mode.DIRECT)]
    sums = {mode: [s for s in main if s.group.startswith("sums") and s.mode is mode] for mode in Mode}
    broken = [
        f"sums, {mode.value}: {_share(part):.3f}" for mode, part in sums.items() if _share(part) < SUMS_SHARE - slack
    ]
    for group in dict.fromkeys(s.group for s in main if not s.group.startswith("sums")):
        part = [score for score in main if score.group == group]
        if _share(part) < SKILL_SHARE - slack:
            broken.append(f"{group}: {_share(part):.3f}")
    return broken


def _share(scores: list[Score]) -> float:
    total = sum(score.total for score in scores)
    return sum(score.right for score in scores) / total if total else 1.0


class Checkpoint:
    """A loaded folder that continues prompts in batches."""

    def __init__(self, folder: Path) -> None:
        self.model: Any = Qwen3ForCausalLM.from_pretrained(folder, dtype=torch.float32)
        self.model.train(False)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.encoder = Encoder(self.tokenizer, Template(read_template(folder / "tokenizer_config.json")))
        self.end = token_id(self.tokenizer, "<|im_end|>")

    def prompt(self, case: Case, draw: Draw) -> list[int]:
        """The prompt's ids; a cut thought is begun and ended here, as an engine's thinking budget does."""
        dialogue = case.dialogue
        ids = self.encoder.prompt_ids(dialogue)
        if dialogue.mode is not Mode.CUT:
            return ids
        thought = self.encoder.encode(f"<think>\n{dialogue.thought}")
        kept = thought[: draw.between(2, len(thought))]
        return (
            ids + kept + self.encoder.encode(f"{draw.pick(('', chr(10), chr(10) * 2))}{BUDGET_SENTENCE}\n</think>\n\n")
        )

    @torch.inference_mode()
    def turns(self, prompts: list[list[int]], sampled: torch.Generator | None = None) -> list[tuple[str, bool]]:
        """The text written after each prompt and whether it ended by itself; greedy without ``sampled``."""
        longest = max(map(len, prompts))
        ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
        mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        cache, written = None, torch.empty(len(prompts), 0, dtype=torch.long)
        done = torch.zeros(len(prompts), dtype=torch.bool)
        for _ in range(LONGEST_TURN):
            out = self.model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            cache = out.past_key_values
            token = _choose(out.logits[:, -1], sampled)
            written = torch.cat((written, token[:, None]), dim=1)
            done |= token == self.end
            if bool(done.all()):
                break
            ids, positions = token[:, None], positions[:, -1:] + 1
            mask = torch.cat((mask, torch.ones(len(prompts), 1, dtype=mask.dtype)), dim=1)
        return [self._text(row) for row in written.tolist()]

    def _text(self, row: list[int]) -> tuple[str, bool]:
        finished = self.end in row
        kept = row[: row.index(self.end)] if finished else row
        text: str = self.tokenizer.decode(kept, skip_special_tokens=False)
        return text, finished


def _choose(logits: Tensor, sampled: torch.Generator | None) -> Tensor:
    """The next token (batch,): the likeliest, or one drawn at temperature 0.6, top-k 20, top-p 0.95."""
    if sampled is None:
        return logits.argmax(-1)
    values, indices = torch.topk(logits / 0.6, 20)
    shares = values.softmax(-1)
    before = shares.cumsum(-1) - shares
    shares = shares.masked_fill(before >= 0.95, 0.0)
    return indices.gather(-1, torch.multinomial(shares, 1, generator=sampled))[:, 0]


def score(checkpoint: Checkpoint, group: str, mode: Mode, count: int, seed: int, sampled: bool) -> Score:
    """Run one group in one mode."""
    cases = make_cases(group, mode, count, seed)
    draw = Draw(f"cuts {seed}")
    prompts = [checkpoint.prompt(case, draw) for case in cases]
    order = sorted(range(len(cases)), key=lambda index: len(prompts[index]))
    generator = torch.Generator().manual_seed(seed) if sampled else None
    right, wrong = 0, []
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        for index, (text, finished) in zip(
            chosen, checkpoint.turns([prompts[i] for i in chosen], generator), strict=True
        ):
            if is_right(cases[index], text, finished):
                right += 1
            else:
                wrong.append((str(cases[index].dialogue.messages[-1]["content"]), text))
    return Score(group, mode, right, count, tuple(wrong[:12]))


def table(scores: list[Score]) -> str:
    """Markdown with a row for each group and a column for each mode."""
    modes = [mode for mode in MODES if any(score.mode is mode for score in scores)]
    lines = [
        "| Skill | " + " | ".join(mode.value for mode in modes) + " |",
        "|" + " --- |" * (len(modes) + 1),
    ]
    for group in GROUPS:
        cells = [f"{s.right}/{s.total}" for mode in modes for s in scores if s.group == group and s.mode is mode]
        if cells:
            lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def evaluate(
    folder: Path,
    count: int,
    seed: int = 7,
    sampled: bool = False,
    groups: tuple[str, ...] = GROUPS,
    modes: tuple[Mode, ...] = MODES,
) -> list[Score]:
    """Scores of all groups in all modes; sums get twice the cases."""
    checkpoint = Checkpoint(folder)
    return [
        score(checkpoint, group, mode, count * (2 if group.startswith("sums") else 1), seed, sampled)
        for group in groups
        for mode in modes
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER)
    parser.add_argument("--count", type=int, default=100, help="prompts for each skill and mode (sums: twice as many)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sampled", action="store_true", help="sample with the default settings instead of greedily")
    parser.add_argument("--group", choices=GROUPS, action="append", help="only this skill (repeatable)")
    parser.add_argument(
        "--mode", choices=[mode.value for mode in MODES], action="append", help="only this mode (repeatable)"
    )
    parser.add_argument("--json", type=Path, help="write the scores and some wrong turns to this file")
    parser.add_argument("--card", action="store_true", help="put the table into the folder's model card")
    parser.add_argument("--wrong", type=int, default=0, help="print this many wrong turns of each row")
    arguments = parser.parse_args()
    started = time.monotonic()
    modes = tuple(Mode(value) for value in arguments.mode) if arguments.mode else MODES
    scores = evaluate(
        arguments.folder,
        arguments.count,
        arguments.seed,
        arguments.sampled,
        tuple(arguments.group or GROUPS),
        modes,
    )
    print(table(scores))
    print(f"{time.monotonic() - started:.0f} s")
    for one in scores:
        for prompt, turn in one.wrong[: arguments.wrong]:
            print(f"[{one.group}, {one.mode.value}] {prompt!r} -> {turn!r}")
    if arguments.json is not None:
        rows = [
            {"group": s.group, "mode": s.mode.value, "right": s.right, "total": s.total, "wrong": s.wrong}
            for s in scores
        ]
        arguments.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    if arguments.card:
        sampled = evaluate(arguments.folder, arguments.count, arguments.seed, True, modes=(Mode.THINK, Mode.DIRECT))
        write_card(arguments.folder, f"Greedily:\n\n{table(scores)}\n\nBy default sampling:\n\n{table(sampled)}")
    sys.exit(int(bool(missed(scores))))


if __name__ == "__main__":
    main()
