"""The chat on a terminal, around a scripted engine."""

from __future__ import annotations

import signal

import pytest

from app.main import main
from engine.types import (
    Channel,
    Failed,
    FinishReason,
    GenerateEvent,
    Message,
    Reclassified,
    Role,
    TextDelta,
    ToolCall,
    ToolCallMade,
)
from tests.app.cli.command import Command, Outcome
from tests.app.fake_engine import FakeEngine, answer, finished, thought


def chat(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    engine: FakeEngine,
    *typed: str | BaseException,
    options: str = "",
) -> Outcome:
    """Type these messages at the prompt, then Ctrl-D; an exception is raised instead of a line."""
    lines = iter(typed)

    def read(prompt: str = "") -> str:
        line = next(lines, None)
        if line is None:
            raise EOFError
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", read)
    return command(["ask", *options.split()], engine)


def test_thinking_is_kept_apart_in_the_history(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine([thought("Hm."), *answer("One", "!")], answer("Two"))
    outcome = chat(command, monkeypatch, engine, "first", "second", options="--system Be")
    assert outcome.code == 0
    assert outcome.out == "One!\nTwo\n"
    assert engine.requests[1].messages == (
        Message(Role.SYSTEM, "Be"),
        Message(Role.USER, "first"),
        Message(Role.ASSISTANT, "One!", "Hm."),
        Message(Role.USER, "second"),
    )
    assert engine.requests[0].request_id != engine.requests[1].request_id
    assert engine.closed


def test_facts_after_each_answer(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = chat(command, monkeypatch, FakeEngine(answer("Yes")), "x")
    assert "context 15 of 4,096 tokens (0 %) · 2 of thinking · 5 tokens at 20.0 tokens/s · seed 7" in outcome.err


def test_reclassified_text_becomes_thinking(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    script: list[GenerateEvent] = [TextDelta(0, Channel.ANSWER, "musing"), Reclassified(0), *answer("Yes")]
    engine = FakeEngine(script, answer("x"))
    chat(command, monkeypatch, engine, "a", "b")
    assert engine.requests[1].messages[1] == Message(Role.ASSISTANT, "Yes", "musing")


def test_tool_calls_stay_in_the_history(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    call = ToolCall("now", {})
    engine = FakeEngine([ToolCallMade(0, call), finished()], answer("x"))
    chat(command, monkeypatch, engine, "a", "b")
    assert engine.requests[1].messages[1].tool_calls == (call,)


def test_commands(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(answer("1"), answer("2"), answer("3"))
    outcome = chat(
        command,
        monkeypatch,
        engine,
        "/help",
        "",
        "a",
        "/no_think",
        "b",
        "/new",
        " /think ",
        "c",
        "/exit",
        "never",
    )
    assert [each.thinking for each in engine.requests] == [True, False, True]
    assert [len(each.messages) for each in engine.requests] == [1, 3, 1]
    assert [each.sampling.temperature for each in engine.requests] == [0.6, 0.7, 0.6]
    assert outcome.out == "1\n2\n3\n"
    assert "/no_think  " in outcome.err


def test_an_unknown_command_is_not_sent_but_a_path_is(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(answer("1"), answer("2"), answer("3"))
    outcome = chat(command, monkeypatch, engine, "/hepl", "/etc/hosts", " /hepl", "/think about it")
    assert [each.messages[-1].content for each in engine.requests] == [
        "/etc/hosts",
        " /hepl",
        "/think about it",
    ]
    assert "no command /hepl" in outcome.err


def test_a_failed_turn_is_not_kept(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine([Failed(0, "context_overflow", "Too long."), finished(FinishReason.ERROR)], answer("Yes"))
    outcome = chat(command, monkeypatch, engine, "long", "short")
    assert outcome.code == 0
    assert "Too long." in outcome.err
    assert engine.requests[1].messages == (Message(Role.USER, "short"),)


def test_ctrl_c_stops_the_answer_and_not_the_chat(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: FakeEngine

    def interrupt(event: GenerateEvent) -> None:
        if isinstance(event, TextDelta) and event.text == "Par":
            signal.raise_signal(signal.SIGINT)
            while not engine.cancelled:
                signal.sigtimedwait([], 0.01)

    engine = FakeEngine(answer("Par", "tial"), answer("Yes"), on_event=interrupt)
    outcome = chat(command, monkeypatch, engine, "a", "b")
    assert outcome.code == 0
    assert outcome.out == "Par\nYes\n"
    assert engine.requests[1].messages[1] == Message(Role.ASSISTANT, "Par")


def test_ctrl_c_at_the_prompt_clears_the_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(answer("Yes"))
    raised: list[str] = []

    def read(prompt: str = "") -> str:
        raised.append(prompt)
        if len(raised) == 1:
            signal.raise_signal(signal.SIGINT)
        if len(raised) == 2:
            return "x"
        signal.raise_signal(signal.SIGTERM)
        raise AssertionError("not reached")

    monkeypatch.setattr("builtins.input", read)
    outcome = command(["ask"], engine)
    assert (outcome.code, outcome.out) == (143, "Yes\n")


def test_without_a_display_the_chat_starts_in_the_terminal_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    started: list[tuple[list[str], str]] = []

    def run(arguments: list[str], why_terminal: str = "") -> int:
        started.append((arguments, why_terminal))
        return 0

    monkeypatch.setattr("app.cli.run.run", run)
    monkeypatch.setattr("sys.platform", "linux")
    assert main([]) == 0
    assert started == [(["ask"], "There is no display here.")]


def test_the_reason_is_the_first_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(prompt: str = "") -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", read)
    outcome = command(["ask"], FakeEngine(), why_terminal="No display.")
    assert outcome.code == 0
    assert outcome.err.startswith("ponder: No display. This is the chat in the terminal.")
