"""What a model folder may not ask for: code, kernels, adapters, files elsewhere, quantisation that Ponder
cannot read.

transformers acts on many fields of config.json: some fetch and run code from the hub (CVE-2026-4372), some
redirect to another folder, some silently change the arithmetic. So architectures are allowed by name and
everything that reaches further is refused before transformers is even imported.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.errors import DamagedModel, UnsafeModel, UnsupportedModel
from engine.file_safety import OTHER_SOURCE, bare, is_plain_name, member, shown
from engine.types import JsonValue

LEAN_ARCHITECTURE = "Qwen3ForCausalLM"
LEAN_MODEL_TYPE = "qwen3"

GENERAL_ARCHITECTURES: Mapping[str, str] = {
    "ApertusForCausalLM": "apertus",
    "ArceeForCausalLM": "arcee",
    "BioGptForCausalLM": "biogpt",
    "BloomForCausalLM": "bloom",
    "CodeGenForCausalLM": "codegen",
    "Cohere2ForCausalLM": "cohere2",
    "CohereForCausalLM": "cohere",
    "Ernie4_5ForCausalLM": "ernie4_5",
    "Exaone4ForCausalLM": "exaone4",
    "FalconForCausalLM": "falcon",
    "GPT2LMHeadModel": "gpt2",
    "GPTBigCodeForCausalLM": "gpt_bigcode",
    "GPTJForCausalLM": "gptj",
    "GPTNeoForCausalLM": "gpt_neo",
    "GPTNeoXForCausalLM": "gpt_neox",
    "Gemma2ForCausalLM": "gemma2",
    "Gemma3ForCausalLM": "gemma3_text",
    "GemmaForCausalLM": "gemma",
    "Glm4ForCausalLM": "glm4",
    "GlmForCausalLM": "glm",
    "GraniteForCausalLM": "granite",
    "GraniteMoeForCausalLM": "granitemoe",
    "HeliumForCausalLM": "helium",
    "HunYuanDenseV1ForCausalLM": "hunyuan_v1_dense",
    "LlamaForCausalLM": "llama",
    "MinistralForCausalLM": "ministral",
    "MistralForCausalLM": "mistral",
    "MixtralForCausalLM": "mixtral",
    "NemotronForCausalLM": "nemotron",
    "OPTForCausalLM": "opt",
    "Olmo2ForCausalLM": "olmo2",
    "Olmo3ForCausalLM": "olmo3",
    "OlmoForCausalLM": "olmo",
    "OlmoeForCausalLM": "olmoe",
    "Phi3ForCausalLM": "phi3",
    "PhiForCausalLM": "phi",
    "PhimoeForCausalLM": "phimoe",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen2MoeForCausalLM": "qwen2_moe",
    "Qwen3MoeForCausalLM": "qwen3_moe",
    "SeedOssForCausalLM": "seed_oss",
    "SmolLM3ForCausalLM": "smollm3",
    "StableLmForCausalLM": "stablelm",
    "Starcoder2ForCausalLM": "starcoder2",
}
"""Text-only causal language models that transformers implements itself, with the model_type each must have.
"""

_PLAIN_ATTENTION = {
    "eager",
    "sdpa",
    "flash_attention_2",
    "flash_attention_3",
    "flash_attention_4",
    "flex_attention",
}
_PLAIN_EXPERTS = {"eager", "batched_mm", "grouped_mm"}
_RUNS_CODE = {
    "auto_map",
    "custom_generate",
    "custom_pipelines",
    "kernel_config",
    "kernel_mapping",
    "hub_kernels",
}
_RUNS_CODE_IF_SET = {"trust_remote_code", "use_kernels", "allow_all_kernels", "use_hub_kernels"}
_POINTS_ELSEWHERE = {
    "adapter_path",
    "_adapter_model_path",
    "base_model_name_or_path",
    "code_revision",
    "peft_config",
    "peft_type",
    "transformers_weights",
}
_TOKENIZER_PATHS = {
    "vocab_file",
    "merges_file",
    "tokenizer_file",
    "spm_file",
    "added_tokens_file",
    "chat_template_file",
}
_PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_MAX_FOLDER_ENTRIES = 10_000
_NOT_QUANTISED = "Choose the original 16-bit model; Ponder makes it smaller by itself while loading."


def _walk(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Every key with its value, at any depth; without recursion, so that depth costs nothing."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield from current.items()
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def require_safe_config(config: Mapping[str, JsonValue], source: str) -> None:
    """Refuse a config (model or tokenizer) that would run code, read elsewhere or change what is loaded.

    Raises:
        UnsafeModel: it asks for code or for files outside its folder.
        UnsupportedModel: its weights are quantised by another program, or are an adapter's.
    """
    for key, value in _walk(dict(config)):
        if key in _RUNS_CODE and value not in (None, {}, []):
            raise UnsafeModel(f"{source} asks to run code that comes with the model ({key}).", OTHER_SOURCE)
        if key in _RUNS_CODE_IF_SET and value not in (None, False):
            raise UnsafeModel(f"{source} asks to run code that comes with the model ({key}).", OTHER_SOURCE)
        if key.endswith("_implementation_internal") and value is not None:
            raise UnsafeModel(f"{source} names code to fetch and run ({shown(key)}).", OTHER_SOURCE)
        if key.endswith("_implementation"):
            _require_plain_implementation(key, value, source)
        if key in _POINTS_ELSEWHERE and value not in (None, {}, []):
            raise UnsafeModel(
                f"{source} points to weights elsewhere ({key}).",
                "Merge the adapter into its base model first.",
            )
    _require_not_quantised(config, source)


def _require_plain_implementation(key: str, value: JsonValue, source: str) -> None:
    """Allow only names that transformers has itself: "org/repo" would be fetched from the hub and run."""
    allowed = {None} | (_PLAIN_EXPERTS if "expert" in key else _PLAIN_ATTENTION)
    for name in value.values() if isinstance(value, dict) else [value]:
        if not isinstance(name, str | None) or name not in allowed:
            raise UnsafeModel(f"{source} names code to fetch and run ({shown(key)}: {shown(name)}).", OTHER_SOURCE)


def _require_not_quantised(config: Mapping[str, JsonValue], source: str) -> None:
    for key in ("quantization_config", "compression_config", "quantization"):
        table = config.get(key)
        if table in (None, {}):
            continue
        method = table.get("quant_method") or table.get("quant_type") if isinstance(table, dict) else None
        bits = table.get("bits") if isinstance(table, dict) else None
        detail = bare(method) if isinstance(method, str) else "an unnamed method"
        if isinstance(bits, int):
            detail += f", {shown(bits)} bits"
        raise UnsupportedModel(
            f"{source}: the weights are quantised ({detail}), a format Ponder does not read.", _NOT_QUANTISED
        )


def require_known_architecture(config: Mapping[str, JsonValue], source: str) -> str:
    """The architecture's name, when Ponder runs it and model_type agrees with it.

    Raises:
        UnsupportedModel: it is not one of the known ones.
        DamagedModel: model_type belongs to another.
    """
    names, model_type = config.get("architectures"), config.get("model_type")
    if not isinstance(names, list) or len(names) != 1 or not isinstance(names[0], str):
        raise UnsupportedModel(f"{source} does not name one architecture.", "Choose another model.")
    name = names[0]
    expected = LEAN_MODEL_TYPE if name == LEAN_ARCHITECTURE else GENERAL_ARCHITECTURES.get(name)
    if expected is None:
        raise UnsupportedModel(
            f"{source}: Ponder does not run the architecture {shown(name)}.",
            "Choose a text-only causal language model.",
        )
    if model_type != expected:
        raise DamagedModel(
            f"{source}: {name} goes with the model_type {expected}, not {shown(model_type)}.",
            "Download the model again.",
        )
    return name


def require_safe_tokenizer_config(config: Mapping[str, JsonValue], source: str) -> tuple[str, ...]:
    """As require_safe_config for tokenizer_config.json, whose fields can also name files.

    Returns:
        Warnings about what is ignored.
    """
    require_safe_config(config, source)
    warnings: list[str] = []
    for key, value in config.items():
        if not key.endswith("_file") or value is None:
            continue
        if isinstance(value, str) and is_plain_name(value):
            continue
        if key in _TOKENIZER_PATHS:
            raise UnsafeModel(f"{source} reads a file elsewhere ({key}: {shown(value)}).", OTHER_SOURCE)
        # special_tokens_map_file holds the author's own path in many published models; nothing reads it here.
        warnings.append(f"{source}: {bare(key)} names a path; ignored.")
    return tuple(warnings)


def require_safe_folder(folder: Path) -> tuple[str, ...]:
    """Check a folder's entries: links stay inside, nothing is an adapter or brings its own generation code.

    Args:
        folder: a real path.

    Returns:
        The names of its regular files, sorted.

    Raises:
        UnsafeModel, UnsupportedModel: as said.
        DamagedModel: the folder cannot be listed.
    """
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MAX_FOLDER_ENTRIES:
                    raise UnsupportedModel(f"The folder has more than {_MAX_FOLDER_ENTRIES} entries.")
                if entry.name == "custom_generate":
                    raise UnsafeModel("The folder brings its own generation code (custom_generate).", OTHER_SOURCE)
                if entry.name.startswith(".") or entry.is_dir():
                    continue
                if is_plain_name(entry.name):
                    member(folder, entry.name)
                files.append(entry.name)
    except OSError as error:
        raise DamagedModel(f"The folder cannot be read ({error.strerror}).", "Check its permissions.") from error
    for name in files:
        if name in ("adapter_config.json", "adapter_model.safetensors"):
            raise UnsupportedModel(f"This is an adapter, not a model ({name}).", "Merge it into its base model first.")
    return tuple(sorted(files))


def require_weights_format(files: tuple[str, ...]) -> None:
    """Refuse a folder whose weights exist only in formats that Ponder does not open.

    Raises:
        UnsafeModel: only pickles, which run code when opened (CVE-2025-32434: even with weights_only).
        UnsupportedModel: only GGUF, or another format.
    """
    lower = [name.lower() for name in files]
    if any(name.endswith(".safetensors") for name in lower):
        return
    pickles = [name for name in lower if name.endswith(_PICKLE_SUFFIXES)]
    if pickles:
        raise UnsafeModel(
            f"The weights are a pickle ({bare(pickles[0])}), which can run code when it is opened.",
            "Choose a model in the safetensors format.",
        )
    if any(name.endswith((".gguf", ".ggml", ".h5", ".msgpack", ".onnx")) for name in lower):
        raise UnsupportedModel(
            "The weights are not in the safetensors format.", "Choose the model's safetensors version."
        )
