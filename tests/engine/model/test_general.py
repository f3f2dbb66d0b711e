"""The general path: other causal language models through transformers, in the same loop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedModel,
)

from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.errors import Cancelled, DamagedModel
from engine.memory_plan import weights_bytes
from engine.model.general import GeneralModel, load_general
from engine.model_shape import model_shape
from engine.types import (
    Finished,
    FinishReason,
    GenerateRequest,
    LoadRequest,
    Message,
    Precision,
    Role,
    Sampling,
)
from tests.support.checkpoints import TOKENS, write_tokenizer

CPU = torch.device("cpu")


def build(kind: str) -> PreTrainedModel:
    torch.manual_seed(0)
    sizes = {"vocab_size": TOKENS, "bos_token_id": 0, "eos_token_id": 1}
    if kind == "llama":
        return LlamaForCausalLM(
            LlamaConfig(
                hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
                num_key_value_heads=2, max_position_embeddings=512, **sizes,
            )
        )  # fmt: skip
    if kind == "mistral":
        return MistralForCausalLM(
            MistralConfig(
                hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2, max_position_embeddings=512, sliding_window=16, **sizes,
            )
        )  # fmt: skip
    return GPT2LMHeadModel(GPT2Config(n_embd=64, n_layer=2, n_head=4, n_positions=512, **sizes))


@pytest.fixture(params=["llama", "mistral", "gpt2"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    build(request.param).save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    return tmp_path


def load(folder: Path) -> GeneralModel:
    return load_general(open_checkpoint(folder), precision=Precision.FP32, device=CPU, context_tokens=512)


def test_chunks_and_reuse_equal_one_forward_pass(folder: Path) -> None:
    model = load(folder)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    ids = torch.randint(0, TOKENS, (60,), generator=torch.Generator().manual_seed(1)).tolist()
    with torch.inference_mode():
        expected = reference(torch.tensor([ids])).logits[0]
    cache = model.new_cache()
    got = model.prefill(ids, cache, all_positions=True)
    assert (got - expected).abs().max() < 1e-4
    kept = cache.truncate(20)
    assert kept in (0, 20)
    for token in ids[kept:-1]:
        model.decode(token, cache)
    assert (model.decode(ids[-1], cache) - expected[-1]).abs().max() < 1e-4


def test_row23_a_cancelled_chunk_leaves_the_cache_usable(folder: Path) -> None:
    model = load(folder)
    ids = list(range(40))
    fresh = model.new_cache()
    expected = model.prefill(ids, fresh)
    cache = model.new_cache()
    model.prefill(ids[:10], cache)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        model.prefill(ids[10:], cache, token)
    assert cache.length in (0, 10)
    assert (model.prefill(ids[cache.length :], cache) - expected).abs().max() < 1e-4


def test_the_engine_answers_with_it(folder: Path) -> None:
    engine = Engine()
    loaded = engine.load(LoadRequest(str(folder), device="cpu", precision=Precision.FP32))
    assert loaded.context_tokens == 512
    request = GenerateRequest(
        1, (Message(Role.USER, "hello"),), sampling=Sampling(temperature=0, max_tokens=8), thinking=False
    )
    done = list(engine.generate(request))[-1]
    assert isinstance(done, Finished)
    assert done.reason in (FinishReason.LENGTH, FinishReason.STOP)
    assert done.token_ids
    engine.close()


def test_row36_missing_tensors_are_refused_here_too(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    build("llama").save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DamagedModel, match="up_proj"):
        load(tmp_path)


@pytest.mark.parametrize("precision", [Precision.INT8, Precision.NF4])
def test_eight_and_four_bits_take_what_is_planned(tmp_path: Path, precision: Precision) -> None:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=TOKENS, hidden_size=256, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    checkpoint = open_checkpoint(tmp_path)
    shape = model_shape(checkpoint)
    assert not shape.lean
    model = load_general(checkpoint, precision=precision, device=CPU, context_tokens=512)
    # The scales are no parameters of the module: one FP32 for each row, or for 64 weights.
    planned = weights_bytes(shape, precision)
    assert 0.88 * planned < model.weights_bytes <= planned
    assert model.prefill([1, 2, 3], model.new_cache()).isfinite().all()


def test_a_qwen3_mixture_of_experts_takes_this_path(tmp_path: Path) -> None:
    from transformers import Qwen3MoeConfig, Qwen3MoeForCausalLM

    torch.manual_seed(0)
    config = Qwen3MoeConfig(
        vocab_size=TOKENS, hidden_size=32, intermediate_size=48, moe_intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=8, num_experts=4, num_experts_per_tok=2,
        max_position_embeddings=256, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    Qwen3MoeForCausalLM(config).save_pretrained(tmp_path)
    write_tokenizer(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text())["architectures"] == ["Qwen3MoeForCausalLM"]
    model = load(tmp_path)
    assert model.prefill([1, 2, 3], model.new_cache()).shape == (TOKENS,)
