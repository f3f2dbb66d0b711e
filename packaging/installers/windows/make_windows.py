"""Makes the Windows installer of a frozen folder, on Windows: `python packaging/installers/windows/make_windows.py`.

Has Inno Setup 6 or newer (https://jrsoftware.org/isinfo.php) compile ponder.iss, and tells it version and folders. The
result is not signed: whoever has a certificate signs it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MB = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=ROOT / "dist" / "ponder", help="default: dist/ponder")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="default: dist")
    arguments = parser.parse_args()
    if not (arguments.bundle / "Ponder.exe").is_file():
        sys.exit(f"There is no frozen Ponder in {arguments.bundle}: run `python packaging/freeze/build.py` first.")
    compiler = _compiler()
    if compiler is None:
        sys.exit("Inno Setup is missing: install it from https://jrsoftware.org/isdl.php, or put ISCC on PATH.")
    version = _version()
    definitions = [f"/DVersion={version}", f"/DBundle={arguments.bundle.resolve()}", f"/O{arguments.output.resolve()}"]
    subprocess.run([compiler, "/Qp", *definitions, str(HERE / "ponder.iss")], check=True)
    made = arguments.output / f"ponder-{version}-windows-x86_64.exe"
    print(f"{made}: {made.stat().st_size / MB:.1f} MB")


def _compiler() -> str | None:
    """Where it puts itself, for everyone or for one person."""
    if found := shutil.which("ISCC"):
        return found
    roots = [os.environ.get(each, "") for each in ("ProgramFiles(x86)", "ProgramFiles")]
    roots.append(str(Path(os.environ.get("LOCALAPPDATA", ""), "Programs")))
    places = (Path(root, f"Inno Setup {number}", "ISCC.exe") for root in roots if root for number in (7, 6))
    return next((str(each) for each in places if each.is_file()), None)


def _version() -> str:
    sys.path.insert(0, str(ROOT))
    from app.version import VERSION

    return VERSION


if __name__ == "__main__":
    main()
