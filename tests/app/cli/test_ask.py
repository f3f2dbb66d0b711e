"""`ponder ask` around a scripted engine: what is printed where, what the engine is asked, and every exit
code.
"""

from __future__ import annotations

import json
import shlex
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import ContextOverflow, NoModel, OutOfMemory
from engine.types import (
    Channel,
    Dropped,
    Failed,
    FinishReason,
    GenerateEvent,
    Int8Kernel,
    KVCachePrecision,
    Message,
    Overflow,
    Precision,
    PrefillProgress,
    Reclassified,
    Role,
    TextDelta,
    ToolCall,
    ToolCallMade,
)
from tests.app.cli.command import Command
from tests.app.fake_engine import FakeEngine, answer, finished, thought

CALL = ToolCall("weather", {"city": "Zürich"})
EVERYTHING: list[GenerateEvent] = [
    Dropped(0, (0, 1)),
    PrefillProgress(0, 4, 10),
    PrefillProgress(0, 10, 10),
    thought("\nHm"),
    thought("m.\n"),
    TextDelta(0, Channel.ANSWER, "Ünï"),
    TextDelta(0, Channel.ANSWER, "😀\n\n"),
    ToolCallMade(0, CALL),
    finished(),
]


def text(piece: str) -> TextDelta:
    return TextDelta(0, Channel.ANSWER, piece)


# --- what is printed as text
# ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [("Hi",), ("Hi\n",), ("Hi", "\n\n", "\n"), ("H", "i\n\n\n")])
def test_the_answer_ends_in_one_newline(command: Command, pieces: tuple[str, ...]) -> None:
    outcome = command(["ask", "x"], FakeEngine(answer(*pieces)))
    assert (outcome.code, outcome.out, outcome.err) == (0, "Hi\n", "")


def test_newlines_inside_the_answer_stay(command: Command) -> None:
    assert command(["ask", "x"], FakeEngine(answer("a\n", "\nb", "\n", "  c\n"))).out == "a\n\nb\n  c\n"


def test_an_empty_answer_prints_nothing(command: Command) -> None:
    assert command(["ask", "x"], FakeEngine(answer())).out == ""


def test_thoughts_go_to_standard_error_plain_in_a_pipe(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine([thought("\nHm"), thought("m.\n"), *answer("Yes")]))
    assert (outcome.out, outcome.err) == ("Yes\n", "Hmm.\n")


