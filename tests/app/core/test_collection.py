"""The window's start is left out of searches for garbage; what is made later is found."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from app.core.collection import THRESHOLDS, begin_collection, put_off_collection


class _Circle:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.enable()


def test_nothing_is_searched_until_it_begins() -> None:
    put_off_collection()
    assert not gc.isenabled()
    begin_collection()
    assert gc.isenabled()
    assert gc.get_threshold() == THRESHOLDS


def test_garbage_made_afterwards_is_found_and_the_start_is_left_alone() -> None:
    put_off_collection()
    start = _Circle()
    begin_collection()
    assert not any(each is start for each in gc.get_objects())
    gone = weakref.ref(_Circle())
    gc.collect()
    assert gone() is None
