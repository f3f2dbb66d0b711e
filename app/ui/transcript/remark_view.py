"""What neither the person nor the model said: an instruction among the messages, or what a tool returned."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.conversation import Remark
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from app.ui.transcript.message_row import MessageRow, RowContext
from app.ui.transcript.text_view import TextView
from engine.types import Role

GAP_PX = 4
BOTTOM_PX = 20
LONGEST = 20_000


class _Heading(Label):
    """What kind of remark it is."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme, TextRole.LABEL, Token.SECONDARY, text, wrap=True)

    def height_px(self) -> int:
        """At its present width."""
        return self.heightForWidth(max(1, self.width()))


class RemarkView(MessageRow):
    """One Remark, quietly."""

    def __init__(self, context: RowContext, remark: Remark, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        heading = self.tr("Tool result") if remark.role is Role.TOOL else self.tr("Instruction")
        self.setAccessibleName(heading)
        self.heading = _Heading(self._theme, heading)
        self.view = TextView(self._theme, TextRole.THOUGHT, Token.SECONDARY)
        self.view.setAccessibleName(heading)
        self.view.append(remark.text[:LONGEST] + ("…" if len(remark.text) > LONGEST else ""))
        self.add_part(self.heading)
        self.add_part(self.view, before_px=GAP_PX)

    @property
    def texts(self) -> tuple[TextView, ...]:
        return (self.view,)

    @property
    def bottom_px(self) -> float:
        return BOTTOM_PX


class ForgottenLine(MessageRow):
    """Stands between what the model is no longer told and what it is."""

    def __init__(self, context: RowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.label = _Heading(self._theme, self.tr("The model no longer sees what is above"))
        self.setAccessibleName(self.label.text())
        self.add_part(self.label)

    @property
    def bottom_px(self) -> float:
        return BOTTOM_PX
