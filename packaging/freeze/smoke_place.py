"""A hostile place to run the frozen folder in: read-only, spaces and other scripts in its path, no network, no home, no
locale. On Linux that is done by namespaces where the system allows them, elsewhere as well as it goes.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

FOLDER_NAME = "Ponder – nur lesen ü 只读"
HOME_NAME = "Daten für Ponder 数据"
COMMAND_TIME_LIMIT_S = 300.0
_MOUNT = 'mount --bind "$1" "$2" && mount -o remount,bind,ro "$2" && shift 2 && exec "$@"'
_WITHOUT_STREAMS = 'exec "$@" <&- >&- 2>&-'
# What may be known of the machine; everything else of this process's environment stays out.
_PASSED_ON = (
    "PATH",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "NUMBER_OF_PROCESSORS",
)


class Place:
    """Where the frozen folder is run, as a context manager.

    Args:
        frozen: The folder that was built.
    """

    def __init__(self, frozen: Path) -> None:
        self._frozen = frozen.resolve()
        self._base = Path(tempfile.mkdtemp(prefix="ponder-smoke-"))
        self._base.chmod(0o755)
        self._target = self._base / FOLDER_NAME / "ponder"
        self.home = self._base / HOME_NAME
        self.in_namespaces = False

    def __enter__(self) -> Place:
        self._target.mkdir(parents=True)
        self.home.mkdir()
        self.in_namespaces = sys.platform == "linux" and self._can_unshare()
        if not self.in_namespaces:
            self._target.rmdir()
            shutil.copytree(self._frozen, self._target, symlinks=True)
            _set_writable(self._target, writable=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.in_namespaces:
            _set_writable(self._target, writable=True)
        shutil.rmtree(self._base, ignore_errors=True)

    @property
    def words(self) -> str:
        """How it is done, for the report."""
        if self.in_namespaces:
            return "read-only mount, no network"
        return "read-only copy, proxies that lead nowhere"

    @property
    def chats_folder(self) -> Path:
        return self.home / ("share/ponder/chats" if sys.platform == "linux" else "chats")

    @property
    def log_file(self) -> Path:
        return self.home / ("state/ponder/log/ponder.log" if sys.platform == "linux" else "logs/ponder.log")

    def program(self, *, windowed: bool) -> Path:
        """The program for the window, or the one for commands; they differ on Windows."""
        if sys.platform == "win32":
            return self._target / ("Ponder.exe" if windowed else "ponder-cli.exe")
        return self._target / "ponder"

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """No HOME, no locale, nothing of a desktop; files go where the system's own variables say."""
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {**passed_on, **self._folders(), **self._dead_proxies(), **(more or {})}

    def _folders(self) -> dict[str, str]:
        if sys.platform != "linux":
            return {"PONDER_HOME": str(self.home)}
        names = {"DATA": "share", "CONFIG": "config", "CACHE": "cache", "STATE": "state"}
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        folders = {f"XDG_{name}_HOME": str(self.home / folder) for name, folder in names.items()}
        return {**folders, "XDG_RUNTIME_DIR": str(runtime)}

    def _dead_proxies(self) -> dict[str, str]:
        if self.in_namespaces:
            return {}
        nowhere = "http://127.0.0.1:9"
        return {name: nowhere for each in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (each, each.lower())}

    def start(
        self,
        arguments: Sequence[str] = (),
        *,
        windowed: bool = False,
        streams: IO[str] | int | None = None,
        environment: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> subprocess.Popen[str]:
        """Start the program here.

        Args:
            streams: Where output and errors go; None closes all three streams, on Windows it is nowhere.
            environment: On top of `environment()`.
            before: A command that starts the program in turn.
        """
        command = [*before, str(self.program(windowed=windowed)), *arguments]
        if streams is None and os.name == "posix":
            command = ["sh", "-c", _WITHOUT_STREAMS, "sh", *command]
        if self.in_namespaces:
            command = [*_unshare(), "sh", "-c", _MOUNT, "sh", str(self._frozen), str(self._target), *command]
        return subprocess.Popen(
            command,
            env=self.environment(environment),
            cwd=self._base,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if streams is None else streams,
            stderr=subprocess.DEVNULL if streams is None else streams,
            text=True,
            encoding="utf-8",
        )

    def run(
        self, *arguments: str, before: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run a command to its end: exit code, output, errors."""
        process = self.start(arguments, streams=subprocess.PIPE, before=before, environment=environment)
        try:
            output, errors = process.communicate(timeout=COMMAND_TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
        return process.returncode, output, errors

    def forget_cached_files(self) -> bool:
        """Let the system drop what it keeps of the folder in memory, so that the next start is a cold one.

        Returns:
            False where the system has no way to ask for that.
        """
        if not hasattr(os, "posix_fadvise"):
            return False
        for path in self._frozen.rglob("*"):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return True

    def _can_unshare(self) -> bool:
        command = [*_unshare(), "sh", "-c", _MOUNT, "sh", str(self._frozen), str(self._target), "true"]
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False


def _unshare() -> list[str]:
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", "--net", *user, "--"]


def _set_writable(folder: Path, *, writable: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWUSR if writable else mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
