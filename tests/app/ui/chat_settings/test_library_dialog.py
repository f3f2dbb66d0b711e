"""The window of personas and saved prompts: every change holds at once, and a deletion can be undone."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.core.personas import BUILT_IN, Persona, SavedPrompt
from app.services.personas import PersonaService
from app.ui.chat_settings.library_dialog import LibraryDialog
from tests.app.ui.chat_settings.conftest import PATIENCE_MS, choose


def rows(library: LibraryDialog) -> list[str]:
    return [library.list.item(row).text() for row in range(library.list.count())]


def test_it_opens_with_the_first_persona(library: LibraryDialog) -> None:
    assert rows(library)[:2] == ["Personas", "Concise"]
    assert "Saved prompts" in rows(library)
    assert library.fields.entry == BUILT_IN[0]
    assert library.fields.form.isVisible()


def test_a_new_persona_is_written_without_saving(library: LibraryDialog, personas: PersonaService) -> None:
    library.new_persona.click()
    assert library.fields.name.hasSelectedText()
    QTest.keyClicks(library.fields.name, "Poet")
    QTest.keyClick(library.fields.name, Qt.Key.Key_Return)
    QTest.keyClicks(library.fields.text, "In verse.")
    library.fields.text.flush()
    choose(library.fields.form.thinking.choice, False)
    made = personas.personas[-1]
    assert (made.name, made.system_prompt, made.settings.thinking) == ("Poet", "In verse.", False)
    assert "Poet" in rows(library)


def test_what_is_typed_is_kept_when_another_entry_is_chosen(library: LibraryDialog, personas: PersonaService) -> None:
    library.new_prompt.click()
    made = personas.prompts[-1]
    QTest.keyClicks(library.fields.text, "Hello {you}")
    library.select(BUILT_IN[0].uid)
    assert personas.entry(made.uid) == SavedPrompt(made.uid, made.name, "Hello {you}")
    assert personas.entry(BUILT_IN[0].uid) == BUILT_IN[0]
    library.select(made.uid)
    assert library.fields.form.isHidden()
    QTest.keyClicks(library.fields.text, "!")
    library.close()
    found = personas.entry(made.uid)
    assert isinstance(found, SavedPrompt)
    assert "!" in found.text


def test_a_name_is_never_empty(library: LibraryDialog, personas: PersonaService, qtbot: QtBot) -> None:
    library.fields.name.selectAll()
    QTest.keyClick(library.fields.name, Qt.Key.Key_Delete)
    library.fields.name.flush()
    assert personas.entries == BUILT_IN
    library.select(BUILT_IN[1].uid)
    library.select(BUILT_IN[0].uid)
    assert library.fields.name.text() == BUILT_IN[0].name


def test_a_copy_stands_behind_its_original(library: LibraryDialog, personas: PersonaService) -> None:
    library.duplicate_button.click()
    assert [each.name for each in personas.personas[:2]] == ["Concise", "Concise (copy)"]
    assert library.fields.entry == personas.personas[1]


def test_deleting_is_undone(library: LibraryDialog, personas: PersonaService) -> None:
    QTest.keyClick(library.list, Qt.Key.Key_Backspace)
    assert personas.entries == BUILT_IN
    QTest.keyClick(library.list, Qt.Key.Key_Delete)
    assert personas.entries == BUILT_IN[1:]
    assert library.fields.entry == BUILT_IN[1]
    assert "“Concise” was deleted." in library.said()
    library.undo_button.click()
    assert personas.entries == BUILT_IN
    assert library.fields.entry == BUILT_IN[0]
    assert library.undo_button.isHidden()


def test_it_can_be_emptied(library: LibraryDialog, personas: PersonaService) -> None:
    for _ in BUILT_IN:
        library.delete_button.click()
    assert personas.entries == ()
    assert library.fields.isHidden()
    assert library.delete_button.isHidden()
    library.delete()
    library.undo_button.click()
    assert len(personas.entries) == 1


def test_export_and_import_through_the_dialogs(
    library: LibraryDialog, personas: PersonaService, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    library.export_button.click()
    [dialog] = library.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
    assert "mine.json" in library.said()
    assert len(json.loads(file.read_text())["personas"]) == 3
    removed = personas.remove(BUILT_IN[0].uid).entry
    qtbot.waitUntil(lambda: not library.findChildren(QFileDialog), timeout=PATIENCE_MS)
    library.import_button.click()
    [dialog] = library.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
    assert library.said() == "1 added. 5 were here already."
    assert library.fields.entry == removed


def test_what_cannot_be_imported_or_exported_is_said(library: LibraryDialog, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("[]")
    library.import_file(tmp_path / "bad.json")
    assert library.said().startswith("Nothing was imported.")
    library.export_file(tmp_path / "bad.json" / "out.json")
    assert "could not be saved" in library.said()


def test_a_change_that_cannot_be_saved_is_said(
    library: LibraryDialog, personas: PersonaService, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    personas._path = tmp_path / "file" / "personas.json"
    library.delete_button.click()
    assert "was deleted" in library.said()
    assert "memory only" in library.said()
    assert library.undo_button.isVisible()


def test_the_list_goes_above_in_a_narrow_window(library: LibraryDialog, qtbot: QtBot) -> None:
    assert library.list.geometry().right() < library._page.geometry().left()
    library.resize(400, 640)
    qtbot.waitUntil(lambda: library.list.geometry().bottom() < library._page.geometry().top(), timeout=PATIENCE_MS)
    assert library._page.geometry().right() < library.width()


def test_built_in_entries_are_useful_and_whole() -> None:
    assert len({each.uid for each in BUILT_IN}) == len(BUILT_IN)
    for each in BUILT_IN:
        assert each.name
        assert each.system_prompt if isinstance(each, Persona) else each.text
