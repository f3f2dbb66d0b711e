"""The tensor types of the GGUF format: how many weights make a block, and how many bytes a block takes.

Source: ggml's ggml.h (enum ggml_type) and ggml-common.h (the block structures). Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GgufType:
    """A tensor type. `block_weights` weights are stored together in `block_bytes` bytes."""

    name: str
    block_weights: int
    block_bytes: int


F32 = GgufType("F32", 1, 4)
F16 = GgufType("F16", 1, 2)
BF16 = GgufType("BF16", 1, 2)
Q4_0 = GgufType("Q4_0", 32, 18)
Q4_1 = GgufType("Q4_1", 32, 20)
Q5_0 = GgufType("Q5_0", 32, 22)
Q5_1 = GgufType("Q5_1", 32, 24)
Q8_0 = GgufType("Q8_0", 32, 34)
Q4_K = GgufType("Q4_K", 256, 144)
Q5_K = GgufType("Q5_K", 256, 176)
Q6_K = GgufType("Q6_K", 256, 210)

TYPES_BY_ID = {
    0: F32,
    1: F16,
    2: Q4_0,
    3: Q4_1,
    6: Q5_0,
    7: Q5_1,
    8: Q8_0,
    12: Q4_K,
    13: Q5_K,
    14: Q6_K,
    30: BF16,
}
"""What Ponder reads, by the number that stands in the file."""

OTHER_TYPE_NAMES = {
    10: "Q2_K",
    11: "Q3_K",
    16: "IQ2_XXS",
    17: "IQ2_XS",
    18: "IQ3_XXS",
    19: "IQ1_S",
    20: "IQ4_NL",
    21: "IQ3_S",
    22: "IQ2_S",
    23: "IQ4_XS",
    29: "IQ1_M",
    34: "TQ1_0",
    35: "TQ2_0",
    39: "MXFP4",
    40: "NVFP4",
}
"""Well-known types that it does not, so that the message can name them."""

# llama.cpp's enum llama_ftype: what general.file_type says of a file as a whole.
_FILE_TYPE_NAMES = {
    0: "F32",
    1: "F16",
    2: "Q4_0",
    3: "Q4_1",
    7: "Q8_0",
    8: "Q5_0",
    9: "Q5_1",
    14: "Q4_K_S",
    15: "Q4_K_M",
    16: "Q5_K_S",
    17: "Q5_K_M",
    18: "Q6_K",
    32: "BF16",
}


def file_type_name(number: object) -> str | None:
    """The name that people know a file's mix of types by (Q4_K_M); None where the number says nothing."""
    return _FILE_TYPE_NAMES.get(number) if isinstance(number, int) else None
