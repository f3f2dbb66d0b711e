"""The catalogues of the languages: complete, and with the same blanks to be filled in as the English words."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from app.application.language import catalogues

ROOT = Path(__file__).parents[4]
LANGUAGES = sorted(path.stem.removeprefix("ponder_") for path in catalogues().glob("ponder_*.ts"))
_BLANK = re.compile(r"\{[a-z_]*\}|%L?n")


@pytest.fixture(scope="module")
def update() -> ModuleType:
    """The script beside the catalogues; its folder is no package, and must not be one."""
    spec = importlib.util.spec_from_file_location("update", ROOT / "packaging" / "translations" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def messages(language: str) -> list[tuple[str, list[str]]]:
    """Each English text with its translations: one, or one for every form of the plural."""
    found = []
    for each in ET.parse(catalogues() / f"ponder_{language}.ts").getroot().iter("message"):
        translation = each.find("translation")
        forms = [] if translation is None else [form.text or "" for form in translation.iter("numerusform")]
        single = "" if translation is None else translation.text or ""
        found.append((each.findtext("source") or "", forms or [single]))
    return found


def test_they_are_there() -> None:
    assert set(LANGUAGES) >= {"en", "de", "zh_CN", "ar"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_waits_for_a_translation(language: str, update: ModuleType) -> None:
    assert update.untranslated(update.catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_are_the_same(language: str) -> None:
    wrong = []
    for source, translations in messages(language):
        wanted = {each.replace("%Ln", "%n") for each in _BLANK.findall(source)}
        for translation in translations:
            found = {each.replace("%Ln", "%n") for each in _BLANK.findall(translation)}
            # A form for one, two or none may say so in words.
            missing = wanted - found - ({"%n"} if len(translations) > 1 else set())
            if missing or found - wanted:
                wrong.append((source, translation))
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_spaces_at_the_ends_are_where_they_are_in_english(language: str) -> None:
    """They keep what is put together apart; a wide character does so by itself."""
    wrong = []
    for source, translations in messages(language):
        for each in translations:
            first, last = (unicodedata.east_asian_width(each[at]) in "WF" for at in (0, -1))
            same = each[0].isspace() == source[0].isspace() or first, each[-1].isspace() == source[-1].isspace() or last
            if not all(same) or each.count("\n") != source.count("\n"):
                wrong.append((source, each))
    assert not wrong


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_know_every_word_of_the_code(language: str, update: ModuleType) -> None:
    assert update.check(language) == []
