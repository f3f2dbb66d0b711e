"""The guards of tests/conftest.py do guard."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


def test_a_connection_that_leaves_the_machine_fails_even_when_swallowed(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makepyfile(
        "import contextlib, socket\n"
        "def test_connect():\n"
        "    with contextlib.suppress(OSError), socket.socket() as own:\n"
        "        own.connect(('192.0.2.1', 80))\n"
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, errors=1)


def test_a_leftover_thread_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        CONFTEST.read_text(encoding="utf-8").replace("_THREAD_GRACE_S = 2.0", "_THREAD_GRACE_S = 0.1")
    )
    pytester.makepyfile(
        "import threading, time\ndef test_thread():\n    threading.Thread(target=time.sleep, args=(1.0,)).start()\n"
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, errors=1)


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_ponder_home_is_private_to_the_test(ponder_home: Path) -> None:
    assert os.environ["PONDER_HOME"] == str(ponder_home)
    assert not ponder_home.exists()
