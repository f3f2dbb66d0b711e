"""Makes the Linux installers of a frozen folder: `python packaging/installers/linux/make_linux.py`.

Writes `dist/ponder_<version>_amd64.deb` and `dist/ponder-<version>-linux-x86_64.tar.xz`. Takes nothing but Python,
binutils, dpkg-deb and xz. SOURCE_DATE_EPOCH, where it is set, is the time of every file in them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

from deb_package import build_deb
from home_archive import build_archive
from linux_share import ROOT, Edition, build_time, published_source
from system_needs import system_needs

BUILDERS = {"deb": (build_deb, "dpkg-deb"), "archive": (build_archive, "xz")}
MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="deb|archive", help="default: both")
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "ponder", help="default: dist/ponder")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="default: dist")
    arguments = parser.parse_args()
    if unknown := set(arguments.kinds) - set(BUILDERS):
        parser.error(f"there is no {', '.join(sorted(unknown))}, only {' and '.join(BUILDERS)}")
    if not (arguments.bundle / "ponder").is_file():
        sys.exit(f"There is no frozen Ponder in {arguments.bundle}: run `make package` first.")
    if shutil.which("readelf") is None:
        sys.exit("readelf is missing, which says what the program needs: install binutils.")
    bundle = arguments.bundle.resolve()
    needs = system_needs(bundle)
    print(f"It needs glibc {needs.glibc} and {', '.join(needs.packages)}.", flush=True)
    edition = Edition(_version(), build_time(os.environ), published_source(os.environ), needs)
    for kind in arguments.kinds or BUILDERS:
        build, tool = BUILDERS[kind]
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing, which makes the {kind}: install it, or name only the other kind.")
        began_s = time.monotonic()
        made = build(bundle, arguments.output.resolve(), edition)
        print(f"{made}: {made.stat().st_size / MB:.1f} MB in {time.monotonic() - began_s:.0f} s", flush=True)


def _version() -> str:
    sys.path.insert(0, str(ROOT))
    from app.version import VERSION

    return VERSION


if __name__ == "__main__":
    main()
