"""Downloading one model: the button, how far it is, pausing and going on, and what went wrong.

Follows the shelf by itself, so that it shows the same wherever it stands.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.models import HubModel, StoppedDownload
from app.services.job_types import JobEnded, JobKind, JobOutcome, JobProgress
from app.services.model_shelf import ModelShelf
from app.ui.buttons import Button, Look
from app.ui.controls.flow import FlowLayout
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.models import words
from app.ui.models.job_line import JobLine
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class DownloadPanel(QWidget):
    """Args:
    theme: Where its looks come from.
    shelf: Downloads, and tells how far it is.
    name: Of the model, as the shelf knows it.
    source: What to fetch.
    offer: What the button says that starts it, as in "Download 1.5 GB".
    look: Of that button.
    """

    def __init__(
        self,
        theme: Theme,
        shelf: ModelShelf,
        name: str,
        source: HubModel,
        offer: str,
        *,
        look: Look = Look.PILL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shelf = shelf
        self._name = name
        self._source = source
        self._here = False
        self.failure = Label(theme, TextRole.FACTS, Token.DANGER, wrap=True)
        self.failure.hide()
        self.line = JobLine(theme, name)
        self.line.stop_asked.connect(shelf.cancel)
        self.start_button = self._button(look, offer, Icon.DOWNLOAD)
        self.resume_button = self._button(Look.PRIMARY, self.tr("Resume"), Icon.PLAY)
        self.discard_button = self._button(Look.PILL, self.tr("Remove what has arrived"), Icon.TRASH)
        self.start_button.clicked.connect(self.start)
        self.resume_button.clicked.connect(self.start)
        self.discard_button.clicked.connect(self._discard)
        self._buttons = FlowLayout(theme)
        for each in (self.start_button, self.resume_button, self.discard_button):
            self._buttons.addWidget(each)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.failure)
        self._column.addWidget(self.line)
        self._column.addLayout(self._buttons)
        shelf.models_changed.connect(self._show)
        shelf.job_progress.connect(self._on_progress)
        shelf.job_ended.connect(self._on_ended)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show()

    def add_button(self, button: Button) -> None:
        """Put another button beside those of the download."""
        self._buttons.addWidget(button)

    def show_here(self, here: bool) -> None:
        """Whether the model is on this computer, so that there is nothing to download."""
        if here != self._here:
            self._here = here
            self._show()

    @Slot()
    def start(self) -> None:
        """Fetch the model, or go on with it."""
        self._say("")
        stopped = self._stopped()
        self._shelf.download(self._source if stopped is None else stopped.source)
        self._show()

    def _discard(self) -> None:
        self._say("")
        self._shelf.discard(self._name)

    def _button(self, look: Look, text: str, icon: Icon) -> Button:
        button = Button(self._theme, look, text, icon, height_px=32)
        button.setAccessibleName(self.tr("{action}: {name}").format(action=text, name=self._name))
        return button

    def _stopped(self) -> StoppedDownload | None:
        return next((each for each in self._shelf.shelf.stopped if each.name == self._name), None)

    @Slot(object)
    def _on_progress(self, job: JobProgress) -> None:
        if job.name == self._name and job.kind is JobKind.DOWNLOAD:
            if self.line.isHidden() or not self.resume_button.isHidden() or not self.start_button.isHidden():
                self._show()
            self.line.show_job(job)

    @Slot(object)
    def _on_ended(self, end: JobEnded) -> None:
        if end.name == self._name and end.kind in (JobKind.DOWNLOAD, JobKind.DISCARD):
            failed = end.outcome is JobOutcome.FAILED
            self._say(end.message if failed else "")
            self._show()

    def _say(self, failure: str) -> None:
        self.failure.setText(failure)
        self.failure.setVisible(bool(failure))

    @Slot()
    def _show(self) -> None:
        """Show what there is to do now. Where a button goes away under the keyboard's focus, the next one gets it."""
        focused = any(each.hasFocus() for each in (self.start_button, self.resume_button, self.line.stop_button))
        job = self._shelf.job_of(self._name, JobKind.DOWNLOAD)
        stopped = None if job is not None else self._stopped()
        if job is not None:
            self.line.show_job(job)
        elif stopped is not None:
            fraction = stopped.kept_bytes / stopped.total_bytes if stopped.total_bytes else None
            self.line.show_stopped(fraction, words.kept(stopped.kept_bytes, stopped.total_bytes))
        self.line.setVisible(job is not None or stopped is not None)
        self.start_button.setVisible(job is None and stopped is None and not self._here)
        self.resume_button.setVisible(stopped is not None)
        self.discard_button.setVisible(stopped is not None)
        if focused:
            idle = self.start_button if stopped is None else self.resume_button
            (idle if job is None else self.line.stop_button).setFocus()

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(8))
