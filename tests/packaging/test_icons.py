"""The application's icon: every size and form of it is there, and is what the drawings show."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QImageReader
from pytestqt.qtbot import QtBot

from app.ui.icons import APPLICATION_ICON_SIZES, application_icon, symbolic_icon

ROOT = Path(__file__).resolve().parents[2]
ICONS = ROOT / "packaging" / "icons"
RESOURCES = ROOT / "resources" / "icons"
MOST_STEPS = 2
"""Of a colour: Qt's versions may round differently."""


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_icons", ICONS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _same(one: QImage, other: QImage) -> bool:
    first, second = _channels(one), _channels(other)
    return first.shape == second.shape and bool(np.abs(first - second).max() <= MOST_STEPS)


def _channels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """(height, width, channels), each from 0 to 255."""
    # It has to stay for as long as its bytes are read.
    picture = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    return np.array(picture.constBits(), np.int16).reshape(picture.height(), picture.width(), 4)


def test_every_picture_is_what_the_drawing_shows(make: ModuleType) -> None:
    kept = [(size, RESOURCES) for size in make.WINDOW_SIZES_PX] + [(size, ICONS) for size in make.LARGE_SIZES_PX]
    assert {size for size, _ in kept} >= {16, 22, 24, 32, 48, 64, 128, 256, 512, 1024}
    for size, folder in kept:
        assert _same(QImage(str(folder / f"ponder-{size}.png")), make.rendered(size)), size


def test_the_window_has_its_icon_in_every_size(qtbot: QtBot) -> None:
    icon = application_icon()
    assert [each.width() for each in icon.availableSizes()] == list(APPLICATION_ICON_SIZES)
    for size in APPLICATION_ICON_SIZES:
        assert icon.pixmap(QSize(size, size), 1.0).size() == QSize(size, size)


def test_the_symbolic_icon_is_one_colour_for_the_system_to_replace(qtbot: QtBot) -> None:
    icon = symbolic_icon()
    assert icon.isMask()
    image = icon.pixmap(QSize(44, 44), 1.0).toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(44) for y in range(44) if image.pixelColor(x, y).alpha() == 255
    }
    assert len(colours) == 1


def test_the_icon_of_windows_holds_every_size() -> None:
    data = (ICONS / "ponder.ico").read_bytes()
    reserved, kind, count = struct.unpack_from("<HHH", data)
    assert (reserved, kind) == (0, 1)
    entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * each) for each in range(count)]
    assert [each[0] or 256 for each in entries] == [16, 20, 24, 32, 40, 48, 64, 128, 256]
    assert sum(each[6] for each in entries) + 6 + 16 * count == len(data)
    reader = QImageReader(str(ICONS / "ponder.ico"))
    if reader.format():  # a reader of this format is a plugin that Qt may come without
        reader.jumpToImage(5)
        assert _same(reader.read(), QImage(str(RESOURCES / "ponder-48.png")))


def test_the_icon_of_macos_holds_every_size_with_the_margin_of_the_dock(make: ModuleType) -> None:
    data = (ICONS / "ponder.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4) == (len(data),)
    found, at = {}, 8
    while at < len(data):
        length = struct.unpack_from(">I", data, at + 4)[0]
        found[data[at : at + 4]] = data[at + 8 : at + length]
        at += length
    assert {kind: QImage.fromData(picture).width() for kind, picture in found.items()} == make.ICNS_SIZES_PX
    largest = QImage.fromData(found[b"ic10"])
    ground = [x for x in range(1024) if largest.pixelColor(x, 512).alpha() == 255]
    assert (ground[0], ground[-1]) == (100, 923)
