"""The command line's grammar: commands, options, bounds and help. Imports nothing heavy and runs nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.bench_grammar import add_bench
from app.cli.chats_grammar import add_chats
from app.cli.grammar import add_json, command, device, number, whole
from app.core import limits
from app.version import VERSION
from engine.types import Int8Kernel, KVCachePrecision, Overflow, Precision

DESCRIPTION = "Ponder: Qwen3 on your own machine, offline."
ASK_DESCRIPTION = """\
Answer PROMPT. The answer goes to standard output as it is made, thoughts and
notices go to standard error. Without PROMPT a pipe is read as the prompt; on a
terminal a chat begins."""
ASK_EPILOG = """\
exit codes: 0 done, 1 the request failed, 2 wrong usage, 130 interrupted

examples:
  ponder ask "Why is the sky blue?"
  ponder ask --no-think --max-tokens 60 "Three names for a cat" > names.txt
  git diff | ponder ask --system "Summarise this change" --hide-thinking
  ponder ask --json "Hello" | jq -j 'select(.event == "text").text'
"""


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar. The chosen command's name is in `command`, that of `models` in `models_command`, and of
    `chats` in `chats_command`.
    """
    parser = argparse.ArgumentParser(
        prog="ponder",
        description=f"{DESCRIPTION} Without a command, the app starts.",
        epilog="PONDER_HOME=DIR keeps settings, models, caches and logs under DIR.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ponder {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_ask(commands)
    _add_models(commands)
    add_chats(commands)
    doctor = command(commands, "doctor", "Say what this machine can run, and what keeps it from running more.")
    add_json(doctor, "print the report as one JSON object")
    doctor.add_argument("--model", metavar="NAME|DIR", help="the model to report on (default: the one chosen last)")
    add_bench(commands)
    return parser


def _add_ask(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ask = command(commands, "ask", "Ask a model from the command line, or chat with it.", ASK_DESCRIPTION, ASK_EPILOG)
    ask.usage = "ponder ask [options] [PROMPT|-]"
    ask.add_argument("prompt", nargs="?", metavar="PROMPT", help="what to ask; - reads it from standard input")

    what = ask.add_argument_group("what to ask")
    what.add_argument("--system", metavar="TEXT", help="the system prompt")
    what.add_argument(
        "--messages",
        metavar="FILE.json",
        type=Path,
        help="a whole conversation as an OpenAI-style list of messages, instead of PROMPT",
    )
    what.add_argument("--tools", metavar="FILE.json", type=Path, help="tools the model may call, OpenAI-style")
    what.add_argument(
        "--raw",
        action="store_true",
        help="continue the text as it stands, without chat template (for -Base models)",
    )

    how = ask.add_argument_group("model")
    how.add_argument(
        "--model", metavar="NAME|DIR", help="default: the one chosen last, else the built-in practice model"
    )
    how.add_argument("--device", metavar="DEVICE", type=device, help=f"{limits.DEVICE_HELP} (default: auto)")
    how.add_argument("--precision", choices=[each.value for each in Precision], help="of the weights (default: auto)")
    how.add_argument(
        "--int8-kernel",
        choices=[each.value for each in Int8Kernel],
        default=Int8Kernel.AUTO.value,
        help="what multiplies 8-bit weights (default: auto, bitsandbytes on a GPU)",
    )
    how.add_argument("--kv-cache", choices=[each.value for each in KVCachePrecision], help="bits (default: auto)")
    how.add_argument(
        "--context",
        metavar="N",
        type=whole("N", limits.CONTEXT_TOKENS),
        help="tokens of context (default: the model's own, less where memory is short)",
    )
    how.add_argument(
        "--overflow",
        choices=[each.value for each in Overflow],
        default=Overflow.REFUSE.value,
        help="when the conversation is longer than the context (default: refuse)",
    )

    think = ask.add_argument_group("thinking")
    switch = think.add_mutually_exclusive_group()
    switch.add_argument("--think", dest="think", action="store_true", default=None, help="think before answering")
    switch.add_argument("--no-think", dest="think", action="store_false", default=None, help="answer at once")
    think.add_argument(
        "--thinking-budget",
        metavar="N",
        type=whole("N", limits.THINKING_BUDGET_TOKENS),
        help="after N tokens of thinking the answer begins (default: no limit)",
    )
    think.add_argument("--hide-thinking", action="store_true", help="do not print thoughts")

    sampling = ask.add_argument_group("sampling", "Defaults are those recommended for Qwen3 in each mode.")
    for name, value_range, text in (
        ("--temperature", limits.TEMPERATURE, "randomness; 0 always takes the likeliest token"),
        ("--top-p", limits.TOP_P, "draw from the likeliest tokens that make up this share"),
        ("--min-p", limits.MIN_P, "leave out tokens less likely than this share of the likeliest"),
        ("--presence-penalty", limits.PRESENCE_PENALTY, "above 0: fewer repetitions in the answer"),
        ("--repetition-penalty", limits.REPETITION_PENALTY, "above 1: fewer repetitions, the prompt counted"),
    ):
        sampling.add_argument(name, metavar="X", type=number("X", value_range), help=f"{text} ({value_range})")
    sampling.add_argument(
        "--top-k",
        metavar="N",
        type=whole("N", limits.TOP_K),
        help="draw from the N likeliest tokens; 0 is off",
    )
    sampling.add_argument(
        "--seed", metavar="N", type=whole("N", limits.SEED), help="the same seed gives the same answer again"
    )
    sampling.add_argument(
        "--max-tokens",
        metavar="N",
        type=whole("N", limits.MAX_TOKENS),
        help="longest reply, thoughts included",
    )
    sampling.add_argument(
        "--stop", metavar="TEXT", action="append", type=_not_empty, help="end before this text (repeatable)"
    )
    add_json(ask.add_argument_group("output"), "one JSON object a line, for programs")


def _add_models(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    models = command(commands, "models", "List and check the models on this machine.")
    actions = models.add_subparsers(dest="models_command", metavar="ACTION", required=True)
    listing = command(actions, "list", "List the models here and in the catalogue, and what runs on this machine.")
    add_json(listing, "print one JSON object")
    show = command(actions, "show", "Show everything known about a model of the catalogue.")
    show.add_argument("name", metavar="NAME", help="such as Qwen3-0.6B or 0.6b")
    count = show.add_argument_group("memory calculator", "With any of these, only the memory and the GPUs are shown.")
    count.add_argument("--precision", metavar="P", help="bf16, fp16, fp32, int8, nf4, or a GGUF file's: Q4_K_M, Q6_K…")
    count.add_argument("--kv-cache", choices=[each.value for each in KVCachePrecision], help="bits (default: auto)")
    count.add_argument(
        "--context", metavar="N", type=whole("N", limits.CONTEXT_TOKENS), help="tokens of context (default: 8,192)"
    )
    add_json(show, "print one JSON object")
    bring = command(actions, "import", "Bring in a model that is on this machine, also one of another program.")
    bring.add_argument(
        "path", nargs="?", metavar="PATH", help="a folder or .gguf file, or a number or name out of --list"
    )
    bring.add_argument(
        "--list", action="store_true", help="show the models of LM Studio, Ollama, llama.cpp and the Hugging Face cache"
    )
    bring.add_argument("--name", metavar="NAME", help="what to call it (default: as the file or folder is called)")
    bring.add_argument("--link", action="store_true", help="leave the folder where it is instead of copying it")
    add_json(bring, "print one JSON object")
    remove = command(actions, "remove", "Remove a model, the link to one, or a stopped download.")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    add_json(remove, "print one JSON object")
    fetch = command(actions, "download", "Fetch a model from the Hugging Face hub, or go on with that.")
    fetch.add_argument("name", metavar="NAME|ORG/NAME", help="such as Qwen3-0.6B, or any repository of the hub")
    fetch.add_argument(
        "--revision", metavar="R", help="a branch, tag or commit (default: the catalogue's, or the newest)"
    )
    add_json(fetch, "one JSON object a line, for programs")
    verify = command(actions, "verify", "Check a model's files for damage.")
    verify.add_argument("name", nargs="?", metavar="NAME|DIR", help="default: the one chosen last")
    verify.add_argument(
        "--against-reference",
        action="store_true",
        help="also compare what the model computes with recorded values of the official one",
    )
    add_json(verify, "print one JSON object")


def _not_empty(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty text would end every answer before it begins")
    return text
