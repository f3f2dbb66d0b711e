"""The check finds what is not as it was written, says where, and changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.core.chats import NewConversation, NewMessage, Part, PartKind
from app.core.errors import StoreError, StoreForeign, StoreTooNew
from app.core.store_reports import CheckReport, FindingKind, StoreProgress
from app.store.check import check, check_folder
from app.store.database import open_database
from app.store.store import FILE_NAME, open_store, temporary_store
from app.store.structure import parted
from app.store.work import Work
from engine.errors import Cancelled
from engine.types import Role
from tests.app.store.damage import PAGE_BYTES, digests, flip, leaves, truncate, zero
from tests.app.store.samples import contents, copy_store, write_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_sample(tmp_path / "chats", messages=300)
    return tmp_path / "chats"


def _change(folder: Path, *statements: str) -> None:
    """As another program, or a bug, would."""
    database = open_database(folder / FILE_NAME)
    connection = database.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        connection.execute(statement)
    database.close()


def _kinds(report: CheckReport) -> set[FindingKind]:
    return {each.kind for each in report.findings}


def test_a_sound_store_is_sound(folder: Path) -> None:
    before = digests(folder)
    written = contents(folder / FILE_NAME)
    report = check_folder(folder)
    assert report.sound
    assert (report.conversations, report.messages) == (len(written["conversations"]), len(written["messages"]))
    assert report.parts == len(written["parts"])
    assert report.words()[0].endswith("everything is as it was written.")
    assert check_folder(folder, quick=True).sound
    assert digests(folder)[FILE_NAME] == before[FILE_NAME]


def test_an_open_store_can_be_checked_too(folder: Path) -> None:
    with open_store(folder) as store:
        assert check(store.database).sound
        assert check_folder(folder).sound  # beside the writing connection
    with temporary_store() as store:
        assert check(store.database).sound


def test_a_single_changed_bit_in_any_text_is_found(folder: Path) -> None:
    """Of changes inside a text SQLite itself notices next to none."""
    path = folder / FILE_NAME
    whole = path.read_bytes()
    texts = [row["text"].encode() for row in contents(path)["parts"].values() if len(row["text"]) > 100]
    dice = random.Random(3)
    found_by_sqlite = 0
    for text in dice.sample(texts, 25):
        piece = text[:60]
        offset = whole.index(piece) + dice.randrange(len(piece))
        path.write_bytes(whole)
        flip(path, offset, dice.randrange(8))
        report = check_folder(folder)
        assert report.of(FindingKind.CHECKSUM)
        found_by_sqlite += not check_folder(folder, quick=True).sound
    assert found_by_sqlite == 0


def test_a_finding_says_which_message_of_which_conversation(folder: Path) -> None:
    row = next(iter(contents(folder / FILE_NAME)["messages"].values()))
    _change(folder, f"UPDATE parts SET checksum = zeroblob(8) WHERE message_id = {row['id']}")
    report = check_folder(folder)
    (finding,) = report.findings
    assert (finding.message_id, finding.conversation_id) == (row["id"], row["conversation_id"])
    title = contents(folder / FILE_NAME)["conversations"][row["conversation_id"]]["title"]
    place = f"message {row['id']} in conversation {row['conversation_id']} (“{title}”)"
    assert finding.message == f"The text of {place} is not what was written."
    assert report.words()[1] == finding.message


def test_a_text_that_is_no_utf8_any_more_is_found(folder: Path) -> None:
    _change(folder, "UPDATE parts SET text = CAST(x'ff' || CAST(text AS BLOB) AS TEXT) WHERE id = 1")
    assert _kinds(check_folder(folder)) >= {FindingKind.CHECKSUM}


@pytest.mark.parametrize("table", ["conversations", "messages", "parts", "tags"])
def test_damaged_pages_are_found(folder: Path, table: str) -> None:
    zero(folder / FILE_NAME, leaves(folder / FILE_NAME, table)[-1:])
    assert FindingKind.FILE in _kinds(check_folder(folder))
    report = check_folder(folder, quick=True)
    assert not report.sound
    assert "Restore a backup" in report.words()[-1]


@pytest.mark.parametrize("left", [0.5, 0.9, 0.99])
def test_a_cut_file_is_a_finding_though_sqlite_refuses_every_question(folder: Path, left: float) -> None:
    path = folder / FILE_NAME
    truncate(path, int(path.stat().st_size * left))
    report = check_folder(folder)
    assert _kinds(report) == {FindingKind.FILE}
    assert not check_folder(folder, quick=True).sound


def test_a_file_that_is_no_database_is_a_finding(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b"<!DOCTYPE html>" * 1000)
    report = check_folder(folder)
    assert _kinds(report) == {FindingKind.FILE}
    assert report.messages is None
    assert "no database" in report.words()[1]


def test_rows_that_point_nowhere_are_found(folder: Path) -> None:
    _change(folder, "DELETE FROM conversations WHERE id = 1")
    report = check_folder(folder)
    assert FindingKind.LINK in _kinds(report)
    assert "belongs to a row of conversations that is not there" in " ".join(report.words())


def test_values_that_may_not_be_are_found(folder: Path) -> None:
    written = contents(folder / FILE_NAME)
    message, conversation = (next(iter(written[table])) for table in ("messages", "conversations"))
    _change(
        folder,
        f"UPDATE messages SET state = 'xx' WHERE id = {message}",
        f"UPDATE conversations SET pinned = 7 WHERE id = {conversation}",
    )
    report = check_folder(folder)
    assert _kinds(report) == {FindingKind.VALUE}
    assert [each.message for each in report.findings] == [
        f"Row {conversation} of conversations has a pinned that there is not.",
        f"Row {message} of messages has a state that there is not.",
    ]
    assert [each.message_id for each in report.findings] == [None, message]
    with open_store(folder) as store:
        assert _kinds(check(store.database)) == {FindingKind.VALUE}


def test_circles_and_strangers_among_the_parents_are_found(folder: Path) -> None:
    with open_store(folder) as store:
        one, other = (store.conversations.create(NewConversation(title=title)).id for title in ("one", "other"))
        new = NewMessage(Role.USER, (Part(PartKind.TEXT, "hello"),))
        first, second = (store.messages.add(one, None, new).id for _ in range(2))
        stranger = store.messages.add(other, None, new).id
    _change(
        folder,
        f"UPDATE messages SET parent_id = {second} WHERE id = {first}",
        f"UPDATE messages SET parent_id = {first} WHERE id = {stranger}",
    )
    report = check_folder(folder)
    assert _kinds(report) == {FindingKind.TREE}
    assert {each.message_id for each in report.findings} == {first, stranger}
    words = " ".join(report.words())
    assert f"message {first} in conversation {one} (“one”) follows one that was written after it" in words
    assert f"message {stranger} in conversation {other} (“other”) follows a message of another conversation" in words


def test_a_search_index_that_says_something_else_is_found(folder: Path) -> None:
    _change(folder, "DELETE FROM search_data WHERE id > 10")
    report = check_folder(folder)
    assert _kinds(report) == {FindingKind.SEARCH}
    assert "made anew" in report.words()[-1]
    with open_store(folder) as store:
        assert _kinds(check(store.database)) == {FindingKind.SEARCH}
        store.search.rebuild()
        assert check(store.database).sound


def test_what_newer_versions_of_sqlite_say_about_an_index_is_not_about_the_file() -> None:
    about_index = "malformed inverted index for FTS5 table main.search"
    found = parted(["ok", about_index, "Tree 4 page 9: btreeInitPage() returns error code 11"])
    assert found.index == (about_index,)
    assert len(found.file) == 1
    assert parted(["ok"]) == parted(["CHECK constraint failed in messages"])


def test_many_findings_are_counted_and_the_first_shown(folder: Path) -> None:
    _change(folder, "UPDATE parts SET checksum = zeroblob(8)")
    report = check_folder(folder)
    assert report.count == report.parts
    assert len(report.findings) == 20
    assert report.words()[-1] == f"… and {report.count - 20} more."


def test_progress_is_told_and_a_stop_is_obeyed(sample: Path, tmp_path: Path) -> None:
    copy_store(sample, tmp_path)
    told: list[StoreProgress] = []
    assert check_folder(tmp_path, Work(report=told.append)).sound
    reading = [each for each in told if each.total]
    assert reading[-1].done == reading[-1].total
    assert len(reading) > 3
    for after in (1, 3, len(told)):
        with pytest.raises(Cancelled):
            check_folder(tmp_path, _stopping_after(after))


def _stopping_after(steps: int) -> Work:
    told: list[StoreProgress] = []
    return Work(report=told.append, cancelled=lambda: len(told) >= steps)


def test_a_read_only_folder_is_checked(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert check_folder(folder).sound
    finally:
        folder.chmod(0o700)


def test_what_is_not_for_it_to_judge_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no conversation store"):
        check_folder(tmp_path / "nowhere")
    _change(folder, "PRAGMA user_version = 999")
    with pytest.raises(StoreTooNew):
        check_folder(folder)
    _change(folder, "PRAGMA user_version = 1", "PRAGMA application_id = 7")
    with pytest.raises(StoreForeign):
        check_folder(folder)


def test_a_store_of_the_first_schema_can_be_checked(tmp_path: Path) -> None:
    path = write_sample(tmp_path, messages=100, version=1)
    assert check_folder(tmp_path).sound
    zero(path, leaves(path, "messages")[:1])
    assert not check_folder(tmp_path).sound
    assert path.stat().st_size % PAGE_BYTES == 0
