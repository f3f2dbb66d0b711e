"""Ponder's line icons: 1.8 px strokes on a 24 px grid, tinted when they are drawn.

Besides, the application's own icon, whose drawings and script are in packaging/icons.
"""

from __future__ import annotations

from enum import Enum
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtSvg import QSvgRenderer

GRID = 24
STROKE = 1.8
APPLICATION_ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)
SYMBOLIC_ICON_SIZES = (22, 44)
_FOLDER = Path(str(files("resources") / "icons"))


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
    BACK = '<path d="M14.5 6l-6 6 6 6"/>'
    CHEVRON_DOWN = '<path d="M6 9.5l6 6 6-6"/>'
    ARROW_DOWN = '<path d="M12 5v13.5M6 13l6 6 6-6"/>'
    RETRY = '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5"/>'
    NOTICE = (
        '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.8v5"/>'
        '<circle cx="12" cy="16" r="1.15" fill="COLOR" stroke="none"/>'
    )
    COPY = (
        '<rect x="8.5" y="8.5" width="11" height="11" rx="2.5"/><path d="M15.5 8.5V7A2.5 2.5 0 0 0 13 4.5H7A2'
        '.5 2.5 0 0 0 4.5 7v6A2.5 2.5 0 0 0 7 15.5h1.5"/>'
    )
    CHECK = '<path d="M5 12.5l4.5 4.5L19 7.5"/>'
    CLOSE = '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>'
    EDIT = '<path d="M4.5 19.5l.9-4L16 4.9a2.1 2.1 0 0 1 3 3L8.4 18.6z"/><path d="M14 7l3 3"/>'
    FORK = (
        '<circle cx="6.5" cy="5.5" r="2"/><circle cx="17.5" cy="5.5" r="2"/><circle cx="12" cy="18.5" r="2"/>'
        '<path d="M6.5 7.5v1.8A3.2 3.2 0 0 0 9.7 12.5h4.6a3.2 3.2 0 0 0 3.2-3.2V7.5M12 12.5v4'
        '"/>'
    )
    SEARCH = '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4 4"/>'
    PIN = '<path d="M9 4.5h6M10 4.5v5.2L7.5 13.5h9L14 9.7V4.5M12 13.5v6"/>'
    FOLDER = (
        '<path d="M4 17.5V6.5A1.5 1.5 0 0 1 5.5 5H9l2 2.5h7.5A1.5 1.5 0 0 1 20 9v8.5a1.50'
        '0 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z"/>'
    )
    SETTINGS = (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1'
        '00M15.9 15.9L18 18M18 6l-2.1 2.1M8.1 15.9L6 18"/>'
    )
    SLIDERS = (
        '<path d="M5 7.5h7M16.5 7.5H19M5 16.5h2.5M12 16.5h7"/><circle cx="14.2" cy="7.5" r="2'
        '.2"/><circle cx="9.8" cy="16.5" r="2.2"/>'
    )
    PANEL = '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M14.5 5v14"/>'
    SIDEBAR = '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="M9.5 5v14"/>'
    ATTACH = (
        '<path d="M18.5 11.5l-6.3 6.3a4 4 0 0 1-5.7-5.7l6.8-6.7a2.7 2.7 0 0 1 3.8 3.8'
        'l-6.7 6.7a1.3 1.3 0 0 1-1.9-1.9l6-5.9"/>'
    )
    TRASH = (
        '<path d="M5 7h14M10 7V4.8h4V7M6.5 7l.8 12a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 '
        '1.5-1.4L17.5 7M10.2 11v5.5M13.8 11v5.5"/>'
    )
    ARCHIVE = (
        '<rect x="4" y="5" width="16" height="4" rx="1.2"/><path d="M5.5 9v8.5A1.5 1.5 0 0 0 7 19h1'
        '0a1.5 1.5 0 0 0 1.5-1.5V9M10 12.5h4"/>'
    )
    DOWNLOAD = '<path d="M12 4.5V15M7.5 10.8L12 15.2l4.5-4.4M5 19.5h14"/>'
    EXPORT = '<path d="M12 15V4.5M7.5 8.7L12 4.3l4.5 4.4M5 14v4a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 18v-4"/>'
    PAUSE = '<path d="M9 6v12M15 6v12"/>'
    PLAY = '<path d="M8 5.5l10 6.5-10 6.5z"/>'
    MORE = (
        '<g fill="COLOR" stroke="none"><circle cx="6" cy="12" r="1.5"/><circle cx="12" cy="12" r="1.5"/><'
        'circle cx="18" cy="12" r="1.5"/></g>'
    )
    TEMPORARY = '<path d="M5 18.5V9a5 5 0 0 1 5-5h4a5 5 0 0 1 5 5v2a5 5 0 0 1-5 5H8.5z" stroke-dasharray="2.6 2.6"/>'
    PERSON = '<circle cx="12" cy="8" r="3.5"/><path d="M5 19.5a7 7 0 0 1 14 0"/>'
    KEYBOARD = (
        '<rect x="3.5" y="6.5" width="17" height="11" rx="2"/><path d="M7 10h.01M10.3 10h.01M13.7 10h'
        '.01M17 10h.01M8.5 14h7"/>'
    )
    CUBE = '<path d="M12 3.8l7 4v8.4l-7 4-7-4V7.8zM5 7.8l7 4 7-4M12 11.8v8.4"/>'
    LOCK = '<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>'
    DOT = '<circle cx="12" cy="12" r="6" fill="COLOR" stroke="none"/>'


def renderer_for(icon: Icon, color: QColor) -> QSvgRenderer:
    """What draws the icon in one colour, at any size."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" fill="none" stroke="{color.name()}" '
        f'stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round">'
        f"{icon.value.replace('COLOR', color.name())}</svg>"
    )
    return QSvgRenderer(QByteArray(svg.encode()))


def application_icon() -> QIcon:
    """The application's own icon. A picture is read when its size is asked for."""
    result = QIcon()
    for size in APPLICATION_ICON_SIZES:
        result.addFile(str(_FOLDER / f"ponder-{size}.png"), QSize(size, size))
    return result


def symbolic_icon() -> QIcon:
    """The application's icon in one colour, which the system replaces by its own."""
    result = QIcon()
    for size in SYMBOLIC_ICON_SIZES:
        result.addFile(str(_FOLDER / f"ponder-symbolic-{size}.png"), QSize(size, size))
    result.setIsMask(True)
    return result
