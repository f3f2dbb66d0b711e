"""The whole engine in this process, on small checkpoints: what a request does to the stream of events."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.engine import Engine
from engine.errors import NoModel
from engine.generate import EARLY_STOP_SENTENCE
from engine.types import (
    Channel,
    Dropped,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    LoadRequest,
    Message,
    Overflow,
    PrefillProgress,
    Reclassified,
    Role,
    Sampling,
)
from tests.support.answers import GREEDY, failure, finished, request, run, text, user
from tests.support.checkpoints import TOKENS, make_checkpoint, token_id
from tests.support.scripted_model import END_TURN, script

THINK, END_THINK = token_id("<think>"), token_id("</think>")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # No padding rows: transformers would draw them, the engine never does.
    return make_checkpoint(tmp_path_factory.mktemp("models") / "noise", vocab=TOKENS)


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu"))
    yield engine
    engine.close()


def ids_of(engine: Engine, words: str) -> list[int]:
    assert engine._session is not None
    return engine._session.tokenizer.encode(words, control_tokens=False)


# -- one answer --


def test_greedy_output_equals_transformers_generate(folder: Path, engine: Engine) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    module = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    for words in ("hello", "What is 27 + 48?", "翻译 🌍"):
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": words}],
            add_generation_prompt=True,
            enable_thinking=False,
            return_dict=True,
            return_tensors="pt",
        )
        expected = module.generate(
            **prompt, max_new_tokens=24, do_sample=False, temperature=None, top_p=None, top_k=None
        )
        done = finished(run(engine, request(words)))
        length = prompt["input_ids"].shape[1]
        assert done.prompt_tokens == length
        assert list(done.token_ids) == expected[0, length:].tolist()


def test_the_first_event_is_progress_and_the_last_is_finished(engine: Engine) -> None:
    events = run(engine, request())
    progress = [e for e in events if isinstance(e, PrefillProgress)]
    assert events[0] == PrefillProgress(1, 0, progress[0].total)
    assert progress[-1].done == progress[-1].total == finished(events).prompt_tokens


def test_streamed_text_is_the_decoding_of_the_ids(engine: Engine) -> None:
    assert engine._session is not None
    for seed in range(5):
        sampling = Sampling(temperature=1.5, max_tokens=60, seed=seed, loop_guard=False)
        events = run(engine, replace(request(sampling=sampling), raw_text="x", messages=()))
        ids = [i for i in finished(events).token_ids if i < token_id("<|endoftext|>")]
        if len(ids) == len(finished(events).token_ids):  # no control token among them
            assert text(events) == engine._session.tokenizer.decode(ids)


def test_the_same_seed_gives_the_same_answer_and_another_one_another(engine: Engine) -> None:
    answers = [
        finished(run(engine, request(sampling=Sampling(temperature=1, seed=seed, max_tokens=20)))).token_ids
        for seed in (1, 1, 2)
    ]
    assert answers[0] == answers[1] != answers[2]


def test_a_drawn_seed_is_reported_and_repeats_the_answer(engine: Engine) -> None:
    first = finished(run(engine, request(sampling=Sampling(max_tokens=20))))
    again = finished(run(engine, request(sampling=Sampling(max_tokens=20, seed=first.seed))))
    assert first.token_ids == again.token_ids


def test_it_stops_at_the_end_of_turn_and_at_the_token_limit(engine: Engine) -> None:
    script(engine, "a b")
    events = run(engine, request())
    assert (text(events), finished(events).reason) == ("a b", FinishReason.STOP)
    assert finished(events).token_ids[-1] == END_TURN
    script(engine, "a b c d e f g h")
    events = run(engine, request(sampling=replace(GREEDY, max_tokens=3)))
    assert finished(events).reason is FinishReason.LENGTH
    assert len(finished(events).token_ids) == 3


def test_stop_strings_end_the_answer_and_are_not_shown(engine: Engine) -> None:
    script(engine, "one two STOP three")
    events = run(engine, request(sampling=replace(GREEDY, stop=("STOP", "never"))))
    assert text(events) == "one two "
    assert finished(events).reason is FinishReason.STOP
    assert finished(events).stop_text == "STOP"


def test_what_was_held_for_a_stop_string_is_released_at_the_end(engine: Engine) -> None:
    script(engine, "one ST")
    assert text(run(engine, request(sampling=replace(GREEDY, stop=("STOP",))))) == "one ST"


def test_row28_empty_prompts_do_no_harm(engine: Engine) -> None:
    assert finished(run(engine, request(""))).reason in (FinishReason.STOP, FinishReason.LENGTH)
    assert failure(run(engine, replace(request(), messages=()))).kind == "invalid_request"
    assert finished(run(engine, replace(request(), messages=(), raw_text=""))).reason is not FinishReason.ERROR


def test_a_bad_number_is_refused_by_name(engine: Engine) -> None:
    failed = failure(run(engine, request(sampling=Sampling(temperature=-1))))
    assert failed.kind == "invalid_request"
    assert "temperature" in failed.message


def test_without_a_model_it_says_so() -> None:
    assert failure(run(Engine(), request())).kind == "no_model"
    with pytest.raises(NoModel):
        Engine().load(LoadRequest("no/such/folder"))


# -- thinking --


def test_thinking_and_answer_arrive_on_their_own_channels(engine: Engine) -> None:
    script(engine, THINK, "\nlet me see\n", END_THINK, "\n\nseven")
    events = run(engine, request(thinking=True, sampling=replace(GREEDY, max_tokens=100)))
    assert text(events, Channel.THINKING) == "let me see"
    assert text(events) == "seven"
    done = finished(events)
    assert done.thinking_tokens > 0
    assert done.answer_tokens > 0


def test_a_budget_closes_the_thought_and_the_answer_follows(engine: Engine) -> None:
    model = script(engine, THINK, "\n" + "so " * 200)
    wanted = replace(request(thinking=True, sampling=replace(GREEDY, max_tokens=120)), thinking_budget_tokens=10)
    # The bent model goes on saying "so" after the block is closed: it must now land in the answer.
    events = run(engine, wanted)
    thought = text(events, Channel.THINKING)
    assert thought.endswith(EARLY_STOP_SENTENCE)
    assert 1 < thought.count("so ") <= 12
    assert text(events).count("so") > 20
    assert END_THINK in model.read, "the model itself must see its thought closed"
    assert END_THINK in finished(events).token_ids


def test_a_budget_of_zero_answers_at_once(engine: Engine) -> None:
    script(engine, "x", "seven")  # the x is what it would have said before the empty block was put in
    events = run(engine, replace(request(thinking=True), thinking_budget_tokens=0))
    assert text(events, Channel.THINKING) == ""
    assert "seven" in text(events)


@pytest.mark.parametrize("limit", [2, 5, 30, 200])
def test_thinking_never_eats_the_whole_limit(engine: Engine, limit: int) -> None:
    script(engine, THINK, "\n" + "so " * 400)
    events = run(engine, request(thinking=True, sampling=replace(GREEDY, max_tokens=limit)))
    assert finished(events).reason is FinishReason.LENGTH
    assert text(events)


def test_a_thought_that_just_stops_still_gets_an_answer(engine: Engine) -> None:
    script(engine, THINK, "\nhm", END_TURN, "well then")
    events = run(engine, request(thinking=True))
    assert (text(events, Channel.THINKING), text(events)) == ("hm", "well then")


def test_answer_now_closes_the_thought(engine: Engine) -> None:
    script(engine, THINK, "\n" + "so " * 400)
    stream = engine.generate(request(thinking=True, sampling=replace(GREEDY, max_tokens=900)))
    events: list[GenerateEvent] = []
    for event in stream:
        events.append(event)
        if text(events, Channel.THINKING).count("so") == 5:
            engine.answer_now(1)
        if len(text(events)) > 20:
            engine.cancel(1)
    assert text(events, Channel.THINKING).endswith(EARLY_STOP_SENTENCE)
    assert text(events, Channel.THINKING).count("so ") < 10
    assert "so" in text(events)


def test_answer_now_before_the_first_token_skips_the_thought(engine: Engine) -> None:
    script(engine, "x", "seven")
    stream = engine.generate(request(thinking=True))
    events = [next(stream)]
    engine.answer_now(1)
    events += list(stream)
    assert text(events, Channel.THINKING) == ""
    assert "seven" in text(events)


def test_a_lone_closing_tag_reclassifies(engine: Engine) -> None:
    script(engine, "it was a thought", END_THINK, "\n\nthe answer")
    events = run(engine, request(thinking=True))
    at = next(i for i, e in enumerate(events) if isinstance(e, Reclassified))
    assert text(events[:at]) == "it was a thought"
    assert text(events[at:]) == "the answer"


@pytest.mark.parametrize(
    ("switch", "words", "expected"),
    [(True, "hi /no_think", False), (False, "hi /think", True), (True, "hi", True), (False, "hi", False)],
)
def test_words_in_the_message_override_the_switch(engine: Engine, switch: bool, words: str, expected: bool) -> None:
    model = script(engine, "y")
    run(engine, request(words, thinking=switch))
    assert (END_THINK not in model.read) is expected


# -- limits --


def turns(count: int) -> tuple[Message, ...]:
    out: list[Message] = []
    for index in range(count):
        out += [
            Message(Role.USER, f"question {index} " + "word " * 20),
            Message(Role.ASSISTANT, f"answer {index}"),
        ]
    return (*out, Message(Role.USER, "last"))


def test_row27_overflow_is_refused_with_numbers(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu", context_tokens=300))
    failed = failure(run(engine, GenerateRequest(1, turns(10), sampling=GREEDY)))
    assert failed.kind == "context_overflow"
    assert any(character.isdigit() for character in failed.message)
    engine.close()


def test_row27_oldest_turns_are_dropped_and_named(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu", context_tokens=300))
    messages = (Message(Role.SYSTEM, "be brief"), *turns(10))
    events = run(engine, GenerateRequest(1, messages, sampling=GREEDY, overflow=Overflow.DROP_OLDEST))
    [dropped] = [e for e in events if isinstance(e, Dropped)]
    assert dropped.message_indices[0] == 1
    assert dropped.message_indices == tuple(range(1, len(dropped.message_indices) + 1))
    assert len(dropped.message_indices) % 2 == 0
    assert finished(events).prompt_tokens < 300
    engine.close()


def test_generation_ends_where_the_context_does(folder: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu", context_tokens=100))
    script(engine, "so " * 300)
    done = finished(run(engine, request(sampling=Sampling(temperature=0, loop_guard=False))))
    assert done.reason is FinishReason.LENGTH
    assert done.prompt_tokens + len(done.token_ids) == 100
    engine.close()


def test_row29_endless_repetition_is_stopped_with_a_reason(engine: Engine) -> None:
    script(engine, "so " * 2000)
    done = finished(run(engine, request(sampling=Sampling(temperature=0))))
    assert done.reason is FinishReason.LOOP
    assert len(done.token_ids) < 1000


def test_row26_nan_stops_with_a_message_and_the_next_answer_works(folder: Path, engine: Engine) -> None:
    good = finished(run(engine, request())).token_ids
    session = engine._session
    assert session is not None
    weights = session.model.weights  # type: ignore[attr-defined]
    norm = weights.final_norm.clone()
    weights.final_norm.fill_(float("nan"))
    failed = failure(run(engine, request("other")))
    assert failed.kind == "numeric_failure"
    weights.final_norm.copy_(norm)
    assert finished(run(engine, request())).token_ids == good


# -- the cache --


def test_a_follow_up_costs_its_new_tokens_only(engine: Engine) -> None:
    first = finished(run(engine, GenerateRequest(1, user("a long question " * 20), sampling=GREEDY, thinking=False)))
    reply = Message(Role.ASSISTANT, "whatever")
    second = GenerateRequest(
        2, (*user("a long question " * 20), reply, *user("and now?")), sampling=GREEDY, thinking=False
    )
    done = finished(run(engine, second))
    # All but the empty think block, which the template drops from the history.
    assert first.prompt_tokens - done.reused_tokens <= 6
    assert finished(run(engine, request("elsewhere"))).reused_tokens < 10


def test_reuse_changes_nothing(folder: Path, engine: Engine) -> None:
    conversation = (*user("one"), Message(Role.ASSISTANT, "two"), *user("three"))
    wanted = GenerateRequest(3, conversation, sampling=GREEDY, thinking=False)
    fresh = finished(run(engine, wanted))
    engine.load(LoadRequest(str(folder), device="cpu"))
    run(engine, replace(wanted, messages=conversation[:1]))
    run(engine, replace(wanted, messages=user("one thing else")))
    again = finished(run(engine, wanted))
    assert again.reused_tokens > fresh.reused_tokens == 0
    assert again.token_ids == fresh.token_ids


# -- cancelling --


@pytest.mark.parametrize("after", [0, 1, 5])
def test_row23_cancel_keeps_the_text_and_ends_the_stream(engine: Engine, after: int) -> None:
    script(engine, "so " * 900)
    stream = engine.generate(request(sampling=Sampling(temperature=0, loop_guard=False)))
    events = [next(stream) for _ in range(after)]
    engine.cancel(1)
    events += list(stream)
    assert finished(events).reason is FinishReason.CANCELLED
    assert text(events) == "so " * (len(text(events)) // 3) + "so "[: len(text(events)) % 3]
    assert finished(run(engine, request(request_id=2))).reason is not FinishReason.CANCELLED


def test_row23_cancel_is_heard_within_a_fifth_of_a_second_while_reading_a_long_prompt(tmp_path: Path) -> None:
    folder = make_checkpoint(
        tmp_path / "wide",
        layers=8,
        hidden=512,
        heads=8,
        kv_heads=4,
        head_dim=64,
        intermediate=1536,
        max_position_embeddings=16384,
    )
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu"))
    stream = engine.generate(GenerateRequest(1, user("many words " * 1200), sampling=GREEDY))
    next(stream)
    asked: list[float] = []

    def ask() -> None:
        asked.append(time.perf_counter())
        engine.cancel(1)

    timer = threading.Timer(0.4, ask)
    timer.start()
    events = list(stream)
    ended = time.perf_counter()
    timer.join()
    assert finished(events).reason is FinishReason.CANCELLED
    # 200 ms is the promise on a quiet machine; the rest is for a busy one.
    assert ended - asked[0] < 0.6
    engine.close()


def test_row25_a_late_cancel_of_an_ended_request_hits_nobody(engine: Engine) -> None:
    run(engine, request(request_id=7))
    engine.cancel(7)
    assert finished(run(engine, request(request_id=8))).reason is not FinishReason.CANCELLED


# -- without a template --


def test_a_raw_text_is_continued_without_a_template(tmp_path: Path) -> None:
    engine = Engine()
    engine.load(LoadRequest(str(make_checkpoint(tmp_path / "base", chat_template=False)), device="cpu"))
    done = finished(run(engine, GenerateRequest(1, raw_text="Once upon", sampling=GREEDY)))
    assert done.prompt_tokens == len(ids_of(engine, "Once upon"))
    failed = failure(run(engine, request()))
    assert "--raw" in failed.message
    engine.close()
