"""Words of the sidebar that are made of values: titles, sections, dates, and what was done."""

from __future__ import annotations

import unicodedata
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from app.services.chat_rows import Section, SectionKind, ShelfKind

LONGEST_IN_SENTENCE = 48
# Embeddings, overrides and isolates: they would turn round what stands behind them.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_STRONG = {"L": False, "R": True, "AL": True}


def title_text(title: str) -> str:
    """A chat's title on one line; words in place of none."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in title)
    plain = "".join(c for c in plain if unicodedata.bidirectional(c) not in _TURNING)
    return " ".join(plain.split()) or QCoreApplication.translate("Sidebar", "Untitled chat")


def short_title(title: str) -> str:
    """A chat's title as a part of a sentence."""
    text = title_text(title)
    return text if len(text) <= LONGEST_IN_SENTENCE else f"{text[: LONGEST_IN_SENTENCE - 1].rstrip()}…"


def is_right_to_left(text: str) -> bool:
    """Whether a text reads from right to left, as its first letter says."""
    return next((_STRONG[kind] for c in text if (kind := unicodedata.bidirectional(c)) in _STRONG), False)


def section_text(section: Section) -> str:
    translate = QCoreApplication.translate
    match section.kind:
        case SectionKind.PINNED:
            return translate("Sidebar", "Pinned")
        case SectionKind.FOLDERS:
            return translate("Sidebar", "Folders")
        case SectionKind.TODAY:
            return translate("Sidebar", "Today")
        case SectionKind.YESTERDAY:
            return translate("Sidebar", "Yesterday")
        case SectionKind.DAYS_7:
            return translate("Sidebar", "Previous 7 days")
        case SectionKind.DAYS_30:
            return translate("Sidebar", "Previous 30 days")
        case SectionKind.MONTH:
            month = QLocale().standaloneMonthName(section.month)
            return translate("Sidebar", "{month} {year}").format(month=month, year=section.year)


def shelf_text(shelf: ShelfKind) -> str:
    translate = QCoreApplication.translate
    match shelf:
        case ShelfKind.CHATS:
            return translate("Sidebar", "Chats")
        case ShelfKind.ARCHIVED:
            return translate("Sidebar", "Archived")
        case ShelfKind.TRASH:
            return translate("Sidebar", "Trash")


def when_text(at_ms: int, today: date) -> str:
    """The time of what was written today, the day of anything else."""
    at = QDateTime.fromMSecsSinceEpoch(at_ms)
    if at.date() == QDate(today.year, today.month, today.day):
        return QLocale().toString(at.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(at.date(), QLocale.FormatType.ShortFormat)
