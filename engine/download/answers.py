"""What answers and failures of the network mean: data, a `Trouble` that may pass, or a typed error for the person.

Knows HTTP and the hub's own headers; sends nothing.
"""

from __future__ import annotations

import contextlib
import email.utils
import re
import ssl
import time
from collections.abc import Callable, Iterator

import httpx2

from engine.errors import (
    AccessDenied,
    BadCertificate,
    CaptivePortal,
    DownloadFailed,
    NotOnHub,
    Offline,
    PonderError,
    ProxyRefused,
)
from engine.file_safety import bare

_AGAIN = "Try again later; what has arrived is kept."
_SIGN_IN = "Sign in to this network in a browser, then try again."
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_WHOLE = re.compile(r"[0-9]{1,9}")


class Trouble(Exception):
    """Something that may pass.

    Args:
        reason: for people, a clause.
        error: what to raise when patience ends.
        wait_s: how long the server asks to wait; None: it does not say.
        restart: whether the bytes that were kept cannot be gone on with.
    """

    def __init__(self, reason: str, error: PonderError, *, wait_s: float | None = None, restart: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error
        self.wait_s = wait_s
        self.restart = restart


def same_host(url: httpx2.URL, hub: httpx2.URL) -> bool:
    """Whether `url` is the hub's own: the same origin, or the same host by https where the hub is named by http."""
    if url.host != hub.host:
        return False
    upgraded = hub.scheme == "http" and url.scheme == "https" and url.port is None and hub.port is None
    return upgraded or (url.scheme == hub.scheme and url.port == hub.port)


@contextlib.contextmanager
def translated(host: str) -> Iterator[None]:
    """Turn httpx2's exceptions into Trouble or typed errors. `host` is what people are told was asked."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, httpx2.CookieConflict) as error:
        raise _translation(error, host) from error


def _translation(error: Exception, host: str) -> Exception:
    causes = _causes(error)
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return BadCertificate(
                f"The certificate of {host} is not trusted ({bare(each.verify_message)}).",
                "If your network inspects traffic, point SSL_CERT_FILE to its certificate; check the clock as well.",
            )
    if isinstance(error, httpx2.ProxyError):
        if "407" in str(error):
            return proxy_refused()
        failed = Offline("The proxy does not let Ponder through.", "Check HTTPS_PROXY and NO_PROXY.")
        return Trouble("the proxy does not answer", failed)
    if any(isinstance(each, ssl.SSLError) for each in causes):
        secure = DownloadFailed(f"There is no secure connection to {host}.", "Check the network and HF_ENDPOINT.")
        return Trouble("the secure connection failed", secure)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        offline = Offline(f"{host} cannot be reached.", "Check the network; what has arrived is kept.")
        return Trouble(f"{host} cannot be reached", offline)
    if isinstance(error, httpx2.TimeoutException):
        return Trouble("nothing arrives", DownloadFailed(f"{host} stopped sending.", _AGAIN))
    if isinstance(error, httpx2.NetworkError | httpx2.RemoteProtocolError | httpx2.StreamError):
        return Trouble("the connection broke off", DownloadFailed(f"The connection to {host} keeps breaking.", _AGAIN))
    return DownloadFailed(f"{host} answers in a way Ponder does not understand ({type(error).__name__}).", _AGAIN)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(found) < 10:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def proxy_refused() -> ProxyRefused:
    return ProxyRefused(
        "The proxy asks for a user name and password (407).",
        "Put them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT.",
    )


def require_usable(response: httpx2.Response, hub: httpx2.URL) -> None:
    """Raises Trouble or a PonderError for everything but an answer with data."""
    status, host = response.status_code, bare(hub.host)
    if status in (200, 206):
        if "html" in response.headers.get("content-type", "").lower():
            raise CaptivePortal(f"A web page came back instead of an answer of {host}.", _SIGN_IN)
        return
    if status == 511:
        raise CaptivePortal("This network wants you to sign in first.", _SIGN_IN)
    if status == 407:
        raise proxy_refused()
    if status == 416:
        raise Trouble("the server knows no such part", DownloadFailed(f"{host} refuses to send.", _AGAIN), restart=True)
    if status in _PASSING:
        failed = DownloadFailed(f"{host} is too busy ({status}).", _AGAIN)
        raise Trouble(f"the server is busy ({status})", failed, wait_s=retry_after_s(response.headers))
    if not same_host(response.request.url, hub):
        # The address of a storage server is signed for a while only; the hub gives a fresh one.
        failed = DownloadFailed(f"The storage that {host} leads to refuses ({status}).", _AGAIN)
        raise Trouble(f"the storage refused ({status})", failed)
    code = response.headers.get("x-error-code", "")
    if code == "GatedRepo":
        raise AccessDenied(
            "The model's owner wants its terms accepted.", "Accept them on its page, then set HF_TOKEN to your token."
        )
    if code == "RevisionNotFound":
        raise NotOnHub("The hub has the model, but no such revision of it.", "Leave out --revision for the newest.")
    if code == "RepoNotFound" or status == 404:
        raise NotOnHub(
            "The hub has no such model, or it is private.", "Check the name; for a private one set HF_TOKEN."
        )
    if status in (401, 403):
        raise AccessDenied(f"{host} refuses access ({status}).", "Set HF_TOKEN to a token that may read this model.")
    raise DownloadFailed(f"{host} answers with status {status}.", _AGAIN)


def retry_after_s(headers: httpx2.Headers, now: Callable[[], float] = time.time) -> float | None:
    """Seconds that `Retry-After` asks for, given as a number or as a date; None where it says nothing usable."""
    value = headers.get("retry-after", "").strip()
    if _WHOLE.fullmatch(value):
        return float(value)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(email.utils.parsedate_to_datetime(value).timestamp() - now(), 0.0)
    return None
