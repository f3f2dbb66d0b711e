"""Rows 45 to 47, 49, 50 and 53 to 55 of the fault catalogue: what happens to the bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.download.conftest import WANTED, WEIGHTS_BYTES, Client, Result
from tests.support.fake_hub import FakeHub, serving

WEIGHTS = "model.safetensors"
HALF = WEIGHTS_BYTES // 2


def wait_until(true: Callable[[], bool], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_a_model_arrives_whole_and_nothing_else_does(hub: FakeHub, client: Client) -> None:
    result = client.run()
    client.require_complete(result)
    assert {each.path.rsplit("/", 1)[-1] for each in hub.asked if "/resolve/" in each.path} == WANTED
    last = result.progress[-1]
    assert last["done"] == last["total"] == sum(len(hub.files[name]) for name in WANTED)
    assert last["stage"] == "finishing"
    shares = [each["done"] for each in result.progress if each["stage"] == "fetching"]
    assert shares == sorted(shares)
    asked = len(hub.asked)
    client.require_complete(client.run())
    assert len(hub.asked) == asked + 2, "a model that is there is listed, not fetched"


def test_rate_and_remaining_time_are_told(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["slow"]
    result = client.run()
    client.require_complete(result)
    told = [each for each in result.progress if each["rate"] > 0]
    assert told
    assert all(each["remaining"] * each["rate"] == pytest.approx(each["total"] - each["done"]) for each in told)
    assert 200_000 < told[-1]["rate"] < 3_000_000  # 64 KiB every 50 ms, as far as this machine keeps up


@pytest.mark.parametrize("mode", ["short", "reset", "stall", "no-length-short"])
def test_row45_an_interrupted_answer_is_gone_on_with(hub: FakeHub, client: Client, mode: str) -> None:
    hub.modes[WEIGHTS] = [mode, "ok"]
    client.require_complete(client.run())
    first, second = hub.asked_for(WEIGHTS)
    assert first.range_start == 0
    assert second.range_start == HALF
    assert second.headers["if-range"].strip('"') == hub.tree_entry(WEIGHTS)["lfs"]["oid"]


@pytest.mark.parametrize("status", ["429", "500", "503", "416"])
def test_row45_a_status_that_may_pass_is_tried_again(hub: FakeHub, client: Client, status: str) -> None:
    hub.modes[WEIGHTS] = ["short", status, status, "ok"]
    client.require_complete(client.run())
    starts = [each.range_start for each in hub.asked_for(WEIGHTS)]
    # 416 says that there is no such part: what is kept cannot be a part of that file.
    assert starts == ([0, HALF, 0, 0] if status == "416" else [0, HALF, HALF, HALF])


def test_row45_retry_after_is_obeyed(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["429", "ok"]
    hub.headers["Retry-After"] = "1"
    result = client.run()
    client.require_complete(result)
    assert [each for each in result.progress if "trying again in 1 s" in each["note"]]


def test_row45_patience_ends(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["short", "503"]
    kind, message = client.run(patience={"attempts": 3}).failure()
    assert kind == "download_failed"
    assert "busy (503)" in message
    assert len(hub.asked_for(WEIGHTS)) == 4  # half of it arrived, then three attempts in vain
    assert client.part_bytes() == HALF
    hub.modes[WEIGHTS] = ["429"]
    hub.headers["Retry-After"] = "3600"
    assert "60 minutes" in client.run().failure()[1]


def test_row45_a_server_without_ranges_starts_again(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["short", "no-ranges"]
    client.require_complete(client.run())


def test_row46_a_kill_at_half_goes_on_from_half(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["hold", "ok"]
    process = client.start(patience={"stall_s": 30})
    wait_until(lambda: client.part_bytes() >= HALF)
    process.kill()
    client.finish(process)
    assert not client.destination.exists()
    assert client.part_bytes() == HALF
    client.require_complete(client.run())
    second = hub.asked_for(WEIGHTS)[1]
    assert second.range_start >= 0.49 * WEIGHTS_BYTES
    assert second.headers["if-range"]
    assert len(hub.asked_for("tokenizer.json")) == 1, "finished files are not fetched again"


def test_row46_a_part_damaged_on_the_disk_is_noticed(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["short", "503"]
    client.run(patience={"attempts": 1})
    part = client.staging / f"{WEIGHTS}.part"
    part.write_bytes(bytes(100) + part.read_bytes()[100:])
    hub.modes[WEIGHTS] = ["ok"]
    client.require_complete(client.run())
    assert [each.range_start for each in hub.asked_for(WEIGHTS)][-2:] == [HALF, 0]


@pytest.mark.parametrize("name", [WEIGHTS, "tokenizer.json"])
def test_row47_a_corrupt_byte_is_refused(hub: FakeHub, client: Client, name: str) -> None:
    hub.modes[name] = ["corrupt"]
    kind, message = client.run().failure()
    assert kind == "damaged_model"
    assert name in message
    assert not client.destination.exists()
    assert not (client.staging / name).exists()
    assert client.part_bytes(name) == 0
    assert len(hub.asked_for(name)) == 2


def test_row47_more_bytes_than_listed_are_refused(hub: FakeHub, client: Client) -> None:
    hub.files["extra"] = b""
    tree = [hub.tree_entry(name) for name in hub.files if name != "extra"]
    for entry in tree:
        if entry["path"] == "tokenizer.json":
            entry["size"] -= 1
    hub.tree = tree
    hub.modes["tokenizer.json"] = ["no-length"]
    assert client.run(patience={"attempts": 2}).failure()[0] == "damaged_model"


def test_row49_a_file_that_changes_between_ranges_starts_again(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["old-short", "ok"]
    client.require_complete(client.run())
    second = hub.asked_for(WEIGHTS)[1]
    assert second.range_start == HALF
    assert second.headers["if-range"].strip('"') != hub.tree_entry(WEIGHTS)["lfs"]["oid"]


def test_row49_a_new_commit_with_the_same_weights_goes_on(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["short", "503"]
    client.run(patience={"attempts": 1})
    hub.commit = "f" * 40
    hub.files["README.md"] = b"# Tiny, revised\n"
    hub.modes[WEIGHTS] = ["ok"]
    client.require_complete(client.run())
    assert hub.asked_for(WEIGHTS)[-1].range_start == HALF


def test_row50_no_room_is_known_before_the_first_byte(hub: FakeHub, client: Client) -> None:
    tree = [hub.tree_entry(name) for name in hub.files]
    for entry in tree:
        if entry["path"] == WEIGHTS:
            entry["size"] = entry["lfs"]["size"] = 1 << 41
    hub.tree = tree
    kind, message = client.run().failure()
    assert kind == "disk_full"
    assert "2.2 TB" in message
    assert not [each for each in hub.asked if "/resolve/" in each.path]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX resource limits")
def test_row50_a_write_that_fails_keeps_the_part(hub: FakeHub, client: Client) -> None:
    limit = 1_000_000
    assert client.run(limit_file_bytes=limit).failure()[0] == "disk_full"
    assert client.part_bytes() == limit
    client.require_complete(client.run())
    assert hub.asked_for(WEIGHTS)[-1].range_start == limit


@pytest.fixture
def small_disk(client: Client) -> Iterator[Path]:
    """The folder of models on a disk of 6 MB."""
    client.models.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(client.models)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except (OSError, AttributeError):
        mounted = False
    if not mounted:
        pytest.skip("only root may mount a small disk")
    yield client.models
    subprocess.run(["umount", "-l", str(client.models)], check=True)


def test_row50_a_disk_that_fills_up_stops_and_keeps_the_part(hub: FakeHub, client: Client, small_disk: Path) -> None:
    hub.modes[WEIGHTS] = ["hold", "ok"]
    process = client.start(patience={"stall_s": 30})
    wait_until(lambda: client.part_bytes() >= HALF)
    filler = small_disk / "other-files"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
    hub.release.set()
    kind, message = client.finish(process).failure()
    assert kind == "disk_full"
    assert "full" in message
    assert client.part_bytes() >= HALF
    filler.unlink()
    client.require_complete(client.run())
    assert hub.asked_for(WEIGHTS)[-1].range_start >= HALF


@pytest.mark.parametrize("mode", ["stall", "slow"])
def test_row54_cancel_takes_less_than_a_second(hub: FakeHub, client: Client, mode: str) -> None:
    hub.modes[WEIGHTS] = [mode, "ok"]
    result = client.run(cancel_at_bytes=HALF // 2, patience={"stall_s": 30})
    assert result.last["event"] == "cancelled"
    assert result.last["after_s"] < 1.0
    kept = client.part_bytes()
    assert kept > 0
    client.require_complete(client.run())
    assert hub.asked_for(WEIGHTS)[-1].range_start == kept


def test_row54_cancel_while_waiting_for_the_next_attempt(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["429"]
    hub.headers["Retry-After"] = "200"
    result = client.run(cancel_in="waiting")
    assert result.last["event"] == "cancelled"
    assert result.last["after_s"] < 1.0


def test_row55_two_downloads_of_one_model_are_one(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["hold"]
    first = client.start(patience={"stall_s": 30})
    wait_until(hub.held.is_set)
    second = client.start()
    wait_until(lambda: sum("/tree/" in each.path for each in hub.asked) == 2)
    time.sleep(1.5)
    hub.release.set()
    results: list[Result] = [client.finish(first), client.finish(second)]
    for result in results:
        client.require_complete(result)
    waits = [each for each in results[1].progress if "another Ponder" in each["note"]]
    assert any(each["done"] >= HALF for each in waits), "the second one shows how far the first one is"
    assert len(hub.asked_for(WEIGHTS)) == 1
    assert not list(client.models.glob(".*")), "nothing is left beside the model"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_row55_the_second_goes_on_where_the_first_died(hub: FakeHub, client: Client) -> None:
    hub.modes[WEIGHTS] = ["hold", "ok"]
    first = client.start(patience={"stall_s": 30})
    wait_until(lambda: client.part_bytes() >= HALF)
    second = client.start()
    wait_until(lambda: sum("/tree/" in each.path for each in hub.asked) == 2)
    os.kill(first.pid, signal.SIGKILL)
    client.finish(first)
    client.require_complete(client.finish(second))
    assert hub.asked_for(WEIGHTS)[1].range_start == HALF


def test_a_damaged_model_is_repaired_with_what_is_sound(hub: FakeHub, client: Client) -> None:
    client.require_complete(client.run())
    damaged = client.destination / "tokenizer.json"
    damaged.write_bytes(bytes(len(hub.files["tokenizer.json"])))
    client.require_complete(client.run())
    assert len(hub.asked_for(WEIGHTS)) == 1
    assert len(hub.asked_for("tokenizer.json")) == 2


def test_a_folder_of_somebody_else_is_left_alone(hub: FakeHub, client: Client) -> None:
    client.destination.mkdir(parents=True)
    (client.destination / "config.json").write_text("{}")
    kind, message = client.run().failure()
    assert kind == "download_failed"
    assert "already" in message
    assert [each.name for each in client.destination.iterdir()] == ["config.json"]


def test_a_token_that_was_logged_in_with_is_used_unless_that_is_forbidden(hub: FakeHub, client: Client) -> None:
    (client.home / "hf").mkdir()
    (client.home / "hf" / "token").write_text("hf_kept\n")
    client.require_complete(client.run())
    assert {each.headers["authorization"] for each in hub.asked} == {"Bearer hf_kept"}
    hub.asked.clear()
    assert client.run({"HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"}, only_plan=True).last["event"] == "plan"
    assert not hub.sent_token()


def test_row53_the_token_stays_with_the_hub(hub: FakeHub, client: Client) -> None:
    with serving(FakeHub({WEIGHTS: hub.files[WEIGHTS]})) as storage:
        hub.redirect_to = storage.url
        hub.modes[WEIGHTS] = ["redirect"]
        storage.modes[WEIGHTS] = ["short", "ok"]
        client.require_complete(client.run({"HF_TOKEN": "hf_secret"}))
        assert all(each.headers["authorization"] == "Bearer hf_secret" for each in hub.asked)
        assert [each.range_start for each in storage.asked] == [0, HALF]
        assert not storage.sent_token()
        assert not [each for each in storage.asked if "hf_secret" in str(each)]
