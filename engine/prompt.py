"""Messages to prompt ids, such that nothing a person, file, tool or model wrote can become a control token.

How: every added-token literal inside the input is broken by a nonce before rendering, so each literal in the
rendered text is the template's own. Those become ids; the text between them, the nonce taken out again, is
encoded by the plain encoder, which knows no added token. Knows nothing of generation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.errors import ContextOverflow, InvalidRequest, UnsupportedModel
from engine.shielding import Shield, strings_of
from engine.template import ChatTemplate
from engine.tokenizer import Tokenizer, without_surrogates
from engine.types import JsonObject, Message, Overflow, Role

_SWITCH = re.compile(r"(?<!\S)/(no_)?think(?=[.,;:!?]*(?:\s|\Z))")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is fed to the model, and what the segmenter must know about it.

    text: The prompt as text, for people to read. Control literals in it may be the template's or the input's;
        only `ids` tell them apart.
    thinking: The switch in effect for this turn.
    opens_thinking: The prompt ends inside an open thinking block, so generation starts in it.
    """

    ids: tuple[int, ...]
    text: str
    thinking: bool
    opens_thinking: bool


class PromptBuilder:
    """Renders and encodes conversations for one model. Not thread-safe: it remembers pieces it encoded."""

    def __init__(self, tokenizer: Tokenizer, template: ChatTemplate | None) -> None:
        self._tokenizer = tokenizer
        self._template = template
        # Turn after turn, most pieces are those of last time. Two generations: those of the last build and of
        # this.
        self._pieces: dict[tuple[str, bool], list[int]] = {}
        self._older_pieces: dict[tuple[str, bool], list[int]] = {}

    def build(
        self,
        messages: Sequence[Message],
        tools: Sequence[JsonObject] = (),
        thinking: bool = True,
        *,
        add_generation_prompt: bool = True,
        soft_switches: bool = True,
    ) -> Prompt:
        """The prompt of a conversation.

        `/think` or `/no_think` as a word of its own in the last user message overrides `thinking` (the last
        one counts; the text stays), unless `soft_switches` is off. An assistant message without recorded
        `thinking` is split at `</think>` as Qwen3's template does; an unclosed `<think>` at its start is
        dropped with all that follows, which that template would leave in the history for every later turn to
        imitate.

        Raises:
            InvalidRequest: There is no message, or JSON in it is nested beyond reason.
            UnsupportedModel: The model has no chat template.
            TemplateFailed: The template raised, or ran out of its bounds.
        """
        if self._template is None:
            raise UnsupportedModel("This model has no chat template.", "Use --raw to continue text with it.")
        if not messages:
            raise InvalidRequest("The conversation holds no message.")
        self._older_pieces, self._pieces = self._pieces, {}
        try:
            effective = soft_switch(messages, thinking) if soft_switches else thinking
            return self._build(self._template, messages, tools, effective, add_generation_prompt)
        except RecursionError as error:
            raise InvalidRequest("A tool or a tool call is nested too deeply.") from error

    def build_raw(self, text: str, max_prompt_tokens: int) -> Prompt:
        """The prompt that continues `text` without a template. Control literals in it stay text here too.

        Raises:
            InvalidRequest: There is nothing to continue.
            ContextOverflow: It is longer than `max_prompt_tokens`.
        """
        ids = [*self._tokenizer.raw_prefix_ids, *self._tokenizer.encode(text, control_tokens=False)]
        start = self._tokenizer.control.end_of_text
        if not ids and start is not None:
            ids = [start]  # something must be read before anything can be drawn: a new text begins
        if not ids:
            raise InvalidRequest("There is no text to continue.", "Write something first.")
        if len(ids) > max_prompt_tokens:
            raise ContextOverflow(
                f"The text takes {len(ids)} tokens, but {max_prompt_tokens} fit.",
                "Shorten it, or raise the context length.",
            )
        return Prompt(tuple(ids), without_surrogates(text), thinking=False, opens_thinking=False)

    def build_continuing(self, messages: Sequence[Message], tools: Sequence[JsonObject] = ()) -> Prompt:
        """The prompt whose end is the text of the last message, an answer that stopped too early.

        Its thinking block is closed, with the thoughts recorded in the message or empty. With them the ids are those
        that were read and written the first time, as far as the same text gives the same ids.

        Raises:
            InvalidRequest: The last message is no answer, or one that called a tool.
            UnsupportedModel, TemplateFailed: As `build`.
        """
        last = split_inline_thinking(messages[-1]) if messages else None
        if last is None or last.role is not Role.ASSISTANT:
            raise InvalidRequest("There is no answer to continue.", "Ask something first.")
        if last.tool_calls:
            raise InvalidRequest("An answer that called a tool cannot be continued.", "Ask again instead.")
        thoughts = last.thinking or ""
        opened = self.build(messages[:-1], tools, bool(thoughts), soft_switches=False)
        written: list[int] = []
        for part in self._written(thoughts, last.content, opened):
            # Not the start of the text, so that no vocabulary marks its first word as one.
            written += [part] if isinstance(part, int) else self._encode(part, behind_control=True)
        return Prompt(
            (*opened.ids, *written),
            opened.text + self._tokenizer.decode(written, skip_special=False),
            thinking=False,
            opens_thinking=False,
        )

    def _written(self, thoughts: str, answer: str, opened: Prompt) -> list[str | int]:
        """What the model has written behind the prompt, control tokens as ids."""
        control = self._tokenizer.control
        if control.think_open is not None and control.think_close is not None:
            if opened.opens_thinking:  # the template has written "<think>" itself, with or without the line break
                line_break = "" if opened.text.endswith("\n") else "\n"
                return [f"{line_break}{thoughts}\n", control.think_close, f"\n\n{answer}"]
            if thoughts:
                return [control.think_open, f"\n{thoughts}\n", control.think_close, f"\n\n{answer}"]
        return [answer] if answer else []  # the template has closed an empty block, or has no need of one

    def _build(
        self,
        template: ChatTemplate,
        messages: Sequence[Message],
        tools: Sequence[JsonObject],
        effective: bool,
        add_generation_prompt: bool,
    ) -> Prompt:
        messages = [split_inline_thinking(message) for message in messages]
        texts = [template.source, *strings_of(tools)]
        texts += [text for message in messages for text in _texts(message)]
        shield = Shield(self._tokenizer.control_literals, texts)
        rendered = template.render(
            [_as_dict(message, shield) for message in messages],
            [tool for tool in map(shield.protect, tools) if isinstance(tool, dict)],
            add_generation_prompt=add_generation_prompt,
            enable_thinking=effective,
        )
        ids: list[int] = []
        behind_control = False
        for part in self._tokenizer.split_control(rendered):
            if isinstance(part, int):
                ids.append(part)
                behind_control = True
            else:
                ids += self._encode(shield.restore(part), behind_control)
        return Prompt(tuple(ids), without_surrogates(shield.restore(rendered)), effective, self._opens_thinking(ids))

    def _encode(self, piece: str, behind_control: bool) -> list[int]:
        key = (piece, behind_control)
        ids = self._pieces.get(key) or self._older_pieces.get(key)
        if ids is None:
            ids = self._tokenizer.encode(piece, control_tokens=False, follows_control=behind_control)
        self._pieces[key] = ids
        return ids

    def _opens_thinking(self, ids: Sequence[int]) -> bool:
        control = self._tokenizer.control
        if control.think_open is None:
            return False
        for token_id in reversed(ids):
            if token_id == control.think_open:
                return True
            if token_id in (control.think_close, control.turn_end, control.turn_start):
                return False
        return False


