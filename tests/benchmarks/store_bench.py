"""How quick the store is when it is large: `python -m tests.benchmarks.store_bench [FOLDER]`, on a quiet machine.

Makes a store of 100,000 conversations and 400,000 messages in FOLDER, which takes minutes, or goes on with the one that
is there; without FOLDER, in a temporary one that is removed. Whatever is written to the store is taken back.

Prints one JSON object a line: the median and the worst wall time of repeated runs in milliseconds, the median CPU time
(what is left of a wall time on a busy machine), and the target where there is one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.core.chats import MessageState, NewConversation, NewMessage, Part, PartKind
from app.core.search import EVERYWHERE, SearchFilter
from app.store.backup import verified_copy
from app.store.conversations import EVERYTHING, Shelf
from app.store.store import FILE_NAME, ChatStore, open_store, read_store
from engine.types import Role
from tests.benchmarks import store_data

RUNS = 20
SLOW_RUNS = 3
PARTIAL_CHARACTERS = 4_000
FIRST_PAINT_MS = 150
SEARCH_MS = 20


@dataclass(frozen=True, slots=True)
class Case:
    """Something to time. It returns how much it found or did; target_ms: of the median."""

    name: str
    run: Callable[[], int]
    runs: int = RUNS
    target_ms: float | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description="Times of a large conversation store.")
    parser.add_argument("folder", type=Path, nargs="?", help="keeps the store for the next time")
    parser.add_argument("--conversations", type=int, default=store_data.FULL.conversations)
    parser.add_argument("--messages", type=int, default=store_data.FULL.messages)
    given = parser.parse_args()
    size = store_data.Size(given.conversations, given.messages)
    if given.folder is not None:
        measure(given.folder, size)
        return
    with tempfile.TemporaryDirectory(prefix="ponder-store-bench-") as folder:
        measure(Path(folder), size)


def measure(folder: Path, size: store_data.Size) -> None:
    """Print every figure; `size` is for a store that has to be made."""
    path = folder / FILE_NAME
    if not path.exists():
        _timed_once("make", lambda: store_data.build(folder, size))
        _timed_once("upgrade_and_index", lambda: open_store(folder).close())
    with closing(read_store(folder)) as store:
        _print(case="size", file_mb=round(path.stat().st_size / 1e6, 1), **_counts(store))
    _time(Case("start_up", lambda: _start_up(folder), SLOW_RUNS))
    with closing(open_store(folder)) as store:
        for case in (*_sidebar(store), *_searches(store), *_in_chat(store)):
            _time(case)
        with _Writing(store) as writing:
            for case in writing.cases():
                _time(case)
        for case in _care(store, folder):
            _time(case)


def _sidebar(store: ChatStore) -> Iterator[Case]:
    page = store.conversations.page
    first = page()
    yield Case("first_page", lambda: len(page()))
    yield Case("second_page", lambda: len(page(below=first[-1].activity)))
    for name, shelf in {
        "folder": Shelf(folder_id=1),
        "tag": Shelf(tag=store_data.TAGS[0]),
        "archived": Shelf(archived=True),
        "trash": Shelf(trashed=True),
    }.items():
        yield Case(f"first_page_{name}", partial(_rows_of_page, store, shelf))
    yield Case("count", lambda: store.conversations.count(EVERYTHING))


def _searches(store: ChatStore) -> Iterator[Case]:
    def search(name: str, query: str, wanted: SearchFilter | None = None) -> Case:
        return Case(
            f"search_{name}", lambda: len(store.search.find(query, wanted or SearchFilter())), target_ms=SEARCH_MS
        )

    common, rare = store_data.COMMON_WORD, store_data.RARE_WORD
    yield search("rare_word", f"{rare} ")
    yield search("common_word", f"{common} ")
    yield search("common_words", "the of and to ")
    yield search("rare_and_common", f"{common} {rare} ")
    for letters in range(1, 6):
        yield search(f"prefix_{letters}", "there"[:letters])
    yield search("prefix_rare", rare[:4])
    yield search("cyrillic_prefix", "ко")
    yield search("cjk_word", store_data.CJK_WORD)
    yield search("cjk_common", store_data.CJK_COMMON)
    yield search("phrase", store_data.PHRASE)
    yield search("common_phrase", '"of the"')
    yield search("nothing", "xylophonists everywhere")
    yield search("with_thinking", f"{common} ", SearchFilter(kinds=EVERYWHERE))
    yield search("folder", f"{common} ", SearchFilter(folder_id=1))
    yield search("tag", f"{common} ", SearchFilter(tag=store_data.TAGS[0]))
    yield search("model", f"{common} ", SearchFilter(model=store_data.MODELS[0]))
    yield search("trash", f"{common} ", SearchFilter(trashed=True))
    for name, conversations in {"first_day": 144, "first_month": 30 * 144}.items():
        until = store_data.START_MS + conversations * store_data.APART_MS
        yield search(name, f"{common} ", SearchFilter(to_ms=until))


def _in_chat(store: ChatStore) -> Iterator[Case]:
    longest = store.database.rows("SELECT max(id) FROM conversations")[0][0]
    here = SearchFilter(conversation_id=longest)
    yield Case("find_in_chat", lambda: len(store.search.find("system ", here)), target_ms=SEARCH_MS)
    yield Case("find_in_chat_all", lambda: len(store.search.find("the ", here, 10_000)), runs=SLOW_RUNS)
    yield Case(
        "open_2000_messages", lambda: len(store.conversations.open(longest).tree.path()), target_ms=FIRST_PAINT_MS
    )


class _Writing:
    """Writes into a conversation of its own, which is deleted afterwards."""

    def __init__(self, store: ChatStore) -> None:
        self._store = store
        self._conversation_id = store.conversations.create(NewConversation(title="Benchmark")).id
        self._text = "A sentence of an answer that grows, with words in it. " * (PARTIAL_CHARACTERS // 54)

    def __enter__(self) -> _Writing:
        return self

    def __exit__(self, *error: object) -> None:
        with self._store.database.transaction() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ?", (self._conversation_id,))

    def cases(self) -> Iterator[Case]:
        yield Case("insert_message", self._insert)
        answer = self._add(MessageState.STREAMING)
        grown = iter(range(1, 10_000))
        yield Case("save_partial", lambda: self._save(answer, MessageState.STREAMING, next(grown)))
        yield Case("end_answer", lambda: self._save(self._add(MessageState.STREAMING), MessageState.COMPLETE, 0))

    def _insert(self) -> int:
        return self._add(MessageState.COMPLETE)

    def _add(self, state: MessageState) -> int:
        parts = (Part(PartKind.TEXT, self._text[:400]),)
        return self._store.messages.add(self._conversation_id, None, NewMessage(Role.USER, parts, state)).id

    def _save(self, message_id: int, state: MessageState, more: int) -> int:
        self._store.messages.save(message_id, (Part(PartKind.TEXT, self._text + "more " * more),), state)
        return len(self._text)


def _care(store: ChatStore, folder: Path) -> Iterator[Case]:
    def check(name: str) -> int:
        return int(store.database.rows(f"PRAGMA {name}")[0][0] == "ok")

    def backup() -> int:
        made = verified_copy(store.database, folder / "store-bench-copy.sqlite3")
        size = made.stat().st_size
        made.unlink()
        return size

    def forget() -> int:
        store.search.forget_deleted()
        return 1

    yield Case("quick_check", lambda: check("quick_check"), SLOW_RUNS)
    yield Case("integrity_check", lambda: check("integrity_check"), SLOW_RUNS)
    yield Case("search_index_check", lambda: int(store.search.is_right()), 1)
    yield Case("search_forget_deleted", forget, SLOW_RUNS)
    yield Case("backup", backup, SLOW_RUNS)


def _rows_of_page(store: ChatStore, shelf: Shelf) -> int:
    return len(store.conversations.page(shelf))


def _start_up(folder: Path) -> int:
    with closing(open_store(folder)) as store:
        return len(store.conversations.page())


def _counts(store: ChatStore) -> dict[str, int]:
    tables = ("conversations", "messages", "parts")
    return {table: store.database.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def _time(case: Case) -> None:
    found = case.run()  # once without a watch: what is measured is the store, not how cold the disk's cache is
    wall, cpu = [], []
    for _ in range(case.runs):
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        case.run()
        wall.append(1e3 * (time.perf_counter() - wall_s))
        cpu.append(1e3 * (time.process_time() - cpu_s))
    target = {} if case.target_ms is None else {"target_ms": case.target_ms}
    _print(
        case=case.name,
        found=found,
        median_ms=round(statistics.median(wall), 2),
        worst_ms=round(max(wall), 2),
        cpu_ms=round(statistics.median(cpu), 2),
        **target,
    )


def _timed_once(name: str, run: Callable[[], object]) -> None:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    run()
    _print(case=name, s=round(time.perf_counter() - wall_s, 1), cpu_s=round(time.process_time() - cpu_s, 1))


def _print(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
