"""The manifest: written whole or not at all, verified by content, cancelled when asked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.errors import Cancelled, DamagedModel, NoModel, PonderError, UnsafeModel, UnsupportedModel
from engine.manifest import quick_check, read_manifest, verify_manifest, write_manifest
from tests.support.checkpoints import write_json


def test_round_trip_and_every_kind_of_difference(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    path = write_manifest(tmp_path, ["a", "b", "c", "d"])
    assert path == tmp_path / "manifest.json"
    entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    assert entries["a"] == {"bytes": 1000, "sha256": hashlib.sha256(b"a" * 1000).hexdigest()}
    assert verify_manifest(tmp_path).complete
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b", "c", "d", "manifest.json"]

    (tmp_path / "b").unlink()
    (tmp_path / "c").write_bytes(b"c" * 999)
    (tmp_path / "d").write_bytes(b"d" * 999 + b"!")
    assert quick_check(tmp_path).ok == ("a", "d")
    report = verify_manifest(tmp_path)
    assert (report.ok, report.missing, report.wrong) == (("a",), ("b",), ("c", "d"))
    with pytest.raises(DamagedModel, match="b is missing; c is not what was downloaded; d is not"):
        report.require_complete()


def test_progress_and_cancel(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(3 << 20))
    write_manifest(tmp_path, ["big"])
    seen: list[tuple[int, int]] = []
    verify_manifest(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1 << 20, 3 << 20), (2 << 20, 3 << 20), (3 << 20, 3 << 20)]
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        verify_manifest(tmp_path, progress=lambda done, total: cancel.cancel(), cancel=cancel)


def test_writing_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(2 << 20))
    (tmp_path / "small").write_bytes(b"s" * 10)
    total = (2 << 20) + 10
    seen: list[tuple[int, int]] = []
    write_manifest(tmp_path, ["small", "big"], progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(1 << 20, total), (2 << 20, total), (total, total)]
    (tmp_path / "manifest.json").unlink()
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        write_manifest(tmp_path, ["big", "small"], progress=lambda done, all_: cancel.cancel(), cancel=cancel)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["big", "small"]


def test_a_missing_file_leaves_the_old_manifest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    write_manifest(tmp_path, ["a"])
    before = (tmp_path / "manifest.json").read_bytes()
    with pytest.raises(NoModel):
        write_manifest(tmp_path, ["a", "ghost"])
    assert (tmp_path / "manifest.json").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_no_manifest(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    with pytest.raises(NoModel):
        verify_manifest(tmp_path)


ENTRY = {"bytes": 1, "sha256": "a" * 64}


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"format": 2, "files": {}}, UnsupportedModel),
        ({"format": True, "files": {}}, UnsupportedModel),
        ({"format": 1, "files": {"../x": ENTRY}}, UnsafeModel),
        ({"format": 1, "files": {"/x": ENTRY}}, UnsafeModel),
        ({"format": 1, "files": {"x": {"bytes": -1, "sha256": "a" * 64}}}, DamagedModel),
        ({"format": 1, "files": {"x": {"bytes": 1, "sha256": "../" + "a" * 61}}}, DamagedModel),
        ({"format": 1, "files": {"x": 7}}, DamagedModel),
    ],
)
def test_hostile_manifests(tmp_path: Path, value: object, error: type[PonderError]) -> None:
    write_json(tmp_path / "manifest.json", value)
    with pytest.raises(error):
        read_manifest(tmp_path)


def test_another_programs_manifest_is_left_alone(model: Path) -> None:
    write_json(model / "manifest.json", {"name": "something else", "icons": []})
    open_checkpoint(model)


def test_opening_compares_sizes(model: Path) -> None:
    write_manifest(model, ["config.json", "model.safetensors"])
    (model / "config.json").write_bytes((model / "config.json").read_bytes() + b" ")
    with pytest.raises(DamagedModel, match=r"config\.json is not what was downloaded"):
        open_checkpoint(model)


def test_large_weights_are_hashed_on_request_only(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.checkpoint.HASH_AT_OPENING_BYTES", 0)
    write_manifest(model, ["model.safetensors"])
    path = model / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    open_checkpoint(model)
    assert verify_manifest(model).wrong == ("model.safetensors",)


def test_weights_outside_the_manifest_are_reported(model: Path) -> None:
    write_manifest(model, ["config.json"])
    assert any("not in the manifest" in warning for warning in open_checkpoint(model).warnings)
