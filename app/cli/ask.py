"""`ponder ask`: one answer, or a chat where nothing is asked on a terminal."""

from __future__ import annotations

import argparse
from functools import partial

from app.cli.chat import chat
from app.cli.console import OutputClosed, OutputFailed
from app.cli.interrupt import Interrupted
from app.cli.offers import with_command
from app.cli.prompt import Asked, read_asked
from app.cli.render import JsonRenderer, Renderer, TextRenderer
from app.cli.request import generate_request, load_request
from app.cli.stream import stream_answer
from app.cli.surroundings import Surroundings
from app.core.settings import Settings, change_settings, read_settings
from app.library.engines import EngineClient
from app.library.models import ModelChoice, choose_model
from engine.errors import PonderError
from engine.types import Failed, Finished, FinishReason, GenerateEvent, Loaded


def run_ask(options: argparse.Namespace, around: Surroundings) -> int:
    """Answer and return the exit code.

    Raises:
        WrongUsage, PonderError, OutputClosed, OutputFailed, Interrupted: for the caller to say and to map.
    """
    console = around.console
    asked = read_asked(options, console)
    read = read_settings(around.paths.settings_file)
    for problem in read.problems:
        console.notice(f"ponder: {problem}")
    renderer: Renderer = (
        JsonRenderer(console)
        if options.json
        else TextRenderer(console, hide_thinking=options.hide_thinking, show_facts=asked.nothing)
    )
    try:
        choice = choose_model(options.model, read.settings.model, around.paths.models)
        if choice.note:
            console.notice(f"ponder: {choice.note}")
        console.status("Loading…")
        engine = around.open_engine()
        try:
            request = load_request(options, read.settings, choice.entry, around.paths.cache)
            loaded = engine.load(request, renderer.load_progress)
            _remember(options.model, choice, around)
            renderer.loaded(loaded, choice.entry)
            return _answer(asked, options, read.settings, loaded, engine, renderer, around)
        finally:
            engine.close()
    except Interrupted:
        renderer.cancelled()
        raise
    except PonderError as error:
        renderer.failed(error.kind, str(error), error.offers)
        raise
    except (OutputClosed, OutputFailed):
        raise
    except Exception:
        renderer.failed("bug", "Ponder ran into a bug.")
        raise


def _answer(
    asked: Asked,
    options: argparse.Namespace,
    settings: Settings,
    loaded: Loaded,
    engine: EngineClient,
    renderer: Renderer,
    around: Surroundings,
) -> int:
    think = settings.thinking if options.think is None else options.think
    make_request = partial(generate_request, options=options, settings=settings, precision=loaded.precision)
    if asked.nothing:
        return chat(asked, make_request, think, engine, renderer, around.console, around.interrupts)
    request = make_request(1, asked, think=think)

    def show(event: GenerateEvent) -> None:
        renderer.event(event)
        if options.json and isinstance(event, Failed):
            # The text renderer has said it already.
            around.console.notice(f"ponder: {with_command(event.message, event.offers)}")

    finished: Finished = stream_answer(engine, request, show, around.interrupts)
    if finished.reason is FinishReason.CANCELLED:
        return around.interrupts.exit_code
    return 1 if finished.reason is FinishReason.ERROR else 0


def _remember(wanted: str | None, choice: ModelChoice, around: Surroundings) -> None:
    """Keep a model that was named and could be loaded as the default of the next run."""
    if wanted is None:
        return
    try:
        change_settings(around.paths.settings_file, {"model": choice.entry.to_remember})
    except PonderError as error:
        around.console.notice(f"ponder: {error}")
