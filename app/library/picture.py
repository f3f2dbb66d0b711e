"""A picture drawn in memory and its PNG file: lines, dots, boxes and text. Knows no window and no chart."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.library.dot_letters import BOX, HEIGHT, LETTERS, WIDTH

Colour: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]
WHITE: Colour = (255, 255, 255)
DOT = 2
"""Pixels of a letter's dot."""
LETTER_STEP = (WIDTH + 1) * DOT
LINE_HEIGHT = HEIGHT * DOT


def text_width(text: str) -> int:
    """In pixels."""
    return len(text) * LETTER_STEP - DOT if text else 0


@dataclass(frozen=True, slots=True)
class Picture:
    """pixels: (height, width, 3), 0 to 255. The origin is the top left corner."""

    pixels: NDArray[np.float32]

    @classmethod
    def blank(cls, width: int, height: int) -> Picture:
        return cls(np.full((height, width, 3), WHITE, dtype=np.float32))

    def line(self, start: Point, end: Point, colour: Colour, width: float = 1.0, dash: float = 0.0) -> None:
        """A straight line with smooth edges. `dash`: pixels drawn, and as many left out; 0 for none."""
        (x0, y0), (x1, y1) = start, end
        length = math.hypot(x1 - x0, y1 - y0)
        rows, columns = self._around(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), width)
        dx, dy = (x1 - x0) / (length or 1.0), (y1 - y0) / (length or 1.0)
        along = (columns - x0) * dx + (rows - y0) * dy
        nearest = np.clip(along, 0.0, length)
        away = np.hypot(columns - x0 - nearest * dx, rows - y0 - nearest * dy)
        coverage = np.clip(width / 2 + 0.5 - away, 0.0, 1.0)
        if dash:
            coverage = np.where(nearest // dash % 2 == 0, coverage, 0.0)
        self._blend(rows, columns, coverage, colour)

    def dot(self, centre: Point, radius: float, colour: Colour) -> None:
        x, y = centre
        rows, columns = self._around(x, y, x, y, 2 * radius)
        coverage = np.clip(radius + 0.5 - np.hypot(columns - x, rows - y), 0.0, 1.0)
        self._blend(rows, columns, coverage, colour)

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        self.pixels[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = colour

    def text(self, left: int, top: int, text: str, colour: Colour, *, upwards: bool = False) -> None:
        """One line from its top left corner; upwards: turned a quarter to the left, from its bottom left corner."""
        for index, letter in enumerate(text):
            rows = (LETTERS.get(letter) or BOX).split()
            for row, dots in enumerate(rows):
                for column, dot in enumerate(dots):
                    if dot == "#":
                        along, across = index * LETTER_STEP + column * DOT, row * DOT
                        x, y = (left + across, top - along - DOT) if upwards else (left + along, top + across)
                        self.box(x, y, DOT, DOT, colour)

    def png(self) -> bytes:
        """An 8-bit RGB file (PNG specification, third edition)."""
        height, width, _ = self.pixels.shape
        lines = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each begins with its filter: none
        lines[:, 1:] = np.rint(self.pixels).astype(np.uint8).reshape(height, -1)
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)

    def _around(
        self, left: float, top: float, right: float, bottom: float, margin: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns, as a grid, of the pixels that something so large can touch."""
        height, width, _ = self.pixels.shape
        rows = np.arange(max(int(top - margin - 1), 0), min(int(bottom + margin + 2), height))
        columns = np.arange(max(int(left - margin - 1), 0), min(int(right + margin + 2), width))
        return rows[:, None], columns[None, :]

    def _blend(
        self, rows: NDArray[np.int64], columns: NDArray[np.int64], coverage: NDArray[np.float64], colour: Colour
    ) -> None:
        share = coverage[..., None]
        before = self.pixels[rows, columns]
        self.pixels[rows, columns] = before * (1 - share) + np.array(colour, dtype=np.float32) * share


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
