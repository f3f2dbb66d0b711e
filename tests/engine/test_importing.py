"""What is imported in one go is left out of searches for garbage, and nothing else is."""

from __future__ import annotations

import gc
import sys

import pytest

from engine.importing import importing


def test_no_search_while_it_lasts_and_none_of_what_it_made() -> None:
    with importing("a module that is not there"):
        assert not gc.isenabled()
        made = [object() for _ in range(3)]
    assert gc.isenabled()
    assert not any(each is made for each in gc.get_objects())
    later = [made]
    assert any(each is later for each in gc.get_objects())


def test_a_failed_import_leaves_searches_on() -> None:
    with pytest.raises(ImportError), importing("a module that is not there"):
        raise ImportError
    assert gc.isenabled()


def test_what_is_imported_already_changes_nothing() -> None:
    assert "gc" in sys.modules
    with importing("gc"):
        assert gc.isenabled()
        made = [object()]
    assert any(each is made for each in gc.get_objects())
