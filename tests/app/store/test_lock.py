"""One process writes to the store: who comes later is told who does, and a dead one holds nobody off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.errors import StoreBusy, StoreError, StoreReadOnly
from app.core.file_lock import FileLock
from app.store.lock import FILE_NAME, WINDOW, store_lock, take_store_lock
from tests.support.permissions import open_folder, write_protected

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys, time
from pathlib import Path
from app.store.lock import WINDOW, take_store_lock
lock = take_store_lock(Path(sys.argv[1]), WINDOW)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the store's lock, until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_who_comes_later_is_told_who_writes(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        with pytest.raises(StoreBusy) as caught, store_lock(tmp_path):
            pytest.fail("two processes have the lock")
        assert str(tmp_path) in caught.value.message
        assert f"{WINDOW} (process {process.pid})" in caught.value.message
        assert "try again" in caught.value.remedy
        process.communicate("")
        with store_lock(tmp_path):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_lock_of_a_killed_process_is_free_11(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert (tmp_path / FILE_NAME).exists()
        with store_lock(tmp_path):
            pass


def test_a_lock_file_that_lies_about_holds_nobody_off(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("Ponder's window (process 1)")
    with store_lock(tmp_path):
        pass


def test_it_excludes_within_a_process_and_is_given_back_after_an_error(tmp_path: Path) -> None:
    def fail_inside() -> None:
        with store_lock(tmp_path):
            with pytest.raises(StoreBusy), store_lock(tmp_path):
                pytest.fail("the lock was given away twice")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_inside()
    with store_lock(tmp_path):
        pass


def test_stores_in_different_folders_do_not_meet(tmp_path: Path) -> None:
    with store_lock(tmp_path / "one"), store_lock(tmp_path / "two"):
        pass


def test_a_lock_on_a_file_that_was_deleted_is_known_to_be_lost(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / FILE_NAME)
    assert not lock.lost()
    assert lock.acquire("first")
    assert not lock.lost()
    (tmp_path / FILE_NAME).unlink()
    assert lock.lost()
    lock.release()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not be used"):
        take_store_lock(tmp_path / "file" / "chats")


@pytest.mark.skipif(sys.platform == "win32", reason="a read-only folder takes new files there")
@pytest.mark.parametrize("before", [True, False])
def test_a_folder_that_may_not_be_written_is_said_5(before: bool) -> None:
    with open_folder() as folder:
        if before:
            take_store_lock(folder).release()
        with write_protected(folder), pytest.raises(StoreReadOnly, match="may not be written"):
            take_store_lock(folder)
        with store_lock(folder):
            pass
