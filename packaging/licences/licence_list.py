"""What is listed: the distributions of an environment, and what their metadata does not say. Reads; writes nothing."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from app.core.licences import find_distribution, licence_text, licensed, required
from app.version import DISTRIBUTION, VERSION

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEXTS = HERE / "texts"
BETWEEN = f"\n\n\n{'=' * 80}\n\n\n"
LOOK = """
import json, os, platform, sys
print(json.dumps({"path": sys.path, "version": platform.python_version(), "machine": platform.machine(),
    "system": platform.system(), "places": [os.path.dirname(os.__file__), sys.base_prefix]}))
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list. licence: in a few words."""

    name: str
    version: str
    licence: str
    text: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What is packaged. path: where its Python imports from; places: where that Python's own licence may lie."""

    path: Sequence[str]
    version: str
    machine: str
    system: str
    places: Sequence[str]


def look(python: str) -> Environment:
    """Ask an interpreter where it imports from. -I: not from here, and not from what a person has set."""
    said = subprocess.run([python, "-I", "-c", LOOK], check=True, capture_output=True, text=True, encoding="utf-8")
    return Environment(**json.loads(said.stdout))


def collect(environment: Environment) -> list[Entry]:
    """Everything, by name; an entry whose text is empty has none."""
    additions = tomllib.loads((HERE / "parts.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = required(project["dependencies"], environment.path)
    texts = {each["name"]: each["texts"] for each in additions["package"]}
    entries = [
        Entry(DISTRIBUTION, VERSION, project["license"], (ROOT / "LICENSE").read_text(encoding="utf-8").strip()),
        Entry("Python", environment.version, "PSF-2.0", _python_text(environment)),
        *(_package(each, texts.get(each.name, [])) for each in found if _has_files(each)),
        *_parts(additions["part"], environment),
    ]
    return sorted(entries, key=lambda each: each.name.casefold())


def _package(found: Distribution, added: Sequence[str]) -> Entry:
    said = licensed(found)
    texts = [licence_text(found), *(_read(each, found.version) for each in added), _parts_list(found)]
    return Entry(said.name, said.version, said.licence, BETWEEN.join(filter(None, texts)))


def _has_files(found: Distribution) -> bool:
    """Whether it is more than a name for other distributions."""
    return any(not file.parts[0].endswith(".dist-info") for file in found.files or [])


def _parts(parts: list[dict[str, Any]], environment: Environment) -> Iterator[Entry]:
    for part in parts:
        owner = find_distribution(part["version_of"], environment.path) if "version_of" in part else None
        present = (
            (owner is not None or "version_of" not in part)
            and environment.machine in part.get("machines", [environment.machine])
            and environment.system in part.get("systems", [environment.system])
            and ("file" not in part or any((Path(each) / part["file"]).exists() for each in environment.path))
        )
        if present:
            version = "" if owner is None else owner.version
            text = BETWEEN.join(_read(each, version) for each in part["texts"])
            # A font or a library inside of another package has a version of its own, which nobody says here.
            yield Entry(part["name"], version if part["name"] == "Qt" else "", part["licence"], text)


def _read(name: str, version: str) -> str:
    text = (TEXTS / name).read_text(encoding="utf-8").strip()
    return text.replace("{version}", version).replace("{series}", ".".join(version.split(".")[:2]))


def _parts_list(found: Distribution) -> str:
    """What a compiled package names as linked into it, in the lists (CycloneDX) that it brings."""
    lines = set()
    for file in found.files or []:
        if "sboms" in file.parts and file.name.endswith(".json"):
            for each in json.loads(file.read_text(encoding="utf-8")).get("components", []):
                stated = [one.get("expression") or one.get("license", {}).get("id") for one in each.get("licenses", [])]
                lines.add(
                    f"  {each['name']} {each.get('version', '')}: {', '.join(filter(None, stated)) or 'not said'}"
                )
    return "" if not lines else "\n".join(["Compiled into it, under the licences named:", *sorted(lines)])


def _python_text(environment: Environment) -> str:
    """The Python's own, where it lies beside it; Linux distributions keep it elsewhere."""
    found = (Path(place) / name for place in environment.places for name in ("LICENSE.txt", "LICENSE"))
    own = next((each.read_text(encoding="utf-8").strip() for each in found if each.is_file()), None)
    return BETWEEN.join([own or _read("Python.txt", ""), _read("Python-libraries.txt", "")])
