"""Renders Ponder's icon in every size and form that a system asks for: `python packaging/icons/make.py`.

The drawings are `ponder.svg`, `ponder-small.svg` for 24 px and less, and `ponder-symbolic.svg`, in one colour. What the
running window needs goes to `resources/icons`, the rest stays here. Everything that is made is kept in the repository,
so only who changes a drawing runs this.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
RESOURCES = HERE.parents[1] / "resources" / "icons"
DRAWING = HERE / "ponder.svg"
SMALL_DRAWING = HERE / "ponder-small.svg"
SYMBOLIC = HERE / "ponder-symbolic.svg"

SMALL_PX = 24
"""Up to this size the small drawing is taken."""
WINDOW_SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256)
SYMBOLIC_SIZES_PX = (22, 44)
"""Of the menu bar of macOS."""
LARGE_SIZES_PX = (512, 1024)
ICO_SIZES_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICO_PNG_PX = 256
"""Entries of this size are PNG inside an .ico; smaller ones are bitmaps, which every reader of icons knows."""
ICNS_SIZES_PX = {
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic13": 256,
    b"ic08": 256,
    b"ic14": 512,
    b"ic09": 512,
    b"ic10": 1024,
}
"""By type: 16 and 32 points at twice the density, then 128, 256 and 512 points at once and twice the density."""
MAC_SHARE = 824 / 960
"""On macOS an icon's ground takes 824 of 1,024 pixels, so that all icons in the Dock look equally large. The drawing's
takes 960 of them."""


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication(["make"])
    RESOURCES.mkdir(parents=True, exist_ok=True)
    for size in WINDOW_SIZES_PX:
        (RESOURCES / f"ponder-{size}.png").write_bytes(png(rendered(size)))
    for size in SYMBOLIC_SIZES_PX:
        (RESOURCES / f"ponder-symbolic-{size}.png").write_bytes(png(drawn(SYMBOLIC, size)))
    for size in LARGE_SIZES_PX:
        (HERE / f"ponder-{size}.png").write_bytes(png(rendered(size)))
    (HERE / "ponder.ico").write_bytes(ico({size: rendered(size) for size in ICO_SIZES_PX}))
    images = {kind: png(rendered(size, MAC_SHARE)) for kind, size in ICNS_SIZES_PX.items()}
    (HERE / "ponder.icns").write_bytes(icns(images))
    del application


def rendered(size_px: int, share: float = 1.0) -> QImage:
    """The icon on a transparent square. share: how much of the square's side the drawing takes."""
    return drawn(SMALL_DRAWING if size_px <= SMALL_PX else DRAWING, size_px, share)


def drawn(drawing: Path, size_px: int, share: float = 1.0) -> QImage:
    renderer = QSvgRenderer(str(drawing))
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    side = size_px * share
    painter = QPainter(image)
    renderer.render(painter, QRectF((size_px - side) / 2, (size_px - side) / 2, side, side))
    painter.end()
    return image


def png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    buffer.close()
    return bytes(data.data())


def ico(images: Mapping[int, QImage]) -> bytes:
    """An .ico file of square images by size (https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10))."""
    bodies = {size: png(image) if size >= ICO_PNG_PX else _bitmap(image) for size, image in images.items()}
    head = struct.pack("<HHH", 0, 1, len(bodies))
    offset = len(head) + 16 * len(bodies)
    for size, body in bodies.items():
        # 256 is written as 0: the field is a byte.
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body), offset)
        offset += len(body)
    return head + b"".join(bodies.values())


def _bitmap(image: QImage) -> bytes:
    """A bitmap without file header: the rows from the bottom up, blue first, then a mask, which says nothing here."""
    size = image.width()
    # The picture that the bytes belong to has to stay for as long as they are read.
    picture = image.convertToFormat(QImage.Format.Format_ARGB32)
    rows = bytes(picture.constBits())
    width_bytes = size * 4
    pixels = b"".join(rows[at : at + width_bytes] for at in range(len(rows) - width_bytes, -1, -width_bytes))
    mask = bytes((size + 31) // 32 * 4 * size)
    # The height counts the mask as well.
    header = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0)
    return header + pixels + mask


def icns(images: Mapping[bytes, bytes]) -> bytes:
    """An .icns file of PNG images by type (https://en.wikipedia.org/wiki/Apple_Icon_Image_format)."""
    body = b"".join(kind + struct.pack(">I", len(image) + 8) + image for kind, image in images.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


if __name__ == "__main__":
    main()
