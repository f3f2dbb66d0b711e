"""Nothing leaves this computer: whatever is open and whatever a model writes, until a person says yes to a link."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextCursor
from PySide6.QtTest import QTest

from app.ui.links import LinkQuestion
from app.ui.transcript.text_view import TextView
from tests.app.model_kit import pretend_machine
from tests.app.ui.conftest import Desk
from tests.app.ui.flows.everywhere import fill, windows
from tests.app.ui.flows.flow import ask_in_new_chat, dialog, open_chat

SCHEMES = ("http", "https", "mailto", "file", "javascript", "data", "ftp", "smb")


class Opened(QObject):
    """Stands for browser, mail program and file manager, for Python's and Qt's own calls alike."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.fixture
def opened() -> Iterator[Opened]:
    made = Opened()
    for scheme in SCHEMES:
        QDesktopServices.setUrlHandler(scheme, made, cast(bytes, "take"))  # as the stubs say, not as it is
    yield made
    for scheme in SCHEMES:
        QDesktopServices.unsetUrlHandler(scheme)
    made.deleteLater()


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on this computer, which even Qt may reach in tests, and what was asked of it."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(0.5)
                asked.append(connection.recv(4096))

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
    over.set()
    thread.join()
    server.close()


HOSTILE = """[a page]({url}/page) and ![an image]({url}/image.png) and <img src="{url}/raw.png">

![a file](file:///etc/hostname) [a file](file:///etc/passwd) [a script](javascript:alert(1))

<link rel="stylesheet" href="{url}/style.css"><iframe src="{url}/frame"></iframe> {url}/bare

<style>@import url("{url}/import.css");</style> <b onclick="x()">bold</b> <{url}/auto>

```html
<img src="{url}/code.png">
```

$\\includegraphics{{{url}/maths.png}}$ $\\href{{{url}/maths}}{{x}}$
"""


def test_everything_opens_without_a_word_to_anybody(
    desk: Desk, opened: Opened, listener: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_machine(monkeypatch)
    url, asked = listener
    fill(desk, HOSTILE.format(url=url))
    desk.window.composer.set_text(f"[a]({url}/composer) <img src='{url}/composer.png'>")
    desk.press(Qt.Key.Key_Return)
    desk.wait_ended()
    for _ in windows(desk):
        desk.window.grab()
    desk.wait(lambda: desk.parts.session.conversation_id is not None)
    title = desk.window.header.title.text()
    ask_in_new_chat(desk, "words 1")
    open_chat(desk, title)
    desk.wait(lambda: not any(each.markdown.is_writing for each in desk.answers))
    desk.window.grab()
    desk.qtbot.wait(100)
    assert asked == []
    assert opened.urls == []


def click_link(desk: Desk, words: str) -> None:
    """Click on these words in the last answer."""
    view = next(each for each in desk.last.findChildren(TextView) if words in each.toPlainText())
    cursor: QTextCursor = view.document().find(words)
    cursor.setPosition(cursor.selectionStart() + 2)
    place = view.cursorRect(cursor).center()
    desk.window.activateWindow()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def answer_with(desk: Desk, text: str) -> None:
    desk.ask("words 1")
    assert desk.parts.session.reword(desk.last.answer, text)
    desk.wait(lambda: not desk.last.markdown.is_writing and desk.last.text() != "word0")


def test_a_link_opens_after_a_yes_and_only_then(desk: Desk, opened: Opened) -> None:
    answer_with(desk, "Look at [the page](https://example.org/a?b=c) or write a [letter](mailto:a@example.org).")
    click_link(desk, "the page")
    question = dialog(desk, LinkQuestion)
    assert question.address.text() == "https://example.org/a?b=c"
    assert opened.urls == []
    desk.click(question.cancel_button)
    assert opened.urls == []
    click_link(desk, "the page")
    desk.click(dialog(desk, LinkQuestion).open_button)
    assert opened.urls == ["https://example.org/a?b=c"]
    click_link(desk, "letter")
    desk.click(dialog(desk, LinkQuestion).open_button)
    assert opened.urls[1:] == ["mailto:a@example.org"]


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "smb://host/x", "ftp://host/x", "//host/x"],
)
def test_other_schemes_are_never_opened(desk: Desk, opened: Opened, target: str) -> None:
    answer_with(desk, f"Look at [the page]({target}) here.")
    click_link(desk, "the page")
    desk.qtbot.wait(20)
    for question in desk.window.findChildren(LinkQuestion):
        assert not question.open_button.isVisible()
        QTest.keyClick(question, Qt.Key.Key_Return)
        question.reject()
    assert opened.urls == []
