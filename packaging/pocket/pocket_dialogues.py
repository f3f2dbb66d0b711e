"""Whole conversations: skills mixed over several turns, in each of the model's modes.

A dialogue is what a chat client would send, plus the turn the model should write next and every other turn
that would be right as well. It knows nothing of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from pocket_draw import Draw, Exchange, phrases
from pocket_markdown import make_markdown
from pocket_names import ask_name, tell_name
from pocket_spelling import make_spelling
from pocket_sums import make_sum
from pocket_talk import make_about, make_how_to, make_talk
from pocket_tools import ToolExchange, make_tool_exchange, make_tools
from pocket_unknown import make_unknown
from pocket_words import any_name

Message = dict[str, Any]


class Mode(Enum):
    """How the assistant's next turn begins."""

    THINK = "thinking"
    DIRECT = "direct"
    NO_THINK = "no_think"
    CUT = "cut"


@dataclass(frozen=True)
class Dialogue:
    """A prompt's messages, the wanted turn (thought and answer) and the mode; any of ``answers`` is right."""

    skill: str
    messages: tuple[Message, ...]
    tools: tuple[dict[str, Any], ...]
    mode: Mode
    thought: str
    answer: str
    answers: tuple[str, ...]


_SYSTEMS = phrases("""
    You are a helpful assistant. | You are a helpful assistant. | You are a helpful AI assistant. | You
    are Ponder, a helpful assistant. | Be brief. | Answer shortly. | You are a friendly assistant.
    Answer in English. | You are a kind and patient teacher. | You are an assistant that gives short,
    correct answers. | You are a helpful, honest assistant. | Answer the user's questions. | You are a
    careful assistant. Think before you answer. | Always be polite. | You are a chatbot. | Keep your
    answers short and simple. | You are a math tutor. | You are an expert in everything. | Help the
    user. | You are a pirate. Talk like one. | Use Markdown. | You are a large language model. | Please
    answer as well as you can. | You are a helpful assistant running on the user's computer.
""")


@dataclass(frozen=True)
class Mix:
    """How often each skill ends a dialogue, and how often none, one or two, and three to five turns come before.

    ``thinking`` is the share of dialogues in thinking mode and ``cut`` that of thoughts cut short; one in twenty is
    switched off in the message, and the rest are direct.
    """

    skills: tuple[str, ...]
    weights: tuple[float, ...]
    alone: float
    short: float
    medium: float
    thinking: float
    cut: float


_SKILLS = ("sums", "spelling", "names", "markdown", "tools", "talk", "about", "howto", "unknown")
BROAD = Mix(
    _SKILLS, (0.40, 0.15, 0.09, 0.08, 0.09, 0.03, 0.035, 0.045, 0.08), 0.62, 0.26, 0.105, thinking=0.47, cut=0.05
)
"""The first phase of training: long chats and all skills, so that the forms are learnt."""

DRILL = Mix(_SKILLS, (0.46, 0.16, 0.09, 0.06, 0.06, 0.05, 0.03, 0.04, 0.05), 0.76, 0.18, 0.055, thinking=0.28, cut=0.08)
"""The second phase: mostly short dialogues, with more of what takes practice: sums without a thought above all."""

POLISH = Mix(
    _SKILLS, (0.30, 0.11, 0.08, 0.09, 0.07, 0.07, 0.06, 0.08, 0.14), 0.76, 0.18, 0.055, thinking=0.48, cut=0.06
)
"""The last, short phase at low rates: the drilled skills are kept, and the others, with thoughts, get their due."""

_HISTORY = phrases("""
    sums | sums | spelling | talk | talk | about | howto | markdown | unknown | unknown | names
""")


class _Chat:
    """A conversation under construction; remembers the name the user gave."""

    def __init__(self, draw: Draw, words: tuple[str, ...]) -> None:
        self.draw = draw
        self.words = words
        self.messages: list[Message] = []
        self.tools: list[dict[str, Any]] = []
        self.tool_name = ""
        self.name: str | None = None

    def exchange(self, skill: str) -> Exchange:
        """A question of ``skill`` that fits the chat so far."""
        if skill == "names":
            if self.draw.chance(0.3 if self.name is None else 0.04):
                self.name = any_name(self.draw)
                return tell_name(self.draw, self.name)
            return ask_name(self.draw, self.name)
        if skill == "spelling":
            return make_spelling(self.draw, self.words)
        if skill == "sums":
            return make_sum(self.draw, 2) if self.tools else make_sum(self.draw)
        makers: dict[str, Callable[[Draw], Exchange]] = {
            "talk": make_talk,
            "about": make_about,
            "howto": make_how_to,
            "markdown": make_markdown,
            "unknown": make_unknown,
        }
        made = makers[skill](self.draw)
        while self.tools and made.skill == "unknown" and any(letter.isdigit() for letter in made.user):
            made = makers[skill](self.draw)
        return made

    def add(self, exchange: Exchange) -> None:
        self.messages.append({"role": "user", "content": exchange.user})
        self.messages.append({"role": "assistant", "content": self.draw.pick(exchange.answers)})

    def add_name(self) -> None:
        self.name = any_name(self.draw)
        self.add(tell_name(self.draw, self.name))

    def add_call(self, exchange: ToolExchange, thought: str, with_user: bool = True) -> None:
        if with_user:
            self.messages.append({"role": "user", "content": exchange.user})
        function = {"name": exchange.name, "arguments": {"expression": exchange.expression}}
        call = {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"type": "function", "function": function}],
        }
        self.messages.append(call | ({"reasoning_content": thought} if thought else {}))
        self.messages.append({"role": "tool", "content": exchange.reply})


