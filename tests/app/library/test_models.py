from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.library.models import (
    ModelEntry,
    built_in_model,
    choose_model,
    find_model,
    list_models,
    origin_words,
    size_bytes,
)
from engine.errors import NoModel
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import REPOSITORY
from tests.support.hub_cache import put_into_cache


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    for name in ("Qwen3-0.6B", "Ünïcode 模型"):
        (folder / name).mkdir(parents=True)
        (folder / name / "config.json").write_text("{}")
    (folder / "half a download").mkdir()
    (folder / "notes.txt").write_text("x")
    return folder


def test_the_list_begins_with_the_built_in(models: Path) -> None:
    entries = list_models(models)
    assert [each.name for each in entries] == ["pocket", "Qwen3-0.6B", "Ünïcode 模型"]
    assert [each.built_in for each in entries] == [True, False, False]


def test_a_missing_models_folder_lists_the_built_in_only(tmp_path: Path) -> None:
    assert list_models(tmp_path / "none") == (built_in_model(),)


@pytest.mark.parametrize("name", ["pocket", "practice", "Pocket"])
def test_names_of_the_built_in(models: Path, name: str) -> None:
    assert find_model(name, models) == built_in_model()


@pytest.mark.parametrize("name", ["Qwen3-0.6B", "qwen3-0.6b"])
def test_a_name_in_the_models_folder(models: Path, name: str) -> None:
    assert find_model(name, models).folder == models / "Qwen3-0.6B"


def test_a_folder_by_its_path(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = find_model(str(models / "Ünïcode 模型"), models)
    assert (entry.name, entry.folder) == ("Ünïcode 模型", models / "Ünïcode 模型")
    monkeypatch.chdir(models)
    assert find_model("./Ünïcode 模型", models / "elsewhere").folder == models / "Ünïcode 模型"
    assert find_model("Ünïcode 模型", models / "elsewhere").folder == models / "Ünïcode 模型"
    monkeypatch.chdir(models / "Qwen3-0.6B")
    assert find_model(".", models).name == "Qwen3-0.6B"


def test_a_name_wins_over_a_folder_here(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    (here / "pocket").mkdir(parents=True)
    (here / "pocket" / "config.json").write_text("{}")
    monkeypatch.chdir(here)
    assert find_model("pocket", models).built_in
    assert not find_model("./pocket", models).built_in


@pytest.mark.parametrize("name", ["no-such", "../models/none", "x" * 5000, "nul\0byte", "~nobody-here/x", ""])
def test_an_unknown_model_names_what_there_is(
    models: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoModel) as caught:
        find_model(name, models)
    assert "pocket, Qwen3-0.6B, Ünïcode 模型" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_and_a_file(models: Path) -> None:
    with pytest.raises(NoModel, match=r"holds no model.*config\.json"):
        find_model(str(models / "half a download"), models)
    with pytest.raises(NoModel, match=r"is a file\. Give the folder"):
        find_model(str(models / "notes.txt"), models)


def test_the_default_is_the_one_chosen_last_else_the_built_in(models: Path) -> None:
    assert choose_model(None, None, models).entry.built_in
    assert choose_model(None, str(models / "Qwen3-0.6B"), models).entry.name == "Qwen3-0.6B"
    assert choose_model("pocket", str(models / "Qwen3-0.6B"), models).entry.built_in


def test_what_is_remembered_finds_the_model_again(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for entry in list_models(models):
        monkeypatch.chdir(tmp_path)
        if not entry.built_in:
            assert choose_model(None, entry.to_remember, models).entry == entry
        else:
            assert find_model(entry.to_remember, models) == entry


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_models_in_the_hub_cache_go_by_their_repository(models: Path, tmp_path: Path) -> None:
    cache = Path(os.environ["HF_HOME"]) / "hub"
    checkpoint = make_checkpoint(tmp_path / "checkpoint")
    folder = put_into_cache(cache, checkpoint)
    older = folder.with_name("a" * 40)
    older.mkdir()
    for link in folder.iterdir():
        (older / link.name).symlink_to(link.readlink())
    names = {each.name: each.folder for each in list_models(models)}
    assert names[REPOSITORY] == folder
    assert names[f"{REPOSITORY}@{'a' * 12}"] == older
    for wanted in (REPOSITORY, REPOSITORY.lower(), "Tiny-Qwen3", str(folder)):
        assert find_model(wanted, models) == ModelEntry(REPOSITORY, folder)
    assert find_model(f"{REPOSITORY}@{'a' * 12}", models).folder == older
    # What the settings remember is the folder; its own name is a commit, which says nothing to anybody.
    for entry in (ModelEntry(REPOSITORY, folder), ModelEntry(f"{REPOSITORY}@{'a' * 12}", older)):
        assert choose_model(None, entry.to_remember, models).entry == entry
    elsewhere = put_into_cache(tmp_path / "other-cache", checkpoint, "Maker/Other")
    assert choose_model(None, str(elsewhere), models).entry == ModelEntry("Maker/Other", elsewhere)
    assert origin_words(ModelEntry(REPOSITORY, folder)) == "in the Hugging Face cache"
    assert size_bytes(ModelEntry(REPOSITORY, folder)) == sum(each.stat().st_size for each in checkpoint.iterdir())


def test_a_vanished_model_falls_back_and_says_so(models: Path) -> None:
    choice = choose_model(None, str(models / "gone"), models)
    assert choice.entry.built_in
    assert "gone" in choice.note
