"""The application, set up for pictures, and what is done before each of them. Runs on a real display."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from demo_texts import CHATS, MARS, SKY, DemoChat
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from take import DAY_MS, NARROW_PX, SETTLE_S, SIZE_PX, wait

from app.application.compose import Composition, compose
from app.application.language import speak
from app.core.chats import (
    ConversationSummary,
    GenerationFacts,
    NewConversation,
    NewMessage,
    Part,
    PartKind,
    TitleSource,
)
from app.core.paths import user_paths
from app.core.settings import Language, Settings, ThemeChoice
from app.services.chat_store import PageRead
from app.services.status import ChosenModel, EngineReady
from app.store.store import ChatStore
from app.ui.models.window import ModelsWindow
from app.ui.palette import CommandPalette
from engine.types import LoadRequest, Role

PLACE = QPoint(40, 40)


class Studio:
    """One window for all pictures of a language.

    Args:
        folder: Where the pictures go.
        home: An empty folder for everything that Ponder keeps.
        language: Of the window.
    """

    def __init__(self, folder: Path, home: Path, language: str) -> None:
        self._folder = folder
        self._app = QApplication(["ponder"])
        self._settings = Settings(language=Language(language), welcomed=False)
        speak(self._app, self._settings.language)
        paths = user_paths()
        model = ChosenModel(LoadRequest("Qwen3-0.6B"), "Qwen3-0.6B")
        self._parts: Composition = compose(self._app, self._settings, model, "demo_engine:DemoEngine", paths)
        self._window = self._parts.window
        self._window.resize(*SIZE_PX)
        self._window.move(PLACE)
        self._window.show()
        self._parts.start()
        self._wait(lambda: isinstance(self._parts.link.status, EngineReady))
        self._wait(lambda: self._parts.parts.chats.loaded)
        self._window.shelf.look()
        self._wait(lambda: not self._window.shelf.looking)

    def close(self) -> None:
        self._parts.shutdown.run()

    # -- the pictures --

    def take_all(self) -> None:
        """Every picture but the Arabic one."""
        self._picture("first-run")
        self._fill()
        self._parts.settings.change(welcomed=True)
        self._window.commands.run("chat.new")
        self._picture("empty-chat")
        self._open(SKY)
        self._picture("answer")
        self._ask(MARS)
        self._wait(lambda: "Dust" in self._last_thoughts())
        self._picture("thinking-live")
        self._wait(lambda: not self._parts.session.busy)
        self._picture("thinking-collapsed")
        self._look_dark()
        self._search()
        self._dialogs()
        self._zoomed()
        self._narrow()

    def take_in_arabic(self) -> None:
        """The window from right to left."""
        self._fill()
        self._parts.settings.change(welcomed=True)
        self._open(SKY)
        self._picture("arabic")

    def _look_dark(self) -> None:
        self._parts.settings.change(theme=ThemeChoice.DARK)
        self._picture("dark")
        self._parts.settings.change(theme=ThemeChoice.LIGHT)

    def _search(self) -> None:
        self._window.commands.run("chat.search")
        field = self._window.sidebar.field.edit
        QTest.keyClicks(field, "blue")
        self._settle(1.0)
        self._picture("search")
        QTest.keyClick(field, Qt.Key.Key_Escape)

    def _dialogs(self) -> None:
        for command, name in (("app.models", "models"), ("app.settings", "settings"), ("app.keys", "keys")):
            self._window.commands.run(command)
            dialog = self._dialog()
            if isinstance(dialog, ModelsWindow):
                dialog.show_page(dialog.catalogue_page)
            self._settle(1.0)
            self._picture(name, dialog)
            dialog.close()
        self._window.commands.run("view.panel")
        self._picture("chat-settings")
        self._window.commands.run("view.panel")
        self._window.commands.run("app.palette")
        palette = self._window.findChild(CommandPalette)
        if palette is None:
            raise LookupError("the palette did not open")
        field = palette.field
        QTest.keyClicks(field, "chat")
        self._picture("palette")
        QTest.keyClick(field, Qt.Key.Key_Escape)

    def _zoomed(self) -> None:
        self._parts.settings.change(zoom=2.0)
        self._picture("zoom-200")
        self._parts.settings.change(zoom=1.0)

    def _narrow(self) -> None:
        self._window.resize(*NARROW_PX)
        self._picture("narrow")
        self._window.commands.run("view.sidebar")
        self._picture("narrow-drawer")
        self._window.commands.run("view.sidebar")

    # -- what a person does --

    def _fill(self) -> None:
        """Have the chats in the store, as after some weeks."""
        done: list[object] = []
        self._parts.store.done.connect(done.append)
        self._parts.store.write(_fill)
        self._wait(lambda: bool(done))
        self._parts.parts.chats.reload()
        self._settle()

    def _open(self, question: str) -> None:
        number = next(each.id for each in self._chats() if each.title.startswith(question[:20]))
        self._parts.session.open(number)
        self._wait(lambda: self._parts.session.conversation_id == number)

    def _chats(self) -> tuple[ConversationSummary, ...]:
        found: list[PageRead] = []
        self._parts.store.page_read.connect(found.append)
        self._parts.store.list_page()
        self._wait(lambda: bool(found))
        return found[0].rows

    def _ask(self, question: str) -> None:
        QTest.keyClicks(self._window.composer.edit, question)
        QTest.keyClick(self._window.composer.edit, Qt.Key.Key_Return)

    def _last_thoughts(self) -> str:
        answers = self._window.transcript.answers
        return answers[-1].thinking.text() if answers else ""

    def _dialog(self) -> QDialog:
        shown = [each for each in self._app.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]
        return shown[-1]

    # -- the camera --

    def _picture(self, name: str, widget: QWidget | None = None) -> None:
        widget = widget or self._window
        self._settle()
        screen = QGuiApplication.primaryScreen()
        place = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
        picture = screen.grabWindow(0, place.x(), place.y(), place.width(), place.height())
        if not picture.save(str(self._folder / f"{name}.png")):
            raise OSError(f"{name}.png could not be saved")

    def _settle(self, seconds: float = SETTLE_S) -> None:
        end_s = time.monotonic() + seconds
        self._wait(lambda: time.monotonic() > end_s)

    def _wait(self, condition: Callable[[], bool]) -> None:
        wait(condition, self._app.processEvents)


def _fill(store: ChatStore) -> None:
    """The chats, the oldest first, each with the time that it seems to be from."""
    now_ms = time.time_ns() // 1_000_000
    folders: dict[str, int] = {}
    for chat in sorted(CHATS, key=lambda each: -each.days):
        if chat.folder and chat.folder not in folders:
            folders[chat.folder] = store.folders.create(chat.folder).id
        _write(store, chat, now_ms - chat.days * DAY_MS, folders.get(chat.folder))


def _write(store: ChatStore, chat: DemoChat, at_ms: int, folder_id: int | None) -> None:
    new = NewConversation(
        chat.title,
        TitleSource.PERSON,
        folder_id=folder_id,
        pinned=chat.pinned,
        created_at_ms=at_ms,
        updated_at_ms=at_ms,
    )
    made = store.conversations.create(new)
    question = store.messages.add(
        made.id, None, NewMessage(Role.USER, (Part(PartKind.TEXT, chat.question),), created_at_ms=at_ms)
    )
    parts = [Part(PartKind.TEXT, chat.answer)]
    if chat.thoughts:
        parts.insert(0, Part(PartKind.THINKING, chat.thoughts))
    facts = GenerationFacts(
        model="Qwen3-0.6B",
        prompt_tokens=6_800,
        answer_tokens=212,
        thinking_tokens=94,
        tokens_per_s=46.0,
        first_token_s=0.3,
        thinking_s=6.0,
    )
    new_answer = NewMessage(Role.ASSISTANT, tuple(parts), facts=facts, created_at_ms=at_ms)
    store.messages.add(made.id, question.id, new_answer)
    if "sky" in chat.title:  # two more attempts, so that there is something to switch between
        for _ in range(2):
            store.messages.add(made.id, question.id, new_answer)
        second = store.messages.tree(made.id).path()[1]
        store.messages.choose(store.messages.tree(made.id).versions(second.id)[1])
    store.database.connection.execute("UPDATE conversations SET updated_at_ms = ? WHERE id = ?", (at_ms, made.id))
