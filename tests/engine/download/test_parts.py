"""The pieces of a download on their own: waiting, patterns, plans, the meter, the lock and the hub's cache."""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from engine.cancel import CancelToken
from engine.download.answers import Trouble, retry_after_s
from engine.download.cache import cached_snapshots, find_cached_snapshot, snapshot_of, verify_snapshot
from engine.download.listing import _select
from engine.download.lock import only_one
from engine.download.meter import Meter
from engine.download.part import Part, is_etag
from engine.download.plan import (
    PLAN_NAME,
    DownloadPlan,
    DownloadProgress,
    KnownFile,
    Patience,
    PlannedFile,
    Stage,
    is_repository,
    is_wanted_name,
    read_plan,
)
from engine.download.session import _finish
from engine.download.settings import cache_folder
from engine.download.waiting import wait_before
from engine.errors import Cancelled, DownloadFailed, UnsafeModel
from engine.manifest import verify_manifest
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import COMMIT, REPOSITORY, sha256
from tests.support.hub_cache import put_into_cache

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def planned(name: str, size: int = 10) -> PlannedFile:
    return PlannedFile(name, size, "0" * 64, None)


def test_waits_grow_are_scattered_and_bounded() -> None:
    trouble = Trouble("", DownloadFailed(""))
    patience = Patience()
    assert [wait_before(n, trouble, patience, lambda: 0.0) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert wait_before(3, trouble, patience, lambda: 1.0) == 2
    told = Trouble("", DownloadFailed(""), wait_s=7)
    assert wait_before(1, told, patience, lambda: 0.0) == 7
    with pytest.raises(DownloadFailed, match="6 minutes"):
        wait_before(1, Trouble("", DownloadFailed(""), wait_s=360), patience)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 40),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0),
        ("", None),
        ("-3", None),
        ("soon", None),
        ("9" * 40, None),
    ],
)
def test_retry_after_as_number_and_as_date(text: str, seconds: float | None) -> None:
    assert retry_after_s(httpx2.Headers({"retry-after": text}), now=lambda: 60.0) == seconds


def test_only_files_with_a_use_are_wanted() -> None:
    wanted = [
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model-00001-of-00002.safetensors",
        "merges.txt",
    ]
    wanted += ["model.safetensors.index.json", "LICENSE", "README.md", "chat_template.jinja", "vocab.json"]
    assert all(map(is_wanted_name, wanted))
    others = ["model.py", "pytorch_model.bin", "a/config.json", "../config.json", "logo.png", "config.json.exe", ""]
    others += [".safetensors", "a..b.safetensors", "manifest.json", "download.json", "con.safetensors", "Config.json"]
    assert not any(map(is_wanted_name, others))


def test_repositories_and_etags() -> None:
    assert is_repository("Qwen/Qwen3-0.6B")
    assert not any(
        map(is_repository, ["Qwen", "a/b/c", "../b", "a/..", "a/b--c", "a/.b", "/a/b", "a/b/", "a/b.", "é/b"])
    )
    assert is_etag('"0f"')
    assert not any(map(is_etag, ['W/"0f"', "0f", '"../x"', '"a b"', '""', '"a\r\nb"']))


def test_weights_are_chosen_as_they_are_read() -> None:
    def names(*listed: str) -> list[str]:
        return [each.name for each in _select(REPOSITORY, [(name, planned(name)) for name in listed])]

    single = names("config.json", "model.safetensors", "consolidated.safetensors", "model.safetensors.index.json")
    assert single == ["model.safetensors", "config.json"]
    shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    assert names("config.json", "x.safetensors", *shards, "model.safetensors.index.json") == [
        "model.safetensors.index.json",
        *shards,
        "config.json",
    ]