def test_thoughts_are_dim_on_a_terminal_and_plain_with_no_color(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = [thought("Hmm."), *answer("Yes")]
    assert "\x1b[2mHmm.\x1b[0m" in command(["ask", "x"], FakeEngine(script), terminals=["stderr"]).err
    monkeypatch.setenv("NO_COLOR", "1")
    plain = command(["ask", "x"], FakeEngine(script), terminals=["stderr"]).err
    assert "Hmm." in plain
    assert "\x1b" not in plain


def test_hide_thinking(command: Command) -> None:
    outcome = command(["ask", "--hide-thinking", "x"], FakeEngine([thought("Hmm."), *answer("Yes")]))
    assert (outcome.out, outcome.err) == ("Yes\n", "")


def test_a_terminal_is_told_model_device_precision_and_reason_in_one_line(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(answer("Yes")), terminals=["stderr"])
    (line,) = [each for each in outcome.err.splitlines() if "cpu" in each]
    assert all(each in line for each in ("pocket", "practice model", "fp32", "no GPU here", "4,096"))


def test_tool_calls_are_lines_of_json(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine([text("Let me see."), ToolCallMade(0, CALL), finished()]))
    assert outcome.out == 'Let me see.\n{"name": "weather", "arguments": {"city": "Zürich"}}\n'


def test_reclassified_after_text_was_shown(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine([text("musing"), Reclassified(0), *answer("Yes")]))
    assert outcome.out == "musing\nYes\n"
    assert "was thinking" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_reclassified_before_anything_was_shown_says_nothing(command: Command) -> None:
    assert command(["ask", "x"], FakeEngine([Reclassified(0), *answer("Yes")])).err == ""


@pytest.mark.parametrize(
    ("reason", "said"),
    [(FinishReason.LENGTH, "cut short"), (FinishReason.LOOP, "circles"), (FinishReason.STOP, "")],
)
def test_why_it_stopped(command: Command, reason: FinishReason, said: str) -> None:
    outcome = command(["ask", "x"], FakeEngine([text("Yes"), finished(reason)]))
    assert (outcome.code, outcome.out) == (0, "Yes\n")
    assert said in outcome.err


def test_dropped_messages_are_said(command: Command) -> None:
    assert "2 oldest messages" in command(["ask", "x"], FakeEngine([Dropped(0, (1, 2)), *answer("Yes")])).err


# --- what is printed as JSON
# ------------------------------------------------------------------------------------


def test_json_has_exactly_the_keys_of_the_contract(command: Command) -> None:
    outcome = command(["ask", "--json", "x"], FakeEngine(EVERYTHING))
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.events == [
        {
            "event": "loaded",
            "model": "pocket",
            "device": "cpu",
            "precision": "fp32",
            "context": 4096,
            "reason": "no GPU here",
            "load_s": 0.25,
        },
        {"event": "dropped", "messages": [0, 1]},
        {"event": "prefill", "done": 4, "total": 10},
        {"event": "prefill", "done": 10, "total": 10},
        {"event": "text", "channel": "thinking", "text": "\nHm"},
        {"event": "text", "channel": "thinking", "text": "m.\n"},
        {"event": "text", "channel": "answer", "text": "Ünï"},
        {"event": "text", "channel": "answer", "text": "😀\n\n"},
        {"event": "tool_call", "name": "weather", "arguments": {"city": "Zürich"}},
        {
            "event": "finished",
            "reason": "stop",
            "prompt_tokens": 10,
            "reused_tokens": 4,
            "thinking_tokens": 2,
            "answer_tokens": 3,
            "prefill_s": 0.5,
            "decode_s": 0.25,
            "tokens_per_s": 20.0,
            "token_ids": [5, 6, 7, 8, 9],
        },
    ]
    assert "Zürich" in outcome.out  # UTF-8, not escapes


def test_json_reclassified(command: Command) -> None:
    events = command(["ask", "--json", "x"], FakeEngine([text("m"), Reclassified(0), finished()])).events
    assert {"event": "reclassified"} in events


def test_json_of_a_failed_request(command: Command) -> None:
    script: list[GenerateEvent] = [Failed(0, "context_overflow", "Too long."), finished(FinishReason.ERROR)]
    outcome = command(["ask", "--json", "x"], FakeEngine(script))
    assert outcome.code == 1
    assert outcome.events[1] == {"event": "error", "kind": "context_overflow", "message": "Too long.", "offers": []}
    assert outcome.events[-1]["reason"] == "error"
    assert outcome.err == "ponder: Too long.\n"


def test_json_of_a_failed_load(command: Command) -> None:
    outcome = command(["ask", "--json", "x"], FakeEngine(load_error=OutOfMemory("No room.", "Use --precision int8.")))
    assert outcome.code == 1
    assert [each["event"] for each in outcome.events] == ["error", "finished"]
    assert outcome.events[0]["message"] == "No room. Use --precision int8."
    assert outcome.err == "ponder: No room. Use --precision int8.\n"


def test_json_of_an_unknown_model(command: Command) -> None:
    outcome = command(["ask", "--json", "--model", "nope", "x"])
    assert outcome.code == 1
    assert outcome.events[0]["kind"] == "no_model"


# --- what the engine is asked
# -----------------------------------------------------------------------------------


def test_defaults_are_the_thinking_preset(command: Command) -> None:
    engine = FakeEngine(answer("Yes"))
    command(["ask", "Why?"], engine)
    (load,), (request,) = engine.loads, engine.requests
    assert Path(load.model).name == "pocket"
    assert (load.device, load.precision, load.kv_cache) == ("auto", Precision.AUTO, KVCachePrecision.AUTO)
    assert (load.context_tokens, load.int8_kernel) == (None, Int8Kernel.AUTO)
    assert request.messages == (Message(Role.USER, "Why?"),)
    assert request.thinking
    assert (request.sampling.temperature, request.sampling.top_p, request.sampling.seed) == (0.6, 0.95, None)
    assert request.overflow is Overflow.REFUSE
    assert engine.closed


def test_every_option_reaches_the_engine(command: Command) -> None:
    engine = FakeEngine(answer("Yes"), precision=Precision.NF4)
    command(
        shlex.split(
            "ask --no-think --system Be --device cuda:1 --precision nf4 --int8-kernel lean --kv-cache 8 --context 2048 "
            "--overflow drop-oldest --thinking-budget 64 --temperature 0 --top-p 0.5 --top-k 7 --min-p 0.1 "
            "--repetition-penalty 1.1 --seed 3 --max-tokens 9 --stop END --stop FIN Why?"
        ),
        engine,
    )
    (load,), (request,) = engine.loads, engine.requests
    assert replace(load, model="") == replace(
        load,
        model="",
        device="cuda:1",
        precision=Precision.NF4,
        kv_cache=KVCachePrecision.BITS8,
        context_tokens=2048,
        int8_kernel=Int8Kernel.LEAN,
    )
    assert request.messages == (Message(Role.SYSTEM, "Be"), Message(Role.USER, "Why?"))
    assert not request.thinking
    assert request.thinking_budget_tokens == 64
    assert request.overflow is Overflow.DROP_OLDEST
    sampling = request.sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k, sampling.min_p) == (0, 0.5, 7, 0.1)
    assert (sampling.repetition_penalty, sampling.presence_penalty) == (1.1, 1.5)
    assert (sampling.seed, sampling.max_tokens, sampling.stop) == (3, 9, ("END", "FIN"))


