"""Train the practice model from nothing and write its checkpoint folder.

    python packaging/pocket/train.py --template TOKENIZER_CONFIG --out resources/pocket

Everything follows from ``--seed`` and ``--steps``: the dialogues, the tokenizer, the first weights and the
order of the batches. Wall-clock time decides nothing, so a busy machine only takes longer."""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from pocket_dialogues import BROAD, DRILL, POLISH, Mix, make_dialogue
from pocket_draw import Draw
from pocket_files import write_checkpoint
from pocket_model import Geometry, PocketModel
from pocket_render import IGNORED, Encoded, Encoder, Template, read_template
from pocket_tokenizer import build_tokenizer, corpus, harvest_words
from safetensors.torch import load_file, save_file
from torch import Tensor, distributed
from torch.multiprocessing.spawn import start_processes
from torch.nn import functional as F

BATCH_TOKENS = 3072
"""Padded tokens a worker has in a step: few enough for many steps, enough for large matrix products."""

LONGEST = 1024
POOL = 24
"""Batches drawn at once and sorted by length, so that little is spent on padding."""

_CORPUS_DIALOGUES = 20_000
_BROAD_STEPS, _DRILL_STEPS, _POLISH_STEPS = 1700, 3100, 400
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4
_DEFAULT_OUT = Path(__file__).resolve().parents[2] / "resources" / "pocket"


@dataclass(frozen=True)
class Batch:
    """Ids (batch, seq), the flat positions that carry loss (n,) and the tokens wanted after them (n,)."""

    ids: Tensor
    positions: Tensor
    targets: Tensor


