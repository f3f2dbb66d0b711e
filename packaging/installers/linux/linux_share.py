"""What a desktop wants to find beside the program: menu entry, metadata, icons, manual page and copyright notes.

Knows where each belongs below a `share` folder, and completes the metadata. Knows nothing of packages and archives.
"""

from __future__ import annotations

import gzip
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from system_needs import SystemNeeds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
APPLICATION_ID = "chat.ponder.Ponder"
ICONS = ROOT / "packaging" / "icons"
WINDOW_ICONS = ROOT / "resources" / "icons"
CHANGELOG = ROOT / "packaging" / "CHANGELOG.md"
PICTURES = "packaging/screenshots/pictures"
ICON_SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
CAPTIONS = {
    "answer": "An answer with a formula, code and a table",
    "thinking-live": "A model thinks, live",
    "models": "The models, and which of them fit into this machine's memory",
    "dark": "The dark theme",
}
_RELEASE = re.compile(r"^##\s+\[?(?P<version>\d+\.\d+\.\d+)\]?(?P<rest>.*)$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`]{1,2}([^*`]+)[*`]{1,2}")


@dataclass(frozen=True, slots=True)
class Release:
    """One version in the changelog. changes: in plain words, one a bullet."""

    version: str
    day: date
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where this source code is published: the address of its repository on the web, and the commit."""

    repository: str
    commit: str

    def picture(self, name: str) -> str:
        """A picture's address, which goes on showing what this version looks like."""
        return f"{self.repository}/raw/{self.commit}/{PICTURES}/{name}.png"


@dataclass(frozen=True, slots=True)
class Edition:
    """What is packed. made: the time that every file gets. source: for the links in the metadata."""

    version: str
    made: datetime
    source: Source | None
    needs: SystemNeeds


def published_source(environment: Mapping[str, str]) -> Source | None:
    """As GitHub Actions tells it; None elsewhere. Without it, the metadata has neither links nor pictures."""
    server, repository, commit = (environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    return Source(f"{server}/{repository}", commit) if server and repository and commit else None


def build_time(environment: Mapping[str, str]) -> datetime:
    """SOURCE_DATE_EPOCH where it is set (https://reproducible-builds.org/specs/source-date-epoch/), else now."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def releases(changelog: str, today: date) -> tuple[Release, ...]:
    """The versions of a changelog, the newest first. A version without a day is being made today."""
    found: list[tuple[str, date, list[str]]] = []
    # What stands below another heading of this level, such as "Unreleased", belongs to no version.
    changes: list[str] | None = None
    for line in changelog.splitlines():
        if line.startswith("## "):
            changes = None
            if heading := _RELEASE.match(line):
                day = _DATE.search(heading["rest"])
                changes = []
                found.append((heading["version"], date.fromisoformat(day[0]) if day else today, changes))
        elif changes is not None and line.startswith(("- ", "* ")):
            changes.append(_without_marks(line[2:].strip()))
        elif changes and line.startswith("  ") and line.strip():
            changes[-1] += " " + _without_marks(line.strip())
    return tuple(Release(version, day, tuple(texts)) for version, day, texts in found)


def _without_marks(text: str) -> str:
    return _LINK.sub(lambda match: match[1] or match[2] or "", text)


def write_share(share: Path, edition: Edition) -> None:
    """Fill a `share` folder.

    Raises:
        ValueError: the changelog does not know the version.
    """
    _write_icons(share / "icons" / "hicolor")
    _copy(HERE / f"{APPLICATION_ID}.desktop", share / "applications" / f"{APPLICATION_ID}.desktop")
    changelog = CHANGELOG.read_text(encoding="utf-8")
    history = releases(changelog, edition.made.date())
    if edition.version not in {each.version for each in history}:
        raise ValueError(f"{CHANGELOG} has no heading for version {edition.version}: add one.")
    metadata = share / "metainfo" / f"{APPLICATION_ID}.metainfo.xml"
    metadata.parent.mkdir(parents=True, exist_ok=True)
    metadata.write_bytes(metainfo(history, edition.source))
    _compress(_dated_page(edition.version, edition.made.date()), share / "man" / "man1" / "ponder.1.gz")
    _compress(changelog.encode(), share / "doc" / "ponder" / "changelog.gz")
    _copy(HERE / "copyright", share / "doc" / "ponder" / "copyright")


def metainfo(history: tuple[Release, ...], source: Source | None) -> bytes:
    """The AppStream metadata, complete (https://www.freedesktop.org/software/appstream/docs/)."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=False))
    component = ET.parse(HERE / f"{APPLICATION_ID}.metainfo.xml", parser).getroot()
    listed = component.find("releases")
    if listed is None:
        raise ValueError("The metadata has no place for releases.")
    for each in history:
        release = ET.SubElement(listed, "release", version=each.version, date=each.day.isoformat())
        if each.changes:
            points = ET.SubElement(ET.SubElement(release, "description"), "ul")
            for change in each.changes:
                ET.SubElement(points, "li").text = change
    if source is not None:
        _add_links(component, source)
    ET.indent(component)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(component, encoding="unicode") + "\n"
    return text.encode()


def _add_links(component: ET.Element, source: Source) -> None:
    for kind, address in (
        ("homepage", source.repository),
        ("bugtracker", f"{source.repository}/issues"),
        ("vcs-browser", source.repository),
    ):
        ET.SubElement(component, "url", type=kind).text = address
    pictures = ET.SubElement(component, "screenshots")
    for place, (name, caption) in enumerate(CAPTIONS.items()):
        picture = ET.SubElement(pictures, "screenshot", {"type": "default"} if place == 0 else {})
        ET.SubElement(picture, "caption").text = caption
        ET.SubElement(picture, "image").text = source.picture(name)


def _write_icons(theme: Path) -> None:
    for size in ICON_SIZES_PX:
        name = f"ponder-{size}.png"
        found = next(each for each in (WINDOW_ICONS / name, ICONS / name) if each.is_file())
        _copy(found, theme / f"{size}x{size}" / "apps" / f"{APPLICATION_ID}.png")
    _copy(ICONS / "ponder.svg", theme / "scalable" / "apps" / f"{APPLICATION_ID}.svg")
    _copy(ICONS / "ponder-symbolic.svg", theme / "symbolic" / "apps" / f"{APPLICATION_ID}-symbolic.svg")


def _dated_page(version: str, day: date) -> bytes:
    page = (HERE / "ponder.1").read_text(encoding="utf-8")
    return page.replace('.TH PONDER 1 "" "Ponder"', f'.TH PONDER 1 "{day.isoformat()}" "Ponder {version}"').encode()


def _compress(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(data, 9, mtime=0))


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
