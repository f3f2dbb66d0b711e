"""Rendering one Jinja chat template the way transformers does.

Runs in the engine for templates known to be harmless and in the template process for all others, so it
imports jinja2 and the standard library only. The environment is that of transformers' chat_template_utils:
immutable sandbox, trim_blocks, lstrip_blocks, loop controls, `tojson` without ASCII or HTML escaping,
`raise_exception`, `strftime_now`, `{% generation %}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment


class OutputTooLong(Exception):
    """The rendered text outgrew its bound."""


class _Generation(Extension):
    """`{% generation %}…{% endgeneration %}` marks assistant text for training; here it is its content."""

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def render(source: str, variables: Mapping[str, object], max_characters: int) -> str:
    """Render `source` with `variables`.

    Raises:
        OutputTooLong: The text exceeds `max_characters`.
        Exception: Whatever the template raises, jinja2.TemplateError above all.
    """
    parts: list[str] = []
    characters = 0
    for part in _compiled(source).generate(dict(variables)):
        characters += len(part)
        if characters > max_characters:
            raise OutputTooLong
        parts.append(part)
    return "".join(parts)


@lru_cache(maxsize=4)
def _compiled(source: str) -> jinja2.Template:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = _tojson
    # Through a mapping with values of any type: jinja2 declares the globals as its own few.
    functions: dict[str, Callable[[str], str]] = {
        "raise_exception": _raise_exception,
        "strftime_now": _strftime_now,
    }
    environment.globals.update(functions)
    return environment.from_string(source)


def _tojson(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja's own filter escapes < > & ' and sorts the keys, which no model was trained on.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(layout: str) -> str:
    return datetime.now().strftime(layout)
