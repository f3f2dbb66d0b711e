"""Damaged stores: what can be read is saved, the damaged file is kept as it is, and a person chooses with numbers."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.core.chats import MessageState, NewMessage, Part, PartKind
from app.core.errors import StoreError
from app.core.message_tree import MessageTree
from app.core.store_reports import FindingKind, RecoveryChoice, RescueReport
from app.store.check import check_folder
from app.store.database import Access, open_database
from app.store.rescue import recover, recover_or_explain, salvage_store
from app.store.store import FILE_NAME, open_store, read_store
from engine.types import Role
from tests.app.store.damage import (
    PAGE_BYTES,
    digests,
    flip,
    interiors,
    leaves,
    noise,
    page_count,
    pages_of_rows,
    truncate,
    zero,
)
from tests.app.store.samples import contents, copy_store, write_sample

Rows = dict[str, dict[Any, dict[str, Any]]]

# What may change where something a row refers to was lost.
_MENDED = {"messages": {"parent_id"}, "conversations": {"folder_id"}}


@pytest.fixture(scope="module")
def places(sample: Path) -> dict[tuple[str, object], frozenset[int]]:
    return pages_of_rows(sample)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with 400 messages. Not to be changed."""
    return write_sample(tmp_path_factory.mktemp("small"), messages=400)


@pytest.fixture(scope="module")
def written(sample: Path) -> Rows:
    return contents(sample)


def _readable(places: dict[tuple[str, object], frozenset[int]], bad: set[int]) -> set[tuple[str, object]]:
    return {row for row, pages in places.items() if not pages & bad}


def _same(table: str, row: dict[str, Any], other: dict[str, Any] | None) -> bool:
    ignored = _MENDED.get(table, set())
    return other is not None and all(row[name] == other[name] for name in row if name not in ignored)


def _share_recovered(readable: set[tuple[str, object]], written: Rows, salvaged: Rows) -> float:
    """Of the rows that lie on good pages, how many are in the new store just as they were."""
    good = sum(_same(table, written[table][key], salvaged[table].get(key)) for table, key in readable)
    return good / len(readable)


def _check_rescue(
    sample: Path,
    tmp_path: Path,
    damage: Callable[[Path], set[int]],
    written: Rows,
    places: dict[tuple[str, object], frozenset[int]],
) -> tuple[RescueReport, Rows]:
    """Damage a copy, rescue it, and see that the readable rows are there and the damaged file is as it was."""
    folder = tmp_path / "chats"
    path = copy_store(sample, folder)
    bad = damage(path)
    before = digests(folder)
    offer = recover_or_explain(folder)
    assert digests(folder) == before
    salvaged = contents(offer.salvaged)
    readable = _readable(places, bad)
    assert len(readable) > 1000
    assert _share_recovered(readable, written, salvaged) >= 0.99
    report = recover(offer, RecoveryChoice.SALVAGED)
    assert report.set_aside is not None
    assert report.set_aside.name.startswith("damaged-")
    assert digests(report.set_aside) == before
    assert (report.conversations, report.messages) == (offer.rescue.conversations, offer.rescue.messages)
    open_store(folder).close()
    found = check_folder(folder)
    assert {each.kind for each in found.findings} <= {FindingKind.CHECKSUM}
    assert found.of(FindingKind.CHECKSUM) == () or bad
    return offer.rescue, salvaged


def _random_pages(path: Path, dice: random.Random, share: float) -> set[int]:
    count = page_count(path)
    return set(dice.sample(range(2, count + 1), max(1, int(count * share))))


