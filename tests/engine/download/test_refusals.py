"""Rows 48, 51 and 52 of the fault catalogue: what is refused, and in which words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.download.conftest import Client
from tests.support.fake_hub import COMMIT, FakeHub, self_signed, serving

WEIGHTS = "model.safetensors"
CLIMBING = "../../evil"
UNSAFE = "unsafe_model"


def with_entry(hub: FakeHub, name: str, **changes: Any) -> None:
    tree = [hub.tree_entry(each) for each in hub.files]
    for entry in tree:
        if entry["path"] == name:
            entry.update(changes)
    hub.tree = tree


def require_refused(client: Client, kinds: tuple[str, ...] = (UNSAFE,)) -> str:
    before = {each for each in client.home.parent.iterdir() if each.name.startswith("evil")}
    kind, message = client.run(patience={"attempts": 2}).failure()
    assert kind in kinds, message
    assert not client.destination.exists()
    assert {each for each in client.home.parent.iterdir() if each.name.startswith("evil")} == before
    assert not [each for each in client.home.rglob("*") if "evil" in each.name]
    return message


@pytest.mark.parametrize(
    "path",
    [
        "../config.json",
        "../../evil.safetensors",
        "/etc/evil.json",
        "sub/evil.safetensors",
        "..\\evil.json",
        "C:evil.json",
        "evil\x00.json",
        "..",
    ],
)
def test_row48_a_listed_name_that_climbs_is_refused(hub: FakeHub, client: Client, path: str) -> None:
    with_entry(hub, "tokenizer.json", path=path)
    require_refused(client)
    assert not [each for each in hub.asked if "/resolve/" in each.path]


@pytest.mark.parametrize(
    "changes",
    [
        {"lfs": {"oid": CLIMBING, "size": 3_000_000, "pointerSize": 134}},
        {"lfs": {"oid": "sha256:" + "0" * 64, "size": 3_000_000, "pointerSize": 134}},
        {"lfs": {"oid": "0" * 64, "size": 12, "pointerSize": 134}},
        {"lfs": None, "oid": CLIMBING},
        {"lfs": None, "size": -1},
        {"lfs": None, "size": "../3"},
        {"lfs": None, "size": 1 << 60},
    ],
)
def test_row48_a_listed_digest_or_size_that_is_none_is_refused(
    hub: FakeHub, client: Client, changes: dict[str, Any]
) -> None:
    with_entry(hub, WEIGHTS, **changes)
    require_refused(client)


def test_row48_a_name_listed_twice_is_refused(hub: FakeHub, client: Client) -> None:
    hub.tree = [hub.tree_entry(each) for each in (*hub.files, "config.json")]
    require_refused(client)


@pytest.mark.parametrize("commit", [CLIMBING, "main", "0" * 39, "C" * 40])
def test_row48_a_commit_that_is_none_is_refused(hub: FakeHub, client: Client, commit: str) -> None:
    hub.commit = commit
    require_refused(client)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ETag", f'"{CLIMBING}"'),
        ("ETag", '"a..b"'),
        ("ETag", '"' + "a" * 500 + '"'),
        ("X-Repo-Commit", CLIMBING),
        ("X-Linked-Etag", f'"{CLIMBING}"'),
        ("X-Linked-Etag", "0" * 63),
    ],
)
def test_row48_a_header_that_climbs_is_refused(hub: FakeHub, client: Client, header: str, value: str) -> None:
    hub.headers = {header: value}
    require_refused(client)


@pytest.mark.parametrize(
    ("header", "value"),
    [("X-Repo-Commit", "0" * 40), ("X-Linked-Etag", "0" * 64), ("X-Linked-Size", CLIMBING)],
)
def test_row48_a_hub_that_contradicts_its_listing_is_refused(
    hub: FakeHub, client: Client, header: str, value: str
) -> None:
    hub.headers = {header: value}
    require_refused(client, ("damaged_model",))


def test_row48_a_name_or_revision_that_climbs_is_not_even_asked_for(hub: FakeHub, client: Client) -> None:
    wishes: tuple[dict[str, Any], ...] = (
        {"repository": "../evil"},
        {"repository": "a/b/c"},
        {"repository": "Maker/.."},
        {"revision": CLIMBING},
        {"destination": str(client.models / "..")},
        {"destination": str(client.models / ".hidden")},
    )
    for options in wishes:
        assert client.run(**options).failure()[0] == "invalid_request"
    assert not [each for each in hub.asked if "/resolve/" in each.path]


def test_row48_another_commit_than_the_pinned_one_is_refused(hub: FakeHub, client: Client) -> None:
    assert client.run(revision="a" * 40).failure()[0] == UNSAFE
    client.require_complete(client.run(revision=COMMIT))


def test_another_file_than_the_catalogue_knows_is_refused(hub: FakeHub, client: Client) -> None:
    for known in ({WEIGHTS: [3_000_000, "0" * 64]}, {WEIGHTS: [3_000_001, None]}, {"config.json": [1, None]}):
        assert client.run(known=known).failure()[0] == "damaged_model"
    assert client.run(known={"config.json": [None, "0" * 64]}).failure()[0] == "damaged_model"
    truth = hub.tree_entry(WEIGHTS)["lfs"]["oid"]
    client.require_complete(client.run(known={WEIGHTS: [3_000_000, truth]}))


def test_pickled_weights_are_never_fetched(hub: FakeHub, client: Client) -> None:
    del hub.files[WEIGHTS]
    kind, message = client.run().failure()
    assert kind == "unsupported_model"
    assert "pickle" in message
    assert not [each for each in hub.asked if "/resolve/" in each.path]


def test_row51_offline_and_complete_needs_no_network(hub: FakeHub, client: Client) -> None:
    client.require_complete(client.run())
    asked = len(hub.asked)
    client.require_complete(client.run({"HF_HUB_OFFLINE": "1"}, saved=True))
    assert len(hub.asked) == asked


def test_row51_offline_and_incomplete_says_what_is_missing(hub: FakeHub, client: Client) -> None:
    kind, message = client.run({"HF_HUB_OFFLINE": "1"}).failure()
    assert kind == "offline"
    assert "HF_HUB_OFFLINE" in message
    hub.modes[WEIGHTS] = ["short", "503"]
    client.run(patience={"attempts": 1})
    asked = len(hub.asked)
    result = client.run({"HF_HUB_OFFLINE": "1"}, saved=True)
    kind, message = result.failure()
    assert kind == "offline"
    assert WEIGHTS in message
    assert "tokenizer.json" not in message
    assert result.events[0] == {"event": "saved", "missing": [WEIGHTS, "config.json"]}
    assert len(hub.asked) == asked
    assert client.part_bytes() == 1_500_000


def test_row51_no_hub_at_all_is_offline(hub: FakeHub, client: Client) -> None:
    kind, message = client.run({"HF_ENDPOINT": "http://127.0.0.1:9"}, patience={"attempts": 2}).failure()
    assert kind == "offline"
    assert "cannot be reached" in message


def test_row52_a_proxy_that_wants_a_password(hub: FakeHub, client: Client) -> None:
    hub.proxy_refuses = True
    for scheme in ("http", "https"):
        settings = {"HF_ENDPOINT": f"{scheme}://hub.example", f"{scheme}_proxy": hub.url}
        kind, message = client.run(settings).failure()
        assert kind == "proxy_refused"
        assert "407" in message


def test_a_proxy_is_used(hub: FakeHub, client: Client) -> None:
    client.require_complete(client.run({"HF_ENDPOINT": "http://hub.example", "http_proxy": hub.url}))
    assert all(each.headers["host"] == "hub.example" for each in hub.asked)


def test_proxy_settings_that_make_no_sense_are_named(client: Client) -> None:
    kind, message = client.run({"all_proxy": "gopher://127.0.0.1:1"}).failure()
    assert kind == "invalid_request"
    assert "proxy" in message


@pytest.fixture
def secure_hub(hub: FakeHub, client: Client, tmp_path: Path) -> Any:
    try:
        certificate = self_signed(tmp_path)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("needs openssl")
    secure = FakeHub(hub.files)
    with serving(secure, certificate=certificate):
        client.hub = secure
        yield certificate


def test_row52_a_certificate_that_nobody_signed(client: Client, secure_hub: Path) -> None:
    kind, message = client.run().failure()
    assert kind == "bad_certificate"
    assert "not trusted" in message
    assert "SSL_CERT_FILE" in message


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_row52_a_certificate_that_the_person_trusts(client: Client, secure_hub: Path, variable: str) -> None:
    client.require_complete(client.run({variable: str(secure_hub)}))
    kind, message = client.run({variable: str(secure_hub.parent / "none.pem")}).failure()
    assert kind == "bad_certificate"
    assert variable in message


def test_encryption_is_never_given_up(hub: FakeHub, client: Client, secure_hub: Path) -> None:
    client.hub.modes[WEIGHTS] = ["redirect"]
    client.hub.redirect_to = hub.url
    kind, message = client.run({"SSL_CERT_FILE": str(secure_hub)}).failure()
    assert kind == "download_failed"
    assert "without encryption" in message
    assert not hub.asked


def test_row54_cancel_over_tls(client: Client, secure_hub: Path) -> None:
    client.hub.modes[WEIGHTS] = ["stall"]
    result = client.run({"SSL_CERT_FILE": str(secure_hub)}, cancel_at_bytes=1_000_000, patience={"stall_s": 30})
    assert result.last["event"] == "cancelled"
    assert result.last["after_s"] < 1.0
    assert client.part_bytes() > 0


def test_row52_a_sign_in_page_instead_of_the_hub(hub: FakeHub, client: Client) -> None:
    for listing in ("html", 511):
        hub.listing = listing
        kind, message = client.run().failure()
        assert kind == "captive_portal"
        assert "ign in" in message
    hub.listing = None
    hub.modes["tokenizer.json"] = ["html"]
    assert client.run().failure()[0] == "captive_portal"
    hub.modes["tokenizer.json"] = ["ok"]
    client.require_complete(client.run())


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (401, "", "access_denied", "HF_TOKEN"),
        (403, "", "access_denied", "HF_TOKEN"),
        (403, "GatedRepo", "access_denied", "terms"),
        (401, "RepoNotFound", "not_on_hub", "private"),
        (404, "RepoNotFound", "not_on_hub", "no such model"),
        (404, "RevisionNotFound", "not_on_hub", "revision"),
        (503, "", "download_failed", "busy"),
    ],
)
def test_row52_refusals_have_words_of_their_own(
    hub: FakeHub, client: Client, status: int, code: str, kind: str, words: str
) -> None:
    hub.listing, hub.error_code = status, code
    found, message = client.run(only_plan=True).failure()
    assert found == kind
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize("listing", ["garbage", "endless"])
def test_a_listing_that_makes_no_sense_is_refused(hub: FakeHub, client: Client, listing: str) -> None:
    hub.listing = listing
    result = client.run(only_plan=True)
    assert result.failure()[0] in ("download_failed", UNSAFE)
    assert not result.errors


def test_looking_into_the_cache_imports_nothing_heavy() -> None:
    code = (
        "import sys, engine.download.cache; print({'torch', 'huggingface_hub', 'httpx2', 'PySide6'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
