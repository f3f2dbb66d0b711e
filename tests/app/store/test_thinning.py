"""Which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.thinning import KEEP, Keep, Stamp, expendable

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def _every(step: timedelta, count: int) -> list[Stamp]:
    """The last one made now, numbered from 1."""
    return [Stamp(count - at, NOW - step * at) for at in range(count)]


def _kept(backups: list[Stamp], keep: Keep = KEEP, now: datetime = NOW) -> list[Stamp]:
    gone = {stamp.number for stamp in expendable(backups, now, keep)}
    return [stamp for stamp in backups if stamp.number not in gone]


def test_few_backups_are_all_kept() -> None:
    assert expendable(_every(timedelta(days=1), 5), NOW) == ()
    assert expendable([], NOW) == ()


def test_after_two_years_of_daily_use_there_is_a_last_one_of_each_day_week_and_month() -> None:
    kept = [stamp.made_at.date().isoformat() for stamp in _kept(_every(timedelta(days=1), 730))]
    assert kept == [
        *("2026-11-21", "2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16", "2026-11-15"),
        *("2026-11-08", "2026-11-01"),  # the Sundays of the weeks before
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30"),
    ]


def test_of_many_in_one_day_the_latest_two_are_kept() -> None:
    kept = _kept(_every(timedelta(minutes=10), 40))
    assert [stamp.number for stamp in kept] == [40, 39]


def test_a_long_pause_costs_nothing() -> None:
    before = [Stamp(at, datetime(2021, 1, at, tzinfo=UTC)) for at in range(1, 7)]
    assert _kept([*before, Stamp(7, NOW)]) == [*before, Stamp(7, NOW)]


def test_the_last_backup_before_an_upgrade_is_kept_for_a_season() -> None:
    upgrades = [Stamp(1, NOW - timedelta(days=80), 1), Stamp(2, NOW - timedelta(days=79), 1)]
    daily = [Stamp(stamp.number + 2, stamp.made_at) for stamp in _every(timedelta(hours=6), 300)]
    kept = _kept(daily + upgrades)
    assert upgrades[1] in kept
    assert upgrades[0] not in kept
    much_later = NOW + timedelta(days=60)
    assert upgrades[1] not in _kept(daily + upgrades, Keep(monthly=0), much_later)


def test_a_clock_that_was_put_back_does_not_cost_the_newest() -> None:
    before = _every(timedelta(days=1), 30)
    after = [Stamp(31, NOW - timedelta(days=3650)), Stamp(32, NOW - timedelta(days=3649))]
    kept = _kept([*before, *after], Keep(latest=2, daily=3, weekly=0, monthly=0))
    assert {31, 32} <= {stamp.number for stamp in kept}


def test_keeping_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="has to be kept"):
        Keep(latest=0)


_STAMPS = st.lists(
    st.tuples(st.integers(-4000, 40), st.integers(0, 86_399), st.one_of(st.none(), st.integers(1, 4))), max_size=120
).map(
    lambda found: [
        Stamp(number, NOW + timedelta(days=days, seconds=seconds), schema)
        for number, (days, seconds, schema) in enumerate(found, start=1)
    ]
)
_KEEPS = st.builds(
    Keep, st.integers(1, 4), st.integers(0, 9), st.integers(0, 6), st.integers(0, 12), st.integers(0, 365)
)


@given(backups=_STAMPS, keep=_KEEPS)
def test_whatever_there_is(backups: list[Stamp], keep: Keep) -> None:
    gone = expendable(backups, NOW, keep)
    kept = _kept(backups, keep)
    newest_first = sorted(backups, key=lambda stamp: stamp.number, reverse=True)
    # The newest ones are never among them, nothing goes twice, and there is an end to what is kept.
    assert not {stamp.number for stamp in newest_first[: keep.latest]} & {stamp.number for stamp in gone}
    assert len(gone) + len(kept) == len(backups)
    since = NOW - timedelta(days=keep.upgrade_days)
    schemas = {each.upgraded_from for each in backups if each.upgraded_from is not None and each.made_at >= since}
    assert len(kept) <= keep.most + len(schemas)
    # The last one before each recent upgrade is kept.
    for schema in schemas:
        last = max(each.number for each in backups if each.upgraded_from == schema and each.made_at >= since)
        assert last in {stamp.number for stamp in kept}
    # Of the latest days with any, each keeps its last one.
    days = list(dict.fromkeys(stamp.made_at.date() for stamp in newest_first))
    for day in days[: keep.daily]:
        last = max(stamp.number for stamp in backups if stamp.made_at.date() == day)
        assert last in {stamp.number for stamp in kept}
    # Looking again takes nothing more.
    assert expendable(kept, NOW, keep) == ()


@given(backups=_STAMPS, dice=st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_listed_does_not_matter(backups: list[Stamp], dice: Random) -> None:
    assert expendable(dice.sample(backups, len(backups)), NOW) == expendable(backups, NOW)
