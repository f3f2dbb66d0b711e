"""What the commands' grammars are made of: sub-commands, --json, and numbers with bounds. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from app.core import limits


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    description: str | None = None,
    epilog: str | None = None,
) -> argparse.ArgumentParser:
    """A sub-command. `summary` is a sentence; the list of commands shows it as a phrase."""
    return commands.add_parser(
        name,
        help=summary[0].lower() + summary[1:].rstrip("."),
        description=description or summary,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_json(target: argparse._ActionsContainer, text: str) -> None:
    target.add_argument("--json", action="store_true", help=text)


def number(name: str, allowed: limits.Range) -> Callable[[str], float]:
    def convert(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if value not in allowed:
            raise argparse.ArgumentTypeError(f"{name} is a number, {allowed}; {text!r} is not")
        return value

    return convert


def whole(name: str, allowed: limits.Range) -> Callable[[str], int]:
    def convert(text: str) -> int:
        # Not int(text): it takes underscores, other scripts' digits, and thousands of digits only up to a
        # limit.
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20) or sign * int(digits) not in allowed:
            raise argparse.ArgumentTypeError(f"{name} is a whole number, {allowed}; {text!r} is not")
        return sign * int(digits)

    return convert


def device(text: str) -> str:
    if not limits.is_device(text):
        raise argparse.ArgumentTypeError(f"a device is one of {limits.DEVICE_HELP}; {text!r} is not")
    return text
