"""Every quantised type against the `gguf` package, bit for bit, over all that a block may hold."""

from __future__ import annotations

import gguf
import numpy as np
import pytest

from engine import gguf_types
from engine.gguf_dequantise import dequantise

QUANTISED = [each for each in gguf_types.TYPES_BY_ID.values() if each.block_weights > 1]


@pytest.mark.parametrize("kind", QUANTISED, ids=lambda each: each.name)
def test_equals_the_reference_bit_for_bit(kind: gguf_types.GgufType) -> None:
    raw = np.random.default_rng(1).integers(0, 256, (33, 3 * kind.block_bytes), dtype=np.uint8)
    with np.errstate(all="ignore"):
        expected = gguf.quants.dequantize(raw, gguf.GGMLQuantizationType[kind.name]).reshape(-1)
    ours = dequantise(raw.tobytes(), kind)
    assert ours.dtype == np.float32
    assert ours.size == 33 * 3 * kind.block_weights
    numbers = ~np.isnan(expected)
    assert np.array_equal(np.isnan(ours), ~numbers)
    assert np.array_equal(ours[numbers].view(np.uint32), expected[numbers].view(np.uint32))


def test_block_sizes_and_numbers_are_those_of_the_format() -> None:
    for number, kind in gguf_types.TYPES_BY_ID.items():
        theirs = gguf.GGMLQuantizationType[kind.name]
        assert number == theirs
        assert gguf.constants.GGML_QUANT_SIZES[theirs] == (kind.block_weights, kind.block_bytes)
    for number, name in gguf_types.OTHER_TYPE_NAMES.items():
        assert gguf.GGMLQuantizationType[name] == number


def test_names_of_file_types_are_those_of_the_format() -> None:
    for theirs in gguf.constants.LlamaFileType:
        ours = gguf_types.file_type_name(int(theirs))
        assert ours is None or theirs.name in (f"MOSTLY_{ours}", f"ALL_{ours}")
    assert gguf_types.file_type_name(15) == "Q4_K_M"
    assert gguf_types.file_type_name("15") is None


@pytest.mark.parametrize("kind", [gguf_types.F16, gguf_types.F32])
def test_numbers_are_not_blocks(kind: gguf_types.GgufType) -> None:
    with pytest.raises(ValueError, match="not a quantised type"):
        dequantise(b"\0" * 64, kind)
