"""The strip of files that go along with a message, and how they come there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from app.core.conversation import attached_text
from app.core.draft import Attachment
from app.core.errors import AttachmentEmpty, AttachmentNotText, AttachmentRefused, AttachmentTooLarge
from app.services.attachments import AttachmentRead, AttachmentReader, ReadingStarted
from app.ui.composer.chip import CHIP_PX, Chip
from app.ui.composer.flow import FlowBox
from app.ui.theme import Theme

MOST_ATTACHMENTS = 20
LARGEST_MIB = 4
ROWS_SHOWN = 2.5  # half a row says that there are more
ROWS_SHOWN_SMALL = 1.5
SMALL_WINDOW_PX = 560


class AttachmentStrip(QScrollArea):
    """The files of one draft, in the order in which they came. Hidden while there are none.

    Args:
        theme: Where its looks come from.
    """

    changed = Signal()
    """Which files there are, or whether one is still being read."""
    put_back = Signal(object)
    """An Attachment that was pasted and is wanted in the field again; it is gone from here."""
    refused = Signal(str)
    """Why a file does not come along, in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._box = FlowBox()
        # By place: what is read, or the id of what is still being read.
        self._contents: list[Attachment | int] = []
        # What the model is told of each file, made once: it may be long, and is looked at with every key.
        self._told: list[str] = []
        self._chips: list[Chip] = []
        self._reader = AttachmentReader(self)
        self._reader.started.connect(self._on_started)
        self._reader.read.connect(self._on_read)
        self.setWidget(self._box)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Attached files"))
        self._box.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.hide()
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What is read."""
        return tuple(each for each in self._contents if isinstance(each, Attachment))

    @property
    def told(self) -> tuple[str, ...]:
        """What the model is told of each file that is read, which is what it costs."""
        return tuple(each for each in self._told if each)

    @property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(self._chips)

    @property
    def reading(self) -> bool:
        """A file is still on its way."""
        return any(isinstance(each, int) for each in self._contents)

    def read_files(self, paths: Sequence[Path]) -> None:
        """Add files; those that cannot come along are said one by one."""
        room = MOST_ATTACHMENTS - len(self._contents)
        if len(paths) > room:
            self.refused.emit(self.tr("At most {n} files go along with one message.").format(n=MOST_ATTACHMENTS))
        self._reader.read_files(paths[: max(0, room)])

    def add_pasted(self, text: str) -> None:
        """Make a file of a long text."""
        if len(text.encode("utf-8", "replace")) > LARGEST_MIB * 1024 * 1024:
            limit = self.tr("What was pasted is larger than {n} MiB. Paste a part of it.")
            self.refused.emit(limit.format(n=LARGEST_MIB))
            return
        name = self.tr("Pasted text.txt")
        taken = {each.name for each in self.attachments}
        number = 2
        while name in taken:
            name = self.tr("Pasted text {n}.txt").format(n=number)
            number += 1
        self.add((Attachment(name, text, pasted=True),))

    def add(self, attachments: Sequence[Attachment]) -> None:
        """Add what is read already."""
        for each in attachments[: MOST_ATTACHMENTS - len(self._contents)]:
            self._append(each, each.name, pasted=each.pasted)
            self._chips[-1].show_facts("")
        self._rearrange()

    def clear(self) -> None:
        """Take everything away, also what is still being read."""
        for chip in self._chips:
            chip.deleteLater()
        self._chips.clear()
        self._contents.clear()
        self._told.clear()
        self._rearrange()

    def show_costs(self, tokens: dict[str, int | None]) -> None:
        """Say what each file costs, by the text that the model is told; None where it is unknown."""
        for told, chip in zip(self._told, self._chips, strict=True):
            if told:
                count = tokens.get(told)
                chip.show_facts("" if count is None else self._cost(count))
        self._box.arrange()
        self._fit()

    def _cost(self, count: int) -> str:
        return self.tr("1 token") if count == 1 else self.tr("%Ln tokens", "", count)

    def _why(self, refused: AttachmentRefused) -> str:
        """Why a file cannot go along, and what to do, in the language of the window."""
        match refused:
            case AttachmentTooLarge():
                text = self.tr("{name} is larger than {n} MiB. Attach a part of it.")
            case AttachmentNotText():
                text = self.tr("{name} is not UTF-8 text. Only text files can be attached.")
            case AttachmentEmpty():
                text = self.tr("{name} is empty.")
            case _:
                text = self.tr("{name} cannot be read. Check that it is a file and that you may open it.")
        return text.format(name=refused.name, n=LARGEST_MIB)

    def _append(self, content: Attachment | int, name: str, *, pasted: bool = False) -> None:
        chip = Chip(self._theme, name, pasted=pasted)
        chip.remove_asked.connect(lambda: self._remove(chip))
        chip.put_back_asked.connect(lambda: self._put_back(chip))
        self._contents.append(content)
        self._told.append(_told_text(content))
        self._chips.append(chip)

    def _remove(self, chip: Chip) -> Attachment | int:
        place = self._chips.index(chip)
        del self._chips[place]
        content = self._contents.pop(place)
        del self._told[place]
        chip.deleteLater()
        self._rearrange()
        return content

    def _put_back(self, chip: Chip) -> None:
        content = self._remove(chip)
        if isinstance(content, Attachment):
            self.put_back.emit(content)

    @Slot(object)
    def _on_started(self, started: ReadingStarted) -> None:
        self._append(started.request_id, started.name)
        self._rearrange()

    @Slot(object)
    def _on_read(self, read: AttachmentRead) -> None:
        result = read.result
        if isinstance(result, AttachmentRefused):
            if read.request_id in self._contents:
                self._remove(self._chips[self._contents.index(read.request_id)])
            self.refused.emit(self._why(result))
        elif read.request_id in self._contents:  # else it was removed while it was being read
            place = self._contents.index(read.request_id)
            self._contents[place] = result
            self._told[place] = _told_text(result)
            self._chips[place].show_facts("")
            self._rearrange()
        elif read.at_once:
            self.add((result,))

    def _rearrange(self) -> None:
        self._box.set_widgets(list(self._chips))
        self.setVisible(bool(self._chips))
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        width = self.viewport().width()
        height = self._box.height_for(width)
        self._box.resize(width, height)
        row = self._theme.px(CHIP_PX) + self._theme.px(6)
        small = self.window().height() < self._theme.px(SMALL_WINDOW_PX)
        rows = ROWS_SHOWN_SMALL if small else ROWS_SHOWN
        self.setFixedHeight(max(1, min(height, round(rows * row))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self._box.set_gap(self._theme.px(6))
        self._theme.dress_scroll_bar(self.verticalScrollBar())
        self._fit()


def _told_text(content: Attachment | int) -> str:
    """Empty for what is still being read."""
    return attached_text(content.name, content.text) if isinstance(content, Attachment) else ""
