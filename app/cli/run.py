"""Runs one command line: parses it, calls the command and turns every outcome into an exit code and one clear
line.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.cli.console import Console, OutputClosed, OutputFailed
from app.cli.interrupt import CTRL_C_EXIT_CODE, Interrupted, Interrupts
from app.cli.parser import build_parser

if TYPE_CHECKING:
    from app.cli.surroundings import Surroundings
    from app.library.engines import EngineFactory

EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 2
# What a shell reports for a program that SIGPIPE ended: `ponder ask … | head -c 5` behaves like any other
# filter.
EXIT_OUTPUT_CLOSED = 141


def run(arguments: Sequence[str], open_engine: EngineFactory | None = None, why_terminal: str = "") -> int:
    """Run one command and return its exit code. Nothing is raised.

    Args:
        arguments: What stands behind the program's name.
        open_engine: Makes the engine; None means the real one in this process.
        why_terminal: Why this is no window, where one was asked for.
    """
    console = Console.standard()
    options = _parse(arguments, console)
    if isinstance(options, int):
        return options
    if why_terminal:
        console.notice(f"ponder: {why_terminal} This is the chat in the terminal.")
    try:
        with Interrupts() as interrupts:
            return _run_logged(options, console, interrupts, open_engine)
    except KeyboardInterrupt:
        return CTRL_C_EXIT_CODE
    except Exception as error:  # before there was a log to write to
        console.notice(f"ponder: Ponder cannot start: {type(error).__name__}: {error}")
        return EXIT_FAILED


def _parse(arguments: Sequence[str], console: Console) -> argparse.Namespace | int:
    parser = build_parser()
    try:
        return parser.parse_args(arguments or ["ask"])
    except SystemExit as leave:
        # argparse has printed help, version or the error; its text may still sit in a buffer with no reader.
        with contextlib.suppress(OutputClosed, OutputFailed):
            console.write("")
        return leave.code if isinstance(leave.code, int) else EXIT_USAGE


def _run_logged(
    options: argparse.Namespace, console: Console, interrupts: Interrupts, open_engine: EngineFactory | None
) -> int:
    # Here and not above: pydantic and platformdirs would cost `ponder --help` a quarter of a second.
    from app.cli.offers import with_command
    from app.cli.prompt import WrongUsage
    from app.cli.surroundings import Surroundings
    from app.core.log import log_bug, logging_to
    from app.core.paths import user_paths
    from app.library.engines import local_engine
    from engine.errors import PonderError

    try:
        paths = user_paths()
    except PonderError as error:
        console.notice(f"ponder: {error}")
        return EXIT_FAILED
    with logging_to(paths.log_file):
        try:
            return _run_command(options, Surroundings(console, paths, interrupts, open_engine or local_engine))
        except WrongUsage as error:
            console.notice(f"ponder: {error}")
            return EXIT_USAGE
        except Interrupted as interrupt:
            console.clear_status()
            return interrupt.exit_code
        except OutputClosed:
            return EXIT_OUTPUT_CLOSED
        except PonderError as error:
            console.notice(f"ponder: {with_command(str(error), error.offers)}")
        except OutputFailed as error:
            console.notice(f"ponder: {error}")
        except MemoryError:
            console.notice("ponder: there is not enough memory. Close other programs or choose a smaller model.")
        except Exception as error:
            log_bug(error)
            what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            console.notice(f"ponder: Ponder ran into a bug: {what} (log: {paths.log_file})")
        return EXIT_FAILED


def _run_command(options: argparse.Namespace, around: Surroundings) -> int:
    match options.command:
        case "ask":
            from app.cli.ask import run_ask

            return run_ask(options, around)
        case "models":
            from app.cli.models import run_models

            return run_models(options, around)
        case "chats":
            from app.cli.chats import run_chats

            return run_chats(options, around)
        case "bench":
            from app.cli.bench import run_bench_command

            return run_bench_command(options, around)
        case _:
            from app.cli.doctor import run_doctor

            return run_doctor(options, around)
