"""Real small and read-only file systems, mounted where only one child process sees them and gone when it ends."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

# https://man7.org/linux/man-pages/man2/unshare.2.html, mount.2.html
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_MS_REC_PRIVATE = 0x4000 | 0x40000
_PATIENCE_S = 120.0


def in_own_mounts(work: Callable[..., None], *arguments: object) -> None:
    """Call `work` in a child process that may mount; fails as `work` does. Skips where the system allows no mounts."""
    if not sys.platform.startswith("linux"):
        pytest.skip("private mounts are a thing of Linux")
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_run, args=(there, work, arguments))
    child.start()
    there.close()
    try:
        outcome, words = here.recv() if here.poll(_PATIENCE_S) else ("failed", "the child process hangs")
    except EOFError:
        outcome, words = "failed", "the child process died"
    finally:
        child.join(1.0)
        if child.is_alive():
            child.kill()
            child.join()
        here.close()
    if outcome == "skipped":
        pytest.skip(words)
    if outcome == "failed":
        pytest.fail(words, pytrace=False)


def mount_small_disk(folder: Path, size_bytes: int) -> None:
    """For the child: an empty disk of its own at `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size_bytes},mode=755", "tmpfs", str(folder))


def make_read_only(folder: Path) -> None:
    """For the child: a disk mounted before can no longer be written."""
    _mount("-o", "remount,ro", str(folder))


def make_writable(folder: Path) -> None:
    _mount("-o", "remount,rw", str(folder))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def _run(pipe: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    try:
        _enter_own_namespace()
    except OSError as error:
        pipe.send(("skipped", f"no mounts allowed here: {error}"))
        return
    try:
        work(*arguments)
    except BaseException:
        pipe.send(("failed", traceback.format_exc()))
    else:
        pipe.send(("done", ""))


def _enter_own_namespace() -> None:
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.unshare(_CLONE_NEWNS | (_CLONE_NEWUSER if user else 0)))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _checked(libc.mount(b"none", b"/", None, _MS_REC_PRIVATE, None))


def _checked(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
