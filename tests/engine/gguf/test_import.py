"""Files written by the `gguf` package come back as the model they were made of."""

from __future__ import annotations

import itertools
import json
import warnings
from pathlib import Path
from typing import Any

import gguf
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from app.library.models import built_in_model
from engine.cancel import CancelToken
from engine.checkpoint import open_checkpoint
from engine.engine import Engine
from engine.errors import Cancelled, DamagedModel, InvalidRequest, PonderError, UnsupportedModel
from engine.gguf_config import gguf_tensor_name
from engine.gguf_import import import_gguf
from engine.gguf_source import inspect_gguf
from engine.import_progress import ImportProgress, ImportStage
from engine.manifest import verify_manifest
from engine.origin import read_origin
from engine.tokenizer import Tokenizer
from engine.types import LoadRequest, Precision
from tests.support.checkpoints import make_checkpoint
from tests.support.gguf_files import encoded, write_gguf

IDS = list(range(5, 45))
TEXTS = (
    "Hello, world! I'm here; they'll come.",
    "1234567890 3.14 ½ ²",
    "  leading\n\n\ttabs \r\n and trailing   ",
    "Größe, naïve, e\u0301 and é, 中文字符, 日本語, 한국어, עברית",
    "🙂👍🏽 \u200d\ufeff\u0000",
    "<|im_start|>user\n<think>hm</think><tool_call>{}</tool_call><|im_end|><|fim_prefix|>",
    "def f(x):\n    return x**2  # ok\n",
)


def logits(folder: Path) -> Tensor:
    """(40, vocab), computed in float32."""
    engine = Engine()
    try:
        engine.load(LoadRequest(str(folder), device="cpu", precision=Precision.FP32))
        return engine.logits(IDS).clone()
    finally:
        engine.close()


def dequantised_copy(folder: Path, kind: str, copy: Path) -> Path:
    """The folder with each matrix as the package's own quantiser and dequantiser leave it, in float32."""
    copy.mkdir()
    for name in ("config.json", "tokenizer.json"):
        (copy / name).write_bytes((folder / name).read_bytes())
    weights = load_file(folder / "model.safetensors")
    for name, weight in weights.items():
        kind_number = gguf.GGMLQuantizationType[kind]
        if weight.dim() == 2 and kind_number > 1:
            weights[name] = torch.from_numpy(gguf.quants.dequantize(encoded(weight, kind), kind_number).copy())
        weights[name] = weights[name].float().contiguous()
    save_file(weights, copy / "model.safetensors")
    return copy


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0", "Q5_0", "Q4_0"])
@pytest.mark.parametrize("tied", [True, False])
def test_logits_are_those_of_the_quantised_weights(tmp_path: Path, kind: str, tied: bool) -> None:
    source = make_checkpoint(tmp_path / "source", tied=tied, dtype="bfloat16")
    origin = import_gguf(write_gguf(tmp_path / "m.gguf", source, kind), tmp_path / "models" / "m")
    assert origin.quantisation == kind
    ours = logits(tmp_path / "models" / "m")
    expected = logits(dequantised_copy(source, kind, tmp_path / "expected"))
    # What is left is the rounding to F16, 2**-11 of a weight.
    torch.testing.assert_close(ours, expected, rtol=0.0, atol=0.0 if kind in ("F32", "BF16") else 0.02)


@pytest.mark.parametrize(("kind", "kl_nats"), [("BF16", 1e-9), ("F16", 1e-6), ("Q8_0", 0.01)])
def test_the_built_in_model_survives(tmp_path: Path, kind: str, kl_nats: float) -> None:
    source = built_in_model().folder
    import_gguf(write_gguf(tmp_path / "m.gguf", source, kind), tmp_path / "m")
    ours, expected = logits(tmp_path / "m").log_softmax(-1), logits(source).log_softmax(-1)
    assert (expected.exp() * (expected - ours)).sum(-1).mean().item() < kl_nats
    same_words(source, tmp_path / "m")


def same_words(one: Path, other: Path) -> None:
    ours, theirs = Tokenizer.from_folder(other), Tokenizer.from_folder(one)
    assert ours.added_tokens == theirs.added_tokens
    assert ours.special_ids == theirs.special_ids
    assert ours.control == theirs.control
    for text in TEXTS:
        for control in (True, False):
            ids = theirs.encode(text, control_tokens=control)
            assert ours.encode(text, control_tokens=control) == ids
            assert ours.decode(ids) == theirs.decode(ids)


