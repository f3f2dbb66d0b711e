"""Brings the tables of README.md up to date that follow from the code: `python packaging/readme/tables.py [--check]`.

The memory that each model takes comes from the calculator, the keys from the window's own commands. Each table stands
between two comments with its name. `--check` changes nothing and fails where a table is old.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
CONTEXT_TOKENS = 8_192


def main() -> None:
    """Update, or only look."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a table is old")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    before = README.read_text(encoding="utf-8")
    after = with_tables(before)
    application.shutdown()
    if arguments.check and before != after:
        sys.exit("README.md is old: run packaging/readme/tables.py")
    if not arguments.check:
        README.write_text(after, encoding="utf-8")


def with_tables(text: str) -> str:
    """The text with its tables as they are to be now. Keys need a QGuiApplication.

    Raises:
        ValueError: the text lacks the place of a table.
    """
    tables: dict[str, Callable[[], Iterator[str]]] = {"memory table": memory_table, "key table": key_table}
    for name, rows in tables.items():
        opening, closing = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        if text.count(opening) != 1 or text.count(closing) != 1:
            raise ValueError(f"README.md needs one {opening.strip()} and one {closing.strip()}")
        before, rest = text.split(opening)
        text = "".join([before, opening, *(f"{row}\n" for row in rows()), closing, rest.split(closing)[1]])
    return text


def memory_table() -> Iterator[str]:
    """What each chat model of the catalogue needs, and the smallest common card with room for it."""
    from app.library.catalogue import download_text
    from app.library.sizes import memory_size
    from engine.calculator import COMMON_GPUS, estimate, fits
    from engine.catalog import CATALOG
    from engine.hardware import DeviceKind
    from engine.types import KVCachePrecision, Precision

    yield "| Model | Download | GPU, 16 bits | GPU, 8 bits | GPU, 4 bits | CPU, 8 bits |"
    yield "|---|---|---|---|---|---|"
    for entry in CATALOG:
        if entry.is_base:
            continue
        cells = [entry.name, download_text(entry)]
        for precision in (Precision.BF16, Precision.INT8, Precision.NF4):
            needed = estimate(entry.shape, precision, KVCachePrecision.AUTO, CONTEXT_TOKENS, DeviceKind.CUDA)
            cards = [each for each in COMMON_GPUS if each.kind is DeviceKind.CUDA and fits(needed, each)]
            smallest = min((each.memory_bytes for each in cards), default=None)
            card = "no common card" if smallest is None else f"{smallest >> 30} GB card"
            cells.append(f"{memory_size(needed.needed_bytes)}: {card}")
        cpu = estimate(entry.shape, Precision.INT8, KVCachePrecision.AUTO, CONTEXT_TOKENS, DeviceKind.CPU)
        cells.append(memory_size(cpu.needed_bytes))
        yield f"| {' | '.join(cells)} |"


def key_table() -> Iterator[str]:
    """The keys as they are by default, in two columns. Of more than two for one command, the first two."""
    from app.core.settings import Settings
    from app.ui.key_sheet import fixed_keys

    rows = list(fixed_keys(Settings().send_key))
    rows += [(title, keys) for title, keys in declared_keys() if (keys[0],) not in dict(rows).values()]
    half = (len(rows) + 1) // 2
    yield "| Keys | | Keys | |"
    yield "|---|---|---|---|"
    for left, right in zip_longest(rows[:half], rows[half:], fillvalue=("", ())):
        yield f"| {_cells(*left)} | {_cells(*right)} |"


def declared_keys() -> list[tuple[str, tuple[str, ...]]]:
    """The window's commands that have keys, in their order."""
    from app.ui.commands import Command, Commands
    from app.ui.theme import Theme
    from app.ui.window.declared_commands import Actions, add_commands

    found: list[tuple[str, tuple[str, ...]]] = []

    class Listener:
        def add(self, command: Command, *_: object) -> None:
            if command.keys:
                found.append((command.title, command.keys))

    class Window:
        """What the commands would do is not asked for here."""

        def __getattr__(self, name: str) -> object:
            return name

    nothing: Any = Window()
    add_commands(cast(Commands, Listener()), cast(Actions, nothing), cast(Theme, nothing))
    return found


def _cells(title: str, keys: tuple[str, ...]) -> str:
    # A key with a name of several words is on few keyboards.
    usual = [each.replace("Return", "Enter") for each in keys if " " not in each]
    return f"{' or '.join(f'`{each}`' for each in usual[:2])} | {title}"


if __name__ == "__main__":
    main()
