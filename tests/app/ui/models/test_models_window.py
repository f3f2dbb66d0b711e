"""The models window, driven by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QFileDialog, QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsService
from app.services.status import ChosenModel, EngineStarting
from app.ui.controls.confirm import Question
from app.ui.controls.page import Page
from app.ui.models.installed import InstalledCard
from app.ui.models.window import ModelsWindow
from app.ui.theme import Theme
from engine.types import LoadRequest, Precision
from tests.app.model_kit import NAME, PATIENCE_MS, SOURCE, WEIGHTS, ended
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import FakeHub
from tests.support.gguf_files import write_gguf


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=PATIENCE_MS)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(qtbot: QtBot, window: QWidget, path: Path) -> None:
    """What a person does in the system's dialog."""
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def downloaded(qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf) -> InstalledCard:
    ended(qtbot, shelf, lambda: shelf.download(SOURCE))
    window.show_page(window.installed_page)
    return window.installed_page.cards[NAME]


def test_it_opens_with_what_is_here_and_asks_nobody(window: ModelsWindow, hub: FakeHub) -> None:
    (card,) = window.installed_page.cards.values()
    assert card.model.built_in
    assert card.mark.isVisible()
    assert not card.remove_button.isVisible()
    assert "16.0 GB" in window.machine_words()
    assert "CPU" in card.fit.verdict.text()
    assert len(window.catalogue_page.cards) == 8
    small, large = (window.catalogue_page.cards[name] for name in ("Qwen3-0.6B", "Qwen3-32B"))
    assert small.panel.start_button.text() == "Download 1.5 GB"
    assert "Apache-2.0" in small.facts.text()
    assert "8-bit" in small.fit.verdict.text()
    assert "Not enough memory" in large.fit.reason.text()
    assert not hub.asked


