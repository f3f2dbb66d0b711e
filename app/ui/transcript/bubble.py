"""What the person wrote, in a bubble at the end of the line: files that came with it, then the text as it was typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from app.ui.buttons import Button, Look
from app.ui.theme import Theme
from app.ui.tokens import RADIUS_BUBBLE_PX, TextRole, Token
from app.ui.transcript.flow_row import FlowRow
from app.ui.transcript.text_view import TextView

WIDEST_SHARE = 0.78
SIDE_PX = 14
TOP_PX = 9
GAP_PX = 8
TIP_RADIUS_PX = 4
# Qt puts a line's extra height above its text; taken back, so that the text stands in the middle.
LEADING_PX = 2
# A longer text is folded to so many lines; one a little longer is not, because there would be little to unfold.
FOLDED_LINES = 12
LONGEST_UNFOLDED_LINES = 14
# Of a folded text only so much is written into a document.
FOLDED_CHARACTERS = 3_000
AT_ONCE = 8_000


class Bubble(QWidget):
    """As wide as its text, at most a good three quarters of the column. Its height follows from its width.

    Args:
        theme: Where its looks come from.
        text: As it was typed; no markup is read.
        chips: What stands above the text.
        unfolded: A long text is shown whole.
    """

    folded = Signal(bool)
    """A person folded or unfolded it."""
    height_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        chips: Sequence[QWidget] = (),
        *,
        unfolded: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._whole = text
        self._written = 0
        self._unfolded = unfolded
        self._frame = QRect()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._chips = FlowRow(theme, gap_px=6, parent=self)
        for chip in chips:
            self._chips.add(chip)
        self._clip = QWidget(self)
        self.view = TextView(theme, TextRole.BODY, Token.TEXT, self._clip)
        self.view.setAccessibleName(self.tr("You said"))
        self.fold_button = Button(theme, Look.GHOST, role=TextRole.FACTS, height_px=24, parent=self)
        self.fold_button.clicked.connect(self._on_fold)
        self.fold_button.hide()
        self._writing = QTimer(self, interval=0)
        self._writing.timeout.connect(self._write_on)
        theme.changed.connect(self._fit)
        self._write_on()

    @property
    def is_folded(self) -> bool:
        """Some of the text is out of sight."""
        return not self.fold_button.isHidden() and not self._unfolded

    @property
    def is_writing(self) -> bool:
        """Some of what is to be seen is not on screen yet."""
        return self._writing.isActive()

    def text(self) -> str:
        """As it was typed."""
        return self._whole

    def unfold(self) -> None:
        """Show all of it."""
        if not self._unfolded:
            self._unfolded = True
            self._write_on()

    def frame(self) -> QRect:
        """Where the bubble itself is."""
        return self._frame

    @Slot()
    def _on_fold(self) -> None:
        self._unfolded = not self._unfolded
        self.folded.emit(not self._unfolded)
        self._write_on()

    @Slot()
    def _write_on(self) -> None:
        end = len(self._whole) if self._unfolded else min(len(self._whole), FOLDED_CHARACTERS)
        piece = self._whole[self._written : min(end, self._written + AT_ONCE)]
        if piece:
            self.view.append(piece)
            self._written += len(piece)
        if self._written < end:
            self._writing.start()
        else:
            self._writing.stop()
        self._fit()

    def height_px(self) -> int:
        """How high it is at its present width."""
        self._fit()
        return self.height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        px = self._theme.px
        side, top = px(SIDE_PX), px(TOP_PX)
        widest = max(1, int(self.width() * WIDEST_SHARE) - 2 * side)
        width = self.view.ideal_width_px(widest) if self._whole else 1
        width = min(widest, max(width, self._chips.sizeHint().width()))
        self.view.setFixedWidth(width)
        self.view.document().setTextWidth(width)
        text_px = self.view.height_px() if self._whole else 0
        self.view.setFixedHeight(max(1, text_px))
        line_px = self._theme.line_height_px(TextRole.BODY)
        long = text_px > LONGEST_UNFOLDED_LINES * line_px or len(self._whole) > FOLDED_CHARACTERS
        shown_px = round(FOLDED_LINES * line_px) if long and not self._unfolded else text_px
        self._name_fold(long)
        self._place(width, min(shown_px, text_px), side, top)

    def _place(self, width: int, text_px: int, side: int, top: int) -> None:
        """Put everything below each other inside of the bubble."""
        gap = self._theme.px(GAP_PX)
        self._chips.resize(width, max(1, self._chips.height()))
        chips_px = self._chips.height_px()
        fold = self.fold_button.sizeHint() if not self.fold_button.isHidden() else None
        frame = QRect(self.width() - 2 * side - width, 0, width + 2 * side, 0)
        y = top
        places: list[tuple[QWidget, QRect]] = []
        if chips_px:
            places.append((self._chips, QRect(frame.left() + side, y, width, chips_px)))
            y += chips_px + (gap if text_px else 0)
        places.append((self._clip, QRect(frame.left() + side, y - self._theme.px(LEADING_PX), width, text_px)))
        y += text_px
        if fold is not None:
            places.append((self.fold_button, QRect(frame.left() + side, y + gap // 2, fold.width(), fold.height())))
            y += gap // 2 + fold.height()
        frame.setHeight(y + top)
        whole = QRect(0, 0, self.width(), frame.height())
        for widget, place in places:
            widget.setGeometry(QStyle.visualRect(self.layoutDirection(), whole, place))
        self._frame = QStyle.visualRect(self.layoutDirection(), whole, frame)
        if frame.height() != self.height():
            self.setFixedHeight(frame.height())
            self.height_changed.emit()
        self.update()

    def _name_fold(self, long: bool) -> None:
        text = self.tr("Show less") if self._unfolded else self.tr("Show all")
        self.fold_button.setText(text)
        self.fold_button.setAccessibleName(text)
        self.fold_button.setVisible(long)

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = QRectF(self._frame)
        round_px = min(self._theme.px(RADIUS_BUBBLE_PX), frame.height() / 2)
        tip_px = self._theme.px(TIP_RADIUS_PX)
        path = QPainterPath()
        path.addRoundedRect(frame, round_px, round_px)
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = frame.left() if mirrored else frame.right() - 2 * round_px
        corner = QPainterPath()
        corner.addRoundedRect(QRectF(left, frame.bottom() - 2 * round_px, 2 * round_px, 2 * round_px), tip_px, tip_px)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(path.united(corner), self._theme.color(Token.BUBBLE))
