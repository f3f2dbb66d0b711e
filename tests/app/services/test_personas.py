"""The library while the window is open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.chats import ChatSettings
from app.core.errors import NotALibrary
from app.core.personas import BUILT_IN, Persona
from app.library.personas import read_library
from app.services.personas import PersonaService


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "personas.json"


def test_every_change_is_told_and_on_the_disk(qtbot: QtBot, path: Path) -> None:
    service = PersonaService(path)
    assert service.entries == BUILT_IN
    assert not path.exists()
    with qtbot.waitSignal(service.changed) as told:
        persona = service.add_persona("Own", "Be kind.", ChatSettings(top_k=3, model="other"))
    assert told.args[0].entries == service.entries == read_library(path).entries
    assert persona.settings.top_k == 3
    assert persona.settings.model is None
    service.change(replace(persona, name="Renamed"))
    assert PersonaService(path).persona(persona.uid) == replace(persona, name="Renamed")
    with qtbot.assertNotEmitted(service.changed):
        service.change(replace(persona, name="Renamed"))


def test_removing_is_undone_in_place(qtbot: QtBot, path: Path) -> None:
    service = PersonaService(path)
    uid = service.entries[1].uid
    removed = service.remove(uid)
    assert service.entry(uid) is None
    assert read_library(path).entries == service.entries
    service.restore(removed)
    service.restore(removed)
    assert service.entries == BUILT_IN
    with pytest.raises(KeyError):
        service.remove("nobody")


def test_built_in_entries_stay_deleted(qtbot: QtBot, path: Path) -> None:
    service = PersonaService(path)
    for entry in service.entries:
        service.remove(entry.uid)
    assert PersonaService(path).entries == ()


def test_a_damaged_file_is_said_and_set_aside_at_the_first_change(qtbot: QtBot, path: Path) -> None:
    path.write_text("{ mine")
    service = PersonaService(path)
    assert "could not be read" in service.problems[0]
    assert path.read_text() == "{ mine"
    service.add_prompt("New")
    assert (path.parent / "personas.damaged-1.json").read_text() == "{ mine"
    assert read_library(path).entries == service.entries


def test_what_cannot_be_saved_holds_and_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = PersonaService(tmp_path / "file" / "personas.json")
    with qtbot.waitSignals([service.failed, service.changed]):
        prompt = service.add_prompt("New")
    assert service.entry(prompt.uid) == prompt


def test_export_and_import_add_nothing_twice_and_overwrite_nothing(qtbot: QtBot, path: Path, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    other = PersonaService(None)
    new = other.add_persona("Other's", "x")
    other.change(replace(BUILT_IN[0], name="Changed elsewhere"))
    other.export_file(file)
    service = PersonaService(path)
    imported = service.import_file(file)
    assert [each.name for each in imported.added] == ["Changed elsewhere", "Other's"]
    assert imported.known == len(BUILT_IN) - 1
    assert service.entry(BUILT_IN[0].uid) == BUILT_IN[0]
    assert service.persona(new.uid) == new
    again = service.import_file(file)
    assert again.added == ()
    assert again.known == len(BUILT_IN) + 1
    (tmp_path / "bad.json").write_text("[]")
    with pytest.raises(NotALibrary):
        service.import_file(tmp_path / "bad.json")


def test_a_persona_decides_its_own_values_and_no_others() -> None:
    persona = Persona("p", "P", "Prompt", ChatSettings(thinking=False, temperature=0.2, context_tokens=99))
    chat = persona.applied_to(ChatSettings(model="m", temperature=1.0, top_k=3, context_tokens=4096))
    assert chat == ChatSettings(model="m", thinking=False, temperature=0.2, context_tokens=4096, persona="p")
    assert persona.describes(chat, "Prompt")
    assert not persona.describes(chat.model_copy(update={"top_k": 1}), "Prompt")