def test_download_pause_resume_and_use(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    hub.modes[WEIGHTS] = ["hold", "ok"]
    window.show_page(window.catalogue_page)
    card = window.catalogue_page.cards[NAME]
    panel = card.panel
    click(qtbot, panel.start_button)
    assert panel.start_button.isHidden()
    part = ponder_home / "models" / f".incomplete-{NAME}" / f"{WEIGHTS}.part"
    half = len(hub.files[WEIGHTS]) // 2
    qtbot.waitUntil(lambda: part.exists() and part.stat().st_size >= half, timeout=PATIENCE_MS)
    assert panel.line.stop_button.text() == "Pause"
    click(qtbot, panel.line.stop_button)
    qtbot.waitUntil(lambda: panel.resume_button.isVisible(), timeout=PATIENCE_MS)
    assert panel.line.words.text().endswith("are kept.")
    assert panel.line.bar.value() > 0
    click(qtbot, panel.resume_button)
    qtbot.waitUntil(lambda: card.use_button.isVisible(), timeout=PATIENCE_MS)
    assert hub.asked_for(WEIGHTS)[-1].range_start == half
    assert panel.line.isHidden()
    assert not panel.start_button.isVisible()
    with qtbot.waitSignal(window.use_asked, timeout=PATIENCE_MS) as told:
        click(qtbot, card.use_button)
    chosen = told.args[0]
    assert isinstance(chosen, ChosenModel)
    assert (chosen.name, chosen.request.model) == (NAME, str(ponder_home / "models" / NAME))
    assert "continues text" in window.installed_page.cards[NAME]._about.text()


def test_a_stopped_download_is_there_after_a_restart_and_can_be_thrown_away(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, theme: Theme, settings: SettingsService
) -> None:
    hub.modes[WEIGHTS] = ["hold"]
    shelf.download(SOURCE)
    assert hub.held.wait(30)
    ended(qtbot, shelf, lambda: shelf.cancel(shelf.jobs()[0].job_id))
    again = ModelsWindow(theme, shelf, settings)
    qtbot.addWidget(again)
    again.show()
    panel = again.installed_page.stopped_cards[NAME].panel
    assert panel.resume_button.isVisible()
    click(qtbot, panel.discard_button)
    qtbot.waitUntil(lambda: not again.installed_page.stopped_cards, timeout=PATIENCE_MS)
    assert "was removed" in again.installed_page.told()
    assert window.catalogue_page.cards[NAME].panel.start_button.isVisibleTo(window.catalogue_page)


def test_a_failure_is_told_in_the_card_with_what_is_kept(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.modes[WEIGHTS] = ["hold"]
    window.show_page(window.catalogue_page)
    panel = window.catalogue_page.cards[NAME].panel
    click(qtbot, panel.start_button)
    assert hub.held.wait(30)
    click(qtbot, panel.line.stop_button)
    qtbot.waitUntil(lambda: panel.resume_button.isVisible(), timeout=PATIENCE_MS)
    with monkeypatch.context() as full:
        full.setattr("engine.disk.SPARE", 1e15)
        click(qtbot, panel.resume_button)
        qtbot.waitUntil(lambda: panel.failure.isVisible(), timeout=PATIENCE_MS)
    assert "Free some space" in panel.failure.text()
    assert panel.line.words.text().endswith("are kept.")
    assert panel.resume_button.isVisible()
    hub.modes[WEIGHTS] = ["ok"]
    click(qtbot, panel.resume_button)
    assert panel.failure.isHidden()
    qtbot.waitUntil(lambda: window.catalogue_page.cards[NAME].use_button.isVisible(), timeout=PATIENCE_MS)


def test_verify_finds_damage_and_it_is_repaired(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    card = downloaded(qtbot, window, shelf)
    ended(qtbot, shelf, lambda: click(qtbot, card.verify_button))
    assert card.outcome.text() == "Verified: every byte is as it was installed."
    weights = ponder_home / "models" / NAME / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\xff")
    ended(qtbot, shelf, lambda: click(qtbot, card.verify_button))
    assert f"{WEIGHTS} is not the file that was installed." in card.outcome.text()
    assert not card.use_button.isVisible()
    ended(qtbot, shelf, lambda: click(qtbot, card.repair_button))
    assert weights.read_bytes() == hub.files[WEIGHTS]
    assert card.use_button.isVisible()
    assert not card.repair_button.isVisible()
    assert card.outcome.isHidden()


def test_remove_asks_names_what_is_freed_and_removes(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    card = downloaded(qtbot, window, shelf)
    click(qtbot, card.remove_button)
    question = window.findChild(Question)
    assert isinstance(question, Question)
    assert "1 MB" in question.text()
    assert NAME in question.text()
    click(qtbot, question.cancel_button)
    assert (ponder_home / "models" / NAME).exists()
    click(qtbot, card.remove_button)
    again = [each for each in window.findChildren(Question) if each.isVisible()]
    ended(qtbot, shelf, lambda: click(qtbot, again[-1].action_button))
    assert NAME not in window.installed_page.cards
    assert not (ponder_home / "models" / NAME).exists()
    assert "free again" in window.installed_page.told()


def test_the_one_in_use_is_marked_and_stays(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, hub: FakeHub, ponder_home: Path
) -> None:
    card = downloaded(qtbot, window, shelf)
    assert card.mark.isHidden()
    folder = str(ponder_home / "models" / NAME)
    window.show_status(EngineStarting(ChosenModel(LoadRequest(folder), NAME)))
    assert not card.mark.isHidden()
    assert card.use_button.isHidden()
    assert not card.remove_button.isEnabled()
    assert "in use" in card.remove_button.toolTip()
    assert window.installed_page.cards["pocket"].mark.isHidden()


def test_a_folder_is_taken_in_linked_or_copied(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, tmp_path: Path, ponder_home: Path
) -> None:
    source = make_checkpoint(tmp_path / "Tiny")
    page = window.import_page
    window.show_page(page)
    click(qtbot, page.folder_button)
    ended(qtbot, shelf, lambda: choose(qtbot, window, source))
    (card,) = page.imports.values()
    assert card.outcome.text() == "Tiny is on this computer now."
    assert window.installed_page.cards["Tiny"].model.link
    page.copy_switch.click()
    ended(qtbot, shelf, lambda: page.import_folder(source))
    assert (ponder_home / "models" / "Tiny-2" / WEIGHTS).exists()
    with qtbot.waitSignal(window.use_asked, timeout=PATIENCE_MS) as told:
        click(qtbot, card.use_button)
    assert told.args[0].request.model == str(source)


def test_a_gguf_file_is_converted_and_a_bad_one_refused(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, tmp_path: Path
) -> None:
    page = window.import_page
    window.show_page(page)
    path = write_gguf(tmp_path / "Tiny-Q8_0.gguf", make_checkpoint(tmp_path / "whole"), "Q8_0")
    click(qtbot, page.gguf_button)
    ended(qtbot, shelf, lambda: choose(qtbot, window, path))
    assert "Q8_0" in window.installed_page.cards["Tiny-Q8_0"]._facts.text()
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\xff" * 100)
    ended(qtbot, shelf, lambda: shelf.import_gguf(tmp_path / "bad.gguf"))
    last = page.imports[max(page.imports)]
    assert not last.outcome.isHidden()
    assert last.use_button.isHidden()
    assert last.line.isHidden()


def test_models_of_other_programs_are_one_click_away(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    studio = home / ".lmstudio" / "models" / "maker"
    studio.mkdir(parents=True)
    source = make_checkpoint(tmp_path / "whole")
    write_gguf(studio / "Tiny-F16.gguf", source, "F16")
    write_gguf(studio / "other.gguf", source, general__architecture="llama")
    monkeypatch.setattr(Path, "home", lambda: home)
    with qtbot.waitSignal(shelf.found_elsewhere, timeout=PATIENCE_MS):
        window.show_page(window.import_page)
    usable, other = window.import_page.found_cards
    assert other.button is None
    assert usable.button is not None
    ended(qtbot, shelf, lambda: click(qtbot, usable.button))  # type: ignore[arg-type]
    assert "Tiny-F16" in window.installed_page.cards


def test_the_calculators_slider_changes_the_figures(qtbot: QtBot, window: ModelsWindow) -> None:
    page = window.calculator_page
    window.show_page(page)
    assert page.model is not None
    assert page.context is not None
    assert page.sum is not None
    before, fitting = page.sum, page.fits.text()
    page.context.track.setFocus()
    QTest.keyClick(page.context.track, Qt.Key.Key_End)
    assert page.context.value() == 40_960
    after = page.sum
    assert after is not None
    assert after.weights_bytes == before.weights_bytes
    assert after.kv_cache_bytes > before.kv_cache_bytes
    assert page.bar.texts()[0].startswith("Weights")
    assert page.fits.text() != fitting
    assert "Test CPU: fits" in page.here.text()
    page.context.track.sliderMoved.emit(0)  # while it is being dragged
    assert page.sum is not None
    assert page.sum.kv_cache_bytes < before.kv_cache_bytes
    page.weights.set_value("nf4")
    page.weights.chosen.emit("nf4")
    assert "4-bit weights make answers worse" in page.warning.text()
    page.model.set_value("Qwen3-0.6B-Base")
    page.model.chosen.emit("Qwen3-0.6B-Base")
    QTest.keyClick(page.context.track, Qt.Key.Key_End)
    assert page.context.value() == 32_768


def test_four_bits_chosen_in_the_settings_are_warned_of(
    qtbot: QtBot, window: ModelsWindow, shelf: ModelShelf, settings: SettingsService
) -> None:
    with qtbot.waitSignal(shelf.models_changed, timeout=PATIENCE_MS):
        settings.change(precision=Precision.NF4)
    card = window.catalogue_page.cards["Qwen3-0.6B"]
    assert "4-bit (NF4)" in card.fit.verdict.text()
    assert "4-bit weights make answers worse" in card.fit.warning.text()


def test_benchmarks_unfold_for_both_modes(qtbot: QtBot, window: ModelsWindow) -> None:
    window.show_page(window.catalogue_page)
    card = window.catalogue_page.cards["Qwen3-0.6B"]
    click(qtbot, card.scores_button)
    assert card.scores is not None
    names = [each.accessibleName() for each in card.scores.findChildren(QLabel)]
    assert "MATH-500, Thinking: 77.6" in names
    assert "MATH-500, Direct: 55.2" in names
    click(qtbot, card.scores_button)
    assert not card.scores.isVisible()


def test_every_control_has_a_name(qtbot: QtBot, window: ModelsWindow) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QProgressBar)
    for page in (window.installed_page, window.catalogue_page, window.import_page, window.calculator_page):
        window.show_page(page)
        found = [each for each in page.findChildren(QWidget) if isinstance(each, kinds) and each.isVisible()]
        assert found
        nameless = [each for each in found if not each.accessibleName() and not is_scroll_bar(each)]
        assert not nameless


def is_scroll_bar(widget: QWidget) -> bool:
    return widget.metaObject().className() == "QScrollBar"


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_nothing_is_cut_off_in_a_narrow_window(qtbot: QtBot, window: ModelsWindow, theme: Theme, zoom: float) -> None:
    theme.set_zoom(zoom)
    window.resize(window.minimumSize())
    for page in (window.installed_page, window.catalogue_page, window.import_page, window.calculator_page):
        window.show_page(page)
        qtbot.wait(1)
        assert isinstance(page, Page)
        content = page.widget()
        assert content is not None
        assert content.width() <= page.viewport().width()
    theme.set_zoom(1.0)
