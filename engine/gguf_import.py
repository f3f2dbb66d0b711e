"""Converting a GGUF file of Qwen3 into a model folder of Ponder's own, once, so that one decoder runs everything.

Weights that are stored as numbers (F32, F16, BF16) are kept bit for bit. Quantised ones become F16, which holds them
eight times as finely as BF16 would: a Q8_0 weight is a whole number of 8 bits times a float16. Half a million weights
are in memory at a time, whatever the model's size.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine import gguf_types
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, bare, shown, unreadable
from engine.gguf_config import EMBEDDING_TENSOR, OUTPUT_TENSOR, generation_config, gguf_tensor_name, model_config
from engine.gguf_dequantise import dequantise
from engine.gguf_header import GgufFile, GgufTensor, read_gguf
from engine.gguf_tokenizer import TokenizerFiles, tokenizer_files
from engine.gguf_types import GgufType, file_type_name
from engine.manifest import write_manifest
from engine.model.geometry import Qwen3Geometry
from engine.origin import ORIGIN_NAME, Origin, origin_json
from engine.safetensors_writer import TensorPlan, write_data, write_header
from engine.staging import require_space, staged_folder
from engine.types import JsonObject
from engine.weight_files import SINGLE_FILE

Progress = Callable[[int, int], None]
"""Called with the bytes of weights written and the bytes in all."""

_PIECE_WEIGHTS = 1 << 19
_STORED_AS = {gguf_types.F32.name: "F32", gguf_types.F16.name: "F16", gguf_types.BF16.name: "BF16"}
_DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
_SMALL_FILES_BYTES = 32 << 20


def quantisation_of(file: GgufFile) -> str:
    """What people call the file's mix of types: what it says itself, else the type of most of its weights."""
    counts: Counter[str] = Counter()
    for tensor in file.tensors.values():
        if len(tensor.shape) == 2:  # norms are F32 in every file
            counts[tensor.type.name] += tensor.elements
    said = file_type_name(file.metadata.get("general.file_type"))
    # Writers other than llama.cpp leave the field at its default, a type that no matrix has then.
    if said is not None and any(said.startswith(name) for name in counts):
        return said
    return counts.most_common(1)[0][0] if counts else ""


def origin_of(file: GgufFile) -> Origin:
    """What is recorded of the file."""
    title, terms = file.metadata.get("general.name"), file.metadata.get("general.license")
    return Origin(
        kind="gguf",
        file=bare(file.path.name),
        quantisation=quantisation_of(file),
        title=title[:200] if isinstance(title, str) else "",
        license=terms[:200] if isinstance(terms, str) else "",
    )


