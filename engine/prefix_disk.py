"""Keeps what a model has read of conversations on disk, so that they go on at once after a restart.

A conversation is found again by its token ids: what counts is the longest common prefix, as in memory. Files that are
not what was written, or were written by another model or for another kind of cache, are passed over: the prompt is read
then, which is all that ever comes of it. Writing is engine.prefix_writer's.
"""

from __future__ import annotations

import hashlib
import logging
import os
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

import torch

from engine.cancel import CancelToken
from engine.memory_errors import give_back_freed_memory, is_out_of_memory
from engine.model.base import SequenceCache, StorableCache
from engine.model.linear import one_thread
from engine.prefix import PrefixCache, common_prefix_length
from engine.prefix_copy import fill
from engine.prefix_files import delete_from, kept_files, read_chain, stem_of
from engine.prefix_segment import Damaged, SegmentFile, as_ids
from engine.prefix_writer import PrefixWriter
from engine.types import Finished, KeptPrefix

log = logging.getLogger(__name__)

# Reading fewer tokens again is done before anybody notices.
LEAST_GAIN_TOKENS: Final = 256
# A restored cache has room for the rest of the prompt and the beginning of an answer, so that it need not grow at once.
ANSWER_ROOM_TOKENS: Final = 512
# How fast a model reads is told by no fewer tokens.
TIMED_TOKENS: Final = 64


class PrefixKeeper:
    """Of one loaded model. `pause` before anything touches its caches, `resume` when that has ended.

    Args:
        folder: where the files lie; made when first written into.
        identity: tells what the contents of caches depend on. Asked once, and only when needed. May raise OSError.
        layout: of the model's caches; empty where they are of no kind that can be kept.
        new_cache: makes a cache of the model's.
    """

    def __init__(
        self, folder: Path, identity: Callable[[], str], layout: str, new_cache: Callable[[], SequenceCache]
    ) -> None:
        self._folder = folder
        self._identity = identity
        self._layout = layout
        self._new_cache = new_cache
        self._known_fingerprint: str | None = None
        self._read_s_per_token: float | None = None
        self._writer = PrefixWriter(folder, self._fingerprint, lambda: self._read_s_per_token)

    def pause(self) -> None:
        """From now on nothing here touches the model's memory."""
        self._writer.pause()

    def resume(self, prefix: PrefixCache) -> None:
        """Write what is to be kept of `prefix`, in the background."""
        self._writer.resume(prefix)

    def note(self, finished: Finished) -> None:
        """Learn from a request how fast the model reads: what is read again in no time is not kept."""
        read = finished.prompt_tokens - finished.reused_tokens
        if read >= TIMED_TOKENS:
            self._note_speed(finished.prefill_s / read)

    def close(self) -> None:
        """Stop, and hold nothing of the model's any more."""
        self._writer.close()

    def restore(self, prefix: PrefixCache, prompt_ids: Sequence[int], keep: KeptPrefix, cancel: CancelToken) -> None:
        """Put into `prefix` what the disk has of the prompt, where that is much more than `prefix` has.

        Any conversation's files will do: a copy of a chat shares its beginning.

        Raises:
            Cancelled: the token was set.
        """
        try:
            chain = self._best_chain(as_ids(prompt_ids), prefix.shared_with(prompt_ids), stem_of(keep.key))
        except OSError as error:
            log.warning("what was kept of conversations cannot be read: %s", error.strerror or type(error).__name__)
            return
        if not chain:
            return
        cache: StorableCache | None = None
        try:
            with one_thread():  # filling memory with zeros; several threads would wait for each other on a busy machine
                cache = self._read(prefix, chain, len(prompt_ids), cancel)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            log.info("there is no memory for what was kept of a conversation")
        if cache is None or not cache.length:
            give_back_freed_memory()
            return
        prefix.adopt(cache, chain[-1].segment.ids[: cache.length])
        for each in chain:
            self._note_speed(each.segment.read_s_per_token)
            with suppress(OSError):
                os.utime(each.path)  # those that were not used for longest go first

    def _note_speed(self, read_s_per_token: float) -> None:
        known = self._read_s_per_token
        self._read_s_per_token = read_s_per_token if known is None else min(known, read_s_per_token)

    def _fingerprint(self) -> str:
        """What files are good for; empty where the model's caches are of no kind that can be kept. Raises OSError."""
        known = self._known_fingerprint
        if known is None:
            known = hashlib.sha256(f"{self._identity()}|{self._layout}".encode()).hexdigest() if self._layout else ""
            self._known_fingerprint = known
        return known

    def _best_chain(self, prompt: array[int], known_tokens: int, own: str) -> list[SegmentFile]:
        """The files that share most with the prompt, this conversation's where others do not share more.

        None where that is little more than `known_tokens`, or too little of what would have to be read for it.
        """
        best: list[SegmentFile] = []
        most = known_tokens + LEAST_GAIN_TOKENS - 1
        stems = {each.stem for each in kept_files(self._folder) if each.number is not None}
        fingerprint = self._fingerprint() if stems and len(prompt) > most else ""
        for stem in sorted(stems, key=lambda each: each != own) if fingerprint else ():
            chain = read_chain(self._folder, stem, fingerprint)
            shared = min(common_prefix_length(chain[-1].segment.ids, prompt) if chain else 0, len(prompt) - 1)
            while chain and chain[-1].segment.start >= shared:
                chain.pop()
            if shared > most and 2 * shared >= chain[-1].segment.end:
                best, most = chain, shared
        return best

    @torch.inference_mode()
    def _read(
        self, prefix: PrefixCache, chain: list[SegmentFile], prompt_tokens: int, cancel: CancelToken
    ) -> StorableCache | None:
        """A cache with what the files hold, as far as they are sound; None where it cannot take that."""
        cache, end = self._new_cache(), chain[-1].segment.end
        if not isinstance(cache, StorableCache) or end > cache.limit:
            return None
        room = min(max(prompt_tokens + ANSWER_ROOM_TOKENS, end), cache.limit)
        prefix.make_room(cache.bytes_for(room))
        cache.reserve(room)
        with ThreadPoolExecutor(1, thread_name_prefix="prefix-check") as pool:
            for number, each in enumerate(chain):
                start, end = each.segment.start, each.segment.end
                try:
                    fill(cache.stored(start, end), each, pool, cancel)
                except Damaged as reason:
                    log.warning("what was kept of a conversation is given up: %s", reason)
                    delete_from(self._folder, each.path.name.split(".", 1)[0], number)
                except OSError as error:
                    log.warning("what was kept of a conversation cannot be read: %s", error.strerror)
                else:
                    cache.length = end
                    continue
                cache.length = start  # what lies behind it may be overwritten in part
                break
        return cache
