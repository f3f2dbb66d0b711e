from __future__ import annotations

import logging
import stat
import sys
import warnings
from pathlib import Path

import pytest

from app.core.log import log_bug, logging_to


def test_no_log_is_made_before_something_is_logged(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs" / "ponder.log"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_warnings_of_libraries_go_to_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "logs" / "ponder.log"
    with logging_to(log), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("some.library").warning("a %s", "warning")
        logging.captureWarnings(True)
        warnings.warn("an old function", stacklevel=1)
    text = log.read_text(encoding="utf-8")
    assert "some.library a warning" in text
    assert "an old function" in text
    assert capfd.readouterr().err == ""
    if sys.platform != "win32":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_bug_is_logged_without_what_people_wrote(tmp_path: Path) -> None:
    log = tmp_path / "ponder.log"
    secret = "my diary"
    with logging_to(log):
        try:
            try:
                dict[str, int]()[secret]
            except KeyError as error:
                raise ValueError(f"cannot use {secret}") from error
        except ValueError as error:
            log_bug(error)
    text = log.read_text(encoding="utf-8")
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "test_log.py" in text
    assert secret not in text


def test_an_unwritable_log_is_no_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("x")
    with logging_to(tmp_path / "file" / "ponder.log"):
        logging.getLogger("some.library").error("lost")
    assert capfd.readouterr().err == ""
