"""Converting a GGUF file of Qwen3 into a model folder of Ponder's own, once, so that one decoder runs everything.

Weights that are stored as numbers (F32, F16, BF16) are kept bit for bit. Quantised ones become F16, which holds them
eight times as finely as BF16 would: a Q8_0 weight is a whole number of 8 bits times a float16. Half a million weights
are in memory at a time, whatever the model's size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine import gguf_types
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.disk import require_room
from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, unreadable
from engine.gguf_config import EMBEDDING_TENSOR, OUTPUT_TENSOR, generation_config, gguf_tensor_name, model_config
from engine.gguf_dequantise import dequantise
from engine.gguf_header import GgufFile, GgufTensor, read_gguf
from engine.gguf_source import STORED_AS, embedding_dtype, origin_of, planned_tensors
from engine.gguf_tokenizer import TokenizerFiles, tokenizer_files
from engine.gguf_types import GgufType
from engine.import_progress import ImportStage, Report, reporter
from engine.manifest import write_manifest
from engine.model.geometry import Qwen3Geometry
from engine.origin import ORIGIN_NAME, Origin, origin_json
from engine.safetensors_writer import TensorPlan, write_data, write_header
from engine.staging import staged_folder
from engine.types import JsonObject
from engine.weight_files import SINGLE_FILE

_PIECE_WEIGHTS = 1 << 19
_SMALL_FILES_BYTES = 32 << 20


def import_gguf(
    source: Path, destination: Path, *, report: Report | None = None, cancel: CancelToken | None = None
) -> Origin:
    """Convert `source` into the new folder `destination`, which appears only when it is complete.

    Args:
        source: a GGUF file.
        destination: must not exist; its parents are made.
        report: told the bytes written while weights are converted, then the bytes read back.
        cancel: looked at several times a second.

    Returns:
        What was recorded of the origin.

    Raises:
        DamagedModel, UnsupportedModel, UnsafeModel: the file; nothing was written.
        InvalidRequest: `destination` exists.
        DiskFull: the disk has too little room.
        Cancelled: the token was set; nothing is left behind.
        OSError: the destination cannot be written.
    """
    file = read_gguf(source)
    tied = _ties_head(file, cancel)
    words = tokenizer_files(file)
    config = model_config(file, tied_head=tied, dtype=embedding_dtype(file), stop_ids=words.stop_ids)
    plans, sources = planned_tensors(file, Qwen3Geometry.from_config(config, source.name))
    require_room(destination, sum(plan.size_bytes for plan in plans.values()) + _SMALL_FILES_BYTES)
    origin = origin_of(file)
    with staged_folder(destination) as folder:
        _write_small_files(folder, config, generation_config(file, words.stop_ids), words, origin)
        converting, checking = (reporter(stage, report) for stage in (ImportStage.CONVERTING, ImportStage.CHECKING))
        _write_weights(folder / SINGLE_FILE, file.path, plans, sources, converting, cancel)
        write_manifest(folder, [each.name for each in folder.iterdir()], progress=checking, cancel=cancel)
        open_checkpoint(folder)  # what was written must be what Ponder reads
    return origin


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
    plans: Mapping[str, TensorPlan],
    sources: Mapping[str, GgufTensor],
    progress: Callable[[int, int], None],
    cancel: CancelToken | None,
) -> None:
    with source.open("rb") as raw, path.open("wb") as out:
        total = write_header(out, plans)
        for name, plan in plans.items():
            for_people = gguf_tensor_name(name)
            write_data(out, plan, _reported(_pieces(raw, sources[name], for_people, cancel), out, total, progress))


def _reported(
    pieces: Iterator[bytes | memoryview], out: BinaryIO, total: int, progress: Callable[[int, int], None]
) -> Iterator[bytes | memoryview]:
    for piece in pieces:
        yield piece
        progress(out.tell(), total)


def _pieces(raw: BinaryIO, tensor: GgufTensor, name: str, cancel: CancelToken | None) -> Iterator[bytes | memoryview]:
    """A tensor's data as it is to be stored, a piece at a time. Raises DamagedModel for what is no number."""
    kind = tensor.type
    for data in _raw_pieces(raw, tensor, cancel):
        if kind.name in STORED_AS:
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
