"""What holds for every test: no network but loopback, a PONDER_HOME of its own, no thread left behind."""

from __future__ import annotations

import gc
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Machines that run tests are shared and slow at times; how long one example took says nothing.
settings.register_profile("ponder", deadline=None)
settings.load_profile("ponder")

_THREAD_GRACE_S = 2.0


def _is_loopback(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True  # Unix sockets and socket pairs never leave the machine
    host = address[0] if isinstance(address, tuple) else address
    return isinstance(host, str) and (host in ("localhost", "::1") or host.startswith("127."))


@pytest.fixture(scope="module", autouse=True)
def _short_collections() -> None:
    """Leave what earlier modules imported out of all later searches for garbage.

    Loading a model searches, and so do tests that look for what is left; among the objects of all libraries and all
    tests together each of those searches takes longer than most tests.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test at the first connection that would leave this machine, even where the code swallows the
    error.
    """
    attempts: list[str] = []
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto

    def check(own: socket.socket, address: Any) -> None:
        if not _is_loopback(own.family, address):
            attempts.append(str(address))
            raise ConnectionRefusedError(f"tests may not connect to {address}")

    def guarded_connect(own: socket.socket, address: Any) -> None:
        check(own, address)
        connect(own, address)

    def guarded_connect_ex(own: socket.socket, address: Any) -> int:
        check(own, address)
        return connect_ex(own, address)

    def guarded_sendto(own: socket.socket, data: Any, *rest: Any) -> int:
        check(own, rest[-1])
        return sendto(own, data, *rest)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket.socket, "sendto", guarded_sendto)
    yield
    assert not attempts, f"tried to reach the network: {attempts}"


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that exist, a new one each time. pytest's own `mktemp` reads all there are before it makes another."""
    parent = tmp_path_factory.mktemp("homes")

    def folders() -> Iterator[Path]:
        for number in itertools.count():
            folder = parent / str(number)
            folder.mkdir()
            yield folder

    return folders()


@pytest.fixture(autouse=True)
def ponder_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """PONDER_HOME of this test: a folder that does not exist yet, apart from the test's own tmp_path."""
    home = next(_homes) / "ponder"
    monkeypatch.setenv("PONDER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _no_leftover_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running which would keep the process from ending."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _THREAD_GRACE_S
    while left := [each for each in threading.enumerate() if each not in before and not each.daemon]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {[each.name for each in left]}")
        time.sleep(0.01)
