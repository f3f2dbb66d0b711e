"""The parts of the settings window, in order, with their titles."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from app.core.settings import Section


class Place(StrEnum):
    """The sections that settings are declared in, and those that hold no setting."""

    GENERAL = "general"
    APPEARANCE = "appearance"
    THINKING = "thinking"
    SAMPLING = "sampling"
    DEVICE = "device"
    STORAGE = "storage"
    KEYS = "keys"
    PRIVACY = "privacy"
    ABOUT = "about"

    @property
    def section(self) -> Section | None:
        """Which settings stand here; None: none do."""
        return Section(self.value) if self.value in set(Section) else None


def place_title(place: Place) -> str:
    translate = QCoreApplication.translate
    match place:
        case Place.GENERAL:
            return translate("Settings", "General")
        case Place.APPEARANCE:
            return translate("Settings", "Appearance")
        case Place.THINKING:
            return translate("Settings", "Thinking")
        case Place.SAMPLING:
            return translate("Settings", "Sampling")
        case Place.DEVICE:
            return translate("Settings", "Quantisation and device")
        case Place.STORAGE:
            return translate("Settings", "Storage and backups")
        case Place.KEYS:
            return translate("Settings", "Keys")
        case Place.PRIVACY:
            return translate("Settings", "Privacy")
        case Place.ABOUT:
            return translate("Settings", "About")


def place_intro(place: Place) -> str:
    """What the section is about, where its settings do not say it by themselves."""
    translate = QCoreApplication.translate
    match place:
        case Place.SAMPLING:
            return translate(
                "Settings",
                "At every word the model weighs all the words that could come next. These settings say how many of "
                "them stay in the draw, and how freely it draws. Left on automatic they are as Qwen advises, which "
                "is best for nearly everything.",
            )
        case Place.DEVICE:
            return translate(
                "Settings",
                "How the model is kept in memory and what computes. Left on automatic, Ponder takes the best that "
                "fits this computer and says what it took.",
            )
        case Place.KEYS:
            return translate(
                "Settings",
                "Choose a command's keys, then press the new ones. Esc leaves them as they are, Backspace takes "
                "them away.",
            )
        case _:
            return ""
