"""Markdown to HTML in which nothing is alive: raw HTML stays text, images become links, links lead to the web alone."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

# What is longer than any answer is shown as written: some texts take the parser long to read.
MAX_CHARACTERS = 200_000
HEADINGS_DOWN = 2
DEEPEST_NESTING = 24
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def html_of_markdown(text: str) -> str:
    """HTML for one message. Ends with a newline."""
    if len(text) > MAX_CHARACTERS:
        return f'<p class="as-written" dir="auto">{escape(text)}</p>\n'
    html: str = _markdown().render(text)
    return html


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """A link that is not to the web stays the text that it is."""
        return _WEB.match(url) is not None


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False, "maxNesting": DEEPEST_NESTING}, renderer_cls=_Renderer)
    return markdown.enable(["table", "strikethrough"])


class _Renderer(RendererHTML):
    """The methods are called by the names of tokens."""

    def image(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        token = tokens[at]
        name = self.renderInlineAsText(token.children or [], options, env) or "image"
        return f'<a href="{escape(str(token.attrGet("src") or ""))}" rel="noopener noreferrer">{escape(name)}</a>'

    def link_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return f'<a href="{escape(str(tokens[at].attrGet("href") or ""))}" rel="noopener noreferrer">'

    def heading_open(
        self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return f'<{_lower(tokens[at])} dir="auto">'

    def heading_close(
        self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return f"</{_lower(tokens[at])}>\n"

    def paragraph_open(
        self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        return "" if tokens[at].hidden else '<p dir="auto">'

    def th_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return _cell(tokens[at])

    def td_open(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return _cell(tokens[at])


def _lower(heading: Token) -> str:
    return f"h{min(int(heading.tag[1:]) + HEADINGS_DOWN, 6)}"


def _cell(token: Token) -> str:
    """Without the style attribute that the page's own policy would forbid."""
    side = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{token.tag} class="{side}">' if side in ("right", "center") else f"<{token.tag}>"
