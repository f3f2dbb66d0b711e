"""The plain text of a written document: what a person expects to paste elsewhere. Knows the writers' marks."""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextList, QTextListFormat, QTextTable

from app.ui.markdown.formula_writer import FORMULA_SOURCE
from app.ui.markdown.utf16 import cut
from app.ui.markdown.writer import JOINT

_OBJECT = "\ufffc"


def text_between(document: QTextDocument, start: int, end: int) -> str:
    """The text from `start` to `end`: markers before whole items, tabs between cells, TeX for formulas."""
    lines: list[str] = []
    cells: list[str] = []
    row = (-1, -1)
    block: QTextBlock = document.findBlock(start)
    while block.isValid() and block.position() <= end:
        text = _block_text(block, max(0, start - block.position()), end - block.position())
        at = _cell_of(block)
        if at is None or at[:2] != row:
            if cells:
                lines.append("\t".join(cells))
                cells = []
            row = (-1, -1) if at is None else at[:2]
        if at is not None:
            cells.append(text)
        else:
            whole = block.position() >= start
            form = block.blockFormat()
            if form.hasProperty(JOINT) and lines:
                lines[-1] += form.stringProperty(JOINT) + text
            else:
                lines.append(_marker(block) + text if whole else text)
        block = block.next()
    if cells:
        lines.append("\t".join(cells))
    return "\n".join(lines)


def _block_text(block: QTextBlock, first: int, last: int) -> str:
    pieces: list[str] = []
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        begin = fragment.position() - block.position()
        text = cut(fragment.text(), max(0, first - begin), max(0, last - begin))
        source = fragment.charFormat().property(FORMULA_SOURCE)
        pieces.append(text.replace(_OBJECT, str(source)) if source else text)
        fragments += 1
    return "".join(pieces).replace("\u2028", "\n")


def _cell_of(block: QTextBlock) -> tuple[int, int, int] | None:
    """(table, row, column) of a block inside of a table."""
    table: QTextTable | None = QTextCursor(block).currentTable()
    if table is None:
        return None
    cell = table.cellAt(block.position())
    return table.firstPosition(), cell.row(), cell.column()


def _marker(block: QTextBlock) -> str:
    found: QTextList | None = block.textList()
    if found is None:
        return ""
    form = found.format()
    indent = "  " * max(0, form.indent() - 1)
    marker = block.blockFormat().marker()
    if marker.value:
        return f"{indent}[{'x' if marker.value == 2 else ' '}] "
    if form.style() is QTextListFormat.Style.ListDecimal:
        return f"{indent}{found.itemText(block)} "
    return f"{indent}- "
