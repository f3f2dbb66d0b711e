"""Killed at any moment, and cut off at any byte: what was acknowledged is there, and what is there is whole."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.chats import MessageState, TitleSource
from app.store.database import JournalMode, open_database
from app.store.store import FILE_NAME, ChatStore, open_store
from tests.app.store.kit import answer, as_killed, everything, question, verdict, wal_of

START_PATIENCE_S = 60.0
MOST_S = 0.5
Content = list[tuple[str, list[tuple[str, str, str]]]]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


# -- killed --


@pytest.mark.parametrize("journal", [JournalMode.WAL, JournalMode.DELETE])
def test_kills_while_answers_stream(tmp_path: Path, journal: JournalMode) -> None:
    kill_again_and_again(tmp_path, 4 if journal is JournalMode.WAL else 1, journal)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("journal", "kills"), [(JournalMode.WAL, 200), (JournalMode.DELETE, 50)])
def test_many_kills_while_answers_stream(tmp_path: Path, journal: JournalMode, kills: int) -> None:
    kill_again_and_again(tmp_path, kills, journal)


def kill_again_and_again(tmp_path: Path, kills: int, journal: JournalMode) -> None:
    """All on one store, so that what a kill left is what the next process goes on with."""
    folder, notes = tmp_path / "chats", tmp_path / "notes"
    dice = random.Random(kills)
    acknowledged = 0
    for kill in range(kills):
        notes.unlink(missing_ok=True)
        kill_one(folder, notes, kill, journal, dice.uniform(0.0, MOST_S))
        lines = notes.read_bytes().split(b"\n")[1:-1]  # the last one may be half a line
        acknowledged += len(lines)
        with open_store(folder, journal) as store:
            assert store.notices == ()
            assert verdict(store) == "ok"
            assert_there(store, [json.loads(line) for line in lines])
    assert acknowledged >= kills, "most were killed in the middle of their work"


def kill_one(folder: Path, notes: Path, seed: int, journal: JournalMode, after_s: float) -> None:
    command = [sys.executable, "-m", "tests.app.store.writer", str(folder), str(notes), str(seed), journal]
    child = subprocess.Popen(command, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + START_PATIENCE_S
        while not (notes.exists() and notes.stat().st_size) and child.poll() is None:
            assert time.monotonic() < deadline, "the writer does not begin"
            time.sleep(0.002)
        time.sleep(after_s)
    finally:
        child.kill()
        _, complaint = child.communicate()
    assert child.returncode == -9, complaint.decode()


def assert_there(store: ChatStore, notes: list[dict[str, object]]) -> None:
    """What was noted last of every message and conversation is there, or what was written right after it."""
    last_message = {note["message"]: note for note in notes if "message" in note}
    last_title = {note["conversation"]: note["title"] for note in notes if "conversation" in note}
    for number, note in last_message.items():
        assert isinstance(number, int)
        message, text = store.messages.message(number), str(note["text"])
        assert not message.damaged
        if note["state"] == MessageState.COMPLETE:
            assert (message.state, message.text()) == (MessageState.COMPLETE, text)
        else:
            assert message.state in (MessageState.INTERRUPTED, MessageState.COMPLETE)
            assert message.text().startswith(text)
    for number, title in last_title.items():
        assert isinstance(number, int)
        assert store.conversations.summary(number).title in {title, title or f"chat {len(last_title) - 1}"}
    assert not store.database.rows("SELECT 1 FROM messages WHERE state = 'streaming'")


# -- cut off --


@contextmanager
def quick_place() -> Iterator[Path]:
    """A folder in memory where there is one: what is cut here is cut by the test, and not by a power failure."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as place:
        yield Path(place)


def record_session(place: Path) -> tuple[Path, list[tuple[int, Content]]]:
    """A store with a -wal of a few commits, as a kill leaves it; the size of the -wal and the content at each commit.

    Its pages are small, so that there are not too many bytes to cut at.
    """
    folder = place / "chats"
    folder.mkdir()
    small = open_database(folder / FILE_NAME, journal=JournalMode.DELETE)
    small.connection.execute("PRAGMA page_size = 512")
    small.connection.execute("VACUUM")
    small.close()
    commits: list[tuple[int, Content]] = []

    def commit(store: ChatStore) -> None:
        wal = wal_of(folder)
        commits.append((wal.stat().st_size if wal.exists() else 0, as_shown_later(everything(store))))

    with open_store(folder, JournalMode.WAL) as store:
        conversation = store.conversations.create()
    with open_store(folder, JournalMode.WAL) as store:
        commit(store)
        asked = store.messages.add(conversation.id, None, question("first"))
        commit(store)
        running = store.messages.add(conversation.id, asked.id, answer("", MessageState.STREAMING))
        commit(store)
        store.messages.save(running.id, answer("It " * 30).parts)
        commit(store)
        store.messages.save(running.id, answer("It " * 60).parts, MessageState.COMPLETE)
        commit(store)
        store.conversations.set_title(conversation.id, "A title", TitleSource.MODEL)
        commit(store)
        killed = as_killed(folder, place / "killed")
    assert commits[0][0] < commits[1][0] < commits[-1][0] == wal_of(killed).stat().st_size
    return killed, commits


def as_shown_later(content: Content) -> Content:
    """After a start nothing is streaming."""
    return [
        (title, [(role, "interrupted" if state == "streaming" else state, text) for role, state, text in messages])
        for title, messages in content
    ]


def assert_prefix_at(cuts: list[int], killed: Path, commits: list[tuple[int, Content]], place: Path) -> None:
    """With the -wal cut at any of these bytes, the store is what it was after the last commit before that byte."""
    wal = wal_of(killed).read_bytes()
    folder = place / "cut"
    folder.mkdir()
    for cut in cuts:
        for left in folder.iterdir():
            left.unlink()
        shutil.copyfile(killed / FILE_NAME, folder / FILE_NAME)
        wal_of(folder).write_bytes(wal[:cut])
        with open_store(folder, JournalMode.WAL) as store:
            assert store.notices == (), cut
            assert verdict(store) == "ok", cut
            expected = [content for size, content in commits if size <= cut][-1]
            assert everything(store) == expected, cut


def test_a_wal_cut_off_anywhere_holds_a_prefix_of_the_commits() -> None:
    """At the borders of every commit and, in between, at each hundredth byte or so."""
    with quick_place() as place:
        killed, commits = record_session(place)
        borders = [size + off for size, _ in commits for off in (-1, 0, 1, 24, 536)]
        end = commits[-1][0]
        assert_prefix_at(
            sorted({0, 1, 31, 32, 33} | {cut for cut in [*borders, *range(0, end, 499)] if 0 <= cut <= end}),
            killed,
            commits,
            place,
        )


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_wal_cut_off_at_every_byte_holds_a_prefix_of_the_commits() -> None:
    with quick_place() as place:
        killed, commits = record_session(place)
        assert_prefix_at(list(range(commits[-1][0] + 1)), killed, commits, place)
