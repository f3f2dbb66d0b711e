"""The built-in practice model: its folder is whole, its recipe keeps its promises, its answers are right."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Two thousand answers take two minutes on a quiet machine and many more on a busy one.
PATIENCE_S = 3600
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "pocket"
RECIPE = ROOT / "packaging" / "pocket"
TEMPLATE_SHA256 = "a55ee1b1660128b7098723e0abcd92caa0788061051c62d51cbe87d9cf1974d8"
PLAIN = {
    *("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>"),
    *("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"),
}
SPECIAL = {
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>"),
    *("<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>"),
    *("<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
}


def read_json(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def recipe() -> Iterator[Any]:
    """Import a module of the recipe by name; its scripts find each other by their folder on the path."""
    sys.path.insert(0, str(RECIPE))
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(str(RECIPE))


def test_the_manifest_lists_every_file_with_its_size_and_hash() -> None:
    manifest = read_json("manifest.json")
    assert manifest["format"] == 1
    present = {path.name for path in FOLDER.iterdir() if path.is_file()} - {"manifest.json"}
    assert set(manifest["files"]) == present
    for name, entry in manifest["files"].items():
        data = (FOLDER / name).read_bytes()
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}, name


def test_the_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 16_000_000


def test_the_config_is_a_tied_qwen3_whose_embedding_has_a_row_for_every_token() -> None:
    config, tokenizer = read_json("config.json"), read_json("tokenizer.json")
    assert config["model_type"] == "qwen3"
    assert config["architectures"] == ["Qwen3ForCausalLM"]
    assert config["tie_word_embeddings"] is True
    assert config["torch_dtype"] == "bfloat16"
    ids = {*tokenizer["model"]["vocab"].values(), *(token["id"] for token in tokenizer["added_tokens"])}
    assert ids == set(range(config["vocab_size"]))


def test_the_generation_config_is_qwen3s() -> None:
    config, generation = read_json("config.json"), read_json("generation_config.json")
    assert generation["eos_token_id"] == [config["eos_token_id"], generation["pad_token_id"]]
    assert generation["do_sample"] is True
    assert (generation["temperature"], generation["top_k"], generation["top_p"]) == (0.6, 20, 0.95)


def test_the_added_tokens_are_qwen3s_with_the_same_flags() -> None:
    added = read_json("tokenizer.json")["added_tokens"]
    assert {token["content"] for token in added if token["special"]} == SPECIAL
    assert {token["content"] for token in added if not token["special"]} == PLAIN
    assert not any(token[flag] for token in added for flag in ("single_word", "lstrip", "rstrip", "normalized"))
    decoder = read_json("tokenizer_config.json")["added_tokens_decoder"]
    assert {int(key): value for key, value in decoder.items()} == {
        token["id"]: {key: value for key, value in token.items() if key != "id"} for token in added
    }


def test_the_chat_template_is_qwen3s() -> None:
    template = read_json("tokenizer_config.json")["chat_template"]
    assert hashlib.sha256(template.encode()).hexdigest() == TEMPLATE_SHA256


def test_the_weights_are_bf16_without_a_second_head() -> None:
    from safetensors import safe_open

    with safe_open(FOLDER / "model.safetensors", framework="pt") as file:
        names = list(file.keys())
        kinds = {file.get_slice(name).get_dtype() for name in names}
    assert kinds == {"BF16"}
    assert "lm_head.weight" not in names
    assert "model.embed_tokens.weight" in names


def test_transformers_loads_it_with_no_key_missing_or_left_over() -> None:
    from transformers import Qwen3ForCausalLM

    _, report = Qwen3ForCausalLM.from_pretrained(FOLDER, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]


def test_the_same_seed_writes_the_same_dialogues(recipe: Any) -> None:
    draw, dialogues = recipe("pocket_draw").Draw, recipe("pocket_dialogues")

    def some(seed: int) -> list[object]:
        source = draw(seed)
        return [dialogues.make_dialogue(source) for _ in range(300)]

    assert some(5) == some(5)
    assert some(5) != some(6)


def test_training_never_draws_what_is_held_out(recipe: Any) -> None:
    drawing, sums = recipe("pocket_draw"), recipe("pocket_sums")
    words = recipe("pocket_words")
    training, evaluation = drawing.Draw(3), drawing.Draw(3, held_out=True)
    for source, held_out in ((training, False), (evaluation, True)):
        for _ in range(300):
            equation = sums.make_sum(source).answers[0].split()
            key = sums.pair_key(int(equation[0]), int(equation[2]), equation[1])
            assert drawing.is_held_out("pair", key) is held_out
            assert drawing.is_held_out("word", words.any_word(source)) is held_out
            assert drawing.is_held_out("name", words.any_name(source)) is held_out


def test_a_sum_is_held_out_both_ways_round(recipe: Any) -> None:
    sums = recipe("pocket_sums")
    assert sums.pair_key(27, 48, "+") == sums.pair_key(48, 27, "+")


def scores_of(recipe: Any, counts: dict[str, int], modes: tuple[str, ...], sampled: bool = False) -> list[Any]:
    evaluation, mode = recipe("evaluate"), recipe("pocket_dialogues").Mode
    checkpoint = evaluation.Checkpoint(FOLDER)
    return [
        evaluation.score(checkpoint, group, mode(name), count, 11, sampled)
        for group, count in counts.items()
        for name in modes
    ]


def test_a_sample_of_every_skill_is_right_in_both_modes(recipe: Any) -> None:
    counts = {"sums +": 20, "sums -": 20, "spelling": 8, "names": 8, "markdown": 6, "tools": 6}
    counts |= {"talk": 6, "about": 6, "howto": 6, "unknown": 8}
    scores = scores_of(recipe, counts, ("thinking", "direct"))
    wrong = [(score.group, score.mode.value, score.wrong) for score in scores if score.total - score.right > 1]
    assert not wrong
    assert sum(score.right for score in scores) >= 0.96 * sum(score.total for score in scores)


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_S)
@pytest.mark.parametrize("sampled", [False, True], ids=["greedy", "sampled"])
def test_every_skill_passes_its_threshold(recipe: Any, sampled: bool) -> None:
    """Sums in each of the two modes, every other skill over both: what the model is promised to do."""
    evaluation = recipe("evaluate")
    counts = {group: 200 if group.startswith("sums") else 100 for group in recipe("pocket_examples").GROUPS}
    scores = scores_of(recipe, counts, ("thinking", "direct"), sampled)
    slack = 0.03 if sampled else 0.0
    assert evaluation.missed(scores, slack) == []


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_S)
def test_soft_switches_and_cut_thoughts_do_little_harm(recipe: Any) -> None:
    counts = dict.fromkeys(recipe("pocket_examples").GROUPS, 40)
    scores = scores_of(recipe, counts, ("no_think", "cut"))
    assert sum(score.right for score in scores) >= 0.95 * sum(score.total for score in scores)
