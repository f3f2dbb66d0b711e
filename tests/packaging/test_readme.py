"""The README says what the code says: its tables, its keys, its versions, its commands, its pictures."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication

from app.cli.parser import build_parser
from app.core.licences import find_distribution
from app.version import VERSION
from engine.calculator import COMMON_GPUS, estimate, fits
from engine.catalog import find_entry
from engine.hardware import DeviceKind
from engine.types import KVCachePrecision, Precision

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """The script that writes the tables; packaging/ is a folder of scripts and no package."""
    spec = importlib.util.spec_from_file_location("tables", ROOT / "packaging" / "readme" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_tables_are_those_of_the_code(tables: ModuleType, qapp: QApplication) -> None:
    assert tables.with_tables(README) == README, "run packaging/readme/tables.py"


def test_a_table_that_was_lost_is_an_error(tables: ModuleType, qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="memory table"):
        tables.with_tables(README.replace("<!-- memory table -->", ""))


def test_the_memory_in_it_is_the_calculators() -> None:
    row = next(line for line in README.splitlines() if line.startswith("| Qwen3-0.6B |"))
    said = float(row.split("|")[3].split(" GB:")[0])
    entry = find_entry("Qwen3-0.6B")
    assert entry is not None
    needed = estimate(entry.shape, Precision.BF16, KVCachePrecision.AUTO, 8_192, DeviceKind.CUDA)
    assert abs(said - needed.needed_bytes / 2**30) < 0.1
    smallest = min(each.memory_bytes for each in COMMON_GPUS if each.kind is DeviceKind.CUDA and fits(needed, each))
    assert f"GB: {smallest >> 30} GB card" in row.split("|")[3]


def test_every_command_in_the_window_that_has_keys_stands_in_it(tables: ModuleType, qapp: QApplication) -> None:
    declared = tables.declared_keys()
    assert len(declared) > 20
    for title, keys in declared:
        written = keys[0].replace("Return", "Enter")
        assert re.search(
            rf"\| `{re.escape(written)}`[^|]* \| ({re.escape(title)}|Stop the answer, or [\w ]+) \|", README
        )


def test_the_packages_in_it_carry_this_version() -> None:
    named = set(re.findall(r"ponder[_-](\d+\.\d+\.\d+)", README))
    assert named == {VERSION}


def test_the_commands_that_it_shows_exist() -> None:
    commands = set(re.findall(r"^ponder (\w+)", README, re.MULTILINE)) | set(re.findall(r"`ponder (\w+)", README))
    shown = build_parser().format_help()
    assert {"ask", "models", "chats", "doctor", "bench"} <= commands
    assert [each for each in commands if not re.search(rf"^ +{each} ", shown, re.MULTILINE)] == []
    made = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", README, re.MULTILINE))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for pair in made for name in pair if name} <= set(targets)


def test_its_pictures_and_links_lead_somewhere() -> None:
    for name in ("README.md", "packaging/CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        targets = re.findall(r"\]\(([^)#]+)\)", text)
        assert targets
        here = (ROOT / name).parent
        assert [each for each in targets if "://" not in each and not (here / each).exists()] == []
        headings = {
            re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-")
            for each in re.findall(r"^#+ (.*)", text, re.M)
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


def test_the_torch_that_it_names_is_the_one_that_is_installed() -> None:
    torch = find_distribution("torch")
    assert torch is not None
    named = set(re.findall(r"torch==(\d+\.\d+\.\d+)", README + (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert named == {torch.version.split("+")[0]}
