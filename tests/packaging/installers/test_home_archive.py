"""The archive for a person's home: what its scripts install, replace and remove there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from home_archive import archive_name, build_archive

from tests.packaging.installers.conftest import NEW, OLD, edition, stand_in

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("xz") is None, reason="takes Linux and xz"
)
ENTRY = ".local/share/applications/chat.ponder.Ponder.desktop"
DATA = (".local/share/ponder", ".config/ponder", ".cache/ponder", ".local/state/ponder")


class Home:
    """A home folder with a difficult name, and what its owner runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / 'it\'s "my" $HOME 100%'
        self.folder.mkdir()
        self._unpacked = folder / "unpacked"

    def run(self, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"]}
        command = ["sh", str(script), *arguments]
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
        )

    def unpacked(self, archive: Path) -> Path:
        self._unpacked.mkdir(exist_ok=True)
        subprocess.run(["tar", "--extract", "--file", archive, "--directory", self._unpacked], check=True)
        return self._unpacked / archive.name.removesuffix("-linux-x86_64.tar.xz")

    def install(self, archive: Path) -> None:
        done = self.run(self.unpacked(archive) / "install.sh")
        assert done.returncode == 0, done.stderr

    def uninstall(self, *arguments: str) -> str:
        done = self.run(self.folder / ".local/lib/ponder/uninstall.sh", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write_data(self) -> None:
        for each in DATA:
            (self.folder / each).mkdir(parents=True)
            (self.folder / each / "mine").write_text("mine")

    def files(self) -> set[str]:
        return {str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if not each.is_dir()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def built(tmp_path: Path, version: str, *files: str, glibc: str = "2.34") -> Path:
    bundle = stand_in(tmp_path / f"bundle {version}", version, *files)
    return build_archive(bundle, tmp_path / "out", edition(version, glibc))


def test_it_holds_one_folder_with_everything_and_links_stay_links(tmp_path: Path, home: Home) -> None:
    archive = built(tmp_path, NEW)
    assert archive.name == archive_name(NEW)
    folder = home.unpacked(archive)
    assert {each.name for each in folder.iterdir()} == {"LICENSE", "install.sh", "ponder", "share", "uninstall.sh"}
    assert (folder / "ponder/_internal/library.so").readlink() == Path("library.so.1")
    assert os.access(folder / "install.sh", os.X_OK)


def test_installed_it_starts_from_the_terminal_and_from_the_menu(tmp_path: Path, home: Home) -> None:
    home.install(built(tmp_path, NEW))
    done = subprocess.run([home.folder / ".local/bin/ponder"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ponder {NEW}\n"
    assert (home.folder / ".local/share/icons/hicolor/48x48/apps/chat.ponder.Ponder.png").is_file()
    entry = home.folder / ENTRY
    assert _started_by(entry) == str(home.folder / ".local/bin/ponder")
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", entry], check=True)


def _started_by(entry: Path) -> str:
    """The program in Exec, read as the specification says: as any value first, then by the rules of quoting."""
    line = next(each for each in entry.read_text().splitlines() if each.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    assert value.startswith('"')
    assert value.endswith('"')
    text, after_backslash = "", False
    for character in value[1:-1]:
        if character == "\\" and not after_backslash:
            after_backslash = True
            continue
        text, after_backslash = text + character, False
    return text.replace("%%", "%")


def test_a_newer_version_replaces_all_of_the_old_one_and_keeps_the_data(tmp_path: Path, home: Home) -> None:
    home.write_data()
    home.install(built(tmp_path, OLD, "stale_module.py"))
    assert ".local/lib/ponder/_internal/stale_module.py" in home.files()
    home.install(built(tmp_path, NEW))
    done = subprocess.run([home.folder / ".local/bin/ponder"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ponder {NEW}\n"
    assert ".local/lib/ponder/_internal/stale_module.py" not in home.files()
    assert {f"{each}/mine" for each in DATA} <= home.files()


@pytest.mark.parametrize("arguments", [(), ("--keep-data",)])
def test_removed_it_leaves_what_its_owner_wrote_and_nothing_else(
    tmp_path: Path, home: Home, arguments: tuple[str, ...]
) -> None:
    home.write_data()
    home.install(built(tmp_path, NEW))
    assert "kept" in home.uninstall(*arguments)
    made_by_the_desktop = {".local/share/applications/mimeinfo.cache"}
    assert home.files() - made_by_the_desktop == {f"{each}/mine" for each in DATA}


def test_the_data_go_when_that_is_asked_for(tmp_path: Path, home: Home) -> None:
    home.write_data()
    (home.folder / ".config/other").write_text("of another program")
    home.install(built(tmp_path, NEW))
    home.uninstall("--delete-data")
    assert home.files() - {".local/share/applications/mimeinfo.cache"} == {".config/other"}


def test_somebody_elses_command_of_that_name_stays(tmp_path: Path, home: Home) -> None:
    home.install(built(tmp_path, NEW))
    command = home.folder / ".local/bin/ponder"
    command.unlink()
    command.write_text("another program")
    home.uninstall()
    assert command.read_text() == "another program"


def test_a_system_that_is_too_old_is_told_so_and_stays_as_it_is(tmp_path: Path, home: Home) -> None:
    folder = home.unpacked(built(tmp_path, NEW, glibc="9.9"))
    done = home.run(folder / "install.sh")
    assert done.returncode == 1
    assert "needs glibc 9.9 or newer" in done.stderr
    assert home.files() == set()
