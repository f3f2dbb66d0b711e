"""Writes conversations to a file, to a folder of files, or in pieces to wherever the caller sends them.

Holds one conversation in memory at a time, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.errors import NotInStore
from app.core.portable import PortableConversation
from app.library.chat_export.file_names import FileNames
from app.library.chat_export.formats import Contents, ExportFormat, writer_for
from app.library.chat_export.output import require_free, write_whole
from app.store.store import ChatStore
from engine.cancel import CancelToken

Progress = Callable[[int, int], None]
"""Called with the conversations done and the conversations in all."""


class ChatSource(Protocol):
    """Where conversations come from."""

    def title(self, conversation_id: int) -> str | None:
        """None for one that is not there."""

    def read(self, conversation_id: int) -> PortableConversation:
        """Raises NotInStore."""

    def folders(self) -> Sequence[str]:
        """The names of all folders, in the person's order."""


class StoreSource:
    """Conversations of a store that is open in this thread."""

    def __init__(self, store: ChatStore) -> None:
        self._store = store

    def title(self, conversation_id: int) -> str | None:
        return self._store.lookup.title(conversation_id)

    def read(self, conversation_id: int) -> PortableConversation:
        return self._store.transfer.read(conversation_id)

    def folders(self) -> Sequence[str]:
        return [each.name for each in self._store.folders.all()]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. gone: conversations that were deleted in the meantime."""

    files: int
    conversations: int
    gone: int


class Export:
    """One export: which conversations, in which form.

    Args:
        thinking: whether thoughts are wanted; JSON holds them in any case.
        whole: these are all conversations there are, so that JSON names all folders too, empty ones as well.
    """

    def __init__(
        self,
        source: ChatSource,
        conversation_ids: Sequence[int],
        form: ExportFormat,
        *,
        thinking: bool = False,
        whole: bool = False,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._source = source
        self._ids = tuple(dict.fromkeys(conversation_ids))
        self._form = form
        self._thinking = thinking
        self._whole = whole
        self._progress = progress
        self._cancel = cancel
        self._done = self._gone = 0

    def to_file(self, path: Path, *, force: bool = False) -> Exported:
        """All in one file.

        Raises:
            ExportFailed: it is there already (without `force`), or cannot be written.
            Cancelled: the token was set; nothing is left behind.
            StoreError: the conversations cannot be read.
        """
        require_free([path], force=force)
        write_whole(path, self.pieces(), self._cancel)
        return self._exported(files=1)

    def to_folder(self, folder: Path, *, force: bool = False) -> Exported:
        """Each in a file of its own, named after its title.

        Raises:
            ExportFailed: a file is there already (without `force`; then nothing was written), or cannot be written.
            Cancelled: the token was set; the files that are complete stay.
            StoreError: the conversations cannot be read.
        """
        names = FileNames(self._form.suffix)
        titles = ((each, self._source.title(each)) for each in self._ids)
        planned = [(each, folder / names.take(title)) for each, title in titles if title is not None]
        self._gone = len(self._ids) - len(planned)
        require_free([path for _, path in planned], force=force)
        files = 0
        for each, path in planned:
            if self._cancel is not None:
                self._cancel.raise_if_cancelled()
            try:
                conversation = self._source.read(each)
            except NotInStore:
                self._count(gone=True)
                continue
            write_whole(path, self._file_of(conversation), self._cancel)
            files += 1
            self._count()
        return self._exported(files)

    def pieces(self) -> Iterator[str]:
        """The text of one file that holds them all."""
        known = ((each, self._source.title(each)) for each in self._ids)
        there = [(each, title) for each, title in known if title is not None]
        self._gone = len(self._ids) - len(there)
        writer = writer_for(self._form, thinking=self._thinking)
        folders = self._source.folders() if self._whole else ()
        yield from writer.begin(Contents([title for _, title in there], folders))
        for each, _ in there:
            try:
                conversation = self._source.read(each)
            except NotInStore:
                self._count(gone=True)
                continue
            yield from writer.conversation(conversation)
            self._count()
        yield from writer.end()

    def _file_of(self, conversation: PortableConversation) -> Iterator[str]:
        writer = writer_for(self._form, thinking=self._thinking)
        yield from writer.begin(Contents([conversation.title]))
        yield from writer.conversation(conversation)
        yield from writer.end()

    def _count(self, *, gone: bool = False) -> None:
        if gone:
            self._gone += 1
        else:
            self._done += 1
        if self._progress is not None:
            self._progress(self._done + self._gone, len(self._ids))

    def _exported(self, files: int) -> Exported:
        return Exported(files, self._done, self._gone)
