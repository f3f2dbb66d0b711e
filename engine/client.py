"""The one interface through which everything else uses the engine, wherever it runs.

`local_engine()` gives the engine inside this process (command line, tests). torch is imported when it is called, not
when this module is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from engine.importing import importing
from engine.memory_errors import as_out_of_memory
from engine.types import GenerateEvent, GenerateRequest, Loaded, LoadProgress, LoadRequest


class EngineClient(Protocol):
    """What a window or a command may ask of an engine.

    `cancel`, `cancel_load`, `answer_now` and `count_tokens` may be called from any thread.
    """

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        """Load a model, replacing the one loaded before.

        Raises:
            PonderError: a typed reason; the engine stays usable and empty.
        """

    def cancel_load(self) -> None:
        """Make a running `load` raise Cancelled, from another thread."""

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        """Stream one answer. The last event is always `Finished`; failures arrive as `Failed` before it.

        Where memory ran out, the model has been let go by then: load what the failure offers, or ask again, which loads
        the same model once more.
        """

    def cancel(self, request_id: int) -> None:
        """End the request within 200 ms, keeping its text. Unknown or finished ids are ignored."""

    def answer_now(self, request_id: int) -> None:
        """Close the thinking block of the request, if it is in one, and go on to the answer."""

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """How many tokens each text takes in a prompt, by itself and as people's text: a control token in it is text.

        From any thread, also while a request runs, which goes on meanwhile.

        Raises:
            NoModel: none is loaded at the moment, so that nothing can be counted.
            EngineGone: the engine ended before it had counted.
        """

    def unload(self) -> None:
        """Give the memory back."""

    def close(self) -> None:
        """Unload and release everything. The client cannot be used afterwards."""


def local_engine() -> EngineClient:
    """An engine in this process.

    Raises:
        OutOfMemory: there is no room even for the libraries.
    """
    try:
        with importing("engine.engine"):
            from engine.engine import Engine
    except Exception as error:
        failure = as_out_of_memory(error)
        if failure is None:
            raise
        raise failure from error
    return Engine()
