"""A theme, without the window's usual fixtures: no engine is started for these."""

from __future__ import annotations

import os

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.theme import Theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def theme(qtbot: QtBot, qapp: QApplication) -> Theme:
    return Theme(qapp)