def _damage(kind: str, seed: int, path: Path) -> set[int]:
    dice = random.Random(seed)
    match kind:
        case "zeroed":
            bad = _random_pages(path, dice, dice.choice((0.002, 0.02, 0.1)))
            zero(path, bad)
        case "noised":
            bad = _random_pages(path, dice, dice.choice((0.002, 0.02, 0.1)))
            noise(path, bad, seed)
        case "truncated":
            left = int(path.stat().st_size * dice.uniform(0.5, 0.99))
            bad = set(range(left // PAGE_BYTES + 1, page_count(path) + 1))
            truncate(path, left)
        case _:
            bad = {1, *_random_pages(path, dice, 0.05)}
            noise(path, bad, seed)
    return bad


@pytest.mark.parametrize(("kind", "seed"), [("zeroed", 1), ("noised", 2), ("truncated", 3), ("first page too", 4)])
def test_rows_on_good_pages_are_saved(
    kind: str, seed: int, sample: Path, tmp_path: Path, written: Rows, places: dict[tuple[str, object], frozenset[int]]
) -> None:
    _check_rescue(sample, tmp_path, partial(_damage, kind, seed), written, places)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
@pytest.mark.parametrize("kind", ["zeroed", "noised", "truncated", "first page too"])
def test_rows_on_good_pages_are_saved_wherever_the_damage_is(
    kind: str, seed: int, sample: Path, tmp_path: Path, written: Rows, places: dict[tuple[str, object], frozenset[int]]
) -> None:
    _check_rescue(sample, tmp_path, partial(_damage, kind, seed), written, places)


@pytest.mark.parametrize("head", [b"\0" * 16, b"\0" * 100, b"<!DOCTYPE html>" * 10, b"\xff" * 2000])
def test_a_destroyed_header_costs_nothing(head: bytes, small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    path = copy_store(small, folder)
    with path.open("rb+") as file:
        file.write(head)
    with pytest.raises(StoreError):
        open_store(folder)
    offer = recover_or_explain(folder)
    assert contents(offer.salvaged) == contents(small)


def test_where_quick_check_itself_raises_there_is_a_finding_and_a_rescue(sample: Path, tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    truncate(copy_store(sample, folder), 3 * PAGE_BYTES)
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("PRAGMA quick_check").fetchall()
    assert not check_folder(folder, quick=True).sound
    offer = recover_or_explain(folder)
    assert offer.choices[-1] is RecoveryChoice.EMPTY
    assert offer.backup is None
    assert "There is no backup." in offer.words()


def test_lost_pointers_cost_nothing(sample: Path, tmp_path: Path, written: Rows) -> None:
    path = copy_store(sample, tmp_path / "chats")
    zero(path, [interiors(sample, table)[0] for table in ("conversations", "messages", "parts")])
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    assert contents(target) == written
    assert report.unreadable_pages == 3


def test_texts_whose_messages_are_lost_stay_in_their_conversations(sample: Path, tmp_path: Path, written: Rows) -> None:
    path = copy_store(sample, tmp_path / "chats")
    bad = leaves(sample, "messages")
    zero(path, bad[3:6])
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    salvaged = contents(target)
    assert report.rebuilt > 50
    assert report.lost_messages == 0
    assert report.renamed == 0
    assert salvaged["parts"] == written["parts"]
    for key, row in written["messages"].items():
        same = {name: row[name] for name in ("id", "uid", "conversation_id", "parent_id")}
        assert {name: salvaged["messages"][key][name] for name in same} == same
    right = sum(row["role"] == written["messages"][key]["role"] for key, row in salvaged["messages"].items())
    assert right > 0.98 * len(written["messages"])


def test_messages_whose_conversation_is_lost_appear_as_recovered(sample: Path, tmp_path: Path, written: Rows) -> None:
    path = copy_store(sample, tmp_path / "chats")
    zero(path, leaves(sample, "conversations")[2:4])
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    salvaged = contents(target)
    assert salvaged["parts"] == written["parts"]
    assert salvaged["messages"] == written["messages"]
    lost = {key for key, row in salvaged["conversations"].items() if row["title"].startswith("Recovered")}
    assert len(lost) == report.renamed > 10
    # The indexes still know more than that there was one.
    for key in lost:
        for name in ("uid", "activity", "folder_id"):
            assert salvaged["conversations"][key][name] == written["conversations"][key][name]
    assert f"{report.renamed} titles could not be found again" in " ".join(report.words())


def test_lost_texts_leave_a_mark_where_they_were(tmp_path: Path) -> None:
    path, target = tmp_path / "chats" / FILE_NAME, tmp_path / "new.sqlite3"
    write_sample(path.parent, messages=300)
    written = contents(path)
    zero(path, leaves(path, "parts")[1:3])
    report = salvage_store(path, target)
    lost = next(table.lost for table in report.tables if table.name == "parts")
    assert lost > 5
    shutil.copyfile(target, path)
    (path.parent / f"{FILE_NAME}-wal").unlink(missing_ok=True)
    with open_store(path.parent) as store:
        damaged = [
            message
            for conversation in written["conversations"]
            for message in store.messages.tree(conversation)
            if message.damaged
        ]
    assert len(damaged) == len({row["message_id"] for row in _missing_parts(written, target)})
    assert all(message.text() == "" for message in damaged)


def _missing_parts(written: Rows, target: Path) -> list[dict[str, Any]]:
    salvaged = contents(target)["parts"]
    return [row for key, row in written["parts"].items() if not _same("parts", row, salvaged.get(key))]


def test_a_conversation_goes_on_behind_a_lost_message(tmp_path: Path) -> None:
    """Neither the message nor an index that could tell where it stood is left: its answer follows what is there."""
    folder = tmp_path / "chats"
    with open_store(folder) as store:
        conversation = store.conversations.create()
        parent: int | None = None
        for number in range(200):
            role = Role.USER if number % 2 == 0 else Role.ASSISTANT
            part = Part(PartKind.TEXT, f"message {number} " * 5)
            parent = store.messages.add(conversation.id, parent, NewMessage(role, (part,))).id
    path = folder / FILE_NAME
    zero(path, [1, leaves(path, "messages")[1], *leaves(path, "parts")[2:5]])
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    shutil.move(target, path)
    with open_store(folder) as store:
        tree: MessageTree = store.messages.tree(conversation.id)
        path_shown = [message.id for message in tree.path()]
        assert path_shown == [message.id for message in tree]
        assert len(path_shown) == report.messages > 100
        assert path_shown[-1] == parent


def test_a_store_of_the_first_schema_is_saved_into_the_present_one(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    path = write_sample(folder, messages=200, version=1)
    written = contents(path)
    with path.open("rb+") as file:
        file.write(bytes(100))
    offer = recover_or_explain(folder)
    recover(offer, RecoveryChoice.SALVAGED)
    salvaged = contents(path)
    assert salvaged == written
    with open_store(folder) as store:
        assert store.search.is_right()
        assert store.search.find("decoder")


def test_what_was_only_in_the_wal_is_saved(tmp_path: Path) -> None:
    folder, killed = tmp_path / "live", tmp_path / "killed"
    killed.mkdir()
    with open_store(folder) as store:
        conversation = store.conversations.create()
        store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(30):
            new = NewMessage(Role.USER, (Part(PartKind.TEXT, f"asked {number} " * 20),))
            store.messages.add(conversation.id, None, new)
        for each in folder.glob(f"{FILE_NAME}*"):
            shutil.copyfile(each, killed / each.name)
    path = killed / FILE_NAME
    with path.open("rb+") as file:
        file.write(b"\xff" * PAGE_BYTES)
    offer = recover_or_explain(killed)
    assert offer.rescue.messages == 30
    report = recover(offer, RecoveryChoice.SALVAGED)
    assert report.set_aside is not None
    assert {each.name for each in report.set_aside.iterdir()} >= {FILE_NAME, f"{FILE_NAME}-wal"}
    with read_store(killed) as store:
        assert len(store.messages.tree(conversation.id)) == 30


def test_behind_a_damaged_place_of_the_wal_what_is_missing_elsewhere_is_saved(tmp_path: Path) -> None:
    folder, killed = tmp_path / "live", tmp_path / "killed"
    killed.mkdir()
    with open_store(folder) as store:
        conversation = store.conversations.create()
        store.database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(20):
            new = NewMessage(Role.USER, (Part(PartKind.TEXT, f"asked {number} " * 30),))
            store.messages.add(conversation.id, None, new)
        for each in folder.glob(f"{FILE_NAME}*"):
            shutil.copyfile(each, killed / each.name)
    wal = killed / f"{FILE_NAME}-wal"
    flip(wal, wal.stat().st_size * 2 // 3, 2)
    as_sqlite_sees_it = tmp_path / "copy"
    shutil.copytree(killed, as_sqlite_sees_it)
    with closing(sqlite3.connect(as_sqlite_sees_it / FILE_NAME)) as connection:
        (seen,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    offer = recover_or_explain(killed)
    assert 0 < seen < offer.rescue.messages <= 20
    texts = {row["text"] for row in contents(offer.salvaged)["parts"].values()}
    assert texts <= {f"asked {number} " * 30 for number in range(20)}


def test_the_wal_of_another_store_is_left_out(small: Path, tmp_path: Path) -> None:
    other, folder = tmp_path / "other", tmp_path / "chats"
    write_sample(other, messages=300, seed=9)
    path = copy_store(small, folder)
    database = open_database(other / FILE_NAME)
    with database.transaction() as connection:
        connection.execute("UPDATE messages SET removed = 1 - removed")
    shutil.copyfile(other / f"{FILE_NAME}-wal", folder / f"{FILE_NAME}-wal")
    database.close()
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    assert report.wal_left_out
    assert "another store" in " ".join(report.words())
    assert contents(target) == contents(small)


def test_flipped_bits_cost_the_rows_they_are_in(small: Path, tmp_path: Path) -> None:
    dice = random.Random(5)
    target = tmp_path / "new.sqlite3"
    written, size = contents(small), small.stat().st_size
    for _ in range(8):
        path = copy_store(small, tmp_path / "chats")
        for _ in range(2):
            flip(path, dice.randrange(100, size), dice.randrange(8))
        target.unlink(missing_ok=True)
        salvage_store(path, target)
        salvaged = contents(target)
        changed = sum(
            not _same(table, row, salvaged[table].get(key))
            for table, rows in written.items()
            for key, row in rows.items()
        )
        # A bit of a page's kind or of its number of cells costs more than a row; none costs more than a page.
        assert changed <= 2 * 70


def test_a_text_that_runs_into_a_damaged_page_keeps_its_beginning(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    text = "the beginning " + "word " * 20_000
    with open_store(folder) as store:
        conversation = store.conversations.create()
        store.messages.add(conversation.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, text),)))
    path = folder / FILE_NAME
    long_row = max(pages_of_rows(path).values(), key=len)
    zero(path, [max(long_row)])
    offer = recover_or_explain(folder)
    assert offer.rescue.suspect == 1
    recover(offer, RecoveryChoice.SALVAGED)
    with read_store(folder) as store:
        (message,) = store.messages.tree(conversation.id)
        assert message.damaged
        assert message.text().startswith("the beginning word word")
    found = check_folder(folder)
    assert [each.message_id for each in found.of(FindingKind.CHECKSUM)] == [message.id]


def test_values_that_cannot_be_are_replaced_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    write_sample(folder, messages=60)
    path = folder / FILE_NAME
    database = open_database(path)
    connection = database.connection
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA foreign_keys = OFF")
    message, other, third = (row["id"] for row in database.rows("SELECT id FROM messages LIMIT 3"))
    connection.execute("UPDATE messages SET role = 'usfr', state = 'xx', created_at_ms = -5 WHERE id = ?", (message,))
    connection.execute("UPDATE messages SET facts = '{broken', conversation_id = 1 << 60 WHERE id = ?", (other,))
    connection.execute("UPDATE parts SET message_id = -7 WHERE message_id = ?", (third,))
    connection.execute("UPDATE conversations SET settings = 'x', activity = (1 << 62) WHERE id = 1")
    connection.execute("UPDATE sqlite_sequence SET seq = (1 << 63) - 1 + 0 WHERE name = 'parts'")
    database.close()
    written = contents(path)
    target = tmp_path / "new.sqlite3"
    report = salvage_store(path, target)
    salvaged = contents(target)
    row = salvaged["messages"][message]
    assert (row["role"], row["state"], row["created_at_ms"]) == ("user", MessageState.INTERRUPTED, 0)
    assert next(table.damaged for table in report.tables if table.name == "messages") >= 2
    # Nothing that anybody wrote is missing, even if nobody knows any more where it belongs.
    assert sorted(row["text"] for row in salvaged["parts"].values() if row["text"]) == sorted(
        row["text"] for row in written["parts"].values()
    )
    shutil.move(target, path)
    with open_store(folder) as store:
        again = store.conversations.create()
        added = store.messages.add(again.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "goes on"),)))
        assert store.messages.message(added.id).text() == "goes on"


def test_rows_that_two_places_claim_are_both_kept(tmp_path: Path) -> None:
    """A page that was written to a second place is there once; a row that differs from the one with its id is kept."""
    folder = tmp_path / "chats"
    write_sample(folder, messages=60)
    path, target = folder / FILE_NAME, tmp_path / "new.sqlite3"
    database = open_database(path, Access.IMMUTABLE)
    first, second = database.rows("SELECT id, text FROM parts ORDER BY id LIMIT 2")
    database.close()
    first_page = leaves(path, "parts")[0]
    page = path.read_bytes()[(first_page - 1) * PAGE_BYTES : first_page * PAGE_BYTES]
    with path.open("ab") as file:
        file.write(page)
    changed = bytearray(page)
    where = changed.rfind(first["text"].encode()[:20])
    changed[where : where + 5] = b"OTHER"
    with path.open("ab") as file:
        file.write(changed)
    salvage_store(path, target)
    texts = [row["text"] for row in contents(target)["parts"].values()]
    assert texts.count(second["text"]) == 1
    assert first["text"] in texts
    assert any(text.startswith("OTHER") for text in texts)
