"""Models of other programs, in homes made up for them: found, told apart and imported by number or name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.library.elsewhere import Elsewhere, elsewhere_json, find_elsewhere, models_elsewhere
from app.library.foreign_models import Program, find_foreign_models, find_in_ollama
from app.library.importing import find_source, import_model
from app.library.models import ModelEntry
from engine.checkpoint import open_checkpoint
from engine.errors import InvalidRequest, NoModel
from tests.support.checkpoints import make_checkpoint, write_json
from tests.support.gguf_files import write_gguf
from tests.support.hub_cache import put_into_cache

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the cache's links need a privilege")
DIGEST = "a" * 64


def ollama_model(store: Path, place: str, tag: str, blob: bytes | None = None, **layer: object) -> None:
    """place: as in manifests/, with the host."""
    path = store / "manifests" / place / tag
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{DIGEST}", **layer}
    template = {"mediaType": "application/vnd.ollama.image.template", "digest": "sha256:" + "b" * 64}
    path.write_text(json.dumps({"layers": [template, weights]}))
    if blob is not None:
        (store / "blobs").mkdir(exist_ok=True)
        (store / "blobs" / f"sha256-{DIGEST}").write_bytes(blob)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one model in every program, and with what cannot be used."""
    home = tmp_path / "home"
    source = make_checkpoint(tmp_path / "source", dtype="bfloat16")
    studio = home / ".lmstudio" / "models" / "unsloth" / "Qwen3-0.6B-GGUF"
    cache = home / ".cache" / "llama.cpp"
    for folder in (studio, cache):
        folder.mkdir(parents=True)
    write_gguf(studio / "Qwen3-0.6B-Q8_0.gguf", source, "Q8_0")
    (studio / "mmproj-F16.gguf").write_bytes(b"GGUF")
    blob = write_gguf(tmp_path / "blob.gguf", source, "F16").read_bytes()
    ollama_model(home / ".ollama" / "models", "registry.ollama.ai/library/qwen3", "0.6b", blob)
    write_gguf(cache / "llama-3.gguf", source, general__architecture="llama")
    write_gguf(cache / "Qwen_Qwen3-4B-00001-of-00002.gguf", source, split__count=2)
    (cache / "Qwen_Qwen3-4B-00002-of-00002.gguf").write_bytes(b"GGUF")
    put_into_cache(home / ".cache" / "huggingface" / "hub", source, "Maker/Tiny-Qwen3")
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    write_json(pickled / "config.json", {"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"})
    (pickled / "pytorch_model.bin").write_bytes(b"\x80\x02")
    put_into_cache(home / ".cache" / "huggingface" / "hub", pickled, "Maker/Pickled")
    return home


@pytest.fixture
def found(home: Path) -> tuple[Elsewhere, ...]:
    return models_elsewhere({}, home)


def test_what_can_be_used_has_numbers_and_the_rest_has_reasons(found: tuple[Elsewhere, ...]) -> None:
    assert [(each.number, each.model.program, each.model.name, each.precision) for each in found] == [
        (1, Program.HUGGING_FACE, "Maker/Tiny-Qwen3", "BF16"),
        (2, Program.LM_STUDIO, "Qwen3-0.6B-Q8_0", "Q8_0"),
        (3, Program.OLLAMA, "qwen3:0.6b", "F16"),
        (None, Program.HUGGING_FACE, "Maker/Pickled", ""),
        (None, Program.LLAMA_CPP, "llama-3", ""),
        (None, Program.LLAMA_CPP, "Qwen_Qwen3-4B-00001-of-00002", ""),
    ]
    pickled, llama, part = (each.problem for each in found[3:])
    assert "pickle" in pickled
    assert "architecture llama" in llama
    assert "one part of a model in several files" in part
    assert all(each.imported_bytes > 0 and not each.problem for each in found[:3])
    reports = [elsewhere_json(each) for each in found]
    assert json.loads(json.dumps(reports)) == reports
    assert [each["usable"] for each in reports] == [True] * 3 + [False] * 3


