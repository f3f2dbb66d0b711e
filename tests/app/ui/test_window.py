"""Writing, scrolling, zooming and looking: the window around the conversation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTextEdit

from app.application.faults import FaultReporter
from app.core.conversation import Question
from app.ui.tokens import Token
from app.ui.transcript.text_view import PARAGRAPH_LIMIT, TextView
from app.ui.window.notices import NoticeKind
from tests.app.ui.conftest import SCRIPTED, Desk, OpenDesk

ROOT = Path(__file__).parents[3]
CTRL = Qt.KeyboardModifier.ControlModifier


def compose_with_input_method(desk: Desk, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(desk.window.composer.edit, event)


def test_enter_belongs_to_the_input_method_while_it_composes(desk: Desk) -> None:
    compose_with_input_method(desk, "にほん")
    desk.press(Qt.Key.Key_Return)
    assert desk.count() == 0
    compose_with_input_method(desk, "", "日本")
    assert desk.window.composer.text() == "日本"
    desk.press(Qt.Key.Key_Return)
    assert desk.count() == 1
    desk.wait_ended()


def test_shift_enter_is_a_new_line_and_the_field_grows_to_eight(desk: Desk) -> None:
    edit = desk.window.composer.edit
    heights = [edit.height()]
    for _ in range(12):
        desk.type("a")
        desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        heights.append(edit.height())
    assert heights[7] > heights[1] > heights[0]
    assert heights[-1] == heights[8]
    assert desk.count() == 0


def test_up_recalls_the_last_prompt_only_into_an_empty_field(desk: Desk) -> None:
    desk.ask("words 1")
    desk.press(Qt.Key.Key_Up)
    assert desk.window.composer.text() == "words 1"
    desk.window.composer.set_text("mine")
    desk.press(Qt.Key.Key_Up)
    assert desk.window.composer.text() == "mine"


def test_nothing_is_sent_or_lost_where_nothing_can_be(desk: Desk) -> None:
    desk.send("   ")
    assert desk.count() == 0
    desk.window.composer.set_text("")
    desk.send("words 5000 5")
    desk.send("next")
    assert desk.window.composer.text() == "next"
    assert desk.count() == 1
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ended()
    assert desk.window.composer.text() == "next"


def test_the_switch_decides_whether_it_thinks(desk: Desk) -> None:
    think = desk.window.composer.think
    assert think.isChecked()
    think.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(think, Qt.Key.Key_Space)
    assert not think.isChecked()
    desk.ask("words 1")
    [question, _] = desk.parts.session.conversation.path()
    assert isinstance(question, Question)
    assert question.thinking is False


def test_the_view_follows_only_while_at_the_end(desk: Desk) -> None:
    desk.ask("words 3000")
    transcript = desk.window.transcript
    bar = transcript.verticalScrollBar()
    desk.wait(lambda: bar.maximum() > 0)
    assert bar.value() == bar.maximum()
    desk.send("words 5000 1")
    desk.wait_text()
    bar.setValue(100)
    assert not transcript.is_following()
    before = bar.maximum()
    desk.wait(lambda: bar.maximum() > before)
    assert bar.value() == 100
    assert transcript.jump_button.isVisible()
    desk.click(transcript.jump_button)
    assert transcript.is_following()
    assert bar.value() == bar.maximum()
    assert not transcript.jump_button.isVisible()
    desk.press(Qt.Key.Key_Escape)
    desk.wait_ended()
    desk.wait(lambda: bar.value() == bar.maximum())


def test_clicking_into_old_text_does_not_scroll(desk: Desk) -> None:
    desk.ask("words 3000")
    bar = desk.window.transcript.verticalScrollBar()
    desk.wait(lambda: bar.maximum() > 0)
    bar.setValue(200)
    view = desk.last.findChildren(TextView)[-1]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().center())
    desk.qtbot.wait(50)
    assert bar.value() == 200


def test_zoom_goes_from_50_to_300_percent(desk: Desk) -> None:
    theme, field = desk.parts.theme, desk.window.composer.edit
    small = field.fontMetrics().height()
    for _ in range(20):
        desk.press(Qt.Key.Key_Plus, CTRL)
    assert theme.zoom == 3.0
    assert field.fontMetrics().height() > 2.5 * small
    for _ in range(20):
        desk.press(Qt.Key.Key_Minus, CTRL)
    assert theme.zoom == 0.5
    desk.press(Qt.Key.Key_0, CTRL)
    assert theme.zoom == 1.0
    assert field.fontMetrics().height() == small


@pytest.mark.parametrize("zoom", [1.0, 2.0, 3.0])
def test_nothing_sticks_out_of_a_narrow_window(desk: Desk, zoom: float) -> None:
    desk.ask("think 60 200")
    desk.ask("oom")
    desk.parts.theme.set_zoom(zoom)
    desk.window.resize(400, 600)
    desk.qtbot.wait(100)
    width = desk.window.width()
    assert width == 400
    for button in desk.window.findChildren(QAbstractButton):
        if button.isVisible():
            right = button.mapTo(desk.window, button.rect().topRight()).x()
            assert right <= width, button.accessibleName()


def test_the_theme_follows_the_system_while_running(desk: Desk) -> None:
    desk.ask("words 3")
    light = desk.parts.theme.color(Token.SIDEBAR)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert desk.parts.theme.is_dark()
    dark = desk.parts.theme.color(Token.SIDEBAR)
    assert dark != light

    def ground() -> QColor:
        return QColor(desk.window.grab().toImage().pixel(5, desk.window.height() // 2))

    desk.wait(lambda: ground() == dark)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not desk.parts.theme.is_dark()


def _contrast(first: QColor, second: QColor) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(color: QColor) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_text_is_readable_on_every_surface(desk: Desk, scheme: Qt.ColorScheme) -> None:
    theme = desk.parts.theme
    theme.follow(scheme)
    for ground in (Token.WINDOW, Token.SURFACE, Token.SIDEBAR, Token.BUBBLE, Token.CODE):
        for ink in (Token.TEXT, Token.SECONDARY):
            assert _contrast(theme.color(ink), theme.color(ground)) >= 4.5, (ink, ground)
    assert _contrast(theme.color(Token.ON_ACCENT), theme.color(Token.ACCENT)) >= 4.5
    assert _contrast(theme.color(Token.ACCENT), theme.color(Token.ACCENT_SOFT)) >= 4.5


def test_every_control_has_a_name(desk: Desk) -> None:
    desk.ask("think 2 2")
    desk.ask("oom")
    desk.window.troubles.show_notice("Something to know.")
    for kind in (QAbstractButton, QTextEdit):
        for widget in desk.window.findChildren(kind):
            if widget.isVisibleTo(desk.window):
                assert widget.accessibleName(), widget
    assert desk.window.composer.edit.accessibleName()
    assert "32-bit" in desk.window.header.pill.accessibleName()
    assert "scripted engine" in desk.window.header.pill.toolTip()


def test_the_practice_model_says_what_it_is(open_desk: OpenDesk) -> None:
    desk = open_desk("pocket", practice=True)
    assert "not an assistant" in desk.window.transcript.empty_state.text()
    desk.wait_ready()
    assert "practice model" in desk.window.header.pill.words()


def test_copied_text_has_no_seams(desk: Desk) -> None:
    desk.ask("words 2000")
    view = desk.last.findChildren(TextView)[-1]
    assert view.document().blockCount() > 1, "long enough to be cut"
    view.selectAll()
    view.copy()
    assert QApplication.clipboard().text() == " ".join(f"word{index}" for index in range(2000))


def test_what_was_copied_outlives_the_window_and_does_no_harm_24(tmp_path: Path) -> None:
    """In a process of its own, because the harm would come at its very end."""
    code = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.application import run_app\n"
        "from app.ui.transcript.text_view import TextView\n"
        "def shown(parts):\n"
        "    view = TextView(parts.theme)\n"
        "    view.append('copied')\n"
        "    view.selectAll()\n"
        "    view.copy()\n"
        "    view.deleteLater()\n"
        "    QTimer.singleShot(300, parts.window.close)\n"
        "if __name__ == '__main__':\n"
        f"    code = run_app(['ponder'], engine_factory={SCRIPTED!r}, on_shown=shown)\n"
        "    print(code, QApplication.clipboard().text())\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PONDER_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "0 copied"), done.stderr


def test_pieces_of_any_size_add_up_to_the_text(desk: Desk) -> None:
    text = "\n\nfirst  line\n\n\tsecond " + "long word " * PARAGRAPH_LIMIT + "\nsupercalifragilistic" * 3 + "\n\n"
    for size in (1, 7, 1000, 100_000):
        view = TextView(desk.parts.theme)
        view.resize(300, 30)
        for start in range(0, len(text) if size > 1 else 300, size):
            view.append(text[start : start + size])
        expected = text.strip("\n") if size > 1 else text[:300].lstrip("\n")
        assert view.text() == expected
        view.deleteLater()


def test_markup_stays_text(desk: Desk) -> None:
    desk.window.composer.set_text('words 1 <img src="file:///etc/passwd"> <b>x</b> </think>')
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    [question] = desk.window.transcript.question_views
    assert "<b>x</b>" in question.text()


def test_an_uncaught_exception_becomes_a_calm_notice(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    written = "a " + "secret"
    reporter = FaultReporter()
    reporter.fault_seen.connect(desk.window.troubles.show_fault, Qt.ConnectionType.QueuedConnection)
    reporter.install()
    try:
        try:
            raise ValueError(written)
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    finally:
        reporter.remove()
    desk.wait(lambda: desk.window.notices.shown(NoticeKind.MESSAGE) is not None)
    notice = desk.window.notices.shown(NoticeKind.MESSAGE)
    assert notice is not None
    assert notice.button is not None
    assert "ValueError" in caplog.text
    assert written not in caplog.text
    desk.click(notice.button)
    assert desk.window.notices.shown(NoticeKind.MESSAGE) is None


SCRIPT = """
import json, sys, time
from PySide6.QtCore import QTimer
from app.application import run_app

