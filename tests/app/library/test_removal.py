"""Removing models and downloads that were stopped; what is removed of other folders is tested with importing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.library.removal import find_removable, remove
from app.library.stopped import to_ask_for, unfinished_downloads
from engine.cancel import CancelToken
from engine.download.lock import only_one
from engine.download.plan import PLAN_NAME, DownloadPlan, PlannedFile
from engine.errors import InvalidRequest, NoModel
from tests.support.checkpoints import make_checkpoint

COMMIT = "c1899de289a04d12100db370d81485cdf75e47ca"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


def stopped(models: Path, name: str, repository: str, revision: str | None = None) -> Path:
    """What a download leaves that was stopped at 400 of 1,010 bytes."""
    folder = models / f".incomplete-{name}"
    folder.mkdir(parents=True)
    files = (
        PlannedFile("config.json", 10, None, "1" * 40),
        PlannedFile("model.safetensors", 1_000, "2" * 64, None),
    )
    (folder / PLAN_NAME).write_text(DownloadPlan(repository, COMMIT, revision, files).as_text())
    (folder / "model.safetensors.part").write_bytes(bytes(400))
    return folder


def test_a_stopped_download_is_found_and_thrown_away(models: Path) -> None:
    folder = stopped(models, "Tiny", "Maker/Tiny")
    (models / ".incomplete-Other.lock").write_bytes(b"")
    (models / ".incomplete-broken").mkdir()
    (found,) = unfinished_downloads(models)
    assert (found.destination, found.kept_bytes, found.plan.total_bytes) == (models / "Tiny", 400, 1_010)
    for name in ("tiny", "maker/tiny"):
        removable = find_removable(name, models)
        assert (removable.name, removable.entry, removable.freed_bytes) == ("Tiny", None, 400)
    assert remove(removable, models) == 400
    assert not folder.exists()
    assert unfinished_downloads(models) == ()
    with pytest.raises(NoModel):
        find_removable("Tiny", models)


def test_a_model_and_its_stopped_update_go_together(models: Path) -> None:
    model = make_checkpoint(models / "Tiny")
    size = sum(each.stat().st_size for each in model.iterdir())
    stopped(models, "Tiny", "Maker/Tiny")
    removable = find_removable("Tiny", models)
    assert removable.freed_bytes == size + 400
    assert remove(removable, models) == size + 400
    assert list(models.iterdir()) == []


def test_what_is_being_downloaded_right_now_stays(models: Path) -> None:
    folder = stopped(models, "Tiny", "Maker/Tiny")
    removable = find_removable("Tiny", models)
    with (
        only_one(models / ".incomplete-Tiny.lock", CancelToken(), lambda: None),
        pytest.raises(InvalidRequest, match="being downloaded right now"),
    ):
        remove(removable, models)
    assert (folder / "model.safetensors.part").exists()


def test_what_to_ask_for_so_that_it_goes_on(models: Path) -> None:
    stopped(models, "Qwen3-0.6B", "Qwen/Qwen3-0.6B", COMMIT)
    stopped(models, "Tiny", "Maker/Tiny")
    stopped(models, "Tinier", "Maker/Tinier", "main")
    assert [to_ask_for(each.plan) for each in unfinished_downloads(models)] == [
        "Qwen3-0.6B",
        "Maker/Tinier --revision main",
        "Maker/Tiny",
    ]


def test_no_folder_no_downloads(models: Path) -> None:
    assert unfinished_downloads(models) == ()
