"""Text on its way into the store: what cannot be kept is replaced, and what is kept gets a checksum.

SQLite keeps any text that UTF-8 can express, NUL included. A lone surrogate cannot be expressed and becomes U+FFFD.
"""

from __future__ import annotations

import hashlib

CHECKSUM_BYTES = 8


def storable(text: str) -> str:
    """`text` with every lone surrogate replaced by U+FFFD; nothing else changes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def checksum(kind: str, name: str, text: str) -> bytes:
    """Eight bytes of BLAKE2b over kind, name and text, each with its length, so that none can pass for another."""
    digest = hashlib.blake2b(digest_size=CHECKSUM_BYTES)
    for piece in (kind, name, text):
        data = piece.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.digest()
