"""Asking for a folder or file, without holding up the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

OnPath = Callable[[Path], object]


def pick_folder(parent: QWidget, on_path: OnPath) -> QFileDialog:
    """Ask for a model's folder, and return at once."""
    title = QCoreApplication.translate("Models", "Choose a model's folder: the one with config.json")
    dialog = QFileDialog(parent.window(), title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, on_path)


def pick_gguf(parent: QWidget, on_path: OnPath) -> QFileDialog:
    """Ask for a GGUF file, and return at once."""
    dialog = QFileDialog(parent.window(), QCoreApplication.translate("Models", "Choose a GGUF file"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    models = QCoreApplication.translate("Models", "GGUF files")
    every = QCoreApplication.translate("Models", "All files")
    dialog.setNameFilters([f"{models} (*.gguf *.GGUF)", f"{every} (*)"])
    return _open(dialog, on_path)


def _open(dialog: QFileDialog, on_path: OnPath) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: on_path(Path(path)))
    dialog.open()
    return dialog
