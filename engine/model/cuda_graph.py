"""Running a step of static shapes again and again: as a captured CUDA graph, or as it stands where there is no CUDA.

What a step reads and writes must lie at the same addresses each time. It knows nothing of what a step computes.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from engine.memory_errors import give_back_freed_memory, is_out_of_memory

log = logging.getLogger(__name__)

# So many results may be under way: queued on the device and not looked at yet.
MOST_UNDER_WAY = 18

Step = Callable[[], None]


class StepRunner(Protocol):
    """Puts steps on the device's queue and reads what they wrote."""

    @property
    def problem(self) -> str:
        """Why steps are slower than they should be, in a few words; empty: they are not."""

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        """Do `step`. Where `key` comes again for the same owner and layout, it stands for the very same work on the
        same memory.

        Args:
            owner: whose memory the step works on besides memory that never moves; what is kept for it goes with it.
            layout: another one whenever the owner's memory has moved; what was kept for the one before is let go.
        """

    def is_prepared(self, owner: object, layout: Hashable, key: Hashable) -> bool:
        """Whether `run` would put the step on the queue in next to no time."""

    def forget(self, owner: object) -> None:
        """Let go of everything that is kept for `owner`."""

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """Read the one number in `source` behind all that was queued; the function returned waits for it.

        It must be called before MOST_UNDER_WAY others were asked for, or not at all.
        """


class EagerSteps:
    """Every step as it stands."""

    problem = ""

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        """See StepRunner.run."""
        step()

    def is_prepared(self, owner: object, layout: Hashable, key: Hashable) -> bool:
        """See StepRunner.is_prepared."""
        return True

    def forget(self, owner: object) -> None:
        """See StepRunner.forget."""

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """See StepRunner.fetch."""
        value = int(source)
        return lambda: value


@dataclass(slots=True)
class _Kept:
    """What is ready for one owner's memory where it lies now."""

    layout: Hashable
    ready: dict[Hashable, Step] = field(default_factory=dict)


class PreparedSteps(ABC):
    """Steps that are captured once and then merely started.

    The first time, a step runs as it stands, which also does whatever libraries put off until they are first used; the
    second time it is captured, which costs about as much as running it so, and from then on it is one launch. Where
    one cannot be captured, whatever the reason, all steps run as they stand from then on.
    """

    def __init__(self) -> None:
        self.problem = ""
        self._kept: WeakKeyDictionary[object, _Kept] = WeakKeyDictionary()
        self._warm: set[Hashable] = set()

    @abstractmethod
    def capture(self, step: Step) -> Step:
        """Prepare `step` without doing it; what is returned does it. Raises RuntimeError where that cannot be."""

    @abstractmethod
    def fetch(self, source: Tensor) -> Callable[[], int]:
        """See StepRunner.fetch."""

    @property
    def has_any(self) -> bool:
        """Whether anything is ready."""
        return any(each.ready for each in self._kept.values())

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        """See StepRunner.run."""
        self._quickest(owner, layout, key, step)()

    def is_prepared(self, owner: object, layout: Hashable, key: Hashable) -> bool:
        """See StepRunner.is_prepared."""
        kept = self._kept.get(owner)
        return bool(self.problem) or (kept is not None and kept.layout == layout and key in kept.ready)

    def forget(self, owner: object) -> None:
        """See StepRunner.forget."""
        self._kept.pop(owner, None)

    def _quickest(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> Step:
        if self.problem:
            return step
        kept = self._kept.get(owner)
        if kept is None or kept.layout != layout:
            kept = self._kept[owner] = _Kept(layout)
        ready = kept.ready.get(key)
        if ready is not None:
            return ready
        if (layout, key) not in self._warm:
            self._warm.add((layout, key))
            return step
        try:
            ready = kept.ready[key] = self.capture(step)
        except RuntimeError as error:
            cause = _first(error)
            starved = is_out_of_memory(cause)
            self.problem = "there was not enough memory" if starved else first_line(cause)
            del cause
        else:
            return ready
        log.warning("decoding without CUDA graphs: %s", self.problem)
        self._kept.clear()
        if starved:  # out of the handler, whose traceback holds the tensors of the step
            give_back_freed_memory()
        return step


class GraphSteps(PreparedSteps):
    """Steps captured as CUDA graphs. All share their working memory, since they run one after the other.

    Used by one thread at a time, on that thread's current stream.
    """

    def __init__(self, device: torch.device) -> None:
        super().__init__()
        self._device = device
        self._fetched = 0
        with torch.cuda.device(device):
            cuda: Any = torch.cuda  # whose constructors have no types
            self._pool = torch.cuda.graph_pool_handle()
            # The same for all captures: cuBLAS keeps a workspace for each stream that it has seen.
            self._side: torch.cuda.Stream = cuda.Stream(device)
            self._landing = torch.zeros(MOST_UNDER_WAY, dtype=torch.int64, pin_memory=True)
            self._arrived: list[torch.cuda.Event] = [cuda.Event() for _ in range(MOST_UNDER_WAY)]

    def run(self, owner: object, layout: Hashable, key: Hashable, step: Step) -> None:
        """See StepRunner.run."""
        with torch.cuda.device(self._device):
            super().run(owner, layout, key, step)

    def capture(self, step: Step) -> Step:
        """What torch.cuda.graph does, less its waiting for the device and its emptying of the allocator's cache, which
        would stall an answer; and with the thread's stream as it was before, even where capturing fails.
        """
        graph = torch.cuda.CUDAGraph()
        if not self.has_any:
            # The allocator takes no more captures into a pool once all of its graphs are gone.
            self._pool = torch.cuda.graph_pool_handle()
        with torch.cuda.stream(self._side):
            # Other threads may use the device meanwhile, as writing a cache to disk does.
            graph.capture_begin(pool=self._pool, capture_error_mode="thread_local")
            try:
                step()
            finally:
                graph.capture_end()
        # One that is let go of while it runs is freed by the driver once it has ended.
        return graph.replay

    def fetch(self, source: Tensor) -> Callable[[], int]:
        """See StepRunner.fetch."""
        slot = self._fetched % MOST_UNDER_WAY
        self._fetched += 1
        landing, arrived = self._landing[slot : slot + 1], self._arrived[slot]
        landing.copy_(source.view(1), non_blocking=True)
        arrived.record(torch.cuda.current_stream(self._device))

        def value() -> int:
            arrived.synchronize()
            return int(landing)

        return value


def _first(error: BaseException) -> BaseException:
    """What went wrong in the step: ending the capture then fails as well, which tells nothing."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def first_line(error: BaseException) -> str:
    """What an error says, on one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
