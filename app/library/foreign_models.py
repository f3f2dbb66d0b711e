"""Qwen3 files that other programs keep on this machine: LM Studio, Ollama and llama.cpp.

Looks at names and Ollama's small manifests only, reads no weights, writes nothing and goes only so deep.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_MAX_FOUND = 500
_MAX_VISITED = 20_000
_MAX_MANIFEST_BYTES = 1 << 20
_OLLAMA_WEIGHTS = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_OLLAMA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}(/[A-Za-z0-9][A-Za-z0-9._-]{0,80})?(:[A-Za-z0-9._-]{1,80})?")
_LATER_PART = re.compile(r"-0*([2-9]|[1-9][0-9]+)-of-[0-9]+\.gguf$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A GGUF file of another program. `name` is what that program calls it."""

    program: str
    name: str
    path: Path
    size_bytes: int


def find_foreign_models(
    environment: Mapping[str, str] | None = None, home: Path | None = None
) -> tuple[ForeignModel, ...]:
    """GGUF files under the usual folders of other programs whose names speak of Qwen3, by program and name.

    Args:
        environment: this process's by default.
        home: this user's by default.
    """
    variables = os.environ if environment is None else environment
    own_home = Path.home() if home is None else home
    found: dict[Path, ForeignModel] = {}
    for each in _candidates(variables, own_home):
        if "qwen3" in each.name.casefold().replace("-", "") and each.path not in found:
            found[each.path] = each
            if len(found) >= _MAX_FOUND:
                break
    return tuple(sorted(found.values(), key=lambda each: (each.program, each.name.casefold())))


def find_in_ollama(
    name: str, environment: Mapping[str, str] | None = None, home: Path | None = None
) -> ForeignModel | None:
    """The weights that Ollama calls `name` ("qwen3:0.6b"; without a tag, "latest"); None where it has none."""
    if _OLLAMA_NAME.fullmatch(name) is None or ".." in name:
        return None
    repository, _, tag = name.partition(":")
    variables = os.environ if environment is None else environment
    for root in _ollama_roots(variables, Path.home() if home is None else home):
        place = root / "manifests" / "registry.ollama.ai"
        place = place / repository if "/" in repository else place / "library" / repository
        found = _ollama_weights(place / (tag or "latest"), root, name)
        if found is not None:
            return found
    return None


def _candidates(variables: Mapping[str, str], home: Path) -> Iterator[ForeignModel]:
    for root in _ollama_roots(variables, home):
        manifests = root / "manifests"
        for path in _files(manifests, depth=4):
            parts = path.relative_to(manifests).parts[1:]  # behind the registry's host
            if len(parts) < 2:
                continue
            short = parts[1:] if parts[0] == "library" else parts
            found = _ollama_weights(path, root, "/".join(short[:-1]) + ":" + short[-1])
            if found is not None:
                yield found
    for root in (home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"):
        yield from _gguf_files("LM Studio", root, depth=3)
    for root in _llama_cpp_roots(variables, home):
        yield from _gguf_files("llama.cpp", root, depth=4)


def _ollama_roots(variables: Mapping[str, str], home: Path) -> list[Path]:
    named = variables.get("OLLAMA_MODELS", "")
    roots = [Path(named)] if named else []
    return [*roots, home / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]


def _llama_cpp_roots(variables: Mapping[str, str], home: Path) -> list[Path]:
    """Its own cache, and the Hugging Face cache that newer versions use instead (common/hf-cache.cpp)."""
    roots = [Path(variables[each]) for each in ("LLAMA_CACHE", "HF_HUB_CACHE") if variables.get(each)]
    if variables.get("HF_HOME"):
        roots.append(Path(variables["HF_HOME"]) / "hub")
    if sys.platform == "darwin":
        roots.append(home / "Library" / "Caches" / "llama.cpp")
    elif sys.platform == "win32":
        roots.append(Path(variables.get("LOCALAPPDATA") or home / "AppData" / "Local") / "llama.cpp")
    cache = Path(variables.get("XDG_CACHE_HOME") or home / ".cache")
    return [*roots, cache / "llama.cpp", cache / "huggingface" / "hub", home / ".cache" / "huggingface" / "hub"]


def _gguf_files(program: str, root: Path, depth: int) -> Iterator[ForeignModel]:
    for path in _files(root, depth):
        if path.suffix.lower() != ".gguf" or "mmproj" in path.name.lower() or _LATER_PART.search(path.name):
            continue
        try:
            yield ForeignModel(program, path.stem, path, path.stat().st_size)
        except OSError:
            continue


def _files(root: Path, depth: int) -> Iterator[Path]:
    """Files up to `depth` folders below `root`. Links to files are followed, links to folders are not."""
    waiting, visited = [(root, 0)], 0
    while waiting:
        folder, level = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    visited += 1
                    if visited > _MAX_VISITED:
                        return
                    if entry.is_dir(follow_symlinks=False):
                        if level < depth:
                            waiting.append((Path(entry.path), level + 1))
                    elif entry.is_file():
                        yield Path(entry.path)
        except OSError:
            continue


def _ollama_weights(manifest: Path, root: Path, name: str) -> ForeignModel | None:
    try:
        if not manifest.is_file() or manifest.stat().st_size > _MAX_MANIFEST_BYTES:
            return None
        layers = json.loads(manifest.read_bytes())["layers"]
        digests = [each["digest"] for each in layers if each["mediaType"] == _OLLAMA_WEIGHTS]
        found = _DIGEST.fullmatch(digests[0]) if len(digests) == 1 else None
        if found is None:
            return None
        blob = root / "blobs" / f"sha256-{found[1]}"
        return ForeignModel("Ollama", name, blob, blob.stat().st_size)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
