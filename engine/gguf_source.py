"""What a GGUF file holds: which model, how it was quantised, and what it becomes when it is imported.

Reads the header only; writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import gguf_types
from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, bare, shown
from engine.gguf_config import EMBEDDING_TENSOR, OUTPUT_TENSOR, gguf_tensor_name, model_config
from engine.gguf_header import GgufFile, GgufTensor, read_gguf
from engine.gguf_types import file_type_name
from engine.model.geometry import Qwen3Geometry
from engine.origin import Origin
from engine.safetensors_writer import TensorPlan

STORED_AS = {gguf_types.F32.name: "F32", gguf_types.F16.name: "F16", gguf_types.BF16.name: "BF16"}
"""Types that are kept as they are, in safetensors' spelling. Everything else becomes F16."""

_DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True, slots=True)
class GgufSummary:
    """quantisation: as people know it (Q4_K_M). imported_bytes: what the weights take once they are imported."""

    quantisation: str
    parameters: int
    imported_bytes: int


def inspect_gguf(path: Path) -> GgufSummary:
    """What a file would become, without its tokenizer, which takes a second to check.

    Raises:
        DamagedModel, UnsupportedModel, UnsafeModel: why it cannot be imported.
    """
    file = read_gguf(path)
    config = model_config(file, tied_head=OUTPUT_TENSOR not in file.tensors, dtype="float16", stop_ids=())
    geometry = Qwen3Geometry.from_config(config, path.name)
    plans, _ = planned_tensors(file, geometry)
    imported_bytes = sum(plan.size_bytes for plan in plans.values())
    return GgufSummary(quantisation_of(file), geometry.parameter_count, imported_bytes)


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


def stored_dtype(tensor: GgufTensor) -> str:
    """How a tensor is stored once it is imported, in safetensors' spelling."""
    return STORED_AS.get(tensor.type.name, "F16")


def embedding_dtype(file: GgufFile) -> str:
    """How the embedding is stored once it is imported, in transformers' spelling. Raises DamagedModel."""
    embedding = file.tensors.get(EMBEDDING_TENSOR)
    if embedding is None:
        raise DamagedModel(f"{bare(file.path.name)} has no tensor {EMBEDDING_TENSOR}.", DOWNLOAD_AGAIN)
    return _DTYPE_NAMES[stored_dtype(embedding)]


def planned_tensors(
    file: GgufFile, geometry: Qwen3Geometry
) -> tuple[Mapping[str, TensorPlan], Mapping[str, GgufTensor]]:
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
        plans[name] = TensorPlan(stored_dtype(tensor), shape)
        sources[name] = tensor
    if left:
        raise DamagedModel(f"{bare(file.path.name)}: {bare(min(left))} is no part of a dense Qwen3.", DOWNLOAD_AGAIN)
    return plans, sources
