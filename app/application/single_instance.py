"""One window per home: the first start owns it, every later one hands over what it was asked for and ends.

Who is first is settled by a lock that the system itself gives back when a process dies; a socket that a killed process
left behind decides nothing. The name of both follows from the folder of the conversations, so starts with different
PONDER_HOMEs do not meet.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.core.file_lock import FileLock
from app.core.paths import Paths
from engine.errors import PonderError

FILE_NAME = "window.lock"
PATIENCE_S = 10.0
PAUSE_S = 0.05
CONNECT_MS = 500
MAX_MESSAGE_BYTES = 1_000_000
_TAKEN = b"taken\n"

log = logging.getLogger(__name__)


class AlreadyOpen(PonderError):
    """Another Ponder has the window and does not answer."""

    kind = "already_open"


@dataclass(frozen=True, slots=True)
class Handover:
    """What a later start was asked for.

    arguments: What stood behind the program's name, Qt's own options left out.
    activation_token: With which a Wayland compositor lets a window come to the front; empty elsewhere.
    """

    arguments: tuple[str, ...] = ()
    activation_token: str = ""


class SingleInstance(QObject):
    """The claim to be the one window.

    Args:
        paths: Where this home's files lie.
        patience_s: How long a window that is just opening or closing is waited for.
        parent: Its Qt parent.
    """

    handed_over = Signal(object)
    """A Handover, from a later start."""

    def __init__(self, paths: Paths, patience_s: float = PATIENCE_S, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = paths.chats.parent
        self._name = _socket_name(paths)
        self._patience_s = patience_s
        self._lock = FileLock(self._folder / FILE_NAME)
        self._server: QLocalServer | None = None

    def claim(self, handover: Handover) -> bool:
        """Become the one window, or hand over to the one there is.

        Returns:
            True: this is the one. False: the other one has taken the handover, and this process can end.

        Raises:
            AlreadyOpen: there is another one and it does not answer.
        """
        until_s = time.monotonic() + self._patience_s
        while True:
            if self._take():
                return True
            if self._hand_over(handover, until_s):
                return False
            if time.monotonic() > until_s:
                raise AlreadyOpen(
                    f"{self._lock.holder() or 'Ponder'} is open already but does not answer.",
                    "Wait until it does, or end it, and start Ponder again.",
                )
            time.sleep(PAUSE_S)

    def stop_listening(self) -> None:
        """Take no more handovers: a start from now on waits until this process is done."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None

    def release(self) -> None:
        """Let the next start be the first."""
        self.stop_listening()
        self._lock.release()

    # -- the first one --

    def _take(self) -> bool:
        try:
            if not self._lock.acquire(f"Ponder (process {os.getpid()} on {socket.gethostname()})"):
                return False
        except OSError:
            # A folder that cannot be written, or has no locks: whoever listens is the first.
            log.warning("there is no lock for the window: whether another one is open can only be asked")
            if self._connected() is not None:
                return False
        self._listen()
        return True

    def _listen(self) -> None:
        if self._name is None:
            log.warning("later starts cannot hand over: there is no private folder for a socket")
            return
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(self._name)
        if not server.listen(self._name):
            log.warning("later starts cannot hand over: %s", server.errorString())
        server.newConnection.connect(self._on_connection)
        self._server = server

    @Slot()
    def _on_connection(self) -> None:
        while self._server is not None and (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.readyRead.connect(lambda connection=connection: self._read(connection))
            self._read(connection)

    def _read(self, connection: QLocalSocket) -> None:
        if not connection.canReadLine():
            if connection.bytesAvailable() > MAX_MESSAGE_BYTES:
                connection.abort()
            return
        handover = _decoded(bytes(connection.readLine().data()))
        if handover is None:
            connection.abort()
            return
        connection.write(_TAKEN)
        connection.flush()
        connection.disconnectFromServer()
        self.handed_over.emit(handover)

    # -- a later one --

    def _hand_over(self, handover: Handover, until_s: float) -> bool:
        connection = self._connected()
        if connection is None:
            return False
        connection.write(_encoded(handover))
        # A window that ends instead of answering breaks the connection, and then it is this one's turn.
        while not connection.canReadLine():
            if not connection.waitForReadyRead(max(1, int((until_s - time.monotonic()) * 1000))):
                break
        answer = bytes(connection.readAll().data())
        connection.abort()
        return answer == _TAKEN

    def _connected(self) -> QLocalSocket | None:
        if self._name is None:
            return None
        connection = QLocalSocket()
        connection.connectToServer(self._name)
        return connection if connection.waitForConnected(CONNECT_MS) else None


def _encoded(handover: Handover) -> bytes:
    message = {"arguments": handover.arguments, "activation_token": handover.activation_token}
    return json.dumps(message).encode() + b"\n"


def _decoded(line: bytes) -> Handover | None:
    """What a line says; None where it is no handover. Whoever may connect is the same person, but maybe not Ponder."""
    try:
        message = json.loads(line)
        arguments, token = message["arguments"], message["activation_token"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(token, str) or not isinstance(arguments, list):
        return None
    if not all(isinstance(each, str) for each in arguments):
        return None
    return Handover(tuple(arguments), token)


def _socket_name(paths: Paths) -> str | None:
    """The name of a pipe (Windows) or the path of a socket in a folder that only this user can enter.

    The same for every start with this home, whatever else their environments say. None where there is no such folder.
    """
    home = os.path.normcase(os.path.realpath(paths.chats))
    name = f"ponder-{hashlib.blake2b(os.fsencode(home), digest_size=12).hexdigest()}"
    if sys.platform == "win32":
        return f"{name}-{os.environ.get('USERNAME', '')}"
    # Not in the home itself: a socket's path may have about a hundred bytes.
    user = os.getuid()
    for folder in (Path(f"/run/user/{user}"), Path(tempfile.gettempdir()) / f"ponder-{user}"):
        if _is_private(folder, user):
            return str(folder / name)
    return None


def _is_private(folder: Path, user: int) -> bool:
    """Whether the folder is this user's alone. One under the system's temporary folder is made where it is missing."""
    try:
        if folder.parent == Path(tempfile.gettempdir()):
            folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user and stat.S_IMODE(found.st_mode) & 0o077 == 0
