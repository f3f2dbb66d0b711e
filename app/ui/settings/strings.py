"""The words of the settings, where the collector of translations finds them: they are declared where no Qt is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

CONTEXT: Final = "Settings"

DECLARED: Final = (
    QT_TRANSLATE_NOOP("Settings", "Device"),
    QT_TRANSLATE_NOOP(
        "Settings", "What computes. Automatic takes a graphics card where there is one. Loads the model again."
    ),
    QT_TRANSLATE_NOOP("Settings", "Precision"),
    QT_TRANSLATE_NOOP(
        "Settings", "The number format of the weights. Automatic takes 16-bit where it fits. Loads the model again."
    ),
    QT_TRANSLATE_NOOP("Settings", "KV cache"),
    QT_TRANSLATE_NOOP(
        "Settings", "Bits per cached key and value. 8 halves the memory a long chat takes. Loads the model again."
    ),
    QT_TRANSLATE_NOOP("Settings", "Think first"),
    QT_TRANSLATE_NOOP(
        "Settings", "Whether the model thinks before it answers, unless a message says /think or /no_think."
    ),
    QT_TRANSLATE_NOOP("Settings", "Thinking budget"),
    QT_TRANSLATE_NOOP("Settings", "After so many tokens of thinking the answer begins. Automatic: no limit."),
    QT_TRANSLATE_NOOP("Settings", "Context"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "How many tokens question, history and answer may have together. Automatic: what model and memory "
        "allow. Loads the model again.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Theme"),
    QT_TRANSLATE_NOOP("Settings", "Light or dark colours, or as the system says."),
    QT_TRANSLATE_NOOP("Settings", "Zoom"),
    QT_TRANSLATE_NOOP("Settings", "The size of everything in the window."),
    QT_TRANSLATE_NOOP("Settings", "Language"),
    QT_TRANSLATE_NOOP("Settings", "The language of the window. Takes effect at the next start."),
    QT_TRANSLATE_NOOP("Settings", "Send with"),
    QT_TRANSLATE_NOOP("Settings", "What sends a message; Shift+Enter always makes a new line."),
    QT_TRANSLATE_NOOP("Settings", "Facts under answers"),
    QT_TRANSLATE_NOOP("Settings", "Tokens, speed and time to the first token under every answer."),
    QT_TRANSLATE_NOOP("Settings", "Stay in the tray"),
    QT_TRANSLATE_NOOP("Settings", "Closing the window leaves Ponder running in the system tray."),
    QT_TRANSLATE_NOOP("Settings", "Keep thoughts open"),
    QT_TRANSLATE_NOOP("Settings", "Thoughts stay unfolded when the answer begins."),
    QT_TRANSLATE_NOOP("Settings", "Refine titles"),
    QT_TRANSLATE_NOOP(
        "Settings", "A chat is named after its first question at once; an idle model may find a better name."
    ),
    QT_TRANSLATE_NOOP("Settings", "Free the memory after"),
    QT_TRANSLATE_NOOP("Settings", "So many minutes without a question, and the model leaves the memory. 0: never."),
    QT_TRANSLATE_NOOP("Settings", "Less repetition"),
    QT_TRANSLATE_NOOP(
        "Settings", "A presence penalty of 1.5, as Qwen advises for quantised weights that repeat themselves."
    ),
    QT_TRANSLATE_NOOP("Settings", "Temperature"),
    QT_TRANSLATE_NOOP(
        "Settings", "How freely words are chosen; 0 takes the likeliest. Automatic: 0.6 when it thinks, else 0.7."
    ),
    QT_TRANSLATE_NOOP("Settings", "Top-p"),
    QT_TRANSLATE_NOOP(
        "Settings", "Only the likeliest words, together this probable. Automatic: 0.95 when it thinks, else 0.8."
    ),
    QT_TRANSLATE_NOOP("Settings", "Top-k"),
    QT_TRANSLATE_NOOP("Settings", "Only so many of the likeliest words; 0 is no limit. Automatic: 20."),
    QT_TRANSLATE_NOOP("Settings", "Min-p"),
    QT_TRANSLATE_NOOP("Settings", "Only words at least this likely, compared with the likeliest one. Automatic: 0."),
    QT_TRANSLATE_NOOP("Settings", "Presence penalty"),
    QT_TRANSLATE_NOOP(
        "Settings", "Makes words that were written already less likely. Automatic: 0, or 1.5 for 4-bit weights."
    ),
    QT_TRANSLATE_NOOP("Settings", "Longest answer"),
    QT_TRANSLATE_NOOP("Settings", "In tokens, thoughts included. Automatic: as long as the context allows."),
    QT_TRANSLATE_NOOP("Settings", "Search thoughts"),
    QT_TRANSLATE_NOOP("Settings", "Whether the search looks into thoughts too."),
    QT_TRANSLATE_NOOP("Settings", "Empty the trash after"),
    QT_TRANSLATE_NOOP("Settings", "Chats in the trash are removed for good after so many days. 0: never."),
    QT_TRANSLATE_NOOP("Settings", "Back up every"),
    QT_TRANSLATE_NOOP("Settings", "Hours between two backups of the chats, when there is something new. 0: never."),
    QT_TRANSLATE_NOOP("Settings", "Keep long chats ready"),
    QT_TRANSLATE_NOOP(
        "Settings",
        "So much of the disk may hold what the model has read of long chats: after a restart they go on at once. It "
        "tells what the chats say, and is deleted with them. 0: nothing is kept.",
    ),
    QT_TRANSLATE_NOOP("Settings", "Keys"),
    QT_TRANSLATE_NOOP("Settings", "Keys that were chosen for a command, by the command's name."),
)


def translated(text: str) -> str:
    """A title or help of a declared setting in this person's language."""
    return QCoreApplication.translate(CONTEXT, text)
