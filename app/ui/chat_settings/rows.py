"""Rows of a form in which every value may be left to the application: its name, its control, one line on what it
does, and the way back to automatic."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRegularExpression, Qt, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.limits import Range
from app.ui.buttons import Button, Look
from app.ui.chat_settings.texts import PausedArea, PausedField
from app.ui.controls.choice import Choice
from app.ui.controls.slider import Slider
from app.ui.icons import Icon
from app.ui.labels import ElidedLabel, Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token


class Row(QWidget):
    """`decided` carries the value that a person gave; None is automatic.

    Args:
        theme: Where its looks come from.
        name: Of the value.
        about: What it does, in a sentence.
    """

    decided = Signal(object)

    def __init__(self, theme: Theme, name: str, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name = name
        self._control: QWidget = self
        self._title = Label(theme, TextRole.FACTS_STRONG, Token.TEXT, name)
        self._state = ElidedLabel(theme, TextRole.FACTS, Token.SECONDARY)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.back = Button(theme, Look.GHOST, icon=Icon.RETRY, height_px=22)
        self.back.setToolTip(self.tr("Back to automatic"))
        self.back.setAccessibleName(self.tr("{name}: back to automatic").format(name=name))
        self.back.clicked.connect(self._on_back)
        self._about = Label(theme, TextRole.FACTS, Token.SECONDARY, about, wrap=True)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self._state)
        self._head.addWidget(self.back)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._about)
        theme.changed.connect(self._restyle)

    def put_control(self, control: QWidget) -> None:
        """Place the control between head and explanation. To be called once."""
        self._control = control
        control.setAccessibleDescription(self._about.text())
        self._column.insertWidget(1, control)
        QWidget.setTabOrder(control, self.back)
        self._restyle()

    def state(self) -> str:
        """ "Automatic (0.6)" while it is; empty otherwise."""
        return self._state.text()

    def explain(self, about: str, *, warns: bool = False) -> None:
        """Say something else about it."""
        self._about.setText(about)
        self._about.set_token(Token.WARNING if warns else Token.SECONDARY)

    def _show_state(self, automatic: str, *, own: bool) -> None:
        if not own and self.back.hasFocus():
            self._control.setFocus(Qt.FocusReason.OtherFocusReason)
        self._state.setText("" if own else automatic)
        self._state.setVisible(not own)
        self.back.setVisible(own)

    @Slot()
    def _on_back(self) -> None:
        self.decided.emit(None)

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(3))
        self._head.setSpacing(px(8))
        self._title.setMinimumHeight(px(22))


class SliderRow(Row):
    """A number within bounds. `whole`: it is passed on as an int."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        about: str,
        *,
        low: float,
        high: float,
        step: float,
        shown: Callable[[float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name, about, parent)
        self._whole = float(step).is_integer()
        self._shown = shown
        self._value: float | None = None
        self._low, self._high = low, high
        self.slider = Slider(theme, name=name, low=low, high=high, step=step, value=low, shown=self._words)
        self.slider.changed.connect(self._on_changed)
        self.put_control(self.slider)

    def show_value(self, value: float | None, automatic: float | None, automatic_words: str = "") -> None:
        """Show a value, or what holds where there is none.

        Args:
            value: The chat's own; one beyond the slider's ends is shown as it is.
            automatic: What holds otherwise; None: nothing that this slider could show, and it stands at its upper end.
            automatic_words: For `automatic`, where its number would not say it.
        """
        self._value = value
        there = self._high if automatic is None else automatic
        self.slider.set_value(there if value is None else value)
        words = automatic_words or self._shown(there)
        self._show_state(self.tr("Automatic ({value})").format(value=words), own=value is not None)

    def _words(self, value: float) -> str:
        own = self._value
        beyond = own is not None and value == min(max(own, self._low), self._high)
        return self._shown(own if beyond and own is not None else value)

    @Slot(float)
    def _on_changed(self, value: float) -> None:
        self._value = value
        self.decided.emit(int(value) if self._whole else value)


class DigitsRow(Row):
    """A whole number of any length, typed; empty is automatic."""

    def __init__(self, theme: Theme, name: str, about: str, bounds: Range, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, about, parent)
        self._bounds = bounds
        self._help = about
        self.field = PausedField(theme, name=name)
        self.field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]*"), self.field))
        self.field.setMaxLength(len(str(int(bounds.high))))
        self.field.settled.connect(self._on_settled)
        self.put_control(self.field)

    def show_value(self, value: int | None, automatic_words: str) -> None:
        """Show a value, or in words what holds where there is none."""
        self.explain(self._help)
        self.field.setPlaceholderText(self.tr("Automatic ({value})").format(value=automatic_words))
        self.field.show_text("" if value is None else str(value))
        self._show_state("", own=value is not None)

    @Slot(str)
    def _on_settled(self, text: str) -> None:
        value = int(text) if text.isdecimal() else None
        # No comparison of floats: a seed may have more digits than they keep.
        if value is not None and not int(self._bounds.low) <= value <= int(self._bounds.high):
            self.explain(
                self.tr("From {low} to {high}.").format(low=int(self._bounds.low), high=int(self._bounds.high)),
                warns=True,
            )
            return
        self.decided.emit(value)


class LinesRow(Row):
    """Texts, one a line; none is automatic."""

    def __init__(self, theme: Theme, name: str, about: str, *, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, about, parent)
        self.area = PausedArea(theme, name=name, placeholder=placeholder, lines=2)
        self.area.settled.connect(self._on_settled)
        self.put_control(self.area)

    def show_value(self, value: Sequence[str] | None) -> None:
        written = tuple(line for line in self.area.toPlainText().split("\n") if line)
        if written != tuple(value or ()):
            self.area.show_text("\n".join(value or ()))
        self._show_state("", own=bool(value))

    @Slot(str)
    def _on_settled(self, text: str) -> None:
        self.decided.emit(tuple(line for line in text.split("\n") if line) or None)


class ChoiceRow(Row):
    """One of a few; automatic is among them."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        about: str,
        options: Sequence[tuple[object, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name, about, parent)
        self.choice = Choice(theme, options, options[0][0], name=name)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choice.chosen.connect(self.decided)
        self._show_state("", own=False)
        self.put_control(self.choice)

    def show_options(self, options: Sequence[tuple[object, str]], value: object) -> None:
        """Offer these and show one of them."""
        self.choice.set_options(options, value)
