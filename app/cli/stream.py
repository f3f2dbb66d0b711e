"""One request from the first event to the last, with Ctrl-C and a vanished reader taken care of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.cli.interrupt import Interrupts
from app.library.engines import EngineClient
from engine.errors import EngineGone
from engine.types import Finished, GenerateEvent, GenerateRequest


def stream_answer(
    engine: EngineClient,
    request: GenerateRequest,
    show: Callable[[GenerateEvent], None],
    interrupts: Interrupts,
) -> Finished:
    """Hand every event to `show` and return the last one. A signal cancels the request; its text stays.

    Whatever `show` raises (the reader of a pipe has gone) ends the request first and then goes on.

    Raises:
        EngineGone: the stream ended without `Finished`.
    """
    finished: Finished | None = None
    with interrupts.cancelling(partial(engine.cancel, request.request_id)):
        events = engine.generate(request)
        try:
            for event in events:
                show(event)
                if isinstance(event, Finished):
                    finished = event
        except BaseException:
            # A suspended generator would hold the engine's lock, and closing the engine would wait for it for
            # ever.
            engine.cancel(request.request_id)
            for _ in events:
                pass
            raise
    if finished is None:
        raise EngineGone("The engine stopped without finishing the answer.", "Please try again.")
    return finished