facts = {}

def main():
    def on_shown(parts):
        session = parts.session
        def begin():
            facts["visible"] = parts.window.isVisible()
            session.send("words 100000 2", True)
        def close():
            if not session.conversation.end.parts:
                QTimer.singleShot(50, close)
                return
            facts["heavy"] = [name for name in ("torch", "transformers", "numpy") if name in sys.modules]
            facts["closed"] = time.monotonic()
            parts.window.close()
        QTimer.singleShot(100, begin)
        QTimer.singleShot(300, close)
    facts["code"] = run_app(["ponder"], engine_factory=sys.argv[1], on_shown=on_shown)
    facts["left_s"] = time.monotonic() - facts["closed"]
    import multiprocessing, threading
    facts["children"] = [child.name for child in multiprocessing.active_children()]
    facts["threads"] = [t.name for t in threading.enumerate() if t is not threading.main_thread()]
    print(json.dumps(facts))

if __name__ == "__main__":
    main()
"""


def test_the_whole_program_imports_nothing_heavy_and_leaves_quickly_24(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(script), SCRIPTED],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["visible"]
    assert facts["heavy"] == []
    assert facts["code"] == 0
    assert facts["left_s"] < 2
    assert facts["children"] == []
    assert facts["threads"] == []
    assert "QThread" not in done.stderr
    assert time.monotonic() - begun < 30


def test_the_menus_of_texts_open(desk: Desk) -> None:
    desk.ask("words 3")
    for widget in (desk.window.composer.edit, desk.last.findChildren(TextView)[-1]):
        place = widget.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, widget.mapToGlobal(place))
        QApplication.sendEvent(widget, event)
        menu = QApplication.activePopupWidget()
        assert menu is not None
        assert "Copy" in "".join(action.text().replace("&", "") for action in menu.actions())
        menu.close()
