"""The HTTP client for the hub, for transfers and, as huggingface_hub's own (`set_client_factory`), for listings.

It keeps the token on the hub's host, never goes from https down to http, has time limits everywhere, bounds what it
reads into memory, and raises nothing of httpx2's.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self

import httpx2

from engine.download.answers import require_usable, same_host, translated
from engine.download.plan import Patience
from engine.download.settings import USER_AGENT, certificates, endpoint
from engine.errors import DownloadFailed, InvalidRequest
from engine.file_safety import bare

MAX_LISTING_BYTES = 32 << 20


class HubClient(httpx2.Client):
    """A client whose `send` raises Trouble or a PonderError, nothing of httpx2's."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._hub = httpx2.URL(endpoint())
        self._sockets: list[socket.socket] = []
        self._sockets_lock = threading.Lock()
        try:
            super().__init__(
                verify=certificates(),
                follow_redirects=True,
                headers={"user-agent": USER_AGENT},
                event_hooks={"request": [self._before_each_hop]},
            )
        except (ImportError, ValueError, httpx2.InvalidURL) as error:  # SOCKS without its package, no URL at all
            raise InvalidRequest(
                f"The proxy settings cannot be used: {error}", "Correct HTTPS_PROXY, ALL_PROXY or NO_PROXY."
            ) from error

    def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """As httpx2's. Unless streamed, the body is read here, MAX_LISTING_BYTES of it at most."""
        patience = self._patience
        # huggingface_hub passes "no time limit" for listings, which would wait for ever.
        request.extensions["timeout"] = {
            "connect": patience.connect_s,
            "read": patience.stall_s,
            "write": patience.stall_s,
            "pool": patience.stall_s,
        }
        request.extensions["trace"] = self._on_trace
        with translated(bare(self._hub.host)):
            response = super().send(request, stream=True, **options)
            try:
                require_usable(response, self._hub)
                if stream:
                    return response
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_LISTING_BYTES:
                        raise DownloadFailed(f"{bare(self._hub.host)} lists more than any model needs.")
            except BaseException:
                response.close()
                raise
            response.close()
        headers = [(name, value) for name, value in response.headers.items() if name.lower() not in _DECODED]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body), request=request)

    def drop_connections(self) -> None:
        """Shut every open socket, from any thread, so that a read that waits in another one returns at once."""
        with self._sockets_lock:
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            with contextlib.suppress(OSError):
                # The plain method: SSLSocket's own would take the TLS state from under the reading thread.
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    def _on_trace(self, name: str, info: dict[str, Any]) -> None:
        if name.endswith("connect_tcp.complete"):
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                with self._sockets_lock:
                    self._sockets = [each for each in self._sockets if each.fileno() >= 0]
                    self._sockets.append(found)
        elif name.endswith("start_tls.complete"):
            # The TLS socket takes over the plain one's descriptor.
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                with self._sockets_lock:
                    self._sockets.append(found)

    def _before_each_hop(self, request: httpx2.Request) -> None:
        """Also called for every redirect, and for the next pages that a listing names."""
        if self._hub.scheme == "https" and request.url.scheme != "https":
            raise DownloadFailed(
                f"{bare(self._hub.host)} leads to an address without encryption.", "Use another network or mirror."
            )
        if not same_host(request.url, self._hub):
            request.headers.pop("authorization", None)
        request.headers["user-agent"] = USER_AGENT

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.drop_connections()
        super().__exit__(exc_type, exc_value, traceback)


_DECODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_installed: list[Patience] = []
_install_lock = threading.Lock()


def install_client(patience: Patience) -> None:
    """Make huggingface_hub list through a HubClient."""
    from huggingface_hub import set_client_factory

    with _install_lock:
        if _installed != [patience]:
            _installed[:] = [patience]
            set_client_factory(lambda: HubClient(patience))
