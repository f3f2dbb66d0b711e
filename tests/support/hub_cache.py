"""Puts a model folder into a Hugging Face cache as huggingface_hub lays it out."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_hub import COMMIT, REPOSITORY, git_sha1, sha256


def put_into_cache(cache: Path, model: Path, repository: str = REPOSITORY, commit: str = COMMIT) -> Path:
    """Returns the snapshot's folder, full of links to blobs."""
    home = cache / f"models--{repository.replace('/', '--')}"
    snapshot = home / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (home / "blobs").mkdir()
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    for file in model.iterdir():
        data = file.read_bytes()
        blob = sha256(data) if file.suffix == ".safetensors" else git_sha1(data)
        (home / "blobs" / blob).write_bytes(data)
        (snapshot / file.name).symlink_to(Path("../../blobs") / blob)
    return snapshot