def test_a_plan_is_kept_and_read_back_only_if_it_is_one(tmp_path: Path) -> None:
    plan = DownloadPlan(REPOSITORY, COMMIT, "main", (planned("config.json"), PlannedFile("LICENSE", 1, None, "1" * 40)))
    path = tmp_path / PLAN_NAME
    assert read_plan(tmp_path) is None
    path.write_text(plan.as_text())
    assert read_plan(tmp_path) == plan
    good = json.loads(plan.as_text())
    changes: tuple[dict[str, Any], ...] = (
        {"commit": "../x"},
        {"repository": "../x"},
        {"files": [{**good["files"][0], "name": "../config.json"}]},
        {"files": [{**good["files"][0], "sha256": "../x"}]},
        {"files": [{**good["files"][0], "bytes": -1}]},
        {"files": []},
        {"files": 7},
        {"files": [good["files"][0], good["files"][0]]},
        {"format": 2},
    )
    for change in changes:
        path.write_text(json.dumps({**good, **change}))
        assert read_plan(tmp_path) is None
    path.write_text("{")
    assert read_plan(tmp_path) is None
    with pytest.raises(UnsafeModel):
        replace(plan.files[0], sha256="../x")


def test_the_meter_smooths_and_estimates() -> None:
    now = 0.0
    told: list[DownloadProgress] = []
    meter = Meter(10_000, told.append, lambda: now)
    meter.stage(Stage.CHECKING)
    meter.present(2_000)
    meter.stage(Stage.FETCHING, "model.safetensors")
    for _ in range(40):
        now += 0.125
        meter.arrived(125)
    assert told[-1].done_bytes == 7_000
    assert told[-1].rate_bytes_per_s == pytest.approx(1000)
    assert told[-1].remaining_s == pytest.approx(3)
    for _ in range(32):  # a stall of 4 s: the rate falls to 1/e, the remaining time grows
        now += 0.125
        meter.arrived(0)
    assert 300 < told[-1].rate_bytes_per_s < 450
    meter.stage(Stage.WAITING, "model.safetensors", "the connection broke off")
    assert told[-1].remaining_s is None
    meter.stage(Stage.FETCHING)
    messages = len(told)
    for _ in range(1000):
        now += 1 / 1024
        meter.arrived(1)
    assert len(told) - messages < 12, "a piece every millisecond must not become a message every millisecond"


def test_the_last_look_at_every_byte_can_be_followed_and_cancelled(tmp_path: Path) -> None:
    data = random.Random(3).randbytes(3 << 20)
    (tmp_path / "model.safetensors").write_bytes(data)
    plan = DownloadPlan(REPOSITORY, COMMIT, None, (PlannedFile("model.safetensors", len(data), sha256(data), None),))
    told: list[DownloadProgress] = []
    token = CancelToken()

    def report(progress: DownloadProgress) -> None:
        told.append(progress)
        token.cancel()

    with pytest.raises(Cancelled):
        _finish(plan, tmp_path, Meter(plan.total_bytes, report), token)
    assert [each.name for each in tmp_path.iterdir()] == ["model.safetensors"]
    assert [(each.stage, each.done_bytes) for each in told] == [(Stage.FINISHING, 0)]
    now = iter(range(100))
    _finish(plan, tmp_path, Meter(plan.total_bytes, told.append, clock=lambda: float(next(now))), CancelToken())
    assert [each.done_bytes >> 20 for each in told[1:]] == [0, 1, 2, 3, 3]
    assert {each.stage for each in told} == {Stage.FINISHING}
    assert verify_manifest(tmp_path).complete


def test_a_part_is_gone_on_with_only_for_the_same_content(tmp_path: Path) -> None:
    data = random.Random(2).randbytes(5000)
    file = PlannedFile("model.safetensors", len(data), sha256(data), None)
    read: list[int] = []
    for start, end in ((0, 2000), (2000, 4000)):
        part = Part(tmp_path, file)
        part.open(CancelToken(), read.append)
        assert part.size == start
        part.append(data[start:end])
        part.set_etag('"a"')
        part.close()
    other = Part(tmp_path, replace(file, sha256="1" * 64))
    other.open(CancelToken(), read.append)
    assert (other.size, other.etag) == (0, None)
    other.close()
    assert read == [2000]


def test_the_lock_lets_one_in_and_waiting_can_be_cancelled(tmp_path: Path) -> None:
    path, cancel, waits = tmp_path / "lock", CancelToken(), threading.Event()
    order: list[str] = []

    def second() -> None:
        with only_one(path, CancelToken(), waits.set):
            order.append("second")

    with only_one(path, CancelToken(), lambda: None):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(5)
        with pytest.raises(Cancelled), only_one(path, cancel, cancel.cancel):
            order.append("never")
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert not path.exists()


