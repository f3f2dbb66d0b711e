"""What this process's control groups leave it of memory and processor time, both versions of the interface.

It reads the kernel's files and nothing else; a machine without control groups simply has no limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNLIMITED_BYTES = 1 << 60  # control groups of version 1 spell "no limit" as a number just below 2**63


@dataclass(frozen=True, slots=True)
class CgroupLimits:
    """Limits of this process's control groups, None where there is none."""

    memory_limit_bytes: int | None = None
    memory_headroom_bytes: int | None = None
    cpu_quota_cores: float | None = None


def cgroup_limits(root: Path = Path("/")) -> CgroupLimits:
    """The tightest limit over this process's control group and its ancestors, both versions of the interface.

    Memory that the kernel would give back at once (inactive file pages) counts as headroom. Files and units:
    kernel documentation, admin-guide/cgroup-v2 (memory.max, cpu.max) and cgroup-v1/memory.
    """
    membership = read_text(root / "proc/self/cgroup")
    limits: list[int] = []
    headrooms: list[int] = []
    quotas: list[float] = []
    for line in (membership or "").splitlines():
        _, controllers, path = line.split(":", 2)
        names = controllers.split(",")
        mount = root / "sys/fs/cgroup"
        if controllers == "":
            bases = [mount, mount / "unified"]
        elif "memory" in names or "cpu" in names:
            bases = [mount / controllers] + [mount / name for name in names]
        else:
            continue
        for group in (group for base in bases for group in _ancestors(base, path)):
            limit = _number(group / "memory.max", group / "memory.limit_in_bytes")
            if limit is not None and limit < UNLIMITED_BYTES:
                used = _number(group / "memory.current", group / "memory.usage_in_bytes") or 0
                limits.append(limit)
                headrooms.append(max(0, limit - max(0, used - _reclaimable(group))))
            quota = (read_text(group / "cpu.max") or "").split()
            if not quota:
                quota = [read_text(group / name) or "" for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us")]
            if quota[0].isdigit() and quota[1].isdigit():
                quotas.append(int(quota[0]) / max(1, int(quota[1])))
    return CgroupLimits(min(limits, default=None), min(headrooms, default=None), min(quotas, default=None))


def _ancestors(base: Path, path: str) -> Iterator[Path]:
    # Inside a container the path is often the host's and leads nowhere; then only `base` itself has files to
    # read.
    parts = [part for part in path.split("/") if part not in ("", "..", ".")]
    for length in range(len(parts), -1, -1):
        yield base.joinpath(*parts[:length])


def read_text(path: Path) -> str | None:
    """A small file of the kernel's, without the space around it; None where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _number(*paths: Path) -> int | None:
    return next((int(text) for text in map(read_text, paths) if text is not None and text.isdigit()), None)


def _reclaimable(group: Path) -> int:
    lines = (read_text(group / "memory.stat") or "").splitlines()
    fields = dict(line.split(" ", 1) for line in lines if " " in line)
    return int(fields.get("total_inactive_file", fields.get("inactive_file", "0")))
