"""A model's benchmark figures, in both of its modes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.core.models import CatalogueModel
from app.ui import text as plain
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

NONE = "–"


class ScoreTable(QWidget):
    """A row for each benchmark, and where the figures are from."""

    def __init__(self, theme: Theme, model: CatalogueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Benchmarks of {name}").format(name=model.name))
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 1)
        titles = [self.tr("Score")] if model.is_base else [self.tr("Thinking"), self.tr("Direct")]
        for column, title in enumerate(titles, 1):
            self._put(0, column, Label(theme, TextRole.LABEL, Token.SECONDARY, title))
        for row, score in enumerate(model.scores, 1):
            values = [score.base] if model.is_base else [score.thinking, score.direct]
            self._grid.addWidget(Label(theme, TextRole.FACTS, text=score.name, wrap=True), row, 0)
            for column, (title, value) in enumerate(zip(titles, values, strict=True), 1):
                shown = NONE if value is None else plain.decimal(value, 1 if round(value, 1) == value else 2)
                label = Label(theme, TextRole.FACTS, text=shown)
                label.setAccessibleName(f"{score.name}, {title}: {shown}")
                self._put(row, column, label)
        source = self.tr("Qwen3 Technical Report (arXiv:2505.09388). A figure compares only with others of its row.")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._grid)
        self._column.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, source, wrap=True))
        theme.changed.connect(self._restyle)
        self._restyle()

    def _put(self, row: int, column: int, label: Label) -> None:
        self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)

    def _restyle(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(3))
        self._column.setSpacing(px(8))
