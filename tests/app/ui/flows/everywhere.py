"""Every window there is, opened one after the other, for what has to hold in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit, QWidget

from app.core.store_reports import RecoveryOffer
from app.ui.chat_settings.library_dialog import LibraryDialog
from app.ui.controls.confirm import Question
from app.ui.key_sheet import KeySheet
from app.ui.links import LinkQuestion
from app.ui.models.window import ModelsWindow
from app.ui.palette import CommandPalette
from app.ui.settings.places import Place
from app.ui.settings.window import SettingsWindow
from app.ui.window.recovery import RecoveryDialog
from tests.app.ui.conftest import Desk
from tests.app.ui.flows.flow import dialog

RICH = """# A heading

A [link](https://example.org/page), **bold**, `code`, $x^2$ and a footnote[^1].

| a | b |
|---|---|
| 1 | 2 |

- [ ] a task

```python
print("code")
```

[^1]: The note.
"""


def fill(desk: Desk, text: str = RICH) -> None:
    """A chat with thoughts, an answer with everything in it, a failure with its offers, and both panels open."""
    desk.ask("think 2 2")
    assert desk.parts.session.reword(desk.last.answer, text)
    desk.wait(lambda: not desk.last.markdown.is_writing)
    desk.ask("oom")
    desk.window.set_panel_open(True)


def windows(desk: Desk, offer: RecoveryOffer | None = None) -> Iterator[tuple[str, QWidget]]:
    """The name and the widget of everything that can be open, each shown while it is looked at."""
    window, commands = desk.window, desk.window.commands
    yield "main window", window
    for name, kind in (("app.models", ModelsWindow), ("app.library", LibraryDialog), ("app.keys", KeySheet)):
        commands.run(name)
        opened = dialog(desk, kind)
        if isinstance(opened, ModelsWindow):
            for page in (opened.installed_page, opened.catalogue_page, opened.import_page, opened.calculator_page):
                opened.show_page(page)
                yield f"models: {type(page).__name__}", opened
        else:
            yield name, opened
        opened.close()
    commands.run("app.settings")
    settings = dialog(desk, SettingsWindow)
    for place in Place:
        settings.show_place(place)
        yield f"settings: {place}", settings
    settings.field.setText("e")
    yield "settings: search", settings
    settings.close()
    commands.run("app.palette")
    palette = dialog(desk, CommandPalette)
    yield "palette", palette
    palette.close_quietly()
    window.links.ask("https://example.org/page")
    question = dialog(desk, LinkQuestion)
    yield "link", question
    question.reject()
    window.sidebar.deeds.empty_trash()
    sure = dialog(desk, Question)
    yield "question", sure
    sure.reject()
    if offer is not None:
        recovery = RecoveryDialog(desk.parts.theme, offer, window)
        recovery.open()
        yield "recovery", recovery
        recovery.reject()


def words_on(widget: QWidget) -> set[str]:
    """Everything that a window says by its controls and labels, shown or heard."""
    found: set[str] = {widget.windowTitle()}
    for each in (widget, *widget.findChildren(QWidget)):
        if each.isVisible():
            found |= {each.accessibleName(), each.toolTip(), each.accessibleDescription()}
            found |= _written(each)
    return {each for each in found if each.strip()}


def _written(widget: QWidget) -> set[str]:
    reads: tuple[tuple[type, Callable[[], str]], ...] = (
        (QAbstractButton, lambda: str(widget.property("text") or "")),
        (QLabel, lambda: str(widget.property("text") or "")),
        (QLineEdit, lambda: str(widget.property("placeholderText") or "")),
        (QPlainTextEdit, lambda: str(widget.property("placeholderText") or "")),
    )
    return {read() for kind, read in reads if isinstance(widget, kind)}
