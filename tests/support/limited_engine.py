"""The real engine with a real memory limit on its own process, the one that `ulimit -v` sets.

Run it in a child: `ProcessEngine("tests.support.limited_engine:LimitedEngine")`. The limit counts from what the process
has mapped at that moment, since PyTorch alone maps gigabytes. It is set

- while a model is loaded, once the choice is made, to PONDER_TEST_LOAD_MB more;
- before a request whose last message begins with "limit N", to N MB more.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator

import psutil

from engine.engine import Engine
from engine.types import GenerateEvent, GenerateRequest, Loaded, LoadProgress, LoadRequest


class LimitedEngine(Engine):
    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        room_mb = os.environ.get("PONDER_TEST_LOAD_MB")

        def limited(step: LoadProgress) -> None:
            if step.done_bytes == 0 and room_mb is not None and resource.getrlimit(resource.RLIMIT_AS)[0] < 0:
                limit_address_space(int(room_mb))
            if progress is not None:
                progress(step)

        return super().load(request, limited)

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        words = request.messages[-1].content.split(maxsplit=2)
        if words[0] == "limit":
            limit_address_space(int(words[1]))
        return super().generate(request)


def limit_address_space(room_mb: int) -> None:
    """From now on this process may map so much more than it has."""
    mapped = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (mapped + (room_mb << 20), resource.RLIM_INFINITY))
