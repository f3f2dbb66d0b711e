"""The language of the window: its catalogues, Qt's own, the direction of reading and how numbers are written.

A language is added in one step, which the README names; nothing here has to change for it but the enum of languages.
"""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.core.settings import Language

log = logging.getLogger(__name__)


def catalogues() -> Path:
    """The folder of the compiled catalogues, `ponder_<language>.qm`."""
    return Path(str(files("resources") / "i18n"))


def chosen_language(language: Language, system: QLocale | None = None) -> Language:
    """The language to take; never SYSTEM. English where there is no catalogue for the system's."""
    if language is not Language.SYSTEM:
        return language
    locale = QLocale.system() if system is None else system
    for wanted in locale.uiLanguages():
        tag = wanted.replace("-", "_")
        for each in Language:
            simplified = each is Language.CHINESE and (tag in ("zh", "zh_SG") or tag.startswith("zh_Hans"))
            if tag == each.value or tag.split("_")[0] == each.value or simplified:
                return each
    return Language.ENGLISH


def speak(app: QApplication, language: Language) -> Language:
    """Let the application speak a language. To be called before anything with words is made.

    Returns:
        The language that it speaks.
    """
    chosen = chosen_language(language)
    # Of the many ways to write numbers in Arabic the one that fits beside "BF16" and "Ctrl+1".
    locale = QLocale("ar_001" if chosen is Language.ARABIC else chosen.value)
    if language is not Language.SYSTEM or QLocale.system().language() is not locale.language():
        QLocale.setDefault(locale)
    # Also without a catalogue of ours: plurals of English, too, are a catalogue's.
    _install(app, f"ponder_{chosen.value}", catalogues())
    if chosen is not Language.ENGLISH:
        _install(app, f"qtbase_{chosen.value}", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)))
    app.setLayoutDirection(locale.textDirection())
    return chosen


def _install(app: QApplication, name: str, folder: Path) -> None:
    translator = QTranslator(app)
    if translator.load(name, str(folder)):
        app.installTranslator(translator)
    else:
        log.warning("there is no catalogue %s", name)
