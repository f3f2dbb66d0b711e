"""The installers of systems that the tests do not run on: what their scripts say agrees with what Ponder does."""

from __future__ import annotations

import plistlib
import re
import struct
import sys
from pathlib import Path

import platformdirs
import platformdirs.windows
import pytest
import signing
from signing import Credentials, credentials, machine_code, signing_commands

from app.core.paths import user_paths

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "packaging" / "installers" / "windows" / "ponder.iss"
THIN, UNIVERSAL = b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"
PROGRAM, LIBRARY = 2, 6


@pytest.fixture(scope="module")
def iss() -> str:
    text = SCRIPT.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "without a byte order mark Inno Setup takes it for another encoding"
    return text.decode("utf-8-sig")


def section(iss: str, name: str) -> list[str]:
    body = re.split(r"^\[(\w+)\]$", iss, flags=re.MULTILINE)
    lines = body[body.index(name) + 1].splitlines()
    return [each for each in lines if each.strip() and not each.startswith((";", "#"))]


def setup(iss: str) -> dict[str, str]:
    return dict(each.split("=", 1) for each in section(iss, "Setup"))


def test_windows_deletes_the_folder_that_ponder_writes_to(iss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA", "{localappdata}")
    monkeypatch.setattr(platformdirs.windows, "get_win_folder", lambda _: "/{localappdata}")
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.windows.Windows)
    monkeypatch.setattr(sys, "platform", "win32")
    paths = user_paths({})
    said = re.search(r"Result := ExpandConstant\('(.*)'\)", iss)
    assert said is not None
    folder = Path("/" + said[1].replace("\\", "/"))
    for each in (paths.settings_file, paths.chats, paths.models, paths.cache, paths.logs):
        assert each.is_relative_to(folder)


def test_windows_installs_for_one_person_where_no_data_are(iss: str) -> None:
    said = setup(iss)
    assert said["PrivilegesRequired"] == "lowest"
    # {autopf} of one person is {localappdata}\Programs.
    assert said["DefaultDirName"] == r"{autopf}\{#AppName}"
    assert said["AppId"] == "{{7E0B6B0C-53D4-4A86-9C0A-5D1B7C3F92AE}"
    assert said["Compression"].startswith("lzma2")
    # Setup in several files asks for a second disk when it is moved.
    assert "DiskSpanning" not in said


def test_windows_removes_the_old_program_before_it_writes_the_new_one(iss: str) -> None:
    assert section(iss, "InstallDelete") == [r'Type: filesandordirs; Name: "{app}\_internal"']


def test_windows_asks_before_it_deletes_and_the_answer_is_no(iss: str) -> None:
    code = " ".join(section(iss, "Code"))
    asked = code.index("SuppressibleMsgBox")
    assert "MB_DEFBUTTON2, IDNO) = IDYES" in code[asked:]
    assert code.count("DelTree") == 1
    assert code.index("DelTree") > asked
    assert code.index("UninstallSilent") < asked
    assert "UninstallDelete" not in iss


def test_windows_takes_files_that_are_there(iss: str) -> None:
    named = re.findall(r"\{#Root\}\\([\w\\.]+)", iss)
    assert len(named) > 1
    assert [each for each in named if not (ROOT / each.replace("\\", "/")).is_file()] == []


def test_windows_speaks_each_language_or_does_without_all_of_it(iss: str) -> None:
    spoken = re.findall(r'^Name: "(\w+)"; MessagesFile', iss, flags=re.MULTILINE)
    asked = re.findall(r"^(\w+)\.DeleteData=.*%1", iss, flags=re.MULTILINE)
    assert spoken == asked == ["en", "de", "zh_CN", "ar"]
    assert iss.count("#if") == iss.count("#endif")


def test_macos_entitlements_are_those_that_python_needs_and_no_more() -> None:
    said = plistlib.loads(signing.ENTITLEMENTS.read_bytes())
    allowed = "allow-jit", "allow-unsigned-executable-memory", "disable-library-validation"
    assert said == {f"com.apple.security.cs.{each}": True for each in allowed}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "Ponder.app" / "Contents"
    code = {
        "MacOS/ponder": _thin(PROGRAM),
        "Frameworks/libpython.dylib": _thin(LIBRARY),
        "Frameworks/torch/lib/libtorch.dylib": UNIVERSAL + struct.pack(">I", 2) + bytes(64),
        "Frameworks/torch/bin/torch_shm_manager": _thin(PROGRAM),
        "Frameworks/QtCore.framework/Versions/A/QtCore": _thin(LIBRARY),
    }
    other = {"Resources/app.py": b"print()", "Resources/Some.class": UNIVERSAL + struct.pack(">HH", 0, 52), "Info": b""}
    for name, data in (code | other).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "Resources" / "libpython.dylib").symlink_to("../Frameworks/libpython.dylib")
    return folder.parent


def _thin(kind: int) -> bytes:
    return THIN + struct.pack("<III", 0x100000C, 0, kind) + bytes(32)


def test_macos_code_is_told_from_everything_else(bundle: Path) -> None:
    assert {each.name for each in machine_code(bundle)} == {
        "ponder",
        "libpython.dylib",
        "libtorch.dylib",
        "torch_shm_manager",
        "QtCore",
    }


def test_macos_signs_from_the_inside_out_and_programs_get_the_entitlements(bundle: Path) -> None:
    commands = list(signing_commands(bundle, "Developer ID"))
    targets = [Path(each[-1]) for each in commands]
    assert targets[-1] == bundle
    for at, target in enumerate(targets):
        assert not [each for each in targets[at + 1 :] if each.is_relative_to(target) and each != target]
    entitled = {target.name for target, each in zip(targets, commands, strict=True) if "--entitlements" in each}
    assert entitled == {"ponder", "torch_shm_manager", "Ponder.app"}
    assert all("runtime" in each and "--timestamp" in each for each in commands)


def test_macos_without_a_certificate_signs_ad_hoc_and_notarises_nothing(bundle: Path) -> None:
    account = {"APPLE_ID": "a", "APPLE_TEAM_ID": "b", "APPLE_APP_PASSWORD": "c"}
    none = credentials(account)
    assert none == Credentials("-", ("a", "b", "c"))
    assert not none.signed
    assert not none.notarised
    assert not any("--timestamp" in each for each in signing_commands(bundle, none.identity))
    assert credentials({**account, "PONDER_SIGN_IDENTITY": "Developer ID"}).notarised
    assert not credentials({"PONDER_SIGN_IDENTITY": "Developer ID", "APPLE_ID": "a"}).notarised
