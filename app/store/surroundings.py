"""What kind of folder the store lies in: on a network or kept in step by a cloud service, where WAL cannot be used.

WAL keeps an index in memory that all connections share, which no network file system gives to two machines
(https://www.sqlite.org/wal.html#overview). A service that copies files one by one takes the store without its -wal, or
an old -wal beside a newer store. With a rollback journal the store is one whole file between two writes. Knows paths,
mounts and names; opens no database.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final

from app.core.store_notices import StoreNotice, StoreNoticeKind
from app.store.database import JournalMode

# https://docs.kernel.org/filesystems/ and mount(8). Virtual machines share the host's folders by 9p, vboxsf, vmhgfs and
# virtiofs; WSL shares Windows' drives by 9p and drvfs.
_NETWORK_TYPES: Final = {
    *("9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "davfs2", "drvfs", "ftp", "gfs2", "glusterfs"),
    *("gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb2", "smb3", "smbfs", "sshfs"),
    *("vboxsf", "virtiofs", "vmhgfs", "webdav"),
}
# A FUSE file system that is not known to be local is taken for a network's.
_LOCAL_FUSE: Final = {
    *("apfs-fuse", "bindfs", "cryfs", "encfs", "exfat", "exfat-fuse", "fuse-overlayfs", "fuse2fs", "fuseext2"),
    *("gocryptfs", "ntfs", "ntfs-3g", "portal", "securefs", "unionfs", "unionfs-fuse", "veracrypt", "zfs"),
}
_MAC_FUSE: Final = {"macfuse", "osxfuse", "fusefs", "fuse-t"}
_DRIVE_REMOTE: Final = 4  # https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getdrivetypew
_MOUNT_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Service:
    """folders: names that its folders have by default. markers: what it keeps in the uppermost of them."""

    name: str
    folders: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()


_SERVICES: Final = (
    _Service("Dropbox", ("Dropbox", "Dropbox (*)"), (".dropbox.cache",)),
    _Service("OneDrive", ("OneDrive", "OneDrive - *")),
    _Service("Google Drive", ("Google Drive", "GoogleDrive", "My Drive"), (".tmp.drivedownload", ".tmp.driveupload")),
    _Service("iCloud", ("Mobile Documents", "iCloudDrive", "iCloud Drive")),
    _Service("Nextcloud", ("Nextcloud",), (".nextcloudsync.log", ".sync_*.db", "._sync_*.db")),
    _Service("ownCloud", ("ownCloud",), (".owncloudsync.log",)),
    _Service("Syncthing", (), (".stfolder",)),
    _Service("Resilio Sync", ("Resilio Sync",), (".sync/ID",)),
    _Service("Synology Drive", ("SynologyDrive", "Synology Drive"), (".SynologyWorkingDirectory",)),
    _Service("pCloud", ("pCloudDrive", "pCloud Drive", "pCloud Sync")),
    _Service("Proton Drive", ("Proton Drive", "ProtonDrive")),
    _Service("Yandex Disk", ("Yandex.Disk", "YandexDisk")),
    _Service("Box", ("Box Sync", "Box")),
    _Service("MEGA", ("MEGA", "MEGAsync")),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the store has to be kept in a folder, and what is to be said about it."""

    journal: JournalMode
    notices: tuple[StoreNotice, ...] = ()


def surroundings_of(folder: Path) -> Surroundings:
    """Find out about a folder, which may not exist yet. Never raises: what cannot be found out counts as local."""
    real = _real(folder)
    if kind := network_file_system(real):
        message = f"The conversations lie in a network or shared folder ({kind}): {folder}."
        remedy = "Writing is slower there. Never let two computers use them at the same time."
        return Surroundings(JournalMode.DELETE, (StoreNotice(StoreNoticeKind.NETWORK_FOLDER, message, remedy),))
    if service := sync_service(real):
        message = f"{service} seems to keep the folder with the conversations in step: {folder}."
        remedy = "Let Ponder be closed on one computer, and everything be copied, before opening it on another."
        return Surroundings(JournalMode.DELETE, (StoreNotice(StoreNoticeKind.SYNCED_FOLDER, message, remedy),))
    return Surroundings(JournalMode.WAL)


# -- network --


def network_file_system(folder: Path) -> str | None:
    """The kind of network file system `folder` (without links) lies on; None where it is local or nothing says."""
    if sys.platform == "win32":
        import ctypes

        kind = windows_network(folder, ctypes.windll.kernel32.GetDriveTypeW)
    elif sys.platform == "darwin":
        kind = mac_network(folder, _mac_mounts())
    else:
        kind = linux_network(folder, _linux_mounts())
    return kind


