"""A theme for tests of widgets, gone with the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from app.ui.theme import Theme


@contextmanager
def new_theme(app: QApplication) -> Iterator[Theme]:
    """A light one at 100 %."""
    theme = Theme(app)
    theme.follow(Qt.ColorScheme.Light)
    try:
        yield theme
    finally:
        theme.set_zoom(1.0)
        theme.deleteLater()
        QCoreApplication.sendPostedEvents(theme, QEvent.Type.DeferredDelete)
