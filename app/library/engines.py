"""The way to an engine. The command line knows the engine only through this module and the engine's types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.client import EngineClient, local_engine

EngineFactory: TypeAlias = Callable[[], EngineClient]

__all__ = ["EngineClient", "EngineFactory", "local_engine"]
