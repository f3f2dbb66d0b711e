"""From a GGUF file's metadata to the configuration files that a Qwen3 folder has, and from its tensors' names to
Hugging Face's.

Key names: ggml, docs/gguf.md, with `qwen3.` as the prefix; tensor names: llama.cpp's tensor_mapping.py. Queries and
keys are not permuted: only Llama's are (llama.cpp's convert_hf_to_gguf.py). What a file says beyond the known keys
would be ignored, and a model run wrongly without a word, so it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import DamagedModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, shown
from engine.gguf_header import ARCHITECTURE, GgufFile, GgufValue
from engine.model.geometry import Qwen3Geometry
from engine.types import JsonObject, JsonValue
from engine.weight_files import EMBEDDING_NAME, HEAD_NAME

OUTPUT_TENSOR = "output.weight"
EMBEDDING_TENSOR = "token_embd.weight"

_OUTER_NAMES = {EMBEDDING_NAME: EMBEDDING_TENSOR, "model.norm.weight": "output_norm.weight", HEAD_NAME: OUTPUT_TENSOR}
_LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_SIZES = {
    "block_count": "num_hidden_layers",
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "rope.freq_base": "rope_theta",
}
_ALSO_READ = {"attention.value_length", "rope.dimension_count", "vocab_size"}
_SCALING = {
    "rope.scaling.type",
    "rope.scaling.factor",
    "rope.scaling.original_context_length",
    "rope.scaling.finetuned",
    "rope.scaling.attn_factor",
    "rope.scaling.yarn_beta_fast",
    "rope.scaling.yarn_beta_slow",
    "rope.scaling.yarn_attn_factor",
    "rope.scaling.yarn_ext_factor",
    "rope.scaling.yarn_log_multiplier",
}
_SAMPLING = {
    "general.sampling.temp": "temperature",
    "general.sampling.top_p": "top_p",
    "general.sampling.top_k": "top_k",
}
_YARN_DEFAULTS = {"yarn_ext_factor": 1.0, "yarn_log_multiplier": 0.1}


def gguf_tensor_name(name: str) -> str:
    """What GGUF calls the tensor that Hugging Face calls `name`."""
    if name in _OUTER_NAMES:
        return _OUTER_NAMES[name]
    _, _, index, part = name.split(".", 3)
    return f"blk.{index}.{_LAYER_NAMES[part.removesuffix('.weight')]}.weight"


def model_config(file: GgufFile, *, tied_head: bool, dtype: str, stop_ids: tuple[int, ...]) -> JsonObject:
    """config.json as published Qwen3 folders have it.

    Args:
        tied_head: whether the output head is the embedding.
        dtype: of the weights as they will be stored, in transformers' spelling.
        stop_ids: the model's end-of-text tokens, the first being the one that counts.

    Raises:
        DamagedModel: a size is missing or contradicts another.
        UnsupportedModel: the file asks for something Ponder's decoder does not do.
    """
    fields = _qwen3_fields(file)
    embedding = file.tensors.get(EMBEDDING_TENSOR)
    if embedding is None or len(embedding.shape) != 2:
        raise _damaged(f"there is no {EMBEDDING_TENSOR}")
    vocab_size = embedding.shape[0]
    config: JsonObject = {
        "architectures": ["Qwen3ForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "eos_token_id": stop_ids[0] if stop_ids else None,
        "hidden_act": "silu",
        "model_type": ARCHITECTURE,
        "rope_scaling": _rope_scaling(fields),
        "sliding_window": None,
        "tie_word_embeddings": tied_head,
        "torch_dtype": dtype,
        "use_cache": True,
        "use_sliding_window": False,
        "vocab_size": vocab_size,
    }
    for key, name in _SIZES.items():
        value = fields.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _damaged(f"{ARCHITECTURE}.{key} is missing or not one number ({shown(value)})")
        config[name] = value
    for key, expected in (("attention.value_length", config["head_dim"]), ("rope.dimension_count", config["head_dim"])):
        if fields.get(key, expected) != expected:
            raise _unsupported(f"{ARCHITECTURE}.{key} {shown(fields[key])} for heads of {expected}")
    if fields.get("vocab_size", vocab_size) != vocab_size:
        raise _damaged(f"its vocabulary of {shown(fields['vocab_size'])} has {vocab_size} embeddings")
    Qwen3Geometry.from_config(config, file.path.name)  # the bounds, before anything is done with the numbers
    return config


def generation_config(file: GgufFile, stop_ids: tuple[int, ...]) -> JsonObject:
    """generation_config.json: the stop ids, and the sampling where the file suggests one."""
    config: JsonObject = {"eos_token_id": list(stop_ids)}
    for key, name in _SAMPLING.items():
        value = file.metadata.get(key)
        if isinstance(value, int | float):
            config[name] = value
    if len(config) > 1:
        config["do_sample"] = True
    return config


def _qwen3_fields(file: GgufFile) -> dict[str, GgufValue]:
    """What stands under `qwen3.`, without that prefix."""
    prefix = ARCHITECTURE + "."
    fields = {key.removeprefix(prefix): value for key, value in file.metadata.items() if key.startswith(prefix)}
    known = _SIZES.keys() | _ALSO_READ | _SCALING
    for key, value in fields.items():
        if key == "pooling_type" and value:
            raise UnsupportedModel(
                "This is an embedding or ranking model, which writes no text.", "Choose a Qwen3 for conversation."
            )
        if key not in known and value not in (0, "", "none"):
            raise _unsupported(f"{prefix}{key} {shown(value)}")
    if file.metadata.get("split.count", 0) not in (0, 1):
        raise UnsupportedModel("This is one part of a model in several files.", "Choose a model in a single file.")
    return fields


def _rope_scaling(fields: Mapping[str, GgufValue]) -> JsonValue:
    """None, or YaRN's parameters; the geometry refuses whatever else the type may be."""
    kind = fields.get("rope.scaling.type", "none")
    if kind in ("none", ""):
        return None
    for name, plain in _YARN_DEFAULTS.items():
        if fields.get(f"rope.scaling.{name}", plain) != plain:
            raise _unsupported(f"rope.scaling.{name} {shown(fields[f'rope.scaling.{name}'])}")
    scaling: dict[str, JsonValue] = {"rope_type": _plain(kind)}
    for key, name in (
        ("factor", "factor"),
        ("original_context_length", "original_max_position_embeddings"),
        ("yarn_beta_fast", "beta_fast"),
        ("yarn_beta_slow", "beta_slow"),
    ):
        if f"rope.scaling.{key}" in fields:
            scaling[name] = _plain(fields[f"rope.scaling.{key}"])
    # llama.cpp multiplies its own 0.1 ln(factor) + 1 with this one.
    for key in ("attn_factor", "yarn_attn_factor"):
        if fields.get(f"rope.scaling.{key}", 1.0) != 1.0:
            raise _unsupported(f"rope.scaling.{key} {shown(fields[f'rope.scaling.{key}'])}")
    return scaling


def _plain(value: GgufValue) -> JsonValue:
    return list(value) if isinstance(value, tuple) else value


def _damaged(problem: str) -> DamagedModel:
    return DamagedModel(f"The GGUF metadata do not describe a Qwen3: {problem}.", DOWNLOAD_AGAIN)


def _unsupported(what: str) -> UnsupportedModel:
    return UnsupportedModel(f"The GGUF file asks for what Ponder does not do: {what}.", "Choose another file.")
