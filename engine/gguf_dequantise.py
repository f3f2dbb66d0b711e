"""From GGUF's blocks of quantised weights to numbers, in numpy.

Written from the block structures in ggml-common.h and their reference conversion in ggml-quants.c (dequantize_row_*),
and tested bit for bit against the `gguf` package, which is no dependency: it would bring an HTTP client into the
engine. It works through 16 rows at a time: with rows of 4,096 weights it was measured to take one to three times as
long as the functions here, with rows of 256 four to forty times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine import gguf_types
from engine.gguf_types import GgufType

Blocks = NDArray[np.uint8]
Floats = NDArray[np.float32]


def dequantise(data: bytes | memoryview, kind: GgufType) -> Floats:
    """Whole blocks of a quantised type as a flat float32 array.

    Raises:
        ValueError: the type is not quantised, or the data is no whole number of blocks.
    """
    convert = _CONVERTERS.get(kind.name)
    if convert is None:
        raise ValueError(f"{kind.name} is not a quantised type")
    blocks = np.frombuffer(data, dtype=np.uint8).reshape(-1, kind.block_bytes)
    # A block's scale may be anything in a hostile file; what overflows becomes infinite, and the caller refuses that.
    with np.errstate(over="ignore", invalid="ignore"):
        return convert(blocks).reshape(-1)


def _half(blocks: Blocks, start: int) -> Floats:
    """The float16 at byte `start` of every block: (blocks, 1)."""
    return np.ascontiguousarray(blocks[:, start : start + 2]).view(np.float16).astype(np.float32)


def _nibbles(packed: Blocks) -> Blocks:
    """(blocks, n) bytes to (blocks, 2n) values of 4 bits: all low halves, then all high ones."""
    return np.concatenate((packed & 0x0F, packed >> 4), axis=1)


def _fifth_bits(blocks: Blocks, start: int) -> Blocks:
    """The 32 bits at byte `start`, one for each weight of the block, worth 16 each."""
    bits: Blocks = np.unpackbits(blocks[:, start : start + 4], axis=1, bitorder="little")
    return bits * np.uint8(16)


def _q8_0(blocks: Blocks) -> Floats:
    return blocks[:, 2:].view(np.int8).astype(np.float32) * _half(blocks, 0)


def _q4_0(blocks: Blocks) -> Floats:
    return (_nibbles(blocks[:, 2:]).astype(np.float32) - np.float32(8)) * _half(blocks, 0)


def _q4_1(blocks: Blocks) -> Floats:
    return _nibbles(blocks[:, 4:]).astype(np.float32) * _half(blocks, 0) + _half(blocks, 2)


def _q5_0(blocks: Blocks) -> Floats:
    values = _nibbles(blocks[:, 6:]) | _fifth_bits(blocks, 2)
    return (values.astype(np.float32) - np.float32(16)) * _half(blocks, 0)


def _q5_1(blocks: Blocks) -> Floats:
    values = _nibbles(blocks[:, 8:]) | _fifth_bits(blocks, 4)
    return values.astype(np.float32) * _half(blocks, 0) + _half(blocks, 2)


def _scales_and_minima(blocks: Blocks) -> tuple[Floats, Floats]:
    """A K block's eight scales and eight minima, 6 bits each in 12 bytes (get_scale_min_k4), times d and dmin.

    Both (blocks, 8, 1).
    """
    low, high, mixed = blocks[:, 4:8], blocks[:, 8:12], blocks[:, 12:16]
    scales = np.concatenate((low & 0x3F, (mixed & 0x0F) | ((low >> 2) & 0x30)), axis=1)
    minima = np.concatenate((high & 0x3F, (mixed >> 4) | ((high >> 2) & 0x30)), axis=1)
    d, d_min = _half(blocks, 0), _half(blocks, 2)
    return (d * scales.astype(np.float32))[:, :, None], (d_min * minima.astype(np.float32))[:, :, None]


def _q4_k(blocks: Blocks) -> Floats:
    scales, minima = _scales_and_minima(blocks)
    packed = blocks[:, 16:].reshape(-1, 4, 1, 32)
    values = np.concatenate((packed & 0x0F, packed >> 4), axis=2).reshape(-1, 8, 32)
    return scales * values.astype(np.float32) - minima


def _q5_k(blocks: Blocks) -> Floats:
    scales, minima = _scales_and_minima(blocks)
    packed = blocks[:, 48:].reshape(-1, 4, 1, 32)
    values = np.concatenate((packed & 0x0F, packed >> 4), axis=2).reshape(-1, 8, 32)
    shifts = np.arange(8, dtype=np.uint8)[None, :, None]
    values |= ((blocks[:, None, 16:48] >> shifts) & 1) << 4
    return scales * values.astype(np.float32) - minima


def _q6_k(blocks: Blocks) -> Floats:
    low = blocks[:, :128].reshape(-1, 2, 1, 64)
    low = np.concatenate((low & 0x0F, low >> 4), axis=2).reshape(-1, 2, 4, 32)
    shifts = np.array([0, 2, 4, 6], dtype=np.uint8)[None, None, :, None]
    high = (blocks[:, 128:192].reshape(-1, 2, 1, 32) >> shifts) & 0x03
    values = (low | (high << 4)).view(np.int8) - np.int8(32)
    scales = _half(blocks, 208) * blocks[:, 192:208].view(np.int8).astype(np.float32)
    return scales[:, :, None] * values.reshape(-1, 16, 16).astype(np.float32)


_CONVERTERS: Mapping[str, Callable[[Blocks], Floats]] = {
    gguf_types.Q8_0.name: _q8_0,
    gguf_types.Q4_0.name: _q4_0,
    gguf_types.Q4_1.name: _q4_1,
    gguf_types.Q5_0.name: _q5_0,
    gguf_types.Q5_1.name: _q5_1,
    gguf_types.Q4_K.name: _q4_k,
    gguf_types.Q5_K.name: _q5_k,
    gguf_types.Q6_K.name: _q6_k,
}
