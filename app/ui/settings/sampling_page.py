"""The page of the sampling settings, with two sets of values that are advised."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout

from app.services.settings import SettingsChanged
from app.ui.buttons import Button, Look
from app.ui.settings.section_page import SectionPage

DRAWING = ("temperature", "top_p", "top_k", "min_p", "presence_penalty")


class SamplingPage(SectionPage):
    """The chip that is on says which set holds; none is where a person has numbers of his own."""

    def add_above(self) -> None:
        self.advice = Button(self._theme, Look.CHIP, self.tr("Qwen's advice"))
        self.advice.setAccessibleName(self.tr("Sample as Qwen advises"))
        self.advice.setToolTip(self.tr("Leaves everything on automatic"))
        self.advice.clicked.connect(lambda: self._take(less_repetition=False))
        self.less_repetition = Button(self._theme, Look.CHIP, self.tr("Less repetition"))
        self.less_repetition.setAccessibleName(self.tr("Sample with less repetition"))
        self.less_repetition.setToolTip(self.tr("As Qwen advises, and words written already become less likely"))
        self.less_repetition.clicked.connect(lambda: self._take(less_repetition=True))
        row = QHBoxLayout()
        row.addWidget(self.advice)
        row.addWidget(self.less_repetition)
        row.addStretch(1)
        self.column.addLayout(row)

    def _take(self, *, less_repetition: bool) -> None:
        self._settings.change(**dict.fromkeys(DRAWING), less_repetition=less_repetition)
        self._follow()

    @Slot()
    @Slot(object)
    def _follow(self, changed: SettingsChanged | None = None) -> None:
        super()._follow(changed)
        value = self._settings.value
        automatic = all(getattr(value, name) is None for name in DRAWING)
        self.advice.setChecked(automatic and not value.less_repetition)
        self.less_repetition.setChecked(automatic and value.less_repetition)
