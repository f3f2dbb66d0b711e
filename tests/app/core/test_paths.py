from __future__ import annotations

import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from app.core.errors import NoHome
from app.core.files import make_private_folder, write_atomically
from app.core.paths import user_paths


def test_ponder_home_holds_everything_and_nothing_is_made(tmp_path: Path) -> None:
    home = tmp_path / "Schlüssel 鍵 und Leerzeichen"
    paths = user_paths({"PONDER_HOME": str(home)})
    every = (
        paths.settings_file,
        paths.chats,
        paths.models,
        paths.cache,
        paths.logs,
        paths.log_file,
        paths.personas_file,
    )
    assert all(each.is_relative_to(home) for each in every)
    assert not home.exists()


def test_an_empty_ponder_home_is_no_ponder_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    paths = user_paths({"PONDER_HOME": ""})
    assert paths.settings_file.is_absolute()
    assert paths.models.parent == paths.chats.parent


def test_a_relative_ponder_home_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert user_paths({"PONDER_HOME": "here"}).models == tmp_path / "here" / "models"


@pytest.mark.skipif(sys.platform == "win32", reason="~name means nothing there")
def test_a_home_of_nobody_is_said() -> None:
    with pytest.raises(NoHome, match="full path"):
        user_paths({"PONDER_HOME": "~no-such-account/ponder"})


@pytest.mark.parametrize("raises", [True, False], ids=["platformdirs refuses", "platformdirs leaves the tilde"])
def test_an_account_without_a_home_is_told_what_to_set(raises: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def folder(self: object) -> str:
        if raises:
            raise RuntimeError("could not determine the home directory")
        return "~/.local/share/ponder"

    for name in ("user_data_dir", "user_config_dir", "user_cache_dir", "user_log_dir"):
        monkeypatch.setattr(platformdirs.PlatformDirs, name, property(folder))
    with pytest.raises(NoHome, match="PONDER_HOME"):
        user_paths({})


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_folders_and_files_are_private(tmp_path: Path) -> None:
    folder = make_private_folder(tmp_path / "a" / "b")
    write_atomically(folder / "file.json", b"{}")
    assert [stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "a", folder)] == [0o700, 0o700]
    assert stat.S_IMODE((folder / "file.json").stat().st_mode) == 0o600


def test_an_existing_folder_keeps_its_permissions(tmp_path: Path) -> None:
    before = tmp_path.stat().st_mode
    assert make_private_folder(tmp_path) == tmp_path
    assert tmp_path.stat().st_mode == before


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        make_private_folder(tmp_path / "file")


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    write_atomically(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
