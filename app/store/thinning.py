"""Which backups are kept: the latest ones, then one a day, a week and a month. Pure; knows no file."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Stamp:
    """What thinning knows of a backup.

    number: the order in which they were made; times may lie, as clocks go back.
    made_at: UTC.
    upgraded_from: the schema it keeps, where it was made before an upgrade.
    """

    number: int
    made_at: datetime
    upgraded_from: int | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """How many are kept.

    latest: the newest ones, whatever their times.
    daily, weekly, monthly: the last one of this many days, weeks and months that have any; days without a backup do
        not count, so that a long pause costs nothing.
    upgrade_days: how long the last backup before the upgrade from each schema is kept besides.
    """

    latest: int = 2
    daily: int = 7
    weekly: int = 4
    monthly: int = 6
    upgrade_days: int = 90

    def __post_init__(self) -> None:
        if self.latest < 1 or min(self.daily, self.weekly, self.monthly, self.upgrade_days) < 0:
            raise ValueError("at least the latest backup has to be kept")

    @property
    def most(self) -> int:
        """The largest number that is kept, those before upgrades apart."""
        return self.latest + self.daily + self.weekly + self.monthly


KEEP: Final = Keep()


def expendable(backups: Sequence[Stamp], now: datetime, keep: Keep = KEEP) -> tuple[Stamp, ...]:
    """Those that may go, the oldest first.

    Args:
        now: UTC.
    """
    newest_first = sorted(backups, key=lambda backup: backup.number, reverse=True)
    kept = {backup.number for backup in newest_first[: keep.latest]}
    kept |= _last_of_each(newest_first, keep.daily, lambda at: at.date())
    kept |= _last_of_each(newest_first, keep.weekly, lambda at: at.isocalendar()[:2])
    kept |= _last_of_each(newest_first, keep.monthly, lambda at: (at.year, at.month))
    kept |= _before_upgrades(newest_first, now - timedelta(days=keep.upgrade_days))
    return tuple(backup for backup in reversed(newest_first) if backup.number not in kept)


def _last_of_each(newest_first: Sequence[Stamp], most: int, period: Callable[[datetime], Hashable]) -> set[int]:
    last: dict[Hashable, int] = {}
    for backup in newest_first:
        if len(last) == most:
            break
        last.setdefault(period(backup.made_at), backup.number)
    return set(last.values())


def _before_upgrades(newest_first: Sequence[Stamp], since: datetime) -> set[int]:
    last: dict[int, int] = {}
    for backup in newest_first:
        if backup.upgraded_from is not None and backup.made_at >= since:
            last.setdefault(backup.upgraded_from, backup.number)
    return set(last.values())
