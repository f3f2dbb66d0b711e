"""What the disk's errors mean to a download. Knows nothing of models."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from engine.disk import full_disk
from engine.errors import DownloadFailed


@contextlib.contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn OSError into DiskFull or DownloadFailed; `what` names the file or folder."""
    try:
        yield
    except OSError as error:
        full = full_disk(error, what, "; the part is kept")
        if full is not None:
            raise full from error
        reason = error.strerror or type(error).__name__
        raise DownloadFailed(f"{what} cannot be written ({reason}).", "Check the disk and its permissions.") from error
