"""Writes Markdown blocks into a text document, with the theme's fonts and colours. Loads nothing and runs nothing.

Formulas are written by `FormulaWriter`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it.token import Token as MarkdownToken
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextListFormat,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)

from app.ui.markdown.formula_writer import FormulaWriter
from app.ui.markdown.formulas import Formulas
from app.ui.markdown.highlight import CodeKind, highlighted, language_of
from app.ui.markdown.links import checked_link
from app.ui.markdown.parser import Block
from app.ui.markdown.utf16 import FORBIDDEN
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

QUOTE_DEPTH: Final = QTextFormat.Property.UserProperty.value + 2
"""Of a block's format: how many quotes it stands in."""
JOINT: Final = QTextFormat.Property.UserProperty.value + 5
"""Of the format of a block that goes on with the paragraph before it: what stands between the two."""

HEADING_SCALES = {"h1": 1.45, "h2": 1.25, "h3": 1.1, "h4": 1.0, "h5": 1.0, "h6": 1.0}
PARAGRAPH_GAP_PX = 12
ITEM_GAP_PX = 4
INDENT_PX = 24
QUOTE_PX = 16
CELL_PX = 4
# Laid out as text, larger tables would hold up the window; what is left out is told.
MOST_CELLS = 700
LONGEST_PARAGRAPH = 4_000
_LINE = "\u2028"