def test_everything_else_of_the_folder(tmp_path: Path, checkpoint: Path, gguf_file: Path) -> None:
    calls: list[ImportProgress] = []
    import_gguf(gguf_file, tmp_path / "m", report=calls.append)
    ours, theirs = open_checkpoint(tmp_path / "m"), open_checkpoint(checkpoint)
    assert ours.warnings == ()
    assert ours.geometry is not None
    assert theirs.geometry is not None
    for name in ("layers", "heads", "kv_heads", "head_dim", "rope_theta", "max_position_embeddings", "tied_head"):
        assert getattr(ours.geometry, name) == getattr(theirs.geometry, name)
    assert ours.geometry.rms_norm_eps == pytest.approx(theirs.geometry.rms_norm_eps)
    assert ours.eos_token_ids == theirs.eos_token_ids
    assert (ours.has_chat_template, ours.is_base) == (True, False)
    assert verify_manifest(tmp_path / "m").complete
    origin = read_origin(tmp_path / "m")
    assert origin is not None
    assert (origin.words, origin.lossy, origin.file) == ("imported from Q8_0", True, gguf_file.name)
    stages = [(stage, list(group)) for stage, group in itertools.groupby(calls, lambda each: each.stage)]
    assert [stage for stage, _ in stages] == [ImportStage.CONVERTING, ImportStage.CHECKING]
    for _, told in stages:
        done = [each.done_bytes for each in told]
        assert done == sorted(done)
        assert done[-1] == told[-1].total_bytes
    assert stages[0][1][-1].total_bytes == (tmp_path / "m" / "model.safetensors").stat().st_size
    same_words(checkpoint, tmp_path / "m")


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0"])
def test_what_a_file_becomes_is_known_before_it_is_imported(tmp_path: Path, checkpoint: Path, kind: str) -> None:
    path = write_gguf(tmp_path / "m.gguf", checkpoint, kind)
    summary = inspect_gguf(path)
    origin = import_gguf(path, tmp_path / "m")
    opened = open_checkpoint(tmp_path / "m")
    assert summary.quantisation == origin.quantisation == kind
    assert summary.imported_bytes == opened.weights_bytes
    assert opened.geometry is not None
    assert summary.parameters == opened.geometry.parameter_count


def test_why_a_file_cannot_be_imported_is_known_as_well(tmp_path: Path, checkpoint: Path) -> None:
    other = write_gguf(tmp_path / "other.gguf", checkpoint, general__architecture="llama")
    with pytest.raises(UnsupportedModel, match="architecture"):
        inspect_gguf(other)
    part = write_gguf(tmp_path / "part.gguf", checkpoint, split__count=2)
    with pytest.raises(UnsupportedModel, match="several files"):
        inspect_gguf(part)
    with pytest.raises(DamagedModel, match=r"blk\.1\.attn_q\.weight"):
        inspect_gguf(write_gguf(tmp_path / "short.gguf", checkpoint, without=["blk.1.attn_q.weight"]))


def test_a_base_model_stays_one(tmp_path: Path) -> None:
    source = make_checkpoint(tmp_path / "source", chat_template=False)
    import_gguf(write_gguf(tmp_path / "m.gguf", source), tmp_path / "m")
    ours, theirs = open_checkpoint(tmp_path / "m"), open_checkpoint(source)
    assert (ours.is_base, ours.eos_token_ids) == (theirs.is_base, theirs.eos_token_ids)


def test_a_head_that_is_the_embedding_again_is_tied(tmp_path: Path) -> None:
    source = make_checkpoint(tmp_path / "source")

    def head(weights: dict[str, Tensor]) -> Tensor:
        return weights["model.embed_tokens.weight"].clone()

    same = write_gguf(tmp_path / "same.gguf", source, "Q8_0", head=head)
    import_gguf(same, tmp_path / "same")
    assert "lm_head.weight" not in open_checkpoint(tmp_path / "same").tensors
    finer = write_gguf(tmp_path / "finer.gguf", source, "Q8_0", head=head, kinds={"output.weight": "F16"})
    import_gguf(finer, tmp_path / "finer")
    geometry = open_checkpoint(tmp_path / "finer").geometry
    assert geometry is not None
    assert not geometry.tied_head


