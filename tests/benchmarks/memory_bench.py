"""Real memory beside the calculator's estimate, for a checkpoint of full size on the CPU or a CUDA GPU.

`python -m tests.benchmarks.memory_bench FOLDER [--precision int8 ...] [--int8-kernel lean] [--context 8192 ...]`; a
checkpoint of Qwen3-0.6B's exact size is written by `python -m tests.support.full_size FOLDER`.

Each case runs in a process of its own, which reads its own memory before loading, and then its peak while it loads
the model as the engine does, fills the KV cache to the brim, reads a prompt and decodes some tokens. On CUDA, memory
is what the driver says that the device lost.

On the CPU it is anonymous pages plus those pages of the mapped weights that running the model touches. Matrices that
need no conversion stay in the map. Loading touches all of the file, but the kernel takes the pages that nobody uses
again back when memory is short; here they are dropped at once after loading, so that only those that are used return.

The cache is filled by writing to it in chunks as prefill does: reading 32,768 tokens would take an hour for the same
bytes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import mmap
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.checkpoint import open_checkpoint
from engine.hardware import DeviceKind
from engine.memory_errors import give_back_freed_memory
from engine.memory_plan import plan
from engine.model.geometry import Qwen3Geometry
from engine.model.kv_cache import KVCache
from engine.model_shape import model_shape
from engine.types import Int8Kernel, KVCachePrecision, Precision

MIB = 1 << 20
CONTEXTS = (1_024, 8_192, 32_768)
PRECISIONS = (Precision.BF16, Precision.INT8, Precision.FP32)
DECODED_TOKENS = 2
SAMPLE_EVERY_S = 0.002
CHILD_LIMIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes above what the process held before it loaded anything.

    load_peak_bytes: the most while loading, pages of the file that can be taken back included. loaded_bytes:
    afterwards, without those. peak_bytes: the most while running with a full cache.
    """

    load_peak_bytes: int
    loaded_bytes: int
    peak_bytes: int
    seconds: float


def resident_bytes() -> int:
    """This process's resident memory, code and mapped files included: RssAnon and RssFile of proc(5)."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(errors="replace").splitlines())
    return sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssFile"))


def drop_mapped(folder: Path) -> None:
    """Give up the resident pages of this process's maps of files in `folder`; what is read again comes back.

    Only right for maps that nobody wrote to, as those of weights are.
    """
    advise = ctypes.CDLL(None, use_errno=True).madvise
    for line in Path("/proc/self/maps").read_text(errors="replace").splitlines():
        if line.endswith(".safetensors") and str(folder.resolve()) in line:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if advise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED):
                raise OSError(ctypes.get_errno(), "the mapped weights cannot be dropped")


class _Peak:
    """Follows the memory in use from a thread; torch lets the interpreter go while it computes."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._sampling = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.now()
        self.base_bytes = self.peak_bytes = self.now()
        self._thread.start()

    def now(self) -> int:
        if self._device == "cpu":
            return resident_bytes()
        import torch

        free, total = torch.cuda.mem_get_info()
        return int(total - free)

    def _follow(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY_S):
            self._sample()

    def _sample(self) -> None:
        with self._sampling:
            self.peak_bytes = max(self.peak_bytes, self.now())

    def restart(self) -> int:
        """Forget the peak so far; returns what is in use now. A sample that was begun before counts as before."""
        with self._sampling:
            self.peak_bytes = self.now()
            return self.peak_bytes

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        self._sample()


def measure_here(
    folder: Path,
    precision: Precision,
    kv_cache: KVCachePrecision,
    context_tokens: int,
    device: str = "cpu",
    prompt_tokens: int | None = None,
    int8_kernel: Int8Kernel = Int8Kernel.LEAN,
) -> Measured:
    """Load and run the model in this process, which should do nothing else before or after.

    prompt_tokens: how many the last prefill reads; None: as many as the model takes at once.
    """
    import torch

    from engine.model.load import load_decoder
    from engine.tokenizer import Tokenizer

    checkpoint = open_checkpoint(folder)
    if checkpoint.geometry is None:
        raise SystemExit("only the lean decoder is measured")
    started = time.perf_counter()
    peak = _Peak(device)
    tokenizer = Tokenizer.from_folder(folder)
    with checkpoint.reader() as reader:
        model = load_decoder(
            reader,
            checkpoint.geometry,
            precision=precision,
            kv_cache=kv_cache,
            device=torch.device(device),
            context_tokens=context_tokens,
            total_bytes=checkpoint.weights_bytes,
            int8_kernel=int8_kernel,
        )
    load_peak_bytes = peak.peak_bytes
    give_back_freed_memory()  # as the engine does once it has loaded
    drop_mapped(folder)
    loaded_bytes = peak.restart()
    cache = model.new_cache()
    cache.reserve(context_tokens)
    _fill(cache, checkpoint.geometry, device)
    chunk_tokens = min(prompt_tokens or model.prefill_chunk_tokens, context_tokens - DECODED_TOKENS)
    cache.length = context_tokens - chunk_tokens - DECODED_TOKENS
    model.prefill([each % checkpoint.geometry.vocab_size for each in range(chunk_tokens)], cache)
    for token_id in range(DECODED_TOKENS):
        model.decode(token_id, cache)
    peak.end()
    if tokenizer.size <= 0 or cache.length != context_tokens:
        raise SystemExit("the cache is not full")
    base = peak.base_bytes
    return Measured(
        load_peak_bytes - base, loaded_bytes - base, peak.peak_bytes - base, round(time.perf_counter() - started, 1)
    )


