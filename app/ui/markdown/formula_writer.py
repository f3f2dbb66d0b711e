"""Puts formulas into a text document.

A formula is one object character; its source is kept beside it, so that copying gives TeX and not a picture. Until it
is drawn its source stands in its place, as code, and it stays there where the source cannot be drawn.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFontMetricsF,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)

from app.ui.markdown.formulas import FormulaDrawn, Formulas, FormulaWanted, formulas
from app.ui.markdown.maths import Formula
from app.ui.markdown.utf16 import FORBIDDEN, units
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

FORMULA_SOURCE: Final = QTextFormat.Property.UserProperty.value + 1
"""Of an object character's format: the formula's TeX with its delimiters."""
_AWAITED: Final = QTextFormat.Property.UserProperty.value + 3
"""Of the format of a formula's source that is still to be drawn: its number."""
_NATURAL_PX: Final = QTextFormat.Property.UserProperty.value + 4
"""Of an object character's format: the formula's width, height and depth where there is room for it."""

LETTERS_SCALE = 1.15  # letters of formulas look smaller than a text font's
_CLOSING = {r"\(": r"\)", r"\[": r"\]"}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A formula that is being drawn. `cursor` stands before its source, which is `length` units long."""

    whole: str
    cursor: QTextCursor
    length: int


class FormulaWriter:
    """The formulas of one document.

    Args:
        theme: Where sizes and colours come from.
        document: Gets the pictures as resources.
        role: Of the running text around the formulas.
        token: The colour of that text.
        store: Draws formulas; the application's own unless another one is given.
    """

    def __init__(
        self, theme: Theme, document: QTextDocument, role: TextRole, token: Token, store: Formulas | None = None
    ) -> None:
        self._theme = theme
        self._document = document
        self._role = role
        self._token = token
        self._store = store
        self._awaited: dict[FormulaWanted, dict[int, _Awaited]] = {}
        self._widest_px = 0.0

    @property
    def store(self) -> Formulas:
        return self._store or formulas()

    def awaits(self, wanted: FormulaWanted) -> bool:
        """It stands somewhere as its source until it is drawn."""
        return wanted in self._awaited

    def write(self, cursor: QTextCursor, source: str, markup: str, code: QTextCharFormat, *, display: bool) -> None:
        """Write a formula at the cursor.

        Args:
            cursor: Of the document.
            source: TeX without delimiters.
            markup: What opened it; empty for a dollar.
            code: How its source looks while it is not drawn.
            display: It stands by itself.
        """
        whole = f"{markup or '$'}{source}{_CLOSING.get(markup, markup or '$')}"
        size_px = self._role.size_px * self._theme.zoom * LETTERS_SCALE
        wanted = FormulaWanted(source, size_px, self._theme.color(self._token).name(), display)
        found = self.store.find(wanted)
        if found is not None and found.formula is not None:
            self._insert(cursor, found.formula, whole)
            return
        shown = whole.translate(FORBIDDEN)
        form = QTextCharFormat(code)
        if found is None:
            number = next(_numbers)
            form.setProperty(_AWAITED, number)
            before = QTextCursor(cursor)
            before.setKeepPositionOnInsert(True)
            self._awaited.setdefault(wanted, {})[number] = _Awaited(whole, before, units(shown))
        cursor.insertText(shown, form)

    def show(self, drawn: FormulaDrawn) -> None:
        """Put a formula that was awaited where its source stands."""
        for number, awaited in self._awaited.pop(drawn.wanted, {}).items():
            start = awaited.cursor.position()
            if drawn.formula is None or self._form_at(start).property(_AWAITED) != number:
                continue  # it stays the text that it is, or it is gone
            # The picture first: a cursor behind the source then stays behind it.
            cursor = QTextCursor(self._document)
            cursor.setPosition(start)
            self._insert(cursor, drawn.formula, awaited.whole)
            cursor.setPosition(start + 1)
            cursor.setPosition(start + 1 + awaited.length, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()

    def forget_after(self, position: int) -> None:
        """What stands behind a position of the document is going to be taken away."""
        for wanted, places in list(self._awaited.items()):
            kept = {number: each for number, each in places.items() if each.cursor.position() < position}
            if kept:
                self._awaited[wanted] = kept
            else:
                del self._awaited[wanted]

    def fit(self, room_px: float) -> None:
        """Make formulas that are wider than the text as small as they must be, and the others as large as they are."""
        if self._widest_px <= min(room_px, self._document.textWidth()):
            return
        for position in self._places():
            form = self._form_at(position).toImageFormat()
            before = form.width()
            self._scale(form, room_px)
            if form.width() != before:
                self._cursor_over(position).setCharFormat(form)

    def _places(self) -> list[int]:
        found = []
        block = self._document.begin()
        while block.isValid():
            fragments = block.begin()
            while not fragments.atEnd():
                fragment = fragments.fragment()
                if fragment.charFormat().hasProperty(_NATURAL_PX):
                    found.append(fragment.position())
                fragments += 1
            block = block.next()
        return found

    def _cursor_over(self, position: int) -> QTextCursor:
        """What is selected is the character behind the position, where there is one."""
        last = self._document.characterCount() - 1
        cursor = QTextCursor(self._document)
        cursor.setPosition(min(position, last))
        cursor.setPosition(min(position + 1, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _form_at(self, position: int) -> QTextCharFormat:
        return self._cursor_over(position).charFormat()

    def _insert(self, cursor: QTextCursor, drawn: Formula, whole: str) -> None:
        name = QUrl(f"formula:{next(_numbers)}")
        self._document.addResource(QTextDocument.ResourceType.ImageResource.value, name, drawn.image)
        image = QTextImageFormat()
        image.setName(name.toString())
        image.setProperty(FORMULA_SOURCE, whole)
        image.setProperty(_NATURAL_PX, [drawn.width_px, drawn.height_px, drawn.depth_px])
        self._widest_px = max(self._widest_px, drawn.width_px)
        self._scale(image, self._document.textWidth())
        cursor.insertImage(image)

    def _scale(self, image: QTextImageFormat, room_px: float) -> None:
        width, height, depth = image.property(_NATURAL_PX)
        share = min(1.0, room_px / width) if room_px > 0 else 1.0
        image.setWidth(width * share)
        image.setHeight(height * share)
        # Qt lets an object in the middle hang (height - half its font's x-height) / 2 below the baseline, so the font
        # is chosen for that to be the formula's depth.
        image.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        font = self._theme.font(self._role)
        x_height_px = 2 * share * (height - 2 * depth)
        image.setFontPointSize(max(1.0, font.pointSizeF() * x_height_px / max(1.0, QFontMetricsF(font).xHeight())))
