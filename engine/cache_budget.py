"""How much memory the caches of several conversations may take together.

The plan a model was loaded by has room for one cache of the whole context. Few conversations fill it, so that the rest
of that room is there for others. What the device has free beyond the plan is other programs' as well: a part of it.
"""

from __future__ import annotations

from engine.choices import Target
from engine.memory_plan import MIB, MemoryPlan

SPARE_PART = 4
MOST_SPARE_BYTES = 2048 * MIB


def cache_budget_bytes(target: Target, plan: MemoryPlan) -> int:
    """Bytes for all caches on `target`, which was as it is now before the model was loaded by `plan`."""
    spare_bytes = max(target.budget_bytes - plan.needed_bytes, 0)
    return plan.kv_cache_bytes + min(spare_bytes // SPARE_PART, MOST_SPARE_BYTES)
