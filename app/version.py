"""The one place that knows the distribution's name and asks for its version."""

from __future__ import annotations

DISTRIBUTION = "ponder-chat"


def version() -> str:
    """The installed version, or `unknown` where the code runs without its package metadata."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed_version

    try:
        return installed_version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"
