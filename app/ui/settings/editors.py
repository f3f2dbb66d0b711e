"""The control of one setting, made from its declaration. Shows a value, says what a person decided, keeps nothing."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.controls.choice import Choice
from app.ui.controls.number import Number
from app.ui.controls.slider import Slider
from app.ui.controls.switch import Switch
from app.ui.controls.text_field import TextField
from app.ui.labels import Label
from app.ui.settings import words
from app.ui.settings.shapes import Kind, Shape
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token

SLIDER_PX = 220


class Editor(QWidget):
    """Base of the editors."""

    decided = Signal(object)
    """What the setting shall be."""

    @abstractmethod
    def show_value(self, value: object) -> None:
        """Show how the setting is now; `decided` is not emitted."""

    def align(self, side: Qt.AlignmentFlag) -> None:
        """Put what is narrower than the rest to this side."""


def make_editor(theme: Theme, name: str, shape: Shape, title: str, value: object) -> Editor:
    """The editor of a setting.

    Args:
        theme: Where its looks come from.
        name: Of the setting.
        shape: What it can be.
        title: What it is called, for who cannot see it.
        value: How it is now.
    """
    if shape.kind in (Kind.SLIDER, Kind.NUMBER):
        number = NumberEditor(theme, name, shape, title)
        editor: Editor = OptionalEditor(theme, name, shape, title, number) if shape.optional else number
    elif (options := words.choices(name, value)) is not None:
        editor = ChoiceEditor(theme, name, options, title, value)
    elif shape.kind is Kind.SWITCH:
        editor = SwitchEditor(theme, title)
    else:
        editor = TextEditor(theme, title, optional=shape.optional)
    editor.show_value(value)
    return editor


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    return row


class SwitchEditor(Editor):
    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.switch = Switch(theme, "")
        self.switch.setAccessibleName(title)
        self.switch.clicked.connect(self._decide)
        _row(self).addWidget(self.switch)
        self.setFocusProxy(self.switch)

    def show_value(self, value: object) -> None:
        self.switch.setChecked(bool(value))

    @Slot(bool)
    def _decide(self, on: bool) -> None:
        self.decided.emit(on)


class ChoiceEditor(Editor):
    def __init__(
        self, theme: Theme, name: str, options: tuple[tuple[object, str], ...], title: str, value: object
    ) -> None:
        super().__init__()
        self._name = name
        self.choice = Choice(theme, options, value, name=title)
        self.choice.chosen.connect(self.decided)
        _row(self).addWidget(self.choice)
        self.setFocusProxy(self.choice)

    def show_value(self, value: object) -> None:
        if value != self.choice.value():
            options = words.choices(self._name, value)
            if options is not None:
                self.choice.set_options(options, value)


class NumberEditor(Editor):
    """A slider between near bounds, a field with its unit between far ones."""

    def __init__(self, theme: Theme, name: str, shape: Shape, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._whole = shape.whole
        first = words.start(name, shape)
        self.slider: Slider | None = None
        self.number: Number | None = None
        row = _row(self)
        if shape.kind is Kind.SLIDER:
            self.slider = Slider(
                theme,
                name=title,
                low=shape.low,
                high=shape.high,
                step=shape.step,
                value=first,
                shown=partial(words.number_words, name),
            )
            self.slider.changed.connect(self._decide)
            row.addWidget(self.slider)
            self.setFocusProxy(self.slider)
        else:
            step = words.STEPS.get(name, shape.step)
            at_low = words.zero_words(name) if shape.low == 0 else ""
            self.number = Number(
                theme, name=title, low=shape.low, high=shape.high, step=step, value=first, at_low=at_low
            )
            self.number.setAccessibleDescription(words.unit(name))
            self.number.decided.connect(self._decide)
            row.addStretch(1)
            row.addWidget(self.number)
            if unit := words.unit(name):
                row.addWidget(Label(theme, TextRole.FACTS, Token.SECONDARY, unit))
            self.setFocusProxy(self.number)
        theme.changed.connect(self._restyle)
        self._restyle()

    def value(self) -> int | float:
        """What is shown."""
        shown = self.slider.value() if self.slider is not None else self.number.value() if self.number else 0.0
        return round(shown) if self._whole else shown

    def show_value(self, value: object) -> None:
        if isinstance(value, int | float):
            for each in (self.slider, self.number):
                if each is not None:
                    each.set_value(value)

    @Slot()
    def _decide(self) -> None:
        self.decided.emit(self.value())

    def _restyle(self) -> None:
        if self.slider is not None:
            self.slider.setMaximumWidth(self._theme.px(SLIDER_PX))


class OptionalEditor(Editor):
    """A number, or none where Ponder is to choose: a switch, and the number below it while it is off."""

    def __init__(self, theme: Theme, name: str, shape: Shape, title: str, number: NumberEditor) -> None:
        super().__init__()
        self._theme = theme
        self._start = words.start(name, shape)
        self._number = number
        self._switch = Switch(theme, self.tr("Automatic"))
        self._switch.setAccessibleName(self.tr("{setting}: automatic").format(setting=title))
        self._switch.clicked.connect(self._on_switch)
        number.decided.connect(self.decided)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._switch)
        self._column.addWidget(number)
        self.align(Qt.AlignmentFlag.AlignRight)
        self.setFocusProxy(self._switch)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def automatic(self) -> Switch:
        return self._switch

    @property
    def number(self) -> NumberEditor:
        return self._number

    def align(self, side: Qt.AlignmentFlag) -> None:
        self._column.setAlignment(self._switch, side)
        self._column.setAlignment(self._number, side)

    def show_value(self, value: object) -> None:
        self._switch.setChecked(value is None)
        self._number.setVisible(value is not None)
        self._number.show_value(self._start if value is None else value)

    @Slot(bool)
    def _on_switch(self, automatic: bool) -> None:
        self.decided.emit(None if automatic else self._number.value())

    def _restyle(self) -> None:
        self._column.setSpacing(self._theme.px(4))


class TextEditor(Editor):
    """Where the setting may be none, an empty field is that."""

    def __init__(self, theme: Theme, title: str, *, optional: bool) -> None:
        super().__init__()
        self._optional = optional
        self.field = TextField(theme, name=title)
        self.field.editingFinished.connect(self._decide)
        _row(self).addWidget(self.field)
        self.setFocusProxy(self.field)

    def show_value(self, value: object) -> None:
        self.field.setText("" if value is None else str(value))

    @Slot()
    def _decide(self) -> None:
        text = self.field.text()
        self.decided.emit(None if self._optional and not text else text)
