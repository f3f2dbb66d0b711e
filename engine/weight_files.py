"""Which files hold a model's weights, which tensors lie in them, and whether these are the ones its config
needs.

Reads headers and the shard index only; no tensor data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.bounded_json import read_json_object
from engine.errors import DamagedModel, UnsafeModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, bare, member, require_plain_name, shown
from engine.model.geometry import Qwen3Geometry
from engine.safetensors_header import TensorInfo, read_header

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
HEAD_NAME = "lm_head.weight"
EMBEDDING_NAME = "model.embed_tokens.weight"
LEAN_DTYPES = ("BF16", "F16", "F32")
_MAX_SHARDS = 2000
_MAX_NAMED = 4
# Old versions of transformers stored the rotary frequencies, which follow from the config.
_ROTARY_BUFFER = re.compile(r"model\.(layers\.\d+\.self_attn\.)?rotary_emb\.(inv_freq|cos_cached|sin_cached)")
_QUANTISED = re.compile(r".*\.(qweight|qzeros|scales|weight_scale|weight_scale_inv|absmax|quant_map|weight_packed)")


@dataclass(frozen=True, slots=True)
class WeightFiles:
    """The files' names, as config and index call them, and every tensor in them by its name."""

    names: tuple[str, ...]
    tensors: dict[str, TensorInfo]


def find_weights(folder: Path) -> WeightFiles:
    """Read the headers of model.safetensors, or else of every shard in the index (transformers' order of
    preference).

    Args:
        folder: a real path.

    Raises:
        DamagedModel: a file is missing or damaged, or index and shards disagree.
        UnsafeModel: the index names something other than a file in the folder.
    """
    single = member(folder, SINGLE_FILE)
    if single is not None:
        return WeightFiles((SINGLE_FILE,), read_header(single, SINGLE_FILE))
    index = member(folder, INDEX_FILE)
    if index is None:
        raise DamagedModel(f"The folder has neither {SINGLE_FILE} nor {INDEX_FILE}.", DOWNLOAD_AGAIN)
    placed = _read_index(index)
    shards = sorted(set(placed.values()))
    if len(shards) > _MAX_SHARDS:
        raise DamagedModel(f"{INDEX_FILE} names {len(shards)} files.", DOWNLOAD_AGAIN)
    tensors: dict[str, TensorInfo] = {}
    for shard in shards:
        path = member(folder, shard)
        if path is None:
            raise DamagedModel(f"{shard} is missing.", DOWNLOAD_AGAIN)
        for name, info in read_header(path, shard).items():
            if placed.get(name) != shard:
                raise DamagedModel(
                    f"{shard} holds {shown(name)}, which the index does not place there.", DOWNLOAD_AGAIN
                )
            tensors[name] = info
    absent = [name for name in placed if name not in tensors]
    if absent:
        raise DamagedModel(f"The index places {_listed(absent)} where it is not.", DOWNLOAD_AGAIN)
    return WeightFiles(tuple(shards), tensors)


def _read_index(path: Path) -> dict[str, str]:
    index = read_json_object(path, INDEX_FILE, max_bytes=64 << 20, max_items=1_000_000, unique_keys=True)
    table = index.get("weight_map")
    if not isinstance(table, dict) or not table:
        raise DamagedModel(f"{INDEX_FILE} has no weight_map.", DOWNLOAD_AGAIN)
    placed: dict[str, str] = {}
    for name, shard in table.items():
        if not isinstance(shard, str):
            raise DamagedModel(f"{INDEX_FILE} places {shown(name)} in {shown(shard)}.", DOWNLOAD_AGAIN)
        placed[name] = shard
    for shard in set(placed.values()):
        require_plain_name(shard, INDEX_FILE)
        if not shard.endswith(".safetensors"):
            raise UnsafeModel(
                f"{INDEX_FILE} names {shard}, which is not a safetensors file.",
                "Choose a model in the safetensors format.",
            )
    return placed


def ignored_tensors(tensors: Mapping[str, TensorInfo], geometry: Qwen3Geometry) -> frozenset[str]:
    """Tensors that may lie in a Qwen3 checkpoint without being needed: a tied head's duplicate, rotary
    buffers.

    The duplicate must equal the embedding: its shape is checked here, its content by the reader.
    """
    return frozenset(
        name for name in tensors if (name == HEAD_NAME and geometry.tied_head) or _ROTARY_BUFFER.fullmatch(name)
    )


def require_tensors(tensors: Mapping[str, TensorInfo], geometry: Qwen3Geometry, source: str) -> None:
    """Check that a dense Qwen3's tensors are all there, in shape and dtype, and nothing besides.

    Raises:
        DamagedModel: some are missing, mismatched or extra; the first few are named.
        UnsupportedModel: they are quantised, or stored in a dtype the decoder does not read.
    """
    expected = geometry.expected_tensors()
    if geometry.tied_head and HEAD_NAME in tensors:
        expected[HEAD_NAME] = expected[EMBEDDING_NAME]
    ignored = ignored_tensors(tensors, geometry)
    missing = [name for name in expected if name not in tensors]
    extra = [name for name in tensors if name not in expected and name not in ignored]
    quantised = [name for name in extra if _QUANTISED.fullmatch(name)]
    if quantised:
        raise UnsupportedModel(
            f"The weights are quantised ({_listed(quantised)}) in a way {source} does not tell of.",
            "Choose the original 16-bit model; Ponder makes it smaller by itself while loading.",
        )
    mismatched = [
        f"{name} is {_shape(tensors[name].shape)}, not {_shape(shape)}"
        for name, shape in expected.items()
        if name in tensors and tensors[name].shape != shape
    ]
    problems = []
    if missing:
        problems.append(f"missing: {_listed(missing)}")
    if mismatched:
        problems.append(f"mismatched: {_listed(mismatched, quote=False)}")
    if extra:
        problems.append(f"not part of it: {_listed(extra)}")
    if problems:
        raise DamagedModel(f"The weights do not fit {source} ({'; '.join(problems)}).", DOWNLOAD_AGAIN)
    for name in expected:
        if tensors[name].dtype not in LEAN_DTYPES:
            raise UnsupportedModel(
                f"{name} is stored as {tensors[name].dtype}; Ponder reads {', '.join(LEAN_DTYPES)}.",
                "Choose the original 16-bit model; Ponder makes it smaller by itself while loading.",
            )


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "a single number"


def _listed(items: list[str], *, quote: bool = True) -> str:
    text = ", ".join(bare(item) if quote else item for item in items[:_MAX_NAMED])
    return f"{text} and {len(items) - _MAX_NAMED} more" if len(items) > _MAX_NAMED else text
