"""The chat on a terminal, turn by turn. The history lives in memory and keeps thoughts apart from answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from app.cli.console import Console
from app.cli.interrupt import CTRL_C_EXIT_CODE, Interrupted, Interrupts
from app.cli.line_input import LineInput
from app.cli.prompt import Asked
from app.cli.render import Renderer
from app.cli.stream import stream_answer
from app.library.engines import EngineClient
from engine.types import (
    Channel,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Message,
    Reclassified,
    Role,
    TextDelta,
    ToolCall,
    ToolCallMade,
)

PROMPT = "> "
HELP = """\
/new        start over with an empty conversation
/think      think before answering from now on
/no_think   answer at once from now on
/exit       leave (so does Ctrl-D)
/help       this list
Ctrl-C stops an answer; the part that is there stays in the conversation.
A message that ends in /think or /no_think switches for that turn only."""


class MakeRequest(Protocol):
    def __call__(self, request_id: int, asked: Asked, *, think: bool) -> GenerateRequest: ...


@dataclass
class Reply:
    """Collects one answer from its events."""

    answer: str = ""
    thinking: str = ""
    calls: list[ToolCall] = field(default_factory=list)

    def add(self, event: GenerateEvent) -> None:
        if isinstance(event, TextDelta):
            if event.channel is Channel.THINKING:
                self.thinking += event.text
            else:
                self.answer += event.text
        elif isinstance(event, Reclassified):
            self.thinking += self.answer
            self.answer = ""
        elif isinstance(event, ToolCallMade):
            self.calls.append(event.call)

    @property
    def empty(self) -> bool:
        return not (self.answer or self.thinking or self.calls)

    def as_message(self) -> Message:
        return Message(Role.ASSISTANT, self.answer, self.thinking or None, tuple(self.calls))


def chat(
    asked: Asked,
    make_request: MakeRequest,
    think: bool,
    engine: EngineClient,
    renderer: Renderer,
    console: Console,
    interrupts: Interrupts,
) -> int:
    """Read, answer, repeat. Returns the exit code: 0 however the person leaves.

    Args:
        asked: Holds what every turn begins with: the system prompt and the tools.
        make_request: Builds a request with the command line's options.
        think: The switch to begin with.
        engine: With a model loaded.
        renderer: Shows the answers.
        console: Takes notices.
        interrupts: Turns Ctrl-C into a cancel while an answer is made.
    """
    lines = LineInput(PROMPT, console)
    history: tuple[Message, ...] = asked.messages
    request_id = 0
    console.notice("Type a message. /help lists the commands, Ctrl-D leaves.")
    while True:
        try:
            with interrupts.unforced():
                text = lines.read()
        except Interrupted as signal:
            console.notice("")
            if signal.exit_code != CTRL_C_EXIT_CODE:
                return signal.exit_code
            continue
        if text is None or text.strip() == "/exit":
            if text is None:
                console.notice("")
            return 0
        match text.strip():
            case "":
                continue
            case "/help":
                for line in HELP.splitlines():
                    console.aside(line + "\n")
                continue
            case "/new":
                history = asked.messages
                console.notice("A new conversation.")
                continue
            case "/think" | "/no_think" as switch:
                think = switch == "/think"
                console.notice("Thinking is on." if think else "Thinking is off.")
                continue
            case word if re.fullmatch(r"/[a-z_-]+", word):
                if not text.startswith(" "):
                    console.notice(f"There is no command {word}: /help lists them, a space in front sends it as text.")
                    continue
        request_id += 1
        turn = (*history, Message(Role.USER, text))
        request = make_request(request_id, Asked(messages=turn, tools=asked.tools), think=think)
        history = _take_turn(request, engine, renderer, interrupts) or history


def _take_turn(
    request: GenerateRequest, engine: EngineClient, renderer: Renderer, interrupts: Interrupts
) -> tuple[Message, ...] | None:
    """The conversation with this turn in it; None where the turn failed, so that it can be asked again."""
    reply = Reply()

    def show(event: GenerateEvent) -> None:
        reply.add(event)
        renderer.event(event)

    finished = stream_answer(engine, request, show, interrupts)
    if reply.empty or (finished.reason is FinishReason.ERROR and not reply.answer):
        return None
    return (*request.messages, reply.as_message())
