"""Files of llama.cpp's own converter and quantiser, imported and compared with the checkpoint they were made of.

    PYTHONPATH=DEPENDENCIES python -m tests.benchmarks.gguf_roundtrip --llama-cpp SOURCE
        --quantize BUILD/bin/llama-quantize --tokenizer FOLDER [--checkpoint FOLDER ...] [--workspace FOLDER] [--json]

SOURCE holds convert_hf_to_gguf.py, which needs the package `sentencepiece` besides those that Ponder's tests need;
DEPENDENCIES is where it lies, if not in this environment. FOLDER holds Qwen3's own tokenizer.json,
tokenizer_config.json, vocab.json and merges.txt.

Without --checkpoint two models go round: the built-in one, whose rows of 192 weights the K types cannot store, so that
llama.cpp falls back to others for most of its matrices, and a random one with the real vocabulary and rows that are
multiples of 256. The converter knows a tokenizer by what it makes of a text and does not know the built-in one's; it is
told that its splitting is Qwen2's, which it is.

For each type it prints how the imported weights and logits compare with what the `gguf` package, an independent
reader, makes of the same file, and how far both are from the original in 32 bits. Exit code 1 where a weight is not the
package's, rounded to 16 bits as it is stored, or the logits are further off than the format explains. No part of the
test suite, since it needs a build of llama.cpp.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import gguf
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from app.library.models import built_in_model
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.gguf_config import gguf_tensor_name
from engine.tokenizer import Tokenizer
from engine.types import LoadRequest, Precision
from tests.support.checkpoints import make_checkpoint, write_json

TYPES = ("F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0")
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt")
VOCABULARY, END_OF_TEXT, END_OF_TURN = 151_936, 151_643, 151_645
TEXT = "The quick brown fox jumps over 13 lazy dogs. Größe, 中文, 🙂 — def f(x):\n    return x ** 2\n"
CONTROL = "<|im_start|>user\nHi /no_think<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
# Of the logits, beside what the format explains: the weights are stored in 16 bits, eleven of them significant.
ROUNDING = 0.02
ROOT = Path(__file__).parents[2]
# The converter's own code, with the one answer that it cannot know.
CONVERTER = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
import conversion.base
conversion.base.TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
script = sys.argv[1] + "/convert_hf_to_gguf.py"
sys.argv = [script, *sys.argv[2:]]
runpy.run_path(script, run_name="__main__")
"""
# In a process of its own, which has not imported torch.
IMPORTER = """
import json, sys, time
from pathlib import Path
from engine.gguf_import import import_gguf
def peak_kib():  # not getrusage: its figure survives exec, and would be the parent's
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before_kib, started = peak_kib(), time.monotonic()
origin = import_gguf(Path(sys.argv[1]), Path(sys.argv[2]))
import_s = round(time.monotonic() - started, 2)
growth_mib = (peak_kib() - before_kib) // 1024
print(json.dumps({"import_s": import_s, "growth_mib": growth_mib, "quantisation": origin.quantisation}))
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one file. Distances are the largest between two logits, divergence is in nats.

    tensor_types: of the file's tensors. recorded: what the import calls the file. wrong_weights: of all, those that
    differ from the package's. package_distance: from logits of the package's weights. format_distance: of these from
    the original's. distance, divergence: of ours from the original's. agreement: share of positions with the same
    likeliest token as the original. growth_mib: of memory in use during the import, in a process of its own.
    """

    model: str
    type: str
    recorded: str
    tensor_types: tuple[str, ...]
    file_mb: float
    weights_mb: float
    import_s: float
    growth_mib: int
    same_token_ids: bool
    wrong_weights: int
    package_distance: float
    format_distance: float
    distance: float
    divergence: float
    agreement: float
    sound: bool


