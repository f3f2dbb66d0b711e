"""Every command of the main window, with its keys. What a command does is the window's business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.ui.commands import Command, Commands, Group
from app.ui.theme import Theme


class Actions(Protocol):
    """What the window can do, as far as commands need it."""

    def new_chat(self) -> None: ...
    def new_temporary_chat(self) -> None: ...
    def keep_chat(self) -> None: ...
    def new_folder(self) -> None: ...
    def search_chats(self) -> None: ...
    def find_in_chat(self) -> None: ...
    def rename_chat(self) -> None: ...
    def pin_chat(self) -> None: ...
    def duplicate_chat(self) -> None: ...
    def archive_chat(self) -> None: ...
    def delete_chat(self) -> None: ...
    def regenerate(self) -> None: ...
    def edit_last_question(self) -> None: ...
    def copy_last_answer(self) -> None: ...
    def copy_last_code(self) -> None: ...
    def stop(self) -> None: ...
    def answer_now(self) -> None: ...
    def toggle_thinking(self) -> None: ...
    def attach_files(self) -> None: ...
    def focus_composer(self) -> None: ...
    def toggle_sidebar(self) -> None: ...
    def toggle_panel(self) -> None: ...
    def toggle_theme(self) -> None: ...
    def jump_to_latest(self) -> None: ...
    def open_settings(self) -> None: ...
    def open_models(self) -> None: ...
    def open_library(self) -> None: ...
    def open_keys(self) -> None: ...
    def open_palette(self) -> None: ...
    def unload_model(self) -> None: ...
    def load_model(self) -> None: ...
    def quit(self) -> None: ...

    def has_chat(self) -> bool: ...
    def has_kept_chat(self) -> bool: ...
    def is_temporary(self) -> bool: ...
    def is_busy(self) -> bool: ...
    def has_answer(self) -> bool: ...
    def is_loaded(self) -> bool: ...
    def is_unloaded(self) -> bool: ...


translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class _Declared:
    command: Command
    run: Callable[[], object]
    enabled: Callable[[], bool] = lambda: True


def _standard(key: QKeySequence.StandardKey, *others: str) -> tuple[str, ...]:
    form = QKeySequence.SequenceFormat.PortableText
    found = [each.toString(form) for each in QKeySequence.keyBindings(key)]
    return tuple(dict.fromkeys([*others, *(each for each in found if each.isascii())]))


def add_commands(commands: Commands, window: Actions, theme: Theme) -> None:
    """Declare them all, in the order in which the palette and the sheet of keys show them."""
    for each in (*_chat(window), *_message(window), *_view(window, theme), *_application(window)):
        commands.add(each.command, each.run, each.enabled)


def _chat(window: Actions) -> tuple[_Declared, ...]:
    def command(name: str, title: str, *keys: str) -> Command:
        return Command(f"chat.{name}", title, Group.CHAT, keys)

    return (
        _Declared(command("new", translate("WindowCommands", "New chat"), "Ctrl+N", "Ctrl+Shift+O"), window.new_chat),
        _Declared(
            command("temporary", translate("WindowCommands", "New temporary chat"), "Ctrl+Shift+'"),
            window.new_temporary_chat,
        ),
        _Declared(
            command("keep", translate("WindowCommands", "Keep this temporary chat")),
            window.keep_chat,
            window.is_temporary,
        ),
        _Declared(command("search", translate("WindowCommands", "Search chats"), "Ctrl+K"), window.search_chats),
        _Declared(
            command("find", translate("WindowCommands", "Find in this chat"), "Ctrl+F"),
            window.find_in_chat,
            window.has_chat,
        ),
        _Declared(
            command("rename", translate("WindowCommands", "Rename this chat"), "F2"),
            window.rename_chat,
            window.has_kept_chat,
        ),
        _Declared(
            command("pin", translate("WindowCommands", "Pin or unpin this chat")), window.pin_chat, window.has_kept_chat
        ),
        _Declared(
            command("duplicate", translate("WindowCommands", "Duplicate this chat")),
            window.duplicate_chat,
            window.has_kept_chat,
        ),
        _Declared(
            command("archive", translate("WindowCommands", "Archive this chat")),
            window.archive_chat,
            window.has_kept_chat,
        ),
        _Declared(
            command("delete", translate("WindowCommands", "Delete this chat"), "Ctrl+Shift+Backspace"),
            window.delete_chat,
            window.has_kept_chat,
        ),
        _Declared(command("new_folder", translate("WindowCommands", "New folder"), "Ctrl+Shift+N"), window.new_folder),
    )


def _message(window: Actions) -> tuple[_Declared, ...]:
    def command(name: str, title: str, *keys: str) -> Command:
        return Command(f"message.{name}", title, Group.MESSAGE, keys)

    def idle_answer() -> bool:
        return window.has_answer() and not window.is_busy()

    return (
        _Declared(command("stop", translate("WindowCommands", "Stop the answer"), "Esc"), window.stop, window.is_busy),
        _Declared(
            command("answer_now", translate("WindowCommands", "Answer now"), "Ctrl+Shift+Return"),
            window.answer_now,
            window.is_busy,
        ),
        _Declared(
            command("regenerate", translate("WindowCommands", "Answer again"), "Ctrl+R"), window.regenerate, idle_answer
        ),
        _Declared(
            command("edit", translate("WindowCommands", "Edit the last question"), "Ctrl+Up"),
            window.edit_last_question,
            idle_answer,
        ),
        _Declared(
            command("copy", translate("WindowCommands", "Copy the last answer"), "Ctrl+Shift+C"),
            window.copy_last_answer,
            window.has_answer,
        ),
        _Declared(
            command("copy_code", translate("WindowCommands", "Copy the last code"), "Ctrl+Shift+;"),
            window.copy_last_code,
            window.has_answer,
        ),
        _Declared(
            command("think", translate("WindowCommands", "Turn thinking on or off"), "Ctrl+Shift+T"),
            window.toggle_thinking,
        ),
        _Declared(command("attach", translate("WindowCommands", "Attach files"), "Ctrl+Shift+A"), window.attach_files),
        _Declared(
            command("focus", translate("WindowCommands", "Go to the message field"), "Shift+Esc"), window.focus_composer
        ),
    )


def _view(window: Actions, theme: Theme) -> tuple[_Declared, ...]:
    def command(name: str, title: str, *keys: str) -> Command:
        return Command(f"view.{name}", title, Group.VIEW, keys)

    standard = QKeySequence.StandardKey
    return (
        _Declared(
            command("sidebar", translate("WindowCommands", "Show or hide the chats"), "Ctrl+B"), window.toggle_sidebar
        ),
        _Declared(
            command("panel", translate("WindowCommands", "Show or hide this chat's settings"), "Ctrl+Shift+B"),
            window.toggle_panel,
        ),
        _Declared(
            command("latest", translate("WindowCommands", "Jump to the latest message"), "Ctrl+End"),
            window.jump_to_latest,
        ),
        _Declared(
            command("zoom_in", translate("WindowCommands", "Zoom in"), *_standard(standard.ZoomIn, "Ctrl++", "Ctrl+=")),
            theme.zoom_in,
        ),
        _Declared(
            command("zoom_out", translate("WindowCommands", "Zoom out"), *_standard(standard.ZoomOut, "Ctrl+-")),
            theme.zoom_out,
        ),
        _Declared(command("zoom_reset", translate("WindowCommands", "Normal size"), "Ctrl+0"), theme.zoom_reset),
        _Declared(command("theme", translate("WindowCommands", "Light or dark")), window.toggle_theme),
    )


def _application(window: Actions) -> tuple[_Declared, ...]:
    def command(name: str, title: str, *keys: str) -> Command:
        return Command(f"app.{name}", title, Group.APPLICATION, keys)

    return (
        _Declared(command("palette", translate("WindowCommands", "Commands"), "Ctrl+Shift+P"), window.open_palette),
        _Declared(command("settings", translate("WindowCommands", "Settings"), "Ctrl+,"), window.open_settings),
        _Declared(command("models", translate("WindowCommands", "Models"), "Ctrl+Shift+M"), window.open_models),
        _Declared(
            command("library", translate("WindowCommands", "Personas and prompts"), "Ctrl+Shift+L"), window.open_library
        ),
        _Declared(command("keys", translate("WindowCommands", "Keys"), "Ctrl+/"), window.open_keys),
        _Declared(
            command("unload", translate("WindowCommands", "Free the model's memory")),
            window.unload_model,
            window.is_loaded,
        ),
        _Declared(
            command("load", translate("WindowCommands", "Load the model")), window.load_model, window.is_unloaded
        ),
        _Declared(command("quit", translate("WindowCommands", "Quit"), "Ctrl+Q"), window.quit),
    )
