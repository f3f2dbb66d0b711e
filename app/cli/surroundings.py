"""What every command runs in. Tests put their own here."""

from __future__ import annotations

from dataclasses import dataclass

from app.cli.console import Console
from app.cli.interrupt import Interrupts
from app.core.paths import Paths
from app.library.engines import EngineFactory


@dataclass(frozen=True, slots=True)
class Surroundings:
    console: Console
    paths: Paths
    interrupts: Interrupts
    open_engine: EngineFactory
