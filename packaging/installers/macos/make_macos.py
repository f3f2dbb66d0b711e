"""Makes the disk image of a frozen Ponder.app, on macOS: `python packaging/installers/macos/make_macos.py`.

Signs every library from the inside out, then the application, by the certificate that PONDER_SIGN_IDENTITY names. With
APPLE_ID, APPLE_TEAM_ID and APPLE_APP_PASSWORD besides, Apple notarises the image. Without a certificate the signature
is ad hoc, which is said at the end and in the file's name.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from signing import AD_HOC, Credentials, credentials, signing_commands

ROOT = Path(__file__).resolve().parents[3]
MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "Ponder.app", help="default: dist/Ponder.app")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="default: dist")
    arguments = parser.parse_args()
    if platform.system() != "Darwin":
        sys.exit("Only macOS has the tools to sign an application and to make a disk image.")
    if not arguments.bundle.is_dir():
        sys.exit(f"There is no {arguments.bundle}: run `make package` first.")
    who = credentials(os.environ)
    sign(arguments.bundle, who)
    image = arguments.output / image_name(_version(), platform.machine(), who)
    make_image(arguments.bundle, image, who)
    if who.notarised:
        notarise(image, who)
    elif who.signed:
        print("Signed, but not notarised: macOS will warn whoever downloads it.")
    else:
        print("Unsigned: macOS refuses to open it until its owner allows it under Privacy & Security.")
    print(f"{image}: {image.stat().st_size / MB:.1f} MB")


def image_name(version: str, machine: str, who: Credentials) -> str:
    return f"ponder-{version}-macos-{machine}{'' if who.signed else '-unsigned'}.dmg"


def sign(bundle: Path, who: Credentials) -> None:
    """Sign the bundle, and check that macOS agrees.

    Raises:
        subprocess.CalledProcessError: a tool failed; it has said why. So for the functions below.
    """
    for command in signing_commands(bundle, who.identity):
        _run(command)
    _run(["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(bundle)])


def make_image(bundle: Path, image: Path, who: Credentials) -> None:
    """A disk image with the application and a link to where it is dragged."""
    with tempfile.TemporaryDirectory(prefix="image-", dir=image.parent) as place:
        # ditto keeps links, permissions and signatures.
        _run(["ditto", str(bundle), str(Path(place) / bundle.name)])
        (Path(place) / "Applications").symlink_to("/Applications")
        shutil.copyfile(ROOT / "LICENSE", Path(place) / "LICENSE")
        form = ["-volname", "Ponder", "-fs", "HFS+", "-format", "ULMO"]
        _run(["hdiutil", "create", *form, "-srcfolder", place, "-ov", str(image)])
    if who.identity != AD_HOC:
        _run(["codesign", "--force", "--sign", who.identity, "--timestamp", str(image)])


def notarise(image: Path, who: Credentials) -> None:
    """Have Apple look at the image, wait for the answer, and keep it in the image, for machines without a network."""
    name, team, password = who.account
    account = ["--apple-id", name, "--team-id", team, "--password", password]
    _run(["xcrun", "notarytool", "submit", str(image), *account, "--wait"])
    _run(["xcrun", "stapler", "staple", str(image)])
    _run(["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose", str(image)])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def _version() -> str:
    sys.path.insert(0, str(ROOT))
    from app.version import VERSION

    return VERSION


if __name__ == "__main__":
    main()
