"""What the engine keeps of chats: it goes with its chat, however and whenever that goes, and takes what it may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.core.chats import ConversationSummary, NewConversation
from app.core.paths import user_paths
from app.core.settings import Settings
from app.library.chat_upkeep import Upkeep
from app.library.chats import writing_chats
from app.library.kept_chats import GB, kept_bytes, kept_prefix
from app.services.chat_store import StoreService
from app.services.kept_chats import KeptChats
from app.services.settings import SettingsService
from app.store.purge import purge_conversations
from app.store.store import ChatStore
from engine.prefix_files import folder_in, make_folder, path_of, stem_of

PATIENCE_MS = 30_000


class Keeping:
    def __init__(self, qtbot: QtBot, settings: Settings) -> None:
        paths = user_paths()
        self.cache = paths.cache
        self.chats = paths.chats
        self.settings = SettingsService(paths.settings_file, settings)
        self.store = StoreService(paths.chats)
        self.kept = KeptChats(self.store, self.settings, paths.cache)
        self.qtbot = qtbot
        self.closed = False
        with qtbot.waitSignal(self.kept.measured, timeout=PATIENCE_MS):
            self.store.start()

    def do(self, work: Callable[[ChatStore], object], *changed: int) -> object:
        """Its value, once it is done."""
        heard: dict[int, object] = {}
        self.store.done.connect(lambda done: heard.setdefault(done.request_id, done.value))
        number = self.store.write(work, changed)
        self.until(lambda: number in heard)
        return heard[number]

    def chat(self, title: str) -> tuple[int, str]:
        made = self.do(lambda store: store.conversations.create(NewConversation(title)))
        assert isinstance(made, ConversationSummary)
        return made.id, made.uid

    def write(self, uid: str, size_bytes: int = 2_000_000) -> Path:
        """As the engine does."""
        folder = folder_in(self.cache)
        make_folder(folder)
        path = path_of(folder, stem_of(uid), 0)
        part = path.with_name(f"{path.name}.abc.part")
        part.write_bytes(bytes(size_bytes))
        part.replace(path)
        return path

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.kept.close()
        self.store.close()
        for each in (self.kept, self.store):
            each.deleteLater()
            QCoreApplication.sendPostedEvents(each, QEvent.Type.DeferredDelete)


@pytest.fixture
def keep(qtbot: QtBot) -> Iterator[Callable[..., Keeping]]:
    opened: list[Keeping] = []

    def begin(**settings: object) -> Keeping:
        opened.append(Keeping(qtbot, Settings.model_validate({"kept_chats_gb": 5, **settings})))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def test_a_chat_thrown_away_takes_its_file_along(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    number, uid = keeping.chat("thrown away")
    _, other = keeping.chat("stays")
    path, stays = keeping.write(uid), keeping.write(other)
    keeping.until(lambda: keeping.kept.size.size_bytes == 4_000_000)
    keeping.do(lambda store: store.conversations.trash([number]), number)
    keeping.until(lambda: not path.exists())
    keeping.until(lambda: keeping.kept.size.size_bytes == 2_000_000)
    assert stays.exists()


def test_a_chat_removed_for_good_takes_its_file_along(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    number, uid = keeping.chat("purged")
    path = keeping.write(uid)
    keeping.until(lambda: keeping.kept.size.size_bytes > 0)
    keeping.do(lambda store: purge_conversations(store.database, [number]), number)
    keeping.until(lambda: not path.exists())


def test_a_file_that_comes_after_its_chat_went_is_deleted(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    _, uid = keeping.chat("stays")
    kept = keeping.write(uid)
    path = keeping.write("a chat that was deleted while it was answered")
    keeping.until(lambda: not path.exists())
    assert kept.exists()


def test_what_was_left_is_deleted_at_the_next_start(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    keeping.close()
    path = keeping.write("a chat of long ago")
    assert path.exists()
    keep()
    assert not path.exists()


def test_turning_it_off_deletes_everything(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    _, uid = keeping.chat("stays")
    path = keeping.write(uid)
    keeping.settings.change(kept_chats_gb=0)
    keeping.until(lambda: not path.exists())
    late = keeping.write(uid)  # an answer that was under way
    keeping.until(lambda: not late.exists())


def test_less_room_takes_effect_at_once(keep: Callable[..., Keeping], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.library.kept_chats.GB", 1_000_000)
    keeping = keep(kept_chats_gb=5)
    for title in ("first", "second"):
        keeping.write(keeping.chat(title)[1])
    keeping.until(lambda: keeping.kept.size.size_bytes == 4_000_000)
    keeping.settings.change(kept_chats_gb=3)
    keeping.until(lambda: keeping.kept.size.size_bytes == 2_000_000)


def test_clearing_deletes_everything_and_tells(keep: Callable[..., Keeping]) -> None:
    keeping = keep()
    _, uid = keeping.chat("stays")
    path = keeping.write(uid)
    with keeping.qtbot.waitSignal(keeping.kept.measured, timeout=PATIENCE_MS):
        keeping.kept.clear()
    assert not path.exists()
    keeping.until(lambda: keeping.kept.size.size_bytes == 0)
    assert kept_bytes(keeping.cache) == 0


def test_without_it_no_folder_is_made(keep: Callable[..., Keeping]) -> None:
    keeping = keep(kept_chats_gb=0)
    assert not folder_in(keeping.cache).exists()


def test_a_chat_s_key_says_nothing_in_file_names() -> None:
    assert kept_prefix("uid", 0) is None
    keep = kept_prefix("uid", 3)
    assert keep is not None
    assert (keep.key, keep.budget_bytes) == ("uid", 3 * GB)
    assert "uid" not in path_of(Path(), stem_of("uid"), 0).name


def test_the_command_line_deletes_it_too(tmp_path: Path) -> None:
    chats, cache = tmp_path / "chats", tmp_path / "cache"
    with writing_chats(chats) as store:
        made = [store.conversations.create(NewConversation(title)) for title in ("one", "two", "three")]
    make_folder(folder_in(cache))
    paths = [path_of(folder_in(cache), stem_of(each.uid), 0) for each in made]
    for path in paths:
        path.write_bytes(b"what was read")
    upkeep = Upkeep(chats, lambda at: None, lambda: False, cache=cache)
    upkeep.set_trashed([str(made[0].id)], True)
    assert [path.exists() for path in paths] == [False, True, True]
    upkeep.purge([str(made[1].id)])
    assert [path.exists() for path in paths] == [False, False, True]
