"""Every error that may reach a person, typed by whose problem it is. A leaf module: standard library only.

`kind` is the stable name that travels in JSON and over the pipe; `remedy` says what to do next. `str(error)` is one
line: what happened, then the remedy, so that no caller has to put the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.types import SmallerChoice


class PonderError(Exception):
    """Base of all expected failures. Anything else that escapes the engine is a bug of ours.

    Args:
        message: What is wrong, naming the file, field or number.
        remedy: What the person can do about it; may be empty.
        offers: Where memory ran out, what could be loaded instead, the best first; the remedy names them too.
    """

    kind = "error"

    def __init__(self, message: str, remedy: str = "", offers: tuple[SmallerChoice, ...] = ()) -> None:
        self.message = message
        self.remedy = remedy
        self.offers = offers
        super().__init__(message, remedy, offers)

    def __str__(self) -> str:
        text = f"{self.message} {self.remedy}" if self.remedy else self.message
        return " ".join(text.split())


class InvalidRequest(PonderError):
    """A setting or message that cannot be used as given (a negative temperature, an unknown role)."""

    kind = "invalid_request"


class NoModel(PonderError):
    """The folder or name given holds no model."""

    kind = "no_model"


class DamagedModel(PonderError):
    """The model's files are incomplete, cut short, altered or contradict each other."""

    kind = "damaged_model"


class UnsupportedModel(PonderError):
    """The files are well formed but ask for something Ponder does not run (architecture, format, remote code)."""

    kind = "unsupported_model"


class UnsafeModel(UnsupportedModel):
    """The files try to reach outside their folder or to run code."""

    kind = "unsafe_model"


class TemplateFailed(PonderError):
    """The model's chat template raised, ran too long or took too much memory."""

    kind = "template_failed"


class DeviceUnavailable(PonderError):
    """The device asked for, or the library that was to compute on it, is absent or does not start."""

    kind = "device_unavailable"


class OutOfMemory(PonderError):
    """The device has no room for the weights, the KV cache or a step."""

    kind = "out_of_memory"


class ContextOverflow(PonderError):
    """The conversation does not fit the context length."""

    kind = "context_overflow"


class NumericFailure(PonderError):
    """The model produced NaN or infinite logits; going on would print garbage."""

    kind = "numeric_failure"


class EngineGone(PonderError):
    """The engine process ended or stopped answering."""

    kind = "engine_gone"


class DownloadFailed(PonderError):
    """A model could not be fetched. What arrived so far is kept, so that asking again goes on from there."""

    kind = "download_failed"


class Offline(DownloadFailed):
    """The hub cannot be reached, or HF_HUB_OFFLINE forbids to try."""

    kind = "offline"


class NotOnHub(DownloadFailed):
    """The hub has no such repository, revision or file."""

    kind = "not_on_hub"


class AccessDenied(DownloadFailed):
    """The hub wants a token, or the licence accepted, before it gives this model away."""

    kind = "access_denied"


class ProxyRefused(DownloadFailed):
    """The proxy in between wants a user name and password."""

    kind = "proxy_refused"


class BadCertificate(DownloadFailed):
    """The server's certificate is not one that this machine trusts."""

    kind = "bad_certificate"


class CaptivePortal(DownloadFailed):
    """The network answers with a web page of its own (a log-in page) instead of the hub."""

    kind = "captive_portal"


class DiskFull(PonderError):
    """There is no room for a model's files. What a download has fetched so far is kept."""

    kind = "disk_full"


class Cancelled(Exception):
    """Raised inside the engine to unwind when a cancel token is set. An outcome, not an error: never shown."""