def test_a_soft_switch_takes_the_preset_of_its_mode(command: Command) -> None:
    engine = FakeEngine(answer("Yes"))
    command(["ask", "Why? /no_think"], engine)
    assert engine.requests[0].sampling.temperature == 0.7


def test_raw_text(command: Command) -> None:
    engine = FakeEngine(answer("Yes"))
    command(["ask", "--raw", "Once upon"], engine)
    (request,) = engine.requests
    assert (request.raw_text, request.messages, request.thinking) == ("Once upon", (), False)


def test_messages_and_tools_from_files(command: Command, tmp_path: Path) -> None:
    messages = tmp_path / "messages.json"
    messages.write_text(json.dumps([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]))
    tools = tmp_path / "tools.json"
    tools.write_text(json.dumps([{"type": "function", "function": {"name": "now", "parameters": {}}}]))
    engine = FakeEngine(answer("Yes"))
    outcome = command(["ask", "--system", "s", "--messages", str(messages), "--tools", str(tools)], engine, stdin=b"no")
    assert outcome.code == 0
    (request,) = engine.requests
    assert [each.content for each in request.messages] == ["s", "a", "b"]
    assert len(request.tools) == 1


def test_settings_are_the_defaults_and_options_win(command: Command, ponder_home: Path) -> None:
    ponder_home.mkdir()
    settings = {
        "device": "mps",
        "precision": "int8",
        "thinking": False,
        "thinking_budget_tokens": 99,
        "kv_cache": 4,
    }
    (ponder_home / "settings.json").write_text(json.dumps(settings))
    engine = FakeEngine(answer("Yes"), answer("Yes"))
    outcome = command(["ask", "x"], engine)
    assert "kv_cache" in outcome.err
    assert (engine.loads[0].device, engine.loads[0].precision) == ("mps", Precision.INT8)
    assert (engine.requests[0].thinking, engine.requests[0].thinking_budget_tokens) == (False, 99)
    command(["ask", "--device", "cpu", "--think", "--thinking-budget", "5", "x"], engine)
    assert (engine.loads[1].device, engine.requests[1].thinking) == ("cpu", True)
    assert engine.requests[1].thinking_budget_tokens == 5


def test_a_model_that_was_named_and_loaded_becomes_the_default(command: Command, tmp_path: Path) -> None:
    model = tmp_path / "Mödell"
    model.mkdir()
    (model / "config.json").write_text("{}")
    command(["ask", "--model", str(model), "x"], FakeEngine(load_error=NoModel("Broken.")))
    engine = FakeEngine(answer("1"), answer("2"), answer("3"), answer("4"))
    command(["ask", "x"], engine)
    command(["ask", "--model", str(model), "x"], engine)
    command(["ask", "x"], engine)
    (model / "config.json").unlink()
    outcome = command(["ask", "x"], engine)
    assert [Path(each.model).name for each in engine.loads] == ["pocket", "Mödell", "Mödell", "pocket"]
    assert "is not there any more" in outcome.err
    assert outcome.code == 0


# --- where the prompt comes from
# --------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "-"], []])
def test_a_pipe_is_the_prompt(command: Command, arguments: list[str]) -> None:
    engine = FakeEngine(answer("Yes"))
    assert command(arguments, engine, stdin="\ufeffWhy?\nTell me.\r\n".encode()).code == 0
    assert engine.requests[0].messages[-1].content == "Why?\nTell me."


def test_a_prompt_leaves_the_pipe_alone(command: Command) -> None:
    engine = FakeEngine(answer("Yes"))
    command(["ask", "Why?"], engine, stdin=b"not this")
    assert engine.requests[0].messages[-1].content == "Why?"


