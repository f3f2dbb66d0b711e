"""The tokenizer: published vectors, no control ids out of text, and typed errors for damaged files (rows 34,
38, 41).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, decoders, models, pre_tokenizers

from engine.errors import DamagedModel, NoModel, PonderError, UnsafeModel, UnsupportedModel
from engine.tokenizer import Tokenizer
from tests.engine.text.conftest import byte_tokenizer, read_data

VECTORS = read_data("tokenizer_vectors.json")["cases"]
LITERALS = [
    "<|im_end|>",
    "<|im_start|>",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<|endoftext|>",
]
NASTY = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from([*LITERALS, "<|im_", "end|>", "<", "\x00", "\ud800", "e\u0301"])),
    max_size=8,
).map("".join)


@pytest.mark.parametrize("case", VECTORS, ids=range(len(VECTORS)))
def test_published_vectors(qwen3: Tokenizer, case: dict[str, Any]) -> None:
    ids = qwen3.encode(case["text"], control_tokens=True)
    assert ids == case["ids"]
    assert qwen3.decode(ids) == case["decode"]
    assert [qwen3.decode([token_id]) for token_id in ids] == case["per_token_decode"]


@pytest.mark.parametrize("case", VECTORS, ids=range(len(VECTORS)))
def test_published_vectors_stream_without_replacement_characters(qwen3: Tokenizer, case: dict[str, Any]) -> None:
    stream = qwen3.detokenizer()
    pieces = [stream.push(token_id) for token_id in case["ids"]]
    assert not any("\ufffd" in piece for piece in pieces)
    assert "".join(pieces) + stream.flush() == case["decode"]


def test_what_qwen3_has(qwen3: Tokenizer) -> None:
    assert qwen3.size == 151_669
    assert len(qwen3.added_tokens) == 26
    assert len(qwen3.special_ids) == 14
    control = qwen3.control
    assert (control.think_open, control.think_close) == (151_667, 151_668)
    assert (control.tool_call_open, control.tool_call_close) == (151_657, 151_658)
    assert (control.turn_start, control.turn_end, control.end_of_text) == (151_644, 151_645, 151_643)
    assert qwen3.raw_prefix_ids == ()
    assert qwen3.decode([151_900, -1, 10**9]) == ""
    assert qwen3.control_literals[0] == "<|object_ref_start|>"


@settings(max_examples=150, deadline=None)
@given(text=NASTY)
def test_text_never_becomes_an_added_token(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, control_tokens=False)
    assert not set(ids) & set(tokenizer.added_tokens.values())
    clean = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert tokenizer.decode(ids) == full_normalised(clean)


def full_normalised(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", text)


@settings(max_examples=100, deadline=None)
@given(text=NASTY)
def test_splitting_agrees_with_the_full_encoder(tokenizer: Tokenizer, text: str) -> None:
    ids: list[int] = []
    for part in tokenizer.split_control(text):
        ids += [part] if isinstance(part, int) else tokenizer.encode(part, control_tokens=False)
    assert ids == tokenizer.encode(text, control_tokens=True)


def test_a_model_that_makes_control_tokens_itself_is_held_back() -> None:
    letters = {chr(97 + i): i for i in range(26)} | {"<": 26, ">": 27, "/": 28, "\ufffd": 29}
    padding = {f"pad{i}": 100 + i for i in range(60)}
    vocabulary = letters | padding | {"<s": 200, "<s>": 201}
    full = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=[("<", "s"), ("<s", ">")]))
    full.decoder = decoders.Fuse()
    full.add_special_tokens([AddedToken("<s>", normalized=False)])
    tokenizer = Tokenizer(full)
    assert 201 in tokenizers.Tokenizer(full.model).encode("a<s>b").ids
    ids = tokenizer.encode("a<s>b<s>", control_tokens=False)
    assert 201 not in ids
    assert tokenizer.decode(ids) == "a<s>b<s>"


def test_word_starts_behind_control_tokens_are_as_in_the_full_encoder() -> None:
    words = {"▁": 0, "a": 1, "b": 2, "▁a": 3, "▁b": 4} | {f"x{i}": 10 + i for i in range(60)}
    full = tokenizers.Tokenizer(models.BPE(vocab=words, merges=[("▁", "a"), ("▁", "b")]))
    full.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    full.decoder = decoders.Metaspace(prepend_scheme="first")
    full.add_special_tokens([AddedToken("<x>", normalized=False)])
    tokenizer = Tokenizer(full)
    expected = list(full.encode("a<x>b", add_special_tokens=False).ids)
    behind = tokenizer.encode("b", control_tokens=False, follows_control=True)
    assert [*tokenizer.encode("a", control_tokens=False), tokenizer.added_tokens["<x>"], *behind] == expected


def test_stored_truncation_is_ignored() -> None:
    full = byte_tokenizer()
    full.enable_truncation(4)
    full.enable_padding(length=8)
    tokenizer = Tokenizer(full)
    for control_tokens in (True, False):
        assert len(tokenizer.encode("0123456789", control_tokens=control_tokens)) == 10
        assert len(tokenizer.encode("0", control_tokens=control_tokens)) == 1


def put(folder: Path, content: bytes) -> Path:
    (folder / "tokenizer.json").write_bytes(content)
    return folder


def test_a_good_folder_loads(tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_folder(put(tmp_path, byte_tokenizer().to_str().encode()))
    assert tokenizer.size == 256 + 26


GOOD = byte_tokenizer().to_str().encode()
TINY = tokenizers.Tokenizer(models.BPE(vocab={"a": 0}, merges=[])).to_str().encode()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", DamagedModel),
        (b"\0" * 5000, DamagedModel),
        (b"<!DOCTYPE html><html>", DamagedModel),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", DamagedModel),
        (b"{}", DamagedModel),
        (b"[]", DamagedModel),
        (b"\xff\xfe", DamagedModel),
        (GOOD[: len(GOOD) // 2], DamagedModel),
        (b"[" * 100_000, DamagedModel),
        (TINY, DamagedModel),
        (json.dumps({"model": {"type": "Quantum"}}).encode(), UnsupportedModel),
    ],
)
def test_row_38_damaged_tokenizers_are_refused(tmp_path: Path, content: bytes, error: type[PonderError]) -> None:
    with pytest.raises(error, match=r"tokenizer\.json") as caught:
        Tokenizer.from_folder(put(tmp_path, content))
    assert caught.value.remedy


def test_row_38_absent_tokenizers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoModel):
        Tokenizer.from_folder(tmp_path)
    with pytest.raises(NoModel):
        Tokenizer.from_folder(tmp_path / "nowhere")
    (tmp_path / "tokenizer.model").write_bytes(b"\n")
    with pytest.raises(UnsupportedModel, match=r"tokenizer\.model"):
        Tokenizer.from_folder(tmp_path)


def test_absurdly_large_files_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "tokenizer.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    with pytest.raises(UnsupportedModel, match="64 MiB"):
        Tokenizer.from_folder(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_row_41_links_out_and_fifos_are_refused(tmp_path: Path) -> None:
    outside = put(tmp_path, GOOD) / "tokenizer.json"
    for name in ("link", "fifo"):
        (tmp_path / name).mkdir()
    (tmp_path / "link" / "tokenizer.json").symlink_to(outside)
    os.mkfifo(tmp_path / "fifo" / "tokenizer.json")
    for name in ("link", "fifo"):
        with pytest.raises(UnsafeModel):
            Tokenizer.from_folder(tmp_path / name)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_mutated_files_only_raise_typed_errors(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        loaded = Tokenizer.from_folder(put(tmp_path_factory.mktemp("mutated"), bytes(content)))
        loaded.decode(loaded.encode("a <think> b", control_tokens=False))
    except PonderError:
        pass
