"""TeX formulas as pictures, by ziamath through Qt's SVG. Knows no document; may be called on any thread."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

LONGEST_FORMULA = 2_000
# Drawn finer than the screen, so that a window moved to a sharper one stays sharp.
SHARPNESS = 2.0
_DEEPEST = 40
LARGEST_PX = 4_000


@dataclass(frozen=True, slots=True)
class Formula:
    """`image` is drawn `width_px` by `height_px`; `depth_px` of it hang below the baseline."""

    image: QImage
    width_px: float
    height_px: float
    depth_px: float


def draw_formula(source: str, *, size_px: float, color: str, display: bool) -> Formula | None:
    """The picture of a formula; None where the source is not TeX that can be shown."""
    if len(source) > LONGEST_FORMULA or _nesting(source) > _DEEPEST:
        return None
    try:
        svg = _svg(source, size_px, color, display)
    except Exception:  # whatever a library trips over in a text from outside is "cannot be shown"
        return None
    return _drawn(svg)


def _svg(source: str, size_px: float, color: str, display: bool) -> str:
    with warnings.catch_warnings():
        # ziafont finds its fonts in a way that Python 3.11 alone calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.config import config  # late: takes a while, and most chats have no formula
        from ziamath.zmath import Latex

    config.svg2 = False  # Qt reads SVG Tiny 1.2, which has no symbols
    svg: str = Latex(source, size=size_px, color=color, inline=not display).svg()
    return svg


def _drawn(svg: str) -> Formula | None:
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    box = renderer.viewBoxF()  # its origin lies on the baseline
    width, height = box.width(), box.height()
    if not renderer.isValid() or not (0 < width < LARGEST_PX and 0 < height < LARGEST_PX):
        return None
    image = QImage(
        math.ceil(width * SHARPNESS), math.ceil(height * SHARPNESS), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, image.width(), image.height()))
    painter.end()
    return Formula(image, width, height, max(0.0, box.bottom()))


def _nesting(source: str) -> int:
    deepest = depth = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest
