"""Files of llama.cpp's own converter and quantiser, imported and compared with the checkpoint they were made of.

    python tests/benchmarks/gguf_roundtrip.py --llama-cpp SOURCE --quantize BUILD/bin/llama-quantize
        --tokenizer FOLDER [--workspace FOLDER] [--checkpoint FOLDER]

SOURCE holds convert_hf_to_gguf.py. FOLDER holds Qwen3's own tokenizer.json, tokenizer_config.json, vocab.json and
merges.txt: the converter knows a tokenizer by what it makes of a text. The checkpoint is a random one with rows that
are multiples of 256, as the K types need them, unless one is given. Prints one line of JSON for each type: how far
the logits are from the original's and, for the types that can be written here too, how far those are that the `gguf`
package's own dequantiser gives. No part of the test suite, since it needs a build of llama.cpp.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gguf
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.gguf_config import gguf_tensor_name
from engine.gguf_import import import_gguf
from engine.tokenizer import Tokenizer
from engine.types import LoadRequest, Precision
from tests.support.checkpoints import make_checkpoint, write_json

TYPES = ("F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0")
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")
VOCABULARY, END_OF_TEXT, END_OF_TURN = 151_936, 151_643, 151_645
TEXT = "The quick brown fox jumps over 13 lazy dogs. Größe, 中文, 🙂 — def f(x):\n    return x ** 2\n"
CONTROL = "<|im_start|>user\nHi /no_think<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"


def main() -> int:
    """Run every type; exit code 1 where one is further off than its format explains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-cpp", type=Path, required=True)
    parser.add_argument("--quantize", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--checkpoint", type=Path)
    options = parser.parse_args()
    workspace = Path(tempfile.mkdtemp(dir=options.workspace, prefix="gguf-roundtrip-"))
    try:
        source = options.checkpoint or random_checkpoint(workspace / "Random-Qwen3", options.tokenizer)
        files = llama_cpp_files(source, workspace, options.llama_cpp, options.quantize)
        sound = [compare(kind, path, source, workspace) for kind, path in files.items()]
        return 0 if all(sound) else 1
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def random_checkpoint(folder: Path, tokenizer: Path) -> Path:
    """A small Qwen3 with the real vocabulary: 46 million parameters."""
    make_checkpoint(
        folder,
        layers=4,
        hidden=256,
        heads=8,
        kv_heads=4,
        head_dim=64,
        intermediate=768,
        vocab=VOCABULARY,
        dtype="bfloat16",
    )
    for name in TOKENIZER_FILES:
        shutil.copy(tokenizer / name, folder / name)
    for name in ("config.json", "generation_config.json"):
        config = json.loads((folder / name).read_text(encoding="utf-8"))
        stops = END_OF_TURN if name == "config.json" else [END_OF_TURN, END_OF_TEXT]
        write_json(folder / name, {**config, "bos_token_id": END_OF_TEXT, "eos_token_id": stops})
    return folder


def llama_cpp_files(source: Path, workspace: Path, llama_cpp: Path, quantize: Path) -> dict[str, Path]:
    """The checkpoint in every type, as llama.cpp writes it."""
    files: dict[str, Path] = {}
    for kind in TYPES:
        path = files[kind] = workspace / f"{source.name}-{kind}.gguf"
        if kind in ("F16", "BF16"):
            script = [sys.executable, str(llama_cpp / "convert_hf_to_gguf.py"), str(source)]
            _run([*script, "--outfile", str(path), "--outtype", kind.lower()])
        else:
            _run([str(quantize), str(files["BF16"]), str(path), kind, "2"])
    return files


def compare(kind: str, path: Path, source: Path, workspace: Path) -> bool:
    """Import one file, print what came of it, and say whether it is what it should be."""
    folder, reference = workspace / f"imported-{kind}", workspace / f"reference-{kind}"
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    origin = import_gguf(path, folder)
    import_s = time.monotonic() - started
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    words, theirs = Tokenizer.from_folder(folder), Tokenizer.from_folder(source)
    same_ids = all(
        words.encode(text, control_tokens=control) == theirs.encode(text, control_tokens=control)
        for text in (TEXT, CONTROL)
        for control in (True, False)
    )
    ids = theirs.encode(TEXT, control_tokens=False)
    ours, expected, original = (
        logits(folder, ids),
        logits(dequantised(path, source, reference), ids),
        logits(source, ids),
    )
    off, explained = (ours - expected).abs().max().item(), (expected - original).abs().max().item()
    opened = open_checkpoint(folder)
    sound = off < 0.005 and same_ids and origin.quantisation == kind
    sound = sound and opened.eos_token_ids == open_checkpoint(source).eos_token_ids
    report = {
        "type": kind,
        "recorded": origin.quantisation,
        "tensor_types": sorted({tensor.tensor_type.name for tensor in gguf.GGUFReader(path).tensors}),
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "weights_mb": round(opened.weights_bytes / 1e6, 1),
        "import_s": round(import_s, 2),
        "peak_memory_growth_mib": round(grown_mib),
        "same_token_ids": same_ids,
        "max_logit_distance_to_package_dequantised": round(off, 6),
        "max_logit_distance_to_original": round((ours - original).abs().max().item(), 4),
        "of_which_the_format_explains": round(explained, 4),
        "kl_to_original_nats": kl(original, ours),
        "sound": sound,
    }
    print(json.dumps(report), flush=True)
    for each in (folder, reference):
        shutil.rmtree(each)
    return sound


def dequantised(path: Path, source: Path, folder: Path) -> Path:
    """The source's folder with float32 weights as the `gguf` package reads them from the file."""
    folder.mkdir()
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(source / name, folder / name)
    tensors = {each.name: each for each in gguf.GGUFReader(path).tensors}
    weights: dict[str, Tensor] = {}
    for name, weight in load_file(source / "model.safetensors").items():
        tensor = tensors[gguf_tensor_name(name)]
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        weights[name] = torch.from_numpy(values.copy()).float().reshape(weight.shape)
    save_file(weights, folder / "model.safetensors")
    return folder


def logits(folder: Path, ids: list[int]) -> Tensor:
    """(tokens, vocab), computed in float32 on the CPU."""
    engine = Engine()
    try:
        engine.load(LoadRequest(str(folder), device="cpu", precision=Precision.FP32, context_tokens=512))
        return engine.logits(ids).clone()
    finally:
        engine.close()


def kl(original: Tensor, ours: Tensor) -> float:
    """Mean KL divergence of the next token's distribution, in nats."""
    p, q = original.log_softmax(-1), ours.log_softmax(-1)
    return float((p.exp() * (p - q)).sum(-1).mean())


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
