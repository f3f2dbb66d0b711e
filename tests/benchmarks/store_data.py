"""A large store of made-up conversations: the same one for the same numbers, in several languages, quick to make.

Words follow Zipf's law and lengths a log-normal one, as those of real text do. The rows are written at schema 1;
opening the store afterwards brings it up to date as it would a person's.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.files import make_private_folder
from app.store.database import open_database
from app.store.migrate import upgrade
from app.store.migrations import MIGRATIONS
from app.store.store import FILE_NAME
from app.store.text import checksum

LONG_MESSAGES = 2_000
FOLDERS = 50
MODELS = ("Qwen3-0.6B", "Qwen3-4B", "Qwen3-8B", "Qwen3-30B-A3B")
TAGS = ("work", "idea", "reading", "zuhause", "später")

COMMON_WORD = "the"
RARE_WORD = "quokka"
RARE_EVERY = 40_000  # messages
TWO_WORDS = "quokka the"
CJK_WORD = "翻译"  # in every PHRASE_EVERY-th message too
CJK_COMMON = "一"
PHRASE = '"made some of the"'
PHRASE_EVERY = 2_000  # messages

START_MS = 1_700_000_000_000
APART_MS = 600_000  # conversations
_COMMON = """
    the of and to a in is that it for you with as on be this are or can if not your by from an at will have which
    use one but all has when was they more how we other into so its each then about would make some what there out
    also time get like only my than set first up any do these new number way may value used need data work same
    code file case between list should where example function them result two most just type after because want
    different line both many before name point add using does well change part very system
"""
_SOUNDS = {
    "en": ("b c d f g h l m n p r s t st tr pl ch", "a e i o u ea ou", " n r s t ng"),
    "de": ("b d f g h k l m n r s sch st t w z", "a e i o u ä ö ü ei au", " n r t ß"),
    "fr": ("b c ç d f j l m n p r s t v", "a à e é è ê i o ô u ou eau", " r s x"),
    "ru": ("б в г д ж з к л м н п р с т", "а е и о у ы я ё", " н й ть"),
    "ar": ("ب ت ج د ر س ع ف ق ك ل م ن", "ا و ي َ", " ة ن"),
}
_SPACELESS = {"zh": (0x4E00, 3_000), "ja": (0x3041, 80), "ko": (0xAC00, 2_000)}
_MIX = {"en": 62, "de": 9, "fr": 6, "ru": 5, "ar": 2, "zh": 9, "ja": 3, "ko": 4}
_EMOJI = ("😀", "🎉", "👍🏽", "👩‍💻", "🇩🇪", "✅", "🚀", "❤️")
_SENTENCES = 6_000  # of each language


@dataclass(frozen=True, slots=True)
class Size:
    conversations: int
    messages: int


FULL = Size(100_000, 400_000)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A conversation as the rows of its tables."""

    conversation: tuple[object, ...]
    tags: Sequence[tuple[object, ...]]
    messages: Sequence[tuple[object, ...]]
    parts: Sequence[tuple[object, ...]]


def build(folder: Path, size: Size, seed: int = 1) -> Path:
    """Write a store at schema 1 into `folder`. Its last conversation is one line of LONG_MESSAGES messages."""
    make_private_folder(folder)
    path = folder / FILE_NAME
    database = open_database(path)
    try:
        upgrade(database, lambda version: None, MIGRATIONS[:1])
        database.connection.execute("PRAGMA synchronous = OFF")
        database.connection.execute("PRAGMA cache_size = -200000")
        with database.transaction() as connection:
            folders = [(f"Folder {at}", at) for at in range(1, FOLDERS + 1)]
            connection.executemany("INSERT INTO folders (name, position) VALUES (?, ?)", folders)
            for rows in _Author(random.Random(seed)).conversations(size):
                connection.execute(_INSERT_CONVERSATION, rows.conversation)
                connection.executemany("INSERT INTO tags VALUES (?, ?)", rows.tags)
                connection.executemany(_INSERT_MESSAGE, rows.messages)
                connection.executemany(_INSERT_PART, rows.parts)
    finally:
        database.close()
    return path


_INSERT_CONVERSATION = """INSERT INTO conversations (id, uid, title, title_source, system_prompt, settings, folder_id,
    pinned, archived, trashed_at_ms, activity, created_at_ms, updated_at_ms)
    VALUES (?, ?, ?, 'prompt', '', '{}', ?, ?, ?, ?, ?, ?, ?)"""
_INSERT_MESSAGE = """INSERT INTO messages (id, uid, conversation_id, parent_id, role, state, facts, removed,
    created_at_ms) VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, ?)"""
_INSERT_PART = "INSERT INTO parts (message_id, ordinal, kind, name, text, checksum) VALUES (?, ?, ?, ?, ?, ?)"