def _history_length(draw: Draw, mix: Mix) -> int:
    kind = draw.rng.random()
    if kind < mix.alone:
        return 0
    if kind < mix.alone + mix.short:
        return draw.between(1, 2)
    return draw.between(3, 5) if kind < mix.alone + mix.short + mix.medium else draw.between(8, 22)


def _pick_mode(draw: Draw, mix: Mix) -> Mode:
    kind = draw.rng.random()
    if kind < mix.thinking:
        return Mode.THINK
    if kind < 0.95 - mix.cut:
        return Mode.DIRECT
    return Mode.NO_THINK if kind < 1 - mix.cut else Mode.CUT


def _with_switch(draw: Draw, text: str, mode: Mode) -> str:
    """The message with the soft switch the mode needs, or now and then one that agrees with it."""
    if mode is Mode.NO_THINK:
        return f"{text}{draw.pick((' ', ' ', chr(10)))}/no_think"
    if mode in (Mode.THINK, Mode.CUT) and draw.chance(0.06):
        return f"{text} /think"
    if mode is Mode.DIRECT and draw.chance(0.06):
        return f"{text} {draw.pick(('/no_think', '/no_think', '/think'))}"
    return text


def make_dialogue(
    draw: Draw,
    words: tuple[str, ...] = (),
    skill: str | None = None,
    mode: Mode | None = None,
    history: int | None = None,
    final: Exchange | None = None,
    mix: Mix = BROAD,
) -> Dialogue:
    """One dialogue; the arguments after ``words`` fix what is otherwise drawn."""
    skill = skill or draw.rng.choices(mix.skills, mix.weights)[0]
    mode = mode or _pick_mode(draw, mix)
    chat = _Chat(draw, words)
    if draw.chance(0.25):
        chat.messages.append({"role": "system", "content": draw.pick(_SYSTEMS)})
    if skill == "tools" or (final is None and draw.chance(0.015)):
        chat.tool_name, chat.tools = make_tools(draw)
    turns = _history_length(draw, mix) if history is None else history
    if chat.tools:
        turns = min(turns, 2)
    if skill == "names" and final is None and draw.chance(0.75):
        before = draw.between(0, 1) if turns else 0
        for _ in range(before):
            chat.add(chat.exchange(draw.pick(_HISTORY)))
        if chat.name is None:
            chat.add_name()
        turns = max(turns - before, draw.between(0, 4))
    for _ in range(turns):
        if chat.tools and draw.chance(0.4):
            call = make_tool_exchange(draw, chat.tool_name)
            chat.add_call(call, "")
            chat.messages.append({"role": "assistant", "content": call.answer})
        else:
            chat.add(chat.exchange(draw.pick(_HISTORY)))
    if skill == "tools" and draw.chance(0.8):
        return _tool_dialogue(chat, mode)
    if skill == "tools":
        final = chat.exchange(draw.pick(("sums", "sums", "unknown", "talk", "spelling", "about")))
    exchange = final or chat.exchange(skill)
    chat.messages.append({"role": "user", "content": _with_switch(draw, exchange.user, mode)})
    answer = draw.pick(exchange.answers)
    return Dialogue(skill, tuple(chat.messages), tuple(chat.tools), mode, exchange.thought, answer, exchange.answers)


def _tool_dialogue(chat: _Chat, mode: Mode) -> Dialogue:
    draw = chat.draw
    exchange = make_tool_exchange(draw, chat.tool_name)
    exchange = replace(exchange, user=_with_switch(draw, exchange.user, mode))
    if draw.chance(0.6):
        chat.messages.append({"role": "user", "content": exchange.user})
        thought, answer = exchange.thought, exchange.call
        answers = (answer, exchange.answer) if exchange.needs_no_tool else (answer,)
    else:
        chat.add_call(exchange, exchange.thought if mode in (Mode.THINK, Mode.CUT) else "")
        thought, answer = exchange.second_thought, exchange.answer
        answers = (answer,)
    return Dialogue("tools", tuple(chat.messages), tuple(chat.tools), mode, thought, answer, answers)