CODE_TOKENS = {
    CodeKind.PLAIN: Token.TEXT,
    CodeKind.KEYWORD: Token.CODE_KEYWORD,
    CodeKind.STRING: Token.CODE_STRING,
    CodeKind.NUMBER: Token.CODE_NUMBER,
    CodeKind.COMMENT: Token.CODE_COMMENT,
    CodeKind.NAME: Token.CODE_NAME,
    CodeKind.ADDED: Token.CODE_STRING,
    CodeKind.TAKEN: Token.DANGER,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the nesting of lists and quotes the writer is."""

    indent: int = 0
    quotes: int = 0
    tight: bool = False


class MarkdownWriter:
    """Writes at the end of a document whose default font is that of `role`.

    Args:
        theme: Where fonts and colours come from.
        document: Belongs to a view; a formula's picture is put among its resources.
        role: Of running text.
        token: The colour of running text.
        store: Draws formulas; the application's own unless another one is given.
    """

    def __init__(
        self,
        theme: Theme,
        document: QTextDocument,
        role: TextRole = TextRole.BODY,
        token: Token = Token.TEXT,
        store: Formulas | None = None,
    ) -> None:
        self._theme = theme
        self._document = document
        self._role = role
        self._token = token
        self._cursor = QTextCursor(document)
        self._fresh = True
        self._joint: str | None = None
        self.formulas = FormulaWriter(theme, document, role, token, store)
        document.setIndentWidth(theme.px(INDENT_PX))

    def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks after what is there."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._fresh = self._ends_in_waiting_block()
        self._cursor.beginEditBlock()
        for block in blocks:
            self._joint = block.joint
            self._write_tokens(list(block.tokens), _Place())
        self._cursor.endEditBlock()

    def _ends_in_waiting_block(self) -> bool:
        """The last block is empty and means nothing: the document's first, or the one behind a table."""
        block = self._document.lastBlock()
        form = block.blockFormat()
        ruler = QTextFormat.Property.BlockTrailingHorizontalRulerWidth.value
        return block.length() <= 1 and block.textList() is None and not form.hasProperty(ruler)

    # -- blocks --

    def _write_tokens(self, tokens: list[MarkdownToken], place: _Place) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            end = _closing(tokens, at)
            inner = tokens[at + 1 : end]
            match token.type:
                case "paragraph_open":
                    self._paragraph(inner, place)
                case "heading_open":
                    self._heading(token.tag, inner, place)
                case "bullet_list_open" | "ordered_list_open":
                    self._list(token, inner, place)
                case "blockquote_open":
                    self._write_tokens(inner, replace(place, quotes=place.quotes + 1, tight=False))
                case "fence" | "code_block":
                    self.code(token.content, language_of(token.info), place)
                case "table_open":
                    self._table(inner, place)
                case "hr":
                    self._rule(place)
                case "math_block" | "math_block_label":
                    self._display_formula(token.content, place)
                case "footnote_block_open":
                    self._rule(place)
                    self._write_tokens(inner, place)
                case "footnote_open":
                    self._footnote(token, inner, place)
                case "inline":
                    self._inline(token.children or [], self._char_format())
                case _:
                    if inner:
                        self._write_tokens(inner, place)
            at = end + 1

    def _new_block(
        self, place: _Place, top_px: float | None = None, char_format: QTextCharFormat | None = None
    ) -> None:
        gap = (ITEM_GAP_PX if place.tight else PARAGRAPH_GAP_PX) if top_px is None else top_px
        first = self._cursor.position() == 0
        form = self._block_format(place, 0 if first else gap)
        if self._fresh:
            self._cursor.setBlockFormat(form)
            self._cursor.setBlockCharFormat(char_format or self._char_format())
            self._cursor.setCharFormat(char_format or self._char_format())
        else:
            self._cursor.insertBlock(form, char_format or self._char_format())
        self._fresh = False

    def _block_format(self, place: _Place, top_px: float) -> QTextBlockFormat:
        form = QTextBlockFormat()
        form.setLineHeight(self._theme.line_height_px(self._role), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        form.setTopMargin(self._theme.px(top_px) if top_px else 0)
        form.setIndent(place.indent)
        if place.quotes:
            form.setProperty(QUOTE_DEPTH, place.quotes)
            form.setLeftMargin(self._theme.px(QUOTE_PX) * place.quotes)
        return form

    def _paragraph(self, inner: list[MarkdownToken], place: _Place) -> None:
        joint, self._joint = self._joint, None
        self._new_block(place, None if joint is None else 0)
        if joint is not None:
            form = self._cursor.blockFormat()
            form.setProperty(JOINT, joint)
            self._cursor.setBlockFormat(form)
        self._write_tokens(inner, place)

    def _heading(self, tag: str, inner: list[MarkdownToken], place: _Place) -> None:
        form = self._char_format()
        font = self._theme.font(self._role)
        form.setFontPointSize(font.pointSizeF() * HEADING_SCALES[tag])
        form.setFontWeight(QFont.Weight.DemiBold.value)
        self._new_block(place, PARAGRAPH_GAP_PX + 6, form)
        block_format = self._cursor.blockFormat()
        block_format.setHeadingLevel(int(tag[1]))
        self._cursor.setBlockFormat(block_format)
        for token in inner:
            self._inline(token.children or [], form)

    def _list(self, opening: MarkdownToken, inner: list[MarkdownToken], place: _Place) -> None:
        form = QTextListFormat()
        ordered = opening.type == "ordered_list_open"
        if ordered:
            form.setStyle(QTextListFormat.Style.ListDecimal)
            form.setStart(int(opening.attrGet("start") or 1))
        else:
            styles = (
                QTextListFormat.Style.ListDisc,
                QTextListFormat.Style.ListCircle,
                QTextListFormat.Style.ListSquare,
            )
            form.setStyle(styles[place.indent % len(styles)])
        form.setIndent(place.indent + 1)
        made = None
        at = 0
        first = True
        while at < len(inner):
            end = _closing(inner, at)
            item = inner[at + 1 : end]
            tight = any(token.type == "paragraph_open" and token.hidden for token in item) or not item
            gap = PARAGRAPH_GAP_PX - 4 if first and not place.indent else (ITEM_GAP_PX if tight else PARAGRAPH_GAP_PX)
            self._new_block(replace(place, indent=0), gap)
            if made is None:
                made = self._cursor.createList(form)
            else:
                made.add(self._cursor.block())
            self._item(item, replace(place, indent=place.indent + 1, tight=tight))
            first = False
            at = end + 1

    def _item(self, tokens: list[MarkdownToken], place: _Place) -> None:
        """An item's first paragraph goes on in the block that has the marker."""
        at = 0
        if tokens and tokens[0].type == "paragraph_open":
            at = _closing(tokens, 0)
            children = list(tokens[1].children or [])
            if children and children[0].type == "html_inline" and "task-list-item-checkbox" in children[0].content:
                self._mark_task("checked" in children[0].content.replace("checkbox", ""))
                children = children[1:]
                if children and children[0].type == "text":
                    children[0].content = children[0].content.lstrip()
            self._inline(children, self._char_format())
            at += 1
        self._write_tokens(tokens[at:], place)

    def _mark_task(self, done: bool) -> None:
        form = self._cursor.blockFormat()
        marker = QTextBlockFormat.MarkerType
        form.setMarker(marker.Checked if done else marker.Unchecked)
        self._cursor.setBlockFormat(form)

    def code(self, text: str, language: str, place: _Place | None = None) -> None:
        """Program text inside of a list or quote; at the top level the transcript gives it a frame of its own."""
        place = place or _Place()
        self._new_block(place, char_format=self._code_format())
        form = self._cursor.blockFormat()
        form.setNonBreakableLines(True)
        form.setBackground(QBrush(self._theme.color(Token.CODE)))
        form.setProperty(QTextFormat.Property.BlockCodeLanguage.value, language)
        self._cursor.setBlockFormat(form)
        write_code(
            self._cursor, text.rstrip("\n").translate(FORBIDDEN), language, self._code_format(), self._theme.color
        )

    def _table(self, inner: list[MarkdownToken], place: _Place) -> None:
        rows = _table_rows(inner)
        columns = max(len(row) for row in rows)
        shown = rows[: max(2, MOST_CELLS // max(1, columns))]
        form = QTextTableFormat()
        form.setBorder(0)
        form.setCellSpacing(0)
        form.setCellPadding(0)
        form.setHeaderRowCount(1)
        form.setTopMargin(self._theme.px(CELL_PX))
        form.setBottomMargin(self._theme.px(CELL_PX))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        form.setLeftMargin(self._theme.px(INDENT_PX) * place.indent + self._theme.px(QUOTE_PX) * place.quotes)
        table = self._cursor.insertTable(len(shown), columns, form)
        for row, cells in enumerate(shown):
            for column, cell in enumerate(cells):
                self._cell(table, row, column, cell)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        left_out = len(rows) - len(shown)
        if left_out:
            note = self._char_format()
            note.setForeground(self._theme.color(Token.SECONDARY))
            self._cursor.insertText(f"… +{left_out}", note)
        else:
            self._fresh = True  # Qt needs a block behind a table; what comes next goes into it

    def _cell(self, table: QTextTable, row: int, column: int, cell: MarkdownToken | None) -> None:
        place = table.cellAt(row, column)
        form = QTextTableCellFormat()
        form.setTopPadding(self._theme.px(CELL_PX))
        form.setBottomPadding(self._theme.px(CELL_PX))
        form.setRightPadding(self._theme.px(14))
        form.setBottomBorder(1)
        form.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBottomBorderBrush(QBrush(self._theme.color(Token.LINE)))
        place.setFormat(form)
        inside = place.firstCursorPosition()
        block = QTextBlockFormat()
        style = str(cell.attrGet("style") or "") if cell is not None else ""
        if "center" in style:
            block.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        elif "right" in style:
            block.setAlignment(Qt.AlignmentFlag.AlignRight)
        inside.setBlockFormat(block)
        outer, self._cursor = self._cursor, inside
        chars = self._char_format()
        if row == 0:
            chars.setFontWeight(QFont.Weight.DemiBold.value)
        if cell is not None:
            self._inline(cell.children or [], chars)
        self._cursor = outer

    def _rule(self, place: _Place) -> None:
        self._new_block(place)
        form = self._cursor.blockFormat()
        form.setProperty(
            QTextFormat.Property.BlockTrailingHorizontalRulerWidth.value,
            QTextLength(QTextLength.Type.PercentageLength, 100),
        )
        form.setProperty(QTextFormat.Property.BackgroundBrush.value, QBrush(self._theme.color(Token.LINE)))
        self._cursor.setBlockFormat(form)

    def _footnote(self, opening: MarkdownToken, inner: list[MarkdownToken], place: _Place) -> None:
        self._new_block(replace(place, tight=True))
        small = self._char_format()
        small.setForeground(self._theme.color(Token.SECONDARY))
        self._cursor.insertText(f"{int(opening.meta['id']) + 1}. ", small)
        for token in inner:
            if token.type == "inline":
                self._inline(token.children or [], small)

    # -- running text --

    def _inline(self, children: Sequence[MarkdownToken], base: QTextCharFormat) -> None:
        formats = [base]
        written = 0
        for token in children:
            form = formats[-1]
            match token.type:
                case "text" | "html_inline":
                    for start in range(0, len(token.content), LONGEST_PARAGRAPH):
                        if written > LONGEST_PARAGRAPH:
                            self._cursor.insertBlock(_continued(self._cursor.blockFormat()))
                            written = 0
                        piece = token.content[start : start + LONGEST_PARAGRAPH].translate(FORBIDDEN)
                        self._cursor.insertText(piece, form)
                        written += len(piece)
                case "softbreak" | "hardbreak":
                    self._cursor.insertText(_LINE, form)
                case "code_inline":
                    self._cursor.insertText(token.content.translate(FORBIDDEN), self._inline_code_format(form))
                case "math_inline" | "math_inline_double":
                    self._formula(token.content, token.markup, form, display=token.type == "math_inline_double")
                case "image":
                    self._image(token, form)
                case "footnote_ref":
                    raised = QTextCharFormat(form)
                    raised.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
                    self._cursor.insertText(str(int(token.meta["id"]) + 1), raised)
                case "link_open":
                    formats.append(self._link_format(form, str(token.attrGet("href") or "")))
                case "strong_open" | "em_open" | "s_open":
                    formats.append(_styled(form, token.type))
                case "link_close" | "strong_close" | "em_close" | "s_close":
                    if len(formats) > 1:
                        formats.pop()
                case _:
                    pass

    def _image(self, token: MarkdownToken, form: QTextCharFormat) -> None:
        """An image is never loaded; its words stand for it, and lead to it where it lies on the web."""
        words = token.content or str(token.attrGet("src") or "")
        self._cursor.insertText(words.translate(FORBIDDEN), self._link_format(form, str(token.attrGet("src") or "")))

    def _link_format(self, base: QTextCharFormat, target: str) -> QTextCharFormat:
        link = checked_link(target)
        form = QTextCharFormat(base)
        if link is not None:
            form.setAnchor(True)
            form.setAnchorHref(link.target)
            form.setForeground(self._theme.color(Token.WARNING if link.suspicious else Token.ACCENT))
            form.setFontUnderline(True)
        return form

    def _formula(self, source: str, markup: str, form: QTextCharFormat, *, display: bool) -> None:
        self.formulas.write(self._cursor, source, markup, self._inline_code_format(form), display=display)
        self._cursor.setCharFormat(form)

    def _display_formula(self, source: str, place: _Place) -> None:
        self._new_block(place)
        form = self._cursor.blockFormat()
        form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._cursor.setBlockFormat(form)
        self._formula(source, "$$", self._char_format(), display=True)

    # -- formats --

    def _char_format(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self._theme.color(self._token))
        return form

    def _code_format(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setFont(self._theme.font(TextRole.CODE))
        form.setForeground(self._theme.color(Token.TEXT))
        return form

    def _inline_code_format(self, base: QTextCharFormat) -> QTextCharFormat:
        form = QTextCharFormat(base)
        code = self._theme.font(TextRole.CODE)
        form.setFontFamilies(code.families() or [code.family()])
        form.setFontFixedPitch(True)
        form.setFontPointSize(code.pointSizeF())
        form.setBackground(QBrush(self._theme.color(Token.CODE)))
        return form


def write_code(
    cursor: QTextCursor, code: str, language: str, plain: QTextCharFormat, color: Callable[[Token], QColor]
) -> None:
    """Insert program text in its colours; its lines are lines of one block."""
    code = code.replace("\n", _LINE)
    at = 0
    for start, length, kind in highlighted(code.replace(_LINE, "\n"), language):
        if start > at:
            cursor.insertText(code[at:start], plain)
        form = QTextCharFormat(plain)
        form.setForeground(color(CODE_TOKENS[kind]))
        cursor.insertText(code[start : start + length], form)
        at = start + length
    cursor.insertText(code[at:], plain)


def _closing(tokens: Sequence[MarkdownToken], at: int) -> int:
    """The index of the token that closes the one at `at`; itself where it opens nothing."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _table_rows(tokens: Sequence[MarkdownToken]) -> list[list[MarkdownToken | None]]:
    """The inline tokens of every cell, with the cell's alignment as its style."""
    rows: list[list[MarkdownToken | None]] = []
    style: str | int | float | None = None
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            style = token.attrGet("style")
        elif token.type == "inline":
            token.attrSet("style", str(style or ""))
            rows[-1].append(token)
    return rows or [[None]]


def _styled(base: QTextCharFormat, kind: str) -> QTextCharFormat:
    form = QTextCharFormat(base)
    match kind:
        case "strong_open":
            form.setFontWeight(QFont.Weight.Bold.value)
        case "em_open":
            form.setFontItalic(True)
        case "s_open":
            form.setFontStrikeOut(True)
    return form


def _continued(form: QTextBlockFormat) -> QTextBlockFormat:
    following = QTextBlockFormat(form)
    following.setTopMargin(0)
    following.setProperty(JOINT, "")
    return following
