"""Memory that really runs out: under `ulimit -v`, and at the hands of the system in a control group.

The model has few weights and a very wide cache: a gigabyte for the first thousand tokens in 32 bits. What it lets go
is then more than what a smaller choice takes, and no limit needs to be exact.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.errors import OutOfMemory
from engine.process_client import STARVED_MESSAGE, ProcessEngine
from engine.types import (
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    LoadRequest,
    Message,
    Precision,
    Role,
    Sampling,
    SmallerChoice,
)
from tests.support.answers import failure, finished, text
from tests.support.checkpoints import make_checkpoint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory limits of processes are Linux's here"),
    pytest.mark.skipif(
        psutil.virtual_memory().available < 4 << 30, reason="the model must fit with room to spare before the limit"
    ),
]
LIMITED = "tests.support.limited_engine:LimitedEngine"
MIB = 1 << 20
# The first chunk of a prompt (512 tokens) takes 50 MB for its queries, keys and values alone, a short one 3 MB.
LONG = "word " * 300
SHORT_ROOM_MB = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(
        tmp_path_factory.mktemp("models") / "wide",
        layers=16,
        hidden=128,
        heads=64,
        kv_heads=64,
        head_dim=128,
        intermediate=128,
        dtype="bfloat16",
    )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProcessEngine]:
    monkeypatch.delenv("PONDER_TEST_LOAD_MB", raising=False)
    client = ProcessEngine(LIMITED)
    yield client
    client.close()


def whole(folder: Path) -> LoadRequest:
    return LoadRequest(str(folder), device="cpu", precision=Precision.FP32)


def ask(engine: ProcessEngine, words: str) -> list[GenerateEvent]:
    sampling = Sampling(temperature=0, max_tokens=3, loop_guard=False)
    return list(engine.generate(GenerateRequest(1, (Message(Role.USER, words),), sampling=sampling, thinking=False)))


def resident_mib(engine: ProcessEngine) -> int:
    return int(psutil.Process(engine.pid).memory_info().rss // MIB)


def answers_with(engine: ProcessEngine, offer: SmallerChoice, folder: Path) -> None:
    loaded = engine.load(offer.applied_to(whole(folder)))
    assert (loaded.precision, loaded.context_tokens) == (offer.precision, offer.context_tokens)
    assert finished(ask(engine, "hello")).reason is not FinishReason.ERROR


def test_row22_loading_under_an_address_space_limit(
    engine: ProcessEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights of 0.3 GB, their mapped file and the start of the cache, 1.0 GB, do not go into 1.2 GB; 8 bits do."""
    monkeypatch.setenv("PONDER_TEST_LOAD_MB", "1200")
    engine.start()
    pid = engine.pid
    with pytest.raises(OutOfMemory, match="while the model was loaded") as caught:
        engine.load(whole(folder))
    assert "Traceback" not in str(caught.value)
    assert resident_mib(engine) < 600, "PyTorch itself takes less than half a gigabyte; the weights are still there"
    offers = caught.value.offers
    assert offers
    answers_with(engine, offers[0], folder)
    assert engine.pid == pid


def test_row22_reading_a_long_prompt_under_an_address_space_limit(engine: ProcessEngine, folder: Path) -> None:
    engine.load(whole(folder))
    assert finished(ask(engine, "hello")).reason is not FinishReason.ERROR
    pid, full_mib = engine.pid, resident_mib(engine)
    failed = failure(ask(engine, f"limit {SHORT_ROOM_MB} {LONG}"))
    assert failed.kind == "out_of_memory"
    assert "while the prompt was read" in failed.message
    assert "Traceback" not in failed.message
    assert full_mib - resident_mib(engine) > 1200, "weights and cache were 1.3 GB"
    assert failed.offers
    answers_with(engine, failed.offers[0], folder)
    assert engine.pid == pid


def test_row31_the_system_ends_the_process_in_its_control_group(engine: ProcessEngine, folder: Path) -> None:
    engine.load(whole(folder))
    assert engine.pid is not None
    with memory_group(32 * MIB, engine.pid):
        events = ask(engine, LONG)
    failed = failure(events)
    assert failed.kind == "engine_gone"
    assert STARVED_MESSAGE in failed.message
    assert failed.offers
    assert all(offer.reason in failed.message for offer in failed.offers)
    # A new process, outside the group: what was offered loads and answers.
    answers_with(engine, failed.offers[0], folder)
    assert text(ask(engine, "hello"))


@contextlib.contextmanager
def memory_group(limit_bytes: int, pid: int) -> Iterator[None]:
    """A control group that lets `pid` take so much more memory than it has. Skips where none can be made."""
    for parent, limit in (
        (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),  # version 1
        (Path("/sys/fs/cgroup"), "memory.max"),
    ):
        group = parent / f"ponder-test-{os.getpid()}"
        try:
            group.mkdir()
            try:
                (group / limit).write_text(str(limit_bytes))
                with contextlib.suppress(OSError):
                    (group / "memory.swap.max").write_text("0")
                # What it holds already stays charged to the group that it comes from.
                (group / "cgroup.procs").write_text(str(pid))
            except OSError:
                group.rmdir()
                continue
        except OSError:
            continue
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
            psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=5)
            group.rmdir()
        return
    pytest.skip("no control group for memory can be made here (not root, or not mounted for writing)")
