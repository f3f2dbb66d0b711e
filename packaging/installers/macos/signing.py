"""Which parts of a bundle are signed, in which order, and by which commands. Knows files; runs nothing.

Apple wants every piece of machine code signed, the inner ones before those that enclose them
(https://developer.apple.com/documentation/xcode/creating-distribution-signed-code-for-the-mac).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ENTITLEMENTS = Path(__file__).resolve().parent / "entitlements.plist"
AD_HOC = "-"
IDENTITY_VARIABLE = "PONDER_SIGN_IDENTITY"
ACCOUNT_VARIABLES = ("APPLE_ID", "APPLE_TEAM_ID", "APPLE_APP_PASSWORD")
_EXECUTABLE_TYPE = 2
# The first bytes of a file by the order of the rest (mach-o/loader.h, mach-o/fat.h).
_THIN = {b"\xcf\xfa\xed\xfe": "little", b"\xfe\xed\xfa\xcf": "big"}
_UNIVERSAL = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
# Java's classes begin like universal binaries; their next number is a version of 45 and more, not a count of parts.
_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Credentials:
    """identity: the certificate in the keychain, "-" for none. account: for notarisation; empty where there is none."""

    identity: str
    account: tuple[str, ...]

    @property
    def signed(self) -> bool:
        return self.identity != AD_HOC

    @property
    def notarised(self) -> bool:
        """Apple notarises only what is signed."""
        return self.signed and bool(self.account)


def credentials(environment: Mapping[str, str]) -> Credentials:
    """Those in PONDER_SIGN_IDENTITY, APPLE_ID, APPLE_TEAM_ID and APPLE_APP_PASSWORD."""
    account = tuple(environment.get(each, "") for each in ACCOUNT_VARIABLES)
    return Credentials(environment.get(IDENTITY_VARIABLE) or AD_HOC, account if all(account) else ())


def machine_code(bundle: Path) -> tuple[Path, ...]:
    """Every Mach-O file, the deepest first. Not those that are only linked to."""
    found = [
        Path(folder, name)
        for folder, _, names in os.walk(bundle)
        for name in names
        if not Path(folder, name).is_symlink() and _kind(Path(folder, name)) is not None
    ]
    return tuple(sorted(found, key=lambda path: (-len(path.parts), path)))


def nested_bundles(bundle: Path) -> tuple[Path, ...]:
    """Frameworks inside, the deepest first: each is signed as a whole once its files are."""
    found = [each for each in bundle.rglob("*.framework") if each.is_dir() and not each.is_symlink()]
    return tuple(sorted(found, key=lambda path: (-len(path.parts), path)))


def signing_commands(bundle: Path, identity: str) -> Iterator[list[str]]:
    """codesign for every part, from the inside out, and for the bundle at last. Programs get the entitlements."""
    for file in machine_code(bundle):
        yield _codesign(file, identity, entitled=_kind(file) == _EXECUTABLE_TYPE)
    for framework in nested_bundles(bundle):
        yield _codesign(framework, identity, entitled=False)
    yield _codesign(bundle, identity, entitled=True)


def _codesign(target: Path, identity: str, *, entitled: bool) -> list[str]:
    command = ["codesign", "--force", "--sign", identity]
    if identity != AD_HOC:
        # The hardened runtime and Apple's time are what notarisation asks for.
        command += ["--options", "runtime", "--timestamp"]
    if entitled:
        command += ["--entitlements", str(ENTITLEMENTS)]
    return [*command, str(target)]


def _kind(file: Path) -> int | None:
    """The type in the header of a Mach-O file: 2 for a program; 0 for a universal one; None for any other file."""
    with file.open("rb") as stream:
        head = stream.read(16)
    order = _THIN.get(head[:4])
    if order is not None:
        return int.from_bytes(head[12:16], "little" if order == "little" else "big")
    if head[:4] in _UNIVERSAL and 0 < int.from_bytes(head[4:8], "big") <= _MOST_PARTS:
        return 0
    return None
