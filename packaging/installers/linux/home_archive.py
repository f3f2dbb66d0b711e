"""The archive for any other Linux: the frozen folder with scripts that install it into a person's home and remove it.

It is no AppImage: that has to be mounted by FUSE or unpacked at each start, 850 MB of it, and the tool that makes one
would have to be fetched while building.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from linux_share import Edition, write_share
from staging import set_modes, stage_bundle

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SCRIPTS = ("install.sh", "uninstall.sh")
OLDEST_GLIBC_LINE = "needed=2.34\n"
"""In install.sh: a bundle may need a newer one."""


def archive_name(version: str) -> str:
    return f"ponder-{version}-linux-x86_64.tar.xz"


def build_archive(bundle: Path, output: Path, edition: Edition) -> Path:
    """Make the archive and return its path. Needs xz, which compresses on all cores. Symbolic links stay links.

    Raises:
        subprocess.CalledProcessError: xz failed; it has said why.
    """
    output.mkdir(parents=True, exist_ok=True)
    target = output / archive_name(edition.version)
    with tempfile.TemporaryDirectory(prefix="archive-", dir=output) as place:
        root = Path(place) / f"ponder-{edition.version}"
        root.mkdir()
        write_share(root / "share", edition)
        for name in SCRIPTS:
            script = (HERE / name).read_text(encoding="utf-8")
            script = script.replace(OLDEST_GLIBC_LINE, f"needed={edition.needs.glibc}\n")
            (root / name).write_text(script, encoding="utf-8")
            (root / name).chmod(0o755)
        shutil.copyfile(ROOT / "LICENSE", root / "LICENSE")
        set_modes(root)
        stage_bundle(bundle, root / "ponder")
        _pack(root, target, int(edition.made.timestamp()))
    return target


def _pack(root: Path, target: Path, made_s: int) -> None:
    def neutral(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = made_s
        return member

    with target.open("wb") as file:
        command = ["xz", "--threads=0", "-6", "--stdout"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file)
        with tarfile.open(fileobj=process.stdin, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for path in (root, *sorted(root.rglob("*"))):
                archive.add(path, path.relative_to(root.parent), recursive=False, filter=neutral)
        if process.stdin is not None:
            process.stdin.close()
        if code := process.wait():
            target.unlink()
            raise subprocess.CalledProcessError(code, command)
