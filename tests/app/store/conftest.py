from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.store import ChatStore, open_store, temporary_store
from tests.app.store.samples import write_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a store may be made; it does not exist yet."""
    return tmp_path / "chats"


@pytest.fixture
def store(folder: Path) -> Iterator[ChatStore]:
    """A new store on the disk."""
    with open_store(folder) as opened:
        yield opened


@pytest.fixture
def memory() -> Iterator[ChatStore]:
    """A new store in memory: the same code and schema, without a disk to wait for."""
    with temporary_store() as opened:
        yield opened


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a realistic store with about 5,000 messages. Not to be changed, nor opened for writing."""
    return write_sample(tmp_path_factory.mktemp("sample"))
