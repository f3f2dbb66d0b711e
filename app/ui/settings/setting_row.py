"""One setting: its title and help, its control, and the way back to its default. Changes take effect at once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.settings import Declared
from app.services.settings import SettingsChanged, SettingsService
from app.ui.buttons import Button, Look
from app.ui.icons import Icon
from app.ui.labels import Label
from app.ui.settings import words
from app.ui.settings.editors import make_editor
from app.ui.settings.shapes import Shape
from app.ui.settings.strings import translated
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

# Less than this for the words beside a control would make a tower of them.
NARROWEST_WORDS_PX = 240
GAP_PX = 16


class SettingRow(QWidget):
    """Args:
    theme: Where its looks come from.
    settings: Read, changed and followed.
    declared: The setting.
    shape: What it can be.
    """

    def __init__(
        self,
        theme: Theme,
        settings: SettingsService,
        declared: Declared,
        shape: Shape,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._declared = declared
        title, help_text = translated(declared.title), translated(declared.help)
        self._title = _Title(theme, TextRole.BODY, Token.TEXT, title, wrap=True)
        self._help = Label(theme, TextRole.FACTS, Token.SECONDARY, help_text, wrap=True)
        self._warning = Label(theme, TextRole.FACTS, Token.WARNING, wrap=True)
        self.reset_button = Button(theme, Look.GHOST, icon=Icon.RETRY, height_px=22)
        self.reset_button.setToolTip(self.tr("Back to the default"))
        self.reset_button.setAccessibleName(self.tr("{setting}: back to the default").format(setting=title))
        self.reset_button.clicked.connect(self._reset)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.editor = make_editor(theme, declared.name, shape, title, self._value())
        self.editor.setAccessibleDescription(help_text)
        focus = self.editor.focusProxy()
        if focus is not None:
            focus.setAccessibleDescription(help_text)
        self.editor.decided.connect(self._change)
        self._lay_out()
        settings.changed.connect(self._follow)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._show()

    @property
    def name(self) -> str:
        return self._declared.name

    def warning(self) -> str:
        """What is said about the value at the moment."""
        return self._warning.text()

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self.reset_button)
        self._head.addStretch(1)
        self._words = QVBoxLayout()
        self._words.addLayout(self._head)
        self._words.addWidget(self._help)
        self._words.addWidget(self._warning)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignTop)
        QWidget.setTabOrder(self.editor, self.reset_button)

    def _value(self) -> object:
        value: object = getattr(self._settings.value, self._declared.name)
        return value

    @Slot(object)
    def _follow(self, changed: SettingsChanged) -> None:
        if self._declared.name in changed.names:
            self._show()

    def _show(self) -> None:
        value = self._value()
        self.editor.show_value(value)
        self._arrange()
        self._say(words.warning(self._declared.name, value))
        differs = value != self._declared.default
        if not differs and self.reset_button.hasFocus():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reset_button.setVisible(differs)

    def _say(self, text: str) -> None:
        self._warning.setText(text)
        self._warning.setVisible(bool(text))

    @Slot(object)
    def _change(self, value: object) -> None:
        try:
            self._settings.change(**{self._declared.name: value})
        except ValueError:
            self._show()
            self._say(self.tr("“{value}” is not possible here. Nothing was changed.").format(value=value))

    @Slot()
    def _reset(self) -> None:
        self._settings.reset(self._declared.name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Let the control stand beside its words where there is room, else below them."""
        room = self.width() - self.editor.sizeHint().width() - self._theme.px(GAP_PX)
        align = Qt.AlignmentFlag
        if room >= self._theme.px(NARROWEST_WORDS_PX):
            self._row.setDirection(QBoxLayout.Direction.LeftToRight)
            side = align.AlignRight
        else:
            self._row.setDirection(QBoxLayout.Direction.TopToBottom)
            side = align.AlignLeft
        self._row.setAlignment(self.editor, side | align.AlignTop)
        self._row.setSpacing(self._theme.px(GAP_PX if side is align.AlignRight else 6))
        self.editor.align(side)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(0, px(6), 0, px(6))
        self._words.setSpacing(px(2))
        self._head.setSpacing(px(6))
        self._arrange()


class _Title(Label):
    """As wide as its text, and broken only where there is no room for that."""

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        longest = max((self.fontMetrics().horizontalAdvance(each) for each in self.text().split()), default=0)
        return QSize(longest + 2, self.fontMetrics().height())
