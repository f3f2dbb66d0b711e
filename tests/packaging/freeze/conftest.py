"""The modules beside the spec are reached by path, as their scripts reach them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "packaging" / "freeze"))
