"""The style sheets of scroll bars and menus, the things of Qt's own whose look a palette alone cannot give.

They are set on these alone: on the whole application it would have Qt work through every widget of a long
chat at each change of theme or zoom (1.6 s for 300 turns).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor

from app.ui.tokens import Token

BAR_PX = 12
GAP_PX = 3
SHORTEST_HANDLE_PX = 24

_SCROLL_BAR = """
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: {knob}px; margin: {gap}px; }}
QScrollBar::handle:vertical {{ min-height: {shortest}px; }}
QScrollBar::handle:horizontal {{ min-width: {shortest}px; }}
QScrollBar::handle:hover {{ background: {secondary}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""

_MENU = """
QMenu {{ background: {surface}; color: {text}; border: 1px solid {line}; padding: {pad}px; }}
QMenu::item {{ padding: {pad}px {side}px; border-radius: {pad}px; }}
QMenu::item:selected {{ background: {soft}; }}
QMenu::item:disabled {{ color: {secondary}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {pad}px; }}
"""


def menu_sheet(color: Callable[[Token], QColor], px: Callable[[float], int]) -> str:
    """The sheet at one theme and zoom."""
    return _MENU.format(
        surface=color(Token.SURFACE).name(),
        text=color(Token.TEXT).name(),
        secondary=color(Token.SECONDARY).name(),
        line=color(Token.LINE).name(),
        soft=color(Token.ACCENT_SOFT).name(),
        pad=px(6),
        side=px(20),
    )


def scroll_bar_sheet(color: Callable[[Token], QColor], px: Callable[[float], int]) -> str:
    """The sheet at one theme and zoom."""
    bar, gap = px(BAR_PX), px(GAP_PX)
    return _SCROLL_BAR.format(
        line=color(Token.LINE).name(),
        secondary=color(Token.SECONDARY).name(),
        bar=bar,
        gap=gap,
        knob=max(1, (bar - 2 * gap) // 2),
        shortest=px(SHORTEST_HANDLE_PX),
    )
