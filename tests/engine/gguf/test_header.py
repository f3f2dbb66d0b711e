"""FAULTS.md, GGUF: sizes are never believed. Each lie alone, then mutations and random bytes."""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import DamagedModel, PonderError, UnsafeModel, UnsupportedModel
from engine.gguf_header import GgufFile, read_gguf
from engine.gguf_import import import_gguf
from tests.support.checkpoints import make_checkpoint
from tests.support.gguf_files import write_gguf

FUZZ = settings(
    max_examples=150,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MEMORY_LIMIT_BYTES = 64 << 20
TIME_LIMIT_S = 5.0
U32, U64, STRING, ARRAY, BOOL = 4, 10, 8, 9, 7


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def entry(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def info(name: str = "t", dims: tuple[int, ...] = (32,), kind: int = 0, offset: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, offset)


ARCHITECTURE = entry("general.architecture", STRING, text("qwen3"))


def build(
    *entries: bytes,
    tensors: tuple[bytes, ...] = (info(),),
    version: int = 3,
    counts: tuple[int, int] | None = None,
    data: int = 4096,
) -> bytes:
    both = (len(tensors), len(entries)) if counts is None else counts
    head = b"GGUF" + struct.pack("<IQQ", version, *both) + b"".join(entries) + b"".join(tensors)
    return head + b"\0" * (-len(head) % 32) + b"\1" * data


def read(tmp_path: Path, data: bytes) -> GgufFile:
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    return read_gguf(path)


def test_a_file_of_the_package_is_read_whole(gguf_file: Path) -> None:
    file = read_gguf(gguf_file)
    assert (file.version, file.metadata["qwen3.block_count"]) == (3, 2)
    assert file.metadata["tokenizer.ggml.add_bos_token"] is False
    embedding = file.tensors["token_embd.weight"]
    assert (embedding.type.name, embedding.shape) == ("Q8_0", (320, 64))
    assert embedding.size_bytes == 320 * 2 * 34
    assert max(each.start + each.size_bytes for each in file.tensors.values()) <= file.size_bytes


def test_the_smallest_file_and_both_versions(tmp_path: Path) -> None:
    for version in (2, 3):
        file = read(tmp_path, build(ARCHITECTURE, version=version))
        assert file.tensors["t"].size_bytes == 128


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\0" * 5000, "zeros"),
        (b"GGML" + b"\1" * 60, "not a GGUF file"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"GGUF", "cut short"),
        (build(ARCHITECTURE)[:40], "cut short"),
        (build(ARCHITECTURE, data=64), "cut short"),
        (build(ARCHITECTURE, counts=(1, 2**63)), "entries of metadata"),
        (build(ARCHITECTURE, counts=(2**63, 1)), "tensors"),
        (build(ARCHITECTURE, counts=(0, 1)), "0 tensors"),
        (build(ARCHITECTURE, counts=(500, 1)), ""),
        (build(ARCHITECTURE, entry("a", STRING, struct.pack("<Q", 2**63))), "bytes"),
        (build(ARCHITECTURE, entry("a", ARRAY, struct.pack("<IQ", STRING, 2**61))), "items"),
        (build(ARCHITECTURE, entry("a", ARRAY, struct.pack("<IQ", STRING, 500_000))), "cut short"),
        (build(ARCHITECTURE, entry("a", ARRAY, struct.pack("<IQ", U64, 500_000))), "cut short"),
        (build(ARCHITECTURE, entry("a", ARRAY, struct.pack("<IQ", ARRAY, 1))), "unknown type"),
        (build(ARCHITECTURE, entry("a", 13, b"")), "unknown type"),
        (build(ARCHITECTURE, entry("a", BOOL, b"\2")), "neither true nor false"),
        (build(ARCHITECTURE, entry("a", STRING, text(b"\xff"))), "UTF-8"),
        (build(ARCHITECTURE, ARCHITECTURE), "twice"),
        (build(entry("a", U32, b"\0\0\0\0")), "architecture"),
        (build(ARCHITECTURE, entry("general.alignment", U32, b"\0\0\0\0")), "alignment"),
        (build(ARCHITECTURE, entry("general.alignment", U32, b"\x21\0\0\0")), "alignment"),
        (build(ARCHITECTURE, tensors=(info(dims=()),)), "dimensions"),
        (build(ARCHITECTURE, tensors=(info(dims=(1, 1, 1, 1, 1)),)), "dimensions"),
        (build(ARCHITECTURE, tensors=(info(dims=(0,)),)), "shape"),
        (build(ARCHITECTURE, tensors=(info(dims=(2**63,)),)), "shape"),
        (build(ARCHITECTURE, tensors=(info(dims=(2**40, 2**40, 2**40, 2**40)),)), "cut short"),
        (build(ARCHITECTURE, tensors=(info(kind=8, dims=(33,)),)), "rows of 33"),
        (build(ARCHITECTURE, tensors=(info(offset=7),)), "aligned"),
        (build(ARCHITECTURE, tensors=(info(offset=2**63),)), "cut short"),
        (build(ARCHITECTURE, tensors=(info(offset=4096),)), "cut short"),
        (build(ARCHITECTURE, tensors=(info(), info("u"))), "overlaps"),
        (build(ARCHITECTURE, tensors=(info(), info(offset=128))), "twice"),
    ],
)
def test_lies_are_damage(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(DamagedModel) as caught:
        read(tmp_path, data)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (build(ARCHITECTURE, version=1), "version 1"),
        (build(ARCHITECTURE, version=4), "version 4"),
        (build(ARCHITECTURE, version=3 << 24), "big-endian"),
        (build(entry("general.architecture", STRING, text("llama"))), "architecture llama"),
        (build(entry("general.architecture", STRING, text("qwen3moe"))), "architecture qwen3moe"),
        (build(entry("general.architecture", U32, b"\1\0\0\0")), "architecture 1"),
        (build(ARCHITECTURE, tensors=(info(kind=21),)), "IQ3_S"),
        (build(ARCHITECTURE, tensors=(info(kind=4_000_000_000),)), "type 4000000000"),
    ],
)
def test_what_is_sound_but_not_for_ponder(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedModel) as caught:
        read(tmp_path, data)
    assert said in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.gguf")
    with pytest.raises(UnsafeModel):
        read_gguf(tmp_path / "m.gguf")


