"""How long loading takes and where the time goes, beside transformers' `from_pretrained` in turn with it.

    python -m tests.benchmarks.loading_bench FOLDER [--precision int8 bf16 fp16] [--rounds 5]

A round is, for each precision: a fresh engine process until its model is there ("fresh"), then the same process loading
it again ("warm"), each with the processor time that the process took; then transformers in a process of its own, which
loads twice as well. The least is the figure to judge by where other programs are at work, above all of processor time;
the median is what people wait. A last process for each precision does the parts of loading one after the other, which
the engine does partly at once. The files are read once before, so that the system holds them in memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from engine.process_client import ProcessEngine
from engine.types import KVCachePrecision, LoadRequest, Precision

MIB = 1 << 20
CHILD_LIMIT_S = 300.0
DTYPES = {Precision.BF16: "bfloat16", Precision.FP16: "float16", Precision.FP32: "float32", Precision.INT8: "bfloat16"}

Times = dict[str, float]  # seconds of the clock and of the processor, and bytes of memory at the most


def cpu_s(pid: int | None = None) -> float:
    """User and system time of a process, so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def peak_mib(pid: str | int = "self") -> float:
    for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def ours(folder: Path, precision: Precision, cache_folder: Path) -> dict[str, Times]:
    """One fresh and one warm load through an engine process."""
    request = LoadRequest(str(folder), device="cpu", precision=precision, cache_folder=str(cache_folder))
    engine = ProcessEngine()
    found: dict[str, Times] = {}
    try:
        for kind in ("fresh", "warm"):
            before = cpu_s(engine.pid) if engine.pid is not None else 0.0
            started = time.perf_counter()
            engine.load(request)
            seconds = time.perf_counter() - started
            pid = engine.pid
            if pid is None:
                raise SystemExit("the engine process is gone")
            found[kind] = {"s": seconds, "cpu_s": cpu_s(pid) - before, "peak_mib": peak_mib(pid)}
    finally:
        engine.close()
    return found


def theirs_here(folder: Path, dtype: str) -> dict[str, Times]:
    """transformers in this process, which has just begun; importing it belongs to the first load."""
    found: dict[str, Times] = {}
    from engine.general_safety import prepare_environment

    prepare_environment()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    for kind in ("fresh", "warm"):
        before = cpu_s() if kind == "warm" else 0.0
        begun = time.perf_counter() if kind == "warm" else None
        model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), local_files_only=True)
        tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        clock = time.perf_counter() - begun if begun is not None else time.time() - psutil.Process().create_time()
        found[kind] = {"s": clock, "cpu_s": cpu_s() - before, "peak_mib": peak_mib()}
        del model, tokenizer
    return found


def parts_here(folder: Path, precision: Precision) -> dict[str, Times]:
    """The parts of loading one after the other, in this process; each the least of three, but for the imports."""
    found: dict[str, Times] = {}

    def part(name: str, work: Callable[[], Any]) -> Any:
        before, started = cpu_s(), time.perf_counter()
        result = work()
        took = {"s": time.perf_counter() - started, "cpu_s": cpu_s() - before, "peak_mib": peak_mib()}
        found[name] = {key: min(value, found.get(name, took)[key]) for key, value in took.items()}
        return result

    part("import torch", lambda: __import__("torch"))
    part("import engine.engine", lambda: __import__("engine.engine"))
    import torch

    from engine.checkpoint import open_checkpoint
    from engine.hardware import detect_machine
    from engine.memory_errors import give_back_freed_memory
    from engine.model.decoder import Qwen3Decoder
    from engine.model.load import load_decoder
    from engine.tokenizer import Tokenizer

    def weights() -> Qwen3Decoder:
        checkpoint = open_checkpoint(folder)
        if checkpoint.geometry is None:
            raise SystemExit("only the lean decoder is measured")
        with checkpoint.reader() as reader:
            return load_decoder(
                reader,
                checkpoint.geometry,
                precision=precision,
                kv_cache=KVCachePrecision.AUTO,
                device=torch.device("cpu"),
                context_tokens=checkpoint.max_context_tokens,
                total_bytes=checkpoint.weights_bytes,
            )

    for _ in range(3):
        part("checks of the files", lambda: open_checkpoint(folder))
        part("looking at the machine", detect_machine)
        part("tokenizer", lambda: Tokenizer.from_folder(folder))
        model = part("weights", weights)
        cache = part("KV cache", model.new_cache)
        model.close()
        del model, cache
        part("giving memory back", give_back_freed_memory)
    return found


def child(folder: Path, what: str, precision: Precision) -> dict[str, Times]:
    command = [sys.executable, "-m", "tests.benchmarks.loading_bench", str(folder), "--child", what]
    command += ["--precision", precision.value]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, check=True, timeout=CHILD_LIMIT_S, cwd=root)
    answer: dict[str, Times] = json.loads(done.stdout.splitlines()[-1])
    return answer


def line(name: str, runs: list[Times]) -> str:
    clock, cpu = ([each[key] for each in runs] for key in ("s", "cpu_s"))
    middle = f"{statistics.median(clock):>8.2f}{min(clock):>8.2f}{max(clock):>8.2f}"
    return (
        f"{name:<34}{middle}{statistics.median(cpu):>10.2f}{min(cpu):>8.2f}{max(r['peak_mib'] for r in runs):>11,.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    every = [Precision.INT8, Precision.BF16, Precision.FP16]
    parser.add_argument("--precision", type=Precision, nargs="+", default=every)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cache-folder", type=Path, default=Path("build/loading_bench"), help="for what is measured")
    parser.add_argument("--child", choices=["theirs", "parts"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        first = options.precision[0]
        theirs = options.child == "theirs"
        answer = theirs_here(options.folder, DTYPES[first]) if theirs else parts_here(options.folder, first)
        print(json.dumps(answer))
        return
    for path in options.folder.glob("*.safetensors"):
        with path.open("rb") as file:
            while file.read(16 * MIB):
                pass
    runs: dict[str, list[Times]] = {}
    for precision in options.precision:  # what is measured of the machine is kept before anything is timed
        ours(options.folder, precision, options.cache_folder)
    for _ in range(options.rounds):
        for precision in options.precision:
            for kind, times in ours(options.folder, precision, options.cache_folder).items():
                runs.setdefault(f"Ponder {precision.value}, {kind}", []).append(times)
            if precision is not Precision.INT8:  # transformers has nothing of the kind on a CPU
                for kind, times in child(options.folder, "theirs", precision).items():
                    runs.setdefault(f"transformers {precision.value}, {kind}", []).append(times)
    print(f"{'seconds':<34}{'median':>8}{'least':>8}{'most':>8}{'CPU':>10}{'least':>8}{'peak MiB':>11}")
    for name, each in runs.items():
        print(line(name, each))
    for precision in options.precision:
        print(f"\nParts, {precision.value}")
        for name, times in child(options.folder, "parts", precision).items():
            print(line(name, [times]))


if __name__ == "__main__":
    main()
