"""Files that come into being whole or not at all, written piece by piece. Knows nothing of what they hold."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.core.files import make_private_folder
from engine.cancel import CancelToken
from engine.errors import PonderError


class ExportFailed(PonderError):
    """What was to be exported could not be written, or would have overwritten something."""

    kind = "export_failed"


def require_free(paths: Sequence[Path], *, force: bool) -> None:
    """Whether all of them may be written. Looks before anything is written, so that nothing is half done.

    Raises:
        ExportFailed: one is there already and `force` is not set, or is no ordinary file and so never replaced.
    """
    there = [each for each in paths if os.path.lexists(each)]
    strange = next((each for each in there if not each.is_file()), None)
    if strange is not None:
        raise ExportFailed(f"{strange} is no ordinary file, so nothing is written there.", "Choose another name.")
    if there and not force:
        more = f" (and {len(there) - 1:,} more)" if len(there) > 1 else ""
        raise ExportFailed(
            f"{there[0]}{more} is there already. Nothing was written.", "Choose another name, or add --force."
        )


def write_whole(path: Path, pieces: Iterable[str], cancel: CancelToken | None = None) -> None:
    """Write a file for this user alone (mode 0600). It gets its name when it is complete and on the disk.

    Raises:
        ExportFailed: it cannot be written; what had that name before is untouched.
        Cancelled: the token was set; likewise.
    """
    temporary: Path | None = None
    try:
        make_private_folder(path.parent)
        handle, name = tempfile.mkstemp(prefix=".ponder-export-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            for piece in pieces:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise ExportFailed(
            f"{path} could not be written: {error.strerror or type(error).__name__}.",
            "Check the folder and the room on its disk.",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
