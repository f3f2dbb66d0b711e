"""File names made of titles: names that Windows, macOS and Linux all take, each used once. Looks at no disk."""

from __future__ import annotations

import re
import unicodedata

from app.library.chat_export.words import UNTITLED, one_line

MAX_CHARACTERS = 100
MAX_BYTES = 180  # of the 255 that most file systems take: room for a number and a suffix
_FORBIDDEN = re.compile(r'[/\\<>:"|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\..*)?", re.IGNORECASE)


class FileNames:
    """Hands out names that do not clash with each other, on disks that do not tell Name from name either."""

    def __init__(self, suffix: str) -> None:
        self._suffix = suffix
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, title: str) -> str:
        """A name for this title; with (2), (3) … where it was handed out before."""
        stem = safe_stem(title)
        key = _folded(stem)
        number = self._next.get(key, 1)
        while True:
            name = f"{stem}{self._suffix}" if number == 1 else f"{stem} ({number}){self._suffix}"
            number += 1
            if _folded(name) not in self._taken:
                break
        self._next[key] = number
        self._taken.add(_folded(name))
        return name


def safe_stem(title: str) -> str:
    """`title` as a file name without suffix: no path, no device of Windows, neither hidden nor too long."""
    text = unicodedata.normalize("NFC", one_line(title))
    text = "".join(each for each in _FORBIDDEN.sub("-", text) if unicodedata.category(each)[0] != "C")
    text = _cut(" ".join(text.split()).strip(" .~-")).strip(" .~-")
    if not text:
        return UNTITLED
    return f"{UNTITLED} {text}" if _DEVICE.fullmatch(text) else text


def _cut(text: str) -> str:
    return text[:MAX_CHARACTERS].encode()[:MAX_BYTES].decode(errors="ignore")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
