"""Reading tensors out of an opened checkpoint through a memory map, each looked over as it goes by.

The looks find what no header shows: NaN and infinities, regions of zeros that an interrupted copy leaves
behind, and a duplicate of a tied head that differs from the embedding. Imports torch.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN
from engine.weight_files import EMBEDDING_NAME, HEAD_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from engine.checkpoint import Checkpoint

MAX_ZERO_ROWS_SHARE = 0.25
"""Share of rows of exact zeros beyond which a linear weight counts as damaged: training leaves none."""

MAX_ZERO_ROWS_SHARE_VOCABULARY = 0.5
"""The same for the embedding and the head, whose padding rows (267 of 151,936 in Qwen3) may well be zero."""

_BLOCK_ELEMENTS = 1 << 24


class _OpenFile(Protocol):
    def get_tensor(self, name: str) -> Tensor: ...


class TensorReader:
    """A context manager over the checkpoint's files; each is mapped when first needed and let go at the end.

    A tensor may share memory with the map: copy what is to outlive the reader on a system that cannot replace
    mapped files (Windows).
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._files: dict[Path, _OpenFile] = {}
        self._stack = ExitStack()
        geometry = checkpoint.geometry
        self._compare_head = geometry is not None and geometry.tied_head and HEAD_NAME in checkpoint.tensors

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._files.clear()
        self._stack.close()

    def get(self, name: str) -> Tensor:
        """The tensor on the CPU, in its stored dtype and shape.

        Raises:
            DamagedModel: there is no such tensor, it cannot be read, or its content is implausible.
        """
        tensor = self._read(name)
        _require_plausible(name, tensor)
        if self._compare_head and name in (EMBEDDING_NAME, HEAD_NAME):
            self._compare_head = False
            other = self._read(HEAD_NAME if name == EMBEDDING_NAME else EMBEDDING_NAME)
            if not torch.equal(tensor, other.to(tensor.dtype)):
                raise DamagedModel(
                    f"config.json ties the output head to the embedding, but {HEAD_NAME} differs from it.",
                    DOWNLOAD_AGAIN,
                )
        return tensor

    def _read(self, name: str) -> Tensor:
        info = self._checkpoint.tensors.get(name)
        if info is None:
            raise DamagedModel(f"The weights have no tensor {name}.", DOWNLOAD_AGAIN)
        try:
            file = self._files.get(info.path)
            if file is None:
                file = self._stack.enter_context(safe_open(str(info.path), framework="pt", device="cpu"))
                self._files[info.path] = file
            tensor = file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise DamagedModel(f"{name} cannot be read from {info.path.name} ({error}).", DOWNLOAD_AGAIN) from error
        if tuple(tensor.shape) != info.shape:
            raise DamagedModel(f"{info.path.name} changed while it was being read.", DOWNLOAD_AGAIN)
        return tensor


def _require_plausible(name: str, tensor: Tensor) -> None:
    """Raises DamagedModel for NaN, infinities, or too many rows of zeros in a floating-point tensor of rank 1
    or 2.
    """
    if not tensor.is_floating_point() or tensor.dim() not in (1, 2) or tensor.numel() == 0:
        return
    rows = tensor if tensor.dim() == 2 else tensor.unsqueeze(0)
    step = max(_BLOCK_ELEMENTS // rows.shape[1], 1)
    zero_rows = 0
    for start in range(0, rows.shape[0], step):
        block = rows[start : start + step]
        # Two reductions without a temporary: six times as fast as aminmax or isfinite for BF16, and NaN shows
        # in both.
        high, low = block.amax(dim=1), block.amin(dim=1)
        if not bool((torch.isfinite(high) & torch.isfinite(low)).all()):
            raise DamagedModel(f"{name} holds NaN or infinite numbers.", DOWNLOAD_AGAIN)
        zero_rows += int(((high == 0) & (low == 0)).sum())
    if zero_rows == rows.shape[0] and (tensor.dim() == 2 or name.endswith("norm.weight")):
        raise DamagedModel(f"{name} is entirely zero.", DOWNLOAD_AGAIN)
    vocabulary = name in (EMBEDDING_NAME, HEAD_NAME)
    limit = MAX_ZERO_ROWS_SHARE_VOCABULARY if vocabulary else MAX_ZERO_ROWS_SHARE
    if tensor.dim() == 2 and (zero_rows >= limit * rows.shape[0] if vocabulary else zero_rows > limit * rows.shape[0]):
        raise DamagedModel(f"{zero_rows:,} of {rows.shape[0]:,} rows of {name} are zero.", DOWNLOAD_AGAIN)
