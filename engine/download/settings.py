"""The hub's settings of this machine: endpoint, token, offline mode, cache folder, certificates.

huggingface_hub freezes them when it is imported, so for those that it knows it is asked, and it is imported as late as
possible. Ponder never sends telemetry.
"""

from __future__ import annotations

import logging
import os
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path

from engine.errors import BadCertificate, InvalidRequest
from engine.file_safety import bare

_TRUE = frozenset({"1", "ON", "YES", "TRUE"})
_CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
USER_AGENT = "ponder-chat"


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) forbids the network. Does not import huggingface_hub."""
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        return bool(constants.is_offline_mode())
    value = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return value.upper() in _TRUE


def endpoint() -> str:
    """The hub's address without a slash at its end. Raises InvalidRequest where HF_ENDPOINT is no web address."""
    _quieten()
    from huggingface_hub import constants

    text = str(constants.ENDPOINT)
    if not text.startswith(("https://", "http://")):
        raise InvalidRequest(f"HF_ENDPOINT is {bare(text)}.", "It has to begin with https://.")
    return text


def authorization() -> dict[str, str]:
    """The header with the person's token, empty where there is none. For the hub's own host only."""
    _quieten()
    from huggingface_hub import constants, get_token

    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    return {} if token is None else {"authorization": f"Bearer {token}"}


def cache_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where huggingface_hub keeps its cache. Does not import it, since this is asked at every start."""
    variables = os.environ if environment is None else environment
    if folder := variables.get("HF_HUB_CACHE") or variables.get("HUGGINGFACE_HUB_CACHE"):
        return _expanded(os.path.expandvars(folder))
    if home := variables.get("HF_HOME"):
        return _expanded(os.path.expandvars(home)) / "hub"
    base = variables.get("XDG_CACHE_HOME") or "~/.cache"
    return _expanded(base) / "huggingface" / "hub"


def _expanded(folder: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError:  # the account has no home; there is nothing below this
        return Path(os.devnull)


def certificates() -> ssl.SSLContext | bool:
    """Which certificates to trust: those that the environment names, as curl and requests understand it, else the
    system's (True).

    Raises:
        BadCertificate: the file named is not there or holds no certificates.
    """
    for name in _CERTIFICATE_VARIABLES:
        value = os.environ.get(name)
        if not value:
            continue
        path = Path(value)
        try:
            if path.is_dir():
                return ssl.create_default_context(capath=value)
            return ssl.create_default_context(cafile=value)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise BadCertificate(
                f"{name} names {bare(path.name)}, which cannot be read as certificates.", "Correct or unset it."
            ) from error
    return True


def _quieten() -> None:
    """No telemetry, and no log lines of the library in the middle of a progress bar."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
