"""The link to an engine in a real child process: other models, sleep, small requests on the side, counting."""

from __future__ import annotations

import os
import signal

import pytest
from pytestqt.qtbot import QtBot

from app.library.presets import Wishes
from app.services.engine_jobs import AsideAnswered, Ask, TokensCounted
from app.services.status import (
    ChosenModel,
    EngineFailed,
    EngineLoading,
    EngineReady,
    EngineStarting,
    EngineStopped,
    EngineUnloaded,
)
from engine.types import FinishReason, LoadRequest, Message, Role
from tests.app.services.conftest import OpenLink
from tests.app.services.linked import Linked, asked, chosen
from tests.support.scripted_engine import CONTINUATION, OFFER

# -- another model --


def test_another_model_takes_the_place_of_the_one_that_is_loaded(linked: Linked) -> None:
    other = chosen("other")
    linked.link.use(other)
    assert linked.link.model is other
    linked.wait(lambda: linked.link.status.model is other and isinstance(linked.link.status, EngineReady))
    assert linked.wait_ready().loaded.model == "other"
    assert linked.answer(1, "words 1") == "word0 "


def test_a_running_load_gives_way_and_who_waits_is_answered_by_the_new_model(open_link: OpenLink) -> None:
    linked = open_link("hang")  # never ends by itself
    linked.wait_for(EngineLoading)
    linked.link.ask(asked(1, "words 2"))
    linked.link.use(chosen("other"))
    assert linked.wait_finished(1).reason is FinishReason.STOP
    assert linked.text(1) == "word0 word1 "
    assert linked.wait_ready().loaded.model == "other"
    assert not {EngineFailed, EngineStopped, EngineUnloaded} & set(map(type, linked.states))


def test_several_models_in_a_row_end_with_the_last(open_link: OpenLink) -> None:
    linked = open_link("hang")
    for name in ("slow", "hang", "last"):
        linked.link.use(chosen(name))
    assert linked.wait_ready().model.name == "last"
    assert linked.rests == 1


def test_the_same_model_by_another_name_is_not_loaded_again(linked: Linked) -> None:
    loads = linked.kinds().count("EngineStarting")
    renamed = ChosenModel(linked.link.model.request, "renamed")
    linked.link.use(renamed)
    linked.wait(lambda: linked.link.status == EngineReady(renamed, linked.wait_ready().loaded))
    assert linked.kinds().count("EngineStarting") == loads


def test_a_model_that_fails_leaves_the_choice_and_its_offers(linked: Linked) -> None:
    linked.link.use(chosen("oom"))
    status = linked.wait_for(EngineFailed)
    assert isinstance(status, EngineFailed)
    assert (status.model.name, status.offers) == ("oom", (OFFER,))
    linked.link.use(chosen("any"))
    assert linked.wait_ready().model.name == "any"


def test_an_offer_is_taken_up(linked: Linked) -> None:
    linked.answer(1, "oom")
    assert linked.failures(1) == ["out_of_memory"]
    linked.link.take_offer(OFFER)
    linked.wait(lambda: linked.link.status.model.request.precision is OFFER.precision)
    assert linked.wait_ready().model == ChosenModel(OFFER.applied_to(LoadRequest("any")), "any")


# -- sleep --


def test_an_unloaded_model_is_loaded_again_by_the_next_question(linked: Linked) -> None:
    linked.link.unload()
    linked.wait_for(EngineUnloaded)
    assert linked.engine.pid is None
    assert linked.answer(1, "words 1") == "word0 "
    assert isinstance(linked.link.status, EngineReady)


def test_nothing_is_unloaded_under_an_answer(linked: Linked) -> None:
    linked.link.ask(asked(1, "words 20 10"))
    linked.link.unload()
    assert linked.wait_finished(1).reason is FinishReason.STOP
    linked.wait(lambda: linked.link.resting)
    assert isinstance(linked.link.status, EngineReady)


def test_unloading_stops_a_load(open_link: OpenLink) -> None:
    linked = open_link("hang")
    linked.wait_for(EngineLoading)
    linked.link.unload()
    linked.wait(lambda: linked.link.resting)
    assert isinstance(linked.link.status, EngineUnloaded)
    assert linked.engine.pid is None
    assert "EngineFailed" not in linked.kinds()


def test_a_stopped_load_is_no_failure_and_can_be_tried_again(open_link: OpenLink) -> None:
    linked = open_link("slow")
    linked.wait_for(EngineLoading)
    linked.link.ask(asked(1, "words 1"))
    linked.link.cancel_load()
    assert linked.wait_finished(1).reason is FinishReason.CANCELLED
    assert linked.failures(1) == []
    assert isinstance(linked.link.status, EngineUnloaded)
    linked.link.load()
    linked.wait_for(EngineLoading)


