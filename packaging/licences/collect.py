"""Collects the licences of everything that a package of Ponder carries:
`python packaging/licences/collect.py --output FILE [--python INTERPRETER]`.

INTERPRETER is that of the environment which is packaged. Taken are the distributions that pyproject.toml asks for and
theirs in turn, Python itself, and what parts.toml adds. FILE is what `app.core.licences` reads. Nothing is fetched.
A distribution without a licence text ends this with its name: put the text into texts/ and a line into parts.toml.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main() -> None:
    """Collect and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="of the environment; by default the one running this")
    parser.add_argument("--output", type=Path, required=True, help="the JSON file to write")
    arguments = parser.parse_args()
    sys.path[:0] = [str(HERE), str(ROOT)]
    from licence_list import TEXTS, collect, look

    entries = collect(look(arguments.python))
    if without := [each.name for each in entries if not each.text]:
        sys.exit(f"No licence text for {', '.join(without)}: put it into {TEXTS} and name it in parts.toml.")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    written = [asdict(each) for each in entries]
    arguments.output.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{arguments.output}: {len(entries)} licences")


if __name__ == "__main__":
    main()