class _Author:
    """Makes everything up. Sentences are drawn from a stock, which is quick; every fourth message has a new word."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._stock = {language: _sentences(rng, language) for language in _MIX}
        self._message_id = 0

    def conversations(self, size: Size) -> Iterator[_Rows]:
        lengths = self._lengths(size)
        for conversation_id, length in enumerate(lengths, start=1):
            yield self._conversation(conversation_id, length)

    def _lengths(self, size: Size) -> list[int]:
        """How many messages each conversation has: most two, some many, and the last one LONG_MESSAGES."""
        count, left = size.conversations - 1, size.messages - LONG_MESSAGES
        if left < 2 * count:
            raise ValueError(f"{size} leaves some conversations without a question and an answer")
        lengths = [2] * count
        for at in self._rng.choices(
            range(count), [self._rng.paretovariate(1.5) for _ in range(count)], k=left - sum(lengths)
        ):
            lengths[at] += 1
        return [*lengths, LONG_MESSAGES]

    def _conversation(self, conversation_id: int, length: int) -> _Rows:
        rng = self._rng
        language = "en" if length == LONG_MESSAGES else rng.choices(list(_MIX), list(_MIX.values()))[0]
        model, now_ms = rng.choice(MODELS), START_MS + conversation_id * APART_MS
        messages, parts = [], list[tuple[object, ...]]()
        parent: int | None = None
        for at in range(length):
            self._message_id += 1
            role = "user" if at % 2 == 0 else "assistant"
            messages.append(
                (
                    self._message_id,
                    f"{rng.getrandbits(128):032x}",
                    conversation_id,
                    parent,
                    role,
                    _facts(rng, model) if role == "assistant" else None,
                    rng.random() < 0.002 and at == length - 1,
                    now_ms + at * 20_000,
                )
            )
            parts += self._parts(role, language)
            if role == "user" or rng.random() < 0.95 or at == length - 1:  # else the next stands beside this one
                parent = self._message_id
        row = (
            conversation_id,
            f"{rng.getrandbits(128):032x}",
            rng.choice(self._stock[language])[:60].strip(),
            rng.choice((None, rng.randint(1, FOLDERS))),
            rng.random() < 0.0002,
            rng.random() < 0.1,
            now_ms if rng.random() < 0.03 else None,
            conversation_id,
            now_ms,
            now_ms + length * 20_000,
        )
        tags = [(conversation_id, tag) for tag in TAGS if rng.random() < 0.02]
        return _Rows(row, tags, messages, parts)

    def _parts(self, role: str, language: str) -> list[tuple[object, ...]]:
        rng = self._rng
        if role == "user":
            made = [("text", "", self._text(language, rng.lognormvariate(0.7, 0.8)))]
            if rng.random() < 0.03:
                made.append(("attachment", f"notes-{rng.randint(1, 999)}.txt", self._text(language, 40)))
        else:
            made = [("text", "", self._text(language, rng.lognormvariate(2.1, 0.7)))]
            if rng.random() < 0.25:
                made.insert(0, ("thinking", "", self._text("en", rng.lognormvariate(2.3, 0.7))))
        return [
            (self._message_id, ordinal, kind, name, text, checksum(kind, name, text))
            for ordinal, (kind, name, text) in enumerate(made)
        ]

    def _text(self, language: str, sentences: float) -> str:
        rng = self._rng
        made = rng.choices(self._stock[language], k=max(1, round(sentences)))
        if self._message_id % 4 == 0:
            made.append(f"See item {rng.getrandbits(32):x}.")
        if self._message_id % PHRASE_EVERY == 0:
            made.append(f"It was made some of the time. {CJK_WORD}。")
        if self._message_id % RARE_EVERY == 1:
            made.append(f"A {RARE_WORD} is the happiest animal.")
        if rng.random() < 0.1:
            made.append(rng.choice(_EMOJI))
        if rng.random() < 0.05:
            made.append('\n\n```python\nfor name in names:\n    print(f"{name!r}: {len(name):>4}")\n```\n')
        return (" " if language not in ("zh", "ja") else "").join(made)


def _facts(rng: random.Random, model: str) -> str:
    facts = {
        "model": model,
        "precision": "int8",
        "seed": rng.getrandbits(31),
        "prompt_tokens": rng.randint(20, 4_000),
        "answer_tokens": rng.randint(20, 900),
        "decode_s": round(rng.uniform(1, 40), 3),
        "finish_reason": "stop",
    }
    return json.dumps(facts, sort_keys=True)


def _sentences(rng: random.Random, language: str) -> list[str]:
    if language in _SPACELESS:
        return _spaceless_sentences(rng, language)
    words = _words(rng, language)
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    made = []
    for _ in range(_SENTENCES):
        chosen = rng.choices(words, cum_weights=weights, k=max(3, round(rng.lognormvariate(2.4, 0.5))))
        chosen[0] = chosen[0].capitalize()
        made.append(" ".join(chosen) + rng.choice((".", ".", ".", "?", "!", ":")))
    return made


def _words(rng: random.Random, language: str) -> list[str]:
    onsets, vowels, codas = (sounds.split(" ") for sounds in _SOUNDS[language])

    def word() -> str:
        return "".join(
            rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas) for _ in range(rng.choice((1, 2, 2, 3)))
        )

    made = dict.fromkeys(_COMMON.split() if language == "en" else ())
    while len(made) < 12_000:
        made[word()] = None
    return list(made)


def _spaceless_sentences(rng: random.Random, language: str) -> list[str]:
    first, count = _SPACELESS[language]
    weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(count)))
    letters = [chr(first + rank * (1 if language == "ja" else 5)) for rank in range(count)]
    made = []
    for _ in range(_SENTENCES):
        chosen = rng.choices(letters, cum_weights=weights, k=max(4, round(rng.lognormvariate(2.9, 0.5))))
        if language == "ko":
            chosen = [letter + " " if at % 3 == 2 else letter for at, letter in enumerate(chosen)]
        made.append("".join(chosen).strip() + "。")
    return made
