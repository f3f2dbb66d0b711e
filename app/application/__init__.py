"""The composition root: start-up, what belongs to what, and the way out in reverse order."""

from __future__ import annotations

from app.application.run import run_app

__all__ = ["run_app"]