def test_one_is_meant_by_its_number_or_its_name(found: tuple[Elsewhere, ...]) -> None:
    for each in found[:3]:
        assert find_elsewhere(str(each.number), found) is each
        assert find_elsewhere(each.model.name.upper(), found) is each
    for number in ("0", "4", "99"):
        with pytest.raises(NoModel, match=f"no number {number}: 3 models"):
            find_elsewhere(number, found)
    with pytest.raises(NoModel, match=r"llama-3 of llama\.cpp cannot be used: .*architecture llama"):
        find_elsewhere("llama-3", found)
    assert find_elsewhere("nothing", found) is None


def test_a_name_that_several_have_needs_the_number(home: Path, tmp_path: Path) -> None:
    again = home / ".cache" / "lm-studio" / "models" / "other"
    again.mkdir(parents=True)
    write_gguf(again / "Qwen3-0.6B-Q8_0.gguf", tmp_path / "source", "Q8_0")
    with pytest.raises(InvalidRequest, match=r"Several models are called .*: 2, 3"):
        find_elsewhere("Qwen3-0.6B-Q8_0", models_elsewhere({}, home))


def test_a_file_that_two_programs_know_is_listed_once(home: Path) -> None:
    link = home / ".lmstudio" / "models" / "linked.gguf"
    link.symlink_to(home / ".ollama" / "models" / "blobs" / f"sha256-{DIGEST}")
    names = [each.name for each in find_foreign_models({}, home)]
    assert "qwen3:0.6b" in names
    assert "linked" not in names


def test_import_by_number_and_by_name(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setenv("HF_HOME", str(home / ".cache" / "huggingface"))
    models = tmp_path / "models"
    (tmp_path / "2").mkdir()
    monkeypatch.chdir(tmp_path)  # a folder called 2 is ./2
    by_number = import_model(find_source("2"), models)
    assert by_number.entry == ModelEntry("Qwen3-0.6B-Q8_0", models / "Qwen3-0.6B-Q8_0")
    by_name = import_model(find_source("qwen3:0.6b"), models)
    assert by_name.entry.name == "qwen3-0.6b"
    copied = import_model(find_source("Maker/Tiny-Qwen3"), models)
    assert copied.entry.name == "Tiny-Qwen3"
    for name in ("Qwen3-0.6B-Q8_0", "qwen3-0.6b", "Tiny-Qwen3"):
        assert open_checkpoint(models / name)
    with pytest.raises(NoModel):
        find_source("./2")


def test_the_hub_cache_is_used_in_place_where_the_environment_names_it(
    home: Path, found: tuple[Elsewhere, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found[0].in_place == ""  # the tests' own HF_HOME is another
    monkeypatch.setenv("HF_HOME", str(home / ".cache" / "huggingface"))
    assert models_elsewhere({}, home)[0].in_place == "Maker/Tiny-Qwen3"


def test_ollamas_names(home: Path) -> None:
    store = home / ".ollama" / "models"
    ollama_model(store, "hf.co/maker/tiny", "q8")
    ollama_model(store, "registry.ollama.ai/maker/tiny", "latest", digest="sha256:../../x")
    (store / "manifests" / "registry.ollama.ai" / "library" / "qwen3" / "odd").write_text("[]")
    named = find_in_ollama("qwen3:0.6b", {}, home)
    assert named is not None
    assert named.path == store / "blobs" / f"sha256-{DIGEST}"
    for name in ("qwen3", "qwen3:odd", "maker/tiny", "../x:y", "a/../b:c"):
        assert find_in_ollama(name, {}, home) is None
    moved = find_in_ollama("qwen3:0.6b", {"OLLAMA_MODELS": str(store)}, home / "other")
    assert moved is not None


def test_an_empty_home_has_nothing(tmp_path: Path) -> None:
    assert models_elsewhere({}, tmp_path) == ()


def test_an_account_without_a_home_has_no_models_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(Path, "expanduser", homeless)
    assert find_foreign_models(environment={}) == ()
    assert find_in_ollama("qwen3:0.6b", environment={}) is None
