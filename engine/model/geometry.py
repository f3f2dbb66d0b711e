"""The sizes of a dense Qwen3, read strictly from its config.json, and what follows from them. No torch.

Everything a config can say that the decoder would have to compute differently is either represented here or
refused: an ignored field is how a model is run wrongly without a word.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from engine.errors import DamagedModel, UnsupportedModel
from engine.file_safety import DOWNLOAD_AGAIN, shown
from engine.types import JsonValue

MAX_CONTEXT_TOKENS = 1 << 24
_MAX_PARAMETERS = 1 << 40
_ANOTHER_MODEL = "Choose another model."
_DTYPES = ("bfloat16", "float16", "float32")
_ROPE_KEYS = {"rope_type", "type", "rope_theta", "partial_rotary_factor"}
_YARN_KEYS = _ROPE_KEYS | {
    "factor",
    "original_max_position_embeddings",
    "attention_factor",
    "beta_fast",
    "beta_slow",
    "mscale",
    "mscale_all_dim",
    "truncate",
}


@dataclass(frozen=True, slots=True)
class YarnScaling:
    """YaRN (arXiv:2309.00071). `attention_factor` None means the paper's 0.1 ln(factor) + 1."""

    factor: float
    original_max_position_embeddings: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    attention_factor: float | None = None


