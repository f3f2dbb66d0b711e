"""What start-up chooses, and the order in which things end."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.application.compose import chosen_model
from app.application.shutdown import Shutdown
from app.core.paths import user_paths
from app.core.settings import Settings
from engine.errors import NoModel
from engine.types import Precision


def test_the_built_in_model_is_there_for_everyone() -> None:
    model = chosen_model(Settings(), user_paths())
    assert model.practice
    assert Path(model.request.model).name == "pocket"
    assert model.note == ""


def test_the_model_chosen_last_is_loaded_as_the_settings_say(ponder_home: Path) -> None:
    folder = ponder_home / "models" / "mine"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    settings = Settings(model="mine", device="cpu", precision=Precision.INT8)
    model = chosen_model(settings, user_paths())
    assert (model.name, model.practice) == ("mine", False)
    assert model.request.model == str(folder)
    assert model.request.device == "cpu"
    assert model.request.precision is Precision.INT8


def test_a_model_that_has_gone_is_replaced_and_said() -> None:
    model = chosen_model(Settings(model="gone"), user_paths())
    assert model.practice
    assert "gone" in model.note


def test_a_model_named_now_must_exist() -> None:
    with pytest.raises(NoModel):
        chosen_model(Settings(), user_paths(), "nowhere")


def test_cleanups_run_in_reverse_and_one_failure_stops_none(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    shutdown = Shutdown()
    shutdown.register(lambda: done.append(1))

    def fail() -> None:
        raise RuntimeError

    shutdown.register(fail)
    shutdown.register(lambda: done.append(2))
    shutdown.run()
    shutdown.run()
    assert done == [2, 1]
    assert "RuntimeError" in caplog.text
