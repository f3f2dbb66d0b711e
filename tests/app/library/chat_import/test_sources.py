"""Files, archives and folders, hostile ones too."""

from __future__ import annotations

import io
import json
import os
import struct
import sys
import zipfile
from collections import deque
from pathlib import Path

import pytest

from app.library.chat_import import sources
from app.library.chat_import.limits import ALWAYS_INFLATED_BYTES
from app.library.chat_import.sources import Source, UnreadableFile, sources_of

CHAT = json.dumps([{"uuid": "u", "name": "Tea", "chat_messages": []}])


def text_of(source: Source) -> str:
    return "".join(source.pieces(lambda count: None))


def texts_of(path: Path) -> list[str]:
    return [text_of(source) for source in sources_of(path)]


def archive(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_told_by_the_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export"
    path.write_bytes("äß😀[]".encode(encoding))
    (source,) = sources_of(path)
    assert text_of(source) == "äß😀[]"


def test_what_cannot_be_decoded_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'["a\xff\xfeb"]')
    (source,) = sources_of(tmp_path / "x.json")
    assert text_of(source) == '["a\ufffd\ufffdb"]'


def test_a_character_that_two_pieces_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "CHUNK_BYTES", 3)
    (tmp_path / "x.json").write_bytes("a😀b😀".encode())
    (source,) = sources_of(tmp_path / "x.json")
    counted: list[int] = []
    assert "".join(source.pieces(counted.append)) == "a😀b😀"
    assert sum(counted) == source.size_bytes == 10


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    files = {
        "chat.html": b"<html>",
        "user.json": b"{}",
        "shared_conversations.json": b"[]",
        "export/conversations.json": CHAT.encode(),
        "export/conversations-001.json": CHAT.encode(),
        "../../conversations.json": CHAT.encode(),
    }
    found = list(sources_of(archive(tmp_path / "export.bin", files)))
    assert [each.name.partition(": ")[2] for each in found] == list(files)[3:]
    assert texts_of(tmp_path / "export.bin") == [CHAT] * 3
    assert sorted(each.name for each in tmp_path.iterdir()) == ["export.bin"]  # nothing is ever unpacked to the disk


def test_an_archive_of_any_json_files(tmp_path: Path) -> None:
    found = list(sources_of(archive(tmp_path / "x.zip", {"a.conversation.json": b"{}", "b/c.json": b"[]"})))
    assert [each.explicit for each in found] == [False, False]
    with pytest.raises(UnreadableFile, match="no JSON"):
        list(sources_of(archive(tmp_path / "y.zip", {"a.txt": b""})))


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "bomb.zip", {"conversations.json": b" " * 80_000_000})
    assert bomb.stat().st_size < 200_000
    opened = sources_of(bomb)
    source = next(opened)
    read: list[int] = []
    with pytest.raises(UnreadableFile, match="100 times its size"):
        deque(source.pieces(read.append), maxlen=0)
    assert sum(read) <= ALWAYS_INFLATED_BYTES
    assert list(opened) == []


def test_an_archive_that_lies_about_sizes(tmp_path: Path) -> None:
    data = bytearray(archive(tmp_path / "x.zip", {"conversations.json": b"[" + b" " * 100_000 + b"]"}).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)  # the size after unpacking
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(UnreadableFile, match="damaged"):
        texts_of(tmp_path / "x.zip")


@pytest.mark.parametrize("damage", ["tail", "middle", "encrypted", "method"])
def test_a_damaged_archive(tmp_path: Path, damage: str) -> None:
    data = bytearray(archive(tmp_path / "x.zip", {"conversations.json": os.urandom(5000)}).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    match damage:
        case "tail":
            del data[-60:]
        case "middle":
            data[100:200] = b"\0" * 100
        case "encrypted":
            data[6] |= 1
            data[at + 8] |= 1
        case "method":
            data[8:10] = data[at + 10 : at + 12] = struct.pack("<H", 99)
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(UnreadableFile, match="damaged"):
        texts_of(tmp_path / "x.zip")


def test_a_huge_table_of_contents_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "x.zip", {f"{number}.json": b"{}" for number in range(100)})
    assert len(list(sources_of(path))) == 100
    monkeypatch.setattr(sources, "MAX_DIRECTORY_BYTES", 1000)
    with pytest.raises(UnreadableFile, match="too many files"):
        list(sources_of(path))
    # The same where the size stands in the record of a large (ZIP64) archive.
    data = path.read_bytes()
    at = data.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 100, 100, 5000, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 100, 100, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:at] + record + locator + end)
    with pytest.raises(UnreadableFile, match="too many files"):
        list(sources_of(path))


def test_a_folder_and_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.JSON", "a.json", "notes.txt", "deep/er/c.conversation.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    found = list(sources_of(tmp_path))
    assert [Path(each.name).name for each in found] == ["a.json", "b.JSON", "c.conversation.json"]
    assert [each.explicit for each in found] == [False, False, True]


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        list(sources_of(tmp_path / "x.json"))
    with pytest.raises(UnreadableFile):
        list(sources_of(tmp_path / ("x" * 5000)))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for path in (tmp_path / "pipe.json", Path("/dev/zero")):
        with pytest.raises(UnreadableFile, match="no ordinary file"):
            list(sources_of(path))
    assert list(sources_of(tmp_path)) == []


def test_a_nested_archive_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("conversations.json", CHAT)
    with pytest.raises(UnreadableFile, match="no JSON"):
        list(sources_of(archive(tmp_path / "x.zip", {"inner.zip": inner.getvalue()})))
