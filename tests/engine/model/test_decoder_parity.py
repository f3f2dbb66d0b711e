"""The lean decoder against transformers' Qwen3ForCausalLM: the same logits at every position, however it is fed."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from transformers import Qwen3Config, Qwen3ForCausalLM

from engine.cancel import CancelToken
from engine.errors import Cancelled, ContextOverflow
from engine.model.decoder import Qwen3Decoder
from engine.model.geometry import Qwen3Geometry
from engine.model.load import load_decoder
from engine.types import KVCachePrecision, Precision

TOLERANCE = 1e-4
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Sizes:
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocab: int
    tied: bool
    yarn: bool = False


GEOMETRIES = [
    Sizes(2, 64, 4, 2, 16, 128, 300, True),
    Sizes(1, 32, 2, 1, 16, 48, 64, False),
    Sizes(3, 96, 6, 2, 16, 160, 501, True),
    Sizes(2, 64, 4, 4, 16, 96, 300, False),
    Sizes(2, 64, 8, 1, 8, 96, 300, True),
    Sizes(5, 48, 4, 2, 32, 80, 257, True),
    Sizes(2, 128, 2, 2, 64, 256, 1000, False),
    Sizes(4, 64, 6, 3, 24, 112, 128, True),
    Sizes(2, 80, 5, 5, 16, 144, 333, True),
    Sizes(2, 256, 16, 8, 128, 384, 700, True),
    Sizes(7, 32, 4, 2, 8, 64, 99, False),
    Sizes(2, 64, 4, 2, 16, 128, 300, True, yarn=True),
]


class StateDict:
    """A model's own tensors as a source for the loader."""

    def __init__(self, module: Qwen3ForCausalLM) -> None:
        self._tensors = module.state_dict()

    def get(self, name: str) -> Tensor:
        tensor: Tensor = self._tensors[name]
        return tensor

    def matrix(self, name: str) -> Tensor:
        return self.get(name)


def reference_model(sizes: Sizes, seed: int = 0) -> Qwen3ForCausalLM:
    torch.manual_seed(seed)
    rope: dict[str, object] = {"rope_type": "default", "rope_theta": 10_000.0}
    if sizes.yarn:
        rope = {
            "rope_type": "yarn",
            "rope_theta": 10_000.0,
            "factor": 4.0,
            "original_max_position_embeddings": 64,
        }
    config = Qwen3Config(
        vocab_size=sizes.vocab,
        hidden_size=sizes.hidden,
        intermediate_size=sizes.intermediate,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.kv_heads,
        head_dim=sizes.head_dim,
        max_position_embeddings=256,
        tie_word_embeddings=sizes.tied,
        rope_parameters=rope,
        initializer_range=0.15,
        dtype="float32",
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
    )
    module = Qwen3ForCausalLM(config).eval()
    for name, parameter in module.named_parameters():  # norms start as ones, which would hide a missing one
        if "norm" in name:
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    return module


def lean(
    module: Qwen3ForCausalLM,
    precision: Precision = Precision.FP32,
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO,
    context_tokens: int = 256,
) -> Qwen3Decoder:
    geometry = Qwen3Geometry.from_config(
        {**module.config.to_dict(), "architectures": ["Qwen3ForCausalLM"], "torch_dtype": "float32"},
        "config.json",
    )
    return load_decoder(
        StateDict(module),
        geometry,
        precision=precision,
        kv_cache=kv_cache,
        device=CPU,
        context_tokens=context_tokens,
        total_bytes=1,
    )


def random_ids(vocab: int, count: int, seed: int = 0) -> list[int]:
    rng = random.Random(seed)
    return [rng.randrange(vocab) for _ in range(count)]


@torch.inference_mode()
def reference_logits(module: Qwen3ForCausalLM, ids: list[int]) -> Tensor:
    logits: Tensor = module(torch.tensor([ids])).logits[0].float()
    return logits


@pytest.mark.parametrize("sizes", GEOMETRIES, ids=str)
def test_every_position_equals_transformers(sizes: Sizes) -> None:
    module = reference_model(sizes)
    decoder = lean(module)
    ids = random_ids(sizes.vocab, 90)
    got = decoder.prefill(ids, decoder.new_cache(), all_positions=True)
    assert (got - reference_logits(module, ids)).abs().max() < TOLERANCE


@pytest.mark.parametrize("sizes", GEOMETRIES, ids=str)
def test_decoding_step_by_step_equals_transformers(sizes: Sizes) -> None:
    module = reference_model(sizes)
    decoder = lean(module)
    ids = random_ids(sizes.vocab, 80, seed=1)
    expected = reference_logits(module, ids)
    cache = decoder.new_cache()
    got = [decoder.prefill(ids[:5], cache)] + [decoder.decode(token, cache) for token in ids[5:]]
    for position, logits in enumerate(got, start=4):
        assert (logits - expected[position]).abs().max() < TOLERANCE


@pytest.mark.parametrize("sizes", GEOMETRIES[:4], ids=str)
def test_greedy_output_equals_generate(sizes: Sizes) -> None:
    module = reference_model(sizes, seed=5)
    decoder = lean(module)
    prompt = random_ids(sizes.vocab, 12, seed=2)
    expected = module.generate(
        torch.tensor([prompt]), max_new_tokens=40, do_sample=False, eos_token_id=None, pad_token_id=0
    )[0, len(prompt) :].tolist()
    cache = decoder.new_cache()
    logits, got = decoder.prefill(prompt, cache), []
    for _ in range(40):
        got.append(int(logits.argmax()))
        logits = decoder.decode(got[-1], cache)
    assert got == expected


