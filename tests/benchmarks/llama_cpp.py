"""llama.cpp for the benchmarks: built from a source distribution, a checkpoint in its format, and runs of llama-bench.

    PYTHONPATH=DEPENDENCIES python -m tests.benchmarks.llama_cpp FOLDER --checkpoint MODEL [--source LLAMA_CPP]

Makes everything that is not in FOLDER yet and prints where it is: the sources (the source distribution of
llama-cpp-python, fetched with pip unless --source names a folder with llama.cpp), `llama-bench` and `llama-quantize`
(some minutes), and MODEL as BF16 and Q8_0. It needs cmake and a C++ compiler; the converter needs the package
`sentencepiece`, which DEPENDENCIES holds if this environment does not. llama.cpp is no dependency of Ponder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.gguf_roundtrip import CONVERTER

DISTRIBUTION = "llama-cpp-python"
BF16, Q8_0 = "BF16", "Q8_0"
CMAKE_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DGGML_NATIVE=ON",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_CURL=OFF",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How llama.cpp runs."""

    flash_attention: bool
    threads: int
    cache_type: str = "f16"  # others need flash attention

    def __str__(self) -> str:
        flash = "on" if self.flash_attention else "off"
        return f"{self.threads} threads, flash attention {flash}, {self.cache_type} cache"


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens per second: of a prompt (None unless asked for) and of writing by depth. model_bytes: of all weights."""

    prefill_tokens_per_s: float | None
    decode: dict[int, float]
    model_bytes: int


def run_bench(
    llama_bench: Path, model: Path, settings: Settings, *, prompt_tokens: int, tokens: int, depths: list[int]
) -> Run:
    """One run of llama-bench. It reads a prompt as long as each depth first, which takes its time.

    Args:
        prompt_tokens: of the prompt whose reading is timed; 0 for none.

    Raises:
        SystemExit: it failed.
    """
    command = [str(llama_bench), "-m", str(model), "-o", "json", "-r", "1", "-t", str(settings.threads)]
    command += ["-fa", "on" if settings.flash_attention else "off"]
    command += ["-ctk", settings.cache_type, "-ctv", settings.cache_type]
    found: list[dict[str, Any]] = []
    if prompt_tokens:
        found += json.loads(run([*command, "-p", str(prompt_tokens), "-n", "0"]))
    if depths:
        found += json.loads(run([*command, "-p", "0", "-n", str(tokens), "-d", ",".join(map(str, depths))]))
    prefill = next((float(each["avg_ts"]) for each in found if each["n_prompt"]), None)
    decode = {int(each["n_depth"]): float(each["avg_ts"]) for each in found if each["n_gen"]}
    return Run(prefill, decode, int(found[0]["model_size"]) if found else 0)


def build(folder: Path, source: Path | None) -> tuple[Path, Path]:
    """llama.cpp's sources, and the folder of its programs."""
    folder.mkdir(parents=True, exist_ok=True)
    source = source or _sources(folder)
    programs = folder / "build" / "bin"
    if not all((programs / name).exists() for name in ("llama-bench", "llama-quantize")):
        run(["cmake", "-S", str(source), "-B", str(folder / "build"), *CMAKE_OPTIONS])
        jobs = str(os.cpu_count() or 1)
        run(["cmake", "--build", str(folder / "build"), "--target", "llama-bench", "llama-quantize", "-j", jobs])
    return source, programs


def gguf_files(checkpoint: Path, folder: Path, source: Path, programs: Path) -> dict[str, Path]:
    """The checkpoint as BF16 and as Q8_0."""
    files = {kind: folder / f"{checkpoint.name}-{kind}.gguf" for kind in (BF16, Q8_0)}
    if not files[BF16].exists():
        script = [sys.executable, "-c", CONVERTER, str(source), str(checkpoint)]
        run([*script, "--outfile", str(files[BF16]), "--outtype", "bf16"])
    if not files[Q8_0].exists():
        run([str(programs / "llama-quantize"), str(files[BF16]), str(files[Q8_0]), Q8_0])
    return files


def _sources(folder: Path) -> Path:
    found = sorted(folder.glob("llama_cpp_python-*/vendor/llama.cpp"))
    if not found:
        run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--no-binary",
                ":all:",
                "-d",
                str(folder),
                DISTRIBUTION,
            ]
        )
        (archive,) = folder.glob("llama_cpp_python-*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(folder, filter="data")
        found = sorted(folder.glob("llama_cpp_python-*/vendor/llama.cpp"))
    return found[-1]


def run(command: list[str]) -> str:
    """Its standard output. Raises SystemExit with the end of what it said where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--source", type=Path, help="a folder with llama.cpp's sources")
    options = parser.parse_args()
    source, programs = build(options.folder, options.source)
    files = gguf_files(options.checkpoint, options.folder, source, programs)
    print(f"--llama-bench {programs / 'llama-bench'} --llama-bf16 {files[BF16]} --llama-q8 {files[Q8_0]}")


if __name__ == "__main__":
    main()
