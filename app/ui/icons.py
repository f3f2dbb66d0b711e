"""Ponder's line icons: 1.8 px strokes on a 24 px grid, tinted when they are drawn."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

GRID = 24
STROKE = 1.8
APPLICATION_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Icon(Enum):
    """The SVG body of each icon. Filled shapes say so themselves."""

    NEW_CHAT = '<path d="M12 5v14M5 12h14"/>'
    BULB = (
        '<path d="M9.2 18h5.6M10 21h4M8.9 15.2c-.1-.9-.6-1.6-1.2-2.3A6 6 0 0 1 6 8.9'
        'a6 6 0 0 1 12 0 6 6 0 0 1-1.7 4c-.6.7-1.1 1.4-1.2 2.3z"/>'
    )
    SEND = '<path d="M12 19V5.5M6 11l6-6 6 6"/>'
    STOP = '<rect x="6.5" y="6.5" width="11" height="11" rx="2.2" fill="COLOR" stroke="none"/>'
    CHEVRON_RIGHT = '<path d="M9.5 6l6 6-6 6"/>'
    CHEVRON_DOWN = '<path d="M6 9.5l6 6 6-6"/>'
    ARROW_DOWN = '<path d="M12 5v13.5M6 13l6 6 6-6"/>'
    RETRY = '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5"/>'
    NOTICE = (
        '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.8v5"/>'
        '<circle cx="12" cy="16" r="1.15" fill="COLOR" stroke="none"/>'
    )
    DOT = '<circle cx="12" cy="12" r="6" fill="COLOR" stroke="none"/>'
    LOGO = (
        '<rect x="2" y="2" width="20" height="20" rx="6" fill="COLOR" stroke="none"/>'
        '<g fill="#FFFFFF" stroke="none"><circle cx="7.5" cy="12" r="1.7"/>'
        '<circle cx="12" cy="12" r="1.7"/><circle cx="16.5" cy="12" r="1.7"/></g>'
    )


def renderer_for(icon: Icon, color: QColor) -> QSvgRenderer:
    """What draws the icon in one colour, at any size."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" fill="none" stroke="{color.name()}" '
        f'stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round">'
        f"{icon.value.replace('COLOR', color.name())}</svg>"
    )
    return QSvgRenderer(QByteArray(svg.encode()))


def application_icon(color: QColor) -> QIcon:
    """The window's icon, at the sizes that window managers ask for."""
    renderer = renderer_for(Icon.LOGO, color)
    result = QIcon()
    for size in APPLICATION_ICON_SIZES:
        pixmap = QPixmap(QSize(size, size))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(pixmap)
    return result
