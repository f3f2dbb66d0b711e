"""Tokens a second with and without reading ahead, on answers that repeat their prompt and on such that do not.

`python -m tests.benchmarks.speculation_bench [FOLDER] [--precision int8] [--tokens 192] [--rounds 3] [--json]`; without
a folder, the built-in model. `python -m tests.support.full_size FOLDER` writes a checkpoint of Qwen3-0.6B's exact size.

The model computes everything it always does, so that times are real; but what it says is given, since weights of noise
say nothing: the logits of each position are bent towards the next token of the case's answer. The cases are an edited
piece of code, a text quoted with words in between, a summary that takes up turns of phrase, and two free texts that
have little or nothing to do with their prompts. Both ways alternate, and each figure is a median.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from torch import Tensor

import resources
from engine.cancel import CancelToken
from engine.drafting import DraftPolicy
from engine.engine import Engine
from engine.model.base import CausalModel, DeviceDecoder, SequenceCache
from engine.prefix import PrefixCache
from engine.types import Finished, GenerateRequest, LoadRequest, Precision, Sampling

ROOT = Path(__file__).parents[2]
SAMPLING = Sampling(temperature=0.7, top_p=0.8, top_k=20, seed=1, loop_guard=False)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Row:
    """plain, ahead: tokens a second, medians. spread: the least and the most of ahead / plain over the rounds."""

    case: str
    tokens: int
    plain: float
    ahead: float
    ratio: float
    spread: tuple[float, float]
    drafted: int
    accepted: int


def cases() -> list[Case]:
    code = (ROOT / "engine" / "guard.py").read_text(encoding="utf-8")
    edited = code.replace("_recent", "_newest").replace("looping", "repeats").split("class LoopGuard")[1]
    essay, other = (
        _prose("engine/memory_plan.py"),
        _prose("engine/choices.py", "engine/smaller.py", "engine/hardware.py"),
    )
    sentences = essay.replace("\n", " ").split(". ")
    quoted = ". ".join(f"It then says: “{each}”" for each in sentences)
    summed = ". ".join(
        f"One point is that {' '.join(each.split()[: len(each.split()) // 2]).lower()}, as one would expect"
        for each in sentences
    )
    return [
        Case("code, edited", f"Rename two attributes:\n{code}\n", f"class LoopGuard{edited}"),
        Case("quotation", f"Quote this with comments:\n{essay}\n", quoted),
        Case("summary", f"Sum this up:\n{essay}\n", summed),
        Case("free text, long prompt", f"Read this:\n{essay}\nNow to something else.\n", other),
        Case("free text, short prompt", "Tell me something.\n", other),
    ]


def _prose(*files: str) -> str:
    """The module docstrings."""
    return "\n".join((ROOT / each).read_text(encoding="utf-8").split('"""')[1] for each in files)


class ToldModel:
    """A model that says given ids behind a prompt of a given length, and takes as long over it as it always does."""

    def __init__(self, real: CausalModel, prompt_tokens: int, ids: list[int]) -> None:
        self._real, self._prompt_tokens, self._ids = real, prompt_tokens, ids
        self.vocab_size = real.vocab_size
        self.prefill_chunk_tokens = real.prefill_chunk_tokens
        self.weights_bytes = real.weights_bytes
        self.verified_rows = real.verified_rows
        self.device_decoder: DeviceDecoder | None = None
        self.caveat = ""

    def _bent(self, rows: Tensor, start: int) -> Tensor:
        for row, logits in enumerate(rows):
            at = start + row + 1 - self._prompt_tokens
            if 0 <= at < len(self._ids):
                logits[self._ids[at]] = 1e4
        return rows

    def new_cache(self) -> SequenceCache:
        return self._real.new_cache()

    def prefill(
        self,
        ids: list[int],
        cache: SequenceCache,
        cancel: CancelToken | None = None,
        *,
        all_positions: bool = False,
    ) -> Tensor:
        start = cache.length
        logits = self._real.prefill(ids, cache, cancel, all_positions=all_positions).clone()
        return self._bent(logits, start) if all_positions else self._bent(logits[None], cache.length - 1)[0]

    def decode(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> Tensor:
        return self._bent(self._real.decode(token_id, cache, cancel)[None], cache.length - 1)[0]

    def close(self) -> None:
        self._real.close()


def measure(engine: Engine, case: Case, tokens: int, rounds: int) -> Row:
    session = engine._session
    if session is None:
        raise RuntimeError("no model is loaded")
    encode = session.tokenizer.encode
    prompt = encode(case.prompt, control_tokens=False)
    told = encode(case.answer, control_tokens=False)[:tokens]
    model = ToldModel(session.model, len(prompt), told)
    sampling = replace(SAMPLING, max_tokens=len(told))
    request = GenerateRequest(1, raw_text=case.prompt, sampling=sampling, thinking=False)
    prefix = PrefixCache(model)

    def answer(policy: DraftPolicy | None, wanted: GenerateRequest = request) -> Finished:
        engine._session = replace(session, model=model, prefix=prefix, drafting=policy)
        [done] = [event for event in engine.generate(wanted) if isinstance(event, Finished)]
        if list(done.token_ids) != told[: len(done.token_ids)]:
            raise RuntimeError(f"{case.name}: it said something else")
        return done

    try:
        answer(None, replace(request, sampling=replace(sampling, max_tokens=2)))  # the prompt is read once
        plain, ahead = [], []
        for _ in range(rounds):
            plain.append(answer(None))
            # Nothing is known of the costs or of this text at the beginning of each answer.
            ahead.append(answer(DraftPolicy(model.verified_rows)))
    finally:
        engine._session = session
    speeds = [[done.tokens_per_s for done in way] for way in (plain, ahead)]
    ratios = [b / a for a, b in zip(*speeds, strict=True)]
    return Row(
        case=case.name,
        tokens=len(told),
        plain=statistics.median(speeds[0]),
        ahead=statistics.median(speeds[1]),
        ratio=statistics.median(ratios),
        spread=(min(ratios), max(ratios)),
        drafted=ahead[-1].drafted_tokens,
        accepted=ahead[-1].accepted_tokens,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", default=str(Path(resources.__file__).parent / "pocket"))
    parser.add_argument("--precision", type=Precision, default=Precision.AUTO)
    parser.add_argument("--tokens", type=int, default=192, help="the longest answer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    engine = Engine()
    engine.load(LoadRequest(options.folder, device="cpu", precision=options.precision))
    rows = []
    if not options.json:
        print(f"{'case':<26}{'tokens':>7}{'plain':>9}{'ahead':>9}{'ratio':>8}{'least':>8}{'most':>8}{'right':>12}")
    try:
        for case in cases():
            rows.append(row := measure(engine, case, options.tokens, options.rounds))
            if not options.json:
                right = f"{row.accepted}/{row.drafted}"
                print(
                    f"{row.case:<26}{row.tokens:>7}{row.plain:>9.1f}{row.ahead:>9.1f}{row.ratio:>8.2f}"
                    f"{row.spread[0]:>8.2f}{row.spread[1]:>8.2f}{right:>12}",
                    flush=True,
                )
    finally:
        engine.close()
    if options.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
