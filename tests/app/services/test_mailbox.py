"""What is left in the mailbox arrives in order, merged and complete, and wakes once."""

from __future__ import annotations

from app.services.mailbox import Mailbox
from app.services.status import ChosenModel, EngineLoading
from engine.types import Channel, Finished, FinishReason, LoadRequest, PrefillProgress, Reclassified, TextDelta


def said(text: str, request_id: int = 1) -> TextDelta:
    return TextDelta(request_id, Channel.ANSWER, text)


def test_neighbouring_text_merges_and_wakes_once() -> None:
    wakes: list[None] = []
    box = Mailbox(lambda: wakes.append(None))
    for text in ("a", "b", "c"):
        box.post(said(text))
    box.post(TextDelta(1, Channel.THINKING, "t"))
    assert box.take(1, 100) == [said("abc"), TextDelta(1, Channel.THINKING, "t")]
    assert len(wakes) == 1
    box.post(said("d"))
    assert len(wakes) == 2


def test_text_never_merges_across_another_event() -> None:
    box = Mailbox(lambda: None)
    box.post(said("a"))
    box.post(Reclassified(1))
    box.post(said("b"))
    assert box.take(1, 100) == [said("a"), Reclassified(1), said("b")]


def test_a_full_frame_leaves_the_rest_for_the_next() -> None:
    box = Mailbox(lambda: None)
    box.post(said("abcdef"))
    box.post(Finished(1, FinishReason.STOP))
    assert box.take(1, 4) == [said("abcd")]
    assert box
    box_rest = box.take(1, 4)
    assert box_rest == [said("ef"), Finished(1, FinishReason.STOP)]
    assert not box


def test_what_nobody_waits_for_is_dropped() -> None:
    box = Mailbox(lambda: None)
    box.post(said("old", 1))
    box.post(said("new", 2))
    box.post(Finished(1, FinishReason.STOP))
    assert box.take(2, 100) == [said("new", 2)]
    assert not box


def test_only_the_newest_progress_is_kept() -> None:
    model = ChosenModel(LoadRequest("m"), "m")
    box = Mailbox(lambda: None)
    for step in range(5):
        box.post(EngineLoading(model, step / 5))
    for done in range(5):
        box.post(PrefillProgress(1, done, 5))
    assert box.take(1, 100) == [EngineLoading(model, 0.8), PrefillProgress(1, 4, 5)]
