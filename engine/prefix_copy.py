"""Between a cache's memory and a file's chunks: the bytes of some tensors, one tensor after the other, as one stream.

Reading checks each chunk before any of it gets into the cache, on a second thread while the next chunk is read.
"""

from __future__ import annotations

import ctypes
import hmac
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future

import torch
from torch import Tensor

from engine.cancel import CancelToken
from engine.prefix_segment import CHUNK_BYTES, Damaged, SegmentFile, chunk_hash, read_chunk

_BUFFERS = 3


def pieces(tensors: Iterable[Tensor]) -> Iterator[Tensor]:
    """The tensors' memory in order, as uint8 tensors `(bytes,)` each of which lies in one piece."""
    for tensor in tensors:
        if tensor.is_contiguous():
            yield tensor.reshape(-1).view(torch.uint8)
        else:
            yield from pieces(tensor.unbind(0))


def _copy(target: Tensor, source: Tensor) -> None:
    """Between two pieces of one length. Not by torch within main memory: it would share each copy out to its threads,
    and wait for them whenever other programs have the cores.
    """
    if target.is_cpu and source.is_cpu:
        ctypes.memmove(target.data_ptr(), source.data_ptr(), len(target))
    else:
        target.copy_(source)


class Outlet:
    """Hands out the bytes of tensors. Holds on to them until all are handed out."""

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        self._pieces = pieces(tensors)
        self._rest: Tensor | None = None

    def copy_into(self, buffer: Tensor) -> int:
        """Fill a uint8 tensor; how many bytes there were for it."""
        done = 0
        while done < len(buffer):
            piece = self._rest if self._rest is not None else next(self._pieces, None)
            if piece is None:
                break
            count = min(len(piece), len(buffer) - done)
            _copy(buffer[done : done + count], piece[:count])
            self._rest = piece[count:] if count < len(piece) else None
            done += count
        return done


def fill(tensors: Iterable[Tensor], found: SegmentFile, pool: Executor, cancel: CancelToken) -> None:
    """Fill the tensors from the file.

    Args:
        pool: checks chunks.

    Raises:
        Damaged: something in it is not what was written, or it is another amount; what came before it is copied.
        OSError: it cannot be read.
        Cancelled: the token was set.
    """
    buffers = [bytearray(CHUNK_BYTES) for _ in range(_BUFFERS)]
    reading: deque[tuple[memoryview, bytes, Future[bytes]]] = deque()
    inlet = _Inlet(tensors)
    try:
        with found.path.open("rb") as file:
            file.seek(found.data_offset)
            for index, size in enumerate(found.segment.chunk_sizes()):
                cancel.raise_if_cancelled()
                if len(reading) == _BUFFERS:
                    inlet.take(*reading.popleft())
                chunk = memoryview(buffers[index % _BUFFERS])[:size]
                expected = read_chunk(file, chunk)
                reading.append((chunk, expected, pool.submit(chunk_hash, found.header_hash, index, chunk)))
            while reading:
                inlet.take(*reading.popleft())
    finally:
        for _, _, hashed in reading:
            hashed.cancel()
    inlet.finish()


class _Inlet:
    def __init__(self, tensors: Iterable[Tensor]) -> None:
        self._pieces = pieces(tensors)
        self._rest: Tensor | None = None

    def take(self, chunk: memoryview, expected: bytes, hashed: Future[bytes]) -> None:
        if not hmac.compare_digest(hashed.result(), expected):
            raise Damaged("part of it is not what was written")
        source, done = torch.frombuffer(chunk, dtype=torch.uint8), 0
        while done < len(source):
            piece = self._rest if self._rest is not None else next(self._pieces, None)
            if piece is None:
                raise Damaged("it holds more than the cache takes")
            count = min(len(piece), len(source) - done)
            _copy(piece[:count], source[done : done + count])
            self._rest = piece[count:] if count < len(piece) else None
            done += count

    def finish(self) -> None:
        if self._rest is not None or next(self._pieces, None) is not None:
            raise Damaged("it holds less than the cache needs")
