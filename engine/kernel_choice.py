"""Which kernels a CPU decodes and reads prompts with: what a measurement found, kept in the cache folder.

What was found holds for this processor, this PyTorch and these kernels; where one of them changes, all of it is found
anew. Without a folder nothing is measured and the defaults hold, so that the same request gives the same text in every
process: kernels differ in the last bits of what they compute. Measuring itself is `engine.probe`'s.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.errors import PonderError
from engine.types import JsonObject, JsonValue, Precision

log = logging.getLogger(__name__)

FILE_NAME = "kernels.json"
FORMAT = 1
ABOUT_THE_SAME = 0.95
_MOST_BYTES = 1 << 16
_MOST_TOKENS = 1 << 20


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """What to run a precision with.

    native: whether the native kernels decode, where they are there; else torch does.
    native_prefill_tokens: up to how many prompt tokens at once they read too.
    threads: on how many threads; 0: on all cores that may be used.
    token_s: how long a token took of the layers that were measured with; 0 where nothing was measured.
    """

    native: bool = True
    native_prefill_tokens: int = 0
    threads: int = 0
    token_s: float = 0.0


Measure = Callable[[Precision], KernelChoice]


class KernelChoices:
    """The choices of one machine.

    Args:
        folder: where they are kept; made when first written into.
        machine: everything that they depend on, in words.
        measure: finds one.
    """

    def __init__(self, folder: Path, machine: str, measure: Measure) -> None:
        self._path = folder / FILE_NAME
        self._machine = machine
        self._measure = measure
        self._known = _read(self._path, machine)

    def of(self, precision: Precision) -> KernelChoice:
        """What is kept for it, else what is measured now."""
        known = self._known.get(precision)
        if known is None:
            known = self._known[precision] = self._measure(precision)
            log.info("kernels for %s: %s", precision.value, known)
            if known.token_s > 0:
                self._write()
        return known

    def fastest(self, precisions: tuple[Precision, ...]) -> Precision | None:
        """The one that decodes fastest; where two are about the same, the one named first. None: it is not known."""
        best = precisions[0]
        if any(self.of(each).token_s == 0 for each in precisions):
            return None
        for each in precisions[1:]:
            if self.of(each).token_s < ABOUT_THE_SAME * self.of(best).token_s:
                best = each
        return best

    def _write(self) -> None:
        """Completely or not at all. What cannot be kept is found again next time."""
        content = {
            "format": FORMAT,
            "machine": self._machine,
            "choices": {
                precision.value: asdict(choice) for precision, choice in self._known.items() if choice.token_s > 0
            },
        }
        temporary = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=FILE_NAME)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
            Path(temporary).replace(self._path)
        except OSError as error:
            log.warning("what was measured of this machine cannot be kept: %s", error.strerror)
            if temporary:
                with suppress(OSError):
                    Path(temporary).unlink()


def _read(path: Path, machine: str) -> dict[Precision, KernelChoice]:
    """What is kept there for this machine; nothing where there is no file or it is not as it should be."""
    try:
        if not path.is_file():
            return {}
        content = read_json_object(path, path.name, max_bytes=_MOST_BYTES, max_items=1_000)
    except (OSError, PonderError):
        return {}
    choices = content.get("choices")
    if content.get("format") != FORMAT or content.get("machine") != machine or not isinstance(choices, dict):
        return {}
    found = {precision: _choice(choices.get(precision.value)) for precision in Precision}
    return {precision: choice for precision, choice in found.items() if choice is not None}


def _choice(value: JsonValue) -> KernelChoice | None:
    if not isinstance(value, dict):
        return None
    native, token_s = value.get("native"), value.get("token_s")
    tokens, threads = _whole(value, "native_prefill_tokens"), _whole(value, "threads")
    if not isinstance(native, bool) or tokens is None or threads is None:
        return None
    if isinstance(token_s, bool) or not isinstance(token_s, int | float) or not 0 < token_s < float("inf"):
        return None
    return KernelChoice(native, tokens, threads, float(token_s))


def _whole(value: JsonObject, key: str) -> int | None:
    number = value.get(key)
    good = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= _MOST_TOKENS
    return number if good and isinstance(number, int) else None
