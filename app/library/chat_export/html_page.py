"""Conversations as one HTML file that stands alone: no script, nothing loaded, readable in light and dark.

The page forbids itself everything but its own style by a content security policy, so that whatever slipped through
would still do nothing. Needs no network and no other file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from app.core.chats import PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.formats import Contents
from app.library.chat_export.html_text import html_of_markdown
from app.library.chat_export.words import Shown, dates_of, note_on, one_line, shown_parts, speaker, title_of, visible
from engine.types import Role

STYLE = """
:root { color-scheme: light dark; --ink: #1c1b1a; --paper: #fdfcfa; --soft: #6b6761; --line: #dcd8d0; --tint: #f2efe9;
  --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e5df; --paper: #1b1a19; --soft: #a29d94; --line: #3a3835;
  --tint: #262422; --link: #8ab8ee; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 3rem 0 .25rem; }
h2 { font-size: .9rem; color: var(--soft); margin: 1.8rem 0 .3rem; }
h3, h4, h5, h6 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; }
a { color: var(--link); }
.dates, .note { color: var(--soft); font-size: .9rem; margin: 0 0 1rem; }
.as-written { white-space: pre-wrap; margin: 0; }
.asked { background: var(--tint); border-radius: .6rem; padding: .7rem 1rem; }
pre { background: var(--tint); border-radius: .4rem; padding: .7rem 1rem; overflow-x: auto; white-space: pre; }
code, pre { font: .9rem/1.45 ui-monospace, monospace; }
blockquote { border-left: .2rem solid var(--line); margin: .6rem 0; padding: 0 1rem; color: var(--soft); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: start; }
.right { text-align: right; } .center { text-align: center; }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .8rem; margin: .6rem 0; }
summary { color: var(--soft); cursor: pointer; }
article + article { border-top: 1px solid var(--line); margin-top: 4rem; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"


class HtmlWriter:
    def __init__(self, *, thinking: bool) -> None:
        self._thinking = thinking
        self._number = 0

    def begin(self, contents: Contents) -> Iterator[str]:
        titles = [one_line(title) or "Untitled" for title in contents.titles]
        name = titles[0] if len(titles) == 1 else f"{len(titles):,} conversations"
        yield (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
            f"<title>{escape(name)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        )
        if len(titles) > 1:
            yield "<nav>\n<ol>\n"
            for number, title in enumerate(titles, start=1):
                yield f'<li><a href="#chat-{number}"><bdi>{escape(title)}</bdi></a></li>\n'
            yield "</ol>\n</nav>\n"

    def conversation(self, conversation: PortableConversation) -> Iterator[str]:
        self._number += 1
        yield f'<article id="chat-{self._number}">\n<h1 dir="auto">{escape(title_of(conversation))}</h1>\n'
        if dates := dates_of(conversation):
            yield f'<p class="dates">{escape(dates)}</p>\n'
        if prompt := visible(conversation.system_prompt).strip():
            yield f"<h2>System prompt</h2>\n{_as_written(prompt)}"
        for message in conversation.path():
            yield from self._message(message)
        yield "</article>\n"

    def end(self) -> Iterator[str]:
        yield "</body>\n</html>\n"

    def _message(self, message: PortableMessage) -> Iterator[str]:
        asked = message.role is Role.USER
        yield f"<section>\n<h2>{escape(speaker(message))}</h2>\n"
        if asked:
            yield '<div class="asked">\n'
        if note := note_on(message):
            yield f'<p class="note">{escape(note)}</p>\n'
        for shown in shown_parts(message, thinking=self._thinking):
            yield _part(shown, message.role)
        yield f"{'</div>' if asked else ''}\n</section>\n"


def _part(shown: Shown, role: Role) -> str:
    match shown.kind:
        case PartKind.TEXT:
            return html_of_markdown(shown.text) if role is Role.ASSISTANT else _as_written(shown.text)
        case PartKind.THINKING:
            content = html_of_markdown(shown.text)
        case _:
            content = f'<pre dir="auto">{escape(shown.text)}</pre>\n' if shown.text else ""
    return f"<details>\n<summary><bdi>{escape(shown.label)}</bdi></summary>\n{content}</details>\n"


def _as_written(text: str) -> str:
    return f'<p class="as-written" dir="auto">{escape(text)}</p>\n'
