"""Names, links, copies and removal; what is in the files is tested with the engine."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from app.library.engines import EngineClient
from app.library.importing import (
    Source,
    find_source,
    free_name,
    import_folder,
    import_model,
    proposed_name,
    require_free_name,
)
from app.library.links import link_path, read_link, write_link
from app.library.models import ModelEntry, built_in_model, find_model, find_own_model, list_models, origin_words
from app.library.removal import clear_tombstones, removable_bytes, remove_model
from app.library.verify import check_against_reference, check_files
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.errors import Cancelled, DamagedModel, DiskFull, InvalidRequest, NoModel, PonderError
from engine.import_progress import ImportProgress, ImportStage
from engine.manifest import write_manifest
from tests.support.checkpoints import make_checkpoint
from tests.support.gguf_files import write_gguf


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return make_checkpoint(tmp_path / "elsewhere" / "Tiny", shards=2)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def no_engine() -> EngineClient:
    raise AssertionError("no engine is needed")


def test_a_copy_is_complete_and_verifiable(source: Path, models: Path) -> None:
    (source / "LICENSE").write_text("Apache-2.0")
    (source / "evil.py").write_text("boom")
    (source / "pytorch_model.bin").write_bytes(b"\x80\x02")
    calls: list[ImportProgress] = []
    imported = import_folder(source, models, link=False, report=calls.append)
    assert imported.entry == ModelEntry("Tiny", models / "Tiny")
    assert open_checkpoint(models / "Tiny").tensors.keys() == open_checkpoint(source).tensors.keys()
    names = {each.name for each in (models / "Tiny").iterdir()}
    assert {"LICENSE", "manifest.json", "ponder_origin.json", "model.safetensors.index.json"} <= names
    assert names.isdisjoint({"evil.py", "pytorch_model.bin"})
    for stage in (ImportStage.COPYING, ImportStage.CHECKING):
        last = [each for each in calls if each.stage is stage][-1]
        assert last.done_bytes == last.total_bytes > 0
    check = check_files(imported.entry)
    assert (check.problems, check.notes) == ((), ())
    assert origin_words(imported.entry) == "imported from Tiny"


def test_a_copy_that_differs_from_the_sources_manifest_is_refused(source: Path, models: Path) -> None:
    write_manifest(source, [each.name for each in source.iterdir()])
    vocabulary = source / "tokenizer.json"
    vocabulary.write_text(vocabulary.read_text().replace("<|fim_pad|>", "<|fim_bad|>"))
    with pytest.raises(DamagedModel):
        import_folder(source, models, link=False)
    assert not models.exists() or list(models.iterdir()) == []


@pytest.mark.parametrize("stage", [ImportStage.COPYING, ImportStage.CHECKING])
def test_a_copy_can_be_stopped(source: Path, models: Path, stage: ImportStage) -> None:
    token = CancelToken()

    def report(progress: ImportProgress) -> None:
        if progress.stage is stage:
            token.cancel()

    with pytest.raises(Cancelled):
        import_folder(source, models, link=False, report=report, cancel=token)
    assert list(models.iterdir()) == []


def test_a_disk_that_fills_up_is_named_and_leaves_nothing(
    source: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull, match="The disk is full: Tiny cannot be written"):
        import_model(Source(source, False, "Tiny"), models)
    assert list(models.iterdir()) == []


def test_a_link_is_found_listed_and_verified(source: Path, models: Path) -> None:
    imported = import_folder(source, models, link=True, name="Mein Mödell")
    assert [each.name for each in models.iterdir()] == ["Mein Mödell.ponder-link.json"]
    entry = ModelEntry("Mein Mödell", source, link=link_path("Mein Mödell", models))
    assert imported.entry == entry
    assert list_models(models)[1:] == (entry,)
    assert find_model("mein mödell", models) == entry
    assert check_files(entry).problems == ()
    assert origin_words(entry) == "linked"


def test_a_link_to_what_has_gone_says_so_and_can_be_removed(source: Path, models: Path) -> None:
    write_link("Gone", source / "not", models)
    assert list_models(models) == (built_in_model(),)
    with pytest.raises(NoModel, match="linked to"):
        find_model("Gone", models)
    entry = find_own_model("Gone", models)
    assert remove_model(entry, models) == 0
    assert list(models.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", '{"format": 2, "folder": "/x"}', '{"format": 1}', '{"format": 1, "folder": 7}'),
        *(
            '{"format": 1, "folder": "relative"}',
            '{"format": 1, "folder": "/a\\u0000b"}',
            "[" * 60_000,
            "\x00" * 70_000,
        ),
    ],
)
def test_what_is_no_link_is_none(models: Path, text: str) -> None:
    models.mkdir()
    path = link_path("x", models)
    path.write_text(text)
    assert read_link(path) is None
    assert list_models(models) == (built_in_model(),)


def test_a_model_in_the_models_folder_is_not_imported_again(models: Path) -> None:
    make_checkpoint(models / "Here")
    with pytest.raises(InvalidRequest, match="already"):
        import_folder(models / "Here", models, link=True, name="There")


def test_only_usable_models_are_taken_in(source: Path, models: Path) -> None:
    (source / "model-00002-of-00002.safetensors").unlink()
    for link in (True, False):
        with pytest.raises(DamagedModel, match="missing"):
            import_folder(source, models, link=link)
    assert not models.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("", " a", "a ", ".a", "-a", "~a", "a.", "a/b", "a\\b", "a:b", "a\nb", "a\u202eb", "..", "CON", "nul.txt"),
        *("pocket", "Practice", "x" * 101),
    ],
)
def test_names_that_no_model_can_have(models: Path, name: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be called"):
        require_free_name(name, models)
    assert require_free_name(proposed_name(name), models)


def test_taken_names_are_refused_whatever_their_case(source: Path, models: Path) -> None:
    make_checkpoint(models / "Tiny")
    write_link("Linked", source, models)
    for name in ("Tiny", "tINY", "linked"):
        with pytest.raises(InvalidRequest, match=f"Another name would be {name}-2"):
            import_folder(source, models, link=True, name=name)
    assert free_name("tiny", models) == "tiny-2"
    assert free_name("other", models) == "other"


def test_a_gguf_file_becomes_a_model(source: Path, models: Path, tmp_path: Path) -> None:
    whole = make_checkpoint(tmp_path / "whole")
    path = write_gguf(tmp_path / "Tiny 1.5-Q8_0.gguf", whole, "Q8_0")
    imported = import_model(find_source(str(path)), models)
    assert imported.entry.name == "Tiny 1.5-Q8_0"
    assert list_models(models)[1:] == (imported.entry,)
    assert check_files(imported.entry).problems == ()
    assert "imported from Q8_0" in check_against_reference(imported.entry, no_engine).skipped
    with pytest.raises(InvalidRequest, match="linked"):
        import_model(Source(path, True, "other"), models, link=True)


def test_sources_that_are_none(tmp_path: Path, models: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    for wanted in (tmp_path / "notes.txt", tmp_path / "empty", tmp_path / "absent", "x" * 5000, "a\0b", "..:latest"):
        with pytest.raises(NoModel):
            find_source(str(wanted))


def test_a_models_folder_that_cannot_be_written(source: Path, models: Path) -> None:
    models.write_text("a file")
    with pytest.raises(PonderError) as caught:
        import_model(Source(source, False, "Tiny"), models)
    assert caught.value.kind == "import_failed"


def test_removal_frees_what_it_says_and_clears_what_others_left(models: Path) -> None:
    folder = make_checkpoint(models / "Tiny")
    (models / ".removed-0123").mkdir()
    (models / ".removed-0123" / "config.json").write_text("{}")
    entry = find_own_model("tiny", models)
    expected = sum(each.stat().st_size for each in folder.iterdir())
    assert removable_bytes(entry) == expected
    assert remove_model(entry, models) == expected
    assert list(models.iterdir()) == []


def test_a_removal_that_stops_half_way_leaves_no_half_model(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_checkpoint(models / "Tiny")
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_, **__: None)
        remove_model(find_own_model("Tiny", models), models)
    assert list_models(models) == (built_in_model(),)
    clear_tombstones(models)
    assert list(models.iterdir()) == []


def test_what_is_not_ponders_is_never_removed(source: Path, models: Path) -> None:
    models.mkdir()
    with pytest.raises(InvalidRequest, match="built in"):
        remove_model(built_in_model(), models)
    for entry in (ModelEntry("Tiny", source), ModelEntry("up", models / ".."), ModelEntry("self", models)):
        with pytest.raises(InvalidRequest, match="does not lie in"):
            remove_model(entry, models)
    with pytest.raises(NoModel):
        find_own_model("../elsewhere/Tiny", models)
    assert open_checkpoint(source)


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_symbolic_link_loses_only_itself(source: Path, models: Path) -> None:
    models.mkdir()
    (models / "Tiny").symlink_to(source, target_is_directory=True)
    assert remove_model(find_own_model("Tiny", models), models) == 0
    assert open_checkpoint(source)
