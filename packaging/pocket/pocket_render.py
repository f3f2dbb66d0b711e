"""From a dialogue to token ids, by the real chat template and the ways an engine starts the turn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment
from pocket_dialogues import Dialogue, Mode
from pocket_draw import Draw
from tokenizers import Tokenizer

BUDGET_SENTENCE = (
    "Considering the limited time by the user, I have to give the solution based on the thinking directly now."
)
"""What Qwen's documentation puts where a thought is ended early."""

IGNORED = -100


class Template:
    """Qwen3's chat template, compiled once."""

    def __init__(self, source: str) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.filters["tojson"] = _to_json
        self._template = environment.from_string(source)

    def prompt(self, dialogue: Dialogue) -> str:
        """The text up to where the model writes; it ends with an empty think block in direct mode."""
        values: dict[str, Any] = {"messages": list(dialogue.messages), "add_generation_prompt": True}
        if dialogue.tools:
            values["tools"] = list(dialogue.tools)
        return self._template.render(**values, enable_thinking=dialogue.mode is not Mode.DIRECT)


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_template(tokenizer_config: Path) -> str:
    """The chat template inside a tokenizer_config.json."""
    source: str = json.loads(tokenizer_config.read_text(encoding="utf-8"))["chat_template"]
    return source


def token_id(tokenizer: Tokenizer, content: str) -> int:
    """The id of an added token; ValueError when the vocabulary lacks it."""
    found: int | None = tokenizer.token_to_id(content)
    if found is None:
        raise ValueError(f"the tokenizer has no {content}")
    return found


@dataclass(frozen=True)
class Encoded:
    """Token ids and, for each, whether the model is trained to write it."""

    ids: list[int]
    trained: list[bool]


class Encoder:
    """Turns dialogues into supervised token sequences."""

    def __init__(self, tokenizer: Tokenizer, template: Template) -> None:
        self._tokenizer = tokenizer
        self._template = template
        self._start = token_id(tokenizer, "<|im_start|>")
        self._end = token_id(tokenizer, "<|im_end|>")
        self._assistant = self.encode("assistant\n")

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def prompt_ids(self, dialogue: Dialogue) -> list[int]:
        return self.encode(self._template.prompt(dialogue))

    def sample(self, dialogue: Dialogue, draw: Draw) -> Encoded:
        """Prompt and wanted turn; earlier turns are trained on too, except their first token.

        That first token would teach the model to skip the think block, which the template leaves out of the
        history but the model has to write."""
        prompt = self.prompt_ids(dialogue)
        trained = self._history_mask(prompt)
        untrained: list[int] = []
        if dialogue.mode is Mode.DIRECT:
            turn = self.encode(dialogue.answer)
        elif dialogue.mode is Mode.NO_THINK:
            turn = self.encode(f"<think>\n\n</think>\n\n{dialogue.answer}")
        elif dialogue.mode is Mode.THINK:
            turn = self.encode(f"<think>\n{dialogue.thought}\n</think>\n\n{dialogue.answer}")
        else:
            thought = self.encode(f"<think>\n{dialogue.thought}")
            kept = thought[: draw.between(2, len(thought))]
            untrained = kept + self.encode(f"{draw.pick(('', chr(10), chr(10) * 2))}{BUDGET_SENTENCE}\n</think>\n\n")
            turn = self.encode(dialogue.answer)
        turn.append(self._end)
        ids = prompt + untrained + turn
        return Encoded(ids, trained + [False] * len(untrained) + [True] * len(turn))

    def _history_mask(self, ids: list[int]) -> list[bool]:
        mask = [False] * len(ids)
        opening = [self._start, *self._assistant]
        at = 0
        while at < len(ids):
            if ids[at : at + len(opening)] == opening:
                at += len(opening) + 1
                while at < len(ids) and ids[at - 1] != self._end:
                    mask[at] = self._end in ids[at:]
                    at += 1
            else:
                at += 1
        return mask