def main() -> int:
    """Run every type; exit code 1 where one is not what it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-cpp", type=Path, required=True)
    parser.add_argument("--quantize", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--checkpoint", type=Path, nargs="+")
    parser.add_argument("--json", action="store_true", help="one JSON object a file instead of the table")
    options = parser.parse_args()
    workspace = Path(tempfile.mkdtemp(dir=options.workspace, prefix="gguf-roundtrip-"))
    try:
        sources = options.checkpoint or [
            built_in_model().folder,
            random_checkpoint(workspace / "random", options.tokenizer),
        ]
        if not options.json:
            print(_titles(), flush=True)
        sound = True
        for source in sources:
            files = llama_cpp_files(source, workspace, options.llama_cpp, options.quantize)
            for kind, path in files.items():
                result = compare(kind, path, source, workspace)
                sound &= result.sound
                print(json.dumps(asdict(result)) if options.json else _row(result), flush=True)
        return 0 if sound else 1
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def random_checkpoint(folder: Path, tokenizer: Path) -> Path:
    """A small Qwen3 with the real vocabulary: 43 million parameters."""
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
            script = [sys.executable, "-c", CONVERTER, str(llama_cpp), str(source)]
            _run([*script, "--outfile", str(path), "--outtype", kind.lower()])
        else:
            _run([str(quantize), str(files["BF16"]), str(path), kind, "2"])
    return files


def compare(kind: str, path: Path, source: Path, workspace: Path) -> Result:
    """Import one file and compare what came of it."""
    folder, reference = workspace / f"imported-{kind}", workspace / f"reference-{kind}"
    imported = json.loads(_run([sys.executable, "-c", IMPORTER, str(path), str(folder)]))
    words, theirs = Tokenizer.from_folder(folder), Tokenizer.from_folder(source)
    same_ids = all(
        words.encode(text, control_tokens=control) == theirs.encode(text, control_tokens=control)
        for text in (TEXT, CONTROL)
        for control in (True, False)
    )
    ids = theirs.encode(TEXT, control_tokens=False)
    dequantised(path, source, reference)
    wrong = wrong_weights(folder, reference)
    ours, expected, original = logits(folder, ids), logits(reference, ids), logits(source, ids)
    off, explained, distance = _apart(ours, expected), _apart(expected, original), _apart(ours, original)
    opened = open_checkpoint(folder)
    tensor_types = sorted({tensor.tensor_type.name for tensor in gguf.GGUFReader(path).tensors})
    # A file whose every matrix fell back to another type is called by that.
    recorded = kind if any(kind.startswith(name) for name in tensor_types) else imported["quantisation"]
    sound = same_ids and not wrong and imported["quantisation"] == recorded
    sound = sound and opened.eos_token_ids == open_checkpoint(source).eos_token_ids
    sound = sound and off <= ROUNDING * max(explained, 1.0) and distance <= explained + off + 1e-5
    result = Result(
        model=source.name,
        type=kind,
        recorded=imported["quantisation"],
        tensor_types=tuple(tensor_types),
        file_mb=round(path.stat().st_size / 1e6, 1),
        weights_mb=round(opened.weights_bytes / 1e6, 1),
        import_s=imported["import_s"],
        growth_mib=imported["growth_mib"],
        same_token_ids=same_ids,
        wrong_weights=wrong,
        package_distance=round(off, 6),
        format_distance=round(explained, 4),
        distance=round(distance, 4),
        divergence=kl(original, ours),
        agreement=(ours.argmax(-1) == original.argmax(-1)).float().mean().item(),
        sound=sound,
    )
    for each in (folder, reference):
        shutil.rmtree(each)
    return result


def dequantised(path: Path, source: Path, folder: Path) -> None:
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


def wrong_weights(folder: Path, reference: Path) -> int:
    """How many imported weights are not the reference's, rounded to the type that they are stored in."""
    ours, expected = load_file(folder / "model.safetensors"), load_file(reference / "model.safetensors")
    if ours.keys() != expected.keys():
        raise SystemExit(f"other tensors: {sorted(ours.keys() ^ expected.keys())}")
    return sum(int((each != expected[name].to(each.dtype)).sum()) for name, each in ours.items())


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


def _apart(first: Tensor, second: Tensor) -> float:
    return float((first - second).abs().max())


def _titles() -> str:
    first = f"{'model':<10}{'type':<8}{'file MB':>8}{'stored':>8}{'s':>6}{'MiB':>5}"
    return f"{first}{'to gguf':>10}{'to original':>13}{'format':>9}{'KL':>10}{'same':>7}  tensors"


def _row(result: Result) -> str:
    numbers = f"{result.file_mb:>8}{result.weights_mb:>8}{result.import_s:>6.1f}{result.growth_mib:>5}"
    apart = f"{result.package_distance:>10.6f}{result.distance:>13.4f}{result.format_distance:>9.4f}"
    meaning = f"{result.divergence:>10.2e}{result.agreement:>7.1%}"
    verdict = "" if result.sound else f"  NOT SOUND: {result.wrong_weights} weights, ids {result.same_token_ids}"
    tensors = " ".join(result.tensor_types)
    return f"{result.model:<10}{result.type:<8}{numbers}{apart}{meaning}  {tensors}{verdict}"


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT)])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
