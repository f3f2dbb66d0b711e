"""The picture of a benchmark: milliseconds per token against depth, and what memory allows. Draws, measures nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.library.picture import LINE_HEIGHT, Colour, Picture, text_width
from engine.bench.report import Decoded, Measured, Report

WIDTH, HEIGHT = 1080, 680
_LEFT, _RIGHT, _TOP, _BOTTOM = 100, 40, 90, 90
_INK: Colour = (34, 34, 34)
_FAINT: Colour = (225, 225, 225)
# Told apart by people who see colours differently: Okabe and Ito, "Color Universal Design", without the yellow.
_COLOURS: tuple[Colour, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (0, 158, 115),
    (204, 121, 167),
    (86, 180, 233),
    (230, 159, 0),
)
_MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class _Axes:
    """From depth and milliseconds to pixels."""

    most_depth: float
    most_ms: float

    def x(self, depth: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * depth / self.most_depth

    def y(self, ms: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * ms / self.most_ms


def plot_png(report: Report) -> bytes:
    """A PNG of WIDTH by HEIGHT pixels.

    A line for each precision, a bar from the quickest to the slowest run at each depth, and, dashed, the least time
    that reading weights and cache takes at the speed that the memory was measured with.
    """
    picture = Picture.blank(WIDTH, HEIGHT)
    decoded = [each for measured in report.measured for each in measured.decode]
    depths = _ticks(max((float(each.depth_tokens) for each in decoded), default=0.0) or 1.0)
    slowest = [each.ms_per_token.high for each in decoded]
    slowest += [ms for measured in report.measured for _, ms in _limits(measured, report.memory.bytes_per_s)]
    times = _ticks(max(slowest, default=0.0) or 1.0)
    last_depth = max((float(each.depth_tokens) for each in decoded), default=0.0) or depths[-1]
    axes = _Axes(last_depth * 1.02, times[-1])
    _draw_axes(picture, axes, [each for each in depths if each <= axes.most_depth], times)
    _draw_title(picture, report)
    for index, measured in enumerate(report.measured):
        _draw_line(picture, axes, measured, report.memory.bytes_per_s, _COLOURS[index % len(_COLOURS)])
    _draw_legend(picture, report)
    return picture.png()


def _draw_axes(picture: Picture, axes: _Axes, depths: list[float], times: list[float]) -> None:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    for ms in times:
        picture.line((_LEFT, axes.y(ms)), (right, axes.y(ms)), _FAINT)
        label = f"{ms:,.{_digits(times)}f}"
        picture.text(_LEFT - 14 - text_width(label), round(axes.y(ms)) - LINE_HEIGHT // 2, label, _INK)
    for depth in depths:
        x = axes.x(depth)
        picture.line((x, bottom), (x, bottom + 6), _INK)
        label = f"{depth:,.{_digits(depths)}f}"
        picture.text(round(x) - text_width(label) // 2, bottom + 14, label, _INK)
    picture.line((_LEFT, _TOP), (_LEFT, bottom), _INK)
    picture.line((_LEFT, bottom), (right, bottom), _INK)
    under = "tokens in the cache"
    picture.text((_LEFT + right - text_width(under)) // 2, HEIGHT - 38, under, _INK)
    beside = "ms per token"
    picture.text(14, (_TOP + bottom + text_width(beside)) // 2, beside, _INK, upwards=True)


def _draw_title(picture: Picture, report: Report) -> None:
    memory = report.memory
    picture.text(_LEFT, 20, _cut(f"{report.model} on {memory.device} ({memory.device_name})"), _INK)
    under = f"median of {report.runs} runs of {report.tokens:,} tokens, memory {memory.bytes_per_s / 1e9:,.1f} GB/s"
    picture.text(_LEFT, 48, _cut(under), (110, 110, 110))


def _draw_line(picture: Picture, axes: _Axes, measured: Measured, bytes_per_s: float, colour: Colour) -> None:
    points = [(axes.x(each.depth_tokens), axes.y(each.ms_per_token.median)) for each in measured.decode]
    limits = [(axes.x(each.depth_tokens), axes.y(ms)) for each, ms in _limits(measured, bytes_per_s)]
    for start, end in pairwise(limits):
        picture.line(start, end, colour, 1.5, dash=7)
    for start, end in pairwise(points):
        picture.line(start, end, colour, 2.5)
    for each, point in zip(measured.decode, points, strict=True):
        spread = each.ms_per_token
        x = point[0]
        picture.line((x, axes.y(spread.low)), (x, axes.y(spread.high)), colour, 1.5)
        for ms in (spread.low, spread.high):
            picture.line((x - 5, axes.y(ms)), (x + 5, axes.y(ms)), colour, 1.5)
        picture.dot(point, 5, colour)


def _limits(measured: Measured, bytes_per_s: float) -> Iterator[tuple[Decoded, float]]:
    for each in measured.decode:
        limit = each.limit_tokens_per_s(bytes_per_s)
        if limit is not None:
            yield each, 1000 / limit


def _draw_legend(picture: Picture, report: Report) -> None:
    """In the top left corner, which lines that rise to the right leave free."""
    names = [f"{each.precision.value}, {each.kernels}" for each in report.measured]
    limit = "dashed: what memory allows"
    left, top, row = _LEFT + 20, _TOP + 12, LINE_HEIGHT + 10
    width = max(text_width(each) for each in (*names, limit)) + 60
    picture.box(left - 8, top - 8, width, row * (len(names) + 1) + 8, (255, 255, 255))
    for index, name in enumerate(names):
        y = top + index * row
        colour = _COLOURS[index % len(_COLOURS)]
        picture.line((left, y + LINE_HEIGHT / 2), (left + 30, y + LINE_HEIGHT / 2), colour, 2.5)
        picture.dot((left + 15, y + LINE_HEIGHT / 2), 5, colour)
        picture.text(left + 42, y, name, _INK)
    y = top + len(names) * row
    picture.line((left, y + LINE_HEIGHT / 2), (left + 30, y + LINE_HEIGHT / 2), (110, 110, 110), 1.5, dash=7)
    picture.text(left + 42, y, limit, _INK)


def _cut(text: str) -> str:
    most = (WIDTH - _LEFT - _RIGHT) // text_width("ab") * 2
    return text if len(text) <= most else text[: most - 3] + "..."


def _ticks(most: float) -> list[float]:
    """Round numbers from 0 to the first one that is not below `most`."""
    size: float = 10.0 ** math.floor(math.log10(most))
    step = next(each for each in (0.1 * size, 0.2 * size, 0.5 * size, size, 2 * size) if most / each <= _MOST_TICKS)
    return [index * step for index in range(math.ceil(most / step - 1e-9) + 1)]


def _digits(ticks: list[float]) -> int:
    """Behind the point, so that neighbours differ."""
    return max(0, -math.floor(math.log10(ticks[1]) + 1e-9))
