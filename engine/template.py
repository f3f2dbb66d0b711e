"""Chat templates: finding the one a model came with, and rendering OpenAI-style messages through it.

Templates whose text is known by its SHA-256 are rendered here; any other is hostile until proven otherwise
and goes to a process of its own. Knows nothing of token ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from engine.errors import DamagedModel, TemplateFailed, UnsupportedModel
from engine.template_process import RENDER_TIME_LIMIT_S, TemplateProcess
from engine.template_render import OutputTooLong, render
from engine.text_files import read_bounded, read_config
from engine.types import JsonObject, JsonValue

MAX_TEMPLATE_BYTES = 1024 * 1024

KNOWN_TEMPLATES = frozenset(
    {
        # Qwen3 0.6B to 32B as published since revision c1899de2.
        "a55ee1b1660128b7098723e0abcd92caa0788061051c62d51cbe87d9cf1974d8",
    }
)

_TEXT_TOKENS = ("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token")


class ChatTemplate:
    """One template, ready to render. `close()` it, or let it go, to end the process a foreign one runs in.

    `special_tokens` are `bos_token` and the like, which many templates print. `time_limit_s` holds for one
    rendering of a template that is not known.
    """

    def __init__(
        self,
        source: str,
        special_tokens: Mapping[str, str] | None = None,
        time_limit_s: float = RENDER_TIME_LIMIT_S,
    ) -> None:
        self.source = source
        self._special_tokens = dict(special_tokens or {})
        digest = hashlib.sha256(source.removesuffix("\n").encode("utf-8", "replace")).hexdigest()
        self.trusted = digest in KNOWN_TEMPLATES
        self._process = None if self.trusted else TemplateProcess(time_limit_s)

    def render(
        self,
        messages: Sequence[JsonObject],
        tools: Sequence[JsonObject] = (),
        *,
        add_generation_prompt: bool = True,
        enable_thinking: bool | None = None,
    ) -> str:
        """Render OpenAI-style messages. `enable_thinking` None leaves that variable undefined.

        Raises:
            TemplateFailed: The template raised, ran too long, took too much memory or wrote too much.
        """
        variables: dict[str, JsonValue] = {
            **self._special_tokens,
            "messages": list(messages),
            "tools": list(tools) or None,
            "documents": None,
            "add_generation_prompt": add_generation_prompt,
        }
        if enable_thinking is not None:
            variables["enable_thinking"] = enable_thinking
        # A template may repeat its input, but not without bound. Escaping at most sextuples a character.
        bound = 1_000_000 + 8 * _characters(variables["messages"]) + 8 * _characters(variables["tools"])
        if self._process is not None:
            return self._process.render(self.source, variables, bound)
        try:
            return render(self.source, variables, bound)
        except (jinja2.TemplateError, OutputTooLong, TypeError, ValueError, RecursionError) as error:
            raise TemplateFailed(f"The chat template failed ({type(error).__name__}: {error}).") from error

    def close(self) -> None:
        """End the template's process, if it has one."""
        if self._process is not None:
            self._process.close()


def load_template(folder: Path) -> ChatTemplate | None:
    """The chat template of a model folder; None when it has none (a base model). Nothing is rendered yet.

    Raises:
        DamagedModel, UnsafeModel, UnsupportedModel: As `find_template`.
    """
    source = find_template(folder)
    return None if source is None else ChatTemplate(source, read_special_tokens(folder))


def find_template(folder: Path) -> str | None:
    """The template's text: `chat_template.jinja`, else `chat_template` in tokenizer_config.json, else None.

    Where the configuration lists several, the one named "default" counts.

    Raises:
        DamagedModel: A file cannot be read or is not what it claims to be.
        UnsafeModel: A file is a link out of the folder.
        UnsupportedModel: A template is absurdly large.
    """
    content = read_bounded(folder, "chat_template.jinja", MAX_TEMPLATE_BYTES)
    if content is not None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DamagedModel("chat_template.jinja is not UTF-8 text.", "Download the model again.") from error
    value = read_config(folder, "tokenizer_config.json").get("chat_template")
    if isinstance(value, list):
        value = next(
            (item.get("template") for item in value if isinstance(item, dict) and item.get("name") == "default"),
            None,
        )
    if value is None:
        return None
    if not isinstance(value, str):
        raise DamagedModel("chat_template in tokenizer_config.json is not text.", "Download the model again.")
    if len(value) > MAX_TEMPLATE_BYTES:
        raise UnsupportedModel("chat_template in tokenizer_config.json is larger than 1 MiB.", "Use --raw.")
    return value


def read_special_tokens(folder: Path) -> dict[str, str]:
    """`bos_token`, `eos_token` … of tokenizer_config.json, each a string or an object with `content` there.

    Raises:
        DamagedModel, UnsafeModel, UnsupportedModel: As `engine.text_files.read_config`.
    """
    config = read_config(folder, "tokenizer_config.json")
    tokens: dict[str, str] = {}
    for name in _TEXT_TOKENS:
        value = config.get(name)
        text = value.get("content") if isinstance(value, dict) else value
        if isinstance(text, str):
            tokens[name] = text
    return tokens


def _characters(value: JsonValue) -> int:
    """Roughly how long `value` is as JSON."""
    total, rest = 0, [value]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            total += sum(len(key) + 8 for key in item)
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
        total += len(item) if isinstance(item, str) else 24
    return total
