"""Row 33: streamed text equals the whole decoding, and no U+FFFD appears where later tokens complete a
character.
"""

from __future__ import annotations

import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, decoders, models, pre_tokenizers

from engine.tokenizer import Tokenizer

TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("é e\u0301 \u0301 👩🏽‍💻 🇨🇳 漢字 กำ नि \u200d \ufe0f\n\x00"),
    ),
    max_size=40,
)


def stream(tokenizer: Tokenizer, ids: list[int], *, skip_special: bool = True) -> list[str]:
    detokenizer = tokenizer.detokenizer(skip_special=skip_special)
    return [*(detokenizer.push(token_id) for token_id in ids), detokenizer.flush()]


def check(tokenizer: Tokenizer, ids: list[int]) -> None:
    for skip_special in (True, False):
        whole = tokenizer.decode(ids, skip_special=skip_special)
        pieces = stream(tokenizer, ids, skip_special=skip_special)
        assert "".join(pieces) == whole
        if "\ufffd" not in whole:
            assert not any("\ufffd" in piece for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_random_ids(tokenizer: Tokenizer, data: st.DataObject) -> None:
    any_id = st.one_of(
        st.integers(0, 255),  # single bytes, most of them no character of their own
        st.integers(0, tokenizer.size + 300),
        st.sampled_from(sorted(tokenizer.added_tokens.values())),
    )
    check(tokenizer, data.draw(st.lists(any_id, max_size=24)))


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_real_text(tokenizer: Tokenizer, text: str) -> None:
    check(tokenizer, tokenizer.encode(text, control_tokens=False))


@pytest.mark.parametrize(
    "text", ["👩🏽‍💻🇨🇳", "𔀀𒀀", "e\u0301a\u0323\u0302", "a\r\nb", "漢字かな交じり文", "नमस्ते", "\ufffd", ""]
)
def test_known_hard_text(tokenizer: Tokenizer, text: str) -> None:
    check(tokenizer, tokenizer.encode(text, control_tokens=False))


def test_a_character_appears_with_its_last_byte(byte_level: Tokenizer) -> None:
    ids = byte_level.encode("a🌍b", control_tokens=False)
    assert stream(byte_level, ids) == ["a", "", "", "", "🌍", "b", ""]
    assert stream(byte_level, ids[:3]) == ["a", "", "", "\ufffd"]


def test_a_special_token_amid_a_character_is_as_if_it_were_not_there(byte_level: Tokenizer) -> None:
    first, second = byte_level.encode("é", control_tokens=False)
    assert byte_level.control.turn_end is not None
    check(byte_level, [first, byte_level.control.turn_end, second])


def byte_fallback() -> Tokenizer:
    """Like Llama 2 and Gemma: pieces with ▁ for blanks, and <0xNN> for what the vocabulary lacks."""
    vocabulary = {f"<0x{byte:02X}>": byte for byte in range(256)}
    for piece in ("▁", "a", "b", "▁a", "▁b", "é", "漢", "\ufffd"):
        vocabulary[piece] = len(vocabulary)
    full = tokenizers.Tokenizer(models.BPE(vocab=vocabulary, merges=[], byte_fallback=True))
    full.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    full.add_special_tokens([AddedToken("<s>", normalized=False)])
    full.add_tokens([AddedToken("<think>", normalized=False)])
    return Tokenizer(full)


def word_piece() -> Tokenizer:
    pieces = ["[UNK]", "a", "b", "##a", "##b", ".", "'", "s", *(f"w{i}" for i in range(60))]
    full = tokenizers.Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    full.decoder = decoders.WordPiece()
    return Tokenizer(full)


def no_decoder() -> Tokenizer:
    full = tokenizers.Tokenizer(models.WordLevel({f"w{i}": i for i in range(70)}, unk_token="w0"))
    full.pre_tokenizer = pre_tokenizers.Whitespace()
    return Tokenizer(full)


def metaspace() -> Tokenizer:
    pieces = ["▁", "a", "▁a", "▁b", "▁▁", *(f"w{i}" for i in range(60))]
    full = tokenizers.Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=0, byte_fallback=False))
    full.decoder = decoders.Metaspace()
    return Tokenizer(full)


def nested_byte_level() -> Tokenizer:
    from tests.engine.text.conftest import byte_tokenizer

    full = byte_tokenizer()
    full.decoder = decoders.Sequence([decoders.ByteLevel()])
    return Tokenizer(full)


@pytest.mark.parametrize("make", [byte_fallback, word_piece, no_decoder, metaspace, nested_byte_level])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_other_decoders(make: object, data: st.DataObject) -> None:
    assert callable(make)
    tokenizer = make()
    interesting = st.integers(max(0, tokenizer.size - 12), tokenizer.size + 1)
    check(tokenizer, data.draw(st.lists(st.one_of(interesting, st.integers(0, tokenizer.size)), max_size=30)))
