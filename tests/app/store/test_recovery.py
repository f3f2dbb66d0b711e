"""A damaged store: the offer has numbers for every way out, what is chosen is done, and nothing damaged is lost."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.chats import NewMessage, Part, PartKind
from app.core.errors import StoreError, StoreFull
from app.core.store_reports import RecoveryChoice
from app.store import disk
from app.store.backup import make_backup
from app.store.lock import store_lock
from app.store.purge import purge_conversations
from app.store.rescue import decline, recover, recover_or_explain, salvage_store
from app.store.store import FILE_NAME, open_store
from app.store.work import Work
from engine.errors import Cancelled
from engine.types import Role
from tests.app.store.damage import digest, digests, flip, leaves, zero
from tests.app.store.samples import contents, write_sample


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A folder with a backup, a message written after it, and damage in the middle of the file."""
    folder = tmp_path / "chats"
    write_sample(folder, messages=400)
    with open_store(folder) as store:
        make_backup(store.database, folder)
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "after the backup"),)))
    zero(folder / FILE_NAME, leaves(folder / FILE_NAME, "parts")[2:4])
    return folder


def test_the_offer_has_numbers_for_both_ways(damaged: Path) -> None:
    offer = recover_or_explain(damaged)
    assert offer.backup is not None
    assert offer.rescue.messages == (offer.backup.messages or 0) + 1
    assert offer.choices == (RecoveryChoice.SALVAGED, RecoveryChoice.BACKUP, RecoveryChoice.EMPTY)
    words = " ".join(offer.words())
    assert f"{offer.rescue.messages:,} messages could be read" in words
    assert f"{offer.backup.messages:,} messages" in words
    assert "is kept as it is" in words


@pytest.mark.parametrize("choice", list(RecoveryChoice))
def test_what_is_chosen_is_done_and_the_damaged_file_kept(damaged: Path, choice: RecoveryChoice) -> None:
    before = digests(damaged)
    with store_lock(damaged):
        offer = recover_or_explain(damaged)
        report = recover(offer, choice)
    expected = {
        RecoveryChoice.SALVAGED: offer.rescue.messages,
        RecoveryChoice.BACKUP: offer.backup.messages if offer.backup else None,
        RecoveryChoice.EMPTY: 0,
    }[choice]
    assert report.messages == expected
    assert report.set_aside is not None
    assert digests(report.set_aside) == before
    assert str(report.set_aside) in " ".join(report.words())
    with open_store(damaged) as store:
        assert store.database.rows("SELECT count(*) FROM messages")[0][0] == expected
    assert sorted(each.name for each in damaged.iterdir() if each.is_dir()) == ["backups", report.set_aside.name]


@pytest.mark.parametrize("table", ["conversations", "messages", "parts"])
def test_what_is_lost_and_stands_in_the_backup_is_taken_from_there(tmp_path: Path, table: str) -> None:
    folder = tmp_path / "chats"
    path = write_sample(folder, messages=600)
    with open_store(folder) as store:
        make_backup(store.database, folder)
        gone = store.database.rows("SELECT id FROM conversations LIMIT 1")[0]["id"]
        purge_conversations(store.database, [gone])
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "after the backup"),)))
    written = contents(path)
    zero(path, leaves(path, table)[:2])
    offer = recover_or_explain(folder)
    assert offer.rescue.recalled > 10
    assert f"{offer.rescue.recalled} pieces lost or damaged here came from the newest backup" in " ".join(offer.words())
    assert (offer.rescue.lost_messages, offer.rescue.lost_texts, offer.rescue.renamed, offer.rescue.rebuilt) == (0,) * 4
    # All of it as it was; and what somebody deleted after the backup does not come back.
    assert contents(offer.salvaged) == written


def test_a_damaged_text_is_put_right_from_the_backup(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    path = write_sample(folder, messages=100)
    with open_store(folder) as store:
        make_backup(store.database, folder)
    written = contents(path)
    text = next(row["text"] for row in written["parts"].values() if len(row["text"]) > 100)
    flip(path, path.read_bytes().index(text.encode()[:50]) + 7, 4)
    assert contents(path) != written
    offer = recover_or_explain(folder)
    assert (offer.rescue.recalled, offer.rescue.suspect) == (1, 0)
    assert contents(offer.salvaged) == written


def test_texts_that_are_lost_for_good_make_the_backup_the_better_choice(damaged: Path) -> None:
    """As long as the backup can be read; what it lacks is less than what is lost."""
    offer = recover_or_explain(damaged)
    without = replace(offer, rescue=salvage_store(damaged / FILE_NAME, damaged / "without.sqlite3"))
    assert without.rescue.lost_texts > 1
    assert without.choices[0] is RecoveryChoice.BACKUP
    assert offer.choices[0] is RecoveryChoice.SALVAGED


def test_a_damaged_backup_is_not_offered(damaged: Path) -> None:
    (backup,) = (damaged / "backups").iterdir()
    zero(backup, leaves(backup, "messages")[:2])
    offer = recover_or_explain(damaged)
    assert offer.backup is None
    with pytest.raises(ValueError, match="not offered"):
        recover(offer, RecoveryChoice.BACKUP)


def test_an_offer_that_is_declined_leaves_no_trace(damaged: Path) -> None:
    before = sorted(each.name for each in damaged.rglob("*"))
    offer = recover_or_explain(damaged)
    assert offer.salvaged.is_file()
    decline(offer)
    assert sorted(each.name for each in damaged.rglob("*")) == before


def test_where_nothing_can_tell_what_is_missing_that_is_said(damaged: Path) -> None:
    zero(damaged / FILE_NAME, [1])
    assert "Whether anything is missing cannot be told." in recover_or_explain(damaged).words()


def test_a_file_of_which_nothing_is_left_can_be_given_up(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(random.Random(1).randbytes(300_000))
    offer = recover_or_explain(folder)
    assert offer.choices == (RecoveryChoice.EMPTY,)
    assert "Nothing could be read" in offer.words()[0]
    report = recover(offer, RecoveryChoice.EMPTY)
    assert report.set_aside is not None
    assert (report.set_aside / FILE_NAME).stat().st_size == 300_000
    open_store(folder).close()


def test_a_stopped_rescue_leaves_everything_as_it_was(damaged: Path) -> None:
    before = digests(damaged)
    names = sorted(each.name for each in damaged.iterdir())
    steps = 0

    def stop() -> bool:
        nonlocal steps
        steps += 1
        return steps > 40

    with pytest.raises(Cancelled):
        recover_or_explain(damaged, Work(cancelled=stop))
    assert digests(damaged) == before
    assert sorted(each.name for each in damaged.iterdir()) == names


def test_without_room_nothing_is_begun(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda folder: 1 << 20)
    before = digest(damaged / FILE_NAME)
    with pytest.raises(StoreFull, match="1 MB are free"):
        recover_or_explain(damaged)
    assert digest(damaged / FILE_NAME) == before


def test_a_missing_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "chats").mkdir()
    with pytest.raises(StoreError, match="could not be read"):
        recover_or_explain(tmp_path / "chats")
