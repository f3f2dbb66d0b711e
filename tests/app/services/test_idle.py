"""A model that nobody asks anything leaves the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.core.settings import Settings
from app.services import idle
from app.services.idle import IdleUnloader
from app.services.settings import SettingsService
from app.services.status import EngineFailed, EngineReady, EngineUnloaded
from tests.app.services.conftest import OpenLink
from tests.app.services.linked import Linked, asked


@pytest.fixture(autouse=True)
def _short_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "MINUTE_MS", 20)


@pytest.fixture
def settings(qapp: object) -> SettingsService:
    return SettingsService(None, Settings(unload_after_min=1))


@pytest.fixture
def unloaders() -> Iterator[list[IdleUnloader]]:
    opened: list[IdleUnloader] = []
    yield opened
    for each in opened:
        each.close()


def watch(
    linked: Linked, settings: SettingsService, unloaders: list[IdleUnloader], busy: Callable[[], bool] = lambda: False
) -> IdleUnloader:
    unloaders.append(IdleUnloader(linked.link, settings, busy))
    return unloaders[-1]


def armed(unloader: IdleUnloader) -> bool:
    return unloader.armed


def test_it_sleeps_after_the_load_and_after_the_answer(
    open_link: OpenLink, settings: SettingsService, unloaders: list[IdleUnloader]
) -> None:
    linked = open_link()
    unloader = watch(linked, settings, unloaders)
    linked.wait_for(EngineUnloaded)
    assert linked.engine.pid is None
    linked.wait(lambda: linked.link.resting)
    assert not armed(unloader)  # nothing is left that could be unloaded
    assert linked.answer(1, "words 1") == "word0 "
    linked.wait_for(EngineUnloaded)


def test_never_means_never_and_a_change_holds_at_once(
    linked: Linked, settings: SettingsService, unloaders: list[IdleUnloader]
) -> None:
    settings.change(unload_after_min=0)
    unloader = watch(linked, settings, unloaders)
    linked.answer(1, "words 1")
    linked.wait(lambda: linked.link.resting)
    assert not armed(unloader)
    settings.change(unload_after_min=1000)
    assert armed(unloader)
    settings.change(unload_after_min=0)
    assert not armed(unloader)
    settings.change(unload_after_min=1)
    linked.wait_for(EngineUnloaded)


def test_an_answer_that_takes_longer_is_not_cut_short(
    linked: Linked, settings: SettingsService, unloaders: list[IdleUnloader]
) -> None:
    watch(linked, settings, unloaders)
    linked.link.ask(asked(1, "words 20 10"))
    linked.link.forget(1)  # whoever asked does not wait for its end
    linked.link.ask(asked(2, "words 20 10"))
    linked.wait_finished(2)
    assert linked.text(2).endswith("word19 ")
    assert "EngineUnloaded" not in linked.kinds()
    linked.wait_for(EngineUnloaded)


def test_who_is_busy_keeps_the_model(linked: Linked, settings: SettingsService, unloaders: list[IdleUnloader]) -> None:
    looks: list[bool] = []

    def busy() -> bool:
        looks.append(len(looks) < 3)
        return looks[-1]

    unloader = watch(linked, settings, unloaders, busy)
    settings.change(unload_after_min=2)
    assert armed(unloader)
    linked.wait_for(EngineUnloaded)
    assert looks == [True, True, True, False]


def test_a_failure_stays_on_show(open_link: OpenLink, settings: SettingsService, unloaders: list[IdleUnloader]) -> None:
    linked = open_link("oom")
    unloader = watch(linked, settings, unloaders)
    linked.wait_for(EngineFailed)
    linked.wait(lambda: linked.link.resting)
    assert not armed(unloader)


def test_after_closing_nothing_is_unloaded(linked: Linked, settings: SettingsService) -> None:
    unloader = IdleUnloader(linked.link, settings, lambda: False)
    settings.change(unload_after_min=5)
    unloader.close()
    assert not armed(unloader)
    linked.answer(1, "words 1")
    linked.wait(lambda: linked.link.resting)
    assert not armed(unloader)
    assert isinstance(linked.link.status, EngineReady)
