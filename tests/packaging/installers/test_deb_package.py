"""The Debian package, installed by dpkg into a folder of its own, and where there is a real one, into this system."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from deb_package import build_deb, deb_name

from app.core.paths import HOME_VARIABLE
from app.version import VERSION
from tests.packaging.installers.conftest import NEW, OLD, edition, stand_in

pytestmark = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or os.name == "nt" or os.geteuid() != 0, reason="takes dpkg, and root to run it"
)
ROOT = Path(__file__).resolve().parents[3]
REAL = ROOT / "dist" / deb_name(VERSION)


class System:
    """An empty system that dpkg installs into. What the package depends on is not there, and not looked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "var/lib/dpkg/updates").mkdir(parents=True)
        (root / "var/lib/dpkg/info").mkdir()
        (root / "var/lib/dpkg/status").touch()
        (root / "var/log").mkdir()

    def dpkg(self, *arguments: str) -> str:
        command = ["dpkg", f"--root={self.root}", "--force-depends", "--log=/dev/null", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def files(self) -> set[str]:
        """What of the package is there, links included."""
        found = (each for part in ("opt", "usr") for each in (self.root / part).rglob("*"))
        return {str(each.relative_to(self.root)) for each in found if each.is_symlink() or each.is_file()}


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path / "system")


def built(tmp_path: Path, version: str, *files: str) -> Path:
    return build_deb(stand_in(tmp_path / f"bundle {version}", version, *files), tmp_path / "out", edition(version))


def test_it_installs_the_program_the_command_and_what_the_desktop_wants(tmp_path: Path, system: System) -> None:
    system.dpkg("--install", str(built(tmp_path, NEW)))
    assert (system.root / "usr/bin/ponder").readlink() == Path("../../opt/ponder/ponder")
    done = subprocess.run([system.root / "usr/bin/ponder"], capture_output=True, text=True, check=True)
    assert done.stdout == f"ponder {NEW}\n"
    assert (system.root / "opt/ponder/_internal/library.so").is_symlink()
    name = "chat.ponder.Ponder"
    icons = "usr/share/icons/hicolor"
    assert {
        f"usr/share/applications/{name}.desktop",
        f"usr/share/metainfo/{name}.metainfo.xml",
        f"{icons}/16x16/apps/{name}.png",
        f"{icons}/512x512/apps/{name}.png",
        f"{icons}/scalable/apps/{name}.svg",
        f"{icons}/symbolic/apps/{name}-symbolic.svg",
        "usr/share/man/man1/ponder.1.gz",
        "usr/share/doc/ponder/copyright",
    } <= system.files()


def test_its_files_belong_to_root_and_anyone_may_read_them(tmp_path: Path) -> None:
    package = built(tmp_path, NEW)
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    rights = {line.split()[0] for line in listed.splitlines()}
    assert rights == {"drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x", "lrwxrwxrwx"}
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}


def test_dpkg_finds_every_file_as_it_was_packed(tmp_path: Path, system: System) -> None:
    system.dpkg("--install", str(built(tmp_path, NEW)))
    assert system.dpkg("--verify", "ponder") == ""
    (system.root / "opt/ponder/_internal/library.so.1").write_text("damaged")
    assert "opt/ponder/_internal/library.so.1" in system.dpkg("--verify", "ponder")


def test_it_says_what_it_needs_and_how_large_it_is(tmp_path: Path) -> None:
    package = built(tmp_path, NEW)
    fields = subprocess.run(["dpkg-deb", "--field", package], capture_output=True, text=True, check=True).stdout
    assert "Depends: libc6 (>= 2.34), libegl1, libgl1\n" in fields
    assert f"Version: {NEW}\n" in fields
    size_kib = next(int(line.split()[1]) for line in fields.splitlines() if line.startswith("Installed-Size"))
    assert size_kib > 50


def test_an_upgrade_leaves_nothing_of_the_old_version(tmp_path: Path, system: System) -> None:
    system.dpkg("--install", str(built(tmp_path, OLD, "stale_module.py")))
    assert "opt/ponder/_internal/stale_module.py" in system.files()
    system.dpkg("--install", str(built(tmp_path, NEW, "new_module.py")))
    assert "opt/ponder/_internal/new_module.py" in system.files()
    assert "opt/ponder/_internal/stale_module.py" not in system.files()


@pytest.mark.parametrize("way", ["--remove", "--purge"])
def test_removing_it_takes_all_of_it_and_no_ones_data(tmp_path: Path, system: System, way: str) -> None:
    home = system.root / "root/.local/share/ponder/chats"
    home.mkdir(parents=True)
    (home / "chats.db").write_text("what somebody wrote")
    system.dpkg("--install", str(built(tmp_path, NEW)))
    system.dpkg(way, "ponder")
    assert system.files() == set()
    assert not (system.root / "opt/ponder").exists()
    assert (home / "chats.db").read_text() == "what somebody wrote"


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_file(), reason=f"takes {REAL.name}, which make installers makes")
def test_the_real_package_is_installed_used_and_removed(tmp_path: Path) -> None:
    if shutil.which("ponder", path="/usr/bin"):
        pytest.skip("Ponder is installed on this machine already")
    # Chats are kept where they are, with nothing but the system's own variables to say where that is.
    environment = {key: value for key, value in os.environ.items() if key != HOME_VARIABLE}
    environment |= {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    file = tmp_path / "DATA" / "ponder" / "chats" / "kept"
    file.parent.mkdir(parents=True)
    file.touch()
    subprocess.run(["dpkg", "--install", str(REAL)], check=True, timeout=300)
    try:
        done = subprocess.run(["ponder", "--version"], capture_output=True, text=True, check=True, env=environment)
        assert done.stdout == f"ponder {VERSION}\n"
        command = ["ponder", "ask", "--no-think", "--seed", "1", "--max-tokens", "20", "Hello"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120)
        assert done.stdout.strip()
        assert subprocess.run(["dpkg", "--verify", "ponder"], capture_output=True, check=True).stdout == b""
    finally:
        subprocess.run(["dpkg", "--remove", "ponder"], check=True, timeout=300)
    assert not Path("/opt/ponder").exists()
    assert file.exists()
