"""The HTML file: what was written shows, nothing in it is alive, and nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.chats import GenerationFacts, MessageState, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.formats import Contents
from app.library.chat_export.html_page import HtmlWriter
from app.library.chat_export.html_text import MAX_CHARACTERS
from engine.types import Role

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "nav", "article", "section", "div", "details", "summary"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ol", "ul", "li", "a", "bdi", "pre", "code", "em", "strong", "s"),
    *("br", "hr", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://evil.example/p.png)",
    "![file](file:///etc/passwd)",
    "[go](javascript:alert(1)) [data](data:text/html,x) <javascript:x>",
    "</p></section></body><iframe src='https://evil.example'>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    '```"><script>\ncode</pre><script>\n```',
    "| a | b |\n|--:|:-:|\n| <b>x</b> | `</td>` |",
    "&lt;script&gt; &#x3c;b&#x3e; <!-- hidden -->",
    "\x00\x1b[31m\x9b <?php ?> ]]>",
]


class Reader(HTMLParser):
    """What a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def message(role: Role, text: str, kind: PartKind = PartKind.TEXT, name: str = "") -> PortableMessage:
    return PortableMessage(role, (Part(kind, text, name),))


def page(*conversations: PortableConversation, thinking: bool = False) -> str:
    writer = HtmlWriter(thinking=thinking)
    pieces = [*writer.begin(Contents([each.title for each in conversations]))]
    for each in conversations:
        pieces += writer.conversation(each)
    return "".join([*pieces, *writer.end()])


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def everywhere(text: str) -> PortableConversation:
    """The same text in every place where a text can stand."""
    parts = (
        Part(PartKind.TEXT, text),
        Part(PartKind.THINKING, text),
        Part(PartKind.ATTACHMENT, text, text),
        Part(PartKind.TOOL_CALL, text, text),
        Part(PartKind.TOOL_RESULT, text, text),
    )
    facts = GenerationFacts(model=text, failure_message=text)
    messages = (
        PortableMessage(Role.USER, parts),
        PortableMessage(Role.ASSISTANT, parts, parent=0, state=MessageState.FAILED, facts=facts),
        PortableMessage(Role.TOOL, parts, parent=1),
    )
    return PortableConversation("u", title=text, system_prompt=text, tags=(text,), messages=messages)


def assert_inert(html: str) -> None:
    found = read(html)
    assert found.tags <= ALLOWED, found.tags - ALLOWED
    for tag, name, value in found.attributes:
        assert name in ("id", "class", "dir", "href", "rel", "charset", "content", "name", "http-equiv", "lang"), name
        if name == "href":
            assert tag == "a"
            assert str(value).startswith(("https://", "http://", "mailto:", "#chat-")), value
    assert html.count("<style>") == 1
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_wherever_it_stands(text: str) -> None:
    assert_inert(page(everywhere(text), everywhere("second"), thinking=True))


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*HOSTILE, "\n", "`", "```\n", "- ", "> ", "|", "[", "](", ")", "<", ">", '"', "'"])))
def test_hostile_pieces_in_any_order(pieces: list[str]) -> None:
    assert_inert(page(everywhere("".join(pieces)), thinking=True))


def test_the_page_forbids_itself_everything_but_its_style() -> None:
    html = page(PortableConversation("u", title="Tea"))
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(
        value for tag, name, value in read(html).attributes if name == "content" and "default-src" in str(value)
    )
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "prefers-color-scheme: dark" in style
    assert "url(" not in style


def test_questions_as_written_and_answers_as_markdown() -> None:
    conversation = PortableConversation(
        "u",
        title="Tea & cake",
        messages=(
            message(Role.USER, "**How** hot?\n  Really"),
            PortableMessage(
                Role.ASSISTANT, (Part(PartKind.TEXT, "**80 °C**\n\n# Why\n\n```py\nx < 1\n```"),), parent=0
            ),
        ),
    )
    html = page(conversation)
    assert '<p class="as-written" dir="auto">**How** hot?\n  Really</p>' in html
    assert "<strong>80 °C</strong>" in html
    assert '<h3 dir="auto">Why</h3>' in html  # below the page's own headings
    assert '<code class="language-py">x &lt; 1\n</code>' in html
    assert "<title>Tea &amp; cake</title>" in html


def test_thoughts_only_when_asked() -> None:
    conversation = PortableConversation("u", messages=(message(Role.ASSISTANT, "hidden", PartKind.THINKING),))
    assert "hidden" not in page(conversation)
    assert "<details>" in page(conversation, thinking=True)


def test_only_the_path_that_is_shown() -> None:
    versions = (message(Role.USER, "first"), message(Role.USER, "second"))
    html = page(PortableConversation("u", first_chosen=0, messages=versions))
    assert "first" in html
    assert "second" not in html


def test_several_conversations_have_a_list_of_contents() -> None:
    html = page(PortableConversation("a", title="One"), PortableConversation("b", title=""))
    assert '<li><a href="#chat-2"><bdi>Untitled</bdi></a></li>' in html
    assert '<article id="chat-2">' in html


def test_what_is_longer_than_any_answer_shows_as_written() -> None:
    html = page(PortableConversation("u", messages=(message(Role.ASSISTANT, "*" * (MAX_CHARACTERS + 1)),)))
    assert f'<p class="as-written" dir="auto">{"*" * (MAX_CHARACTERS + 1)}</p>' in html
