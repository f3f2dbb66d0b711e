"""A checkpoint of full size (engine.random_checkpoint) from the command line, for the benchmarks.

Run by path to write one: `python -m tests.support.full_size DIR [--tokenizer FOLDER]`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.library.models import built_in_model
from engine.random_checkpoint import QWEN3_0_6B, fill_random_checkpoint

PARAMETERS = QWEN3_0_6B.parameter_count


def make_full_size(folder: Path, *, seed: int = 0, tokenizer: Path | None = None) -> Path:
    """Write the checkpoint (BF16, 1.19 GB, some seconds).

    Args:
        tokenizer: a folder with the real Qwen3 tokenizer files and config; by default the built-in model's are used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fill_random_checkpoint(folder, tokenizer or built_in_model().folder, seed=seed)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    arguments = parser.parse_args()
    print(make_full_size(arguments.folder, tokenizer=arguments.tokenizer))
