"""The context gauge: counted when typing pauses, shown as far as there is room, and a word before it overflows."""

from __future__ import annotations

from app.core.draft import Attachment
from tests.app.ui.composer.conftest import Table


def shown(table: Table) -> str:
    return table.composer.gauge.text().replace(",", "") if table.composer.gauge.isVisible() else ""


def test_it_is_hidden_until_the_context_is_known(table: Table) -> None:
    table.type("hello")
    assert shown(table) == ""
    table.composer.set_context(100, None)
    assert shown(table) == ""
    table.answer([5])
    table.composer.set_context(7000, 32768)
    assert shown(table) == "7005 of 32768"
    assert "Context" in table.composer.gauge.accessibleName()
    table.composer.set_context(7000, None)
    assert shown(table) == ""


def test_typing_asks_once_at_its_end_and_for_nothing_twice(table: Table) -> None:
    table.composer.set_context(100, 1000)
    table.composer.strip.add((Attachment("a.md", "x"),))
    table.type("hello there")
    asked = table.answer([10, 20])
    assert asked.texts[0] == "hello there"
    assert len(asked.texts) == 2
    assert shown(table) == "130 of 1000"
    table.type("!")
    assert shown(table) == "130 of 1000"  # until it is counted
    assert table.answer([11]).texts == ("hello there!",)
    assert shown(table) == "131 of 1000"
    table.composer.set_text("")
    assert shown(table) == "120 of 1000"
    table.composer.strip.clear()
    assert shown(table) == "100 of 1000"
    table.qtbot.wait(400)
    assert table.asked == []


def test_a_late_answer_is_not_taken(table: Table) -> None:
    table.composer.set_context(0, 1000)
    table.type("a")
    table.wait(lambda: bool(table.asked))
    late = table.asked.pop()
    table.type("b")
    table.wait(lambda: bool(table.asked))
    table.composer.show_counts(late.request_id, [999])
    assert shown(table) == "0 of 1000"
    table.answer([2])
    assert shown(table) == "2 of 1000"


def test_what_nobody_can_count_is_not_shown_and_counted_later(table: Table) -> None:
    table.composer.set_context(100, 1000)
    table.type("a")
    table.answer(None)
    assert shown(table) == ""
    table.composer.set_context(100, 2000)
    table.answer([1])
    assert shown(table) == "101 of 2000"
    table.composer.recount()
    table.answer([2])
    assert shown(table) == "102 of 2000"


def test_it_warns_before_the_context_is_full_and_says_what_will_happen(table: Table) -> None:
    said = table.composer.fullness
    table.composer.set_context(799, 1000)
    assert not said.isVisible()
    table.composer.set_context(800, 1000)
    assert "80 % full" in said.text()
    assert said.isVisible()
    table.composer.set_context(1000, 1000)
    assert "oldest messages" in said.text()
    table.type("long")
    table.answer([1000])
    assert "This message alone" in said.text()
    table.composer.set_text("")
    table.composer.set_context(10, 1000)
    assert not said.isVisible()


def test_it_takes_less_room_in_a_narrow_window(table: Table) -> None:
    gauge = table.composer.gauge
    table.composer.set_context(7000, 32768)
    whole = gauge.sizeHint().width()
    table.window.resize(360, 400)
    table.wait(lambda: gauge.sizeHint().width() < whole)
    assert gauge.isVisible()
    table.window.resize(table.composer.minimumSizeHint().width(), 400)
    table.wait(lambda: not gauge.isVisible())
    table.window.resize(760, 400)
    table.wait(gauge.isVisible)
    assert gauge.sizeHint().width() == whole
