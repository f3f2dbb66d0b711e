"""What the controls have in common: rounded frames, the ring of the keyboard's focus, and the sheets of text fields."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.ui.theme import Theme
from app.ui.tokens import RADIUS_CONTROL_PX, Token

FOCUS_RING_PX = 2
FIELD_PX = 34
FIELD_SIDE_PX = 10

_FIELD = """
{kind} {{ background: {surface}; color: {text}; border: 1px solid {line}; border-radius: {radius}px;
    padding: {above}px {side}px; selection-background-color: {soft}; selection-color: {text};
    placeholder-text-color: {secondary}; }}
{kind}:hover {{ border-color: {secondary}; }}
{kind}:focus {{ border: 2px solid {accent}; padding: {above_inside}px {inside}px; }}
{kind}:disabled {{ color: {secondary}; background: {window}; border-color: {line}; }}
"""


def focus_shown(widget: QWidget) -> bool:
    """Whether to draw a ring: only for who uses the keyboard, because one after every click would be noise."""
    return widget.hasFocus() and widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)


def draw_frame(painter: QPainter, frame: QRectF, fill: QColor, border: QColor, radius_px: float) -> None:
    """Fill a rounded frame and draw its hairline just inside of it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), radius_px, radius_px)


def draw_ring(painter: QPainter, theme: Theme, frame: QRectF, radius_px: float) -> None:
    """Draw the ring of the keyboard's focus just inside a frame."""
    inset = FOCUS_RING_PX / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(Token.ACCENT), FOCUS_RING_PX))
    painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), radius_px, radius_px)


def field_sheet(theme: Theme, kind: str, own_px: float, above_px: float = 0) -> str:
    """The style sheet of one kind of Qt's text fields at the theme and zoom of now.

    Args:
        theme: Where colours and sizes come from.
        kind: The name of Qt's class.
        own_px: The room that Qt itself leaves beside the text, whatever the zoom.
        above_px: Room above and below the text, in the design's pixels.
    """
    above = theme.px(above_px) if above_px else 0
    side = max(1, theme.px(FIELD_SIDE_PX) - round(own_px))
    return _FIELD.format(
        kind=kind,
        surface=theme.color(Token.SURFACE).name(),
        window=theme.color(Token.WINDOW).name(),
        text=theme.color(Token.TEXT).name(),
        secondary=theme.color(Token.SECONDARY).name(),
        line=theme.color(Token.LINE).name(),
        accent=theme.color(Token.ACCENT).name(),
        soft=theme.color(Token.ACCENT_SOFT).name(),
        radius=theme.px(RADIUS_CONTROL_PX),
        above=above,
        above_inside=max(0, above - 1),
        side=side,
        inside=max(0, side - 1),
    )