def soft_switch(messages: Sequence[Message], thinking: bool) -> bool:
    """`thinking`, unless the last user message has `/think` or `/no_think` as a word; the last one counts."""
    for message in reversed(messages):
        if message.role is Role.USER:
            found = _SWITCH.findall(message.content)
            return found[-1] == "" if found else thinking
    return thinking


def split_inline_thinking(message: Message) -> Message:
    """Move thinking that stands inside an assistant's content (imported histories) to where it belongs."""
    if message.role is not Role.ASSISTANT or message.thinking is not None:
        return message
    content = message.content
    if "</think>" in content:
        # As Qwen3's template: thinking before the first, the answer behind the last.
        thinking = content.split("</think>")[0].rstrip("\n").split("<think>")[-1].lstrip("\n")
        return replace(message, content=content.split("</think>")[-1].lstrip("\n"), thinking=thinking)
    if content.lstrip().startswith("<think>"):
        return replace(message, content="")
    return message


def _texts(message: Message) -> Iterator[str]:
    """Every string of a message that somebody wrote."""
    yield message.content
    yield message.thinking or ""
    for call in message.tool_calls:
        yield call.name
        yield from strings_of([call.arguments])


def _as_dict(message: Message, shield: Shield) -> JsonObject:
    """The OpenAI-style form. Roles and the form's own keys stay as they are whatever the vocabulary holds."""
    item: JsonObject = {"role": message.role.value, "content": shield.protect(message.content)}
    if message.thinking is not None:
        item["reasoning_content"] = shield.protect(message.thinking)
    if message.tool_calls:
        item["tool_calls"] = [
            {
                "type": "function",
                "function": {"name": shield.protect(call.name), "arguments": shield.protect(call.arguments)},
            }
            for call in message.tool_calls
        ]
    return item


