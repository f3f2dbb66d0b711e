"""`ponder chats` in this process, on real stores."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import chats_import
from app.core.chats import NewConversation, NewMessage, Part, PartKind
from app.core.portable import PortableConversation
from app.library.chat_import.importing import import_chats
from app.store.lock import WINDOW, store_lock
from app.store.open_files import is_open_here
from app.store.store import open_store
from engine.types import Role
from tests.app.cli.command import Command, FakeTerminal

FIXTURES = Path(__file__).parents[2] / "data" / "chat_imports"
TERMINALS = ("stdout", "stderr")


@pytest.fixture
def chats(ponder_home: Path) -> Iterator[Path]:
    """Where the conversations lie; every command must close what it opened."""
    yield ponder_home / "chats"
    assert not is_open_here(ponder_home / "chats" / "chats.sqlite3")


@pytest.fixture
def filled(chats: Path) -> Path:
    """Conversations: 1 Cake; 2 Green tea, with two answers and a thought; 3 Black tea, in a folder; 4 in the trash."""
    with open_store(chats) as store:
        work = store.folders.create("Work")
        new = store.conversations.create
        new(NewConversation(title="Cake", tags=("sweet",), created_at_ms=0, updated_at_ms=1_735_689_600_000))
        tea = new(NewConversation(title="Green tea"))
        new(NewConversation(title="Black tea", folder_id=work.id, pinned=True))
        store.conversations.trash([new(NewConversation(title="Thrown away")).id])
        question = store.messages.add(tea.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "How hot is it?"),)))
        for answer in ("Eighty degrees.", "Seventy degrees."):
            parts = (Part(PartKind.THINKING, "Leaves burn."), Part(PartKind.TEXT, answer))
            store.messages.add(tea.id, question.id, NewMessage(Role.ASSISTANT, parts))
        store.messages.choose(question.id + 1)
    return chats


def uid_of(command: Command, number: int) -> str:
    (listed,) = command(["chats", "list", "--json", "--limit", "100"]).events
    uid: str = next(each["uid"] for each in listed["conversations"] if each["id"] == number)
    return uid


# -- list --


def test_list_without_conversations_makes_nothing(command: Command, chats: Path) -> None:
    outcome = command(["chats", "list"])
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "There are no conversations.\n")
    assert command(["chats", "list", "--json"]).events == [{"total": 0, "conversations": []}]
    assert not chats.exists()


def test_list(command: Command, filled: Path) -> None:
    outcome = command(["chats", "list"])
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert [line.split("  ", 2)[2] for line in lines] == ["Green tea", "Black tea  [Work]  (pinned)", "Cake  #sweet"]
    assert lines[2].startswith("1  2025-01-01 ") or lines[2].startswith("1  2024-12-31 ")
    (listed,) = command(["chats", "list", "--json", "--limit", "1"]).events
    assert listed["total"] == 3
    (row,) = listed["conversations"]
    assert (row["id"], row["title"], row["folder"], row["messages"]) == (2, "Green tea", None, 3)


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--pinned"], ["Black tea"]),
        (["--folder", "work"], ["Black tea"]),
        (["--tag", "sweet"], ["Cake"]),
        (["--trash"], ["Thrown away"]),
        (["--archived"], []),
        (["--limit", "2"], ["Green tea", "Black tea"]),
        (["--limit", "2", "--skip", "2"], ["Cake"]),
    ],
)
def test_list_some(command: Command, filled: Path, options: list[str], titles: list[str]) -> None:
    (listed,) = command(["chats", "list", "--json", *options]).events
    assert [each["title"] for each in listed["conversations"]] == titles


def test_a_long_list_in_pages(command: Command, chats: Path) -> None:
    with open_store(chats) as store:
        store.transfer.write([PortableConversation(f"u{number}", title=str(number)) for number in range(450)])
    (listed,) = command(["chats", "list", "--json", "--limit", "300", "--skip", "100"]).events
    assert [each["title"] for each in listed["conversations"]] == [str(349 - number) for number in range(300)]
    outcome = command(["chats", "list"], terminals=TERMINALS)
    assert outcome.err == "50 of 450. The next ones: --skip 50\n"
    assert command(["chats", "list", "--skip", "999"]).err == "There are only 450.\n"


def test_a_hostile_title_stays_in_its_line(command: Command, chats: Path) -> None:
    with open_store(chats) as store:
        store.conversations.create(NewConversation(title="a\n99  2020-01-01 00:00  b\x1b[2J\u202e\t=1+1"))
    outcome = command(["chats", "list"], terminals=TERMINALS)
    assert len(outcome.out.splitlines()) == 1
    assert outcome.out.rstrip("\n").isprintable()


# -- search --


def test_search(command: Command, filled: Path) -> None:
    outcome = command(["chats", "search", "eighty"])
    assert outcome.code == 0
    first, second = outcome.out.splitlines()
    assert first.startswith("2  Green tea  (answer, ")
    assert second == "   Eighty degrees."
    assert command(["chats", "search", "leaves"]).err == "Nothing was found.\n"
    (found,) = command(["chats", "search", "leaves", "--thinking", "--json"]).events
    assert {each["kind"] for each in found["hits"]} == {"thinking"}
    assert "in another version" in command(["chats", "search", "seventy"]).out


def test_what_was_found_is_bold_on_a_terminal_only(command: Command, filled: Path, monkeypatch: Any) -> None:
    assert "\x1b[1mEighty\x1b[0m degrees." in command(["chats", "search", "eighty"], terminals=TERMINALS).out
    assert "\x1b" not in command(["chats", "search", "eighty"]).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in command(["chats", "search", "eighty"], terminals=TERMINALS).out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["tea"], [2, 3]),
        (["tea", "--folder", "Work"], [3]),
        (["tea", "--chat", "2"], []),
        (["degrees", "--chat", "green tea", "--limit", "1"], [2]),
        (["cake", "--since", "2026-01-01"], []),
        (["cake", "--until", "2025-01-02"], [1]),
        (["thrown"], []),
        (["thrown", "--trash"], [4]),
        (['"degrees', "("], [2, 2]),
    ],
)
def test_search_in_some(command: Command, filled: Path, options: list[str], found: list[int]) -> None:
    (result,) = command(["chats", "search", "--json", *options]).events
    assert sorted(each["conversation_id"] for each in result["hits"]) == found


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "9999-12-31", ""])
def test_a_day_that_is_none(command: Command, filled: Path, day: str) -> None:
    outcome = command(["chats", "search", "x", "--until", day])
    assert outcome.code == 2
    assert "2026-01-31" in outcome.err


# -- show --


def test_show(command: Command, filled: Path) -> None:
    outcome = command(["chats", "show", "2"])
    assert outcome.code == 0
    assert outcome.out.endswith("You:\nHow hot is it?\n\nAssistant:\nEighty degrees.\n")
    assert "[Thoughts]\nLeaves burn.\n" in command(["chats", "show", "green", "--thinking"]).out
    versions = command(["chats", "show", "GREEN TEA", "--versions"]).out
    assert "Message 2, after 1, version 1 of 2, shown, " in versions
    assert "Message 3, after 1, version 2 of 2, 20" in versions
    (document,) = command(["chats", "show", uid_of(command, 2)[:8], "--json"]).events
    assert [len(each["parts"]) for each in document["messages"]] == [1, 2, 2]


def test_which_conversation_is_meant(command: Command, filled: Path) -> None:
    outcome = command(["chats", "show", "tea"])
    assert outcome.code == 1
    assert outcome.err == "ponder: 'tea' fits several conversations: 2 Green tea; 3 Black tea. Give the number.\n"
    outcome = command(["chats", "show", "coffee"])
    assert (outcome.code, outcome.out) == (1, "")
    assert "There is no conversation 'coffee'." in outcome.err
    assert command(["chats", "show", ""]).code == 1
    assert command(["chats", "show"]).code == 2


def test_hostile_text_does_not_reach_the_terminal(command: Command, chats: Path) -> None:
    with open_store(chats) as store:
        chat = store.conversations.create(NewConversation(title="x\x1b]0;y\x07"))
        store.messages.add(chat.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, "a\x1b[2Jb\x9bc\r\nd"),)))
    for arguments in (["show", "1"], ["show", "1", "--versions"], ["search", "c"], ["export", "1"]):
        outcome = command(["chats", *arguments], terminals=())
        assert outcome.code == 0
        assert outcome.out
        assert not set(outcome.out) & {"\x1b", "\x07", "\x9b", "\r"}


# -- export --


def test_export_to_standard_output(command: Command, filled: Path) -> None:
    outcome = command(["chats", "export", "2", "1"])
    assert outcome.code == 0
    assert outcome.out.startswith("# Green tea\n")
    assert outcome.out.count("\n# ") == 1
    assert "Leaves burn" not in outcome.out
    assert "> Leaves burn." in command(["chats", "export", "2", "--thinking"]).out
    everything = json.loads(command(["chats", "export", "--all", "--format", "json", "--output", "-"]).out)
    assert [each["title"] for each in everything["conversations"]] == ["Cake", "Black tea", "Green tea"]
    everything = json.loads(command(["chats", "export", "--all", "--trash", "--format", "json"]).out)
    assert (len(everything["conversations"]), everything["folders"]) == (4, ["Work"])


def test_export_to_files(command: Command, filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "tea.html"
    outcome = command(["chats", "export", "2", "--output", str(path)])
    assert (outcome.code, outcome.out) == (0, f"1 conversation in {path}\n")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    outcome = command(["chats", "export", "2", "--output", str(path)])
    assert outcome.code == 1
    assert "is there already. Nothing was written." in outcome.err
    assert command(["chats", "export", "2", "--output", str(path), "--force", "--format", "text"]).code == 0
    assert path.read_text(encoding="utf-8").startswith("Green tea\n")
    folder = tmp_path / "all"
    outcome = command(["chats", "export", "--all", "--format", "json", "--output", f"{folder}/"])
    assert outcome.out == f"3 conversations, 3 files, in {folder}\n"
    assert sorted(each.name for each in folder.iterdir()) == ["Black tea.json", "Cake.json", "Green tea.json"]


@pytest.mark.parametrize(
    "options", [[], ["2", "--all"], ["2", "--trash"], ["2", "--force"], ["2", "--format", "pdf"], ["2", "--output", ""]]
)
def test_wrong_usage_of_export(command: Command, filled: Path, options: list[str]) -> None:
    outcome = command(["chats", "export", *options])
    assert (outcome.code, outcome.out) == (2, "")


# -- import --


def test_import_and_report(command: Command, chats: Path) -> None:
    outcome = command(["chats", "import", str(FIXTURES)])
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == [
        "13 conversations imported from ChatGPT, Claude, LM Studio, Open WebUI, Ponder.",
        "3 conversations left out, for nothing was said.",
    ]
    assert "Round and round: Some messages followed each other in a circle" in outcome.out
    (report,) = command(["chats", "import", str(FIXTURES / "claude.json"), "--json"]).events
    assert (report["imported"], report["already_there"], report["empty"], report["error"]) == (0, 3, 1, None)


def test_import_of_what_is_no_export(command: Command, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    outcome = command(["chats", "import", str(tmp_path / "x.json"), str(FIXTURES / "claude.json"), "missing"])
    assert outcome.code == 1
    assert outcome.out.startswith("3 conversations imported from Claude.\n")
    assert "missing: There is no such file." in outcome.out
    assert outcome.err == "ponder: Not everything could be imported.\n"


def test_what_writes_is_refused_while_the_window_is_open(command: Command, filled: Path) -> None:
    with store_lock(filled, WINDOW):
        for arguments in (
            ["import", str(FIXTURES)],
            ["trash", "1"],
            ["purge", "1", "--yes"],
            ["rescue", "--use", "empty"],
        ):
            outcome = command(["chats", *arguments])
            assert outcome.code == 1
            assert "Ponder's window" in outcome.err
            assert len(outcome.err.splitlines()) == 1
        for arguments in (["list"], ["show", "2"], ["search", "tea"], ["backup"], ["check"], ["export", "--all"]):
            assert command(["chats", *arguments]).code == 0


def test_a_signal_ends_an_import_with_a_report(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(paths: Any, sink: Any, *, progress: Any, cancel: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        cancel.cancel()  # what the watching thread does a moment later
        return import_chats(paths, sink, progress=progress, cancel=cancel)

    monkeypatch.setattr(chats_import, "import_chats", interrupted)
    outcome = command(["chats", "import", str(FIXTURES / "claude.json"), "--json"])
    assert outcome.code == 130
    assert outcome.events[0]["cancelled"] is True
    assert "stopped" in outcome.err


# -- upkeep --


def test_backup_and_restore(command: Command, filled: Path) -> None:
    (made,) = command(["chats", "backup", "make", "--json"]).events
    assert (made["number"], made["conversations"], made["messages"]) == (1, 4, 3)
    assert command(["chats", "purge", "2", "--yes"]).code == 0
    assert "backup of " in command(["chats", "backup"]).out
    (listed,) = command(["chats", "backup", "list", "--json"]).events
    assert [each["number"] for each in listed["backups"]] == [2, 1]
    assert command(["chats", "backup", "list"]).out.splitlines()[1].startswith("   1  ")
    outcome = command(["chats", "backup", "restore", "1"])
    assert (outcome.code, outcome.out.splitlines()[0][:39]) == (0, "Restored 4 conversations and 3 messages")
    assert command(["chats", "show", "2"]).code == 0
    outcome = command(["chats", "backup", "restore", "77"])
    assert outcome.code == 1
    assert outcome.err.startswith("ponder: There is no backup '77'.")


@pytest.mark.parametrize("action", [["backup"], ["check"], ["rescue"], ["trash", "1"], ["purge", "--trash", "--yes"]])
def test_upkeep_of_nothing(command: Command, chats: Path, action: list[str]) -> None:
    outcome = command(["chats", *action])
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "ponder: There are no conversations yet.\n")
    assert not chats.exists()


def test_check_finds_a_flipped_bit_and_rescue_keeps_what_is_sound(command: Command, filled: Path) -> None:
    outcome = command(["chats", "check"])
    assert outcome.out == "4 conversations, 3 messages: everything is as it was written.\n"
    assert command(["chats", "rescue"]).out == "The conversations are sound: there is nothing to rescue.\n"
    path = filled / "chats.sqlite3"
    data = path.read_bytes()
    assert data.count(b"Eighty degrees.") == 1
    path.write_bytes(data.replace(b"Eighty degrees.", b"Eighty degreez."))
    outcome = command(["chats", "check"])
    assert outcome.code == 1
    assert "Green tea" in outcome.out or "checksum" in outcome.out
    (report,) = command(["chats", "check", "--json"]).events
    assert report["sound"] is False
    assert "checksum" in {each["kind"] for each in report["findings"]}
    assert "damaged" in command(["chats", "show", "2"]).out


def test_rescue_of_a_damaged_file(command: Command, filled: Path) -> None:
    path = filled / "chats.sqlite3"
    with path.open("r+b") as file:
        file.write(b"\0" * 100)
    outcome = command(["chats", "list"])
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    outcome = command(["chats", "rescue"])
    assert outcome.code == 1
    assert "could be read." in outcome.out
    assert "ponder chats rescue --use salvaged" in outcome.err
    assert path.read_bytes()[:100] == b"\0" * 100
    assert sorted(each.name for each in filled.iterdir()) == ["chats.lock", "chats.sqlite3"]
    outcome = command(["chats", "rescue", "--use", "backup"])
    assert (outcome.code, outcome.out) == (1, "")
    (done,) = command(["chats", "rescue", "--use", "salvaged", "--json"]).events
    assert (done["done"], done["conversations"], done["messages"]) == (True, 4, 3)
    assert Path(done["set_aside"]).is_dir()
    assert "Eighty degrees." in command(["chats", "show", "2"]).out


def test_trash_and_back(command: Command, filled: Path) -> None:
    assert (
        command(["chats", "trash", "green", "cake"]).out == "Green tea: put into the trash\nCake: put into the trash\n"
    )
    assert [each["id"] for each in command(["chats", "list", "--json"]).events[0]["conversations"]] == [3]
    assert command(["chats", "trash", "--undo", "2"]).out == "Green tea: taken out of the trash\n"
    assert command(["chats", "show", "green"]).code == 0


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1), ("", 1)])
def test_purge_asks(command: Command, filled: Path, monkeypatch: Any, answer: str, code: int) -> None:
    monkeypatch.setattr(FakeTerminal, "readline", lambda self: answer)
    outcome = command(["chats", "purge", "--trash"], terminals=TERMINALS)
    assert outcome.code == code
    assert "Remove everything in the trash for good? Nothing brings it back. [y/N] " in outcome.err
    (listed,) = command(["chats", "list", "--trash", "--json"]).events
    assert listed["total"] == code
    assert command(["chats", "purge", "2"], stdin=b"y\n").code == 2
    assert command(["chats", "purge"]).code == 2


def test_purge_also_from_the_backups(command: Command, filled: Path) -> None:
    command(["chats", "backup"])
    (report,) = command(["chats", "purge", "2", "--yes", "--backups", "--json"]).events
    assert (report["conversations"], report["messages"], report["backups_rewritten"]) == (1, 3, 1)
    outcome = command(["chats", "purge", "--trash", "--yes", "--backups"])
    assert "1 conversation and 0 messages removed for good" in outcome.out
    assert "Removed from 1 backup" in outcome.out
    assert "still in" not in outcome.out
    assert not any(b"Eighty" in each.read_bytes() for each in filled.rglob("*") if each.is_file())