def test_a_pipe_that_is_not_utf8_is_read_and_said(command: Command) -> None:
    engine = FakeEngine(answer("Yes"))
    outcome = command(["ask"], engine, stdin=b"caf\xe9")
    assert engine.requests[0].messages[-1].content == "caf\ufffd"
    assert "UTF-8" in outcome.err


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n"])
def test_an_empty_pipe_says_what_to_do(command: Command, data: bytes) -> None:
    outcome = command(["ask"], stdin=data)
    assert outcome.code == 2
    assert "Give a PROMPT" in outcome.err


def test_an_empty_prompt_is_the_engines_business(command: Command) -> None:
    assert command(["ask", ""], FakeEngine(answer("Yes"))).code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--messages", "m.json", "x"],
        ["--raw", "--system", "s", "x"],
        ["--raw", "--no-think", "x"],
        ["--raw", "--thinking-budget", "0", "x"],
        ["--raw", "--tools", "t.json", "x"],
        ["--json"],
        ["--raw"],
        ["--messages", "no such file.json"],
        ["--tools", "no such file.json", "x"],
    ],
)
def test_options_that_do_not_go_together(command: Command, arguments: list[str]) -> None:
    outcome = command(["ask", *arguments])
    assert outcome.code == 2
    assert outcome.err.startswith("ponder: ")
    assert len(outcome.err.splitlines()) == 1


def test_two_system_prompts(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "messages.json"
    path.write_text(json.dumps([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}]))
    assert command(["ask", "--system", "s", "--messages", str(path)]).code == 2


# --- how it ends
# ------------------------------------------------------------------------------------------------


def test_a_failed_request_keeps_its_text_and_says_why(command: Command) -> None:
    failure = Failed(0, "numeric_failure", "NaN.")
    script: list[GenerateEvent] = [text("Par"), failure, finished(FinishReason.ERROR)]
    outcome = command(["ask", "x"], FakeEngine(script))
    assert (outcome.code, outcome.out, outcome.err) == (1, "Par\n", "ponder: NaN.\n")


def test_an_expected_error_is_one_line(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(load_error=ContextOverflow("Too\nlong.", "Use less.")))
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "ponder: Too long. Use less.\n")


@pytest.mark.parametrize("where", ["load", "generate"])
@pytest.mark.parametrize("json_output", [True, False])
def test_a_bug_is_one_line_and_its_trace_is_in_the_log(
    command: Command, ponder_home: Path, where: str, json_output: bool
) -> None:
    bug = ZeroDivisionError("secret prompt")
    broken_load, broken_answer = FakeEngine(load_error=bug), FakeEngine([text("Par")], generate_error=bug)
    engine = broken_load if where == "load" else broken_answer
    outcome = command(["ask", *(["--json"] if json_output else []), "x"], engine)
    log = ponder_home / "logs" / "ponder.log"
    assert outcome.code == 1
    assert outcome.err == f"ponder: Ponder ran into a bug: ZeroDivisionError: secret prompt (log: {log})\n"
    logged = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in logged
    assert "fake_engine.py" in logged
    assert "secret" not in logged
    assert engine.closed
    if json_output:
        assert outcome.events[-2]["kind"] == "bug"
        assert outcome.events[-1]["event"] == "finished"
    elif where == "generate":
        assert outcome.out == "Par\n"


def test_an_engine_that_never_finishes_is_an_error(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine([text("Par")]))
    assert outcome.code == 1
    assert outcome.out == "Par\n"
    assert "without finishing" in outcome.err


def test_out_of_memory_is_not_called_a_bug(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(load_error=MemoryError()))
    assert outcome.code == 1
    assert "not enough memory" in outcome.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_cancels_and_keeps_the_text(command: Command, number: signal.Signals, code: int) -> None:
    engine: FakeEngine

    def interrupt(event: GenerateEvent) -> None:
        if event == TextDelta(1, Channel.ANSWER, "tial"):
            signal.raise_signal(number)
            for _ in range(500):
                if engine.cancelled:
                    return
                signal.sigtimedwait([], 0.01)

    engine = FakeEngine(answer("Par", "tial", "never shown"), on_event=interrupt)
    outcome = command(["ask", "x"], engine)
    assert (outcome.code, outcome.out) == (code, "Partial\n")
    assert outcome.err == ""
    assert engine.cancelled == [1]
    assert engine.closed


def test_ctrl_c_while_loading(command: Command) -> None:
    engine = FakeEngine(on_load=lambda: signal.raise_signal(signal.SIGINT))
    outcome = command(["ask", "--json", "x"], engine)
    assert outcome.code == 130
    assert [(each["event"], each["reason"]) for each in outcome.events] == [("finished", "cancelled")]


def test_signal_handlers_are_put_back(command: Command) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    command(["ask", "x"], FakeEngine(answer("Yes")))
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert signal.set_wakeup_fd(-1) == -1
