"""What fewer bits cost the built-in model: its recipe's held-out tasks, run by the engine in several ways.

Two measures against 32 bits: how far the distributions over the next token are apart at every position of the prompts
and right turns, and how many tasks the greedily written turn solves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer

import resources
from engine.engine import Engine
from engine.openai_format import parse_tools, split_openai_messages
from engine.types import (
    Failed,
    Finished,
    FinishReason,
    GenerateRequest,
    Int8Kernel,
    LoadRequest,
    Precision,
    Sampling,
)

if TYPE_CHECKING:
    from pocket_examples import Case

POCKET = Path(resources.__file__).parent / "pocket"
RECIPE = Path(__file__).resolve().parents[2] / "packaging" / "pocket"
LONGEST_TURN_TOKENS = 320  # as the recipe's own evaluation
GREEDY = Sampling(temperature=0, max_tokens=LONGEST_TURN_TOKENS)


@dataclass(frozen=True)
class Way:
    """How the model is loaded."""

    name: str
    precision: Precision
    int8_kernel: Int8Kernel = Int8Kernel.AUTO


FP32 = Way("FP32", Precision.FP32)
INT8_LEAN = Way("INT8, lean kernel", Precision.INT8, Int8Kernel.LEAN)
INT8_BITSANDBYTES = Way("INT8, bitsandbytes", Precision.INT8, Int8Kernel.BITSANDBYTES)
BF16 = Way("BF16", Precision.BF16)
FP16 = Way("FP16", Precision.FP16)
NF4 = Way("NF4", Precision.NF4)
WAYS = (FP32, FP16, BF16, INT8_LEAN, INT8_BITSANDBYTES, NF4)


@dataclass(frozen=True)
class Task:
    """A held-out case: the request, the ids of its prompt and right turn, and the recipe's own view of it."""

    case: Case
    request: GenerateRequest
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Accuracy:
    """How a way compares with 32 bits.

    mean_kl: KL(FP32 || way) in nats, over `positions`. agreement: the share of them with the same likeliest token.
    right, turns: how many of the written turns are right.
    """

    way: Way
    mean_kl: float
    agreement: float
    positions: int
    right: int
    turns: int

    @property
    def share_right(self) -> float:
        return self.right / max(self.turns, 1)

    def within_points(self, other: Accuracy, points: int) -> bool:
        """Whether the shares of right turns, of as many turns each, are at most so many hundredths apart."""
        return 100 * abs(self.right - other.right) <= points * self.turns


@contextmanager
def _recipe() -> Iterator[None]:
    """The recipe's modules find each other by their folder on the path."""
    sys.path.insert(0, str(RECIPE))
    try:
        yield
    finally:
        sys.path.remove(str(RECIPE))


def make_tasks(count: int, seed: int = 7) -> tuple[Task, ...]:
    """`count` held-out cases of each skill, thinking and direct."""
    with _recipe():
        from pocket_dialogues import Mode
        from pocket_draw import Draw
        from pocket_examples import GROUPS, make_cases
        from pocket_render import Encoder, Template, read_template

        encoder = Encoder(_tokenizer(), Template(read_template(POCKET / "tokenizer_config.json")))
        found: list[Task] = []
        for group in GROUPS:
            for mode in (Mode.THINK, Mode.DIRECT):
                for case in make_cases(group, mode, count, seed):
                    dialogue = case.dialogue
                    request = GenerateRequest(
                        len(found),
                        split_openai_messages(list(dialogue.messages)),
                        tools=parse_tools(list(dialogue.tools)),
                        sampling=GREEDY,
                        thinking=mode is Mode.THINK,
                    )
                    ids = encoder.sample(dialogue, Draw(f"accuracy {seed}", held_out=True)).ids
                    found.append(Task(case, request, tuple(ids)))
        return tuple(found)


def measure(
    tasks: Sequence[Task], ways: Sequence[Way], *, write: Sequence[Task] | None = None, device: str = "cpu"
) -> Iterator[Accuracy]:
    """Each way against FP32, one after the other.

    write: the tasks whose turns are written, which takes the time; None: all.
    """
    written = tasks if write is None else write
    with _loaded(FP32, device) as reference:
        for way in ways:
            with _loaded(way, device) as engine:
                kl, same, positions = _distance(reference, engine, tasks)
                right = sum(_is_right(task, engine) for task in written)
            yield Accuracy(way, kl / positions, same / positions, positions, right, len(written))


@contextmanager
def _loaded(way: Way, device: str) -> Iterator[Engine]:
    engine, threads = Engine(), torch.get_num_threads()
    try:
        loaded = engine.load(
            LoadRequest(str(POCKET), device=device, precision=way.precision, int8_kernel=way.int8_kernel)
        )
        if loaded.precision is not way.precision:
            raise RuntimeError(f"{way.name} was loaded as {loaded.precision.value}")
        torch.set_num_threads(1)  # so small a model only waits for the others
        yield engine
    finally:
        engine.close()
        torch.set_num_threads(threads)


def _distance(reference: Engine, engine: Engine, tasks: Sequence[Task]) -> tuple[float, int, int]:
    """KL(reference || engine) summed over all positions, positions with the same likeliest token, positions."""
    kl, same, positions = 0.0, 0, 0
    for task in tasks:
        ids = list(task.ids)
        wanted, got = (each.logits(ids).double().log_softmax(-1) for each in (reference, engine))
        kl += float((wanted.exp() * (wanted - got)).sum())
        same += int((wanted.argmax(-1) == got.argmax(-1)).sum())
        positions += len(ids)
    return kl, same, positions


def _is_right(task: Task, engine: Engine) -> bool:
    events = list(engine.generate(task.request))
    done = events[-1]
    failures = [event.message for event in events if isinstance(event, Failed)]
    if not isinstance(done, Finished) or failures:  # a turn that was not written is no wrong answer
        raise RuntimeError(f"a turn could not be written: {failures}")
    turn: str = _tokenizer().decode(list(done.token_ids), skip_special_tokens=False)
    with _recipe():
        from pocket_examples import is_right

        return is_right(task.case, turn.removesuffix("<|im_end|>"), done.reason is FinishReason.STOP)


def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(POCKET / "tokenizer.json"))
