"""A model hub on this machine that can misbehave in every way that a real one, or the network before it, has.

Speaks what huggingface_hub's listing asks for (`/api/models/…`, `/api/models/…/tree/…`) and `/ORG/NAME/resolve/…`
with ranges. What it does to a file is a list of modes, one for each request; the last one stays.

`python -m tests.support.fake_hub FOLDER` serves a model folder in a process of its own until its standard input ends;
its address is the first line that it prints.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "c1899de289a04d12100db370d81485cdf75e47ca"
REPOSITORY = "Maker/Tiny-Qwen3"
_PIECE_BYTES = 1 << 16


def git_sha1(data: bytes) -> str:
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Asked:
    """A request as it came in; header names in lower case."""

    path: str
    headers: Mapping[str, str]

    @property
    def range_start(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        return int(found[1]) if found else 0


@dataclass
class FakeHub:
    """The hub's content and conduct. Change the fields at any time, from the test's thread.

    listing: a status to answer listings with, or "html", "garbage", "endless"; None: the truth.
    tree: entries to list instead of the truth, as the hub's JSON has them.
    modes: by file name, see _Handler._send_file.
    headers: extra headers of every answer with a file.
    redirect_to: the address that the mode "redirect" leads to.
    held: set as soon as the mode "hold" waits in the middle of a file; `release` lets it go on.
    """

    files: dict[str, bytes]
    lfs: frozenset[str] = frozenset({"model.safetensors"})
    repository: str = REPOSITORY
    commit: str = COMMIT
    listing: int | str | None = None
    error_code: str = ""
    tree: list[dict[str, Any]] | None = None
    modes: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    redirect_to: str = ""
    hold_at: float = 0.5
    proxy_refuses: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    _digests: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def asked_for(self, name: str) -> list[Asked]:
        return [each for each in self.asked if each.path.endswith(f"/{name}")]

    def sent_token(self) -> bool:
        return any("authorization" in each.headers for each in self.asked)

    def tree_entry(self, name: str) -> dict[str, Any]:
        """The truth about a file, as the hub lists it."""
        data = self.files[name]
        entry: dict[str, Any] = {"type": "file", "size": len(data), "path": name}
        if name not in self.lfs:
            entry["oid"] = git_sha1(data)
        else:
            entry["oid"] = git_sha1(b"pointer")
            entry["lfs"] = {"oid": self.digest(name), "size": len(data), "pointerSize": 134}
        return entry

    def digest(self, name: str) -> str:
        """The file's SHA-256, computed once for each content: of gigabytes it takes seconds."""
        data = self.files[name]
        known = self._digests.get(name)
        if known is None or known[0] is not data:
            known = self._digests[name] = (data, sha256(data))
        return known[1]

    def next_mode(self, name: str) -> str:
        modes = self.modes.get(name) or ["ok"]
        return modes.pop(0) if len(modes) > 1 else modes[0]


