"""The file of personas and saved prompts: nothing of a person's own is ever lost by what stands beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chats import ChatSettings
from app.core.errors import CannotSave, NotALibrary
from app.core.personas import BUILT_IN, Persona, SavedPrompt, first_placeholder, persona_settings
from app.library.personas import import_library, read_library, set_aside, write_library

ENTRIES = (
    Persona("p1", "Näme 名前", "Be brief.", persona_settings(ChatSettings(thinking=False, top_k=5, stop=("a", "b")))),
    SavedPrompt("s1", "Sum", "Sum up:\n{text}"),
)


def write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_without_a_file_there_are_the_built_in_entries(tmp_path: Path) -> None:
    assert read_library(tmp_path / "personas.json").entries == BUILT_IN


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "personas.json"
    write_library(path, ENTRIES)
    read = read_library(path)
    assert read.entries == ENTRIES
    assert read.problems == ()


def test_a_file_with_nothing_in_it_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "personas.json"
    write_library(path, ())
    assert read_library(path).entries == ()


def test_a_bad_entry_falls_away_alone_and_stays_in_the_file(tmp_path: Path) -> None:
    bad = {"uid": "x", "name": 7}
    path = write(
        tmp_path / "personas.json",
        {"personas": [bad, {"uid": "p", "name": "Good"}], "prompts": "none", "later": {"a": "\ud800"}},
    )
    read = read_library(path)
    assert [each.name for each in read.entries] == ["Good"]
    assert len(read.problems) == 2
    assert "personas 1: name" in read.problems[0]
    write_library(path, read.entries, read.unused)
    kept = json.loads(path.read_text())
    assert bad in kept["personas"]
    assert kept["prompts"] == ["none"]
    assert kept["later"] == {"a": "\ud800"}
    assert read_library(path).entries == read.entries


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"temperature": 99, "top_k": 5}, {"top_k": 5}),
        ({"temperature": float("nan"), "thinking": True}, {"thinking": True}),
        ({"top_p": 0, "seed": "many", "min_p": 0.1}, {"min_p": 0.1}),
        ({"seed": -1}, {}),
    ],
)
def test_a_bad_value_falls_back_alone_and_is_reported(
    tmp_path: Path, settings: dict[str, object], left: dict[str, object]
) -> None:
    path = write(tmp_path / "p.json", {"personas": [{"uid": "p", "name": "P", "settings": settings}]})
    read = read_library(path)
    [persona] = read.entries
    assert isinstance(persona, Persona)
    assert persona.settings.model_dump(exclude_none=True) == left
    assert read.problems


@given(data=st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("personas") / "personas.json"
    path.write_bytes(data)
    read = read_library(path)
    assert read.entries == BUILT_IN
    assert read.damaged


def test_a_damaged_file_is_set_aside_under_a_free_name(tmp_path: Path) -> None:
    for number in (1, 2):
        path = tmp_path / "personas.json"
        path.write_text("{")
        assert set_aside(path).name == f"personas.damaged-{number}.json"
        assert not path.exists()


def test_text_that_nothing_else_can_keep_is_replaced(tmp_path: Path) -> None:
    path = write(tmp_path / "p.json", {"prompts": [{"uid": "s", "name": "\ud800", "text": "ok"}]})
    assert read_library(path).entries == (SavedPrompt("s", "\ufffd", "ok"),)


def test_one_id_is_never_two_entries(tmp_path: Path) -> None:
    twice = [{"uid": "s", "name": "a"}, {"uid": "s", "name": "b"}]
    entries = read_library(write(tmp_path / "p.json", {"prompts": twice})).entries
    assert [each.name for each in entries] == ["a", "b"]
    assert len({each.uid for each in entries}) == 2


def test_what_is_no_library_is_not_imported(tmp_path: Path) -> None:
    values: list[object] = [[], {}, {"personas": 3}, {"personas": []}]
    for value in values:
        with pytest.raises(NotALibrary):
            import_library(write(tmp_path / "other.json", value))
    with pytest.raises(NotALibrary, match="not there"):
        import_library(tmp_path / "gone.json")


def test_where_it_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotSave, match="personas"):
        write_library(tmp_path / "file" / "personas.json", ENTRIES)


@pytest.mark.parametrize(
    ("text", "found"),
    [("a {b c} {d}", "{b c}"), ("{}", None), ("{a\nb}", None), ("f{{x}}", "{x}"), ("none", None)],
)
def test_the_first_placeholder(text: str, found: str | None) -> None:
    span = first_placeholder(text)
    assert (text[slice(*span)] if span else None) == found