def _reads_or_refuses(folder: Path, data: bytes) -> None:
    """Anything but success or a PonderError escapes and fails the test."""
    path = folder / "fuzz.gguf"
    path.write_bytes(data)
    tracemalloc.start()
    started = time.monotonic()
    said = ""
    try:
        read_gguf(path)
    except PonderError as error:
        said = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < MEMORY_LIMIT_BYTES
    assert time.monotonic() - started < TIME_LIMIT_S
    assert said.isprintable()


@FUZZ
@given(data=st.binary(max_size=400))
def test_random_bytes_behind_the_magic(tmp_path: Path, data: bytes) -> None:
    _reads_or_refuses(tmp_path, b"GGUF\3\0\0\0" + data)


@FUZZ
@given(counts=st.tuples(st.integers(0, 3), st.integers(0, 3)), data=st.binary(max_size=300))
def test_random_entries_behind_sane_counts(tmp_path: Path, counts: tuple[int, int], data: bytes) -> None:
    _reads_or_refuses(tmp_path, b"GGUF" + struct.pack("<IQQ", 3, counts[0], counts[1] + 1) + ARCHITECTURE + data)


_CHANGE = st.tuples(
    st.integers(0, 1 << 20),
    st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from([b"\xff" * 8, b"\0" * 8, (2**63).to_bytes(8, "little"), (2**31).to_bytes(8, "little")]),
    ),
)


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = make_checkpoint(tmp_path_factory.mktemp("small") / "m", layers=1, hidden=32, intermediate=32, heads=2)
    return write_gguf(folder.parent / "m.gguf", folder, "Q8_0").read_bytes()


@FUZZ
@given(changes=st.lists(_CHANGE, min_size=1, max_size=4), cut=st.none() | st.integers(0, 1 << 20))
def test_mutations_of_a_good_file(
    tmp_path: Path, small_file: bytes, changes: list[tuple[int, bytes]], cut: int | None
) -> None:
    data = bytearray(small_file)
    for position, patch in changes:
        at = position % len(data)
        data[at : at + len(patch)] = patch
    _reads_or_refuses(tmp_path, bytes(data if cut is None else data[: cut % len(data)]))


@settings(max_examples=60, deadline=10_000, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(_CHANGE, min_size=1, max_size=3), near_the_start=st.booleans())
def test_mutated_files_import_or_are_refused_and_leave_nothing(
    tmp_path: Path, small_file: bytes, changes: list[tuple[int, bytes]], near_the_start: bool
) -> None:
    data = bytearray(small_file)
    for position, patch in changes:
        at = position % (1400 if near_the_start else len(data))
        data[at : at + len(patch)] = patch
    path = tmp_path / "fuzz.gguf"
    path.write_bytes(data)
    models = tmp_path / "models"
    with contextlib.suppress(PonderError):
        import_gguf(path, models / "m")
    if (models / "m").exists():
        shutil.rmtree(models / "m")
    assert not models.exists() or not list(models.iterdir())