@contextlib.contextmanager
def serving(hub: FakeHub, *, certificate: Path | None = None) -> Iterator[FakeHub]:
    """Serve `hub` on a free port of 127.0.0.1; `certificate` (PEM, key included) makes it https."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = _Server(("127.0.0.1", 0), handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "http" if certificate is None else "https"
    hub.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="fake-hub")
    thread.start()
    try:
        yield hub
    finally:
        hub.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key, made by openssl. Raises OSError without it."""
    path, key = folder / "hub.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=30,
    )
    path.write_text(path.read_text() + key.read_text())
    return path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"
    timeout = 20

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_CONNECT(self) -> None:
        self._status(407 if self.hub.proxy_refuses else 502)

    def do_GET(self) -> None:
        hub = self.hub
        path = unquote(urlsplit(self.path).path)
        hub.asked.append(Asked(path, {name.lower(): value for name, value in self.headers.items()}))
        if hub.proxy_refuses:
            return self._status(407)
        api = f"/api/models/{hub.repository}"
        if path == api or path.startswith((f"{api}/revision/", f"{api}/tree/")):
            return self._list(path, tree=path.startswith(f"{api}/tree/"))
        resolve = f"/{hub.repository}/resolve/{hub.commit}/"
        if path.startswith(resolve) and path.removeprefix(resolve) in hub.files:
            return self._send_file(path.removeprefix(resolve))
        if path.startswith("/storage/"):
            return self._send_file(path.removeprefix("/storage/"))
        return self._status(404)

    def _list(self, path: str, *, tree: bool) -> None:
        hub = self.hub
        if isinstance(hub.listing, int):
            return self._status(hub.listing)
        if hub.listing == "html":
            return self._answer(b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8")
        if hub.listing == "garbage":
            return self._answer(b'{"siblings": 7, "sha": [1]}' if not tree else b'[{"type": "file"}]')
        if hub.listing == "endless":
            return self._endless()
        if tree:
            entries = hub.tree if hub.tree is not None else [hub.tree_entry(name) for name in hub.files]
            return self._answer(json.dumps(entries).encode())
        siblings = [{"rfilename": name} for name in hub.files]
        info = {"_id": "1", "id": hub.repository, "modelId": hub.repository, "sha": hub.commit, "private": False}
        return self._answer(json.dumps({**info, "tags": [], "downloads": 1, "siblings": siblings}).encode())

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(2000):
                self.wfile.write(b" " * _PIECE_BYTES)
        self.close_connection = True

    def _answer(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _status(self, status: int) -> None:
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", self.hub.headers.get("Retry-After", "0"))
        if self.hub.error_code:
            self.send_header("X-Error-Code", self.hub.error_code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_file(self, name: str) -> None:
        hub, data = self.hub, self.hub.files[name]
        mode = hub.next_mode(name)
        if mode.isdigit():
            return self._status(int(mode))
        if mode == "html":
            return self._answer(b"<html>Please sign in</html>", "text/html")
        if mode == "redirect":
            self.send_response(302)
            self.send_header("Location", f"{hub.redirect_to}/storage/{name}")
            self.send_header("X-Repo-Commit", hub.commit)
            self.send_header("X-Linked-Etag", f'"{hub.digest(name)}"')
            self.send_header("X-Linked-Size", str(len(data)))
            self.send_header("Content-Length", "0")
            return self.end_headers()
        etag = f'"{hub.digest(name)}"'
        if mode in ("corrupt", "old-short"):
            data = bytes([data[0] ^ 1]) + data[1:]
        if mode == "old-short":  # another content, of which only a part arrives before it changes
            etag = f'"{sha256(data)}"'
        return self._send_data(data, etag, mode)

    def _send_data(self, data: bytes, etag: str, mode: str) -> None:
        hub = self.hub
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        if mode == "no-ranges" or self.headers.get("If-Range", etag) != etag:
            start = 0
        if start >= len(data) > 0:
            self._status(416)
            return
        partial = start > 0
        self.send_response(206 if partial else 200)
        self.send_header("Content-Type", "application/octet-stream")
        body = data[start:] if partial else data
        if partial:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if mode.startswith("no-length"):
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        headers = {"ETag": etag, "X-Repo-Commit": hub.commit, **hub.headers}
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()
        self._send_body(body, len(data), start, mode)

    def _send_body(self, body: bytes, whole: int, start: int, mode: str) -> None:
        half = max(len(body) // 2, 1)
        if mode in ("short", "no-length-short", "old-short"):
            self.wfile.write(body[:half])
            self.close_connection = True
        elif mode == "reset":
            self.wfile.write(body[:half])
            self.wfile.flush()
            time.sleep(0.1)  # what was sent has arrived before the reset throws the rest away
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif mode in ("stall", "hold"):
            cut = max(int(whole * self.hub.hold_at) - start, 0)
            self.wfile.write(body[:cut])
            self.wfile.flush()
            self.hub.held.set()
            if mode == "stall" or not self.hub.release.wait(60):
                self.hub.release.wait(60)
                self.close_connection = True
                return
            self.wfile.write(body[cut:])
        elif mode == "slow":
            for at in range(0, len(body), _PIECE_BYTES):
                self.wfile.write(body[at : at + _PIECE_BYTES])
                self.wfile.flush()
                time.sleep(0.05)
        elif mode == "too-long":
            self.wfile.write(body + b"more")
        else:
            self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--repository", default=REPOSITORY)
    parser.add_argument("--mode", action="append", default=[], metavar="FILE=MODE[,MODE]", help="see _send_file")
    options = parser.parse_args()
    files = {each.name: each.read_bytes() for each in options.folder.iterdir() if each.is_file()}
    modes = {name: listed.split(",") for name, _, listed in (each.partition("=") for each in options.mode)}
    with serving(FakeHub(files, repository=options.repository, modes=modes)) as hub:
        print(hub.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
