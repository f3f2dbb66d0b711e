"""Which folders WAL is not for."""

from __future__ import annotations

import json
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from app.core.store_notices import StoreNoticeKind
from app.store import surroundings
from app.store.database import JournalMode
from app.store.store import open_store
from app.store.surroundings import (
    linux_network,
    mac_network,
    network_file_system,
    surroundings_of,
    sync_service,
    windows_network,
)

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")

MOUNTINFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:40 / /home/me/nas rw,relatime shared:1 - nfs4 nas:/volume1 rw,vers=4.2
31 27 0:41 / /mnt/my\\040share rw,relatime - cifs //server/share rw
32 27 0:42 / /home/me/drive rw,nosuid shared:7 master:2 - fuse.rclone gdrive: rw
33 27 0:43 / /home/me/usb rw,relatime - fuseblk /dev/sdb1 rw
34 27 0:44 / /home/me/vault rw,relatime - fuse.gocryptfs /home/me/.vault rw
35 27 0:45 / /mnt/c rw,noatime - 9p C:\\134 rw
36 27 0:46 / /srv/twice rw - nfs old:/x rw
37 27 0:47 / /srv/twice rw - xfs /dev/sdc rw
38 30 0:48 / /home/me/nas/local rw - btrfs /dev/sdd rw
"""

MAC_MOUNTS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//me@nas._smb._tcp.local/home on /Volumes/home (1) (smbfs, nodev, nosuid, mounted by me)
nas:/export on /Volumes/export (nfs, nodev, nosuid, mounted by me)
me@host:/ on /Volumes/ssh (macfuse, local, synchronous)
/dev/disk4s2 on /Volumes/USB Stick (exfat, local, nodev, nosuid, noowners)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/chats", None),
        ("/home/me/nas", "nfs4"),
        ("/home/me/nas/ponder/chats", "nfs4"),
        ("/home/me/nas/local/chats", None),
        ("/home/me/nasty", None),
        ("/mnt/my share/chats", "cifs"),
        ("/home/me/drive/chats", "rclone"),
        ("/home/me/usb/chats", None),
        ("/home/me/vault/chats", None),
        ("/mnt/c/Users/me", "9p"),
        ("/srv/twice/chats", None),
    ],
)
def test_network_folders_of_linux(folder: str, kind: str | None) -> None:
    assert linux_network(PurePosixPath(folder), MOUNTINFO) == kind


def test_no_mounts_known_is_local() -> None:
    assert linux_network(PurePosixPath("/home/me"), "") is None
    assert mac_network(PurePosixPath("/Users/me"), "garbage (") is None


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/Users/me/Library", None),
        ("/Volumes/home (1)/chats", "smbfs"),
        ("/Volumes/export/chats", "nfs"),
        ("/Volumes/ssh/chats", "macfuse"),
        ("/Volumes/USB Stick/chats", None),
    ],
)
def test_network_folders_of_macos(folder: str, kind: str | None) -> None:
    assert mac_network(PurePosixPath(folder), MAC_MOUNTS) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        (r"C:\Users\me", None),
        (r"Z:\chats", "network drive"),
        (r"\\server\share\chats", "network share"),
        (r"\\?\UNC\server\share\chats", "network share"),
        (r"\\?\C:\Users\me", None),
        (r"\\wsl.localhost\Debian\home", "network share"),
    ],
)
def test_network_folders_of_windows(folder: str, kind: str | None) -> None:
    assert windows_network(PureWindowsPath(folder), lambda root: 4 if root.startswith("Z") else 3) == kind


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox/Apps/ponder", "Dropbox"),
        ("Dropbox (Work)/ponder", "Dropbox"),
        ("OneDrive - Contoso/Documents", "OneDrive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/ponder", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-me@example.org/My Drive", "Google Drive"),
        ("Library/CloudStorage/Sync.com-me/ponder", "Sync.com"),
        ("Nextcloud/chats", "Nextcloud"),
        ("my Dropboxes/chats", None),
        ("boxes/chats", None),
        (".local/share/ponder", None),
    ],
)
def test_folders_that_a_service_names(tmp_path: Path, folder: str, service: str | None) -> None:
    assert sync_service(tmp_path / folder, tmp_path, {}) == service


@pytest.mark.parametrize(
    ("marker", "service"),
    [
        (".stfolder", "Syncthing"),
        (".dropbox.cache", "Dropbox"),
        (".sync_1a2b3c.db", "Nextcloud"),
        (".owncloudsync.log", "ownCloud"),
        (".sync/ID", "Resilio Sync"),
        (".tmp.drivedownload", "Google Drive"),
    ],
)
def test_folders_that_a_service_marks(tmp_path: Path, marker: str, service: str) -> None:
    (tmp_path / "shared" / marker).mkdir(parents=True)
    assert sync_service(tmp_path / "shared" / "a" / "chats", tmp_path, {}) == service
    assert sync_service(tmp_path / "elsewhere", tmp_path, {}) is None


def test_the_daemons_own_folder_in_the_home_folder_marks_nothing(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()
    assert sync_service(tmp_path / "chats", tmp_path, {}) is None


def test_folders_that_a_service_keeps_under_another_name(tmp_path: Path) -> None:
    account = {"personal": {"path": str(tmp_path / "cloud"), "host": 1}}
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox" / "info.json").write_text(json.dumps(account))
    assert sync_service(tmp_path / "cloud" / "chats", tmp_path, {}) == "Dropbox"
    assert sync_service(tmp_path / "work" / "chats", tmp_path, {"OneDriveCommercial": str(tmp_path / "work")}) == (
        "OneDrive"
    )


@pytest.mark.parametrize("content", ["", "[]", '{"personal": 1}', '{"personal": {}}', "\0", '{"a": {"path": 5}}'])
def test_what_a_service_left_unreadable_is_no_reason_to_fail(tmp_path: Path, content: str) -> None:
    (tmp_path / ".dropbox").mkdir()
    (tmp_path / ".dropbox" / "info.json").write_text(content)
    assert sync_service(tmp_path / "chats", tmp_path, {}) is None


@needs_links
def test_a_link_into_such_a_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "Dropbox" / "chats").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "Dropbox" / "chats")
    assert surroundings_of(tmp_path / "link").journal is JournalMode.DELETE


@needs_links
def test_a_circle_of_links_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    surroundings_of(tmp_path / "circle" / "chats")


def test_the_real_mounts_can_be_read(tmp_path: Path) -> None:
    assert network_file_system(tmp_path.resolve()) in (None, "9p", "virtiofs")  # tests may run in a virtual machine


def test_a_synced_folder_gets_a_rollback_journal_and_a_notice(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "ponder"
    with open_store(folder) as store:
        assert store.writable
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.SYNCED_FOLDER]
        assert "Dropbox" in store.notices[0].words()
        assert store.database.rows("PRAGMA journal_mode")[0][0] == "delete"
        store.conversations.create()
        assert [each.name for each in folder.iterdir()] == ["chats.sqlite3"], "one whole file between two writes"


def test_a_network_folder_gets_a_rollback_journal_and_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "network_file_system", lambda folder: "nfs4")
    with open_store(tmp_path / "chats") as store:
        assert [notice.kind for notice in store.notices] == [StoreNoticeKind.NETWORK_FOLDER]
        assert "nfs4" in store.notices[0].words()
        assert store.database.rows("PRAGMA journal_mode")[0][0] == "delete"
