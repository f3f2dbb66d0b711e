"""Where a load request's model goes: the policy's decision, tried out where it rests on bitsandbytes.

The policy is pure and goes by what is installed; only a trial tells whether an installed library of machine code works
with this driver and this PyTorch. Where it does not, the policy is asked again without it, so that a request which did
not insist on it gets the next best, with the reason.
"""

from __future__ import annotations

from dataclasses import replace

from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.precision import Decision, choose
from engine.types import Int8Kernel, LoadRequest, Precision


def place(machine: Machine, shape: ModelShape, request: LoadRequest) -> Decision:
    """`choose` for the request. Imports torch and bitsandbytes only where bitsandbytes is to be used.

    Raises:
        InvalidRequest, DeviceUnavailable, OutOfMemory: as `choose` does; DeviceUnavailable also where bitsandbytes was
            asked for, or is needed for what was asked for, and fails its trial.
    """
    decision = _choose(machine, shape, request)
    if decision.precision is not Precision.NF4 and decision.int8_kernel is not Int8Kernel.BITSANDBYTES:
        return decision
    import torch

    from engine.model.bitsandbytes_linear import trial

    problem = trial(decision.precision, torch.device(decision.device))
    return _choose(replace(machine, bitsandbytes_problem=problem), shape, request) if problem else decision


def _choose(machine: Machine, shape: ModelShape, request: LoadRequest) -> Decision:
    return choose(
        machine,
        shape,
        device=request.device,
        precision=request.precision,
        kv_cache=request.kv_cache,
        context_tokens=request.context_tokens,
        int8_kernel=request.int8_kernel,
    )
