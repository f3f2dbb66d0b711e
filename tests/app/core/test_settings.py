from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import CannotSave
from app.core.settings import Settings, change_settings, declared_settings, read_settings
from engine.types import KVCachePrecision, Precision

GOOD: dict[str, Any] = {
    "model": "Qwen3-0.6B",
    "device": "cuda:1",
    "precision": "int8",
    "kv_cache": "8",
    "thinking": False,
    "thinking_budget_tokens": 2048,
    "context_tokens": 4096,
    "theme": "dark",
    "zoom": 1.5,
    "language": "ar",
    "send_key": "ctrl_enter",
    "facts_shown": False,
    "tray": True,
    "thoughts_open": True,
    "titles_refined": False,
    "unload_after_min": 0,
    "less_repetition": True,
    "temperature": 0.2,
    "top_p": 0.5,
    "top_k": 7,
    "min_p": 0.1,
    "presence_penalty": 1.0,
    "max_tokens": 100,
    "search_thoughts": True,
    "trash_days": 7,
    "kept_chats_gb": 20,
    "backup_hours": 1,
    "shortcuts": {"new_chat": ["Ctrl+N"]},
    "welcomed": True,
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def write(path: Path, values: object) -> Path:
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_no_file_means_defaults(tmp_path: Path) -> None:
    read = read_settings(tmp_path / "settings.json")
    assert read.settings == Settings()
    assert read.problems == ()


def test_good_values_are_taken(tmp_path: Path) -> None:
    read = read_settings(write(tmp_path / "settings.json", GOOD))
    assert read.problems == ()
    assert read.settings.precision is Precision.INT8
    assert read.settings.kv_cache is KVCachePrecision.BITS8
    assert read.settings.model_dump(mode="json") == GOOD


@given(key=st.sampled_from(sorted(GOOD)), value=json_values)
def test_a_bad_value_falls_back_alone_and_is_reported(
    key: str, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write(tmp_path_factory.mktemp("settings") / "settings.json", {**GOOD, key: value})
    read = read_settings(path)
    dumped = read.settings.model_dump(mode="json")
    assert {name: dumped[name] for name in GOOD if name != key} == {name: GOOD[name] for name in GOOD if name != key}
    if read.problems:
        assert dumped[key] == Settings().model_dump(mode="json")[key]
        assert len(read.problems) == 1
        assert f"{key}:" in read.problems[0]
    else:
        assert dumped[key] == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("device", "cuda:"),
        ("device", "cpu\n"),
        ("precision", "fp7"),
        ("thinking", "yes"),
        ("thinking", 1),
        ("thinking_budget_tokens", -1),
        ("thinking_budget_tokens", 10**9),
        ("thinking_budget_tokens", 12.5),
        ("thinking_budget_tokens", True),
        ("model", ""),
        ("kv_cache", 8),
    ],
)
def test_values_out_of_bounds(tmp_path: Path, key: str, value: object) -> None:
    read = read_settings(write(tmp_path / "settings.json", {key: value}))
    assert read.settings == Settings()
    assert len(read.problems) == 1


@given(data=st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_bytes(data)
    read_settings(path)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"', "[" * 100_000, "\udcff"])
def test_a_file_that_is_no_object_is_reported_and_set_aside_on_change(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    read = read_settings(path)
    assert read.settings == Settings()
    assert "using the defaults" in read.problems[0]
    change_settings(path, {"thinking": False})
    assert read_settings(path).settings.thinking is False
    assert (tmp_path / "settings.damaged-1.json").read_bytes() == text.encode("utf-8", "surrogatepass")


def test_changing_one_value_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "settings.json", {"from_the_future": {"x": ["ü", "\ud800"]}, "device": "quantum"})
    change_settings(path, {"model": "/models/名前"})
    kept = json.loads(path.read_text())
    assert kept == {"from_the_future": {"x": ["ü", "\ud800"]}, "device": "quantum", "model": "/models/名前"}


def test_only_what_was_changed_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    change_settings(path, {"precision": Precision.NF4})
    assert json.loads(path.read_text()) == {"precision": "nf4"}


def test_a_wrong_change_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    with pytest.raises(ValueError, match="no such setting"):
        change_settings(path, {"humidity": 1})
    with pytest.raises(ValueError, match="device"):
        change_settings(path, {"device": "abacus"})
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotSave, match="could not be saved"):
        change_settings(tmp_path / "file" / "settings.json", {"thinking": True})


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.title, name
        assert field.description, name


def test_every_setting_is_declared_with_its_words() -> None:
    declared = declared_settings()
    assert [each.name for each in declared] == list(Settings.model_fields)
    assert set(GOOD) == {each.name for each in declared}
    for each in declared:
        assert each.title, each.name
        assert each.help, each.name
        assert getattr(Settings(), each.name) == each.default
