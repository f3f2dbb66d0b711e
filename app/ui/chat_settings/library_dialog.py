"""The window of personas and saved prompts: a list, and the fields of what is chosen in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import CannotSave, NotALibrary
from app.core.personas import LibraryEntry
from app.services.personas import PersonaService, Removed
from app.services.settings import SettingsService
from app.ui.buttons import Button, Look
from app.ui.chat_settings.entry_fields import EntryFields
from app.ui.chat_settings.entry_list import EntryList
from app.ui.composer.flow import FlowBox
from app.ui.controls.dialog import Dialog
from app.ui.controls.page import Page
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

FIRST_SIZE_PX = (820, 620)
SMALLEST_PX = (360, 420)
LIST_PX = 264
LIST_ABOVE_PX = 170
BESIDE_FROM_PX = 600
WIDEST_PX = (1 << 24) - 1
EXPORT_NAME = "ponder-personas.json"


class LibraryDialog(Dialog):
    """Args:
    theme: Where its looks come from.
    personas: What is shown and changed, at once.
    settings: What holds where a persona says nothing.
    parent: The window it belongs to.
    """

    def __init__(
        self, theme: Theme, personas: PersonaService, settings: SettingsService, parent: QWidget | None
    ) -> None:
        super().__init__(theme, "", parent)
        self.setWindowTitle(self.tr("Personas and prompts"))
        self.setAccessibleName(self.tr("Personas and prompts"))
        self._personas = personas
        self._removed: Removed | None = None
        self._trouble = ""
        self.list = EntryList(theme)
        self.list.delete_asked.connect(self.delete)
        self.list.currentItemChanged.connect(self._on_current)
        self.fields = EntryFields(theme, settings)
        self.fields.changed.connect(self._on_changed)
        self.new_persona = self._button(self.tr("New persona"), Icon.NEW_CHAT)
        self.new_persona.clicked.connect(self.add_persona)
        self.new_prompt = self._button(self.tr("New prompt"), Icon.NEW_CHAT)
        self.new_prompt.clicked.connect(self.add_prompt)
        self.duplicate_button = self._button(self.tr("Duplicate"), Icon.COPY)
        self.duplicate_button.clicked.connect(self.duplicate)
        self.delete_button = self._button(self.tr("Delete"), Icon.TRASH)
        self.delete_button.clicked.connect(self.delete)
        self.import_button = self._button(self.tr("Import…"), Icon.DOWNLOAD)
        self.import_button.clicked.connect(self.choose_import)
        self.export_button = self._button(self.tr("Export…"), Icon.EXPORT)
        self.export_button.clicked.connect(self.choose_export)
        self.undo_button = self._button(self.tr("Undo"), Icon.RETRY)
        self.undo_button.clicked.connect(self.undo)
        self._said = Label(theme, TextRole.FACTS, Token.SECONDARY, wrap=True)
        self._empty = Label(
            theme,
            TextRole.BODY,
            Token.SECONDARY,
            self.tr("A persona is a way to answer. A saved prompt is a text to ask with. Make one, or import some."),
            wrap=True,
        )
        self._lay_out()
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self.list, self.undo)
        undo.setContext(Qt.ShortcutContext.WidgetShortcut)
        personas.changed.connect(self._show_entries)
        personas.failed.connect(self._on_failed)
        theme.changed.connect(self._restyle)
        self.set_smallest(*SMALLEST_PX)
        self.resize_to(*FIRST_SIZE_PX)
        self._restyle()
        self._say("")
        self._show_entries()
        self.list.select_near(0)

    def _button(self, text: str, icon: Icon) -> Button:
        button = Button(self._theme, Look.PILL, text, icon)
        button.setAccessibleName(text.removesuffix("…"))
        return button

    def _lay_out(self) -> None:
        self._tools = FlowBox()
        self._tools.set_widgets([self.new_persona, self.new_prompt, self.import_button, self.export_button])
        self._side = QVBoxLayout()
        self._side.addWidget(self.list, 1)
        self._side.addWidget(self._tools)
        self._page = Page(self._theme)
        self._page.column.addWidget(self.fields)
        self._page.column.addWidget(self._empty)
        self._actions = QHBoxLayout()
        self._actions.addWidget(self.duplicate_button)
        self._actions.addWidget(self.delete_button)
        self._actions.addStretch(1)
        self._main = QVBoxLayout()
        self._main.addWidget(self._page, 1)
        self._main.addLayout(self._actions)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addLayout(self._side)
        self._halves.addLayout(self._main, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._said, 1)
        self._foot.addWidget(self.undo_button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._halves, 1)
        self._column.addLayout(self._foot)

    def said(self) -> str:
        """What is said at the foot at the moment."""
        return self._said.text()

    def select(self, uid: str) -> None:
        """Show an entry; nothing happens where it is not there."""
        self.list.select(uid)

    @Slot()
    def add_persona(self) -> None:
        """Make a new persona and let its name be written."""
        self._write_name(self._personas.add_persona(self.tr("New persona")))

    @Slot()
    def add_prompt(self) -> None:
        """Make a new prompt and let its name be written."""
        self._write_name(self._personas.add_prompt(self.tr("New prompt")))

    def _write_name(self, entry: LibraryEntry) -> None:
        self._say("")
        self.select(entry.uid)
        self.fields.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fields.name.selectAll()

    @Slot()
    def duplicate(self) -> None:
        """Put a copy of what is shown behind it."""
        self.fields.flush()
        entry = self.fields.entry
        if entry is not None:
            self._write_name(self._personas.duplicate(entry.uid, self.tr("{name} (copy)").format(name=entry.name)))

    @Slot()
    def delete(self) -> None:
        """Take away what is shown; it can be brought back."""
        self.fields.flush()
        entry = self.fields.entry
        if entry is None:
            return
        place = self.list.currentRow()
        self.fields.forget()
        self._trouble = ""
        self._removed = self._personas.remove(entry.uid)
        self.list.select_near(place)
        deleted = self.tr("“{name}” was deleted.").format(name=entry.name)
        self._say(f"{deleted} {self._trouble}".strip(), undo=True)

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self._removed is not None:
            removed, self._removed = self._removed, None
            self._personas.restore(removed)
            self.select(removed.entry.uid)
            self._say("")

    @Slot()
    def choose_import(self) -> None:
        """Ask for a file and add what it holds; returns at once."""
        dialog = self._file_dialog(self.tr("Import personas and prompts"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.open()

    @Slot()
    def choose_export(self) -> None:
        """Ask where to, and write everything there; returns at once."""
        dialog = self._file_dialog(self.tr("Export personas and prompts"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(EXPORT_NAME)
        dialog.fileSelected.connect(lambda name: self.export_file(Path(name)))
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setNameFilter(self.tr("JSON files (*.json)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def import_file(self, path: Path) -> None:
        """Add what a file holds and say what came of it."""
        try:
            imported = self._personas.import_file(path)
        except NotALibrary as error:
            self._say(self.tr("Nothing was imported. {why}").format(why=error), token=Token.DANGER)
            return
        lines = [self.tr("%Ln added.", "", len(imported.added))]
        if imported.known:
            lines.append(self.tr("%Ln were here already.", "", imported.known))
        self._say("\n".join([" ".join(lines), *imported.problems]))
        if imported.added:
            self.select(imported.added[0].uid)

    def export_file(self, path: Path) -> None:
        """Write everything into a file and say what came of it."""
        self.fields.flush()
        try:
            self._personas.export_file(path)
        except CannotSave as error:
            self._say(str(error), token=Token.DANGER)
        else:
            self._say(self.tr("Everything was written to {name}.").format(name=path.name))

    def _say(self, text: str, *, undo: bool = False, token: Token = Token.SECONDARY) -> None:
        if not undo:
            self._removed = None
        self._said.set_token(token)
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self.undo_button.setVisible(undo)

    @Slot(object)
    def _on_failed(self, error: CannotSave) -> None:
        self._trouble = self.tr("{error} Until it is saved, the change is kept in memory only.").format(error=error)
        self._say(self._trouble, token=Token.DANGER)

    @Slot(object)
    def _on_changed(self, entry: LibraryEntry) -> None:
        if self._personas.entry(entry.uid) is not None:
            self._personas.change(entry)

    @Slot()
    def _show_entries(self) -> None:
        self.list.show_entries(self._personas.entries)
        self._show_fields()

    @Slot()
    def _on_current(self) -> None:
        self._show_fields()

    def _show_fields(self) -> None:
        entry = self._personas.entry(self.list.current_uid())
        if entry is not None and entry != self.fields.entry:
            self.fields.show_entry(entry)
        for each in (self.fields, self.duplicate_button, self.delete_button):
            each.setVisible(entry is not None)
        self._empty.setVisible(entry is None)
        self.export_button.setEnabled(bool(self._personas.entries))

    def _arrange(self) -> None:
        """List and fields beside one another where there is room, else the list above."""
        px = self._theme.px
        beside = self.width() >= px(BESIDE_FROM_PX)
        direction = QBoxLayout.Direction
        self._halves.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        side_px = px(LIST_PX) if beside else self.width() - 2 * px(16)
        for each in (self.list, self._tools):
            each.setMinimumWidth(side_px if beside else 0)
            each.setMaximumWidth(side_px if beside else WIDEST_PX)
        self.list.setMaximumHeight(WIDEST_PX if beside else px(LIST_ABOVE_PX))
        self._tools.setFixedHeight(self._tools.height_for(side_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.fields.flush()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(16), px(16), px(16), px(14))
        self._column.setSpacing(px(10))
        self._halves.setSpacing(px(16))
        self._side.setSpacing(px(10))
        self._main.setSpacing(px(10))
        self._actions.setSpacing(px(8))
        self._foot.setSpacing(px(8))
        self._tools.set_gap(px(8))
        self._page.column.setContentsMargins(px(2), px(2), px(12), px(8))
        self._arrange()
