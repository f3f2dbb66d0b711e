"""Models that other programs keep on this machine: LM Studio, Ollama, llama.cpp and the Hugging Face cache.

Says where they lie, not whether Ponder can use them (app.library.elsewhere). Looks at names and Ollama's small
manifests only, reads no weights, writes nothing and goes only so deep.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.download.cache import every_snapshot
from engine.download.settings import cache_folder

_MAX_FOUND = 500
_MAX_VISITED = 20_000
_MAX_MANIFEST_BYTES = 1 << 20
_OLLAMA_HOST = "registry.ollama.ai"
_OLLAMA_WEIGHTS = "application/vnd.ollama.image.model"
_DIGEST = re.compile(r"sha256[:-]([0-9a-f]{64})")
_OLLAMA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}(/[A-Za-z0-9][A-Za-z0-9._-]{0,80})?(:[A-Za-z0-9._-]{1,80})?")
_LATER_PART = re.compile(r"-0*([2-9]|[1-9][0-9]+)-of-[0-9]+\.gguf$", re.IGNORECASE)


class Program(StrEnum):
    """Whose model it is, by the name that people know."""

    LM_STUDIO = "LM Studio"
    OLLAMA = "Ollama"
    LLAMA_CPP = "llama.cpp"
    HUGGING_FACE = "Hugging Face"


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A GGUF file, or a folder of the Hugging Face cache. `name` is what the program calls it."""

    program: Program
    name: str
    path: Path
    size_bytes: int
    is_folder: bool = False


def find_foreign_models(
    environment: Mapping[str, str] | None = None, home: Path | None = None
) -> tuple[ForeignModel, ...]:
    """What lies in the usual folders of other programs, by program and name; a file that several know, once.

    Args:
        environment: this process's by default.
        home: this user's by default.
    """
    variables = os.environ if environment is None else environment
    found: dict[Path, ForeignModel] = {}
    for each in _candidates(variables, _home() if home is None else home):
        found.setdefault(_real(each.path), each)
        if len(found) >= _MAX_FOUND:
            break
    return tuple(sorted(found.values(), key=lambda each: (each.program, each.name.casefold(), str(each.path))))


def find_in_ollama(
    name: str, environment: Mapping[str, str] | None = None, home: Path | None = None
) -> ForeignModel | None:
    """The weights that Ollama calls `name` ("qwen3:0.6b"; without a tag, "latest"); None where it has none."""
    if _OLLAMA_NAME.fullmatch(name) is None or ".." in name:
        return None
    repository, _, tag = name.partition(":")
    variables = os.environ if environment is None else environment
    for root in _ollama_roots(variables, _home() if home is None else home):
        place = root / "manifests" / _OLLAMA_HOST
        place = place / repository if "/" in repository else place / "library" / repository
        found = _ollama_weights(place / (tag or "latest"), root, name)
        if found is not None:
            return found
    return None


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # an account without one
        return Path(os.devnull)  # there is nothing below it


def _candidates(variables: Mapping[str, str], home: Path) -> Iterator[ForeignModel]:
    for root in _ollama_roots(variables, home):
        yield from _ollama_models(root)
    for root in (home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"):
        yield from _gguf_files(Program.LM_STUDIO, root, depth=3)
    for root in _llama_cpp_roots(variables, home):
        yield from _gguf_files(Program.LLAMA_CPP, root, depth=4)
    for root in _hub_roots(variables, home):  # newer versions of llama.cpp keep theirs there too (common/hf-cache.cpp)
        yield from _gguf_files(Program.HUGGING_FACE, root, depth=4)
        yield from _snapshots(root)


def _ollama_roots(variables: Mapping[str, str], home: Path) -> list[Path]:
    named = variables.get("OLLAMA_MODELS", "")
    roots = [Path(named)] if named else []
    return [*roots, home / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]


def _llama_cpp_roots(variables: Mapping[str, str], home: Path) -> list[Path]:
    roots = [Path(variables["LLAMA_CACHE"])] if variables.get("LLAMA_CACHE") else []
    if sys.platform == "darwin":
        roots.append(home / "Library" / "Caches" / "llama.cpp")
    elif sys.platform == "win32":
        roots.append(Path(variables.get("LOCALAPPDATA") or home / "AppData" / "Local") / "llama.cpp")
    return [*roots, Path(variables.get("XDG_CACHE_HOME") or home / ".cache") / "llama.cpp"]


def _hub_roots(variables: Mapping[str, str], home: Path) -> list[Path]:
    usual = home / ".cache" / "huggingface" / "hub"
    named = any(variables.get(each) for each in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"))
    return [cache_folder(variables), usual] if named else [usual]


def _ollama_models(root: Path) -> Iterator[ForeignModel]:
    manifests = root / "manifests"
    for path in _files(manifests, depth=4):
        host, *parts = path.relative_to(manifests).parts
        if len(parts) < 2:
            continue
        short = parts[1:] if parts[0] == "library" and len(parts) > 2 else parts
        place = "/".join(short[:-1] if host == _OLLAMA_HOST else (host, *parts[:-1]))
        found = _ollama_weights(path, root, f"{place}:{short[-1]}")
        if found is not None:
            yield found


def _gguf_files(program: Program, root: Path, depth: int) -> Iterator[ForeignModel]:
    for path in _files(root, depth):
        # mmproj: the eyes of a model that sees. Of a model in several files, the first one stands for all.
        if path.suffix.lower() != ".gguf" or "mmproj" in path.name.lower() or _LATER_PART.search(path.name):
            continue
        try:
            yield ForeignModel(program, path.stem, path, path.stat().st_size)
        except OSError:
            continue


def _snapshots(root: Path) -> Iterator[ForeignModel]:
    """Of each repository the snapshot that counts: whole models of other kinds than GGUF."""
    seen: set[str] = set()
    for each in every_snapshot(cache=root):
        if each.repository in seen or not (each.folder / "config.json").exists():
            continue
        seen.add(each.repository)
        try:
            size = sum(path.stat().st_size for path in each.folder.iterdir() if path.is_file())
        except OSError:
            continue
        yield ForeignModel(Program.HUGGING_FACE, each.repository, each.folder, size, is_folder=True)


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
        return ForeignModel(Program.OLLAMA, name, blob, blob.stat().st_size)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
