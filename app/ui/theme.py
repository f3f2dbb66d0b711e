"""Light or dark as the person or the system says, at a zoom: colours, sizes, fonts and icons for every widget.

Widgets hold the theme, ask it by token, and listen to `changed`. What Qt draws itself (menus, tooltips) follows from
the palette set here.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMenu, QScrollBar, QToolTip

from app.core.settings import ThemeChoice
from app.ui.icons import Icon, renderer_for
from app.ui.stylesheet import menu_sheet, scroll_bar_sheet
from app.ui.tokens import DARK, LIGHT, LINE_HEIGHT, ZOOM_STEPS, TextRole, Token

# A font's size in points is pixels times 72 over the dots per inch of the screen it is meant for.
POINTS_PER_INCH = 72
_SCHEMES = {
    ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,
    ThemeChoice.LIGHT: Qt.ColorScheme.Light,
    ThemeChoice.DARK: Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """One for the whole application.

    Args:
        app: Gets the palette and the font.
        parent: Its Qt parent.
    """

    changed = Signal()
    """Colours or sizes are others now."""
    zoomed = Signal(float)
    """The zoom is another one now."""

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._zoom = 1.0
        self._choice = ThemeChoice.SYSTEM
        self._icons: dict[tuple[Icon, Token], QSvgRenderer] = {}
        hints = QGuiApplication.styleHints()
        self._system_scheme = hints.colorScheme()
        self._dark = self._system_scheme is Qt.ColorScheme.Dark
        hints.colorSchemeChanged.connect(self.follow)
        app.setStyle("Fusion")
        self._apply()

    def is_dark(self) -> bool:
        return self._dark

    @property
    def zoom(self) -> float:
        """1.0 is the design's size."""
        return self._zoom

    @Slot(Qt.ColorScheme)
    def follow(self, scheme: Qt.ColorScheme) -> None:
        """Take on the system's colour scheme, unless the person chose otherwise; an unknown one is light."""
        self._system_scheme = scheme
        self._settle()

    def set_choice(self, choice: ThemeChoice) -> None:
        """Be light or dark whatever the system says, or as it says."""
        self._choice = choice
        # The frame that the system draws around the window follows too, where it can.
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])
        self._settle()

    def _settle(self) -> None:
        if self._choice is ThemeChoice.SYSTEM:
            dark = self._system_scheme is Qt.ColorScheme.Dark
        else:
            dark = self._choice is ThemeChoice.DARK
        if dark != self._dark:
            self._dark = dark
            self._apply()

    def zoom_in(self) -> None:
        self.set_zoom(next((step for step in ZOOM_STEPS if step > self._zoom), ZOOM_STEPS[-1]))

    def zoom_out(self) -> None:
        self.set_zoom(next((step for step in reversed(ZOOM_STEPS) if step < self._zoom), ZOOM_STEPS[0]))

    def zoom_reset(self) -> None:
        self.set_zoom(1.0)

    def set_zoom(self, zoom: float) -> None:
        """Scale everything; kept within 50 and 300 %."""
        zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if zoom != self._zoom:
            self._zoom = zoom
            self._apply()
            self.zoomed.emit(zoom)

    def color(self, token: Token) -> QColor:
        return QColor((DARK if self._dark else LIGHT)[token])

    def px(self, size: float) -> int:
        """A length of the design in the pixels of now; never less than one."""
        return max(1, round(size * self._zoom))

    def line_height_px(self, role: TextRole) -> float:
        """The height of a line of running text."""
        return role.size_px * LINE_HEIGHT * self._zoom

    def font(self, role: TextRole) -> QFont:
        system = QFontDatabase.SystemFont
        font = QFontDatabase.systemFont(system.FixedFont if role.monospace else system.GeneralFont)
        screen = QGuiApplication.primaryScreen()
        per_inch = screen.logicalDotsPerInchY() if screen is not None else 96.0
        font.setPointSizeF(role.size_px * self._zoom * POINTS_PER_INCH / per_inch)
        font.setWeight(QFont.Weight.DemiBold if role.semi_bold else QFont.Weight.Normal)
        return font

    def draw_icon(self, painter: QPainter, icon: Icon, token: Token, frame: QRectF) -> None:
        """Draw a line icon in a token's colour."""
        renderer = self._icons.get((icon, token))
        if renderer is None:
            renderer = self._icons[icon, token] = renderer_for(icon, self.color(token))
        renderer.render(painter, frame)

    def dress_scroll_bar(self, bar: QScrollBar) -> None:
        """Give a scroll bar the look of now. To be called again after every change."""
        bar.setStyleSheet(scroll_bar_sheet(self.color, self.px))

    def open_menu(self, menu: QMenu, place: QPoint) -> None:
        """Show a menu in the look of now, for once."""
        menu.setStyleSheet(menu_sheet(self.color, self.px))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _apply(self) -> None:
        self._icons.clear()
        palette = self.palette()
        self._app.setPalette(palette)
        self._app.setFont(self.font(TextRole.BODY))
        QToolTip.setPalette(palette)
        QToolTip.setFont(self.font(TextRole.FACTS))
        self.changed.emit()

    def palette(self) -> QPalette:
        """The tokens in Qt's own terms."""
        role = QPalette.ColorRole
        palette = QPalette()
        for each, token in {
            role.Window: Token.WINDOW,
            role.WindowText: Token.TEXT,
            role.Base: Token.SURFACE,
            role.AlternateBase: Token.SIDEBAR,
            role.Text: Token.TEXT,
            role.PlaceholderText: Token.SECONDARY,
            role.Button: Token.SURFACE,
            role.ButtonText: Token.TEXT,
            role.BrightText: Token.DANGER,
            role.Highlight: Token.ACCENT_SOFT,
            role.HighlightedText: Token.TEXT,
            role.Accent: Token.ACCENT,
            role.Link: Token.ACCENT,
            role.LinkVisited: Token.ACCENT,
            role.ToolTipBase: Token.SURFACE,
            role.ToolTipText: Token.TEXT,
            role.Light: Token.SURFACE,
            role.Midlight: Token.LINE,
            role.Mid: Token.LINE,
            role.Dark: Token.SECONDARY,
            role.Shadow: Token.TEXT,
        }.items():
            palette.setColor(each, self.color(token))
        disabled = QPalette.ColorGroup.Disabled
        for each in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(disabled, each, self.color(Token.SECONDARY))
        return palette
