"""Guard rails for the general path, where transformers loads the model: switched off what fetches or runs
code, and no weight left to chance. The folder has passed open_checkpoint before any of this is called.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, bare

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "USE_HUB_KERNELS": "0",
}
# Those of the allowed architectures that have no attention through torch's scaled_dot_product_attention.
_EAGER_ONLY = {
    "BloomForCausalLM",
    "CodeGenForCausalLM",
    "GPTJForCausalLM",
    "GPTNeoForCausalLM",
    "Gemma2ForCausalLM",
}


def prepare_environment() -> bool:
    """Forbid the Hugging Face libraries the network. They read these variables when they are imported.

    Returns:
        False when one of them was imported before, so that the variables may have come too late; the
        arguments of safe_pretrained_kwargs hold in any case.
    """
    os.environ.update(_ENVIRONMENT)
    return "huggingface_hub" not in sys.modules and "transformers" not in sys.modules


def safe_pretrained_kwargs(architecture: str | None = None) -> dict[str, Any]:
    """Arguments for every `AutoModelForCausalLM.from_pretrained`, beside `output_loading_info=True`. Imports
    transformers, after prepare_environment().

    The model gets an empty generation config: generation_config.json can ask for 200,000 beams, and what is
    usable in it is in Checkpoint.generation already.

    Args:
        architecture: the checkpoint's. Given, the attention is chosen here, which overrides whatever
            config.json says.
    """
    prepare_environment()
    from transformers import GenerationConfig

    empty_generation_config: Callable[[], Any] = GenerationConfig

    kwargs: dict[str, Any] = {
        "trust_remote_code": False,
        "use_safetensors": True,
        "local_files_only": True,
        "ignore_mismatched_sizes": True,  # so that these too reach require_complete, not a bare RuntimeError
        "use_kernels": False,
        "token": False,
        "generation_config": empty_generation_config(),
    }
    if architecture is not None:
        kwargs["attn_implementation"] = "eager" if architecture in _EAGER_ONLY else "sdpa"
    return kwargs


def require_complete(loading_info: Mapping[str, object]) -> None:
    """Refuse a model that transformers loaded with gaps: it fills missing weights with random numbers and
    goes on.

    Args:
        loading_info: what from_pretrained returns beside the model under `output_loading_info=True`.

    Raises:
        DamagedModel: something is missing, unexpected or mismatched; the first few are named.
    """
    problems: list[str] = []
    for key, what in (
        ("missing_keys", "missing"),
        ("unexpected_keys", "not part of it"),
        ("mismatched_keys", "of another shape"),
        ("error_msgs", "failed"),
    ):
        found = loading_info.get(key)
        if not isinstance(found, Collection) or not found:
            continue
        names = sorted(bare(str(item[0] if isinstance(item, tuple) and item else item)) for item in found)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        problems.append(f"{what}: {', '.join(names[:3])}{more}")
    if problems:
        raise DamagedModel(f"The weights do not fit config.json ({'; '.join(problems)}).", DOWNLOAD_AGAIN)
