"""What `ponder ask` says where memory ran out: the offers in words with a command to try, and as data."""

from __future__ import annotations

import re

import pytest

from app.cli.parser import build_parser
from engine.errors import OutOfMemory
from engine.types import (
    Channel,
    Failed,
    FinishReason,
    GenerateEvent,
    KVCachePrecision,
    Precision,
    SmallerChoice,
    TextDelta,
)
from tests.app.cli.command import Command
from tests.app.fake_engine import FakeEngine, finished

OFFERS = (
    SmallerChoice("cuda:0", Precision.BF16, KVCachePrecision.BITS16, 4096, 2_000_000_000, "A shorter context."),
    SmallerChoice("cpu", Precision.FP32, KVCachePrecision.AUTO, 8192, 1_500_000_000, "The CPU."),
)
ERROR = OutOfMemory("No room.", "What fits: A shorter context. The CPU.", OFFERS)
BROKEN: list[GenerateEvent] = [
    TextDelta(0, Channel.ANSWER, "So far"),
    Failed(0, ERROR.kind, str(ERROR), OFFERS),
    finished(FinishReason.ERROR),
]
LINE = (
    "ponder: No room. What fits: A shorter context. The CPU. "
    "Try: ponder ask --context 4096 --precision bf16 --device cuda:0 --kv-cache 16 …\n"
)
AS_JSON = [
    {
        "device": "cuda:0",
        "precision": "bf16",
        "kv_cache": "16",
        "context": 4096,
        "needed_bytes": 2_000_000_000,
        "reason": "A shorter context.",
    },
    {
        "device": "cpu",
        "precision": "fp32",
        "kv_cache": "auto",
        "context": 8192,
        "needed_bytes": 1_500_000_000,
        "reason": "The CPU.",
    },
]


def test_row22_a_failed_load_names_the_offers_in_one_line(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(load_error=ERROR))
    assert (outcome.code, outcome.out, outcome.err) == (1, "", LINE)


def test_row22_a_failed_answer_keeps_its_text_and_names_the_offers(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(BROKEN))
    assert (outcome.code, outcome.out, outcome.err) == (1, "So far\n", LINE)


@pytest.mark.parametrize("engine", [FakeEngine(load_error=ERROR), FakeEngine(BROKEN)], ids=["load", "answer"])
def test_row22_programs_get_the_offers_as_data(command: Command, engine: FakeEngine) -> None:
    outcome = command(["ask", "--json", "x"], engine)
    (error,) = [each for each in outcome.events if each["event"] == "error"]
    assert (error["kind"], error["message"], error["offers"]) == ("out_of_memory", str(ERROR), AS_JSON)
    assert outcome.events[-1]["reason"] == "error"
    assert outcome.err == LINE


def test_the_command_to_try_is_one_that_ponder_understands(command: Command) -> None:
    for offer in OFFERS:
        failed = OutOfMemory("No room.", "", (offer,))
        line = command(["ask", "x"], FakeEngine(load_error=failed)).err
        found = re.search(r"Try: ponder (ask .*) …", line)
        assert found is not None
        options = build_parser().parse_args(found[1].split())
        assert (options.device, options.precision, options.context) == (
            offer.device,
            offer.precision.value,
            offer.context_tokens,
        )
        assert KVCachePrecision(options.kv_cache or "auto") is offer.kv_cache


def test_without_an_offer_there_is_nothing_to_try(command: Command) -> None:
    outcome = command(["ask", "x"], FakeEngine(load_error=OutOfMemory("No room.", "Choose a smaller model.")))
    assert outcome.err == "ponder: No room. Choose a smaller model.\n"
