"""Imports as a whole: what is skipped, what a broken conversation costs, where things land, and how it ends early."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.chats import NewConversation, NewMessage, Part, PartKind
from app.core.errors import StoreFull
from app.core.portable import PortableConversation, PortableMessage, Written
from app.library.chat_import import formats, importing, limits
from app.library.chat_import.importing import import_chats
from app.library.chat_import.report import ImportProgress
from app.store.store import ChatStore, temporary_store
from engine.cancel import CancelToken
from engine.types import Role

DAY_MS = 86_400_000


@pytest.fixture
def store() -> Iterator[ChatStore]:
    with temporary_store() as made:
        yield made


def claude(number: int, day: int = 0, **changes: Any) -> dict[str, Any]:
    """A conversation as Claude exports it."""
    message = {
        "uuid": f"m{number}",
        "sender": "human",
        "text": f"question {number}",
        "created_at": f"2025-01-{day + 1:02}",
    }
    chat = {"uuid": f"c{number}", "name": f"Chat {number}", "updated_at": f"2025-01-{day + 1:02}T12:00:00Z"}
    return {**chat, "chat_messages": [message], **changes}


def write(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def titles(store: ChatStore) -> list[str]:
    """As the sidebar shows them, the most recently active first."""
    return [each.title for each in store.conversations.page()]


def test_one_broken_conversation_costs_no_other(store: ChatStore, tmp_path: Path) -> None:
    chats = [claude(1), {"mapping": "no tree"}, claude(2), None, claude(3, chat_messages="nothing")]
    text = (
        json.dumps(chats)[:-1]
        + ', {"uuid": "c4", "name": "Broken" "chat_messages": []}, '
        + json.dumps(claude(5))
        + "]"
    )
    report = import_chats([write(tmp_path / "x.json", text)], store.transfer)
    assert (report.imported, report.failed, report.unreadable) == (3, 1, 0)
    assert sorted(titles(store)) == ["Chat 1", "Chat 2", "Chat 5"]
    assert [each.text for each in report.problems] == [
        "It is damaged: no valid JSON.",
        "3 entries are no conversations in a form that Ponder knows.",
    ]
    assert report.problems[0].conversation == "conversation 6"
    assert not report.complete


def test_a_file_that_is_cut_short_gives_what_is_whole(store: ChatStore, tmp_path: Path) -> None:
    text = json.dumps([claude(1), claude(2)])
    report = import_chats([write(tmp_path / "x.json", text[:-40])], store.transfer)
    assert (report.imported, report.failed, report.unreadable) == (1, 0, 1)
    assert report.problems[0].text == "The file ends in the middle."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("hello", "no JSON file"),
        ("", "no conversation in a form"),
        ("[]", "no conversation in a form"),
        ('{"a": 1}', "no conversation in a form"),
        ('[{"id": 1, "title": "x"}]', "no conversation in a form"),
        ('{"format": "ponder-chats", "version": 2, "conversations": [{"uid": "a", "messages": []}]}', "newer Ponder"),
    ],
)
def test_a_file_without_conversations_is_told(store: ChatStore, tmp_path: Path, content: str, words: str) -> None:
    report = import_chats([write(tmp_path / "x.json", content), tmp_path / "missing.json"], store.transfer)
    assert (report.imported, report.unreadable) == (0, 2)
    assert words in report.problems[0].text
    assert report.problems[1].text == "There is no such file."


def test_other_files_of_a_folder_are_passed_over(store: ChatStore, tmp_path: Path) -> None:
    write(tmp_path / "package.json", '{"name": "x", // no JSON')
    write(tmp_path / "data.json", [1, 2])
    write(tmp_path / "mine.json", [claude(1)])
    report = import_chats([tmp_path], store.transfer)
    assert (report.imported, report.problems, report.complete) == (1, (), True)


def test_a_folder_or_archive_without_any_is_told(store: ChatStore, tmp_path: Path) -> None:
    write(tmp_path / "package.json", {"name": "x"})
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("user.json", "{}")
    report = import_chats([tmp_path, tmp_path / "x.zip"], store.transfer)
    assert [each.text for each in report.problems] == ["It holds no conversation in a form that Ponder knows."] * 2
    assert report.unreadable == 2


def test_importing_twice_adds_nothing_and_changes_nothing(store: ChatStore, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [claude(1), claude(2)])
    first = import_chats([path], store.transfer)
    store.conversations.trash([first.conversation_ids[0]])
    store.conversations.set_settings(
        first.conversation_ids[1], store.conversations.open(first.conversation_ids[1]).settings
    )
    longer = claude(2, chat_messages=[{"sender": "human", "text": "more"}, {"sender": "assistant", "text": "yes"}])
    again = import_chats([write(path, [claude(1), longer, claude(3)])], store.transfer)
    assert (again.imported, again.already_there, again.in_trash) == (1, 1, 1)
    assert titles(store) == ["Chat 3", "Chat 2"]
    assert len(store.messages.tree(first.conversation_ids[1])) == 1


def test_what_was_purged_may_come_back(store: ChatStore, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [claude(1)])
    (made,) = import_chats([path], store.transfer).conversation_ids
    with store.database.transaction() as connection:
        connection.execute("DELETE FROM conversations WHERE id = ?", (made,))
    assert import_chats([path], store.transfer).imported == 1


def test_what_is_imported_lands_where_its_time_is(store: ChatStore, tmp_path: Path) -> None:
    def own(title: str, changed_ms: int) -> None:
        store.conversations.create(NewConversation(title=title, updated_at_ms=changed_ms, created_at_ms=0))

    new_year_ms = 1_735_689_600_000
    own("old", new_year_ms - DAY_MS)
    own("in between", new_year_ms + 3 * DAY_MS)
    own("clock went back", new_year_ms - 9 * DAY_MS)
    own("new", new_year_ms + 9 * DAY_MS)
    files = [
        write(tmp_path / "a.json", [claude(5, 4), claude(1, 0), claude(3, 2)]),  # newest first, as programs export
        write(tmp_path / "b.json", [claude(20, 20), claude(2, 1)]),
    ]
    import_chats(files, store.transfer)
    assert titles(store) == [
        *("Chat 20", "new", "Chat 5", "clock went back", "in between", "Chat 3", "Chat 2", "Chat 1", "old"),
    ]
    # Whatever is said next comes first, as ever.
    store.messages.add(1, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "x"),)))
    assert titles(store)[0] == "old"


def test_a_message_that_is_here_already_gets_a_uid_of_its_own(store: ChatStore) -> None:
    message = PortableMessage(Role.USER, (Part(PartKind.TEXT, "x"),), uid="same")
    first = PortableConversation("a", messages=(message, replace(message, parent=0)))
    store.transfer.write([first, replace(first, uid="b")])
    uids = {each.uid for number in (1, 2) for each in store.messages.tree(number)}
    assert len(uids) == 4
    assert "same" in uids


def test_progress_and_a_stop(store: ChatStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PROGRESS_EVERY_S", 0.0)
    monkeypatch.setattr(importing, "_MESSAGES_A_BATCH", 2)
    monkeypatch.setattr("app.library.chat_import.sources.CHUNK_BYTES", 200)
    path = write(tmp_path / "x.json", [claude(number) for number in range(20)])
    token, seen = CancelToken(), list[ImportProgress]()

    def watch(at: ImportProgress) -> None:
        seen.append(at)
        if at.imported >= 5:
            token.cancel()

    report = import_chats([path], store.transfer, progress=watch, cancel=token)
    assert report.cancelled
    assert 5 <= report.imported < 20
    assert len(titles(store)) == report.imported
    assert [each.done_bytes for each in seen] == sorted(each.done_bytes for each in seen)
    assert seen[-1].total_bytes == path.stat().st_size
    rest = import_chats([path], store.transfer)
    assert (rest.imported, rest.already_there) == (20 - report.imported, report.imported)


class Filling:
    """A store that becomes full."""

    def __init__(self, store: ChatStore, room: int) -> None:
        self._transfer = store.transfer
        self._room = room

    def write(self, conversations: Sequence[PortableConversation]) -> tuple[Written, ...]:
        self._room -= 1
        if self._room < 0:
            raise StoreFull("The disk is full.")
        return self._transfer.write(conversations)

    def make_folders(self, names: Any) -> None:
        self._transfer.make_folders(names)

    def arrange(self, added: Sequence[Sequence[int]]) -> None:
        self._transfer.arrange(added)


def test_a_full_disk_ends_it_and_keeps_what_was_written(
    store: ChatStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_MESSAGES_A_BATCH", 2)
    path = write(tmp_path / "x.json", [claude(number) for number in range(9)])
    report = import_chats([path], Filling(store, 3))
    assert isinstance(report.stopped_by, StoreFull)
    assert report.imported == len(titles(store)) == 3
    assert not report.complete
    assert import_chats([path], store.transfer).imported == 6


def test_a_conversation_above_the_limits_is_refused(
    store: ChatStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.library.chat_import.tree.MAX_MESSAGES", 10)
    monkeypatch.setattr("app.library.chat_import.json_stream.MAX_CONVERSATION_CHARACTERS", 100_000)
    many = [{"sender": "human", "text": str(number)} for number in range(11)]
    deep: Any = "x"
    for _ in range(limits.MAX_DEPTH + 1):
        deep = [deep]
    large = claude(3, summary="y" * 100_000)
    path = write(tmp_path / "x.json", [claude(1, chat_messages=many), claude(2, summary=deep), large, claude(4)])
    report = import_chats([path], store.transfer)
    assert (report.imported, report.failed) == (1, 3)
    assert [each.text for each in report.problems] == [
        *("It has more than 10 messages.", "Its JSON is nested too deep.", "It is larger than 0 million characters."),
    ]


def test_a_reader_that_stumbles_costs_one_conversation(
    store: ChatStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = formats.read

    def stumbling(form: Any, value: Any) -> Any:
        if value["uuid"] == "c1":
            raise KeyError("nobody thought of this")
        return read(form, value)

    monkeypatch.setattr(importing, "read", stumbling)
    report = import_chats([write(tmp_path / "x.json", [claude(1), claude(2)])], store.transfer)
    assert (report.imported, report.failed) == (1, 1)
    assert report.problems[0].text == "It could not be read (KeyError)."


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\u202e", "x" * 1_000_000, "😀" * 10])
def test_strange_text_survives_or_is_replaced(store: ChatStore, tmp_path: Path, text: str) -> None:
    chat = claude(1, name=f"T{text[:50]}", chat_messages=[{"sender": "human", "text": text or "x"}])
    report = import_chats([write(tmp_path / "x.json", [chat])], store.transfer)
    assert (report.imported, report.failed) == (1, 0)
    (message,) = store.messages.tree(1)
    assert message.text() == text.replace("\ud800", "\ufffd")
