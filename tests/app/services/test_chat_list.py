"""The sidebar's list over a real store: order, pages, following changes, and every action with its undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.chats import NewMessage, Part, PartKind, TitleSource
from app.core.errors import NotInStore
from app.services.chat_actions import (
    ActionDone,
    ActionFailed,
    ChatAction,
    ExportFormat,
    PurgeOutcome,
    export_name,
)
from app.services.chat_list import RowsChanged
from app.services.chat_rows import ShelfKind
from app.store.backup import make_backup
from app.store.store import ChatStore
from engine.types import Role
from tests.app.services.chat_listing import TODAY, Listing, add_chat, filled


class Clock:
    def __init__(self) -> None:
        self.today = TODAY

    def __call__(self) -> date:
        return self.today


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listing(tmp_path: Path, qtbot: QtBot, clock: Clock) -> Iterator[Listing]:
    made = Listing(tmp_path, qtbot, clock)
    yield made
    made.close()


def test_pinned_then_folders_then_by_date(listing: Listing, tmp_path: Path) -> None:
    def fill(store: ChatStore) -> None:
        work, home = store.folders.create("Work"), store.folders.create("Home")
        for age in (500, 31, 30, 8, 7, 1, 0):
            add_chat(store, f"{age} days", age)
        add_chat(store, "pinned", 90, pinned=True, folder_id=work.id)
        add_chat(store, "plan", folder_id=work.id)
        add_chat(store, "recipe", 2, folder_id=home.id)
        add_chat(store, "put away", archived=True)
        store.conversations.trash([add_chat(store, "thrown away")])
        # A clock that was ahead: what is not past yet counts as today.
        add_chat(store, "tomorrow", -1)

    filled(tmp_path, fill)
    listing.start()
    dated = [
        *("[today]", "tomorrow", "0 days", "[yesterday]", "1 days", "[days_7]", "7 days"),
        *("[days_30]", "8 days", "30 days", "[month 2026-5]", "31 days", "[month 2025-2]", "500 days"),
    ]
    listing.wait_words("[pinned]", "pinned", "[folders]", "Work/+", "Home/+", *dated)
    home = listing.chats.folders[1]
    listing.chats.set_expanded(home.id, True)
    listing.wait_words("[pinned]", "pinned", "[folders]", "Work/+", "Home/", "  recipe", *dated)
    listing.chats.set_expanded(home.id, False)
    listing.wait_words("[pinned]", "pinned", "[folders]", "Work/+", "Home/+", *dated)
    listing.chats.show(ShelfKind.ARCHIVED)
    listing.wait_words("[today]", "put away")
    listing.chats.show(ShelfKind.TRASH)
    listing.wait_words("[today]", "thrown away")


def test_reads_on_only_as_far_as_somebody_looks(listing: Listing, tmp_path: Path) -> None:
    filled(tmp_path, lambda store: [add_chat(store, str(number)) for number in range(250)])
    listing.start()
    chats = listing.chats
    assert len(chats) == 101
    chats.reach(0, 20)
    chats.reach(0, 60)
    chats.reach(0, 60)
    listing.wait(lambda: len(chats) == 201)
    chats.reach(150, 170)
    listing.wait(lambda: len(chats) == 251)
    assert listing.words()[1:] == [str(number) for number in reversed(range(250))]
    # Each page came as one piece at the end, which leaves a view where it is.
    grown = [each for each in listing.heard if isinstance(each, RowsChanged) and each.splices]
    assert [(splice.at, splice.removed, len(splice.rows)) for each in grown for splice in each.splices] == [
        (0, 0, 101),
        (101, 0, 100),
        (201, 0, 50),
    ]


def test_reads_again_only_what_changed(listing: Listing, tmp_path: Path) -> None:
    ids: dict[str, int] = {}
    filled(tmp_path, lambda store: ids.update({str(age): add_chat(store, str(age), age) for age in (40, 3, 2, 0)}))
    listing.start()
    listing.wait_words("[today]", "0", "[days_7]", "2", "3", "[month 2026-5]", "40")
    listing.heard.clear()
    listing.do(lambda store: store.conversations.set_title(ids["3"], "new name", TitleSource.MODEL), ids["3"])
    listing.wait_words("[today]", "0", "[days_7]", "2", "new name", "[month 2026-5]", "40")
    [changed] = [each for each in listing.heard if isinstance(each, RowsChanged)]
    assert [(each.at, each.removed, len(each.rows)) for each in changed.splices] == [(4, 1, 1)]
    # A message in the last chat of a section: the section goes, and the chat comes first.
    question = NewMessage(Role.USER, (Part(PartKind.TEXT, "again"),))
    listing.do(lambda store: store.messages.add(ids["40"], None, question), ids["40"])
    listing.wait_words("[today]", "40", "0", "[days_7]", "2", "new name")
    # What is gone, and what is on another shelf now, is not shown any more.
    listing.do(lambda store: store.conversations.set_archived([ids["2"]], True), ids["2"])
    listing.wait_words("[today]", "40", "0", "[days_7]", "new name")


def test_a_change_below_what_was_read_waits_for_its_page(listing: Listing, tmp_path: Path) -> None:
    ids: list[int] = []
    filled(tmp_path, lambda store: ids.extend(add_chat(store, str(number)) for number in range(150)))
    listing.start()
    listing.do(lambda store: store.conversations.set_title(ids[0], "renamed", TitleSource.PERSON), ids[0])
    listing.do(lambda store: store.conversations.set_title(ids[149], "newest", TitleSource.PERSON), ids[149])
    listing.wait(lambda: "newest" in listing.words())
    assert len(listing.chats) == 101
    listing.chats.reveal(ids[0])
    listing.wait(lambda: listing.words()[-1] == "renamed")
    assert len(listing.chats) == 102
    listing.chats.reach(0, 90)
    listing.wait(lambda: len(listing.chats) == 151)
    assert listing.words()[-2:] == ["1", "renamed"]


def test_a_new_day_sorts_anew_without_reading(listing: Listing, tmp_path: Path, clock: Clock) -> None:
    filled(tmp_path, lambda store: [add_chat(store, "a", 1), add_chat(store, "b", 0)])
    listing.start()
    listing.wait_words("[today]", "b", "[yesterday]", "a")
    clock.today += timedelta(days=1)
    listing.chats.follow_date()
    listing.wait_words("[yesterday]", "b", "[days_7]", "a")


def test_names_and_pins(listing: Listing, tmp_path: Path) -> None:
    ids: dict[str, int] = {}
    filled(tmp_path, lambda store: ids.update({each: add_chat(store, each) for each in "abc"}))
    listing.start()
    act = listing.chats.actions
    named = listing.answer(act.rename(ids["a"], "first"))
    listing.wait_words("[today]", "c", "b", "first")
    # What a person named, nothing names otherwise.
    listing.do(lambda store: store.conversations.set_title(ids["a"], "of the model", TitleSource.MODEL), ids["a"])
    listing.do(lambda store: store.conversations.set_title(ids["b"], "B", TitleSource.MODEL), ids["b"])
    listing.wait_words("[today]", "c", "B", "first")
    listing.answer(act.undo(named.undo))
    listing.wait_words("[today]", "c", "B", "a")
    listing.answer(act.set_pinned([ids["a"]], True))
    listing.answer(act.set_pinned([ids["b"]], True))
    listing.wait_words("[pinned]", "B", "a", "[today]", "c")
    listing.answer(act.arrange_pinned([ids["a"], ids["b"]]))
    listing.wait_words("[pinned]", "a", "B", "[today]", "c")
    loose = listing.answer(act.set_pinned([ids["a"], ids["b"]], False))
    listing.wait_words("[today]", "c", "B", "a")
    listing.answer(act.undo(loose.undo))
    listing.wait_words("[pinned]", "a", "B", "[today]", "c")


def test_folders_come_and_go_and_come_back(listing: Listing, tmp_path: Path) -> None:
    ids: dict[str, int] = {}
    filled(tmp_path, lambda store: ids.update({each: add_chat(store, each) for each in "abc"}))
    listing.start()
    chats, act = listing.chats, listing.chats.actions
    work = listing.answer(act.create_folder("Work", [ids["a"], ids["b"]])).value
    chats.set_expanded(work.id, True)
    listing.wait_words("[folders]", "Work/", "  b", "  a", "[today]", "c")
    home = listing.answer(act.create_folder("Home")).value
    moved = listing.answer(act.move([ids["a"], ids["c"]], home.id))
    listing.wait_words("[folders]", "Work/", "  b", "Home/+")
    listing.answer(act.undo(moved.undo))
    listing.wait_words("[folders]", "Work/", "  b", "  a", "Home/+", "[today]", "c")
    listing.answer(act.rename_folder(home.id, "Family"))
    listing.wait_words("[folders]", "Work/", "  b", "  a", "Family/+", "[today]", "c")
    gone = listing.answer(act.delete_folder(work.id))
    assert gone.value.name == "Work"
    listing.wait_words("[folders]", "Family/+", "[today]", "c", "b", "a")
    listing.answer(act.undo(gone.undo))
    listing.wait_words("[folders]", "Work/+", "Family/+", "[today]", "c")
    again = listing.answer(act.delete_folder(999))
    assert isinstance(again, ActionFailed)
    assert isinstance(again.error, NotInStore)


def test_archive_and_trash_are_taken_back_as_they_were(listing: Listing, tmp_path: Path) -> None:
    ids: dict[str, int] = {}
    filled(tmp_path, lambda store: ids.update({each: add_chat(store, each) for each in "abc"}))
    listing.start()
    act = listing.chats.actions
    put_away = listing.answer(act.set_archived([ids["a"]], True))
    listing.wait_words("[today]", "c", "b")
    # One of two is gone from the list already, and stays as it is when the other comes back.
    thrown = listing.answer(act.trash([ids["b"], ids["c"], 999]))
    listing.wait_words()
    listing.answer(act.undo(thrown.undo))
    listing.wait_words("[today]", "c", "b")
    listing.answer(act.undo(put_away.undo))
    listing.wait_words("[today]", "c", "b", "a")
    copy = listing.answer(act.duplicate(ids["a"], "a again"))
    assert copy.value.title == "a again"
    listing.wait(lambda: "a again" in listing.words())
    assert listing.answer(act.trash([])).undo is None


def test_purged_is_gone_from_everywhere(listing: Listing, tmp_path: Path) -> None:
    ids: dict[str, int] = {}

    def fill(store: ChatStore) -> None:
        ids.update({each: add_chat(store, each, text=f"secret of {each}") for each in "abc"})
        store.conversations.trash(list(ids.values()))
        make_backup(store.database, tmp_path)

    filled(tmp_path, fill)
    listing.start()
    listing.chats.show(ShelfKind.TRASH)
    listing.wait_words("[today]", "c", "b", "a")
    act = listing.chats.actions
    done = listing.answer(act.purge([ids["a"]]))
    assert isinstance(done, ActionDone)
    assert isinstance(done.value, PurgeOutcome)
    assert done.value.copies is not None
    assert done.value.copies.rewritten == 1
    assert done.undo is None
    listing.wait_words("[today]", "c", "b")
    listing.answer(act.restore([ids["b"]]))
    listing.wait_words("[today]", "c")
    listing.answer(act.empty_trash())
    listing.wait_words()
    listing.chats.show(ShelfKind.CHATS)
    listing.wait_words("[today]", "b")
    listing.service.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret of b" in everything
    assert b"secret of a" not in everything
    assert b"secret of c" not in everything


@pytest.mark.parametrize("form", list(ExportFormat))
def test_exports_with_and_without_thoughts(listing: Listing, tmp_path: Path, form: ExportFormat) -> None:
    ids: list[int] = []

    def fill(store: ChatStore) -> None:
        ids.append(add_chat(store, "Übersicht: 1/2", text="what?"))
        parts = (Part(PartKind.THINKING, "hidden thought"), Part(PartKind.TEXT, "that"))
        [asked] = store.conversations.open(ids[0]).tree.path()
        store.messages.add(ids[0], asked.id, NewMessage(Role.ASSISTANT, parts))

    filled(tmp_path, fill)
    listing.start()
    act = listing.chats.actions
    path = tmp_path / "files" / export_name("Übersicht: 1/2", form)
    path.parent.mkdir()
    path.write_text("older")
    done = listing.answer(act.export(ids, path, form))
    assert done.value == path
    text = path.read_text("utf-8")
    assert "what?" in text
    assert "that" in text
    assert ("hidden thought" in text) is (form is ExportFormat.JSON)
    listing.answer(act.export(ids, path, form, thinking=True))
    assert "hidden thought" in path.read_text("utf-8")
    failed = listing.answer(act.export(ids, path.parent, form))
    assert isinstance(failed, ActionFailed)
    assert failed.action is ChatAction.EXPORT
    assert failed.error.kind == "export_failed"


def test_a_restored_list_has_its_folders_open(listing: Listing, tmp_path: Path) -> None:
    opened: list[int] = []

    def fill(store: ChatStore) -> None:
        folder = store.folders.create("Work")
        opened.append(folder.id)
        add_chat(store, "inside", folder_id=folder.id)

    filled(tmp_path, fill)
    listing.chats.restore_expanded([*opened, 999])
    listing.start()
    listing.wait_words("[folders]", "Work/", "  inside")
    assert listing.chats.expanded == frozenset(opened)
