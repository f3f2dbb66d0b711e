"""What a desktop shows of Ponder: its entry, its metadata, its manual page; and what the program needs."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import linux_share
import man_page
import pytest
from linux_share import (
    APPLICATION_ID,
    ICON_SIZES_PX,
    Release,
    Source,
    metainfo,
    published_source,
    releases,
    write_share,
)
from system_needs import UnknownLibrary, system_needs

from app.application.run import APPLICATION_ID as WINDOW_ID
from app.cli.parser import build_parser
from app.core.settings import Language
from app.version import VERSION
from tests.packaging.installers.conftest import CHANGELOG, NEW, OLD, edition

HERE = Path(linux_share.__file__).parent
ENTRY = HERE / f"{APPLICATION_ID}.desktop"
SOURCE = Source("https://example.org/ponder", "0123abc")
LANGUAGES = {each.value for each in Language} - {"en", "system"}


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing")


@needs("desktop-file-validate")
def test_the_menu_entry_is_valid() -> None:
    done = subprocess.run(["desktop-file-validate", ENTRY], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_menu_entry_belongs_to_the_window_and_speaks_its_languages() -> None:
    entry = _entry()
    assert WINDOW_ID == APPLICATION_ID == entry["Icon"]
    assert entry["Exec"] == "ponder"
    for key in ("GenericName", "Comment", "Keywords"):
        assert {key} | {f"{key}[{each}]" for each in LANGUAGES} == {each for each in entry if each.startswith(key)}


def _entry() -> dict[str, str]:
    lines = ENTRY.read_text(encoding="utf-8").splitlines()
    return dict(each.split("=", 1) for each in lines if "=" in each)


@pytest.mark.parametrize("source", [None, SOURCE])
@needs("appstreamcli")
def test_the_metadata_are_valid(tmp_path: Path, source: Source | None) -> None:
    file = tmp_path / f"{APPLICATION_ID}.metainfo.xml"
    file.write_bytes(metainfo(releases(CHANGELOG, date(2026, 1, 31)), source))
    command = ["appstreamcli", "validate", "--no-net", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_metadata_name_the_entry_the_releases_and_the_pictures() -> None:
    component = ET.fromstring(metainfo(releases(CHANGELOG, date(2026, 1, 31)), SOURCE))
    assert component.findtext("id") == APPLICATION_ID
    assert component.findtext("launchable") == ENTRY.name
    assert component.find("content_rating") is not None
    assert [each.get("version") for each in component.iterfind("releases/release")] == [NEW, OLD]
    assert [each.text for each in component.iterfind("releases/release/description/ul/li")] == ["Better", "Good"]
    images = [each.text or "" for each in component.iterfind("screenshots/screenshot/image")]
    assert len(images) > 2
    root = "https://example.org/ponder/raw/0123abc/"
    assert [each for each in images if not (HERE.parents[2] / each.removeprefix(root)).is_file()] == []
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for each in ("summary", "description/p", "description/ul/li"):
        spoken = {found.get(lang, "").replace("-", "_") for found in component.iterfind(each)}
        assert spoken == LANGUAGES | {""}


def test_the_changelog_is_read_whole() -> None:
    text = "## Unreleased\n\n- Soon\n\n## [1.2.0] - 2026-02-01\n\n### Added\n\n- `One`,\n  and *two*\n\n## 1.1.0\n"
    today = date(2026, 3, 1)
    assert releases(text, today) == (
        Release("1.2.0", date(2026, 2, 1), ("One, and two",)),
        Release("1.1.0", today, ()),
    )


def test_the_changelog_of_the_repository_knows_this_version() -> None:
    text = (HERE.parents[2] / "packaging" / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = releases(text, date(2026, 1, 1))[0]
    assert newest.version == VERSION
    assert newest.changes


def test_a_version_without_words_in_the_changelog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no heading for version 0\.0\.7"):
        write_share(tmp_path / "share", edition("0.0.7"))


def test_links_come_from_where_the_source_is_published() -> None:
    environment = {
        "GITHUB_SERVER_URL": "https://example.org",
        "GITHUB_REPOSITORY": "some/ponder",
        "GITHUB_SHA": "0123abc",
    }
    source = published_source(environment)
    assert source is not None
    assert (
        source.picture("dark") == "https://example.org/some/ponder/raw/0123abc/packaging/screenshots/pictures/dark.png"
    )
    assert published_source({"GITHUB_SHA": "0123abc"}) is None


def test_every_size_of_the_icon_is_there(tmp_path: Path) -> None:
    write_share(tmp_path, edition(NEW))
    folders = {each.name for each in (tmp_path / "icons" / "hicolor").iterdir()}
    assert folders == {f"{each}x{each}" for each in ICON_SIZES_PX} | {"scalable", "symbolic"}


def test_the_manual_page_is_up_to_date() -> None:
    # By words: versions of Python break the lines of a usage differently.
    assert man_page.PAGE.read_text(encoding="utf-8").split() == man_page.page().split()


def test_the_manual_page_names_every_command_and_option() -> None:
    page = man_page.PAGE.read_text(encoding="utf-8").replace(r"\-", "-")
    commands = dict(man_page.subcommands(build_parser()))
    assert {"ask", "models download", "chats backup restore", "doctor", "bench"} <= set(commands)
    for name, command in commands.items():
        assert f"\n.SS {name}\n" in page
        part = re.split(r"\n\.S[SH] ", page.split(f"\n.SS {name}\n")[1])[0]
        missing = [each for each in _options(command) if rf"\fB{each}\fR" not in part]
        assert missing == []


def _options(command: argparse.ArgumentParser) -> list[str]:
    return [each for each in command._option_string_actions if each not in ("-h", "--help")]


@needs("man")
def test_the_manual_page_is_set_without_warnings() -> None:
    command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(man_page.PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    # Bold letters are struck twice.
    assert "ponder chats backup restore" in re.sub(".\b", "", done.stdout)


@needs("shellcheck")
def test_the_scripts_are_clean() -> None:
    scripts = [str(HERE / each) for each in ("install.sh", "uninstall.sh")]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="takes a program of Linux")
@needs("readelf")
def test_what_the_program_needs_is_read_from_its_files(tmp_path: Path) -> None:
    from PySide6 import QtCore

    plugins = Path(QtCore.__file__).parent / "Qt"
    shutil.copy(plugins / "plugins/platforms/libqxcb.so", tmp_path)
    with pytest.raises(UnknownLibrary, match=r"libQt6Core\.so\.6"):
        system_needs(tmp_path)
    for each in (plugins / "lib").glob("libQt6*.so.6"):
        (tmp_path / each.name).symlink_to(each)
    found = system_needs(tmp_path)
    assert found.glibc == "2.34"
    assert {"libxcb1", "libgl1", "libxkbcommon-x11-0"} <= set(found.packages)
    assert list(found.packages) == sorted(set(found.packages))
