"""One chat's settings: automatic until a person decides, and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.core.chats import ChatSettings
from app.core.limits import THINKING_BUDGET_TOKENS
from app.core.personas import BUILT_IN, Persona
from app.services.sampling import Preset
from app.ui.chat_settings.library_dialog import LibraryDialog
from app.ui.chat_settings.name_dialog import NameDialog
from app.ui.theme import Theme
from tests.app.ui.chat_settings.conftest import PATIENCE_MS, Desk, choose, slide

TRANSLATOR = next(each for each in BUILT_IN if isinstance(each, Persona) and each.name == "Translator")


def test_what_is_shown_is_not_told(desk: Desk) -> None:
    desk.panel.show_chat(
        ChatSettings(temperature=1.0, seed=7, stop=("a",), context_tokens=4096, thinking=False), "Prompt"
    )
    desk.panel.flush()
    assert desk.changes == []
    assert desk.prompts == []
    assert desk.panel.form.seed.field.text() == "7"
    assert desk.panel.system_prompt.toPlainText() == "Prompt"


def test_automatic_says_what_it_amounts_to_and_follows_the_settings(desk: Desk) -> None:
    form = desk.panel.form
    assert form.temperature.state() == "Automatic (0.60)"
    assert form.budget.state() == "Automatic (no limit)"
    choose(form.thinking.choice, False)
    assert form.temperature.state() == "Automatic (0.70)"
    assert not form.budget.isEnabled()
    desk.settings.change(temperature=1.5)
    assert form.temperature.state() == "Automatic (1.50)"
    assert form.temperature.slider.value() == 1.5


def test_a_value_is_decided_and_given_back_alone(desk: Desk) -> None:
    form = desk.panel.form
    slide(form.temperature.slider, 2)
    assert desk.last == ChatSettings(temperature=0.7)
    slide(form.top_k.slider, -1)
    assert desk.last == ChatSettings(temperature=0.7, top_k=19)
    assert isinstance(desk.last.top_k, int)
    assert form.temperature.state() == ""
    QTest.mouseClick(form.temperature.back, Qt.MouseButton.LeftButton)
    assert desk.last == ChatSettings(top_k=19)
    assert form.temperature.slider.value() == 0.6


def test_presets(desk: Desk) -> None:
    form = desk.panel.form
    choose(form.preset.choice, Preset.LESS_REPETITION)
    assert desk.last == ChatSettings(less_repetition=True)
    assert form.presence.state() == "Automatic (1.5)"
    slide(form.presence.slider, -1)
    assert form.preset.choice.value() is Preset.OWN
    choose(form.preset.choice, Preset.ADVICE)
    assert desk.last == ChatSettings(less_repetition=False)
    choose(form.preset.choice, Preset.AUTOMATIC)
    assert desk.last == ChatSettings()


def test_the_budget_warns_of_little_and_has_no_limit_at_its_end(desk: Desk) -> None:
    budget = desk.panel.form.budget
    desk.panel.show_chat(ChatSettings(thinking_budget_tokens=1024), "")
    slide(budget.slider, -1)
    assert desk.last.thinking_budget_tokens == 1024 - 128
    assert "worse" in budget._about.text()
    slide(budget.slider, 2)
    assert "advised" in budget._about.text()
    QTest.keyClick(budget.slider.track, Qt.Key.Key_End)
    assert desk.last.thinking_budget_tokens == int(THINKING_BUDGET_TOKENS.high)
    assert budget.slider.track.accessibleDescription() == "no limit"


def test_a_value_beyond_a_slider_is_shown_as_it_is_and_kept(desk: Desk) -> None:
    desk.panel.show_chat(ChatSettings(top_k=5000, thinking_budget_tokens=20_000), "")
    form = desk.panel.form
    assert form.top_k.slider.track.accessibleDescription() == "5000"
    assert form.budget.slider.track.accessibleDescription().replace(",", "") == "20000"
    choose(form.thinking.choice, True)
    assert (desk.last.top_k, desk.last.thinking_budget_tokens) == (5000, 20_000)


def test_typed_numbers_are_checked(desk: Desk) -> None:
    form = desk.panel.form
    QTest.keyClicks(form.seed.field, "12a3")
    QTest.keyClick(form.seed.field, Qt.Key.Key_Return)
    assert desk.last == ChatSettings(seed=123)
    seed = 2**63 - 1
    form.seed.field.setText("")
    QTest.keyClicks(form.seed.field, str(seed))
    form.seed.field.flush()
    assert desk.last.seed == seed
    QTest.keyClicks(form.longest.field, "0")
    form.longest.field.flush()
    assert desk.last.max_tokens is None
    assert "From 1 to" in form.longest._about.text()
    form.seed.field.setText("")
    form.seed.field.flush()
    assert desk.last.seed is None


def test_stop_texts_and_context(desk: Desk) -> None:
    form = desk.panel.form
    form.stop.area.insertPlainText("END\n\n###")
    form.stop.area.flush()
    assert desk.last.stop == ("END", "###")
    assert form.context is not None
    assert form.context.choice.itemText(0).replace(",", "") == "Automatic (40960)"
    choose(form.context.choice, 8192)
    assert desk.last.context_tokens == 8192
    offered = [form.context.choice.itemText(row) for row in range(form.context.choice.count())]
    assert "65,536" not in offered
    assert "65536" not in offered


def test_all_back_to_automatic_keeps_what_the_panel_does_not_show(desk: Desk) -> None:
    desk.panel.show_chat(ChatSettings(model="m", temperature=1.0, stop=("x",), seed=3, persona="p"), "Prompt")
    desk.panel.all_automatic.click()
    assert desk.last == ChatSettings(model="m", persona="p")
    assert desk.panel.system_prompt.toPlainText() == "Prompt"


def test_the_system_prompt_is_told_once_typing_pauses_or_the_field_is_left(desk: Desk) -> None:
    field = desk.panel.system_prompt
    field.setFocus()
    QTest.keyClicks(field, "Be kind.")
    desk.qtbot.waitUntil(lambda: desk.prompts == ["Be kind."], timeout=PATIENCE_MS)
    QTest.keyClicks(field, "!")
    desk.panel.hide()
    assert desk.prompts == ["Be kind.", "Be kind.!"]


def test_a_persona_sets_prompt_and_values_and_the_prompt_can_be_undone(desk: Desk) -> None:
    panel = desk.panel
    panel.show_chat(ChatSettings(temperature=1.0, model="m"), "Mine")
    choose(panel.persona, TRANSLATOR.uid)
    assert desk.prompts == [TRANSLATOR.system_prompt]
    assert desk.last == ChatSettings(model="m", thinking=False, temperature=0.3, persona=TRANSLATOR.uid)
    assert panel._persona_note.isHidden()
    panel.system_prompt.undo()
    panel.system_prompt.flush()
    assert desk.prompts[-1] == "Mine"
    assert "Changed for this chat" in panel._persona_note.text()
    choose(panel.persona, None)
    assert desk.last == ChatSettings(model="m", thinking=False, temperature=0.3)


def test_a_deleted_persona_is_said(desk: Desk) -> None:
    desk.panel.show_chat(TRANSLATOR.applied_to(ChatSettings()), TRANSLATOR.system_prompt)
    desk.personas.remove(TRANSLATOR.uid)
    assert "deleted" in desk.panel._persona_note.text()
    assert desk.panel.persona.value() == TRANSLATOR.uid
    assert desk.changes == []


def test_save_as_persona(desk: Desk) -> None:
    desk.panel.show_chat(ChatSettings(temperature=1.0, model="m"), "Mine")
    desk.panel.save_button.click()
    [dialog] = desk.panel.findChildren(NameDialog)
    assert not dialog.action_button.isEnabled()
    QTest.keyClicks(dialog.field, "  Poet ")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    persona = desk.personas.personas[-1]
    assert (persona.name, persona.system_prompt) == ("Poet", "Mine")
    assert persona.settings == ChatSettings(temperature=1.0)
    assert desk.last == ChatSettings(temperature=1.0, model="m", persona=persona.uid)
    assert desk.panel.persona.value() == persona.uid


def test_manage_opens_the_library_at_the_chats_persona(desk: Desk) -> None:
    desk.panel.show_chat(TRANSLATOR.applied_to(ChatSettings()), "")
    desk.panel.manage_button.click()
    desk.panel.manage_button.click()
    [library] = desk.panel.findChildren(LibraryDialog)
    assert library.isVisible()
    assert library.fields.entry == TRANSLATOR


@pytest.mark.parametrize(("zoom", "width"), [(1.0, 240), (2.0, 400)])
def test_nothing_is_cut_off_in_its_width(desk: Desk, theme: Theme, zoom: float, width: int) -> None:
    theme.set_zoom(zoom)
    desk.panel.resize(width, 900)
    page = desk.panel.form.parentWidget()
    assert page is not None
    desk.qtbot.waitUntil(lambda: page.minimumSizeHint().width() <= desk.panel.width(), timeout=PATIENCE_MS)


def test_every_control_has_a_name(desk: Desk) -> None:
    reachable = [
        each
        for each in desk.panel.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
    ]
    assert len(reachable) > 15
    assert [each for each in reachable if not each.accessibleName()] == []
