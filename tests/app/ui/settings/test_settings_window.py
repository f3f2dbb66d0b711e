"""The settings window: every setting has its control, and what is chosen holds at once and is on the disk."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.core.settings import Section, SendKey, Settings, ThemeChoice, declared_settings, read_settings
from app.ui.settings.editors import ChoiceEditor, NumberEditor, OptionalEditor, SwitchEditor
from app.ui.settings.places import Place, place_title
from app.ui.settings.sampling_page import SamplingPage
from app.ui.settings.section_page import SectionPage
from app.ui.settings.setting_row import SettingRow
from app.ui.settings.shapes import Kind, shape_of
from app.ui.settings.strings import DECLARED
from app.ui.settings.words import choices
from engine.types import Precision
from tests.app.ui.settings.conftest import Desk, OpenDesk

VISIBLE = [each for each in declared_settings() if each.section is not Section.HIDDEN]


def saved(desk: Desk) -> Settings:
    return read_settings(desk.paths.settings_file).settings


def rows_of(desk: Desk, place: Place) -> list[SettingRow]:
    page = desk.window.page(place)
    return page.rows if isinstance(page, SectionPage) else []


def test_every_setting_has_its_control_and_the_hidden_ones_have_none(desk: Desk) -> None:
    shown = {row.name for place in Place for row in rows_of(desk, place)}
    assert shown == {each.name for each in VISIBLE} - {"shortcuts"}


def test_the_words_of_every_setting_can_be_translated() -> None:
    missing = [text for each in VISIBLE for text in (each.title, each.help) if text not in DECLARED]
    assert not missing, "to be added to app/ui/settings/strings.py"
    assert not set(DECLARED) - {text for each in VISIBLE for text in (each.title, each.help)}


def test_every_choice_has_words_of_its_own() -> None:
    for each in VISIBLE:
        shape = shape_of(each.name)
        for value in shape.options if shape is not None else ():
            words = dict(choices(each.name, value) or ())
            assert words[value] != value.value, (each.name, value)


def test_every_section_opens_and_is_marked(desk: Desk) -> None:
    for row, place in enumerate(Place):
        desk.open(place)
        assert desk.window.navigation.currentRow() == row
        assert desk.window.navigation.currentItem().text() == place_title(place)
        assert desk.window.page(place).isVisible()


def test_the_sections_are_chosen_with_the_keyboard(desk: Desk) -> None:
    desk.window.navigation.setFocus()
    QTest.keyClick(desk.window.navigation, Qt.Key.Key_Down)
    assert desk.window.place is Place.APPEARANCE
    assert desk.window.page(Place.APPEARANCE).isVisible()


def test_a_switch_a_choice_and_a_number_take_effect_at_once(desk: Desk) -> None:
    tray = desk.row("tray").editor
    assert isinstance(tray, SwitchEditor)
    desk.click(tray.switch)
    send = desk.row("send_key").editor
    assert isinstance(send, ChoiceEditor)
    QTest.keyClick(send.choice, Qt.Key.Key_Down)
    desk.open(Place.DEVICE)
    unload = desk.row("unload_after_min").editor
    assert isinstance(unload, NumberEditor)
    assert unload.number is not None
    QTest.keyClick(unload.number, Qt.Key.Key_Up)
    for value in (desk.settings.value, saved(desk)):
        assert (value.tray, value.send_key, value.unload_after_min) == (True, SendKey.CTRL_ENTER, 20)


def test_an_automatic_number_becomes_ones_own_and_back(desk: Desk) -> None:
    desk.open(Place.SAMPLING)
    editor = desk.row("temperature").editor
    assert isinstance(editor, OptionalEditor)
    assert not editor.number.isVisible()
    desk.click(editor.automatic)
    assert (desk.settings.value.temperature, editor.number.isVisible()) == (0.6, True)
    assert editor.number.slider is not None
    QTest.keyClick(editor.number.slider.track, Qt.Key.Key_Right)
    assert desk.settings.value.temperature == 0.65
    desk.click(editor.automatic)
    assert not editor.number.isVisible()
    assert saved(desk).temperature is None


def test_what_is_changed_elsewhere_is_shown(desk: Desk) -> None:
    desk.settings.change(tray=True, language=desk.settings.value.language)
    editor = desk.row("tray").editor
    assert isinstance(editor, SwitchEditor)
    assert editor.switch.isChecked()


def test_one_setting_goes_back_to_its_default(desk: Desk) -> None:
    desk.open(Place.THINKING)
    row = desk.row("thinking")
    assert not row.reset_button.isVisible()
    desk.settings.change(thinking=False)
    assert row.reset_button.isVisible()
    desk.click(row.reset_button)
    assert desk.settings.value.thinking
    assert not row.reset_button.isVisible()


def test_a_section_goes_back_to_its_defaults_and_no_other_does(desk: Desk) -> None:
    desk.open(Place.THINKING)
    page = desk.window.page(Place.THINKING)
    assert isinstance(page, SectionPage)
    assert not page.reset_button.isEnabled()
    desk.settings.change(thinking=False, thoughts_open=True, tray=True)
    desk.click(page.reset_button)
    value = desk.settings.value
    assert (value.thinking, value.thoughts_open, value.tray) == (True, False, True)
    assert not page.reset_button.isEnabled()


def test_four_bits_come_with_an_honest_warning(desk: Desk) -> None:
    desk.open(Place.DEVICE)
    row = desk.row("precision")
    assert row.warning() == ""
    desk.settings.change(precision=Precision.NF4)
    assert "lose noticeably in quality" in row.warning()


@pytest.mark.parametrize("name", ["device", "precision", "kv_cache", "context_tokens"])
def test_what_loads_the_model_again_says_so(name: str) -> None:
    [found] = [each for each in VISIBLE if each.name == name]
    assert "Loads the model again" in found.help


def test_a_device_chosen_elsewhere_can_be_shown(open_desk: OpenDesk) -> None:
    desk = open_desk(Settings(device="cuda:3", backup_hours=0, trash_days=0))
    desk.open(Place.DEVICE)
    editor = desk.row("device").editor
    assert isinstance(editor, ChoiceEditor)
    assert editor.choice.value() == "cuda:3"
    assert "3" in editor.choice.currentText()


def test_the_presets_of_sampling(desk: Desk) -> None:
    desk.open(Place.SAMPLING)
    page = desk.window.page(Place.SAMPLING)
    assert isinstance(page, SamplingPage)
    assert page.advice.isChecked()
    desk.settings.change(temperature=1.5, top_k=3, max_tokens=99)
    assert not page.advice.isChecked()
    desk.click(page.less_repetition)
    value = desk.settings.value
    assert (value.temperature, value.top_k, value.less_repetition, value.max_tokens) == (None, None, True, 99)
    assert page.less_repetition.isChecked()
    desk.click(page.advice)
    desk.click(page.advice)  # what holds already stays on
    assert not desk.settings.value.less_repetition
    assert page.advice.isChecked()


def test_a_search_finds_settings_by_title_and_help_and_changes_them(desk: Desk) -> None:
    QTest.keyClicks(desk.window.field, "qwen REPEAT")
    assert [row.name for row in desk.window.results().rows] == ["less_repetition"]
    editor = desk.row("less_repetition").editor
    assert isinstance(editor, SwitchEditor)
    desk.click(editor.switch)
    assert desk.settings.value.less_repetition
    desk.window.field.setText("nothing is called like this")
    assert desk.window.results().rows == []
    desk.window.navigation.setFocus()
    assert desk.window.results().isVisible()  # only a choice leaves the search
    desk.window.field.clear()
    assert desk.window.page(Place.GENERAL).isVisible()
    assert desk.window.navigation.currentRow() == 0


def test_theme_and_zoom_go_both_ways(desk: Desk) -> None:
    desk.settings.change(theme=ThemeChoice.DARK, zoom=1.5)
    assert (desk.theme.is_dark(), desk.theme.zoom) == (True, 1.5)
    desk.theme.follow(Qt.ColorScheme.Light)
    assert desk.theme.is_dark()  # the person chose
    desk.settings.change(theme=ThemeChoice.SYSTEM)
    assert not desk.theme.is_dark()
    desk.theme.zoom_in()
    assert desk.settings.value.zoom == saved(desk).zoom == 1.75
    desk.theme.zoom_reset()
    assert desk.settings.value.zoom == 1.0


def test_without_room_the_sections_become_a_drop_down(desk: Desk) -> None:
    window = desk.window
    window.resize(700, 480)
    assert (window.navigation.isVisible(), window.drop_down.isVisible()) == (True, False)
    window.resize(420, 480)
    assert (window.navigation.isVisible(), window.drop_down.isVisible()) == (False, True)
    QTest.keyClick(window.drop_down, Qt.Key.Key_Down)
    assert window.place is Place.APPEARANCE


@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
def test_no_page_is_wider_than_its_window(desk: Desk, zoom: float) -> None:
    desk.settings.change(zoom=zoom, temperature=0.5)
    desk.window.resize(desk.window.minimumSize())
    for place in Place:
        desk.open(place)
        QApplication.processEvents()
        page = desk.window.page(place)
        assert page.column.minimumSize().width() <= page.viewport().width(), place


def test_everything_that_takes_the_focus_has_a_name(desk: Desk) -> None:
    for place in Place:
        desk.open(place)
        for each in desk.window.findChildren(QWidget):
            if each.isVisible() and each.focusPolicy() is Qt.FocusPolicy.StrongFocus:
                parent = each.parentWidget()
                named = each.accessibleName() or (parent.accessibleName() if parent is not None else "")
                assert named, (place, each)


def test_a_wide_number_is_no_slider() -> None:
    kinds = {name: shape.kind for name in Settings.model_fields if (shape := shape_of(name)) is not None}
    assert (kinds["max_tokens"], kinds["temperature"], kinds["tray"]) == (Kind.NUMBER, Kind.SLIDER, Kind.SWITCH)