@dataclass(frozen=True, slots=True)
class Qwen3Geometry:
    """Sizes of a dense Qwen3.

    layers, heads, kv_heads: counts; heads is a multiple of kv_heads. head_dim is even and free of hidden_size
        / heads.
    max_position_embeddings: what the config says; `context_tokens` is what YaRN makes of it.
    tied_head: the output head is the embedding matrix.
    eos_token_ids: from config.json alone; generation_config.json may name more.
    dtype: what the config says the weights are stored in; the files themselves decide.
    """

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    rms_norm_eps: float = 1e-6
    rope_theta: float = 1_000_000.0
    rope_scaling: YarnScaling | None = None
    max_position_embeddings: int = 40_960
    tied_head: bool = True
    eos_token_ids: tuple[int, ...] = ()
    dtype: str = "bfloat16"

    @classmethod
    def from_config(cls, config: Mapping[str, JsonValue], source: str = "config.json") -> Self:
        """Read a config in transformers' old spelling (rope_theta, rope_scaling, torch_dtype) or that of
        version 5 (rope_parameters, dtype). Fields left out take the defaults of transformers' Qwen3Config
        only where a wrong guess would show (as missing tensors); the others are required.

        Raises:
            DamagedModel: a field is missing, of the wrong type, out of bounds, or contradicts another.
            UnsupportedModel: it asks for something the decoder does not do.
        """
        fields = _Fields(config, source)
        fields.require_plain()
        heads = fields.integer("num_attention_heads", 1, 4096)
        vocab_size = fields.integer("vocab_size", 1, 1 << 24)
        max_position_embeddings = fields.integer("max_position_embeddings", 1, MAX_CONTEXT_TOKENS)
        rope_theta, rope_scaling = fields.rope(max_position_embeddings)
        geometry = cls(
            vocab_size=vocab_size,
            hidden_size=fields.integer("hidden_size", 1, 1 << 17),
            intermediate_size=fields.integer("intermediate_size", 1, 1 << 20),
            layers=fields.integer("num_hidden_layers", 1, 1024),
            heads=heads,
            kv_heads=fields.integer("num_key_value_heads", 1, 4096, heads),
            head_dim=fields.integer("head_dim", 2, 4096, 128),
            rms_norm_eps=fields.number("rms_norm_eps", 1e-12, 0.1, 1e-6),
            rope_theta=rope_theta,
            rope_scaling=rope_scaling,
            max_position_embeddings=max_position_embeddings,
            tied_head=fields.flag("tie_word_embeddings", False),
            eos_token_ids=fields.token_ids("eos_token_id", vocab_size),
            dtype=fields.dtype(),
        )
        if geometry.heads % geometry.kv_heads:
            raise fields.damaged(f"{geometry.heads} heads cannot share {geometry.kv_heads} key/value heads")
        if geometry.head_dim % 2:
            raise fields.damaged(f"head_dim {geometry.head_dim} is odd, and rotary embedding turns pairs")
        fields.require_full_attention(geometry.layers)
        if geometry.parameter_count > _MAX_PARAMETERS:
            raise fields.damaged(f"its sizes make {geometry.parameter_count:,} parameters")
        return geometry

    @property
    def query_size(self) -> int:
        """Rows of q_proj: heads x head_dim."""
        return self.heads * self.head_dim

    @property
    def kv_size(self) -> int:
        """Rows of k_proj, and of v_proj: kv_heads x head_dim."""
        return self.kv_heads * self.head_dim

    @property
    def embedding_parameter_count(self) -> int:
        """Of the embedding, and of the head where it is a matrix of its own."""
        return self.vocab_size * self.hidden_size * (1 if self.tied_head else 2)

    @property
    def linear_parameter_count(self) -> int:
        """Of all linear layers within the decoder layers: what quantisation makes smaller."""
        attention = 2 * self.hidden_size * (self.query_size + self.kv_size)
        return self.layers * (attention + 3 * self.hidden_size * self.intermediate_size)

    @property
    def parameter_count(self) -> int:
        """All parameters, a tied head counted once."""
        norms = self.layers * (2 * self.hidden_size + 2 * self.head_dim) + self.hidden_size
        return self.embedding_parameter_count + self.linear_parameter_count + norms

    @property
    def context_tokens(self) -> int:
        """The longest context the positions are good for: with YaRN, factor times the original length."""
        if self.rope_scaling is None:
            return self.max_position_embeddings
        stretched = int(self.rope_scaling.factor * self.rope_scaling.original_max_position_embeddings)
        return min(max(stretched, self.max_position_embeddings), MAX_CONTEXT_TOKENS)

    def weights_bytes(self, bits: int) -> int:
        """Bytes of all parameters at `bits` bits each."""
        return -(-self.parameter_count * bits // 8)

    def kv_bytes_per_token(self, bits: int) -> int:
        """Bytes that one token takes in the KV cache at `bits` bits a number: key and value, all layers."""
        return -(-2 * self.layers * self.kv_size * bits // 8)

    def expected_tensors(self) -> dict[str, tuple[int, ...]]:
        """Every tensor a checkpoint must hold, by its Hugging Face name. A tied head is not among them."""
        hidden, inner = self.hidden_size, self.intermediate_size
        tensors: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (self.vocab_size, hidden)}
        for index in range(self.layers):
            layer = f"model.layers.{index}."
            tensors[layer + "input_layernorm.weight"] = (hidden,)
            tensors[layer + "self_attn.q_proj.weight"] = (self.query_size, hidden)
            tensors[layer + "self_attn.k_proj.weight"] = (self.kv_size, hidden)
            tensors[layer + "self_attn.v_proj.weight"] = (self.kv_size, hidden)
            tensors[layer + "self_attn.o_proj.weight"] = (hidden, self.query_size)
            tensors[layer + "self_attn.q_norm.weight"] = (self.head_dim,)
            tensors[layer + "self_attn.k_norm.weight"] = (self.head_dim,)
            tensors[layer + "post_attention_layernorm.weight"] = (hidden,)
            tensors[layer + "mlp.gate_proj.weight"] = (inner, hidden)
            tensors[layer + "mlp.up_proj.weight"] = (inner, hidden)
            tensors[layer + "mlp.down_proj.weight"] = (hidden, inner)
        tensors["model.norm.weight"] = (hidden,)
        if not self.tied_head:
            tensors["lm_head.weight"] = (self.vocab_size, hidden)
        return tensors


class _Fields:
    """Typed, bounded access to a config's fields; null counts as left out, as it does in transformers."""

    def __init__(self, config: Mapping[str, JsonValue], source: str) -> None:
        self._config = config
        self._source = source

    def damaged(self, problem: str) -> DamagedModel:
        return DamagedModel(f"{self._source}: {problem}.", DOWNLOAD_AGAIN)

    def unsupported(self, what: str) -> UnsupportedModel:
        return UnsupportedModel(f"{self._source} asks for {what}, which Ponder's decoder does not do.", _ANOTHER_MODEL)

    def integer(self, name: str, least: int, most: int, default: int | None = None) -> int:
        value = self._config.get(name)
        if value is None:
            value = default
        if value is None:
            raise self.damaged(f"{name} is missing")
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.damaged(f"{name} is {shown(value)}, not a whole number")
        if not least <= value <= most:
            raise self.damaged(f"{name} is {shown(value)}, not between {least} and {most}")
        return value

    def number(self, name: str, least: float, most: float, default: float | None = None) -> float:
        value = self._config.get(name)
        if value is None:
            value = default
        if value is None:
            raise self.damaged(f"{name} is missing")
        # Compared before converting: float() of a huge integer raises, and NaN compares false with
        # everything.
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise self.damaged(f"{name} is {shown(value)}, not a number between {least:g} and {most:g}")
        return float(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self._config.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.damaged(f"{name} is {shown(value)}, neither true nor false")
        return value

    def token_ids(self, name: str, vocab_size: int) -> tuple[int, ...]:
        value = self._config.get(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if len(items) > 1024:
            raise self.damaged(f"{name} lists {len(items)} ids")
        ids: list[int] = []
        for item in items:
            if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item < vocab_size:
                raise self.damaged(f"{name} has {shown(item)}, which is no id of a vocabulary of {vocab_size}")
            ids.append(item)
        return tuple(dict.fromkeys(ids))

    def dtype(self) -> str:
        old, new = self._config.get("torch_dtype"), self._config.get("dtype")
        if old is not None and new is not None and old != new:
            raise self.damaged(f"torch_dtype {shown(old)} contradicts dtype {shown(new)}")
        value = new if new is not None else old
        if value is None or value == "auto":
            return "float32"  # what torch takes where nothing is said
        name = value.removeprefix("torch.") if isinstance(value, str) else ""
        if name not in _DTYPES:
            raise self.unsupported(f"weights of dtype {shown(value)}")
        return name

    def require_plain(self) -> None:
        """Refuse what Qwen3Config allows and no published dense Qwen3 uses."""
        if self.flag("attention_bias", False):
            raise self.unsupported("biases in attention (attention_bias)")
        if self.flag("use_sliding_window", False):
            raise self.unsupported("sliding-window attention (use_sliding_window)")
        activation = self._config.get("hidden_act")
        if activation is not None and activation not in ("silu", "swish"):  # two names of one function
            raise self.unsupported(f"the activation {shown(activation)}")

    def require_full_attention(self, layers: int) -> None:
        kinds = self._config.get("layer_types")
        if kinds is None:
            return
        if not isinstance(kinds, list) or len(kinds) != layers:
            raise self.damaged(f"layer_types does not name {layers} layers")
        for kind in kinds:
            if kind != "full_attention":
                raise self.unsupported(f"a layer of the kind {shown(kind)}")

    def rope(self, max_position_embeddings: int) -> tuple[float, YarnScaling | None]:
        """rope_theta and the scaling, from either spelling; both may stand there when they agree."""
        old, new = self._config.get("rope_scaling"), self._config.get("rope_parameters")
        if old and new and old != new:
            raise self.damaged("rope_scaling contradicts rope_parameters")
        table = new or old or {}
        if not isinstance(table, dict):
            raise self.damaged(f"its rotary parameters are {shown(table)}, not a table")
        inside, outside = table.get("rope_theta"), self._config.get("rope_theta")
        if inside is not None and outside is not None and inside != outside:
            raise self.damaged(f"rope_theta is both {shown(inside)} and {shown(outside)}")
        theta = _Fields({"rope_theta": outside if inside is None else inside}, self._source)
        rope_theta = theta.number("rope_theta", 2.0, 1e12)
        for holder in (self._config, table):
            if holder.get("partial_rotary_factor") not in (None, 1):
                raise self.unsupported("rotary embedding of a part of each head (partial_rotary_factor)")
        kinds = {table[key] for key in ("rope_type", "type") if isinstance(table.get(key), str)}
        kind = next(iter(kinds)) if len(kinds) == 1 else "default" if not table.keys() - {"rope_theta"} else None
        if kind not in ("default", "yarn"):
            raise self.unsupported(f"the rotary scaling {shown(sorted(map(str, kinds)) or list(table)[:8])}")
        unknown = table.keys() - (_YARN_KEYS if kind == "yarn" else _ROPE_KEYS)
        if unknown:
            raise self.unsupported(f"the rotary parameter {shown(min(unknown))}")
        return rope_theta, _Fields(table, self._source).yarn(max_position_embeddings) if kind == "yarn" else None

    def yarn(self, max_position_embeddings: int) -> YarnScaling:
        """This table as YaRN parameters, with the defaults of transformers' _compute_yarn_parameters."""
        if not self.flag("truncate", True):
            raise self.unsupported("YaRN without truncation")
        beta_fast, beta_slow = (
            self.number("beta_fast", 1e-3, 1e4, 32.0),
            self.number("beta_slow", 1e-3, 1e4, 1.0),
        )
        if beta_fast < beta_slow:
            raise self.damaged(f"beta_fast {beta_fast:g} is below beta_slow {beta_slow:g}")
        factor = self.number("factor", 1.0, 1024.0)
        if self._config.get("attention_factor") is not None:
            attention_factor: float | None = self.number("attention_factor", 1e-3, 1e3)
        else:
            mscale, mscale_all = (
                self.number("mscale", 0.0, 100.0, 0.0),
                self.number("mscale_all_dim", 0.0, 100.0, 0.0),
            )
            both = mscale > 0 and mscale_all > 0
            attention_factor = _mscale(factor, mscale) / _mscale(factor, mscale_all) if both else None
        original = self._config.get("original_max_position_embeddings")
        if original is None:
            # transformers falls back to max_position_embeddings, which may already be the stretched length:
            # then the factor and the length cannot be told apart, and a guess would be wrong by that factor.
            raise self.damaged("original_max_position_embeddings is missing from its YaRN parameters")
        return YarnScaling(
            factor=factor,
            original_max_position_embeddings=self.integer(
                "original_max_position_embeddings", 1, max(max_position_embeddings, 1)
            ),
            beta_fast=beta_fast,
            beta_slow=beta_slow,
            attention_factor=attention_factor,
        )


def _mscale(factor: float, scale: float) -> float:
    return 1.0 if factor <= 1 else 0.1 * scale * math.log(factor) + 1.0
