r"""Text made safe for a Markdown file, whatever program shows that file later.

What a model wrote stays Markdown, but nothing in it can load from the network, become HTML, leave its message, or pass
for a heading of ours. Every program reads Markdown a little differently, so nothing here relies on how one reads it:
code blocks are written anew, at the left edge and with a fence that cannot occur inside; a backtick that opens no code
within its line is escaped; and outside of code the characters that begin HTML, images, link definitions and links to
anything but the web are escaped, always.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_INFO_CHARACTERS = 40
HEADINGS_DOWN = 2  # "# Title" and "## Speaker" are ours
_FENCE = re.compile(r"^(\s*)((?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_HEADING = re.compile(r"^(\s*)(#{1,6})(?=\s|$)")
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-+)\s*$")
_BACKTICKS = re.compile(r"`+")
_TOKEN = re.compile(r"\\[!-/:-@\[-`{-~]|`+|<|!\[|\](?=[(:])")
_WEB = re.compile(r"\]\((?:https?://|mailto:)", re.IGNORECASE)
_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@=%+,&]+")
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")


def safe_markdown(text: str) -> str:
    """Markdown from somebody else, fit to stand between headings of ours. Ends without a newline."""
    found: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        opening = _FENCE.match(line)
        if opening is None:
            found.extend(_prose(line, found[-1] if found else ""))
            at += 1
            continue
        if opening[2]:
            found.append(f"{opening[1]}{opening[2].rstrip()}")
        end = _end_of_code(lines, at, opening)
        found.append(code_block("\n".join(_dedented(lines[at + 1 : end], opening.start(3))), opening[4]))
        at = end + 1
    return "\n".join(found)


def code_block(text: str, info: str = "") -> str:
    """A fenced code block that holds exactly `text`."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = re.match(r"[\w+#.-]*", info.strip())
    return f"{fence}{language[0][:MAX_INFO_CHARACTERS] if language else ''}\n{text}\n{fence}"


def plain_as_markdown(text: str) -> str:
    """Text that is no Markdown, written so that it shows as it is, line by line."""
    lines = [_literal(line) for line in text.strip("\n").split("\n")]
    for at, line in enumerate(lines[:-1]):
        if line and lines[at + 1]:
            lines[at] = f"{line}\\"
    return "\n".join(lines)


def quoted(text: str) -> str:
    """`text`, which is Markdown, as a block quote."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _end_of_code(lines: list[str], start: int, opening: re.Match[str]) -> int:
    """The line that closes the fence; behind the last one where nothing does."""
    closing = re.compile(
        rf"^\s{{0,{len(opening[1]) + len(opening[2] or '') + 3}}}{opening[3][0]}{{{len(opening[3])},}}\s*$"
    )
    return next((at for at in range(start + 1, len(lines)) if closing.match(lines[at])), len(lines))


def _dedented(lines: list[str], columns: int) -> Iterator[str]:
    for line in lines:
        indent = len(line) - len(line.lstrip())
        yield line[min(indent, columns) :]


def _prose(line: str, before: str) -> Iterator[str]:
    """A line outside of code blocks."""
    if underline := _UNDERLINE.match(line):
        # Under a line of text this would make that line a heading of ours.
        if underline[1][0] == "=" or len(underline[1]) < 3:
            yield line.replace(underline[1][0], f"\\{underline[1][0]}", 1)
            return
        if before.strip():
            yield ""
    if heading := _HEADING.match(line):
        level = min(len(heading[2]) + HEADINGS_DOWN, 6)
        line = f"{heading[1]}{'#' * level}{line[heading.end() :]}"
    yield _escaped(line)


def _escaped(line: str) -> str:
    pieces = list(_pieces(line))
    # A "|" inside code may part two cells of a table instead, and then other backticks belong together.
    certain = not any(code and "|" in piece for code, piece in pieces)
    return "".join(piece if code and certain else _without_live_parts(piece, code) for code, piece in pieces)


def _pieces(line: str) -> Iterator[tuple[bool, str]]:
    """The line in pieces, each with whether it is code. A backtick that belongs to no code is escaped."""
    start = at = 0
    while found := _TOKEN.search(line, at):
        at = found.end()
        if found[0][0] != "`":
            continue
        yield False, line[start : found.start()]
        closing = next((run for run in _BACKTICKS.finditer(line, at) if len(run[0]) == len(found[0])), None)
        if closing is None:
            yield False, "\\`" * len(found[0])
        else:
            at = closing.end()
            yield True, line[found.start() : at]
        start = at
    yield False, line[start:]


def _without_live_parts(piece: str, code: bool) -> str:
    def escape(found: re.Match[str]) -> str:
        token = found[0]
        if token[0] == "`" or (token[0] == "\\" and not code):
            return token
        if token == "<":
            return "\\<"
        if token == "![":
            return "\\!["
        if token == "]" and found.string[found.end()] == "(" and _WEB.match(found.string, found.start()):
            return token
        return "\\]" if token == "]" else token

    return _TOKEN.sub(escape, piece)


def _literal(line: str) -> str:
    body = line.lstrip()
    indent = "&nbsp;" * sum(4 if each == "\t" else 1 for each in line[: len(line) - len(body)])
    if not body:
        return ""
    pieces: list[str] = []
    start = 0
    for url in _URL.finditer(body):
        pieces.append(_SPECIAL.sub(r"\\\g<0>", body[start : url.start()]))
        pieces.append(url[0])
        start = url.end()
    text = "".join(pieces) + _SPECIAL.sub(r"\\\g<0>", body[start:])
    if not indent:
        text = _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", text)
    return indent + text.rstrip()
