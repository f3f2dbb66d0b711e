"""Whether a checkpoint's files are still the same, told quickly: by their sizes, times and samples of their content.

Reading gigabytes to hash them would take longer than what the answer is needed for. A file that is replaced, converted
or downloaded again is another one in each of these; whether it is what its author published is `engine.manifest`'s.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from engine.checkpoint import Checkpoint

SAMPLES: Final = 16
SAMPLE_BYTES: Final = 64 << 10


def model_identity(checkpoint: Checkpoint) -> str:
    """Hexadecimal; another one for any other files. Raises OSError where one is gone."""
    digest = hashlib.sha256((checkpoint.folder / "config.json").read_bytes())
    for name in sorted(checkpoint.weight_files):
        path = checkpoint.folder / name
        facts = path.stat()
        digest.update(f"|{name}|{facts.st_size}|{facts.st_mtime_ns}|".encode("utf-8", "surrogateescape"))
        _add_samples(digest, path, facts.st_size)
    return digest.hexdigest()


def _add_samples(digest: hashlib._Hash, path: Path, size_bytes: int) -> None:
    with path.open("rb") as file:
        for number in range(SAMPLES):
            file.seek(max(size_bytes - SAMPLE_BYTES, 0) * number // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_BYTES))