def fit_to_context(
    builder: PromptBuilder,
    messages: Sequence[Message],
    tools: Sequence[JsonObject],
    thinking: bool,
    max_prompt_tokens: int,
    overflow: Overflow,
    continues: bool = False,
) -> tuple[Prompt, tuple[int, ...]]:
    """The prompt, and the indices of the messages left out of it.

    A turn is a user message and everything up to the next one. System messages at the start and the last turn
    always stay. As few turns as possible are dropped, found by bisection: about log2(turns) renderings.

    Args:
        continues: The last message is an answer to go on with.

    Raises:
        ContextOverflow: It does not fit; the message names both numbers.
        InvalidRequest, UnsupportedModel, TemplateFailed: As `PromptBuilder.build` and `build_continuing`.
    """

    def build(of: Sequence[Message]) -> Prompt:
        return builder.build_continuing(of, tools) if continues else builder.build(of, tools, thinking)

    whole = build(messages)
    if len(whole.ids) <= max_prompt_tokens:
        return whole, ()
    if overflow is Overflow.REFUSE:
        raise ContextOverflow(
            f"The conversation takes {len(whole.ids)} tokens, but {max_prompt_tokens} fit.",
            "Raise the context length, let the oldest turns be dropped, or start a new chat.",
        )
    kept_head, starts = _turns(messages)

    def build_from(turn: int) -> Prompt:
        return build([*messages[:kept_head], *messages[starts[turn] :]])

    # Dropping more turns never makes the prompt longer: the last turn, which thinking in the history hangs
    # on, stays.
    low, high = 1, len(starts) - 1
    best: Prompt | None = None
    while low <= high:
        middle = (low + high) // 2
        prompt = build_from(middle)
        if len(prompt.ids) <= max_prompt_tokens:
            best, high = prompt, middle - 1
        else:
            low = middle + 1
    if best is None:
        last = build_from(len(starts) - 1) if len(starts) > 1 else whole
        raise ContextOverflow(
            f"The last message alone takes {len(last.ids)} tokens with what must go along with it, "
            f"but {max_prompt_tokens} fit.",
            "Shorten it, or raise the context length.",
        )
    return best, tuple(range(kept_head, starts[low]))


def _turns(messages: Sequence[Message]) -> tuple[int, list[int]]:
    """How many system messages lead, and where each turn begins."""
    head = 0
    while head < len(messages) and messages[head].role is Role.SYSTEM:
        head += 1
    starts = [head]
    starts += [i for i in range(head + 1, len(messages)) if messages[i].role is Role.USER]
    return head, starts
