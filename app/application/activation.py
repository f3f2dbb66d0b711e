"""What the window does when somebody starts Ponder once more: it comes to the front, with what was typed there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.application.single_instance import Handover
from app.ui.window.main_window import MainWindow

TOKEN_VARIABLE = "XDG_ACTIVATION_TOKEN"


def take_over(window: MainWindow, handover: Handover) -> None:
    """Come to the front. A prompt goes into the field, under what is typed there already, and is not sent."""
    window.come_forward()
    _activate(window, handover.activation_token)
    put_prompt(window, handover.arguments)


def put_prompt(window: MainWindow, arguments: tuple[str, ...]) -> None:
    """Put what stood behind the program's name into the field; files are attached."""
    window.composer.attach([Path(each) for each in arguments if _is_file(each)])
    if prompt := " ".join(each for each in arguments if not _is_file(each)).strip():
        typed = window.composer.text()
        window.composer.set_text(f"{typed}\n\n{prompt}" if typed.strip() else prompt)


def with_full_paths(arguments: Sequence[str]) -> tuple[str, ...]:
    """The same, for a process that stands in another folder."""
    return tuple(str(Path(each).absolute()) if _is_file(each) else each for each in arguments)


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).is_file()
    except (OSError, ValueError):  # too long for a path, or with a NUL in it: it is a prompt
        return False


def _activate(window: MainWindow, token: str) -> None:
    """Wayland lets a window come forward only with the token that the later start was given; Qt looks for it here."""
    before = os.environ.get(TOKEN_VARIABLE)
    if token:
        os.environ[TOKEN_VARIABLE] = token
    try:
        window.activateWindow()
    finally:
        if token:
            os.environ.pop(TOKEN_VARIABLE, None)
            if before is not None:
                os.environ[TOKEN_VARIABLE] = before