def import_gguf(
    source: Path, destination: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> Origin:
    """Convert `source` into the new folder `destination`, which appears only when it is complete.

    Args:
        source: a GGUF file.
        destination: must not exist; its parents are made.
        progress: told the bytes written and the bytes in all.
        cancel: looked at several times a second while weights are converted, not while they are hashed at the end.

    Returns:
        What was recorded of the origin.

    Raises:
        DamagedModel, UnsupportedModel, UnsafeModel: the file; nothing was written.
        InvalidRequest: `destination` exists.
        NoSpace: the disk has too little room.
        Cancelled: the token was set; nothing is left behind.
        OSError: the destination cannot be written.
    """
    file = read_gguf(source)
    tied = _ties_head(file, cancel)
    words = tokenizer_files(file)
    if EMBEDDING_TENSOR not in file.tensors:
        raise DamagedModel(f"{source.name} has no tensor {EMBEDDING_TENSOR}.", "Get the file again.")
    dtypes = {name: _STORED_AS.get(tensor.type.name, "F16") for name, tensor in file.tensors.items()}
    config = model_config(file, tied_head=tied, dtype=_DTYPE_NAMES[dtypes[EMBEDDING_TENSOR]], stop_ids=words.stop_ids)
    plans, sources = _plan(file, Qwen3Geometry.from_config(config, source.name), dtypes)
    require_space(destination, sum(plan.size_bytes for plan in plans.values()) + _SMALL_FILES_BYTES)
    origin = origin_of(file)
    with staged_folder(destination) as folder:
        _write_small_files(folder, config, generation_config(file, words.stop_ids), words, origin)
        _write_weights(folder / SINGLE_FILE, file.path, plans, sources, progress, cancel)
        write_manifest(folder, [each.name for each in folder.iterdir()])
        if cancel is not None:
            cancel.raise_if_cancelled()
        open_checkpoint(folder)  # what was written must be what Ponder reads
    return origin


def _plan(
    file: GgufFile, geometry: Qwen3Geometry, dtypes: dict[str, str]
) -> tuple[dict[str, TensorPlan], dict[str, GgufTensor]]:
    """What will be written and where it comes from, both by Hugging Face name.

    Raises:
        DamagedModel: a tensor is missing, of another shape than the sizes say, or not part of a Qwen3.
    """
    plans: dict[str, TensorPlan] = {}
    sources: dict[str, GgufTensor] = {}
    left = dict(file.tensors)
    if geometry.tied_head:
        left.pop(OUTPUT_TENSOR, None)
    for name, shape in geometry.expected_tensors().items():
        theirs = gguf_tensor_name(name)
        tensor = left.pop(theirs, None)
        if tensor is None or tensor.shape != shape:
            what = "is missing" if tensor is None else f"is {shown(list(tensor.shape))}, not {shown(list(shape))}"
            raise DamagedModel(f"{bare(file.path.name)}: the tensor {theirs} {what}.", DOWNLOAD_AGAIN)
        plans[name] = TensorPlan(dtypes[theirs], shape)
        sources[name] = tensor
    if left:
        raise DamagedModel(f"{bare(file.path.name)}: {bare(min(left))} is no part of a dense Qwen3.", DOWNLOAD_AGAIN)
    return plans, sources


def _write_small_files(
    folder: Path, config: JsonObject, generation: JsonObject, words: TokenizerFiles, origin: Origin
) -> None:
    for name, value in (
        ("config.json", config),
        ("generation_config.json", generation),
        ("tokenizer.json", words.tokenizer),
        ("tokenizer_config.json", words.config),
    ):
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    (folder / ORIGIN_NAME).write_text(origin_json(origin), encoding="utf-8", newline="\n")


def _write_weights(
    path: Path,
    source: Path,
    plans: dict[str, TensorPlan],
    sources: dict[str, GgufTensor],
    progress: Progress | None,
    cancel: CancelToken | None,
) -> None:
    with source.open("rb") as raw, path.open("wb") as out:
        total = write_header(out, plans)
        for name, plan in plans.items():
            for_people = gguf_tensor_name(name)
            write_data(out, plan, _reported(_pieces(raw, sources[name], for_people, cancel), out, total, progress))


def _reported(
    pieces: Iterator[bytes | memoryview], out: BinaryIO, total: int, progress: Progress | None
) -> Iterator[bytes | memoryview]:
    for piece in pieces:
        yield piece
        if progress is not None:
            progress(out.tell(), total)


def _pieces(raw: BinaryIO, tensor: GgufTensor, name: str, cancel: CancelToken | None) -> Iterator[bytes | memoryview]:
    """A tensor's data as it is to be stored, a piece at a time. Raises DamagedModel for what is no number."""
    kind = tensor.type
    for data in _raw_pieces(raw, tensor, cancel):
        if kind.name in _STORED_AS:
            _require_finite(data, kind, name)
            yield data
            continue
        with np.errstate(over="ignore"):  # an overflow becomes infinite, which is refused below
            halves = dequantise(data, kind).astype("<f2")
        if not np.isfinite(halves).all():
            raise _no_numbers(name)
        yield halves.data.cast("B")


def _raw_pieces(raw: BinaryIO, tensor: GgufTensor, cancel: CancelToken | None) -> Iterator[bytes]:
    raw.seek(tensor.start)
    left = tensor.size_bytes
    step = _PIECE_WEIGHTS // tensor.type.block_weights * tensor.type.block_bytes
    while left:
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            data = raw.read(min(step, left))
        except OSError as error:
            raise unreadable("The GGUF file", error) from error
        if len(data) != min(step, left):
            raise DamagedModel("The GGUF file became shorter while it was being read.", DOWNLOAD_AGAIN)
        left -= len(data)
        yield data


def _require_finite(data: bytes, kind: GgufType, name: str) -> None:
    """The exponent of NaN and infinity is all ones, in each of the three formats."""
    if kind is gguf_types.F32:
        bad = (np.frombuffer(data, dtype="<u4") & 0x7F800000) == 0x7F800000
    else:
        mask = 0x7C00 if kind is gguf_types.F16 else 0x7F80
        bad = (np.frombuffer(data, dtype="<u2") & mask) == mask
    if bad.any():
        raise _no_numbers(name)


def _no_numbers(name: str) -> DamagedModel:
    return DamagedModel(f"The tensor {name} holds infinite numbers, or what is no number.", DOWNLOAD_AGAIN)


def _ties_head(file: GgufFile, cancel: CancelToken | None) -> bool:
    """Whether the head is the embedding: there is none of its own, or it is the same bytes once more, as in files
    converted from checkpoints that store a tied head twice.
    """
    head, embedding = file.tensors.get(OUTPUT_TENSOR), file.tensors.get(EMBEDDING_TENSOR)
    if head is None:
        return True
    if embedding is None or (head.type, head.shape) != (embedding.type, embedding.shape):
        return False
    with file.path.open("rb") as one, file.path.open("rb") as other:
        pairs = zip(_raw_pieces(one, head, cancel), _raw_pieces(other, embedding, cancel), strict=True)
        return all(left == right for left, right in pairs)
