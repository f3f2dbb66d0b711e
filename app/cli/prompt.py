"""What is asked: PROMPT, standard input, or a file of messages. Checks which of them go together."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TextIO

from app.cli.console import Console
from app.library.requests import read_messages, read_tools
from engine.errors import InvalidRequest
from engine.types import JsonObject, Message, Role


class WrongUsage(Exception):
    """The command line cannot be used as given; exit code 2."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to generate from: messages or raw text, and the tools. All empty: a chat begins."""

    messages: tuple[Message, ...] = ()
    raw_text: str | None = None
    tools: tuple[JsonObject, ...] = ()

    @property
    def nothing(self) -> bool:
        return self.raw_text is None and not any(each.role is not Role.SYSTEM for each in self.messages)


def read_asked(options: argparse.Namespace, console: Console) -> Asked:
    """Collect the prompt from wherever it comes.

    Raises:
        WrongUsage: options that exclude each other, an unreadable file, nothing on standard input.
    """
    _check_combination(options, console)
    system = (Message(Role.SYSTEM, options.system),) if options.system is not None else ()
    try:
        tools = read_tools(options.tools) if options.tools is not None else ()
        if options.messages is not None:
            return Asked(messages=_with_system(system, read_messages(options.messages)), tools=tools)
    except InvalidRequest as error:
        raise WrongUsage(str(error)) from error
    prompt: str | None = options.prompt
    if prompt == "-" or (prompt is None and not console.stdin_is_terminal):
        prompt = _read_pipe(console)
    if prompt is None:
        return Asked(messages=system, tools=tools)
    if options.raw:
        return Asked(raw_text=prompt)
    return Asked(messages=(*system, Message(Role.USER, prompt)), tools=tools)


def _check_combination(options: argparse.Namespace, console: Console) -> None:
    if options.messages is not None and options.prompt is not None:
        raise WrongUsage("--messages replaces PROMPT: give one of them.")
    if options.raw:
        given = [
            name
            for name, value in (
                ("--messages", options.messages),
                ("--system", options.system),
                ("--tools", options.tools),
                ("--think/--no-think", options.think),
                ("--thinking-budget", options.thinking_budget),
            )
            if value is not None
        ]
        if given:
            raise WrongUsage(f"--raw uses no chat template, so it cannot go with {', '.join(given)}.")
    if options.prompt is None and options.messages is None and console.stdin_is_terminal:
        for name, value in (("--json", options.json), ("--raw", options.raw)):
            if value:
                raise WrongUsage(f"{name} needs a PROMPT (or text on standard input).")


def _with_system(system: tuple[Message, ...], messages: tuple[Message, ...]) -> tuple[Message, ...]:
    if system and any(each.role is Role.SYSTEM for each in messages):
        raise WrongUsage("The messages have a system message already: leave out --system.")
    return (*system, *messages)


def _read_pipe(console: Console) -> str:
    """All of standard input, without the one newline that `echo` and most programs put at its end."""
    data = _read_all(console.stdin)
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if "\ufffd" in text and "\ufffd".encode() not in data:
        console.notice("ponder: standard input is not valid UTF-8; what could not be read became \ufffd.")
    for ending in ("\r\n", "\n"):
        if text.endswith(ending):
            text = text.removesuffix(ending)
            break
    if not text.strip():
        raise WrongUsage('Nothing came on standard input. Give a PROMPT, as in: ponder ask "Why is the sky blue?"')
    return text


def _read_all(stdin: TextIO | None) -> bytes:
    if stdin is None:
        return b""
    try:
        return stdin.buffer.read()
    except (OSError, ValueError) as error:
        raise WrongUsage(f"Standard input cannot be read: {error}.") from error
