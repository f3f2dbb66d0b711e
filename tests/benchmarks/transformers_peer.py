"""One round of transformers' own `generate` on the CPU, in a process of its own: tokens per second as a line of JSON.

    python -m tests.benchmarks.transformers_peer FOLDER --dtype bfloat16 --tokens 32 --depth 0 --depth 4096

Decoding begins with a cache that was written and not read, as `ponder bench` does it: its speed does not depend on the
values. A figure is `generate` as a whole, greedy, with as many new tokens as asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import torch

from engine.bench.report import PREFILL_TOKENS
from engine.general_safety import prepare_environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dtype", choices=["bfloat16", "float32"], default="bfloat16")
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--depth", type=int, action="append")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(json.dumps(measure(options.folder, getattr(torch, options.dtype), options.tokens, options.depth or [0])))


def measure(folder: Path, dtype: torch.dtype, tokens: int, depths: list[int]) -> dict[str, Any]:
    """{"prefill_tokens_per_s", "decode": {depth: tokens per second}}"""
    prepare_environment()
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
    model.eval()
    _generate(model, 1, None, 2)  # prepares things
    started = time.perf_counter()
    _generate(model, PREFILL_TOKENS, None, 1)
    prefill = PREFILL_TOKENS / (time.perf_counter() - started)
    decode: dict[str, float] = {}
    for depth in depths:
        cache = _filled(model.config, depth, dtype)
        started = time.perf_counter()
        _generate(model, depth + 1, cache, tokens)
        decode[str(depth)] = tokens / (time.perf_counter() - started)
    return {"prefill_tokens_per_s": prefill, "decode": decode}


def _generate(model: Any, prompt_tokens: int, cache: Any, tokens: int) -> None:
    """As many new tokens as asked for, behind a prompt of which the cache holds all but the last token."""
    ids = torch.arange(1, prompt_tokens + 1).remainder(model.config.vocab_size)[None]
    with torch.inference_mode():
        written = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            past_key_values=cache,
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            pad_token_id=0,
        )
    if written.shape[1] != prompt_tokens + tokens:
        raise SystemExit(f"{written.shape[1] - prompt_tokens} tokens were written, not {tokens}")


def _filled(config: Any, depth: int, dtype: torch.dtype) -> Any:
    from transformers import DynamicCache

    if depth == 0:
        return None
    cache: Any = DynamicCache(config=config)
    rows = torch.randn((1, config.num_key_value_heads, depth, config.head_dim)).to(dtype)
    for layer in range(config.num_hidden_layers):
        cache.update(rows.clone(), rows.clone(), layer)
    return cache


if __name__ == "__main__":
    main()
