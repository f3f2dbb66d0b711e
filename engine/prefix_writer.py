"""Writes what a model has read of conversations to disk, in the background and only while the engine does nothing.

`pause` ends it without waiting for the disk: of the model's memory one chunk at a time is copied, and nothing here
holds on to any of it otherwise. What cannot be written is given up and logged; nobody is ever kept from anything by it.
"""

from __future__ import annotations

import logging
import secrets
import threading
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from engine.disk import in_units
from engine.model.base import StorableCache
from engine.prefix import PrefixCache, common_prefix_length
from engine.prefix_copy import Outlet
from engine.prefix_files import delete_from, make_folder, make_room, path_of, read_chain, stem_of
from engine.prefix_segment import CHUNK_BYTES, Segment, as_ids, write_segment
from engine.types import KeptPrefix

log = logging.getLogger(__name__)

_JOIN_PATIENCE_S: Final = 1.0


class _Over(Exception):
    """The engine has something else to do."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be written: number so and so of a conversation's."""

    stem: str
    number: int
    segment: Segment


class PrefixWriter:
    """Of one loaded model. `pause` before anything touches its caches, `resume` when that has ended.

    Args:
        folder: where the files lie; made when first written into.
        fingerprint: what the files are good for; called on the thread that writes. May raise OSError. Empty: none can
            be written.
        read_s_per_token: how long the model takes to read a token of a long prompt; None as long as nobody knows.
    """

    def __init__(
        self, folder: Path, fingerprint: Callable[[], str], read_s_per_token: Callable[[], float | None]
    ) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._read_s_per_token = read_s_per_token
        self._guard = threading.Lock()  # of what follows; held for one chunk at most
        self._burst = 0
        self._prefix: PrefixCache | None = None
        self._outlet: Outlet | None = None
        self._turn = threading.Lock()  # a burst begins once the one before it has noticed that it is over
        self._thread: threading.Thread | None = None

    def pause(self) -> None:
        """From now on nothing here touches the model's memory."""
        with self._guard:
            self._burst += 1
            self._prefix = self._outlet = None

    def resume(self, prefix: PrefixCache) -> None:
        """Write what is to be kept of `prefix`, until that is done or `pause` is called."""
        if not any(self._is_worth_it(keep, len(ids)) for keep, _, ids in prefix.to_keep()):
            return
        with self._guard:
            self._prefix = prefix
            burst = self._burst
        self._thread = threading.Thread(target=self._work, args=(burst,), name="prefix-writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and hold nothing of the model's any more."""
        self.pause()
        if self._thread is not None:
            self._thread.join(_JOIN_PATIENCE_S)

    def _is_worth_it(self, keep: KeptPrefix, tokens: int) -> bool:
        rate = self._read_s_per_token()
        return tokens >= keep.least_tokens and rate is not None and tokens * rate >= keep.least_read_s

    # -- on a thread of its own --

    def _work(self, burst: int) -> None:
        with self._turn, torch.inference_mode():
            try:
                while (found := self._newest(burst)) is not None:
                    self._keep(burst, *found)
                    self._settle(burst, found[0])
            except _Over:
                log.debug("what was read of a conversation is written later")
            except OSError as error:
                log.warning(
                    "what was read of a conversation cannot be kept: %s", error.strerror or type(error).__name__
                )
            finally:
                with self._guard:
                    if burst == self._burst:
                        self._prefix = self._outlet = None

    def _newest(self, burst: int) -> tuple[KeptPrefix, array[int]] | None:
        """The one used last that is not on the disk as it is."""
        with self._guard:
            for keep, _, ids in self._prefix_in(burst).to_keep():
                if self._is_worth_it(keep, len(ids)):
                    return keep, as_ids(ids)
        return None

    def _settle(self, burst: int, keep: KeptPrefix) -> None:
        with self._guard:
            self._prefix_in(burst).settle(keep)

    def _prefix_in(self, burst: int) -> PrefixCache:
        if burst != self._burst or self._prefix is None:
            raise _Over
        return self._prefix

    def _keep(self, burst: int, keep: KeptPrefix, ids: array[int]) -> None:
        """Write what the disk does not have of it, if there is room. Raises _Over, OSError."""
        fingerprint = self._fingerprint()
        if not fingerprint:
            return
        make_folder(self._folder)
        wanted = self._file(burst, keep, ids, fingerprint)
        if wanted is None:
            return
        if not make_room(self._folder, wanted.segment.data_bytes, keep.budget_bytes, stay=wanted.stem):
            log.info("no room on the disk for %s of a conversation", in_units(wanted.segment.data_bytes))
            return
        path = path_of(self._folder, wanted.stem, wanted.number)
        try:
            write_segment(path, wanted.segment, self._chunks(burst, wanted.segment))
        except FileNotFoundError:  # somebody deleted the conversation, and what was written of it
            log.info("what was being kept of a conversation was deleted")
            return
        delete_from(self._folder, wanted.stem, wanted.number + 1)

    def _file(self, burst: int, keep: KeptPrefix, ids: array[int], fingerprint: str) -> _File | None:
        """Which positions are to be written into which file; None where the disk has all of them."""
        stem, end = stem_of(keep.key), len(ids)
        chain = [each.segment for each in read_chain(self._folder, stem, fingerprint)]
        shared = common_prefix_length(chain[-1].ids, ids) if chain else 0
        if shared == end:
            return None
        chain = [each for each in chain if each.start < shared]
        start = min(shared, chain[-1].end) if chain else 0
        while chain and _is_better_rewritten(chain[-1], start, end):
            start = chain.pop().start
        parent = chain[-1].name if chain else ""
        data_bytes = self._open(burst, keep, start, end)
        if not data_bytes:
            return None
        rate = self._read_s_per_token() or 0.0
        segment = Segment(secrets.token_hex(16), parent, fingerprint, start, ids, data_bytes, rate)
        return _File(stem, len(chain), segment)

    def _open(self, burst: int, keep: KeptPrefix, start: int, end: int) -> int:
        """Have `_chunks` give these positions; how many bytes they are."""
        with self._guard:
            for each, cache, _ in self._prefix_in(burst).to_keep():
                if each is keep and isinstance(cache, StorableCache):
                    stored = cache.stored(start, end)
                    self._outlet = Outlet(stored)
                    return sum(tensor.numel() * tensor.element_size() for tensor in stored)
        return 0

    def _chunks(self, burst: int, segment: Segment) -> Iterator[memoryview]:
        buffer = bytearray(CHUNK_BYTES)
        for size in segment.chunk_sizes():
            with self._guard:
                self._prefix_in(burst)
                if self._outlet is None:
                    raise _Over
                self._outlet.copy_into(torch.frombuffer(buffer, dtype=torch.uint8)[:size])
            yield memoryview(buffer)[:size]


def _is_better_rewritten(last: Segment, start: int, end: int) -> bool:
    """Whether the chain's last file goes into the new one, which would begin at `start` behind it or within it.

    Files that double in length, or more, from the last to the first: few of them, and every position is written again
    only as often as that makes it. What a file holds in vain is less than half of it.
    """
    length = last.end - last.start
    return length <= 2 * (end - start) or 2 * (last.end - start) > length
