from __future__ import annotations

import shlex

import pytest

from app.cli.parser import build_parser
from app.core import limits
from tests.app.cli.command import Command


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_everything_fits_80_columns(command: Command, option: str) -> None:
    for words in ([], ["ask"], ["models"], ["models", "list"], ["models", "verify"], ["doctor"]):
        outcome = command([*words, option])
        assert outcome.code == 0
        assert outcome.err == ""
        assert max(map(len, outcome.out.splitlines())) <= 80


def test_version(command: Command) -> None:
    outcome = command(["--version"])
    assert outcome.code == 0
    assert outcome.out.startswith("ponder ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "--temperature", "2.1", "x"], "0 to 2"),
        (["ask", "--temperature", "nan", "x"], "0 to 2"),
        (["ask", "--temperature", "hot", "x"], "'hot'"),
        (["ask", "--top-p", "0", "x"], "above 0 to 1"),
        (["ask", "--top-k", "-1", "x"], "whole number"),
        (["ask", "--top-k", "1.5", "x"], "whole number"),
        (["ask", "--top-k", "٣", "x"], "whole number"),
        (["ask", "--min-p", "1e9", "x"], "0 to 1"),
        (["ask", "--presence-penalty=-3", "x"], "-2 to 2"),
        (["ask", "--repetition-penalty", "0", "x"], "above 0"),
        (["ask", "--seed", "9" * 30, "x"], "whole number"),
        (["ask", "--max-tokens", "0", "x"], "1 to 1,000,000"),
        (["ask", "--context", "0", "x"], "whole number"),
        (["ask", "--thinking-budget", "-1", "x"], "0 to 1,000,000"),
        (["ask", "--device", "cuda:x", "x"], "cuda:N"),
        (["ask", "--precision", "int4", "x"], "bf16"),
        (["ask", "--kv-cache", "4", "x"], "16"),
        (["ask", "--int8-kernel", "cuda", "x"], "bitsandbytes"),
        (["ask", "--overflow", "drop", "x"], "drop-oldest"),
        (["ask", "--stop", "", "x"], "empty"),
        (["ask", "--think", "--no-think", "x"], "not allowed with"),
        (["ask", "--temp", "1", "x"], "--temp"),
        (["ask", "one", "two"], "two"),
        (["models"], "required"),
        (["serve"], "invalid choice"),
        (["--frobnicate"], "--frobnicate"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(command: Command, arguments: list[str], said: str) -> None:
    outcome = command(arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.err
    assert "Traceback" not in outcome.err


def test_edges_of_the_bounds_are_allowed() -> None:
    options = build_parser().parse_args(
        shlex.split(
            "ask --temperature 0 --top-p 1 --top-k 0 --min-p 0 --presence-penalty -2 --repetition-penalty 2 "
            "--max-tokens 1 --thinking-budget 0 --device cuda:15 --stop a --stop b -"
        )
    )
    assert (options.temperature, options.top_k, options.presence_penalty) == (0, 0, -2)
    assert options.stop == ["a", "b"]
    assert options.prompt == "-"
    assert options.seed is None
    assert build_parser().parse_args(["ask", "--seed", str(2**63 - 1)]).seed == 2**63 - 1


def test_a_prompt_that_begins_with_a_dash() -> None:
    assert build_parser().parse_args(["ask", "--", "-5 plus 3?"]).prompt == "-5 plus 3?"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_no_range_holds_what_is_not_finite(value: float) -> None:
    assert value not in limits.TEMPERATURE
