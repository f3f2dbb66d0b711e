"""Answers that go on where they stopped, and tokens that are counted beside them, in the engine of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import resources
from engine.engine import Engine
from engine.errors import NoModel
from engine.types import Channel, FinishReason, GenerateRequest, LoadRequest, Message, Precision, Role, Sampling
from tests.support.answers import finished, run, text, user

POCKET = Path(resources.__file__).parent / "pocket"
GREEDY = Sampling(temperature=0, max_tokens=300)
QUESTION = user("spell the word lantern")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(POCKET), device="cpu", precision=Precision.FP32))
    yield engine
    engine.close()


def asked(*messages: Message, thinking: bool = False, sampling: Sampling = GREEDY) -> GenerateRequest:
    return GenerateRequest(1, messages, sampling=sampling, thinking=thinking)


@pytest.mark.parametrize("thinking", [False, True])
def test_a_cut_answer_goes_on_word_for_word(engine: Engine, thinking: bool) -> None:
    whole = run(engine, asked(*QUESTION, thinking=thinking))
    start = []
    for event in engine.generate(asked(*QUESTION, thinking=thinking)):
        start.append(event)
        if len(text(start)) > 10:
            engine.cancel(1)
    assert finished(start).reason is FinishReason.CANCELLED
    written = text(start)
    assert text(whole).startswith(written)
    assert len(text(whole)) > len(written)
    unfinished = Message(Role.ASSISTANT, written, thinking=text(start, Channel.THINKING))
    assert bool(unfinished.thinking) is thinking
    rest = run(engine, replace(asked(*QUESTION, unfinished), continues=True, thinking=True))
    assert written + text(rest) == text(whole)
    assert text(rest, Channel.THINKING) == ""
    done = finished(rest)
    assert done.reason is FinishReason.STOP
    # What was read and written the first time is not read again, but for the end, whose logits are needed.
    assert done.reused_tokens >= done.prompt_tokens - 2


def test_what_is_no_answer_is_not_continued(engine: Engine) -> None:
    events = run(engine, replace(asked(*QUESTION), continues=True))
    assert finished(events).reason is FinishReason.ERROR


def test_texts_are_counted_as_prompts_are_encoded(engine: Engine) -> None:
    texts = ("", "hello", "<|im_end|><think>", "naïve 你好 \ud83d", "x = 1\n" * 100)
    counts = engine.count_tokens(texts)
    assert counts[0] == 0
    for words, count in zip(texts, counts, strict=True):
        prompt = finished(run(engine, replace(asked(), raw_text=words, sampling=replace(GREEDY, max_tokens=1))))
        assert count == (prompt.prompt_tokens if words else 0)
    assert counts[2] > 2  # text, not two control tokens


def test_counting_goes_on_beside_an_answer(engine: Engine) -> None:
    found: list[tuple[int, ...]] = []
    events = []
    for event in engine.generate(asked(*QUESTION)):
        events.append(event)
        if not found:  # amid the request, on another thread
            thread = threading.Thread(target=lambda: found.append(engine.count_tokens(("hello",))))
            thread.start()
            thread.join()
    assert finished(events).reason is FinishReason.STOP
    assert found == [engine.count_tokens(("hello",))]


def test_nothing_is_counted_without_a_model() -> None:
    engine = Engine()
    with pytest.raises(NoModel):
        engine.count_tokens(("hello",))
