"""One answer of the hub as a stream of pieces that the caller can leave at any moment.

A thread of its own reads from the network, since a blocked read cannot be interrupted; the caller takes the pieces
from a short queue and looks at its cancel token in between. Leaving shuts the socket, which ends the thread.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx2

from engine.cancel import CancelToken
from engine.download.answers import translated
from engine.download.http import HubClient
from engine.download.waiting import POLL_S
from engine.file_safety import bare

_QUEUED_PIECES = 64  # of 64 KiB at most
_JOIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of the last answer, and the headers of the redirects that led to it."""

    status: int
    headers: httpx2.Headers
    redirects: tuple[httpx2.Headers, ...]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class _End:
    pass


_Item = Head | bytes | _Failed | _End


class Stream:
    """An answer being read. `head` first, then `pieces`."""

    def __init__(self, client: HubClient, url: str, headers: Mapping[str, str], cancel: CancelToken) -> None:
        self._client = client
        self._cancel = cancel
        self._left = threading.Event()
        self._queue: queue.Queue[_Item] = queue.Queue(_QUEUED_PIECES)
        self._thread = threading.Thread(target=self._read, args=(url, dict(headers)), name="hub-transfer", daemon=True)
        self._thread.start()

    def head(self) -> Head:
        """Raises Trouble, a PonderError or Cancelled."""
        item = self._next()
        if not isinstance(item, Head):
            raise TypeError("the stream began without a head")
        return item

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives, and an empty piece a few times a second while nothing does.

        Raises Trouble, a PonderError or Cancelled.
        """
        while True:
            item = self._next_or_none()
            if item is None:
                yield b""
            elif isinstance(item, bytes):
                yield item
            else:
                return

    def leave(self) -> None:
        self._left.set()
        if self._thread.is_alive():
            self._client.drop_connections()
            self._thread.join(_JOIN_S)

    def _next(self) -> _Item:
        while (item := self._next_or_none()) is None:
            pass
        return item

    def _next_or_none(self) -> _Item | None:
        self._cancel.raise_if_cancelled()
        try:
            item = self._queue.get(timeout=POLL_S)
        except queue.Empty:
            return None
        if isinstance(item, _Failed):
            raise item.error
        return item

    def _read(self, url: str, headers: dict[str, str]) -> None:
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                redirects = tuple(each.headers for each in response.history)
                self._put(Head(response.status_code, response.headers, redirects))
                with translated(bare(httpx2.URL(url).host)):
                    for piece in response.iter_raw():
                        if not self._put(piece):
                            return
            self._put(_End())
        except BaseException as error:
            self._put(_Failed(error))

    def _put(self, item: _Item) -> bool:
        while not self._left.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(item, timeout=POLL_S)
                return True
        return False


@contextlib.contextmanager
def open_stream(client: HubClient, url: str, headers: Mapping[str, str], cancel: CancelToken) -> Iterator[Stream]:
    """GET `url`; the connection ends with the block unless the answer was read to its end."""
    stream = Stream(client, url, headers, cancel)
    try:
        yield stream
    finally:
        stream.leave()
