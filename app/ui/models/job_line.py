"""How far one job is: a bar, the figures in words, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.job_types import JobKind, JobProgress
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.models import words
from app.ui.models.progress_bar import ProgressBar
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

# What is over before anybody could stop it has no button for it.
_STOPPABLE = frozenset({JobKind.DOWNLOAD, JobKind.IMPORT, JobKind.VERIFY})


class JobLine(QWidget):
    """Args:
    theme: Where its looks come from.
    name: Of the model.
    """

    stop_asked = Signal(object)
    """The id of the job that is shown."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._job_id: int | None = None
        self.bar = ProgressBar(theme, self.tr("Progress: {name}").format(name=name))
        self.words = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self.stop_button = Button(theme, Look.PILL, height_px=30)
        self.stop_button.clicked.connect(self._stop)
        self._row = QHBoxLayout()
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.stop_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.bar)
        self._column.addLayout(self._row)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_job(self, job: JobProgress) -> None:
        """Say how far a job is."""
        self._job_id = job.job_id
        self.bar.show_fraction(job.fraction)
        said = words.progress(job)
        if said != self.words.text():
            self.words.setText(said)
        pausing = job.kind is JobKind.DOWNLOAD
        self._name_button(self.tr("Pause") if pausing else self.tr("Cancel"), Icon.PAUSE if pausing else Icon.CLOSE)
        self.stop_button.setVisible(job.kind in _STOPPABLE)

    def show_stopped(self, fraction: float | None, said: str) -> None:
        """Say how far it was when it was stopped."""
        self._job_id = None
        self.bar.show_fraction(fraction, moving=False)
        self.words.setText(said)
        self.stop_button.hide()

    def _name_button(self, action: str, icon: Icon) -> None:
        if self.stop_button.text() == action:
            return
        self.stop_button.setText(action)
        self.stop_button.set_look(Look.PILL, icon)
        self.stop_button.setAccessibleName(self.tr("{action}: {name}").format(action=action, name=self._name))
        self.stop_button.updateGeometry()

    def _stop(self) -> None:
        if self._job_id is not None:
            self.stop_asked.emit(self._job_id)

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(6))
        self._row.setSpacing(self._theme.px(8))
