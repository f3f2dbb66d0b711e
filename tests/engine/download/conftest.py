"""A hub with a small model, and the client in processes of its own."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_hub import FakeHub, serving

ROOT = Path(__file__).parents[3]
LIMIT_S = 120.0
WEIGHTS_BYTES = 3_000_000
_SETTINGS = ("HF_", "HUGGING", "TRANSFORMERS_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "HTTP_", "HTTPS_", "ALL_", "NO_")


def model_files() -> dict[str, bytes]:
    return {
        "README.md": b"# Tiny\n",
        "config.json": b'{"architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3"}\n',
        "generation_config.json": b"{}\n",
        "model.safetensors": random.Random(1).randbytes(WEIGHTS_BYTES),
        "tokenizer.json": b'{"model": {}}\n',
        "tokenizer_config.json": b"{}\n",
        # What must never be fetched:
        "pytorch_model.bin": b"\x80\x04pickle",
        "modeling_tiny.py": b"print('run')\n",
        "logo.png": b"\x89PNG",
        ".gitattributes": b"*.safetensors filter=lfs\n",
    }


WANTED = {
    "README.md",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
}


@dataclass(frozen=True)
class Result:
    code: int
    events: list[dict[str, Any]]
    errors: str

    @property
    def last(self) -> dict[str, Any]:
        assert self.events, self.errors
        return self.events[-1]

    @property
    def progress(self) -> list[dict[str, Any]]:
        return [each for each in self.events if each["event"] == "progress"]

    def failure(self) -> tuple[str, str]:
        assert self.last["event"] == "error", self.last
        return self.last["kind"], self.last["message"]


@dataclass
class Client:
    """Starts the download client against `hub`; the model goes to `destination`."""

    hub: FakeHub
    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def destination(self) -> Path:
        return self.models / "Tiny"

    @property
    def staging(self) -> Path:
        return self.models / ".incomplete-Tiny"

    def part_bytes(self, name: str = "model.safetensors") -> int:
        path = self.staging / f"{name}.part"
        return path.stat().st_size if path.exists() else 0

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.upper().startswith(_SETTINGS)}
        home = {"HF_HOME": str(self.home / "hf"), "HF_ENDPOINT": self.hub.url, "PYTHONPATH": str(ROOT)}
        return {**own, **home, "PYTHONWARNINGS": "error", **self.extra, **extra}

    def start(self, environment: Mapping[str, str] | None = None, **options: object) -> subprocess.Popen[str]:
        asked = {"repository": self.hub.repository, "destination": str(self.destination), **options}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.download_client", json.dumps(asked)],
            cwd=ROOT,
            env=self.environment(environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str]) -> Result:
        try:
            out, errors = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Result(process.returncode, [json.loads(line) for line in out.splitlines()], errors)

    def run(self, environment: Mapping[str, str] | None = None, **options: object) -> Result:
        return self.finish(self.start(environment, **options))

    def require_complete(self, result: Result) -> None:
        """The download succeeded, and exactly the right bytes are there under their names."""
        assert result.last["event"] == "done", (result.last, result.errors)
        assert not result.errors
        assert not self.staging.exists()
        there = {each.name for each in self.destination.iterdir()}
        assert there == WANTED | {"manifest.json", "download.json"}
        for name in WANTED:
            assert (self.destination / name).read_bytes() == self.hub.files[name]


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with serving(FakeHub(model_files())) as served:
        yield served


@pytest.fixture
def client(hub: FakeHub) -> Iterator[Client]:
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # the many fsyncs wait for a busy disk otherwise
    with tempfile.TemporaryDirectory(prefix="ponder-download-", dir=memory) as home:
        yield Client(hub, Path(home))
