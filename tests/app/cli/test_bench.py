"""`ponder bench` on small models: the table, the JSON, the picture, and what is said where it cannot measure."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.core.paths import user_paths
from app.library import bench
from app.library.bench_plot import HEIGHT, WIDTH, plot_png
from engine.types import KVCachePrecision, Precision
from tests.app.cli.command import Command
from tests.support.checkpoints import make_checkpoint

TINY = ("--device", "cpu", "--tokens", "2", "--runs", "1", "--depth", "0", "--depth", "32")


@pytest.fixture(autouse=True)
def _small_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.bench.BenchRequest", partial(bench.BenchRequest, read_bytes=1 << 26))


def some_report() -> bench.Report:
    """As a machine of 40 GB/s might make it."""

    def decoded(depth: int, speed: float, bytes_per_token: int) -> bench.Decoded:
        return bench.Decoded(depth, bench.Spread(speed, 0.9 * speed, 1.05 * speed), bytes_per_token)

    once = bench.Spread(1.0, 0.5, 2.0)
    measured = bench.Measured(
        precision=Precision.INT8,
        kv_cache=KVCachePrecision.BITS16,
        device="cpu",
        context_tokens=16_416,
        reason="as asked",
        kernels="avx512_vnni",
        load_s=once,
        weights_bytes=900_000_000,
        peak_memory_bytes=3 << 30,
        own_memory_bytes=2 << 30,
        device_memory_bytes=0,
        prefill_tokens=512,
        prefill_tokens_per_s=bench.Spread(1234.5, 1200.0, 1300.0),
        decode=(decoded(0, 50.0, 600_000_000), decoded(16_384, 8.0, 2_500_000_000)),
        first_turn=bench.Turn(498, 3, once),
        follow_up=bench.Turn(564, 494, once),
        reply_tokens_per_s=once,
    )
    memory = bench.Memory("cpu", "a processor", 2, 1 << 30, 40e9, (Precision.BF16, Precision.INT8))
    failure = bench.NotMeasured(Precision.FP32, "out_of_memory", "It does not fit.")
    return bench.Report("Qwen3-0.6B", 596_049_920, 32, 3, memory, (measured, failure), ("Something was left out.",))


def test_the_table(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.bench.benchmark", lambda request, notes, say: some_report())
    outcome = command(["bench", "--model", "pocket"])
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "Model            Qwen3-0.6B, 596,049,920 parameters"
    assert "Memory speed     40.0 GB/s, reading 1.0 GB" in lines
    assert "Note             Something was left out." in lines
    words = [" ".join(line.split()) for line in lines]
    assert "decode at 0 50.0 (45.0 to 52.5) tok/s 20.0 ms, 75% of the 66.7 memory allows" in words
    assert "decode at 16,384 8.00 (7.20 to 8.40) tok/s 125 ms, 50% of the 16.0 memory allows" in words
    assert "follow-up 1.00 (0.50 to 2.00) s 70 tokens read, 494 reused" in words
    assert lines[-1] == "fp32             cannot be measured: It does not fit."
    assert all(len(line) <= 100 for line in lines)


def test_the_picture_shows_what_was_measured() -> None:
    report = some_report()
    drawn = plot_png(report)
    assert _size_of_png(drawn) == (WIDTH, HEIGHT)
    assert plot_png(report) == drawn
    slower = replace(report.memory, bytes_per_s=30e9)
    assert plot_png(replace(report, memory=slower)) != drawn


def test_the_default_is_a_model_of_full_size_made_once(
    command: Command, ponder_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def make(folder: Path, tokenizer: Path, say: object) -> None:
        made.append(make_checkpoint(folder))

    monkeypatch.setattr(bench, "make_model", make)
    asked: list[bench.BenchRequest] = []

    def measure(request: bench.BenchRequest, say: object) -> bench.Report:
        asked.append(request)
        return replace(some_report(), model=request.model.name)

    monkeypatch.setattr(bench, "run_bench", measure)
    plot = ponder_home.parent / "speed.png"
    outcome = command(["bench", *TINY, "--precision", "bf16", "--json", "--plot", str(plot)])
    assert outcome.code == 0, outcome.err
    assert _size_of_png(plot.read_bytes()) == (WIDTH, HEIGHT)
    folder = ponder_home / "cache" / "bench" / bench.RANDOM_NAME
    (request,) = asked
    assert (request.model, request.depths, request.precisions) == (folder, (0, 32), (Precision.BF16,))
    assert (request.runs, request.tokens, request.device) == (1, 2, "cpu")
    (report,) = outcome.events
    assert (report["model"], bool(report["ponder"])) == (bench.RANDOM_NAME, True)
    assert str(folder) in report["notes"][0]
    again = bench.bench_model(None, None, user_paths(), print)
    assert (again.entry.folder, made) == (folder, [folder])


@pytest.mark.slow
def test_several_precisions_of_the_model_chosen_last_which_has_no_template(
    command: Command, ponder_home: Path, tmp_path: Path
) -> None:
    folder = make_checkpoint(tmp_path / "Mine-Base", chat_template=False)
    ponder_home.mkdir()
    (ponder_home / "settings.json").write_text(json.dumps({"model": str(folder)}))
    options = ["--precision", "int8", "--precision", "bf16", "--precision", "int8", "--kv-cache", "8", "--json"]
    outcome = command(["bench", *TINY, *options])
    assert outcome.code == 0, outcome.err
    (report,) = outcome.events
    assert report["model"] == "Mine-Base"
    assert (report["runs"], report["tokens"], report["failures"]) == (1, 2, [])
    assert [each["depth_tokens"] for each in report["results"][0]["decode"]] == [0, 32]
    assert [each["precision"] for each in report["results"]] == ["int8", "bf16"]
    assert {each["kv_cache"] for each in report["results"]} == {"8"}
    assert all(each["follow_up"]["reused_tokens"] > 100 for each in report["results"])


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--model", "nowhere"], 1, "There is no model called 'nowhere'"),
        (["--model", "pocket", "--device", "cuda:73"], 1, "cuda:73"),
        (["--model", "pocket", "--depth", "99999"], 1, "99,999: this model's context is 2,048 tokens"),
        (["--model", "pocket", "--plot", "speed.svg"], 2, "call it speed.png"),
        (["--model", "pocket", "--plot", "nowhere/speed.png"], 2, "no such folder"),
        (["--precision", "int9"], 2, "int9"),
        (["--runs", "0"], 2, "a whole number, 1 to 1,000"),
        (["--depth", "-1"], 2, "a whole number"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(command: Command, options: list[str], code: int, words: str) -> None:
    outcome = command(["bench", *options])
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_exit_code_1_where_nothing_could_be_measured(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    report = some_report()
    monkeypatch.setattr("app.cli.bench.benchmark", lambda *_: replace(report, outcomes=report.failures))
    plain, for_programs = (command(["bench", "--model", "pocket", *more]) for more in ([], ["--json"]))
    assert (plain.code, for_programs.code) == (1, 1)
    assert "fp32             cannot be measured: It does not fit." in plain.out
    assert for_programs.events[0]["failures"] == [
        {"precision": "fp32", "kind": "out_of_memory", "message": "It does not fit."}
    ]
    assert "fp32 cannot be measured: It does not fit." in for_programs.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to one process there")
def test_ctrl_c_ends_it_and_leaves_no_process(ponder_home: Path) -> None:
    code = "import multiprocessing as m, sys; from app.cli.run import run\n"
    code += "if __name__ == '__main__':\n    code = run(sys.argv[1:]); print(code, len(m.active_children()))"
    script = ponder_home.parent / "program.py"
    script.write_text(code)
    options = ["bench", "--model", "pocket", "--device", "cpu", "--runs", "1000", "--tokens", "1000", "--depth", "0"]
    process = subprocess.Popen(
        [sys.executable, str(script), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert first.startswith("ponder: ")
    assert (out, "Traceback" in err) == ("130 0\n", False)


def _size_of_png(data: bytes) -> tuple[int, int]:
    """Of a PNG whose parts are whole and in order."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    kinds: list[bytes] = []
    position, pixels = 8, b""
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        (check,) = struct.unpack(">I", data[position + 8 + length : position + 12 + length])
        assert check == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, rest) == (8, 2, [0, 0, 0])
        pixels += body if kind == b"IDAT" else b""
        kinds.append(kind)
        position += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    rows = zlib.decompress(pixels)
    assert len(rows) == height * (1 + 3 * width)
    assert len(set(rows)) > 50, "something is drawn, with smooth edges"
    return width, height
