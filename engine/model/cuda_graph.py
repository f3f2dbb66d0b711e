"""Running a step of static shapes again and again: as a captured CUDA graph, or as it stands where there is no CUDA.

What a step reads and writes must lie at the same addresses each time. It knows nothing of what a step computes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Protocol
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from engine.memory_errors import as_out_of_memory

log = logging.getLogger(__name__)

Step = Callable[[], None]


class StepRunner(Protocol):
    """Puts steps on the device's queue and reads what they wrote."""

    def run(self, owner: object, key: Hashable, step: Step) -> None:
        """Do `step`. Where `key` comes again for the same owner, it stands for the very same work on the same memory.

        Args:
            owner: whose memory the step works on besides memory that never moves; what is kept for it goes with it.
        """

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """Read the one number in `source` behind all that was queued; the function returned waits for it."""


class EagerSteps:
    """Every step as it stands."""

    def run(self, owner: object, key: Hashable, step: Step) -> None:
        """See StepRunner.run."""
        step()

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """See StepRunner.fetch."""
        value = int(source)
        return lambda: value


class GraphSteps:
    """Steps captured as CUDA graphs.

    The first time, a step runs as it stands, which also does whatever libraries put off until they are first used; the
    second time it is captured, which costs about as much as running it so, and from then on it is one launch. All
    graphs share their working memory, since they run one after the other. When an owner's memory moves, its keys
    change, and those of before are never used again: `forget` lets them go.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._pool = torch.cuda.graph_pool_handle()
        self._graphs: WeakKeyDictionary[object, dict[Hashable, torch.cuda.CUDAGraph | None]] = WeakKeyDictionary()
        # Two results are under way at most: one that is waited for and one of the step behind it.
        self._landing = [torch.empty(1, dtype=torch.int64, pin_memory=True) for _ in range(3)]
        self._fetched = 0
        self._refused = False

    def run(self, owner: object, key: Hashable, step: Step) -> None:
        """See StepRunner.run."""
        graphs = self._graphs.setdefault(owner, {})
        with torch.cuda.device(self._device):
            if key not in graphs:
                graphs[key] = None
                step()
                return
            graph = graphs[key]
            if graph is None and not self._refused:
                graph = graphs[key] = self._captured(step)
            if graph is None:
                step()
            else:
                graph.replay()

    def _captured(self, step: Step) -> torch.cuda.CUDAGraph | None:
        """None where something in the step cannot be captured: then no step is tried again."""
        graph = torch.cuda.CUDAGraph()
        try:
            # Other threads may use the device meanwhile, as another model's loading does.
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                step()
        except RuntimeError as error:
            if as_out_of_memory(error) is not None:
                raise
            log.warning("decoding without CUDA graphs: %s", str(error).splitlines()[0])
            self._refused = True
            return None
        return graph

    def forget(self, owner: object) -> None:
        """Let go of everything that is kept for `owner`."""
        self._graphs.pop(owner, None)

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """See StepRunner.fetch."""
        slot = self._fetched % len(self._landing)
        self._fetched += 1
        landing = self._landing[slot]
        landing.copy_(source.view(1), non_blocking=True)
        arrived = torch.cuda.current_stream(self._device).record_event()

        def value() -> int:
            arrived.synchronize()
            return int(landing)

        return value
