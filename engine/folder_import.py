"""Copying a model folder from elsewhere: the files that make a model, hashed, complete or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint
from engine.disk import require_room
from engine.errors import DamagedModel
from engine.file_safety import DOWNLOAD_AGAIN, member, unreadable
from engine.import_progress import ImportStage, Report, reporter
from engine.manifest import read_manifest, write_manifest
from engine.origin import ORIGIN_NAME, Origin, origin_json
from engine.staging import staged_folder
from engine.weight_files import INDEX_FILE

_BLOCK_BYTES = 1 << 22
# Everything Ponder or transformers reads, and what says whose work it is. No code, no pickles, no other formats.
_NAMES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "README.md",
    "MODEL_CARD.md",
    ORIGIN_NAME,
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LICENSE = re.compile(r"(license|notice)[a-z0-9._-]{0,40}", re.IGNORECASE)


def files_of(checkpoint: Checkpoint) -> dict[str, Path]:
    """The files that make up a model, by name, as real paths.

    Raises:
        UnsafeModel, DamagedModel: where one leads.
    """
    folder = checkpoint.folder
    names = [*checkpoint.weight_files, *([INDEX_FILE] if len(checkpoint.weight_files) > 1 else []), *_NAMES]
    names += sorted(each.name for each in folder.iterdir() if _LICENSE.fullmatch(each.name) and each.is_file())
    found = {name: member(folder, name) for name in dict.fromkeys(names)}
    return {name: path for name, path in found.items() if path is not None}


def copy_model(
    checkpoint: Checkpoint,
    destination: Path,
    *,
    report: Report | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Copy a model into the new folder `destination`, which appears only when it is complete.

    Raises:
        DamagedModel: a file cannot be read, or is not what the source's own manifest says.
        InvalidRequest: `destination` exists.
        DiskFull: the disk has too little room.
        Cancelled: the token was set; nothing is left behind.
        OSError: the destination cannot be written.
    """
    files = files_of(checkpoint)
    total = sum(path.stat().st_size for path in files.values())
    require_room(destination, total)
    done, copying = 0, reporter(ImportStage.COPYING, report)

    def on_block(count: int) -> None:
        nonlocal done
        done += count
        copying(done, total)

    with staged_folder(destination) as folder:
        for name, path in files.items():
            _copy(path, folder / name, on_block, cancel)
        if ORIGIN_NAME not in files:
            text = origin_json(Origin("folder", checkpoint.name))
            (folder / ORIGIN_NAME).write_text(text, encoding="utf-8", newline="\n")
        names = [each.name for each in folder.iterdir()]
        write_manifest(folder, names, progress=reporter(ImportStage.CHECKING, report), cancel=cancel)
        _require_same(checkpoint.folder, files, folder)


def _copy(source: Path, target: Path, on_block: Callable[[int], None], cancel: CancelToken | None) -> None:
    try:
        reader = source.open("rb")
    except OSError as error:
        raise unreadable(source.name, error) from error
    with reader, target.open("wb") as out:
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            try:
                block = reader.read(_BLOCK_BYTES)
            except OSError as error:
                raise unreadable(source.name, error) from error
            if not block:
                return
            out.write(block)
            on_block(len(block))


def _require_same(source: Path, files: Mapping[str, Path], copy: Path) -> None:
    """Compare what was copied with the source's manifest, where it has one, and with the names that a Hugging Face
    cache gives its files: those of the large ones are their SHA-256.
    """
    expected, found = read_manifest(source) or {}, read_manifest(copy) or {}
    for name, entry in found.items():
        path = files.get(name)
        other = name in expected and expected[name] != entry
        if path is not None and _SHA256.fullmatch(path.name) is not None:
            other |= path.name != entry.sha256
        if other:
            raise DamagedModel(f"{name} is not the file that was installed there.", DOWNLOAD_AGAIN)