def collate(samples: list[Encoded]) -> Batch:
    """Pad on the right; position i is judged by the token at i + 1."""
    length = -(-max(len(sample.ids) for sample in samples) // 16) * 16
    ids = torch.zeros(len(samples), length, dtype=torch.long)
    targets = torch.full((len(samples), length), IGNORED, dtype=torch.long)
    for row, sample in enumerate(samples):
        count = len(sample.ids)
        tokens = torch.tensor(sample.ids)
        ids[row, :count] = tokens
        wanted = tokens.masked_fill(~torch.tensor(sample.trained), IGNORED)
        targets[row, : count - 1] = wanted[1:]
    flat = targets.flatten()
    positions = (flat != IGNORED).nonzero().flatten()
    return Batch(ids, positions, flat[positions])


def batches(encoder: Encoder, words: tuple[str, ...], seed: str, mix: Mix) -> Iterator[Batch]:
    """An endless stream of length-sorted batches in random order."""
    draw = Draw(seed)
    while True:
        samples: list[Encoded] = []
        total = 0
        while total < POOL * BATCH_TOKENS:
            sample = encoder.sample(make_dialogue(draw, words, mix=mix), draw)
            if len(sample.ids) <= LONGEST:
                samples.append(sample)
                total += len(sample.ids)
        samples.sort(key=lambda sample: len(sample.ids))
        groups: list[list[Encoded]] = [[]]
        for sample in samples:
            if (len(groups[-1]) + 1) * len(sample.ids) > BATCH_TOKENS:
                groups.append([])
            groups[-1].append(sample)
        draw.rng.shuffle(groups)
        for group in groups:
            yield collate(group)


@dataclass(frozen=True)
class Phase:
    """A stretch of training with its own dialogues and learning rates; ``label`` sets its stream of dialogues."""

    label: str
    steps: int
    mix: Mix
    matrix_rate: float
    rate: float
    steady: float

    def rate_at(self, step: int, warmup: int = 60) -> float:
        """The learning rate's share of its peak: a short rise, a plateau, and a straight line to zero."""
        if step < warmup:
            return (step + 1) / warmup
        fall_from = self.steps * self.steady
        return 1.0 if step < fall_from else (self.steps - step) / (self.steps - fall_from)


def phases(arguments: argparse.Namespace) -> tuple[Phase, ...]:
    """The recipe's three phases."""
    return (
        Phase("", arguments.steps, BROAD, matrix_rate=5e-3, rate=3e-3, steady=0.45),
        Phase(" 1", arguments.drill_steps, DRILL, matrix_rate=3.5e-3, rate=2e-3, steady=0.25),
        Phase(" 2", arguments.polish_steps, POLISH, matrix_rate=1.2e-3, rate=7e-4, steady=0.0),
    )


def optimizers(model: PocketModel, phase: Phase) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the layers, AdamW for the embedding and the norms."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name]
    rest = [p for name, p in model.named_parameters() if p.dim() != 2 or "embed" in name]
    muon = torch.optim.Muon(
        matrices, lr=phase.matrix_rate, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    adam = torch.optim.AdamW(rest, lr=phase.rate, betas=(0.9, 0.98), weight_decay=0.0)
    for optimizer in (muon, adam):
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return [muon, adam]


def average_gradients(model: PocketModel, workers: int) -> None:
    """Make every worker's gradients the mean over all, in one exchange."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= workers
    for gradient, piece in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(piece.view_as(gradient))


def learn(model: PocketModel, batch: Batch, chosen: list[torch.optim.Optimizer], workers: int) -> float:
    """One step of all workers; returns this worker's mean loss."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(batch.ids, batch.positions)
    loss = F.cross_entropy(logits.float(), batch.targets)
    model.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    average_gradients(model, workers)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in chosen:
        optimizer.step()
    return loss.item()


def train(rank: int, arguments: argparse.Namespace, meeting_point: str) -> None:
    """Run all the steps as one of the workers; the first also reports and writes the folder.

    Each worker has one thread and its own dialogues. On a machine that does other things too, this loses far
    less time than threads that wait for each other inside every operation.
    """
    keep_freed_memory()
    torch.set_num_threads(1)
    workers: int = arguments.workers
    distributed.init_process_group("gloo", f"file://{meeting_point}", rank=rank, world_size=workers)
    torch.manual_seed(arguments.seed)
    source = read_template(arguments.template)
    template = Template(source)
    texts = corpus(template, arguments.seed, _CORPUS_DIALOGUES)
    words = harvest_words(texts)
    tokenizer = build_tokenizer(texts)
    model = PocketModel(Geometry(vocab_size=tokenizer.get_vocab_size()))
    if rank == 0:
        parameters = sum(p.numel() for p in model.parameters())
        print(f"{parameters} parameters, {tokenizer.get_vocab_size()} tokens, {len(words)} words", flush=True)
    encoder = Encoder(tokenizer, template)
    started, seen, done, mean_loss = time.monotonic(), 0, 0, math.nan
    for number, phase in enumerate(phases(arguments)):
        if arguments.resume is not None and number < arguments.resume_at:
            continue
        if arguments.resume is not None and number == arguments.resume_at:
            model.load_state_dict({key: value.float() for key, value in load_file(arguments.resume).items()})
        chosen = optimizers(model, phase)
        stream = batches(encoder, words, f"training {arguments.seed} {rank}{phase.label}", phase.mix)
        for step in range(phase.steps):
            for optimizer in chosen:
                for group in optimizer.param_groups:
                    group["lr"] = group["peak"] * phase.rate_at(step)
            batch = next(stream)
            loss = learn(model, batch, chosen, workers)
            done, seen = done + 1, seen + batch.ids.numel() * workers
            mean_loss = loss if math.isnan(mean_loss) else mean_loss + 0.02 * (loss - mean_loss)
            if rank == 0 and done % 25 == 0:
                spent = time.monotonic() - started
                print(f"step {done} loss {mean_loss:.4f} {spent:.0f} s {seen / spent:.0f} tokens/s", flush=True)
            if rank == 0 and (done % arguments.every == 0 or step + 1 == phase.steps):
                write_checkpoint(arguments.out, model, tokenizer, source)
        if rank == 0 and arguments.keep is not None:
            save_file(model.state_dict(), f"{arguments.keep}-{number + 1}.safetensors")
    distributed.destroy_process_group()


def keep_freed_memory() -> None:
    """Tell glibc to keep what is freed: each step asks for gigabytes, and page faults would cost dearly."""
    if sys.platform == "linux" and ctypes.util.find_library("c"):
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_MAX, 0)
            mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--template",
        type=Path,
        default=_DEFAULT_OUT / "tokenizer_config.json",
        help="a tokenizer_config.json with Qwen3's chat template",
    )
    parser.add_argument("--out", type=Path, default=_DEFAULT_OUT, help="the checkpoint folder to write")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=_BROAD_STEPS, help="steps of the first phase")
    parser.add_argument("--every", type=int, default=300, help="steps between two checkpoints")
    parser.add_argument("--drill-steps", type=int, default=_DRILL_STEPS, help="steps of the second phase")
    parser.add_argument("--polish-steps", type=int, default=_POLISH_STEPS, help="steps of the third phase")
    parser.add_argument("--keep", help="keep the weights after each phase in files that begin like this, for --resume")
    parser.add_argument("--resume", type=Path, help="begin a later phase with the weights of this safetensors file")
    parser.add_argument("--resume-at", type=int, default=1, help="the phase that begins with them, counted from 0")
    parser.add_argument("--workers", type=int, default=2, help="processes that share each step; part of the recipe")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        meeting_point = str(Path(folder) / "workers")
        start: Callable[..., object] = start_processes
        start(train, args=(arguments, meeting_point), nprocs=arguments.workers)


if __name__ == "__main__":
    main()
