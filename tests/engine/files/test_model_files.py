"""FAULTS.md rows 34 to 36: good folders open; damaged and incomplete ones are refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load

from engine.checkpoint import ModelPath, open_checkpoint
from engine.errors import DamagedModel, NoModel, PonderError, UnsafeModel
from engine.manifest import write_manifest
from tests.engine.files.mutations import change_json, change_weights, make_llama, read_all
from tests.support.checkpoints import make_checkpoint, token_id, write_json

needs_links = pytest.mark.skipif(os.name == "nt", reason="making links needs a privilege on Windows")

LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 123\n"
WEB_PAGE = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>"


# --- what is accepted --------------------


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("tied", [True, False])
def test_a_good_folder_opens(tmp_path: Path, tied: bool, shards: int) -> None:
    folder = make_checkpoint(tmp_path / "good", tied=tied, shards=shards, dtype="bfloat16")
    checkpoint = open_checkpoint(folder)
    assert checkpoint.path is ModelPath.LEAN
    assert checkpoint.name == "good"
    assert checkpoint.geometry is not None
    assert checkpoint.weights_bytes == checkpoint.geometry.weights_bytes(16)
    assert checkpoint.eos_token_ids == (token_id("<|im_end|>"), token_id("<|endoftext|>"))
    assert checkpoint.max_context_tokens == 2048
    assert (checkpoint.has_chat_template, checkpoint.is_base) == (True, False)
    assert checkpoint.generation.temperature == 0.6
    assert checkpoint.warnings == ()
    assert len(checkpoint.weight_files) == shards
    read_all(checkpoint)


def test_a_base_model_is_told_by_its_template_and_stop_token(tmp_path: Path) -> None:
    assert open_checkpoint(make_checkpoint(tmp_path / "a", chat_template=False)).is_base
    inherited = make_checkpoint(tmp_path / "b")
    change_json(inherited / "tokenizer_config.json", eos_token="<|endoftext|>")
    assert open_checkpoint(inherited).is_base


def test_a_duplicate_of_a_tied_head_is_allowed_and_must_be_equal(model: Path) -> None:
    def duplicate(weights: dict[str, torch.Tensor]) -> None:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone()

    change_weights(model, duplicate)
    checkpoint = open_checkpoint(model)
    assert "lm_head.weight" in checkpoint.tensors
    assert checkpoint.geometry is not None
    assert checkpoint.weights_bytes == checkpoint.geometry.weights_bytes(32)
    read_all(checkpoint)

    def differ(weights: dict[str, torch.Tensor]) -> None:
        weights["lm_head.weight"][3, 5] += 1

    change_weights(model, differ)
    with open_checkpoint(model).reader() as reader, pytest.raises(DamagedModel, match="differs"):
        reader.get("model.embed_tokens.weight")


@needs_links
def test_a_hugging_face_cache_opens(tmp_path: Path, model: Path) -> None:
    repository = tmp_path / "models--Qwen--Tiny"
    snapshot = repository / "snapshots" / ("c" * 40)
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    for index, file in enumerate(sorted(model.iterdir())):
        blob = repository / "blobs" / f"{index:064x}"
        shutil.copyfile(file, blob)
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob.name)
    checkpoint = open_checkpoint(snapshot)
    assert checkpoint.name == "Qwen/Tiny"
    read_all(checkpoint)
    # Another repository's blobs are not its own.
    other = tmp_path / "models--Other--Repo" / "snapshots" / ("c" * 40)
    shutil.copytree(snapshot, other, symlinks=True)
    for file in other.iterdir():
        file.unlink()
        file.symlink_to(repository / "blobs" / (snapshot / file.name).resolve().name)
    with pytest.raises(UnsafeModel):
        open_checkpoint(other)


@needs_links
def test_the_shared_blobs_of_newer_caches_open(tmp_path: Path, model: Path) -> None:
    repository = tmp_path / "models--Qwen--Tiny"
    snapshot = repository / "snapshots" / ("c" * 40)
    shutil.copytree(model, snapshot)
    digest = "ab" + "0" * 62
    shared = tmp_path / "blobs" / "ab" / digest
    shared.parent.mkdir(parents=True)
    (snapshot / "model.safetensors").rename(shared)
    (repository / "blobs").mkdir()
    (repository / "blobs" / ("d" * 64)).symlink_to(Path("../../blobs/ab") / digest)
    (snapshot / "model.safetensors").symlink_to(Path("../../blobs") / ("d" * 64))
    read_all(open_checkpoint(snapshot))


def test_a_llama_goes_the_general_way(tmp_path: Path) -> None:
    checkpoint = open_checkpoint(make_llama(tmp_path / "llama"))
    assert checkpoint.path is ModelPath.GENERAL
    assert checkpoint.geometry is None
    assert checkpoint.max_context_tokens == 2048
    assert checkpoint.eos_token_ids == (token_id("<|im_end|>"), token_id("<|endoftext|>"))


def test_no_folder_or_no_config_is_no_model(tmp_path: Path, model: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty", model / "config.json"):
        with pytest.raises(NoModel):
            open_checkpoint(folder)


# --- row 34 --------------------


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "generation_config.json"])
@pytest.mark.parametrize("content", [b"", b"\0" * 5000, WEB_PAGE, LFS_POINTER], ids=["empty", "zero", "web", "lfs"])
def test_row34_a_file_that_is_something_else(model: Path, name: str, content: bytes) -> None:
    (model / name).write_bytes(content)
    words = {0: "empty", 5000: "zeros", len(WEB_PAGE): "web page", len(LFS_POINTER): "Git LFS"}[len(content)]
    with pytest.raises(DamagedModel, match=words) as caught:
        open_checkpoint(model)
    assert name in str(caught.value)
    assert "Download the model again" in caught.value.remedy


@pytest.mark.parametrize("keep", [4, 9, 100, -100, -1])
def test_row34_truncated_weights(model: Path, keep: int) -> None:
    path = model / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DamagedModel, match=r"model\.safetensors"):
        open_checkpoint(model)


def test_row34_truncated_tokenizer_and_trailing_bytes(model: Path) -> None:
    path = model / "tokenizer.json"
    good = path.read_bytes()
    path.write_bytes(good[:-200])
    with pytest.raises(DamagedModel, match=r"tokenizer\.json"):
        open_checkpoint(model)
    path.write_bytes(good)
    with (model / "model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(DamagedModel, match="4 bytes more"):
        open_checkpoint(model)


def test_row34_a_missing_shard(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "m", shards=3)
    (folder / "model-00002-of-00003.safetensors").unlink()
    with pytest.raises(DamagedModel, match=r"model-00002-of-00003\.safetensors is missing"):
        open_checkpoint(folder)


# --- row 35 --------------------


def zero_second_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))


def test_row35_zeroed_half_fails_the_manifest(model: Path) -> None:
    write_manifest(model, [file.name for file in model.iterdir()])
    open_checkpoint(model)
    zero_second_half(model / "model.safetensors")
    with pytest.raises(DamagedModel, match=r"model\.safetensors is not what was downloaded"):
        open_checkpoint(model)


def test_row35_zeroed_half_is_seen_without_a_manifest(model: Path) -> None:
    zero_second_half(model / "model.safetensors")
    checkpoint = open_checkpoint(model)
    with pytest.raises(DamagedModel, match="zero"):
        read_all(checkpoint)


@pytest.mark.parametrize(
    ("name", "share", "refused"),
    [
        ("model.layers.1.mlp.up_proj.weight", 0.2, False),
        ("model.layers.1.mlp.up_proj.weight", 0.3, True),
        ("model.embed_tokens.weight", 0.3, False),
        ("model.embed_tokens.weight", 0.5, True),
    ],
)
def test_row35_zero_rows(model: Path, name: str, share: float, refused: bool) -> None:
    def blank(weights: dict[str, torch.Tensor]) -> None:
        weights[name][: int(weights[name].shape[0] * share)] = 0

    change_weights(model, blank)
    with open_checkpoint(model).reader() as reader:
        if refused:
            with pytest.raises(DamagedModel, match=name):
                reader.get(name)
        else:
            reader.get(name)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_row35_nan_and_infinity(model: Path, value: float) -> None:
    def poison(weights: dict[str, torch.Tensor]) -> None:
        weights["model.layers.0.self_attn.q_proj.weight"][7, 7] = value

    change_weights(model, poison)
    with open_checkpoint(model).reader() as reader, pytest.raises(DamagedModel, match="q_proj"):
        reader.get("model.layers.0.self_attn.q_proj.weight")


# --- row 36 --------------------


def test_row36_missing_extra_and_mismatched_tensors(model: Path) -> None:
    good = (model / "model.safetensors").read_bytes()
    norm = "model.layers.1.self_attn.q_norm.weight"

    def drop(weights: dict[str, torch.Tensor]) -> None:
        del weights[norm]

    def add(weights: dict[str, torch.Tensor]) -> None:
        weights["model.layers.2.mlp.up_proj.weight"] = torch.ones(2, 2)

    def reshape(weights: dict[str, torch.Tensor]) -> None:
        weights[norm] = torch.ones(32)

    def retype(weights: dict[str, torch.Tensor]) -> None:
        weights[norm] = torch.ones(16, dtype=torch.float64)

    cases = (
        (drop, "missing: "),
        (add, "not part of it: "),
        (reshape, "is 32, not 16"),
        (retype, "stored as F64"),
    )
    for change, words in cases:
        (model / "model.safetensors").write_bytes(good)
        change_weights(model, change)
        with pytest.raises(PonderError, match=words):
            open_checkpoint(model)


def test_row36_dropped_layers(model: Path) -> None:
    change_json(model / "config.json", num_hidden_layers=3)
    with pytest.raises(DamagedModel, match=r"model\.layers\.2.* and 7 more"):
        open_checkpoint(model)
    change_json(model / "config.json", num_hidden_layers=1)
    with pytest.raises(DamagedModel, match="not part of it"):
        open_checkpoint(model)


def test_row36_old_rotary_buffers_are_harmless(model: Path) -> None:
    def add(weights: dict[str, torch.Tensor]) -> None:
        weights["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(8)

    change_weights(model, add)
    open_checkpoint(model)


def test_row36_index_and_shards_must_agree(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "m", shards=2)
    path = folder / "model.safetensors.index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    weight_map = index["weight_map"]
    without = {name: shard for name, shard in weight_map.items() if name != "model.norm.weight"}
    more = {**weight_map, "model.ghost.weight": "model-00001-of-00002.safetensors"}
    first, second = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    swapped = {
        **weight_map,
        "model.norm.weight": first if weight_map["model.norm.weight"] == second else second,
    }
    broken: tuple[object, ...] = (without, more, swapped, {}, [], None)
    for changed in broken:
        write_json(path, {**index, "weight_map": changed})
        with pytest.raises(DamagedModel, match="index"):
            open_checkpoint(folder)


# --- reading --------------------


def test_rows_are_read_as_they_lie_and_nothing_is_mapped(model: Path) -> None:
    wanted = load((model / "model.safetensors").read_bytes())
    with open_checkpoint(model).reader() as reader:
        for name, tensor in wanted.items():
            assert torch.equal(reader.get(name), tensor)
            if tensor.dim() == 2:
                for rows in (1, 3, len(tensor), 10 * len(tensor)):
                    blocks = [block.clone() for block in reader.matrix(name).blocks(rows)]
                    assert torch.equal(torch.cat(blocks), tensor)
                    assert max(len(block) for block in blocks) <= rows
        if sys.platform == "linux":
            assert "model.safetensors" not in Path("/proc/self/maps").read_text()


def test_what_was_read_outlives_the_reader_and_the_file(model: Path) -> None:
    name = "model.embed_tokens.weight"
    with open_checkpoint(model).reader() as reader:
        tensor = reader.get(name)
    before = tensor.clone()
    (model / "model.safetensors").write_bytes(b"")
    assert torch.equal(tensor, before)


def test_a_file_that_is_cut_short_while_it_is_read_is_an_error(model: Path) -> None:
    with open_checkpoint(model).reader() as reader:
        last = max(reader._checkpoint.tensors.items(), key=lambda item: item[1].end)
        reader.get(last[0])
        os.truncate(model / "model.safetensors", last[1].end - 1)
        with pytest.raises(DamagedModel, match="ended while it was being read"):
            reader.get(last[0])


def test_a_file_that_was_replaced_since_it_was_checked_is_an_error(model: Path) -> None:
    checkpoint = open_checkpoint(model)

    def widen(weights: dict[str, torch.Tensor]) -> None:
        weights["more"] = torch.ones(8, 8)

    change_weights(model, widen)
    with checkpoint.reader() as reader, pytest.raises(DamagedModel, match="changed while it was being read"):
        reader.get("model.norm.weight")
