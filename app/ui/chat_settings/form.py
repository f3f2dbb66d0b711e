"""The form that edits a chat's settings, or a persona's: thinking, sampling and length. Keeps nothing but what it was
shown last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.chats import ChatSettings
from app.core.limits import MAX_TOKENS, SEED, THINKING_BUDGET_TOKENS
from app.services.sampling import Preset, automatic_sampling, preset_of, thinks, with_preset
from app.services.settings import SettingsService
from app.ui import text as words
from app.ui.chat_settings.rows import ChoiceRow, DigitsRow, LinesRow, Row, SliderRow
from app.ui.labels import Label
from app.ui.theme import Theme
from app.ui.tokens import TextRole, Token
from engine.types import Precision, Sampling

ADVISED_BUDGET_TOKENS = 1_024
BUDGET_STEP_TOKENS = 128
MOST_BUDGET_TOKENS = 8_192
NO_LIMIT = int(THINKING_BUDGET_TOKENS.high)
CONTEXTS = (2_048, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072)
TOP_K_SHOWN = 100
EDITED = (
    "thinking",
    "thinking_budget_tokens",
    "less_repetition",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "max_tokens",
    "stop",
    "context_tokens",
)

RowT = TypeVar("RowT", bound=Row)


class ChatSettingsForm(QWidget):
    """Args:
    theme: Where its looks come from.
    settings: What holds where a value is automatic; followed.
    with_context: Whether the context's length is among it.
    """

    changed = Signal(object)
    """The ChatSettings as a person wants them now."""

    def __init__(
        self, theme: Theme, settings: SettingsService, *, with_context: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._chat = ChatSettings()
        self._precision = Precision.AUTO
        self._native_context_tokens: int | None = None
        self._headings: list[Label] = []
        self._column = QVBoxLayout(self)
        self._add_thinking()
        self._add_sampling()
        self._add_length(with_context)
        settings.changed.connect(self._refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._refresh()

    @property
    def value(self) -> ChatSettings:
        return self._chat

    def show_settings(self, chat: ChatSettings) -> None:
        """Show what a chat has; `changed` is not emitted."""
        self._chat = chat
        self._refresh()

    def set_loaded(self, precision: Precision, context_tokens: int | None) -> None:
        """What automatic amounts to depends on the weights that are loaded."""
        self._precision, self._native_context_tokens = precision, context_tokens
        self._refresh()

    def all_automatic(self) -> None:
        """Leave every value of the form to the application, as if a person had done so one by one."""
        self._take(self._chat.model_copy(update=dict.fromkeys(EDITED)))

    def flush(self) -> None:
        """Tell now what is written in a field and was not told yet."""
        self.seed.field.flush()
        self.longest.field.flush()
        self.stop.area.flush()

    def _add_thinking(self) -> None:
        self._add_heading(self.tr("Thinking"))
        self.thinking = self._add(
            "thinking",
            ChoiceRow(
                self._theme,
                self.tr("Think first"),
                self.tr("Better answers to hard questions, but later."),
                ((None, ""),),
            ),
        )
        self.budget = self._add(
            "thinking_budget_tokens",
            SliderRow(
                self._theme,
                self.tr("Thinking budget"),
                "",
                low=0,
                high=MOST_BUDGET_TOKENS + BUDGET_STEP_TOKENS,
                step=BUDGET_STEP_TOKENS,
                shown=self._budget_words,
            ),
            self._decide_budget,
        )

    def _add_sampling(self) -> None:
        self._add_heading(self.tr("Sampling"))
        self.preset = ChoiceRow(self._theme, self.tr("How words are chosen"), "", ((Preset.AUTOMATIC, ""),))
        self.preset.decided.connect(self._decide_preset)
        self._column.addWidget(self.preset)
        self.temperature = self._slider(
            "temperature",
            self.tr("Temperature"),
            self.tr("How freely words are chosen. 0 always takes the likeliest word."),
            (0, 2, 0.05),
            2,
        )
        self.top_p = self._slider(
            "top_p",
            self.tr("Top-p"),
            self.tr("Only the likeliest words that together reach this share are in the draw."),
            (0.05, 1, 0.05),
            2,
        )
        self.top_k = self._slider(
            "top_k",
            self.tr("Top-k"),
            self.tr("Only so many of the likeliest words are in the draw. 0 is no limit."),
            (0, TOP_K_SHOWN, 1),
            0,
        )
        self.min_p = self._slider(
            "min_p",
            self.tr("Min-p"),
            self.tr("Words much less likely than the likeliest one are left out. 0 leaves none out."),
            (0, 1, 0.01),
            2,
        )
        self.presence = self._slider(
            "presence_penalty",
            self.tr("Presence penalty"),
            self.tr("Words of this answer become less likely to come again. High values can mix languages."),
            (-2, 2, 0.1),
            1,
        )
        self.repetition = self._slider(
            "repetition_penalty",
            self.tr("Repetition penalty"),
            self.tr("The same for everything in the chat, and stronger. 1 is none."),
            (1, 2, 0.05),
            2,
        )
        self.seed = self._add(
            "seed",
            DigitsRow(self._theme, self.tr("Seed"), self.tr("The same seed and question give the same answer."), SEED),
        )

    def _add_length(self, with_context: bool) -> None:
        self._add_heading(self.tr("Length"))
        self.longest = self._add(
            "max_tokens",
            DigitsRow(
                self._theme,
                self.tr("Longest answer"),
                self.tr("In tokens, thoughts included. A token is about three quarters of a word."),
                MAX_TOKENS,
            ),
        )
        self.stop = self._add(
            "stop",
            LinesRow(
                self._theme,
                self.tr("Stop texts"),
                self.tr("The answer ends where one of these would begin. One a line."),
                placeholder=self.tr("None"),
            ),
        )
        self.context: ChoiceRow | None = None
        if with_context:
            self.context = self._add(
                "context_tokens",
                ChoiceRow(
                    self._theme,
                    self.tr("Context"),
                    self.tr("How many tokens of the chat the model can see. A shorter context takes less memory."),
                    ((None, ""),),
                ),
            )

    def _add_heading(self, text: str) -> None:
        heading = Label(self._theme, TextRole.LABEL, Token.SECONDARY, text)
        self._headings.append(heading)
        self._column.addWidget(heading)

    def _add(self, field: str, row: RowT, decide: Callable[[object], None] | None = None) -> RowT:
        row.decided.connect(decide or (lambda value: self._decide(field, value)))
        self._column.addWidget(row)
        return row

    def _slider(self, field: str, name: str, about: str, bounds: tuple[float, float, float], digits: int) -> SliderRow:
        low, high, step = bounds
        row = SliderRow(
            self._theme,
            name,
            about,
            low=low,
            high=high,
            step=step,
            shown=lambda value: words.decimal(float(value), digits),
        )
        return self._add(field, row)

    def _decide(self, field: str, value: object) -> None:
        self._take(self._chat.model_copy(update={field: value}))

    def _decide_budget(self, value: object) -> None:
        beyond = isinstance(value, int) and value > MOST_BUDGET_TOKENS
        self._decide("thinking_budget_tokens", NO_LIMIT if beyond else value)

    @Slot(object)
    def _decide_preset(self, preset: Preset) -> None:
        self._take(with_preset(self._chat, preset, self._settings.value, self._precision))

    def _take(self, chat: ChatSettings) -> None:
        self._chat = chat
        self._refresh()
        self.changed.emit(chat)

    @Slot()
    def _refresh(self) -> None:
        chat, settings = self._chat, self._settings.value
        automatic = automatic_sampling(settings, chat, self._precision)
        self._refresh_thinking()
        self._refresh_preset()
        for row, field in (
            (self.temperature, "temperature"),
            (self.top_p, "top_p"),
            (self.top_k, "top_k"),
            (self.min_p, "min_p"),
            (self.presence, "presence_penalty"),
            (self.repetition, "repetition_penalty"),
        ):
            row.show_value(getattr(chat, field), getattr(automatic, field))
        self.seed.show_value(chat.seed, self.tr("another one each time"))
        self._refresh_length(automatic)

    def _refresh_thinking(self) -> None:
        chat, settings = self._chat, self._settings.value
        standing = self.tr("on") if settings.thinking else self.tr("off")
        self.thinking.show_options(
            (
                (None, self.tr("Automatic ({value})").format(value=standing)),
                (True, self.tr("On")),
                (False, self.tr("Off")),
            ),
            chat.thinking,
        )
        budget, usual = chat.thinking_budget_tokens, settings.thinking_budget_tokens
        self.budget.show_value(budget, usual, self._budget_words(NO_LIMIT) if usual is None else "")
        self.budget.setEnabled(thinks(settings, chat))
        holds = usual if budget is None else budget
        if holds is not None and holds < ADVISED_BUDGET_TOKENS:
            self.budget.explain(
                self.tr("Then the answer begins. Less than {n} tokens make answers worse.").format(
                    n=words.count(ADVISED_BUDGET_TOKENS)
                ),
                warns=True,
            )
        else:
            self.budget.explain(
                self.tr("After so many tokens of thinking the answer begins. More than {n} are advised.").format(
                    n=words.count(ADVISED_BUDGET_TOKENS)
                )
            )

    def _refresh_preset(self) -> None:
        preset = preset_of(self._chat, self._settings.value, self._precision)
        self.preset.show_options(
            (
                (Preset.AUTOMATIC, self.tr("Automatic (as in the settings)")),
                (Preset.ADVICE, self.tr("Qwen's advice")),
                (Preset.LESS_REPETITION, self.tr("Less repetition")),
                (Preset.OWN, self.tr("Own")),
            ),
            preset,
        )
        match preset:
            case Preset.AUTOMATIC:
                about = self.tr("Follows the application's settings.")
            case Preset.ADVICE:
                about = self.tr("The values that Qwen advises, with and without thinking.")
            case Preset.LESS_REPETITION:
                about = self.tr("As Qwen advises, with a presence penalty of 1.5 against repetition.")
            case Preset.OWN:
                about = self.tr("What is not automatic below holds here alone.")
        self.preset.explain(about)

    def _refresh_length(self, automatic: Sampling) -> None:
        usual = automatic.max_tokens
        self.longest.show_value(
            self._chat.max_tokens, self.tr("as the context allows") if usual is None else words.count(usual)
        )
        self.stop.show_value(self._chat.stop)
        if self.context is None:
            return
        own = self._chat.context_tokens
        native = self._native_context_tokens
        offered = {each for each in CONTEXTS if native is None or each <= native} | ({own} if own else set())
        loaded = self._settings.value.context_tokens or (native if own is None else None)
        automatic_words = self.tr("Automatic")
        if loaded is not None:
            automatic_words = self.tr("Automatic ({value})").format(value=words.count(loaded))
        self.context.show_options(
            ((None, automatic_words), *((each, words.count(each)) for each in sorted(offered))), own
        )

    def _budget_words(self, tokens: float) -> str:
        return (
            self.tr("no limit")
            if tokens > MOST_BUDGET_TOKENS and not self._own_budget(tokens)
            else words.count(int(tokens))
        )

    def _own_budget(self, tokens: float) -> bool:
        """More than the slider shows, and yet a limit: written by somebody elsewhere."""
        return MOST_BUDGET_TOKENS + BUDGET_STEP_TOKENS < tokens < NO_LIMIT

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._theme.px(14))
        for each in self._headings:
            each.setContentsMargins(0, self._theme.px(10), 0, 0)