def test_the_cache_folder_follows_the_hubs_variables(tmp_path: Path) -> None:
    home = Path("~").expanduser()
    assert cache_folder({}) == home / ".cache/huggingface/hub"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/huggingface/hub")
    assert cache_folder({"HF_HOME": "/h", "XDG_CACHE_HOME": "/x"}) == Path("/h/hub")
    assert cache_folder({"HF_HUB_CACHE": "/c", "HF_HOME": "/h"}) == Path("/c")


@needs_links
def test_a_snapshot_in_the_cache_is_found_and_verified(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    model = make_checkpoint(tmp_path / "model")
    folder = put_into_cache(cache, model)
    for revision in (None, "main", COMMIT):
        assert find_cached_snapshot(REPOSITORY, revision, cache=cache) == folder
    for revision in ("other", "a" * 40):
        assert find_cached_snapshot(REPOSITORY, revision, cache=cache) is None
    assert find_cached_snapshot("Maker/Other", cache=cache) is None
    assert [(each.repository, each.commit) for each in cached_snapshots(cache=cache)] == [(REPOSITORY, COMMIT)]
    report = verify_snapshot(folder)
    assert report.complete
    assert "model.safetensors" in report.ok
    assert verify_snapshot(folder, known={"config.json": KnownFile(1)}).wrong == ("config.json",)
    assert verify_snapshot(folder, known={"LICENSE": KnownFile()}).missing == ("LICENSE",)


@needs_links
def test_a_damaged_or_half_snapshot_is_not_taken(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    folder = put_into_cache(cache, make_checkpoint(tmp_path / "model"))
    weights = (folder / "model.safetensors").resolve()
    data = weights.read_bytes()
    weights.write_bytes(data[:-100] + bytes(100))  # the right size: only hashing shows it
    assert verify_snapshot(folder).wrong == ("model.safetensors",)
    weights.write_bytes(data[:-100])
    assert find_cached_snapshot(REPOSITORY, cache=cache) is None
    weights.unlink()
    assert find_cached_snapshot(REPOSITORY, cache=cache) is None
    assert cached_snapshots(cache=cache) == ()


@needs_links
def test_a_ref_that_climbs_leads_nowhere(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    folder = put_into_cache(cache, make_checkpoint(tmp_path / "model"))
    (folder.parent.parent / "refs" / "main").write_text("../../../model")
    assert find_cached_snapshot(REPOSITORY, cache=cache) is None
    # The snapshot itself is there, whatever the ref says.
    assert [each.folder for each in cached_snapshots(cache=cache)] == [folder]


@needs_links
def test_every_snapshot_is_listed_the_one_that_main_means_first(tmp_path: Path) -> None:
    cache = tmp_path / "hub"
    model = make_checkpoint(tmp_path / "model")
    first = put_into_cache(cache, model)
    home = first.parent.parent
    for commit, time_s in (("a" * 40, 1_000), ("f" * 40, 2_000)):
        (home / "snapshots" / commit).mkdir()
        for link in first.iterdir():
            (home / "snapshots" / commit / link.name).symlink_to(link.readlink())
        os.utime(home / "snapshots" / commit, (time_s, time_s))
    (home / "snapshots" / "not-a-commit").mkdir()
    (home / "snapshots" / ("b" * 40)).mkdir()  # begun and given up
    (cache / "datasets--Maker--Data" / "snapshots" / COMMIT).mkdir(parents=True)
    assert [each.commit for each in cached_snapshots(cache=cache)] == [COMMIT, "f" * 40, "a" * 40]
    (home / "refs" / "main").unlink()  # as where a program asked for a commit only
    os.utime(first, (500, 500))
    assert [each.commit for each in cached_snapshots(cache=cache)] == ["f" * 40, "a" * 40, COMMIT]


def test_what_a_snapshot_is_can_be_read_off_its_path(tmp_path: Path) -> None:
    folder = tmp_path / f"models--{REPOSITORY.replace('/', '--')}" / "snapshots" / COMMIT
    found = snapshot_of(folder)
    assert found is not None
    assert (found.repository, found.commit) == (REPOSITORY, COMMIT)
    for other in (folder.parent, tmp_path / COMMIT, folder.with_name("main"), tmp_path / "x" / "snapshots" / COMMIT):
        assert snapshot_of(other) is None
