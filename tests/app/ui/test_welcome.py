"""The first screen, and the sign of a download that goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.services.model_shelf import ModelShelf
from app.ui.models.download_chip import DownloadChip
from app.ui.theme import Theme
from app.ui.welcome import Welcome
from tests.app.model_kit import NAME, PATIENCE_MS, WEIGHTS, ended, open_shelf, pretend_machine, small_hub
from tests.support.checkpoints import make_checkpoint
from tests.support.fake_hub import FakeHub
from tests.support.gguf_files import write_gguf

ROOT = Path(__file__).parents[3]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    with small_hub(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp)
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)


@pytest.fixture
def shelf(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelShelf]:
    pretend_machine(monkeypatch)
    with open_shelf(qtbot) as opened:
        yield opened


@pytest.fixture
def welcome(qtbot: QtBot, theme: Theme, shelf: ModelShelf) -> Welcome:
    made = Welcome(theme, shelf, proposed=NAME)
    qtbot.addWidget(made)
    made.resize(800, 700)
    assert "Checking" in made.fit.verdict.text()
    with qtbot.waitSignal(shelf.offers_ready, timeout=PATIENCE_MS):
        made.show()
    return made


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=PATIENCE_MS)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_this_machine_can_run_and_a_start_without_any_network(
    qtbot: QtBot, welcome: Welcome, hub: FakeHub
) -> None:
    assert welcome.fit.verdict.text().startswith(f"{NAME} runs in 8-bit on the CPU")
    assert "free memory" in welcome.fit.reason.text()
    assert "Qwen3-8B" in welcome.largest.text()
    with qtbot.waitSignal(welcome.practice_asked, timeout=PATIENCE_MS):
        click(qtbot, welcome.practice_button)
    with qtbot.waitSignal(welcome.dismissed, timeout=PATIENCE_MS):
        QTest.keyClick(welcome, Qt.Key.Key_Escape)
    assert not hub.asked


def test_the_offer_gives_the_real_size(qtbot: QtBot, theme: Theme, shelf: ModelShelf) -> None:
    own = Welcome(theme, shelf)
    qtbot.addWidget(own)
    assert own.panel is not None
    assert own.panel.start_button.text() == "Download Qwen3-0.6B (1.5 GB)"


def test_a_download_goes_on_in_the_background_and_then_begins(
    qtbot: QtBot, welcome: Welcome, shelf: ModelShelf, hub: FakeHub, theme: Theme, ponder_home: Path
) -> None:
    chip = DownloadChip(theme, shelf)
    qtbot.addWidget(chip)
    hub.modes[WEIGHTS] = ["hold", "ok"]
    assert welcome.panel is not None
    click(qtbot, welcome.panel.start_button)
    assert hub.held.wait(30)
    qtbot.waitUntil(lambda: welcome.background.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: chip.isVisible() and NAME in chip.text() and "%" in chip.text(), timeout=PATIENCE_MS)
    welcome.hide()  # the person went on to the chat
    hub.release.set()
    qtbot.waitUntil(lambda: chip.isHidden(), timeout=PATIENCE_MS)
    welcome.show()
    assert welcome.background.isHidden()
    assert not welcome.panel.start_button.isVisible()
    with qtbot.waitSignal(welcome.use_asked, timeout=PATIENCE_MS) as told:
        click(qtbot, welcome.use_button)
    assert told.args[0].request.model == str(ponder_home / "models" / NAME)


def test_a_failed_download_says_why_and_can_be_tried_again(
    qtbot: QtBot, welcome: Welcome, shelf: ModelShelf, hub: FakeHub
) -> None:
    hub.listing, hub.error_code = 404, "RepoNotFound"
    panel = welcome.panel
    assert panel is not None
    ended(qtbot, shelf, lambda: click(qtbot, panel.start_button))
    assert "The hub has no such model" in panel.failure.text()
    assert panel.start_button.isVisible()


def test_a_folder_or_a_gguf_file_to_begin_with(
    qtbot: QtBot, welcome: Welcome, shelf: ModelShelf, tmp_path: Path
) -> None:
    source = make_checkpoint(tmp_path / "Tiny")
    with qtbot.waitSignal(welcome.use_asked, timeout=PATIENCE_MS) as told:
        click(qtbot, welcome.folder_button)
        dialog = welcome.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        dialog.fileSelected.emit(str(source))
        dialog.reject()
    assert told.args[0].request.model == str(source)
    path = write_gguf(tmp_path / "Tiny-Q8_0.gguf", source, "Q8_0")
    with qtbot.waitSignal(welcome.use_asked, timeout=PATIENCE_MS) as told:
        welcome.import_gguf(path)
    assert told.args[0].name == "Tiny-Q8_0"
    (tmp_path / "empty").mkdir()
    ended(qtbot, shelf, lambda: welcome.import_folder(tmp_path / "empty"))
    assert welcome.failure.isVisible()
    assert welcome.line.isHidden()


_SCRIPT = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from PySide6.QtCore import QEventLoop, QTimer
from app.core.paths import user_paths
from app.core.settings import Settings
from app.services.model_shelf import ModelShelf
from app.services.settings import SettingsService
from app.ui.models.window import ModelsWindow
from app.ui.theme import Theme
from app.ui.welcome import Welcome

if __name__ == "__main__":
    app = QApplication([])
    settings = SettingsService(None, Settings())
    shelf = ModelShelf(user_paths(), settings)
    theme = Theme(app)
    welcome, window = Welcome(theme, shelf), ModelsWindow(theme, shelf, settings)
    def wait(signal, act):
        told, loop = [], QEventLoop()
        def tell(value):
            told.append(value)
            loop.quit()
        signal.connect(tell)
        QTimer.singleShot(60000, loop.quit)
        act()
        loop.exec()
        signal.disconnect(tell)
        return told[0]
    wait(shelf.offers_ready, lambda: (welcome.show(), window.show()))
    for act in (
        lambda: shelf.import_folder(Path(sys.argv[1]), link=False),
        lambda: shelf.import_gguf(Path(sys.argv[2])),
        lambda: shelf.verify(shelf.installed("Tiny")),
        lambda: shelf.remove(shelf.installed("Tiny")),
    ):
        end = wait(shelf.job_ended, act)
        assert end.outcome.name == "DONE", end
    wait(shelf.found_elsewhere, lambda: window.show_page(window.import_page))
    window.show_page(window.calculator_page)
    assert shelf.shelf.machine is not None
    shelf.close()
    print(sorted({"torch", "transformers", "bitsandbytes", "accelerate"} & set(sys.modules)))
"""


def test_the_windows_process_never_imports_torch(tmp_path: Path, ponder_home: Path) -> None:
    source = make_checkpoint(tmp_path / "Tiny")
    path = write_gguf(tmp_path / "Tiny-F16.gguf", source, "F16")
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script), str(source), str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
