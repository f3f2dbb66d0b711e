"""A checkpoint of Qwen3-0.6B's exact size, all the way: served, downloaded, verified, loaded at every precision, asked.

    python -m tests.benchmarks.full_size_show [--checkpoint FOLDER] [--workspace FOLDER] [--precision P ...]

Without --checkpoint it writes one with random weights first (596,049,920 parameters; --tokenizer gives it Qwen3's own
vocabulary). The catalogue knows other hashes than such a file can have, so it goes the way of any repository that is
not in the catalogue: a hub in a process of its own serves it as Maker/…, `ponder models download` fetches it, and what
it was listed with is what it is verified by. --small does the same with a model of a few thousand parameters.

Every load is `ponder ask` in a fresh process; beside them stand transformers' own from_pretrained and generate. Peak
memory is VmHWM of the process, libraries included; the load time is that of the engine, and of from_pretrained. What
such a model says means nothing; that it says the same in 32 bits as transformers does means something.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.checkpoint import open_checkpoint

ROOT = Path(__file__).parents[2]
REPOSITORY = "Maker/Random-Qwen3"
NAME = "Random-Qwen3"
PROMPT = "Why is the sky blue?"
LIMIT_S = 1800.0
BITSANDBYTES = "int8 bitsandbytes"
OURS, THEIRS = "ponder fp32", "transformers float32"
PRECISIONS = ("fp32", "bf16", "fp16", "int8", BITSANDBYTES, "nf4")
SMALL = ["layers=4", "hidden=256", "intermediate=512", "heads=4", "kv_heads=2", "head_dim=64"]
MAKE = """
import sys
from pathlib import Path
from tests.support.checkpoints import make_checkpoint
from tests.support.full_size import make_full_size
folder, tokenizer, sizes = Path(sys.argv[1]), sys.argv[2], dict(each.split("=") for each in sys.argv[3:])
if sizes:
    make_checkpoint(folder, dtype="bfloat16", **{name: int(value) for name, value in sizes.items()})
else:
    make_full_size(folder, tokenizer=Path(tokenizer) if tokenizer else None)
"""
# `ponder` in a process that says its own peak at the end; getrusage would give the parent's, which survives exec.
PONDER = """
import sys
from pathlib import Path
from app.cli.run import run
code = run(sys.argv[1:])
peak_kib = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(f"peak_kib {peak_kib}", file=sys.stderr)
sys.exit(code)
"""
TRANSFORMERS = """
import json, sys, time
from pathlib import Path
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar
disable_progress_bar()
folder, dtype, tokens, prompt = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
started = time.perf_counter()
tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), local_files_only=True).eval()
load_s = time.perf_counter() - started
messages = [{"role": "user", "content": prompt}]
text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, enable_thinking=False)
ids = tokenizer(text, return_tensors="pt").input_ids
with torch.inference_mode():
    out = model.generate(ids, max_new_tokens=tokens, do_sample=False, temperature=None, top_p=None, top_k=None)
