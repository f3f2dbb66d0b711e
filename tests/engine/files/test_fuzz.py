"""FAULTS.md row 44: whatever config.json, the index or a safetensors header hold, only typed errors come out,
soon.
"""

from __future__ import annotations

import json
import shutil
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.checkpoint import open_checkpoint
from engine.errors import DamagedModel, PonderError
from engine.safetensors_header import read_header
from tests.support.checkpoints import make_checkpoint

FUZZ = settings(
    max_examples=120,
    deadline=5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MEMORY_LIMIT_BYTES = 64 << 20

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NASTY_VALUES: tuple[Any, ...] = (
    *(-1, 0, 2**31, 2**63, 10**400, 1e308, None, True),
    *("../x", "/x", "", "\0", "\ud800"),
    *([], {}, [[]]),
)
NASTY = st.sampled_from(NASTY_VALUES)


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("fuzz") / "m", layers=1, hidden=16, intermediate=16, shards=2)


def opens_or_refuses(folder: Path) -> None:
    """Anything but success or a PonderError escapes and fails the test."""
    tracemalloc.start()
    said = ""
    try:
        open_checkpoint(folder)
    except PonderError as error:
        said = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < MEMORY_LIMIT_BYTES
    assert said.isprintable()


def with_file(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    good = path.read_bytes()
    try:
        path.write_bytes(content)
        opens_or_refuses(folder)
    finally:
        path.write_bytes(good)


def mutate(data: bytes, where: int, replacement: bytes, drop: int) -> bytes:
    where %= len(data) + 1
    return data[:where] + replacement + data[where + drop :]


FILES = st.sampled_from(
    [
        "config.json",
        "model.safetensors.index.json",
        "generation_config.json",
        "tokenizer_config.json",
        "tokenizer.json",
    ]
)


@FUZZ
@given(FILES, st.binary(max_size=300))
def test_row44_random_bytes(sharded: Path, name: str, content: bytes) -> None:
    with_file(sharded, name, content)


@FUZZ
@given(FILES, st.integers(0, 1 << 20), st.binary(max_size=8), st.integers(0, 16))
def test_row44_mutated_files(sharded: Path, name: str, where: int, replacement: bytes, drop: int) -> None:
    with_file(sharded, name, mutate((sharded / name).read_bytes(), where, replacement, drop))


@FUZZ
@given(FILES, JSON)
def test_row44_random_json(sharded: Path, name: str, value: Any) -> None:
    with_file(sharded, name, json.dumps(value).encode())


@FUZZ
@given(st.data())
def test_row44_nasty_values_in_every_field(sharded: Path, data: st.DataObject) -> None:
    name = data.draw(FILES.filter(lambda file: file != "tokenizer.json"))
    table = json.loads((sharded / name).read_text(encoding="utf-8"))
    holder = table["weight_map"] if "weight_map" in table and data.draw(st.booleans()) else table
    for key in data.draw(st.lists(st.sampled_from(sorted(holder)), min_size=1, max_size=3)):
        holder[key] = data.draw(NASTY | JSON)
    with_file(sharded, name, json.dumps(table).encode())


def header_or_refusal(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        tensors = read_header(path)
    except PonderError as error:
        said = str(error)
    else:
        said, stored = "", sum(info.size_bytes for info in tensors.values())
        assert stored <= len(content)
    assert said.isprintable()


@FUZZ
@given(st.integers(0, 1 << 12), st.binary(max_size=8), st.integers(0, 16))
def test_row44_mutated_headers(sharded: Path, tmp_path: Path, where: int, replacement: bytes, drop: int) -> None:
    good = (sharded / "model-00001-of-00002.safetensors").read_bytes()
    header_or_refusal(tmp_path / "x", mutate(good, where, replacement, drop))


@FUZZ
@given(st.binary(max_size=200))
def test_row44_random_headers(tmp_path: Path, content: bytes) -> None:
    header_or_refusal(tmp_path / "x", content)
    header_or_refusal(tmp_path / "x", len(content).to_bytes(8, "little") + content)


@FUZZ
@given(
    st.dictionaries(
        st.text(max_size=8),
        JSON
        | st.fixed_dictionaries(
            {
                "dtype": st.sampled_from(["F32", "F4", "Q9"]),
                "shape": JSON | st.lists(NASTY, max_size=3),
                "data_offsets": st.lists(NASTY, max_size=3),
            }
        ),
        max_size=3,
    ),
    st.binary(max_size=64),
)
def test_row44_headers_of_random_json(tmp_path: Path, table: dict[str, Any], data: bytes) -> None:
    text = json.dumps(table).encode()
    header_or_refusal(tmp_path / "x", len(text).to_bytes(8, "little") + text + data)


def entry(start: int, end: int, shape: list[int]) -> dict[str, object]:
    return {"dtype": "U8", "shape": shape, "data_offsets": [start, end]}


@pytest.mark.parametrize(
    ("table", "size"),
    [
        ({"a": entry(0, 4, [4]), "b": entry(2, 6, [4])}, 6),
        ({"a": entry(0, 4, [4]), "b": entry(5, 9, [4])}, 9),
        ({"a": entry(1, 5, [4])}, 5),
        ({"a": entry(4, 0, [4])}, 4),
        ({"a": entry(0, 4, [5])}, 4),
        ({"a": entry(0, 4, [-4])}, 4),
        ({"a": entry(0, 4, [2**40, 2**40, 0])}, 4),
        ({"a": entry(0, 8, [4])}, 8),
        ({"a": entry(0, 4, [4])}, 3),
        ({"a": entry(0, 4, [4])}, 5),
        ({"a": {**entry(0, 4, [4]), "more": 1}}, 4),
        ({"a": entry(0, 4, [4]), "__metadata__": {"x": 1}}, 4),
        ({}, 1),
    ],
)
def test_row44_contradictory_headers(tmp_path: Path, table: dict[str, object], size: int) -> None:
    text = json.dumps(table).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(size))
    with pytest.raises(DamagedModel, match=r"x\.safetensors"):
        read_header(path)


def test_row44_duplicate_keys_and_deep_nesting(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    one = '"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}'
    for text, words in ((f"{{{one},{one}}}", "twice"), ('{"a":' + "[" * 100_000, "nested|valid JSON")):
        path.write_bytes(len(text).to_bytes(8, "little") + text.encode() + b"\0")
        with pytest.raises(DamagedModel, match=words):
            read_header(path)


def test_row44_bombs_are_refused_before_they_are_parsed(sharded: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bombs"
    shutil.copytree(sharded, folder)
    bombs = {
        "config.json": b"[" + b"[]," * 1_000_000 + b"[]]",
        "model.safetensors.index.json": b'{"weight_map":[' + b"{}," * 2_000_000 + b"{}]}",
        "generation_config.json": b'{"a":"' + b"x" * (8 << 20) + b'"}',
        "tokenizer_config.json": b'{"a":' * 100_000,
    }
    for name, bomb in bombs.items():
        with_file(folder, name, bomb)
