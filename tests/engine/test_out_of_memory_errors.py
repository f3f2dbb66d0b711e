"""Which failures count as running out of memory, whoever raises them."""

from __future__ import annotations

import errno
import mmap

import pytest
import torch

from engine.errors import ContextOverflow, DamagedModel, OutOfMemory
from engine.memory_errors import as_out_of_memory, give_back_freed_memory, is_out_of_memory


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("HIP out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 9.05 GB, other allocations: 1.31 MB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory: you tried …"),
        RuntimeError("unable to mmap 134217728 bytes from file </m/model.safetensors>: Cannot allocate memory (12)"),
        RuntimeError("std::bad_alloc"),
        ImportError("libtorch_cpu.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        OSError("The paging file is too small for this operation to complete. (os error 1455)"),
    ],
    ids=str,
)
def test_these_are(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert as_out_of_memory(error) is not None


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        RuntimeError("CUDA error: device-side assert triggered"),
        OSError(errno.ENOSPC, "No space left on device"),
        ContextOverflow("The text is longer than the context.", "There is not enough memory of it."),
        ValueError(),
    ],
    ids=str,
)
def test_these_are_not(error: Exception) -> None:
    assert not is_out_of_memory(error)
    assert as_out_of_memory(error) is None


def test_what_the_allocators_of_this_machine_raise_is() -> None:
    with pytest.raises(RuntimeError) as of_torch:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(of_torch.value)
    with pytest.raises(OSError, match="memory") as of_the_system:
        mmap.mmap(-1, 1 << 60)
    assert is_out_of_memory(of_the_system.value)


def test_a_failure_that_was_given_another_name_still_is() -> None:
    """Reading a file may fail for lack of room to map it; that is no damage, and downloading it again no help."""
    error = DamagedModel("model.safetensors cannot be read.", "Download the model again.")
    error.__cause__ = OSError(errno.ENOMEM, "Cannot allocate memory")
    assert is_out_of_memory(error)
    assert not is_out_of_memory(DamagedModel("model.safetensors cannot be read."))


def test_an_error_of_ours_stays_what_it_is() -> None:
    assert is_out_of_memory(OutOfMemory("Full."))


def test_giving_back_works_without_anything_to_give() -> None:
    give_back_freed_memory()