def test_a_load_that_does_not_obey_is_ended_without_a_word_about_a_crash(
    open_link: OpenLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.process_client.CANCEL_PATIENCE_S", 0.3)
    linked = open_link("stuck")
    linked.wait_for(EngineLoading)
    linked.link.cancel_load()
    linked.wait_for(EngineUnloaded)
    assert linked.kinds() == ["EngineStarting", "EngineLoading", "EngineUnloaded"]


def test_a_dead_engine_is_told_and_the_next_question_starts_it(linked: Linked) -> None:
    assert linked.engine.pid is not None
    os.kill(linked.engine.pid, signal.SIGKILL)
    linked.wait_for(EngineStopped)
    assert linked.answer(1, "words 1") == "word0 "


# -- on the side --


def test_a_small_request_is_answered_when_nothing_else_is_done(linked: Linked) -> None:
    linked.link.ask_aside(asked(-1, "think 2 3"))
    assert not linked.link.resting
    linked.wait(lambda: linked.link.resting)
    assert linked.asides == [AsideAnswered(-1, "word0 word1 word2 ")]
    assert linked.batches == []


def test_a_question_ends_it_at_once(linked: Linked) -> None:
    linked.link.ask_aside(asked(-1, "hang"))
    assert linked.answer(1, "words 2") == "word0 word1 "
    assert linked.asides == [AsideAnswered(-1, None)]


def test_so_does_another_model(linked: Linked) -> None:
    linked.link.ask_aside(asked(-1, "hang"))
    linked.link.use(chosen("other"))
    linked.wait(lambda: linked.link.status.model.name == "other")
    linked.wait_ready()
    assert linked.asides == [AsideAnswered(-1, None)]


def test_it_does_not_wait_for_a_question(linked: Linked) -> None:
    linked.link.ask(asked(1, "hang"))
    linked.link.ask_aside(asked(-1, "words 1"))
    linked.wait(lambda: bool(linked.asides))
    assert linked.asides == [AsideAnswered(-1, None)]
    linked.link.cancel(1)
    linked.wait_finished(1)


def test_no_model_is_loaded_for_it(linked: Linked) -> None:
    linked.link.unload()
    linked.wait_for(EngineUnloaded)
    linked.wait(lambda: linked.link.resting)
    linked.link.ask_aside(asked(-1, "words 1"))
    linked.wait(lambda: bool(linked.asides))
    assert linked.asides == [AsideAnswered(-1, None)]
    assert linked.engine.pid is None


@pytest.mark.parametrize("command", ["oom", "nan", "bug", "crash 1"])
def test_what_fails_on_the_side_is_told_nowhere_else(linked: Linked, command: str) -> None:
    linked.link.ask_aside(asked(-1, command))
    linked.wait(lambda: linked.link.resting)
    assert linked.asides == [AsideAnswered(-1, None)]
    assert linked.batches == []
    assert linked.answer(1, "words 1") == "word0 "


def test_it_can_be_withdrawn(linked: Linked) -> None:
    linked.link.ask_aside(asked(-1, "hang"))
    linked.link.cancel(-1)
    linked.wait(lambda: linked.link.resting)
    assert linked.asides == [AsideAnswered(-1, None)]


def test_its_id_is_nobody_elses(linked: Linked) -> None:
    with pytest.raises(ValueError, match="negative"):
        linked.link.ask_aside(asked(1, "words 1"))


# -- counting --


def test_tokens_are_counted_also_while_an_answer_is_made(linked: Linked) -> None:
    linked.link.ask(asked(1, "words 1000 1"))
    linked.wait_text(1)
    linked.link.count_tokens(7, ("a b c", ""))
    linked.wait(lambda: bool(linked.counted))
    assert linked.counted == [TokensCounted(7, (3, 0))]
    assert linked.events(1, type(linked.wait_finished(1)))[0].reason is FinishReason.STOP


def test_only_the_newest_request_is_answered(linked: Linked) -> None:
    for request_id in range(50):
        linked.link.count_tokens(request_id, ("a " * request_id,))
    linked.wait(lambda: bool(linked.counted))
    linked.link.count_tokens(50, ("a",))
    linked.wait(lambda: len(linked.counted) == 2)
    assert linked.counted == [TokensCounted(49, (49,)), TokensCounted(50, (1,))]


def test_nothing_is_counted_without_a_model_and_nothing_is_loaded_for_it(open_link: OpenLink, linked: Linked) -> None:
    linked.link.unload()
    linked.wait_for(EngineUnloaded)
    linked.link.count_tokens(1, ("a",))
    linked.wait(lambda: bool(linked.counted))
    assert linked.counted == [TokensCounted(1, None)]
    assert linked.engine.pid is None
    loading = open_link("slow")
    loading.wait_for(EngineLoading)
    loading.link.count_tokens(1, ("a",))
    loading.wait(lambda: bool(loading.counted))
    assert loading.counted == [TokensCounted(1, None)]
    assert isinstance(loading.link.status, EngineLoading)


# -- what the engine is given --


def told(linked: Linked, ask: Ask) -> str:
    linked.link.ask(ask)
    linked.wait_finished(ask.request_id)
    return linked.text(ask.request_id)


def test_wishes_reach_the_engine_over_the_preset(linked: Linked) -> None:
    wishes = Wishes(temperature=0.1, seed=5, max_tokens=77, stop=("END",), less_repetition=True)
    request = told(linked, Ask(1, (Message(Role.USER, "request"),), thinking=True, wishes=wishes))
    for words in ("temperature=0.1", "top_p=0.95", "presence_penalty=1.5", "seed=5", "max_tokens=77", "stop=('END',)"):
        assert words in request


def test_raw_text_goes_without_a_template_and_without_thoughts(linked: Linked) -> None:
    messages = (
        Message(Role.SYSTEM, "Be brief."),
        Message(Role.USER, "request upon"),
        Message(Role.ASSISTANT, " a time"),
        Message(Role.USER, " there"),
    )
    request = told(linked, Ask(1, messages, thinking=True, raw=True))
    for words in ("raw_text='request upon a time there'", "messages=()", "thinking=False", "temperature=0.7"):
        assert words in request


def test_an_answer_is_continued(linked: Linked) -> None:
    messages = (Message(Role.USER, "words 3"), Message(Role.ASSISTANT, "word0 word1", thinking=""))
    assert told(linked, Ask(1, messages, thinking=True, continues=True)) == CONTINUATION


def test_before_the_start_it_says_that_it_is_starting(qtbot: QtBot) -> None:
    linked = Linked(qtbot, chosen("any"))
    assert linked.link.status == EngineStarting(chosen("any"))
    linked.close()
