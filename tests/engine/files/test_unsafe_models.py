"""FAULTS.md rows 37 to 43: unknown, unsafe and hostile model folders."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.checkpoint import open_checkpoint
from engine.errors import DamagedModel, UnsafeModel, UnsupportedModel
from engine.safetensors_header import read_header
from tests.engine.files.mutations import change_json, change_weights, make_llama, read_all
from tests.support.checkpoints import make_checkpoint, token_id, write_json

needs_links = pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")

# --- row 37 --------------------


@pytest.mark.parametrize(
    "names",
    [
        ["SurpriseForCausalLM"],
        [],
        None,
        "Qwen3ForCausalLM",
        ["Qwen3ForCausalLM", "LlamaForCausalLM"],
        [7],
        [{}],
    ],
)
def test_row37_unknown_architecture(model: Path, names: object) -> None:
    change_json(model / "config.json", architectures=names)
    with pytest.raises(UnsupportedModel, match="architecture"):
        open_checkpoint(model)


def test_row37_swapped_architecture(model: Path, tmp_path: Path) -> None:
    change_json(model / "config.json", model_type="llama")
    with pytest.raises(DamagedModel, match="model_type"):
        open_checkpoint(model)
    llama = make_llama(tmp_path / "llama")
    change_json(llama / "config.json", architectures=["Qwen3ForCausalLM"], model_type="qwen3")
    with pytest.raises(DamagedModel, match="q_norm"):
        open_checkpoint(llama)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"quant_method": "gptq", "bits": 8}, "gptq, 8 bits"),
        ({"quant_method": "fp8"}, "fp8"),
        ({"a": 1}, "unnamed"),
    ],
)
def test_row37_quantised_weights(model: Path, table: dict[str, object], words: str) -> None:
    change_json(model / "config.json", quantization_config=table)
    with pytest.raises(UnsupportedModel, match=words) as caught:
        open_checkpoint(model)
    assert "16-bit" in caught.value.remedy


def test_row37_quantised_without_saying_so(model: Path) -> None:
    def add(weights: dict[str, torch.Tensor]) -> None:
        weights["model.layers.0.mlp.up_proj.qweight"] = torch.ones(2, 2, dtype=torch.int32)

    change_weights(model, add)
    with pytest.raises(UnsupportedModel, match="quantised"):
        open_checkpoint(model)


# --- rows 38 and 39 --------------------


@pytest.mark.parametrize("make", [make_checkpoint, make_llama])
def test_row38_no_tokenizer(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    folder = make(tmp_path / "m")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(DamagedModel, match=r"tokenizer\.json is missing") as caught:
        open_checkpoint(folder)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pth", "last.ckpt"])
def test_row39_pickle_only(model: Path, tmp_path: Path, name: str) -> None:
    marker = tmp_path / "ran"
    (model / "model.safetensors").unlink()
    (model / name).write_bytes(b"cos\nsystem\n(S'touch " + os.fsencode(marker) + b"'\ntR.")
    with pytest.raises(UnsafeModel, match="pickle") as caught:
        open_checkpoint(model)
    assert "safetensors" in caught.value.remedy
    assert not marker.exists()


def test_row39_gguf_only_and_pickle_in_disguise(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(DamagedModel, match="pickle"):
        open_checkpoint(model)
    weights.unlink()
    (model / "model.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(UnsupportedModel, match="safetensors"):
        open_checkpoint(model)


# --- row 40 --------------------

HOSTILE_CONFIGS: list[dict[str, object]] = [
    {"auto_map": {"AutoModelForCausalLM": "evil.Model"}},
    {"auto_map": {"AutoConfig": "org/repo--evil.Config"}},
    {"custom_generate": "org/repo"},
    {"trust_remote_code": True},
    {"attn_implementation": "org/repo"},
    {"_attn_implementation": "kernels-community/flash-attn"},
    {"_attn_implementation_internal": "org/repo"},
    {"_attn_implementation_internal": "sdpa"},
    {"attn_implementation": {"": "org/repo"}},
    {"attn_implementation": ["org/repo"]},
    {"experts_implementation": "org/repo"},
    {"text_config": {"attn_implementation": "org/repo:kernel"}},
    {"layers_config": [{"_experts_implementation_internal": "x"}]},
    {"use_kernels": True},
    {"kernel_config": {"RMSNorm": "org/repo:RMSNorm"}},
    {"base_model_name_or_path": "org/repo"},
    {"peft_config": {"peft_type": "LORA"}},
    {"transformers_weights": "../other.safetensors"},
]


@pytest.mark.parametrize("make", [make_checkpoint, make_llama])
@pytest.mark.parametrize("hostile", HOSTILE_CONFIGS, ids=str)
def test_row40_code_is_neither_imported_nor_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], Path], hostile: dict[str, object]
) -> None:
    folder = make(tmp_path / "m")
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))

    def no_socket(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_socket)
    before = set(sys.modules)
    for name in ("config.json", "tokenizer_config.json"):
        good = (folder / name).read_bytes()
        change_json(folder / name, **hostile)
        with pytest.raises(UnsafeModel):
            open_checkpoint(folder)
        (folder / name).write_bytes(good)
    assert set(sys.modules) == before
    assert not (tmp_path / "ran").exists()
    assert any("never run" in warning for warning in open_checkpoint(folder).warnings)


def test_row40_plain_attention_names_are_harmless(model: Path) -> None:
    change_json(model / "config.json", attn_implementation="flash_attention_2", auto_map=None, use_kernels=False)
    open_checkpoint(model)


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
def test_row40_adapters(model: Path, name: str) -> None:
    (model / name).write_text('{"base_model_name_or_path": "org/repo"}', encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="adapter"):
        open_checkpoint(model)


def test_row40_custom_generate_folder(model: Path) -> None:
    (model / "custom_generate").mkdir()
    with pytest.raises(UnsafeModel, match="custom_generate"):
        open_checkpoint(model)


def test_row40_opening_imports_neither_torch_nor_transformers(model: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "import engine.checkpoint, engine.reference, engine.general_safety, engine.manifest\n"
        "engine.checkpoint.open_checkpoint(pathlib.Path(sys.argv[1]))\n"
        "names = 'torch', 'transformers', 'safetensors', 'numpy', 'huggingface_hub', 'tokenizers'\n"
        "heavy = set(names) & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", script, str(model)], check=True, cwd=root, timeout=60)


# --- row 41 --------------------

ESCAPES = [
    "../secret.safetensors",
    "..\\secret.safetensors",
    "/etc/secret.safetensors",
    "C:\\secret.safetensors",
    "C:secret.safetensors",
    "\\\\host\\share\\secret.safetensors",
    "//host/share/secret.safetensors",
    "file:///secret.safetensors",
    "sub/secret.safetensors",
    "..",
    "",
    "secret.safetensors\0.json",
    "model.safetensors:stream",
    "con.safetensors",
    "secret\n.safetensors",
    "secret.safetensors ",
    "\ud800.safetensors",
]


@pytest.mark.parametrize("name", ESCAPES, ids=ascii)
def test_row41_shard_names(tmp_path: Path, name: str) -> None:
    folder = make_checkpoint(tmp_path / "m", shards=2)
    shutil.copy(folder / "model-00001-of-00002.safetensors", tmp_path / "secret.safetensors")
    path = folder / "model.safetensors.index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    index["weight_map"]["model.norm.weight"] = name
    path.write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(UnsafeModel, match="plain file name"):
        open_checkpoint(folder)


def test_row41_a_pickle_as_shard(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "m", shards=2)
    path = folder / "model.safetensors.index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    index["weight_map"]["model.norm.weight"] = "pytorch_model.bin"
    write_json(path, index)
    with pytest.raises(UnsafeModel, match="safetensors"):
        open_checkpoint(folder)


@pytest.mark.parametrize(
    "name", ["model.safetensors", "tokenizer.json", "config.json", "vocab.json", "generation_config.json"]
)
@pytest.mark.parametrize("relative", [True, False])
@needs_links
def test_row41_links_out_of_the_folder(model: Path, tmp_path: Path, name: str, relative: bool) -> None:
    outside = tmp_path / "outside"
    if (model / name).exists():
        (model / name).rename(outside)
    else:
        outside.write_text("{}", encoding="utf-8")
    (model / name).symlink_to(Path("../outside") if relative else outside)
    with pytest.raises(UnsafeModel, match="leads out"):
        open_checkpoint(model)


@needs_links
def test_row41_links_within_the_folder_and_to_nowhere(model: Path) -> None:
    (model / "model.safetensors").rename(model / "weights.data")
    (model / "model.safetensors").symlink_to("weights.data")
    read_all(open_checkpoint(model))
    (model / "weights.data").unlink()
    with pytest.raises(DamagedModel, match="gone"):
        open_checkpoint(model)
    (model / "model.safetensors").unlink()
    (model / "model.safetensors").symlink_to("model.safetensors")
    with pytest.raises(DamagedModel):
        open_checkpoint(model)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs on this system")
def test_row41_a_fifo_does_not_hang(model: Path) -> None:
    (model / "generation_config.json").unlink()
    os.mkfifo(model / "generation_config.json")
    with pytest.raises(UnsafeModel, match="regular file"):
        open_checkpoint(model)
    with pytest.raises(UnsafeModel, match="regular file"):
        read_header(model / "generation_config.json")


@pytest.mark.parametrize("key", ["vocab_file", "merges_file", "tokenizer_file"])
@pytest.mark.parametrize("value", ["../vocab.json", "/etc/passwd", "C:\\vocab.json", ["x"]])
def test_row41_vocabulary_paths(model: Path, key: str, value: object) -> None:
    change_json(model / "tokenizer_config.json", **{key: value})
    with pytest.raises(UnsafeModel, match=key):
        open_checkpoint(model)


def test_row41_an_authors_own_path_is_only_reported(model: Path) -> None:
    change_json(
        model / "tokenizer_config.json",
        special_tokens_map_file="/home/author/map.json",
        vocab_file="vocab.json",
    )
    assert any("special_tokens_map_file" in warning for warning in open_checkpoint(model).warnings)


# --- row 43 --------------------


def test_row43_hostile_generation_config(model: Path) -> None:
    change_json(
        model / "generation_config.json",
        temperature=1e300,
        top_k=-5,
        top_p=0,
        min_p=float("nan"),
        repetition_penalty=10**300,
        do_sample="yes",
        eos_token_id=[token_id("<|im_end|>"), 10**9, -1, "x", True],
        num_beams=200000,
        max_length=10**12,
        max_new_tokens="all",
        custom_generate="org/repo",
        compile_config={"backend": "evil"},
    )
    checkpoint = open_checkpoint(model)
    defaults = checkpoint.generation
    assert (defaults.temperature, defaults.top_k, defaults.top_p) == (5.0, 0, 0.01)
    assert (defaults.min_p, defaults.repetition_penalty, defaults.do_sample) == (None, 2.0, None)
    assert defaults.eos_token_ids == (token_id("<|im_end|>"),)
    told = "\n".join(checkpoint.warnings)
    for word in (
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "num_beams",
        "max_length",
        "custom_generate",
        "compile_config",
    ):
        assert word in told


def test_row43_no_generation_config_is_fine(model: Path) -> None:
    (model / "generation_config.json").unlink()
    checkpoint = open_checkpoint(model)
    assert checkpoint.generation.temperature is None
    assert checkpoint.eos_token_ids == (token_id("<|im_end|>"),)


def test_row43_stop_ids_outside_the_vocabulary(model: Path) -> None:
    change_json(model / "config.json", eos_token_id=10**6)
    with pytest.raises(DamagedModel, match="eos_token_id"):
        open_checkpoint(model)
