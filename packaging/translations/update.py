"""Brings the catalogues up to date with the words in the code: `python packaging/translations/update.py [LANGUAGE]`.

Writes `resources/i18n/ponder_<language>.ts`, which people (or Qt Linguist) fill in, and compiles each into the `.qm`
that the window loads. A language that has no catalogue yet gets one: that and a line in `app.core.settings.Language`
are all that a new language takes. `--check` changes nothing and fails where words are missing or a `.qm` is old.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "i18n"
# Its catalogue holds only what has a plural; everything else stands in the code.
ENGLISH = "en"


def main() -> None:
    """Update, or only look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", nargs="?", help="as in de or zh_CN; without it, every language that is there")
    parser.add_argument("--check", action="store_true", help="change nothing; fail where something is to be done")
    arguments = parser.parse_args()
    languages = [arguments.language] if arguments.language else present()
    if arguments.check:
        problems = [problem for each in languages for problem in check(each)]
        sys.exit("\n".join(problems) if problems else 0)
    for each in languages:
        update(each)
        print(f"{each}: {len(untranslated(catalogue(each)))} to translate")


def present() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.stem.removeprefix("ponder_") for path in FOLDER.glob("ponder_*.ts"))


def catalogue(language: str, folder: Path = FOLDER) -> Path:
    return folder / f"ponder_{language}.ts"


def update(language: str, folder: Path = FOLDER) -> None:
    """Take in what is new in the code, let go of what is gone, and compile."""
    path = catalogue(language, folder)
    plural = ["-pluralonly"] if language == ENGLISH else []
    sources = sorted(str(each.relative_to(ROOT)) for each in (ROOT / "app").rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language, *plural]
    _run("pyside6-lupdate", *options, *sources, "-ts", str(path))
    _run("pyside6-lrelease", "-silent", str(path), "-qm", str(path.with_suffix(".qm")))


def check(language: str) -> list[str]:
    """What is to be done about a language."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(catalogue(language), folder)
        update(language, folder)
        fresh, here = catalogue(language, folder), catalogue(language)
        problems = [f"{here.name}: not translated: {source}" for source in untranslated(fresh)]
        if fresh.with_suffix(".qm").read_bytes() != here.with_suffix(".qm").read_bytes():
            problems.append(f"{here.with_suffix('.qm').name} is old: run packaging/translations/update.py")
    return problems


def untranslated(path: Path) -> list[str]:
    """The texts that have no translation, or one that somebody marked as unfinished."""
    found = []
    for message in ET.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else [each.text for each in translation.iter("numerusform")]
        texts = forms or [None if translation is None else translation.text]
        unfinished = translation is None or translation.get("type") == "unfinished"
        if unfinished or not all(texts):
            found.append(message.findtext("source") or "")
    return found


def _run(tool: str, *arguments: str) -> None:
    # Beside this Python: the tools come with PySide6.
    program = shutil.which(tool, path=str(Path(sys.executable).parent)) or tool
    subprocess.run([program, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
