"""Text files that go along with a message: what is taken, and what is refused with its reason."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.core.draft import Attachment
from app.core.errors import (
    AttachmentEmpty,
    AttachmentNotText,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentUnreadable,
)
from app.library.attachments import read_attachment


def test_text_comes_without_its_mark_and_with_plain_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "Notizen 名前.md"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n\xc3\xa9")
    assert read_attachment(path) == Attachment("Notizen 名前.md", "one\ntwo\nthree\né")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"caf\xe9", AttachmentNotText),
        ("text".encode("utf-16"), AttachmentNotText),
        (b"\x89PNG\r\n\x1a\n\x00\x00", AttachmentNotText),
        (b"looks like text\0but is not", AttachmentNotText),
        (b"", AttachmentEmpty),
        (b"\xef\xbb\xbf \n\t", AttachmentEmpty),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, expected: type[AttachmentRefused]) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(data)
    with pytest.raises(expected, match=r"file\.bin") as refused:
        read_attachment(path)
    assert refused.value.name == "file.bin"


def test_the_limit_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"x" * 100)
    assert len(read_attachment(path, largest_bytes=100).text) == 100
    with pytest.raises(AttachmentTooLarge):
        read_attachment(path, largest_bytes=99)


def test_what_is_not_there_or_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(AttachmentUnreadable, match=r"gone\.txt"):
        read_attachment(tmp_path / "gone.txt")
    with pytest.raises(AttachmentUnreadable, match="folder"):
        read_attachment(tmp_path)
    with pytest.raises(AttachmentUnreadable):
        read_attachment(Path("a\0b"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes and devices")
def test_pipes_and_devices_are_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "endless.txt").symlink_to("/dev/zero")
    for name in ("pipe.txt", "endless.txt"):
        with pytest.raises(AttachmentUnreadable, match="not a file"):
            read_attachment(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made there")
def test_a_name_that_cannot_be_shown_is_made_showable(tmp_path: Path) -> None:
    path = tmp_path / "a\u202etxt\nb.md"
    path.write_text("x")
    assert read_attachment(path).name == "a\ufffdtxt\ufffdb.md"