def _fill(cache: KVCache, geometry: Qwen3Geometry, device: str) -> None:
    import torch

    with torch.inference_mode():
        for start in range(0, cache.capacity, 256):
            positions = torch.arange(start, min(start + 256, cache.capacity), device=device)
            rows = torch.ones(
                (len(positions), geometry.kv_heads, geometry.head_dim), dtype=cache.compute_dtype, device=device
            )
            for layer in range(geometry.layers):
                cache.write(layer, positions, rows, rows)


def measure(
    folder: Path,
    precision: Precision,
    kv_cache: KVCachePrecision,
    context_tokens: int,
    device: str = "cpu",
    prompt_tokens: int | None = None,
    int8_kernel: Int8Kernel = Int8Kernel.LEAN,
    limit_s: float = CHILD_LIMIT_S,
) -> Measured:
    """The same in a child process.

    Raises:
        subprocess.SubprocessError: it failed or took longer than limit_s.
    """
    command = [sys.executable, "-m", __name__ if __name__ != "__main__" else "tests.benchmarks.memory_bench"]
    command += [str(folder), "--child", "--device", device, "--precision", precision.value]
    command += ["--kv-cache", kv_cache.value, "--context", str(context_tokens), "--int8-kernel", int8_kernel.value]
    command += [] if prompt_tokens is None else ["--prompt-tokens", str(prompt_tokens)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=limit_s, cwd=Path(__file__).parents[2])
    return Measured(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--precision", type=Precision, nargs="+", default=list(PRECISIONS))
    parser.add_argument("--kv-cache", type=KVCachePrecision, default=KVCachePrecision.AUTO)
    parser.add_argument("--context", type=int, nargs="+", default=list(CONTEXTS))
    parser.add_argument("--prompt-tokens", type=int, help="of the last prefill (default: the model's own chunk)")
    kernels = [Int8Kernel.LEAN, Int8Kernel.BITSANDBYTES]
    parser.add_argument("--int8-kernel", type=Int8Kernel, choices=kernels, default=Int8Kernel.LEAN)
    parser.add_argument("--limit-s", type=float, default=CHILD_LIMIT_S, help="for one case (default: 600)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        case = (options.precision[0], options.kv_cache, options.context[0], options.device, options.prompt_tokens)
        print(json.dumps(asdict(measure_here(options.folder, *case, options.int8_kernel))))
        return
    shape = model_shape(open_checkpoint(options.folder))
    print(f"{'precision':<10}{'context':>8}{'estimate':>10}{'measured':>10}{'off by':>9}   loading, loaded, s (MiB)")
    for precision in options.precision:
        for context_tokens in options.context:
            kind = DeviceKind(options.device)
            guess = plan(shape, kind, precision, options.kv_cache, context_tokens, options.int8_kernel)
            try:
                real = measure(
                    options.folder,
                    precision,
                    options.kv_cache,
                    context_tokens,
                    options.device,
                    options.prompt_tokens,
                    options.int8_kernel,
                    options.limit_s,
                )
            except subprocess.SubprocessError as error:  # the other cases are worth having all the same
                said = (getattr(error, "stderr", None) or b"").decode(errors="replace").splitlines()
                why = said[-1] if said else type(error).__name__
                print(f"{precision.value:<10}{context_tokens:>8,}{guess.needed_bytes / MIB:>10,.0f}   failed: {why}")
                continue
            off = guess.needed_bytes / real.peak_bytes - 1
            print(
                f"{precision.value:<10}{context_tokens:>8,}{guess.needed_bytes / MIB:>10,.0f}"
                f"{real.peak_bytes / MIB:>10,.0f}{off:>9.1%}   {real.load_peak_bytes / MIB:,.0f}, "
                f"{real.loaded_bytes / MIB:,.0f}, {real.seconds}",
                flush=True,
            )


if __name__ == "__main__":
    main()
