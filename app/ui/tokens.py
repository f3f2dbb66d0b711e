"""The design's numbers and colours, by name. Nothing else in the window names a colour or a font size."""

from __future__ import annotations

from enum import Enum, StrEnum


class Token(StrEnum):
    """What a colour is for."""

    WINDOW = "window"
    SIDEBAR = "sidebar"
    SURFACE = "surface"
    TEXT = "text"
    SECONDARY = "text.secondary"
    LINE = "line"
    ACCENT = "accent"
    ACCENT_SOFT = "accent.soft"
    ON_ACCENT = "on.accent"
    BUBBLE = "bubble"
    CODE = "code"
    DANGER = "danger"
    WARNING = "warning"
    CODE_KEYWORD = "code.keyword"
    CODE_STRING = "code.string"
    CODE_NUMBER = "code.number"
    CODE_COMMENT = "code.comment"
    CODE_NAME = "code.name"


LIGHT = {
    Token.WINDOW: "#FBFBF9",
    Token.SIDEBAR: "#F3F3EF",
    Token.SURFACE: "#FFFFFF",
    Token.TEXT: "#1E2225",
    Token.SECONDARY: "#5F686D",
    Token.LINE: "#E3E4DE",
    Token.ACCENT: "#0F766E",
    Token.ACCENT_SOFT: "#E4F1EE",
    Token.ON_ACCENT: "#FFFFFF",
    Token.BUBBLE: "#EDF2F0",
    Token.CODE: "#F5F5F2",
    Token.DANGER: "#B42318",
    Token.WARNING: "#9A6700",
    Token.CODE_KEYWORD: "#8A3FC4",
    Token.CODE_STRING: "#0B6E4F",
    Token.CODE_NUMBER: "#9A5200",
    Token.CODE_COMMENT: "#646C70",
    Token.CODE_NAME: "#1A5FB4",
}
DARK = {
    Token.WINDOW: "#17191B",
    Token.SIDEBAR: "#1D2022",
    Token.SURFACE: "#1F2325",
    Token.TEXT: "#E7E9E7",
    Token.SECONDARY: "#9BA4A2",
    Token.LINE: "#2E3335",
    Token.ACCENT: "#5CC7B5",
    Token.ACCENT_SOFT: "#1E3532",
    Token.ON_ACCENT: "#10201D",
    Token.BUBBLE: "#24302E",
    Token.CODE: "#121415",
    Token.DANGER: "#F97066",
    Token.WARNING: "#E3B341",
    Token.CODE_KEYWORD: "#C9A0F0",
    Token.CODE_STRING: "#8FD6A8",
    Token.CODE_NUMBER: "#E5B67A",
    Token.CODE_COMMENT: "#8B9492",
    Token.CODE_NAME: "#86B7F2",
}


class TextRole(Enum):
    """A kind of text: its size in pixels at 100 % zoom, and whether it is semi-bold."""

    BODY = (14.0, False, False)
    STRONG = (14.0, True, False)
    TITLE = (18.0, True, False)
    THOUGHT = (13.0, False, False)
    FACTS = (12.5, False, False)
    FACTS_STRONG = (12.5, True, False)
    LABEL = (11.5, True, False)
    CODE = (13.0, False, True)

    def __init__(self, size_px: float, semi_bold: bool, monospace: bool) -> None:
        self.size_px = size_px
        self.semi_bold = semi_bold
        self.monospace = monospace


LINE_HEIGHT = 1.55
GRID_PX = 8
RADIUS_CONTROL_PX = 8
RADIUS_CARD_PX = 10
RADIUS_BUBBLE_PX = 14
COLUMN_PX = 720
COMPOSER_OVERHANG_PX = 16
HEADER_PX = 48
ZOOM_STEPS = (0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
