"""Brings conversations from files into the store, a few at a time, and says what came of each.

One that cannot be read costs no other. What is there already, by its uid or by the id it had in the other program, is
left as it is, so that importing twice adds nothing and an import that was stopped can be done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from app.core.errors import StoreError
from app.core.portable import PortableConversation, WriteOutcome, Written
from app.library.chat_export.json_file import FORM, FORMAT
from app.library.chat_import.formats import ChatFormat, read, recognise
from app.library.chat_import.json_stream import Element, Head, NotJson, split
from app.library.chat_import.limits import MAX_PROBLEMS
from app.library.chat_import.parsed import Parsed
from app.library.chat_import.report import ImportProgress, ImportReport, Problem
from app.library.chat_import.sources import Source, UnreadableFile, sources_of
from app.library.chat_import.values import BrokenConversation, list_of, object_of, text_of, whole_of
from engine.cancel import CancelToken
from engine.errors import Cancelled

OnProgress = Callable[[ImportProgress], None]
# So much is written at a time: enough that waiting for the disk does not count, little enough that a window's own
# writing in between never waits long.
_MESSAGES_A_BATCH = 400
_CHARACTERS_A_BATCH = 2_000_000
_PROGRESS_EVERY_S = 0.1
_NOTHING_KNOWN = "It holds no conversation in a form that Ponder knows."


class Sink(Protocol):
    """Where conversations go; `ChatStore.transfer` is one."""

    def write(self, conversations: Sequence[PortableConversation]) -> tuple[Written, ...]: ...

    def make_folders(self, names: Iterable[str]) -> None: ...

    def arrange(self, added: Sequence[Sequence[int]]) -> None: ...


def import_chats(
    paths: Sequence[Path], sink: Sink, *, progress: OnProgress | None = None, cancel: CancelToken | None = None
) -> ImportReport:
    """Import everything that is in these files, archives and folders. Never raises for what is in them.

    A token that is set, or a store that takes no more, ends it; the report says so, and what was imported stays.
    """
    work = _Import(sink, progress or (lambda _: None), cancel or CancelToken())
    return work.run(paths)


class _Import:
    def __init__(self, sink: Sink, progress: OnProgress, cancel: CancelToken) -> None:
        self._sink = sink
        self._progress = progress
        self._cancel = cancel
        self._report = ImportReport()
        self._formats: set[ChatFormat] = set()
        self._ids: list[int] = []
        self._problems: list[Problem] = []
        self._more_problems = 0
        self._waiting: list[Parsed] = []
        self._waiting_size = [0, 0]  # messages, characters
        self._file = ""
        self._added: list[tuple[int, int]] = []  # of this source: time of the last change, id
        self._in_order = False
        self._sequences: list[list[int]] = []
        self._told_at_s = float("-inf")

    def run(self, paths: Sequence[Path]) -> ImportReport:
        cancelled, stopped_by = False, None
        try:
            for path in paths:
                self._path(path)
        except Cancelled:
            cancelled = True
        except StoreError as error:
            stopped_by = error
        try:
            self._end_source()
            self._sink.arrange(self._sequences)
        except StoreError as error:
            stopped_by = stopped_by or error
        return replace(
            self._report,
            formats=tuple(sorted(each.value for each in self._formats)),
            conversation_ids=tuple(self._ids),
            problems=tuple(self._problems),
            more_problems=self._more_problems,
            cancelled=cancelled,
            stopped_by=stopped_by,
        )

    def _path(self, path: Path) -> None:
        told, any_known = self._report.unreadable, False
        try:
            for source in sources_of(path):
                any_known = self._source(source) or any_known
        except UnreadableFile as error:
            self._unreadable(str(path), str(error))
        if not any_known and self._report.unreadable == told:
            self._unreadable(str(path), _NOTHING_KNOWN)

    def _source(self, source: Source) -> bool:
        """Import what is in it. False where it holds no conversation of any known form."""
        self._file, self._in_order = source.name, False
        known = unknown = 0
        trouble, empty = "", False
        try:
            for element in split(source.pieces(self._watcher(source))):
                self._cancel.raise_if_cancelled()
                if isinstance(element, Head):
                    empty = self._head(element)
                elif self._element(element, known + unknown + 1, sure=source.explicit or known > 0):
                    known += 1
                else:
                    unknown += 1
        except (UnreadableFile, NotJson) as error:
            trouble = str(error)
        self._flush()
        self._end_source()
        if not (known or unknown or trouble) and empty:
            return True  # an export of a store in which there was nothing
        if not known:
            trouble = trouble or _NOTHING_KNOWN
        if trouble and (known or source.explicit):
            self._unreadable(source.name, trouble)
        if known and unknown:
            self._problem(source.name, "", f"{unknown:,} entries are no conversations in a form that Ponder knows.")
        return known > 0

    def _watcher(self, source: Source) -> Callable[[int], None]:
        """Called with the bytes that were read: tells how far it is, and ends an import that was cancelled."""
        done = 0

        def on_bytes(count: int) -> None:
            nonlocal done
            done += count
            self._cancel.raise_if_cancelled()
            now_s = time.monotonic()
            if now_s - self._told_at_s >= _PROGRESS_EVERY_S or done >= source.size_bytes:
                self._told_at_s = now_s
                self._progress(ImportProgress(source.name, done, source.size_bytes, self._report.imported))

        return on_bytes

    def _head(self, head: Head) -> bool:
        """Whether this is the head of Ponder's own form. Raises UnreadableFile for one of a later version."""
        if head.values.get("format") != FORMAT:
            return False
        version = whole_of(head.values.get("version"))
        if version is not None and version > FORM:
            raise UnreadableFile(f"A newer Ponder wrote it (form {version}; this one knows {FORM}). Update Ponder.")
        folders = [text_of(each) for each in list_of(head.values.get("folders"))]
        if any(folders):
            self._sink.make_folders(each for each in folders if each)
        return True

    def _element(self, element: Element, number: int, *, sure: bool) -> bool:
        """Read one element. False where it is no conversation of any known form.

        Args:
            sure: the file holds conversations, so that a broken element is a broken conversation.
        """
        form: ChatFormat | None = None
        name = f"conversation {number:,}"
        try:
            value = element.decode()
            form = recognise(value)
            if form is None:
                return False
            title = object_of(value).get("title") or object_of(value).get("name")
            name = " ".join(text_of(title).split())[:80] or name
            self._formats.add(form)
            parsed = read(form, object_of(value))
        except BrokenConversation as error:
            if form is None and not sure:
                return False
            self._failed(name, str(error))
            return True
        except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
            # A reader that stumbles over what nobody thought of costs that one conversation.
            self._failed(name, f"It could not be read ({type(error).__name__}).")
            return True
        conversation = parsed.conversation
        if form is not ChatFormat.PONDER and not conversation.messages and not conversation.draft:
            self._report = replace(self._report, empty=self._report.empty + 1)
            return True
        self._waiting.append(parsed)
        self._waiting_size[0] += len(conversation.messages) + 1
        self._waiting_size[1] += sum(len(part.text) for each in conversation.messages for part in each.parts)
        if self._waiting_size[0] >= _MESSAGES_A_BATCH or self._waiting_size[1] >= _CHARACTERS_A_BATCH:
            self._flush()
        return True

    def _flush(self) -> None:
        """Write what was read."""
        batch, self._waiting, self._waiting_size = self._waiting, [], [0, 0]
        if not batch:
            return
        for parsed, written in zip(batch, self._sink.write([each.conversation for each in batch]), strict=True):
            self._wrote(parsed, written)

    def _wrote(self, parsed: Parsed, written: Written) -> None:
        report, conversation = self._report, parsed.conversation
        match written.outcome:
            case WriteOutcome.ADDED:
                self._report = replace(report, imported=report.imported + 1)
                for note in parsed.notes:
                    self._problem(self._file, conversation.title, note)
                if written.conversation_id is not None:
                    self._ids.append(written.conversation_id)
                    now_ms = time.time_ns() // 1_000_000
                    changed_ms = now_ms if conversation.updated_at_ms is None else conversation.updated_at_ms
                    self._added.append((changed_ms, written.conversation_id))
                    self._in_order = self._in_order or parsed.in_order
            case WriteOutcome.ALREADY_THERE:
                self._report = replace(report, already_there=report.already_there + 1)
            case WriteOutcome.IN_TRASH:
                self._report = replace(report, in_trash=report.in_trash + 1)
            case WriteOutcome.FAILED:
                self._failed(conversation.title, written.problem)

    def _end_source(self) -> None:
        added = self._added if self._in_order else sorted(self._added)
        if added:
            self._sequences.append([each for _, each in added])
        self._added = []

    def _failed(self, conversation: str, text: str) -> None:
        self._report = replace(self._report, failed=self._report.failed + 1)
        self._problem(self._file, conversation, text)

    def _unreadable(self, file: str, text: str) -> None:
        self._report = replace(self._report, unreadable=self._report.unreadable + 1)
        self._problem(file, "", text)

    def _problem(self, file: str, conversation: str, text: str) -> None:
        if len(self._problems) < MAX_PROBLEMS:
            self._problems.append(Problem(file, conversation, text))
        else:
            self._more_problems += 1