@pytest.fixture(scope="module")
def pair() -> tuple[Qwen3ForCausalLM, Qwen3Decoder]:
    module = reference_model(GEOMETRIES[2])
    return module, lean(module)


@settings(max_examples=20, deadline=None)
@given(
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    reused=st.integers(0, 90),
    seed=st.integers(0, 5),
)
def test_any_chunking_and_any_reused_prefix_equals_a_fresh_prefill(
    pair: tuple[Qwen3ForCausalLM, Qwen3Decoder], cuts: list[int], reused: int, seed: int
) -> None:
    module, decoder = pair
    vocab = module.config.vocab_size
    ids = random_ids(vocab, 90, seed)
    expected = reference_logits(module, ids)[-1]
    cache = decoder.new_cache()
    # What another conversation left behind: it shares `reused` tokens and then differs.
    decoder.prefill(ids[:reused] + random_ids(vocab, 120, seed + 100), cache)
    assert cache.truncate(min(reused, 89)) == min(reused, 89)
    done = cache.length
    sizes = iter(cuts * 90)
    while done < len(ids):
        step = min(next(sizes), len(ids) - done)
        logits = decoder.decode(ids[done], cache) if step == 1 else decoder.prefill(ids[done : done + step], cache)
        done += step
    assert (logits - expected).abs().max() < TOLERANCE


def test_the_cache_grows_past_its_first_step_and_keeps_what_it_holds() -> None:
    module = reference_model(GEOMETRIES[0])
    module.config.max_position_embeddings = 2048
    decoder = lean(module, context_tokens=1500)
    ids = random_ids(300, 1400)
    cache = decoder.new_cache()
    before = cache.allocated_bytes
    for start in range(0, 1400, 200):
        logits = decoder.prefill(ids[start : start + 200], cache)
    assert cache.allocated_bytes > before
    assert (logits - reference_logits(module, ids)[-1]).abs().max() < TOLERANCE
    with pytest.raises(ContextOverflow, match="1,500"):
        decoder.prefill(random_ids(300, 101), cache)


def test_row23_a_cancelled_prefill_leaves_the_cache_as_it_was(
    pair: tuple[Qwen3ForCausalLM, Qwen3Decoder],
) -> None:
    module, decoder = pair
    ids = random_ids(module.config.vocab_size, 60)
    cache = decoder.new_cache()
    decoder.prefill(ids[:30], cache)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        decoder.prefill(random_ids(module.config.vocab_size, 25, seed=9), cache, token)
    assert cache.length == 30
    logits = decoder.prefill(ids[30:], cache)
    assert (logits - reference_logits(module, ids)[-1]).abs().max() < TOLERANCE


def test_row23_a_cancelled_decode_leaves_the_cache_as_it_was(
    pair: tuple[Qwen3ForCausalLM, Qwen3Decoder],
) -> None:
    module, decoder = pair
    ids = random_ids(module.config.vocab_size, 20)
    cache = decoder.new_cache()
    decoder.prefill(ids[:-1], cache)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        decoder.decode(5, cache, token)
    assert cache.length == 19
    assert (decoder.decode(ids[-1], cache) - reference_logits(module, ids)[-1]).abs().max() < TOLERANCE


@pytest.mark.parametrize(
    ("precision", "kv_cache", "worst_kl"),
    [
        (Precision.BF16, KVCachePrecision.AUTO, 0.02),
        (Precision.FP16, KVCachePrecision.AUTO, 0.02),
        (Precision.INT8, KVCachePrecision.AUTO, 0.02),
        (Precision.FP32, KVCachePrecision.BITS16, 0.02),
        (Precision.FP32, KVCachePrecision.BITS8, 0.02),
        (Precision.INT8, KVCachePrecision.BITS8, 0.03),
        (Precision.NF4, KVCachePrecision.AUTO, 1.0),
    ],
)
def test_every_precision_stays_close_to_float32(
    precision: Precision, kv_cache: KVCachePrecision, worst_kl: float
) -> None:
    module = reference_model(GEOMETRIES[9])
    decoder = lean(module, precision, kv_cache)
    ids = random_ids(700, 100)
    expected = reference_logits(module, ids).log_softmax(-1)
    got = decoder.prefill(ids, decoder.new_cache(), all_positions=True).log_softmax(-1)
    kl = (expected.exp() * (expected - got)).sum(-1).mean()
    assert 0 <= kl < worst_kl
    cache = decoder.new_cache()
    decoder.prefill(ids[:-1], cache)
    stepped = decoder.decode(ids[-1], cache).log_softmax(-1)
    assert (expected[-1].exp() * (expected[-1] - stepped)).sum() < 3 * worst_kl


def test_eight_bits_do_not_depend_on_chunking() -> None:
    module = reference_model(GEOMETRIES[0])
    decoder = lean(module, Precision.INT8, KVCachePrecision.BITS8)
    ids = random_ids(300, 64)
    whole, cut = decoder.new_cache(), decoder.new_cache()
    expected = decoder.prefill(ids, whole)
    for start in range(0, 64, 16):
        got = decoder.prefill(ids[start : start + 16], cut)
    assert (got - expected).abs().max() < 1e-3
