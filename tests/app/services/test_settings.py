"""Settings while the window is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.settings import Settings, ThemeChoice, read_settings
from app.services.settings import SettingsService


def test_a_change_is_told_and_on_the_disk(qtbot: QtBot, tmp_path: Path) -> None:
    service = SettingsService(tmp_path / "settings.json", Settings())
    with qtbot.waitSignal(service.changed) as told:
        service.change(theme=ThemeChoice.DARK, zoom=1.25)
    assert told.args[0].names == {"theme", "zoom"}
    assert read_settings(tmp_path / "settings.json").settings == service.value


def test_nothing_is_told_where_nothing_changes(qtbot: QtBot, tmp_path: Path) -> None:
    service = SettingsService(tmp_path / "settings.json", Settings())
    with qtbot.assertNotEmitted(service.changed):
        service.change(zoom=1.0)
    assert not (tmp_path / "settings.json").exists()


@pytest.mark.parametrize("values", [{"zoom": 9.0}, {"zoom": "large"}, {"no_such": 1}, {"theme": "pink"}])
def test_a_wrong_value_changes_nothing(qtbot: QtBot, tmp_path: Path, values: dict[str, object]) -> None:
    service = SettingsService(tmp_path / "settings.json", Settings())
    with pytest.raises(ValueError, match=r"no such setting|validation error"):
        service.change(**values)
    assert service.value == Settings()


def test_reset_goes_back_to_the_default(qtbot: QtBot, tmp_path: Path) -> None:
    service = SettingsService(tmp_path / "settings.json", Settings(top_k=3))
    service.reset("top_k")
    assert service.value.top_k is None


def test_what_cannot_be_saved_holds_and_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    service = SettingsService(tmp_path / "file" / "settings.json", Settings())
    with qtbot.waitSignal(service.failed) as told:
        service.change(top_k=5)
    assert service.value.top_k == 5
    assert "settings" in str(told.args[0])
