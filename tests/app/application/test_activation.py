"""What a later start makes the window do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.application.activation import TOKEN_VARIABLE, take_over
from app.application.single_instance import Handover
from app.ui.window.main_window import MainWindow
from tests.app.ui.conftest import Desk


@pytest.mark.parametrize("before", [None, "of the first start"])
def test_the_token_of_the_later_start_is_there_for_the_moment_of_activation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(TOKEN_VARIABLE, before)
    seen: list[str | None] = []
    monkeypatch.setattr(MainWindow, "activateWindow", lambda window: seen.append(os.environ.get(TOKEN_VARIABLE)))
    take_over(desk.window, Handover((), "token"))
    take_over(desk.window, Handover())
    assert seen == ["token", before]
    assert os.environ.get(TOKEN_VARIABLE) == before


def test_what_was_typed_stays_and_nothing_is_sent(desk: Desk) -> None:
    desk.window.showMinimized()
    take_over(desk.window, Handover(("asked", "elsewhere")))
    assert not desk.window.isMinimized()
    assert desk.window.composer.text() == "asked elsewhere"
    take_over(desk.window, Handover())
    take_over(desk.window, Handover(("and", "again")))
    assert desk.window.composer.text() == "asked elsewhere\n\nand again"
    assert desk.count() == 0


def test_files_are_attached(desk: Desk, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("some words")
    take_over(desk.window, Handover((str(notes), "sum", "it", "up")))
    desk.wait(lambda: bool(desk.window.composer.draft().attachments))
    [attached] = desk.window.composer.draft().attachments
    assert (attached.name, attached.text) == ("notes.txt", "some words")
    assert desk.window.composer.text() == "sum it up"
