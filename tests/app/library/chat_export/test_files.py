"""Exports as files: names, what is never overwritten, what is left behind, and plain text."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chats import GenerationFacts, MessageState, Part, PartKind
from app.core.errors import NotInStore
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.export import Export, Exported, Progress, StoreSource
from app.library.chat_export.file_names import MAX_BYTES, FileNames, safe_stem
from app.library.chat_export.formats import ExportFormat
from app.library.chat_export.output import ExportFailed
from app.store.store import ChatStore, temporary_store
from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.types import Role

WINDOWS_NAMES = {"CON", "PRN", "AUX", "NUL", *(f"{name}{number}" for name in ("COM", "LPT") for number in range(10))}


class Source:
    """Conversations of nothing but a title and an answer, some of which are gone when they are read."""

    def __init__(self, titles: Sequence[str], gone: Sequence[int] = ()) -> None:
        self.titles = titles
        self._gone = gone
        self.read_ids: list[int] = []

    def title(self, conversation_id: int) -> str | None:
        return self.titles[conversation_id] if conversation_id < len(self.titles) else None

    def read(self, conversation_id: int) -> PortableConversation:
        self.read_ids.append(conversation_id)
        if conversation_id in self._gone:
            raise NotInStore("gone")
        answer = PortableMessage(Role.ASSISTANT, (Part(PartKind.TEXT, f"answer {conversation_id}"),))
        return PortableConversation(f"u{conversation_id}", title=self.titles[conversation_id], messages=(answer,))

    def folders(self) -> Sequence[str]:
        return ["Work"]


def export(
    source: Source,
    form: ExportFormat = ExportFormat.TEXT,
    *,
    whole: bool = False,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Export:
    return Export(source, range(len(source.titles)), form, whole=whole, progress=progress, cancel=cancel)


# -- names --


@given(st.text(max_size=300))
def test_a_title_becomes_a_name_that_every_system_takes(title: str) -> None:
    stem = safe_stem(title)
    assert stem
    assert stem == stem.strip(" .")
    assert not stem.startswith((".", "~", "-"))
    assert not set(stem) & set('/\\<>:"|?*\0\n\r\t')
    assert stem.isprintable()
    assert stem.split(".")[0].strip().upper() not in WINDOWS_NAMES
    assert len(stem.encode()) <= MAX_BYTES + len("Untitled ")


@given(
    st.lists(st.sampled_from(["a", "A", "é", "e\u0301", "a (2)", "", "..", "con", "CON", "a/b", "a-b"]), max_size=12)
)
def test_no_name_is_given_twice(titles: list[str]) -> None:
    names = FileNames(".md")
    taken = [names.take(title) for title in titles]
    assert len({name.casefold() for name in taken}) == len(taken)


def test_names_that_are_told_apart() -> None:
    names = FileNames(".md")
    titles = ["Tea", "tea", "Tea", "../../etc/passwd", "NUL", "C:\\x", "\u202egpj.exe", "a" * 400]
    assert [names.take(title) for title in titles] == [
        *("Tea.md", "tea (2).md", "Tea (3).md", "etc-passwd.md", "Untitled NUL.md", "C--x.md", "gpj.exe.md"),
        f"{'a' * 100}.md",
    ]


# -- files --


def test_a_file_of_all(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = tmp_path / "new folder" / "all.txt"
    done = export(Source(["One", "Two"]), progress=lambda *at: seen.append(at)).to_file(path)
    assert done == Exported(1, 2, 0)
    assert path.read_text(encoding="utf-8").count("answer") == 2
    assert seen == [(1, 2), (2, 2)]
    assert [each.name for each in path.parent.iterdir()] == ["all.txt"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("form", list(ExportFormat))
def test_a_folder_of_files(tmp_path: Path, form: ExportFormat) -> None:
    done = export(Source(["Tea", "Tea", "Gone"], gone=[2]), form).to_folder(tmp_path)
    assert done == Exported(2, 2, 1)
    assert sorted(each.name for each in tmp_path.iterdir()) == [f"Tea (2){form.suffix}", f"Tea{form.suffix}"]
    assert "answer 1" in (tmp_path / f"Tea (2){form.suffix}").read_text(encoding="utf-8")


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "Two.txt").write_text("mine", encoding="utf-8")
    source = Source(["One", "Two"])
    with pytest.raises(ExportFailed, match=r"Two\.txt is there already\. Nothing was written"):
        export(source).to_folder(tmp_path)
    with pytest.raises(ExportFailed, match="--force"):
        export(source).to_file(tmp_path / "Two.txt")
    assert source.read_ids == []
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("Two.txt", "mine")]
    assert export(source).to_folder(tmp_path, force=True).files == 2
    assert "answer 1" in (tmp_path / "Two.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_what_is_no_ordinary_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path("/dev/null"), tmp_path):
        with pytest.raises(ExportFailed, match="no ordinary file"):
            export(Source(["One"])).to_file(path, force=True)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "all.txt"
    path.write_text("before", encoding="utf-8")

    def no_room(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(ExportFailed, match="No space left on device"):
        export(Source(["One"])).to_file(path, force=True)
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("all.txt", "before")]
    with pytest.raises(ExportFailed, match="could not be written"):
        export(Source(["One"])).to_file(path / "below a file.txt")


def test_a_stop_leaves_whole_files_only(tmp_path: Path) -> None:
    token = CancelToken()
    source = Source([f"Chat {number}" for number in range(5)])
    stopping = export(source, cancel=token, progress=lambda done, total: token.cancel() if done == 2 else None)
    with pytest.raises(Cancelled):
        stopping.to_folder(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Chat 0.txt", "Chat 1.txt"]
    token = CancelToken()
    stopping = export(source, cancel=token, progress=lambda done, total: token.cancel())
    with pytest.raises(Cancelled):
        stopping.to_file(tmp_path / "all.txt")
    assert not (tmp_path / "all.txt").exists()


def test_one_conversation_is_read_when_it_is_written() -> None:
    source = Source(["a", "b", "c"])
    pieces = export(source).pieces()
    next(pieces)
    assert source.read_ids == [0]


def test_folders_are_named_in_an_export_of_everything_only() -> None:
    assert '"folders": ["Work"]' in "".join(export(Source(["a"]), ExportFormat.JSON, whole=True).pieces())
    assert '"folders": []' in "".join(export(Source(["a"]), ExportFormat.JSON).pieces())


# -- plain text and Markdown --


@pytest.fixture
def store() -> Iterator[ChatStore]:
    with temporary_store() as made:
        yield made


def pieces_of(store: ChatStore, form: ExportFormat, *, thinking: bool = False) -> str:
    ids = store.lookup.everything()
    return "".join(Export(StoreSource(store), ids, form, thinking=thinking).pieces())


def add(store: ChatStore, *messages: PortableMessage, title: str = "Tea") -> None:
    chain = tuple(replace(each, parent=at - 1 if at else None) for at, each in enumerate(messages))
    store.transfer.write([PortableConversation(title, title=title, messages=chain, created_at_ms=0, updated_at_ms=0)])


def test_plain_text_and_markdown_of_a_conversation(store: ChatStore) -> None:
    add(
        store,
        PortableMessage(Role.USER, (Part(PartKind.ATTACHMENT, "1;2", "list.csv"), Part(PartKind.TEXT, "=1+1 *is*?"))),
        PortableMessage(
            Role.ASSISTANT,
            (Part(PartKind.THINKING, "Hmm."), Part(PartKind.TEXT, "It is "), Part(PartKind.TEXT, "**2**.")),
            state=MessageState.INTERRUPTED,
            facts=GenerationFacts(model="Qwen3"),
        ),
    )
    text = pieces_of(store, ExportFormat.TEXT)
    assert text.split("\n\n", 1)[1] == (
        "You:\n[Attachment: list.csv]\n1;2\n\n=1+1 *is*?\n\nAssistant (Qwen3) [interrupted]:\nIt is **2**.\n"
    )
    assert "[Thoughts]\nHmm.\n" in pieces_of(store, ExportFormat.TEXT, thinking=True)
    markdown = pieces_of(store, ExportFormat.MARKDOWN)
    assert markdown.startswith("# Tea\n")
    assert markdown.endswith(
        "## You\n\n**Attachment: list.csv**\n\n```\n1;2\n```\n\n\\=1+1 \\*is\\*?\n"
        "\n## Assistant (Qwen3)\n\n*interrupted*\n\nIt is **2**.\n"
    )
    assert "> **Thoughts**\n>\n> Hmm.\n" in pieces_of(store, ExportFormat.MARKDOWN, thinking=True)


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_no_title_begins_a_line_as_a_formula(store: ChatStore, formula: str) -> None:
    """No form of export is a table; a title that a spreadsheet would take for a formula never begins a line of one."""
    add(store, PortableMessage(Role.USER, (Part(PartKind.TEXT, "x"),)), title=formula)
    markdown = pieces_of(store, ExportFormat.MARKDOWN)
    assert not any(line.startswith(("=", "+", "-", "@", "\t")) for line in markdown.splitlines())
    assert "," not in safe_stem(formula)
    assert not safe_stem(formula).startswith(("-", "\t"))


@pytest.mark.parametrize("form", [ExportFormat.TEXT, ExportFormat.MARKDOWN, ExportFormat.HTML])
def test_no_control_character_reaches_a_terminal(store: ChatStore, form: ExportFormat) -> None:
    hostile = "\x1b]0;title\x07\x1b[2J\x9b1m\x00\x08 \u202eover"
    add(store, PortableMessage(Role.ASSISTANT, (Part(PartKind.TEXT, f"a {hostile} b"),)), title=hostile)
    text = pieces_of(store, form)
    assert all(each.isprintable() or each in "\n\u202e" for each in text)
    assert "\u202e" not in text.split("You:")[0].split("\n")[0]
