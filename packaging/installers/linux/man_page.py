"""Writes the manual page `ponder.1`: `python packaging/installers/linux/man_page.py`.

What the commands take comes from the command line's own grammar, the prose around it stands here. The page is kept in
the repository, so that making the installers takes nothing but Python; a test says when it is old. Knows roff, and
nothing of where the page is installed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PAGE = HERE / "ponder.1"

HEAD = r"""'\" t
.\" Made by packaging/installers/linux/man_page.py of the command line's grammar.
.TH PONDER 1 "" "Ponder" "User Commands"
.SH NAME
ponder \- chat with a language model of your own, offline
.SH SYNOPSIS
.B ponder
.br
.B ponder
.I COMMAND
.RI [ options ]
.SH DESCRIPTION
Without a command,
.B ponder
opens its window; where there can be none, a chat begins in the terminal.
The commands do the same work without a window.
.PP
Qwen3 models run on this machine, on its processor or its graphics card.
Ponder uses the network for one thing only: to fetch a model when it is asked to.
A small practice model comes with it, so that everything can be tried at once; what that model says is often wrong.
"""

TAIL = r""".SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
The request failed; one line on standard error says why.
.TP
.B 2
Wrong usage.
.TP
.B 130
Interrupted.
.SH ENVIRONMENT
.TP
.B PONDER_HOME
A folder for settings, chats, models, caches and logs, in place of those under FILES.
.TP
.B PONDER_NATIVE
.B 0
computes without the native kernels.
.TP
.BR HF_ENDPOINT ", " HF_TOKEN ", " HF_HOME ", " HF_HUB_OFFLINE
Where models are fetched from, who asks for them, where those of other programs lie,
and whether the network may be used.
.TP
.BR HTTPS_PROXY ", " SSL_CERT_FILE
A proxy, and the certificates to trust.
.SH FILES
.TP
.I ~/.config/ponder/
The settings, the saved system prompts, and what the window remembers
.RI ( $XDG_CONFIG_HOME ).
.TP
.I ~/.local/share/ponder/
The chats with their backups, and the models
.RI ( $XDG_DATA_HOME ).
.TP
.I ~/.cache/ponder/
What can be made again
.RI ( $XDG_CACHE_HOME ).
.TP
.I ~/.local/state/ponder/log/
The logs, which hold nothing that people wrote
.RI ( $XDG_STATE_HOME ).
.PP
Removing the package leaves them all.
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The whole manual page."""
    sys.path.insert(0, str(ROOT))
    try:
        from app.cli.parser import build_parser
    finally:
        sys.path.remove(str(ROOT))
    parser = build_parser()
    lines = [".SH OPTIONS", *_options(parser), ".SH COMMANDS"]
    for name, command in subcommands(parser):
        lines += [f".SS {_plain(name)}", *_command(command)]
    return HEAD + "\n".join(lines) + "\n" + TAIL


def subcommands(parser: argparse.ArgumentParser, prefix: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its full name, such as "chats backup list", in the grammar's order."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield f"{prefix}{name}", command
                yield from subcommands(command, f"{prefix}{name} ")


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from _prose(parser.description or "")
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    yield from (".PP", ".RS", f".B {_plain(usage)}", ".RE")
    yield from _options(parser)
    for heading, text in _epilog(parser.epilog or ""):
        if heading:
            yield from (".PP", _plain(heading))
        # Examples and tables keep their lines.
        yield from (".PP", ".nf", ".RS", *map(_plain, text), ".RE", ".fi") if heading else _prose("\n".join(text))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            continue
        yield ".TP"
        yield _names(action)
        yield _plain((action.help or "").replace("%%", "%"))


def _names(action: argparse.Action) -> str:
    if action.metavar is not None:
        value = action.metavar if isinstance(action.metavar, str) else " ".join(action.metavar)
    else:
        value = "|".join(map(str, action.choices)) if action.choices else action.dest.upper()
    if not action.option_strings:
        return rf"\fI{_plain(value)}\fR"
    names = ", ".join(rf"\fB{_plain(each)}\fR" for each in action.option_strings)
    return names if action.nargs == 0 else rf"{names} \fI{_plain(value)}\fR"


def _epilog(text: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of an epilog: with a heading that ends in a colon, or without one."""
    for part in text.strip().split("\n\n"):
        lines = part.splitlines()
        if lines and re.fullmatch(r"\S.*:", lines[0]):
            yield lines[0], [each.strip() for each in lines[1:]]
        elif lines:
            yield "", lines


def _prose(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield ".PP"
        yield _plain(" ".join(paragraph.split()))


def _plain(text: str) -> str:
    """Text that roff takes as it stands."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("~", r"\(ti").replace("^", r"\(ha")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    main()
