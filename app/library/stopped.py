"""Downloads that were stopped: which there are, and how to go on with one. Imports nothing heavy."""

from __future__ import annotations

from engine.catalog import find_entry
from engine.download.plan import DownloadPlan
from engine.download.unfinished import Unfinished, unfinished_downloads

__all__ = ["Unfinished", "to_ask_for", "unfinished_downloads"]


def to_ask_for(plan: DownloadPlan) -> str:
    """What `ponder models download` has to be given to fetch the same again, or to go on."""
    entry = find_entry(plan.repository)
    if entry is not None and plan.revision == entry.revision:
        return entry.name
    return plan.repository if plan.revision is None else f"{plan.repository} --revision {plan.revision}"
