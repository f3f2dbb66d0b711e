"""Models as the window sees them: real files, a real hub on this machine, real threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.models import HubModel, ModelOrigin, Shelf
from app.core.settings import Settings
from app.services.job_types import JobKind, JobOutcome, JobProgress, JobResult, JobStage
from app.services.model_jobs import Job, ModelJobs
from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsService
from engine.types import Precision
from tests.app.model_kit import (
    GAMER,
    LAPTOP,
    NAME,
    PATIENCE_MS,
    SOURCE,
    WEIGHTS,
    ended,
    open_shelf,
    pretend_machine,
    small_hub,
)
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import FakeHub
from tests.support.gguf_files import write_gguf


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with small_hub(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def shelf(qtbot: QtBot) -> Iterator[ModelShelf]:
    with open_shelf(qtbot) as opened:
        yield opened


def held_half(qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, models: Path) -> int:
    """Start a download that stops in the middle of the weights; returns how much of them has arrived then."""
    hub.modes[WEIGHTS] = ["hold", "ok"]
    shelf.download(SOURCE)
    half = len(hub.files[WEIGHTS]) // 2
    part = models / f".incomplete-{NAME}" / f"{WEIGHTS}.part"
    qtbot.waitUntil(lambda: part.exists() and part.stat().st_size >= half, timeout=PATIENCE_MS)
    return half


def test_what_is_here_and_what_can_be_had_without_asking_anybody(shelf: ModelShelf, hub: FakeHub) -> None:
    (practice,) = shelf.shelf.installed
    assert practice == shelf.practice_model()
    assert practice.origin is ModelOrigin.BUILT_IN
    assert not practice.removable
    assert practice.parameters > 1_000_000
    assert practice.fit is None
    assert len(shelf.shelf.catalogue) == 8
    small = shelf.shelf.catalogue[0]
    assert (small.name, small.licence, small.size_is_exact) == ("Qwen3-0.6B", "Apache-2.0", True)
    assert small.download_bytes > 1_500_000_000
    assert small.scores
    assert shelf.shelf.machine is None
    assert not hub.asked


def test_how_each_would_run_once_the_machine_is_known(
    qtbot: QtBot, shelf: ModelShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_machine(monkeypatch, GAMER)
    with qtbot.waitSignal(shelf.offers_ready, timeout=PATIENCE_MS) as told:
        shelf.look()
    known = told.args[0]
    assert isinstance(known, Shelf)
    assert known.machine is not None
    assert [each.name for each in known.machine.devices] == ["Test GPU", "Test CPU"]
    by_name = {each.name: each for each in known.catalogue}
    fit = by_name["Qwen3-0.6B"].fit
    assert fit is not None
    assert (fit.device, fit.precision) == ("cuda:0", Precision.BF16)
    assert "Test GPU" in fit.reason
    assert by_name["Qwen3-32B"].fit is None
    assert "Not enough memory" in by_name["Qwen3-32B"].problem
    assert known.installed[0].fit is not None


def test_the_settings_decide_how_models_would_run(
    qtbot: QtBot, shelf: ModelShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SettingsService(None, Settings())
    pretend_machine(monkeypatch, LAPTOP)
    with open_shelf(qtbot, settings) as own:
        with qtbot.waitSignal(own.offers_ready, timeout=PATIENCE_MS):
            own.look()
        with qtbot.waitSignal(own.models_changed, timeout=PATIENCE_MS):
            settings.change(precision=Precision.NF4)
        fit = own.shelf.catalogue[0].fit
        assert fit is not None
        assert fit.precision is Precision.NF4
        assert any("4-bit weights make answers worse" in each for each in fit.warnings)
        practice = own.practice_model()
        assert practice is not None
        chosen = own.chosen(practice)
        assert chosen.practice
        assert chosen.request.precision is Precision.NF4
        own.remember(chosen)
        assert settings.value.model == "pocket"


def test_the_real_machine_is_looked_at_in_a_process_of_its_own(qtbot: QtBot, shelf: ModelShelf) -> None:
    looking: list[bool] = []
    with qtbot.waitSignal(shelf.offers_ready, timeout=120_000):
        shelf.look()
        looking.append(shelf.looking)
    looking.append(shelf.looking)
    assert looking == [True, False]
    machine = shelf.shelf.machine
    assert machine is not None
    assert machine.devices[-1].device == "cpu"
    assert machine.devices[-1].free_bytes > 0


def test_a_download_makes_a_model(qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, ponder_home: Path) -> None:
    told: list[JobProgress] = []
    shelf.job_progress.connect(told.append)
    end = ended(qtbot, shelf, lambda: shelf.download(SOURCE))
    assert (end.outcome, end.message) == (JobOutcome.DONE, "")
    assert end.entry is not None
    assert (end.entry.name, end.entry.origin, end.entry.is_base) == (NAME, ModelOrigin.DOWNLOADED, True)
    assert end.entry == shelf.installed(NAME)
    assert end.entry.freed_bytes > len(hub.files[WEIGHTS])
    assert (ponder_home / "models" / NAME / WEIGHTS).read_bytes() == hub.files[WEIGHTS]
    assert next(each for each in shelf.shelf.catalogue if each.name == NAME).installed == NAME
    assert told[0].stage is JobStage.STARTING
    assert not shelf.jobs()


def test_paused_kept_and_resumed_after_a_restart(
    qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    half = held_half(qtbot, shelf, hub, ponder_home / "models")
    (job,) = shelf.jobs()
    assert shelf.download(SOURCE) == job.job_id  # two downloads of one model are one
    end = ended(qtbot, shelf, lambda: shelf.cancel(job.job_id))
    assert end.outcome is JobOutcome.CANCELLED
    assert half <= end.kept_bytes < end.total_bytes
    with open_shelf(qtbot) as restarted:
        (stopped,) = restarted.shelf.stopped
        assert (stopped.name, stopped.kept_bytes) == (NAME, end.kept_bytes)
        assert next(each for each in restarted.shelf.catalogue if each.name == NAME).stopped == stopped
        again = ended(qtbot, restarted, lambda: restarted.download(stopped.source))
        assert again.outcome is JobOutcome.DONE
        assert restarted.shelf.stopped == ()
    assert hub.asked_for(WEIGHTS)[-1].range_start == half


def test_closing_ends_a_download_and_keeps_what_has_arrived(qtbot: QtBot, hub: FakeHub, ponder_home: Path) -> None:
    with open_shelf(qtbot) as own:
        held_half(qtbot, own, hub, ponder_home / "models")
        with qtbot.assertNotEmitted(own.job_ended):
            own.close()
            qtbot.wait(50)
        assert not [each.name for each in threading.enumerate() if each.name.startswith("models-")]
    with open_shelf(qtbot) as restarted:
        assert restarted.shelf.stopped[0].kept_bytes > 0


def test_what_has_arrived_can_be_thrown_away(qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, ponder_home: Path) -> None:
    held_half(qtbot, shelf, hub, ponder_home / "models")
    ended(qtbot, shelf, lambda: shelf.cancel(shelf.jobs()[0].job_id))
    end = ended(qtbot, shelf, lambda: shelf.discard(NAME))
    assert end.outcome is JobOutcome.DONE
    assert end.freed_bytes > 0
    assert shelf.shelf.stopped == ()
    assert not (ponder_home / "models" / f".incomplete-{NAME}").exists()


@pytest.mark.parametrize(
    ("listing", "code", "kind"),
    [(404, "RepoNotFound", "not_on_hub"), (403, "GatedRepo", "access_denied"), ("html", "", "captive_portal")],
)
def test_a_download_that_fails_says_why(
    qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, listing: int | str, code: str, kind: str
) -> None:
    hub.listing, hub.error_code = listing, code
    end = ended(qtbot, shelf, lambda: shelf.download(SOURCE))
    assert (end.outcome, end.error_kind) == (JobOutcome.FAILED, kind), end.message
    assert "Traceback" not in end.message


def test_no_network_and_no_room_are_told_with_what_is_kept(
    qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, ponder_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_half(qtbot, shelf, hub, ponder_home / "models")
    ended(qtbot, shelf, lambda: shelf.cancel(shelf.jobs()[0].job_id))
    with monkeypatch.context() as full:
        full.setattr("engine.disk.SPARE", 1e15)
        end = ended(qtbot, shelf, lambda: shelf.download(SOURCE))
    assert end.error_kind == "disk_full"
    assert end.kept_bytes > 0
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    end = ended(qtbot, shelf, lambda: shelf.download(SOURCE))
    assert end.error_kind == "offline"


def test_a_damaged_model_is_found_and_repaired(
    qtbot: QtBot, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    model = ended(qtbot, shelf, lambda: shelf.download(SOURCE)).entry
    assert model is not None
    sound = ended(qtbot, shelf, lambda: shelf.verify(model))
    assert sound.outcome is JobOutcome.DONE
    assert sound.count == len(hub.files)
    weights = ponder_home / "models" / NAME / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\xff")
    broken = ended(qtbot, shelf, lambda: shelf.verify(model))
    assert broken.outcome is JobOutcome.FAILED
    assert f"{WEIGHTS} is not the file that was installed." in broken.message
    assert broken.source == HubModel(f"Qwen/{NAME}")
    found = shelf.installed(NAME)
    assert found is not None
    assert found.damaged
    repaired = ended(qtbot, shelf, lambda: shelf.download(HubModel(f"Qwen/{NAME}")))
    assert repaired.outcome is JobOutcome.DONE
    assert weights.read_bytes() == hub.files[WEIGHTS]


def test_a_folder_is_linked_or_copied_and_removed_again(
    qtbot: QtBot, shelf: ModelShelf, tmp_path: Path, ponder_home: Path
) -> None:
    source = make_checkpoint(tmp_path / "Tiny")
    linked = ended(qtbot, shelf, lambda: shelf.import_folder(source, link=True)).entry
    copied = ended(qtbot, shelf, lambda: shelf.import_folder(source, link=False)).entry
    assert linked is not None
    assert copied is not None
    assert (linked.name, linked.origin, linked.freed_bytes) == ("Tiny", ModelOrigin.LINKED, 0)
    assert (copied.name, copied.origin_detail) == ("Tiny-2", "Tiny")
    for model in (linked, copied):
        end = ended(qtbot, shelf, partial(shelf.remove, model))
        assert end.freed_bytes == model.freed_bytes
    assert [each.built_in for each in shelf.shelf.installed] == [True]
    assert (source / WEIGHTS).exists()


def test_a_gguf_file_is_converted(qtbot: QtBot, shelf: ModelShelf, tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "Tiny-Q8_0.gguf", make_checkpoint(tmp_path / "whole"), "Q8_0")
    model = ended(qtbot, shelf, lambda: shelf.import_gguf(path)).entry
    assert model is not None
    assert (model.name, model.origin, model.origin_detail) == ("Tiny-Q8_0", ModelOrigin.IMPORTED, "Q8_0")
    assert shelf.installed("Tiny-Q8_0") == model


def test_what_cannot_be_imported_is_refused_and_leaves_nothing(
    qtbot: QtBot, shelf: ModelShelf, tmp_path: Path, ponder_home: Path
) -> None:
    (tmp_path / "empty").mkdir()
    end = ended(qtbot, shelf, lambda: shelf.import_folder(tmp_path / "empty", link=True))
    assert (end.outcome, end.entry) == (JobOutcome.FAILED, None)
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\xff" * 100)
    end = ended(qtbot, shelf, lambda: shelf.import_gguf(tmp_path / "bad.gguf"))
    assert end.error_kind in ("damaged_model", "unsupported_model", "unsafe_model")
    assert not (ponder_home / "models").exists() or not list((ponder_home / "models").iterdir())


def test_models_of_other_programs_are_found_and_taken_in(
    qtbot: QtBot, shelf: ModelShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    studio = home / ".lmstudio" / "models" / "maker"
    studio.mkdir(parents=True)
    source = make_checkpoint(tmp_path / "whole")
    write_gguf(studio / "Tiny-F16.gguf", source, "F16")
    write_gguf(studio / "other.gguf", source, general__architecture="llama")
    monkeypatch.setattr(Path, "home", lambda: home)
    with qtbot.waitSignal(shelf.found_elsewhere, timeout=PATIENCE_MS):
        shelf.search_elsewhere()
    assert shelf.found is not None
    usable, other = shelf.found
    assert (usable.program, usable.name, usable.precision, usable.problem) == ("LM Studio", "Tiny-F16", "F16", "")
    assert "architecture llama" in other.problem
    end = ended(qtbot, shelf, lambda: shelf.import_found(usable))
    assert end.entry is not None
    assert end.entry.name == "Tiny-F16"


def test_a_mistake_of_ours_ends_the_job_with_words(
    qtbot: QtBot, shelf: ModelShelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    practice = shelf.practice_model()
    assert practice is not None

    words = "".join(("se", "cret"))

    def fail(*_: object, **__: object) -> None:
        raise KeyError(words)

    monkeypatch.setattr("app.library.verify.check_files", fail)
    end = ended(qtbot, shelf, lambda: shelf.verify(practice))
    assert end.outcome is JobOutcome.FAILED
    assert "KeyError" in end.message
    assert words not in end.message + caplog.text
    caplog.clear()


def test_the_calculator_names_parts_places_and_warnings(
    qtbot: QtBot, shelf: ModelShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shelf.calculate("Qwen3-0.6B", "bf16", 8192).here == ()
    pretend_machine(monkeypatch, GAMER)
    with qtbot.waitSignal(shelf.offers_ready, timeout=PATIENCE_MS):
        shelf.look()
    short, long = (shelf.calculate("Qwen3-4B", "bf16", tokens) for tokens in (1024, 32_768))
    assert short.weights_bytes == long.weights_bytes
    assert short.kv_cache_bytes < long.kv_cache_bytes
    assert short.needed_bytes < long.needed_bytes
    assert [(each.name, each.fits) for each in long.here] == [("Test GPU", False), ("Test CPU", False)]
    assert sum(each.fits for each in short.gpus) > sum(each.fits for each in long.gpus)
    assert "4-bit weights make answers worse" in shelf.calculate("Qwen3-4B", "nf4", 1024).warning
    assert "llama.cpp" in shelf.calculate("Qwen3-4B", "Q4_K_M", 1024).warning
    assert "trained on" in shelf.calculate("Qwen3-4B", "bf16", 40_960).remark
    values = {each.value for each in shelf.weights_choices()}
    assert values == {"fp32", "bf16", "int8", "nf4", "Q8_0", "Q6_K", "Q4_K_M"}


def test_progress_is_paced_and_never_follows_the_end(qtbot: QtBot) -> None:
    jobs = ModelJobs()
    seen: list[JobProgress] = []
    jobs.progressed.connect(seen.append)

    def work(job: Job) -> JobResult:
        for done in range(2000):
            job.tell(JobStage.COPYING, done, 2000)
            if done % 500 == 0:
                time.sleep(0.11)
        return JobResult(note="done")

    with qtbot.waitSignal(jobs.ended, timeout=PATIENCE_MS):
        jobs.start(JobKind.IMPORT, "Tiny", work, lambda end: end)
    count = len(seen)
    assert 2 <= count < 20
    qtbot.wait(150)
    assert len(seen) == count
    jobs.close()
