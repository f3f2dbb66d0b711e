"""Where a load request's model goes: the policy's decision, tried out where it rests on bitsandbytes.

The policy is pure and goes by what is installed; only a trial tells whether an installed library of machine code works
with this driver and this PyTorch. Where it does not, the policy is asked again without it, so that a request which did
not insist on it gets the next best, with the reason. In the same way it is asked again where a measurement shows that
this CPU is faster in another precision than its instructions let one expect.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.hardware import Machine
from engine.memory_plan import ModelShape
from engine.precision import Decision, choose
from engine.precision_words import OWN_KERNEL, THEIR_KERNEL
from engine.types import Int8Kernel, LoadRequest, Precision


def place(machine: Machine, shape: ModelShape, request: LoadRequest) -> Decision:
    """`choose` for the request. Imports torch and bitsandbytes only where bitsandbytes is to be used.

    Raises:
        InvalidRequest, DeviceUnavailable, OutOfMemory: as `choose` does; DeviceUnavailable also where bitsandbytes was
            asked for, or is needed for what was asked for, and fails its trial.
    """
    decision = _choose(machine, shape, request)
    if decision.device == "cpu" and request.precision is Precision.AUTO:
        return _fastest_on_cpu(machine, shape, request, decision)
    if decision.precision is not Precision.NF4 and decision.int8_kernel is not Int8Kernel.BITSANDBYTES:
        return decision
    import torch

    from engine.model.bitsandbytes_linear import trial

    problem = trial(decision.precision, torch.device(decision.device))
    if problem:
        return _choose(replace(machine, bitsandbytes_problem=problem), shape, request)
    open_kernel = decision.precision is Precision.INT8 and request.int8_kernel is Int8Kernel.AUTO and shape.lean
    if open_kernel and decision.device != "cpu":
        from engine.model.load import compute_dtype_for
        from engine.model.weight_only import beats_bitsandbytes

        device = torch.device(decision.device)
        if beats_bitsandbytes(device, compute_dtype_for(decision.precision, device)):
            # Both take the same memory, so that nothing else about the decision changes.
            return replace(
                decision, int8_kernel=Int8Kernel.LEAN, reason=decision.reason.replace(THEIR_KERNEL, OWN_KERNEL)
            )
    return decision


def _fastest_on_cpu(machine: Machine, shape: ModelShape, request: LoadRequest, decision: Decision) -> Decision:
    """The same again with what was measured of this CPU, where there is a folder to keep it in and it matters."""
    near_lossless = (Precision.INT8, Precision.BF16)
    if request.cache_folder is None or decision.precision not in near_lossless or not shape.lean:
        return decision
    from engine.probe import choices_for

    fastest = choices_for(machine, Path(request.cache_folder)).fastest(near_lossless)
    if fastest is None or fastest is decision.precision:
        return decision
    return _choose(machine, shape, request, fastest)


def _choose(
    machine: Machine, shape: ModelShape, request: LoadRequest, cpu_fastest: Precision | None = None
) -> Decision:
    return choose(
        machine,
        shape,
        device=request.device,
        precision=request.precision,
        kv_cache=request.kv_cache,
        context_tokens=request.context_tokens,
        int8_kernel=request.int8_kernel,
        cpu_fastest=cpu_fastest,
    )