def test_yarn_is_kept(tmp_path: Path, checkpoint: Path) -> None:
    scaling: dict[str, Any] = {
        "qwen3__rope__scaling__type": "yarn",
        "qwen3__rope__scaling__factor": 4.0,
        "qwen3__rope__scaling__original_context_length": 512,
    }
    import_gguf(write_gguf(tmp_path / "m.gguf", checkpoint, **scaling), tmp_path / "m")
    geometry = open_checkpoint(tmp_path / "m").geometry
    assert geometry is not None
    assert geometry.rope_scaling is not None
    assert (geometry.rope_scaling.factor, geometry.context_tokens) == (4.0, 2048)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"qwen3__pooling_type": 1}, "embedding or ranking"),
        ({"qwen3__attention__sliding_window": 512}, "sliding_window"),
        ({"qwen3__rope__scaling__type": "linear", "qwen3__rope__scaling__factor": 2.0}, "linear"),
        ({"qwen3__rope__dimension_count": 8}, "dimension_count"),
        ({"split__count": 3}, "several files"),
        ({"tokenizer__ggml__pre": "llama-bpe"}, "llama-bpe"),
        ({"tokenizer__ggml__model": "llama"}, "llama"),
    ],
)
def test_what_would_run_wrongly_is_unsupported(
    tmp_path: Path, checkpoint: Path, changes: dict[str, Any], said: str
) -> None:
    path = write_gguf(tmp_path / "m.gguf", checkpoint, **changes)
    with pytest.raises(UnsupportedModel, match=said):
        import_gguf(path, tmp_path / "models" / "m")
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"qwen3__block_count": 3},
        {"qwen3__block_count": 0},
        {"qwen3__embedding_length": 128},
        {"qwen3__vocab_size": 7},
        {"qwen3__attention__head_count": "four"},
        {"qwen3__rope__freq_base": float("nan")},
        {"tokenizer__ggml__eos_token_id": 99_999},
        {"tokenizer__ggml__eos_token_id": 3},
    ],
)
def test_contradictions_are_damage(tmp_path: Path, checkpoint: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(DamagedModel):
        import_gguf(write_gguf(tmp_path / "m.gguf", checkpoint, **changes), tmp_path / "m")


@pytest.mark.parametrize(
    "name",
    [
        *("qwen3.context_length", "qwen3.rope.freq_base", "blk.1.attn_q_norm.weight", "output_norm.weight"),
        *("token_embd.weight", "tokenizer.ggml.tokens", "tokenizer.ggml.merges", "tokenizer.ggml.token_type"),
    ],
)
def test_what_is_missing_is_damage(tmp_path: Path, checkpoint: Path, name: str) -> None:
    with pytest.raises(DamagedModel):
        import_gguf(write_gguf(tmp_path / "m.gguf", checkpoint, without=[name]), tmp_path / "m")


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0"])
def test_infinite_numbers_are_damage_and_leave_nothing(tmp_path: Path, kind: str) -> None:
    source = make_checkpoint(tmp_path / "source")
    weights = load_file(source / "model.safetensors")
    weights["model.layers.0.mlp.up_proj.weight"][3, 5] = float("inf")
    save_file(weights, source / "model.safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package divides by infinity
        path = write_gguf(tmp_path / "m.gguf", source, kind)
    with pytest.raises(DamagedModel, match=gguf_tensor_name("model.layers.0.mlp.up_proj.weight")):
        import_gguf(path, tmp_path / "models" / "m")
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("stage", [ImportStage.CONVERTING, ImportStage.CHECKING])
def test_cancelling_leaves_nothing(tmp_path: Path, gguf_file: Path, stage: ImportStage) -> None:
    token = CancelToken()

    def report(progress: ImportProgress) -> None:
        if progress.stage is stage:
            token.cancel()

    with pytest.raises(Cancelled):
        import_gguf(gguf_file, tmp_path / "models" / "m", report=report, cancel=token)
    assert list((tmp_path / "models").iterdir()) == []


def test_nothing_is_overwritten_and_leftovers_of_the_dead_are_swept(tmp_path: Path, gguf_file: Path) -> None:
    (tmp_path / "m").mkdir()
    left, odd = tmp_path / ".importing-4194999-abc", tmp_path / ".importing-9999999999-abc"
    left.mkdir()
    odd.mkdir()
    with pytest.raises(InvalidRequest, match="already a model called m"):
        import_gguf(gguf_file, tmp_path / "m")
    assert not left.exists()
    assert list((tmp_path / "m").iterdir()) == []


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, gguf_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000})())
    with pytest.raises(PonderError, match="free") as caught:
        import_gguf(gguf_file, tmp_path / "models" / "m")
    assert caught.value.kind == "disk_full"
    assert not (tmp_path / "models").exists()


def test_a_hostile_origin_is_only_a_remark(tmp_path: Path) -> None:
    for text in ("", "[]", '{"format": 9}', '{"format": 1, "kind": 3}', "[" * 100_000):
        (tmp_path / "ponder_origin.json").write_text(text)
        assert read_origin(tmp_path) is None
    (tmp_path / "ponder_origin.json").write_text(
        json.dumps({"format": 1, "kind": "gguf", "file": "a\x1b[2Jb", "quantisation": "Q4_K_M"})
    )
    origin = read_origin(tmp_path)
    assert origin is not None
    assert (origin.words, origin.file) == ("imported from Q4_K_M", "a[2Jb")
