"""A checkpoint of Qwen3-0.6B's exact published geometry with random weights, for measuring speed and memory.

Speed does not depend on the weights' values. What such a model says means nothing. Run by path to write one:
`python -m tests.support.full_size DIR [--tokenizer FOLDER]`.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from tests.support.checkpoints import make_checkpoint

PARAMETERS = 596_049_920
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "generation_config.json")


def make_full_size(folder: Path, *, seed: int = 0, tokenizer: Path | None = None) -> Path:
    """Write the checkpoint (BF16, 1.19 GB, some seconds).

    Args:
        tokenizer: a folder with the real Qwen3 tokenizer files; by default the small byte-level one is used.
    """
    make_checkpoint(
        folder,
        layers=28,
        hidden=1024,
        heads=16,
        kv_heads=8,
        head_dim=128,
        intermediate=3072,
        vocab=151_936,
        dtype="bfloat16",
        seed=seed,
        max_position_embeddings=40_960,
    )
    if tokenizer is not None:
        for name in TOKENIZER_FILES:
            shutil.copyfile(tokenizer / name, folder / name)
        shutil.copyfile(tokenizer / "config.json", folder / "config.json")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    arguments = parser.parse_args()
    print(make_full_size(arguments.folder, tokenizer=arguments.tokenizer))
