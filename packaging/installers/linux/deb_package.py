"""The Debian package: the frozen folder in /opt/ponder, one command in /usr/bin, the rest in /usr/share.

There are no maintainer scripts. dpkg itself removes the old version's files after an upgrade, the desktop's packages
refresh their caches by triggers, and nothing here ever touches a home folder, also when the package is purged.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from linux_share import Edition, write_share
from staging import set_modes, stage_bundle

PACKAGE = "ponder"
ARCHITECTURE = "amd64"
PROGRAM_FOLDER = Path("opt/ponder")
COMMAND = Path("usr/bin/ponder")
MAINTAINER = "Ponder contributors <contributors@ponder.invalid>"
COMPRESSION = ("-Zxz", "-z6")
SUMMARY = "chat with a language model of your own, offline"
DESCRIPTION = """\
Ponder is a chat application with its own language-model engine inside.
Qwen3 models run on this machine; there is no account and no server, and
nothing that you write leaves the computer.
.
A small practice model comes with it, real ones are downloaded on demand."""


def deb_name(version: str) -> str:
    return f"{PACKAGE}_{version}_{ARCHITECTURE}.deb"


def build_deb(bundle: Path, output: Path, edition: Edition) -> Path:
    """Make the package and return its path. Needs dpkg-deb.

    Args:
        bundle: The frozen folder, with the program `ponder` in it.
        output: The folder for the package.

    Raises:
        subprocess.CalledProcessError: dpkg-deb failed; it has said why.
    """
    output.mkdir(parents=True, exist_ok=True)
    target = output / deb_name(edition.version)
    # Beside the result: the frozen folder is most likely on the same file system.
    with tempfile.TemporaryDirectory(prefix="deb-", dir=output) as place:
        root = Path(place) / "root"
        _stage(root, bundle, edition)
        command = ["dpkg-deb", "--root-owner-group", *COMPRESSION, "--build", str(root), str(target)]
        epoch = {"SOURCE_DATE_EPOCH": str(int(edition.made.timestamp()))}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **epoch})
    return target


def _stage(root: Path, bundle: Path, edition: Edition) -> None:
    write_share(root / "usr" / "share", edition)
    link = root / COMMAND
    link.parent.mkdir(parents=True)
    link.symlink_to(Path("..", "..", PROGRAM_FOLDER, "ponder"))
    (root / PROGRAM_FOLDER).parent.mkdir()
    set_modes(root)
    stage_bundle(bundle, root / PROGRAM_FOLDER)
    files = sorted(each for each in root.rglob("*") if each.is_file() and not each.is_symlink())
    control = root / "DEBIAN"
    control.mkdir()
    size_kib = sum((each.stat().st_size + 1023) // 1024 for each in files)
    (control / "control").write_text(_control(edition, size_kib), encoding="utf-8")
    (control / "md5sums").write_text("".join(f"{_md5(each)}  {each.relative_to(root)}\n" for each in files))
    set_modes(control)


def _control(edition: Edition, size_kib: int) -> str:
    fields = {
        "Package": PACKAGE,
        "Version": edition.version,
        "Architecture": ARCHITECTURE,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(size_kib),
        "Depends": ", ".join((f"libc6 (>= {edition.needs.glibc})", *edition.needs.packages)),
        "Section": "utils",
        "Priority": "optional",
    }
    if edition.source is not None:
        fields["Homepage"] = edition.source.repository
    fields["Description"] = SUMMARY + "".join(f"\n {line}" for line in DESCRIPTION.splitlines())
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _md5(file: Path) -> str:
    with file.open("rb") as stream:
        # What dpkg --verify compares; nothing depends on its strength.
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
