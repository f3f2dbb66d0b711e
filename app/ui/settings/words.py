"""Values of settings as people read them: choices, units, and warnings where a value has a price."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.core.settings import Language, SendKey, ThemeChoice
from app.ui.settings.shapes import Shape, shape_of
from engine.types import KVCachePrecision, Precision

# Where a person who wants a number of his own begins.
STARTS: dict[str, float] = {
    "temperature": 0.6,
    "top_p": 0.95,
    "top_k": 20,
    "min_p": 0.0,
    "presence_penalty": 0.0,
    "max_tokens": 4096,
    "context_tokens": 8192,
    "thinking_budget_tokens": 2048,
}
STEPS: dict[str, float] = {
    "max_tokens": 256,
    "context_tokens": 1024,
    "thinking_budget_tokens": 256,
    "unload_after_min": 5,
    "kept_chats_gb": 5,
}
_PERCENT = frozenset({"zoom"})


def choices(name: str, current: object) -> tuple[tuple[object, str], ...] | None:
    """What can be chosen and its words; None where a setting is no choice."""
    shape = shape_of(name)
    if name == "device":
        return _devices(str(current))
    if shape is None or not shape.options:
        return None
    return tuple((each, choice_words(each)) for each in shape.options)


def choice_words(value: object) -> str:
    """One of the values of an enum; a value without words of its own is shown as it is written."""
    translate = QCoreApplication.translate
    words: dict[object, str]
    match value:
        case ThemeChoice():
            words = {
                ThemeChoice.SYSTEM: translate("Settings", "As the system"),
                ThemeChoice.LIGHT: translate("Settings", "Light"),
                ThemeChoice.DARK: translate("Settings", "Dark"),
            }
        case Language():
            words = {  # each in its own words, so that everybody finds his
                Language.SYSTEM: translate("Settings", "As the system"),
                Language.ENGLISH: "English",
                Language.GERMAN: "Deutsch",
                Language.CHINESE: "简体中文",
                Language.ARABIC: "العربية",
            }
        case SendKey():
            words = {
                SendKey.ENTER: translate("Settings", "Enter"),
                SendKey.CTRL_ENTER: translate("Settings", "Ctrl+Enter"),
            }
        case Precision():
            words = {
                Precision.AUTO: translate("Settings", "Automatic"),
                Precision.BF16: translate("Settings", "16-bit (BF16)"),
                Precision.FP16: translate("Settings", "16-bit (FP16)"),
                Precision.FP32: translate("Settings", "32-bit (FP32)"),
                Precision.INT8: translate("Settings", "8-bit (INT8)"),
                Precision.NF4: translate("Settings", "4-bit (NF4), less quality"),
            }
        case KVCachePrecision():
            words = {
                KVCachePrecision.AUTO: translate("Settings", "Automatic"),
                KVCachePrecision.BITS16: translate("Settings", "16-bit"),
                KVCachePrecision.BITS8: translate("Settings", "8-bit"),
            }
        case _:
            words = {}
    return words.get(value, str(value))


def _devices(current: str) -> tuple[tuple[object, str], ...]:
    translate = QCoreApplication.translate
    known: list[tuple[object, str]] = [
        ("auto", translate("Settings", "Automatic")),
        ("cpu", translate("Settings", "Processor (CPU)")),
        ("cuda", translate("Settings", "NVIDIA graphics card (CUDA)")),
        ("mps", translate("Settings", "Apple graphics (MPS)")),
    ]
    if current not in [value for value, _ in known]:
        number = current.removeprefix("cuda:")
        known.append((current, translate("Settings", "NVIDIA graphics card {number} (CUDA)").format(number=number)))
    return tuple(known)


def unit(name: str) -> str:
    """What a number counts, as its name says; empty for a bare number."""
    translate = QCoreApplication.translate
    match name.rsplit("_", 1)[-1]:
        case "tokens":
            return translate("Settings", "tokens")
        case "min":
            return translate("Settings", "minutes")
        case "hours":
            return translate("Settings", "hours")
        case "days":
            return translate("Settings", "days")
        case "gb":
            return translate("Settings", "GB")
        case _:
            return ""


def zero_words(name: str) -> str:
    """What 0 means where it is no amount; empty where it is one."""
    translate = QCoreApplication.translate
    if name in ("unload_after_min", "trash_days", "backup_hours"):
        return translate("Settings", "Never")
    if name == "kept_chats_gb":
        return translate("Settings", "Off")
    return translate("Settings", "No limit") if name == "top_k" else ""


def number_words(name: str, value: float) -> str:
    """A number beside its slider."""
    if name in _PERCENT:
        return QCoreApplication.translate("Settings", "{n} %").format(n=QLocale().toString(round(value * 100)))
    return QLocale().toString(value, "f", 2)


def start(name: str, shape: Shape) -> float:
    """The number that a setting has at first when it is no longer automatic."""
    return min(max(STARTS.get(name, shape.low), shape.low), shape.high)


def warning(name: str, value: object) -> str:
    """What a value costs, said honestly; empty where it costs nothing."""
    if name == "precision" and value is Precision.NF4:
        return QCoreApplication.translate(
            "Settings",
            "At 4 bits small models lose noticeably in quality: they make more mistakes and repeat themselves more. "
            "Choose it only where nothing else fits the memory.",
        )
    return ""
