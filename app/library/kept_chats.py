"""What the engine keeps on disk of long chats (engine.prefix_files): how much it is, and that it goes with its chat.

The files tell what their chats say. A chat in the trash has none any more; brought back, it is read again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.prefix_files import clear, folder_in, keep_only, make_folder, make_room, used_bytes
from engine.types import KeptPrefix

if TYPE_CHECKING:
    from app.store.store import ChatStore

GB = 1_000_000_000


def kept_prefix(uid: str, budget_gb: int) -> KeptPrefix | None:
    """What the engine is to keep of a chat; None where nothing may be kept."""
    return KeptPrefix(uid, budget_gb * GB) if budget_gb else None


def kept_folder(cache: Path) -> Path:
    """Where the files lie."""
    return folder_in(cache)


def kept_bytes(cache: Path) -> int:
    """What they take."""
    return used_bytes(folder_in(cache))


def delete_all_kept(cache: Path) -> bool:
    """Delete all of them; whether they are gone."""
    return clear(folder_in(cache))


def tidy_kept(store: ChatStore, cache: Path) -> bool:
    """Delete what is kept of chats that are gone or in the trash; whether it is gone. Raises StoreError."""
    folder = folder_in(cache)
    return not used_bytes(folder) or keep_only(folder, store.lookup.uids())


def limit_kept(cache: Path, budget_gb: int) -> None:
    """Have a folder for them where they may be kept, and in it no more than fits. Raises OSError."""
    folder = folder_in(cache)
    if not budget_gb:
        clear(folder)
        return
    make_folder(folder)
    make_room(folder, 0, budget_gb * GB)
