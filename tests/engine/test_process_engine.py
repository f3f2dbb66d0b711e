"""The engine behind a real child process: events, cancelling, dying, starting anew, leaving nothing behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.errors import Cancelled, EngineGone, OutOfMemory
from engine.process_client import ProcessEngine
from engine.types import (
    Channel,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    LoadProgress,
    LoadRequest,
    Message,
    Role,
    TextDelta,
    ToolCallMade,
)
from tests.support.scripted_engine import SPLIT_TEXT

SCRIPTED = "tests.support.scripted_engine:ScriptedEngine"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    client = ProcessEngine(SCRIPTED)
    client.load(LoadRequest("any"))
    yield client
    client.close()


_next_id = iter(range(1, 1_000_000))


def request(text: str) -> GenerateRequest:
    return GenerateRequest(next(_next_id), (Message(Role.USER, text),))


def ask(engine: ProcessEngine, text: str) -> list[GenerateEvent]:
    return list(engine.generate(request(text)))


def text_of(events: list[GenerateEvent], channel: Channel = Channel.ANSWER) -> str:
    return "".join(e.text for e in events if isinstance(e, TextDelta) and e.channel is channel)


def finished(events: list[GenerateEvent]) -> Finished:
    last = events[-1]
    assert isinstance(last, Finished)
    assert sum(isinstance(e, Finished) for e in events) == 1
    return last


def failures(events: list[GenerateEvent]) -> list[str]:
    return [e.kind for e in events if isinstance(e, Failed)]


def test_events_arrive_in_order_and_end_with_finished(engine: ProcessEngine) -> None:
    events = ask(engine, "words 5")
    assert text_of(events) == "word0 word1 word2 word3 word4 "
    assert finished(events).reason is FinishReason.STOP
    assert len({e.request_id for e in events}) == 1


def test_tool_calls_survive_the_pipe(engine: ProcessEngine) -> None:
    [call] = [e.call for e in ask(engine, "tool") if isinstance(e, ToolCallMade)]
    assert call.arguments == {"expression": "1+1"}


def test_row33_characters_cross_the_pipe_whole(engine: ProcessEngine) -> None:
    assert text_of(ask(engine, "split")) == SPLIT_TEXT


@pytest.mark.parametrize(("command", "kind"), [("oom", "out_of_memory"), ("nan", "numeric_failure")])
def test_row22_row26_a_failure_keeps_the_text_and_the_process(engine: ProcessEngine, command: str, kind: str) -> None:
    before = engine.pid
    events = ask(engine, command)
    assert failures(events) == [kind]
    assert text_of(events) == "before "
    assert finished(events).reason is FinishReason.ERROR
    assert text_of(ask(engine, "words 1")) == "word0 "
    assert engine.pid == before


def test_a_bug_in_the_engine_is_reported_without_a_traceback(engine: ProcessEngine) -> None:
    events = ask(engine, "bug")
    [failure] = [e for e in events if isinstance(e, Failed)]
    assert failure.kind == "internal"
    assert "Traceback" not in failure.message
    assert "\n" not in failure.message
    assert text_of(ask(engine, "words 1")) == "word0 "


def test_load_errors_keep_their_type() -> None:
    client = ProcessEngine(SCRIPTED)
    try:
        with pytest.raises(OutOfMemory, match="99 GB") as caught:
            client.load(LoadRequest("oom"))
        assert caught.value.remedy
        assert client.load(LoadRequest("fine")).model == "fine"
    finally:
        client.close()


def test_load_progress_arrives() -> None:
    client = ProcessEngine(SCRIPTED)
    seen: list[LoadProgress] = []
    try:
        client.load(LoadRequest("fine"), seen.append)
    finally:
        client.close()
    assert [p.done_bytes for p in seen] == [0, 1, 2, 3]


@pytest.mark.parametrize("command", ["hang", "words 100000 1", "think 100000 0"])
def test_row23_cancel_ends_a_request_at_once(engine: ProcessEngine, command: str) -> None:
    events = engine.generate(request(command))
    first = next(events)
    time.sleep(0.05)
    started = time.perf_counter()
    engine.cancel(first.request_id)
    rest = list(events)
    assert time.perf_counter() - started < 1.0
    assert finished(rest).reason is FinishReason.CANCELLED


def test_row23_a_load_can_be_cancelled_and_the_next_one_works() -> None:
    client = ProcessEngine(SCRIPTED)
    try:
        threading.Timer(0.3, client.cancel_load).start()
        with pytest.raises(Cancelled):
            client.load(LoadRequest("hang"))
        assert client.load(LoadRequest("fine")).model == "fine"
    finally:
        client.close()


def test_a_load_stuck_in_native_code_is_ended_with_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.process_client.CANCEL_PATIENCE_S", 0.3)
    client = ProcessEngine(SCRIPTED)
    try:
        threading.Timer(0.3, client.cancel_load).start()
        with pytest.raises(EngineGone):
            client.load(LoadRequest("stuck"))
        assert client.load(LoadRequest("fine")).model == "fine"
    finally:
        client.close()


def test_a_request_stuck_in_native_code_is_ended_with_its_process(
    engine: ProcessEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.process_client.CANCEL_PATIENCE_S", 0.3)
    events = engine.generate(request("stuck"))
    seen = [next(events) for _ in range(3)]
    engine.cancel(seen[0].request_id)
    seen += list(events)
    assert text_of(seen) == "before "
    assert failures(seen) == ["engine_gone"]
    assert text_of(ask(engine, "words 1")) == "word0 "


def test_row30_a_hang_is_noticed_by_missing_signs_of_life() -> None:
    client = ProcessEngine(SCRIPTED, hang_patience_s=2.5)
    try:
        client.load(LoadRequest("any"))
        # Working for longer than the patience is no hang as long as it looks at its token...
        assert failures(ask(client, "words 8 400")) == []
        # ... and standing still is.
        events = ask(client, "stuck")
        assert failures(events) == ["engine_gone"]
        assert text_of(events) == "before "
        assert text_of(ask(client, "words 1")) == "word0 "
    finally:
        client.close()


def test_row30_a_machine_that_slept_is_not_taken_for_a_hang(engine: ProcessEngine) -> None:
    """SIGSTOP on both sides looks like suspend: time passes, nobody polls."""
    code = (
        "import sys, threading, time\n"
        "from engine.process_client import ProcessEngine\n"
        "from engine.types import *\n"
        "if __name__ == '__main__':\n"
        f"    client = ProcessEngine({SCRIPTED!r}, hang_patience_s=1.5)\n"
        "    client.load(LoadRequest('x'))\n"
        "    print(client.pid, flush=True)\n"
        "    events = list(client.generate(GenerateRequest(1, (Message(Role.USER, 'words 20 100'),))))\n"
        "    client.close()\n"
        "    print([type(e).__name__ for e in events if isinstance(e, Failed)], flush=True)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert run.stdout is not None
    child = int(run.stdout.readline())
    time.sleep(0.5)
    for pid in (child, run.pid):
        os.kill(pid, signal.SIGSTOP)
    time.sleep(2)
    for pid in (run.pid, child):
        os.kill(pid, signal.SIGCONT)
    out, _ = run.communicate(timeout=30)
    assert out.strip() == "[]"


def test_row21_a_killed_engine_reports_keeps_the_text_and_starts_again_in_time(engine: ProcessEngine) -> None:
    events = engine.generate(request("words 100000 1"))
    seen = [next(events) for _ in range(30)]
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    seen += list(events)
    assert failures(seen) == ["engine_gone"]
    words = text_of(seen).split()
    assert words == [f"word{i}" for i in range(len(words))]
    assert len(words) >= 28
    started = time.perf_counter()
    assert text_of(ask(engine, "words 1")) == "word0 "
    assert time.perf_counter() - started < 5


@pytest.mark.slow
def test_row21_killed_at_two_hundred_random_moments_loses_no_text() -> None:
    rng = random.Random(21)
    client = ProcessEngine(SCRIPTED)
    try:
        client.load(LoadRequest("any"))
        for _ in range(200):
            wanted = rng.randrange(0, 60)
            events = client.generate(request("words 200 1"))
            seen: list[GenerateEvent] = []
            killer = threading.Timer(rng.random() * 0.05, _kill, (client,))
            killer.start()
            for event in events:
                seen.append(event)
                if len(seen) == wanted:
                    _kill(client)
            killer.join()
            words = text_of(seen).split()
            assert words == [f"word{i}" for i in range(len(words))]
            assert finished(seen).reason in (FinishReason.ERROR, FinishReason.STOP)
            started = time.perf_counter()
            again = ask(client, "words 2")
            if failures(again):  # the late timer hit this one
                again = ask(client, "words 2")
            assert text_of(again) == "word0 word1 "
            assert time.perf_counter() - started < 5
    finally:
        client.close()


def _kill(client: ProcessEngine) -> None:
    pid = client.pid
    if pid is not None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def test_row86_a_killed_parent_leaves_no_engine_behind() -> None:
    code = (
        "import time\n"
        "from engine.process_client import ProcessEngine\n"
        "from engine.types import *\n"
        "if __name__ == '__main__':\n"
        f"    client = ProcessEngine({SCRIPTED!r})\n"
        "    client.load(LoadRequest('x'))\n"
        "    events = client.generate(GenerateRequest(1, (Message(Role.USER, 'stuck'),)))\n"
        "    next(events)\n"
        "    print(client.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert run.stdout is not None
    child = int(run.stdout.readline())
    assert psutil.pid_exists(child)
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 5
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the engine outlived its parent"
        time.sleep(0.05)


def test_row21_a_death_while_idle_is_told_at_once_and_a_closing_is_not(engine: ProcessEngine) -> None:
    told = threading.Event()
    engine.on_gone = told.set
    _kill(engine)
    assert told.wait(5)
    told.clear()
    engine.load(LoadRequest("any"))
    engine.close()
    assert not told.is_set()


def test_close_is_quick_even_while_generating(engine: ProcessEngine) -> None:
    events = engine.generate(request("stuck"))
    next(events)
    pid = engine.pid
    started = time.perf_counter()
    engine.close()
    assert time.perf_counter() - started < 2
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert finished(list(events)).reason is FinishReason.ERROR


def test_walking_away_from_an_answer_cancels_it(engine: ProcessEngine) -> None:
    events = engine.generate(request("words 100000 1"))
    next(events)
    del events
    assert text_of(ask(engine, "words 1")) == "word0 "


@pytest.mark.slow
def test_row32_a_thousand_starts_and_cancels_leave_everything_flat() -> None:
    client = ProcessEngine(SCRIPTED)
    try:
        client.load(LoadRequest("any"))
        assert client.pid is not None
        own, child = psutil.Process(), psutil.Process(client.pid)

        def cycles(count: int) -> None:
            for _ in range(count):
                events = client.generate(request("words 1000 1"))
                first = next(events)
                client.cancel(first.request_id)
                assert finished(list(events)).reason in (FinishReason.CANCELLED, FinishReason.STOP)

        cycles(100)
        before = [(p.memory_info().rss, p.num_threads(), p.num_fds()) for p in (own, child)]
        cycles(1000)
        after = [(p.memory_info().rss, p.num_threads(), p.num_fds()) for p in (own, child)]
    finally:
        client.close()
    for (rss, threads, handles), (rss2, threads2, handles2) in zip(before, after, strict=True):
        assert rss2 - rss < 8 << 20
        assert threads2 <= threads + 1
        assert handles2 <= handles + 1
