"""A small sign that a download is going on, wherever there is room for it: its name and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.services.job_types import JobKind
from app.services.model_shelf import ModelShelf
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.theme import Theme


class DownloadChip(Button):
    """Hidden while nothing is downloaded. `clicked` should open the models window."""

    def __init__(self, theme: Theme, shelf: ModelShelf, parent: QWidget | None = None) -> None:
        super().__init__(theme, Look.PILL, icon=Icon.DOWNLOAD, parent=parent)
        self._shelf = shelf
        self.hide()
        shelf.job_progress.connect(self._show)
        shelf.job_ended.connect(self._show)

    @Slot(object)
    def _show(self) -> None:
        running = [each for each in self._shelf.jobs() if each.kind is JobKind.DOWNLOAD]
        if not running:
            self.hide()
            return
        done, total = (sum(each) for each in zip(*((job.done_bytes, job.total_bytes) for job in running), strict=True))
        percent = int(100 * done / total) if total > 0 else 0
        if len(running) == 1:
            text = self.tr("{name} {n} %").format(name=running[0].name, n=percent)
        else:
            text = self.tr("{count} downloads {n} %").format(count=len(running), n=percent)
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(self.tr("Downloading: {text}").format(text=text))
            self.setToolTip(self.tr("Downloading. Open the models window."))
            self.updateGeometry()
        self.show()
