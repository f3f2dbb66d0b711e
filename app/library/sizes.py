"""Sizes in words. Files and downloads count in powers of 1000, as disks and networks do; memory in powers of 1024, as
graphics cards and task managers do.
"""

from __future__ import annotations

from engine.disk import in_units as disk_size
from engine.precision import gigabytes as memory_size

__all__ = ["disk_size", "memory_size"]
