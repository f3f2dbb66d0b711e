"""Failures of the application's own ground: where files lie and what stands in them."""

from __future__ import annotations

from engine.errors import PonderError


class NoHome(PonderError):
    """There is no folder in which this user's files could lie."""

    kind = "no_home"


class CannotSave(PonderError):
    """A file of ours could not be written."""

    kind = "cannot_save"


class StoreError(PonderError):
    """Something is wrong with the file that holds the conversations."""

    kind = "store"


class StoreFull(StoreError):
    """There is no room left to write. What was written before is safe; the same write works when there is room."""

    kind = "store_full"


class StoreReadOnly(StoreError):
    """The conversations can be read and not written."""

    kind = "store_read_only"


class StoreDamaged(StoreError):
    """The file's content contradicts itself, or it is no store at all."""

    kind = "store_damaged"


class StoreTooNew(StoreError):
    """A newer version of Ponder wrote the file. It was not touched."""

    kind = "store_too_new"


class StoreForeign(StoreError):
    """The file is a database of another program. It was not touched, and must not be repaired or replaced."""

    kind = "store_foreign"


class StoreNotUpgraded(StoreError):
    """The file could not be brought to the present form. It is as it was before."""

    kind = "store_not_upgraded"


class StoreBusy(StoreError):
    """Another program holds the file."""

    kind = "store_busy"


class StoreGone(StoreError):
    """The file or its folder disappeared while it was in use."""

    kind = "store_gone"


class NotInStore(StoreError):
    """What was asked for is not, or no longer, there."""

    kind = "not_in_store"


class AttachmentRefused(PonderError):
    """A file cannot go along with a message. `name` is the file's, without its folder."""

    kind = "attachment_refused"

    def __init__(self, message: str, remedy: str = "", *, name: str = "") -> None:
        self.name = name
        super().__init__(message, remedy)


class AttachmentUnreadable(AttachmentRefused):
    """It is not there, may not be read, or is no file."""

    kind = "attachment_unreadable"


class AttachmentTooLarge(AttachmentRefused):
    """It is larger than what is taken along."""

    kind = "attachment_too_large"


class AttachmentNotText(AttachmentRefused):
    """It is not UTF-8 text."""

    kind = "attachment_not_text"


class AttachmentEmpty(AttachmentRefused):
    """There is nothing in it."""

    kind = "attachment_empty"


class NotALibrary(PonderError):
    """A file that was to be imported holds no personas and prompts, or cannot be read."""

    kind = "not_a_library"