def linux_network(folder: PurePath, mountinfo: str) -> str | None:
    """By the text of /proc/self/mountinfo: https://docs.kernel.org/filesystems/proc.html."""
    mounts: list[tuple[str, str]] = []
    for line in mountinfo.splitlines():
        place, separator, source = line.partition(" - ")
        fields = place.split(" ")
        if separator and len(fields) > 4:
            mounts.append((_unescaped(fields[4]), source.split(" ")[0]))
    kind = _mounted_at(folder, mounts)
    if kind is None:
        return None
    name = kind.removeprefix("fuse.")
    is_unknown_fuse = kind.startswith("fuse") and kind != "fuseblk" and name not in _LOCAL_FUSE
    return name if name in _NETWORK_TYPES or is_unknown_fuse else None


def mac_network(folder: PurePath, mounts: str) -> str | None:
    """By what `mount` prints: "//me@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by me)"."""
    lines = re.findall(r"^.* on (/.*) \(([^()]*)\)$", mounts, re.MULTILINE)
    options = _mounted_at(folder, [(point, words) for point, words in lines])
    if options is None:
        return None
    kind, *words = options.split(", ")
    return kind if "local" not in words or kind in _MAC_FUSE or kind in _NETWORK_TYPES else None


def windows_network(folder: PurePath, drive_type: Callable[[str], int]) -> str | None:
    r"""By the path's root: \\server\share, or a letter that stands for one."""
    root = folder.anchor
    if root.startswith(("\\\\?\\", "\\\\.\\")) and not root[4:].upper().startswith("UNC\\"):
        root = root[4:]
    if root.startswith("\\\\"):
        return "network share"
    return "network drive" if drive_type(root) == _DRIVE_REMOTE else None


def _mounted_at(folder: PurePath, mounts: list[tuple[str, str]]) -> str | None:
    """What belongs to the mount that holds `folder`: the innermost, and of those at one place the last."""
    best: tuple[int, str] | None = None
    for point, value in mounts:
        if folder.is_relative_to(point):
            depth = len(PurePath(point).parts)
            if best is None or depth >= best[0]:
                best = depth, value
    return None if best is None else best[1]


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _linux_mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _mac_mounts() -> str:
    """Asks no server, so a dead one does not make it wait."""
    try:
        run = subprocess.run(
            ["/sbin/mount"], capture_output=True, text=True, errors="surrogateescape", timeout=_MOUNT_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout


# -- services that copy files between computers --


def sync_service(folder: Path, home: Path | None = None, environment: Mapping[str, str] | None = None) -> str | None:
    """The name of the service that seems to copy `folder` (without links) to other computers; None: none seems to."""
    variables = os.environ if environment is None else environment
    for service, root in _configured(_home() if home is None else home, variables):
        if folder.is_relative_to(root):
            return service
    for each in (folder, *folder.parents):
        if each.parent.name == "CloudStorage" and each.parent.parent.name == "Library":
            return each.name.split("-")[0]  # macOS: "OneDrive-Personal", "GoogleDrive-me@example.org"
        for known in _SERVICES:
            if any(fnmatchcase(each.name, name) for name in known.folders) or _has_marker(each, known):
                return known.name
    return None


def _has_marker(folder: Path, service: _Service) -> bool:
    try:
        return any(next(iter(folder.glob(marker)), None) is not None for marker in service.markers)
    except OSError:
        return False


def _configured(home: Path | None, variables: Mapping[str, str]) -> list[tuple[str, Path]]:
    """Folders that a service says are its own, whatever they are called."""
    found = [
        ("OneDrive", _real(Path(path)))
        for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
        if (path := variables.get(name))
    ]
    # https://help.dropbox.com/installs/locate-dropbox-folder
    places = [Path(path) / "Dropbox" for name in ("APPDATA", "LOCALAPPDATA") if (path := variables.get(name))]
    if home is not None:
        places.append(home / ".dropbox")
    for place in places:
        try:
            accounts = json.loads((place / "info.json").read_text(encoding="utf-8"))
            found += [("Dropbox", _real(Path(account["path"]))) for account in accounts.values()]
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            continue
    return found


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


def _real(path: Path) -> Path:
    """The path without links, as far as they can be followed."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return path.absolute()
