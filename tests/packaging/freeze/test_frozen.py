"""The frozen folder in dist, where there is one: used as a person uses it, and what only it could break."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from smoke_window import missing_tools

from tests.support.checkpoints import TOKENS, write_json, write_tokenizer

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "dist" / "ponder"
PROGRAM = FOLDER / ("ponder-cli.exe" if sys.platform == "win32" else "ponder")
SMOKE = ROOT / "packaging" / "freeze" / "smoke.py"
PATIENCE_S = 600

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(PATIENCE_S + 60),
    pytest.mark.skipif(not PROGRAM.is_file(), reason="there is no dist/ponder: make package builds it"),
]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(PROGRAM), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE_S, check=False, cwd=FOLDER.parent
    )


def _make_llama(folder: Path, template: str) -> Path:
    """A tiny model of another architecture, with a chat template that is not Qwen3's."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    folder.mkdir()
    write_tokenizer(folder, chat_template=False)
    config = LlamaConfig(
        vocab_size=TOKENS,
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        bos_token_id=0,
        eos_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    write_json(folder / "generation_config.json", {"eos_token_id": 1})
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return folder


@pytest.mark.skipif(sys.platform == "linux" and bool(missing_tools()), reason="needs Xvfb and xdotool")
def test_the_smoke_test_passes() -> None:
    done = subprocess.run(
        [sys.executable, str(SMOKE), str(FOLDER)], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_models_of_other_architectures_answer(tmp_path: Path) -> None:
    """Through transformers and, for their templates, one more process."""
    template = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant:"
    model = _make_llama(tmp_path / "llama", template)
    done = _run("ask", "--json", "--model", str(model), "--max-tokens", "4", "--temperature", "0", "Hello")
    assert done.returncode == 0, done.stderr
    finished = json.loads(done.stdout.splitlines()[-1])
    assert (finished["event"], finished["answer_tokens"]) == ("finished", 4)


def test_measuring_starts_processes_of_its_own() -> None:
    small = ("--precision", "int8", "--depth", "0", "--tokens", "8", "--runs", "1")
    done = _run("bench", "--json", "--model", "pocket", *small)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)


def test_every_link_in_it_leads_somewhere_and_nothing_is_half_there() -> None:
    assert [each for each in FOLDER.rglob("*") if each.is_symlink() and not each.exists()] == []
    assert not list(FOLDER.rglob("*.a"))
    assert (FOLDER / "_internal" / "resources" / "third_party_licences.json").is_file()
