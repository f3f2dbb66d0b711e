"""A stacked bar: the parts of what a model takes, beside each other, with their names and figures below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.ui.controls.flow import FlowLayout
from app.ui.labels import Label
from app.ui.models import words
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

BAR_PX = 22
SWATCH_PX = 10
WIDTH_PX = 280
GAP_PX = 2


@dataclass(frozen=True, slots=True)
class Part:
    """token: its colour. strength: of the colour, so that four parts need no four colours."""

    name: str
    size_bytes: int
    token: Token
    strength: float = 1.0


class MemoryBar(QWidget):
    """Shows parts of a whole."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stack = _Stack(theme)
        self._keys: list[_Key] = []
        self._legend = FlowLayout(theme)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._stack)
        self._column.addLayout(self._legend)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        """The same number of parts every time."""
        self._stack.parts = parts
        self._stack.update()
        while len(self._keys) < len(parts):
            key = _Key(self._theme)
            self._keys.append(key)
            self._legend.addWidget(key)
        for key, part in zip(self._keys, parts, strict=True):
            key.show_part(part)
        said = ", ".join(f"{each.name} {words.memory_size(each.size_bytes)}" for each in parts)
        self.setAccessibleName(self.tr("Memory: {parts}").format(parts=said))
        self._stack.setAccessibleName(self.accessibleName())
        self._legend.invalidate()

    def texts(self) -> tuple[str, ...]:
        """What the keys say, in order."""
        return tuple(each.text() for each in self._keys)

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(8))


def _color(theme: Theme, part: Part) -> QColor:
    """The part's colour, mixed with what it stands on."""
    front, back, share = theme.color(part.token), theme.color(Token.SURFACE), part.strength
    pairs = ((front.red(), back.red()), (front.green(), back.green()), (front.blue(), back.blue()))
    return QColor(*(round(share * one + (1 - share) * other) for one, other in pairs))


class _Stack(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.parts: tuple[Part, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(WIDTH_PX), self._theme.px(BAR_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(BAR_PX), self._theme.px(BAR_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        whole = sum(each.size_bytes for each in self.parts)
        if whole <= 0:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        radius = self._theme.px(6)
        outline.addRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setClipPath(outline)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = self._theme.px(GAP_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = 0.0
        for part in self.parts:
            width = self.width() * part.size_bytes / whole
            left = self.width() - x - width if mirrored else x
            painter.fillRect(QRectF(left, 0, width, self.height()), _color(self._theme, part))
            if x > 0:  # a gap to the part before it
                edge = left + width - gap / 2 if mirrored else left - gap / 2
                painter.fillRect(QRectF(edge, 0, gap, self.height()), self._theme.color(Token.SURFACE))
            x += width


class _Key(QWidget):
    """A swatch, a name and a figure."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._part: Part | None = None
        self._label = Label(theme, TextRole.FACTS)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._label)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_part(self, part: Part) -> None:
        self._part = part
        self._label.setText(f"{part.name}  {words.memory_size(part.size_bytes)}")
        self.update()

    def text(self) -> str:
        return self._label.text()

    def _restyle(self) -> None:
        px = self._theme.px
        beside, after = px(SWATCH_PX + 6), px(8)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._column.setContentsMargins(after if mirrored else beside, 0, beside if mirrored else after, 0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._part is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_color(self._theme, self._part))
        size = self._theme.px(SWATCH_PX)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = self.width() - size if mirrored else 0
        painter.drawRoundedRect(QRectF(x, (self.height() - size) / 2, size, size), size / 4, size / 4)