answer = out[0, ids.shape[1]:].tolist()
peak_kib = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(json.dumps({"load_s": load_s, "token_ids": answer, "text": tokenizer.decode(answer)}))
print(f"peak_kib {peak_kib}", file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Done:
    """A process that ended well. peak_mib: the most memory it ever held."""

    out: str
    seconds: float
    peak_mib: int

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Row:
    """One way to load the model. seconds: of the whole process, from its start to its end."""

    way: str
    load_s: float
    peak_mib: int
    seconds: float
    token_ids: tuple[int, ...]
    text: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where a step fails, with what it said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="one that is there already")
    parser.add_argument("--tokenizer", type=Path, help="a folder with Qwen3's own tokenizer, for one that is written")
    parser.add_argument("--small", action="store_true", help="a model of a few thousand parameters")
    parser.add_argument("--workspace", type=Path, help="where there is room for three copies (default: the system's)")
    parser.add_argument("--precision", nargs="+", choices=PRECISIONS, default=list(PRECISIONS), metavar="P")
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--tokens", type=int, default=8, help="how long the answer is")
    parser.add_argument("--without-transformers", action="store_true")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    options = parser.parse_args(arguments)
    workspace = Path(tempfile.mkdtemp(prefix="full-size-", dir=options.workspace))
    try:
        report = show(options, workspace)
    except subprocess.SubprocessError as error:
        said = getattr(error, "stderr", "") or ""
        print(f"{error}\n{said[-3000:]}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    print(json.dumps(report) if options.json else "\n".join(lines(report)))
    return 0


def show(options: argparse.Namespace, workspace: Path) -> dict[str, Any]:
    """All steps, each in a process of its own. Raises subprocess.SubprocessError."""
    environment = _environment(workspace)
    source = options.checkpoint
    if source is None:
        source = workspace / NAME
        sizes = SMALL if options.small else []
        _run([sys.executable, "-c", MAKE, str(source), str(options.tokenizer or ""), *sizes], environment)
    checkpoint = open_checkpoint(source)
    geometry = checkpoint.geometry
    report: dict[str, Any] = {
        "parameters": geometry.parameter_count if geometry is not None else None,
        "weights_bytes": checkpoint.weights_bytes,
    }
    with serving(source, environment) as address:
        fetched = _ponder(["models", "download", REPOSITORY, "--json"], {**environment, "HF_ENDPOINT": address})
    folder = Path(fetched.events[-1]["folder"])
    total = fetched.events[0]["total_bytes"]
    report["download"] = {"bytes": total, "seconds": fetched.seconds, "peak_mib": fetched.peak_mib}
    offline = {**environment, "HF_HUB_OFFLINE": "1"}
    verified = _ponder(["models", "verify", NAME, "--json"], offline)
    sound = verified.events[0]["sound"]
    report["verify"] = {"sound": sound, "seconds": verified.seconds, "peak_mib": verified.peak_mib}
    kernels = "--int8-kernel" in _run([sys.executable, "-m", "app", "ask", "--help"], offline).out
    rows = [
        asked(precision, options.context, options.tokens, offline)
        for precision in options.precision
        if precision != BITSANDBYTES or kernels
    ]
    if not options.without_transformers:
        rows += [by_transformers(folder, dtype, options.tokens, offline) for dtype in ("float32", "bfloat16")]
    report["loads"] = [asdict(row) for row in rows]
    return report


@contextlib.contextmanager
def serving(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """A hub in a process of its own; yields its address."""
    command = [sys.executable, "-m", "tests.support.fake_hub", str(folder), "--repository", REPOSITORY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(environment)
    ) as hub:
        try:
            address = hub.stdout.readline().strip() if hub.stdout is not None else ""
            if not address:
                raise subprocess.SubprocessError("the hub did not start")
            yield address
        finally:
            if hub.stdin is not None:
                hub.stdin.close()  # it ends with its standard input
            hub.wait(timeout=30)


def asked(precision: str, context_tokens: int, tokens: int, environment: Mapping[str, str]) -> Row:
    """`ponder ask`, greedily, without a thought."""
    name, _, kernel = precision.partition(" ")
    command = ["ask", "--json", "--model", NAME, "--device", "cpu", "--precision", name, "--no-think"]
    command += ["--context", str(context_tokens), "--max-tokens", str(tokens), "--temperature", "0"]
    command += ["--int8-kernel", kernel] if kernel else []
    done = _ponder([*command, PROMPT], environment)
    loaded = next(each for each in done.events if each["event"] == "loaded")
    finished = done.events[-1]
    text = "".join(each["text"] for each in done.events if each["event"] == "text")
    ids = tuple(finished["token_ids"])
    return Row(f"ponder {precision}", loaded["load_s"], done.peak_mib, done.seconds, ids, text)


def by_transformers(folder: Path, dtype: str, tokens: int, environment: Mapping[str, str]) -> Row:
    done = _run([sys.executable, "-c", TRANSFORMERS, str(folder), dtype, str(tokens), PROMPT], environment)
    said = done.events[-1]
    ids = tuple(said["token_ids"])
    return Row(f"transformers {dtype}", said["load_s"], done.peak_mib, done.seconds, ids, said["text"])


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The report as a table."""
    yield f"{report['parameters']:,} parameters, {report['weights_bytes'] / 1e6:,.0f} MB of weights"
    download, verify = report["download"], report["verify"]
    amount = f"{download['bytes'] / 1e6:,.0f} MB in {download['seconds']:.1f} s"
    yield f"downloaded: {amount}, peak {download['peak_mib']:,} MiB"
    sound = "sound" if verify["sound"] else "NOT SOUND"
    yield f"verified: {sound}, {verify['seconds']:.1f} s, peak {verify['peak_mib']:,} MiB"
    yield f"{'':<26}{'load s':>8}{'peak MiB':>10}{'all s':>8}  answer, as token ids and text"
    for row in report["loads"]:
        said = f"{' '.join(map(str, row['token_ids'][:6]))} {' '.join(row['text'].split())[:30]!r}"
        yield f"{row['way']:<26}{row['load_s']:>8.2f}{row['peak_mib']:>10,}{row['seconds']:>8.1f}  {said}"
    ids = {row["way"]: row["token_ids"] for row in report["loads"]}
    if {OURS, THEIRS} <= ids.keys():
        yield f"{OURS} and {THEIRS} {'agree' if ids[OURS] == ids[THEIRS] else 'DISAGREE'} on every token"


def _ponder(arguments: list[str], environment: Mapping[str, str]) -> Done:
    return _run([sys.executable, "-c", PONDER, *arguments], environment)


def _run(command: list[str], environment: Mapping[str, str]) -> Done:
    started = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=LIMIT_S, cwd=ROOT, env=dict(environment)
    )
    told = [line for line in done.stderr.splitlines() if line.startswith("peak_kib ")]
    peak_mib = int(told[-1].split()[1]) // 1024 if told else 0
    return Done(done.stdout, round(time.perf_counter() - started, 2), peak_mib)


def _environment(workspace: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    for name in ("HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_TOKEN", "TRANSFORMERS_OFFLINE"):
        own.pop(name, None)
    home = {"PONDER_HOME": str(workspace / "home"), "HF_HOME": str(workspace / "hf")}
    return {**own, **home, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    sys.exit(main())
