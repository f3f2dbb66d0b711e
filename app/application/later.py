"""Something that is made when it is first wanted, so that the window opens without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Args:
    make: Called at most once.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []

    def __call__(self) -> T:
        """The thing, made now where it was not."""
        if not self._made:
            self._made.append(self._make())
        return self._made[0]
