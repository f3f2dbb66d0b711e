"""Storage, privacy and about: the buttons do what they say, to real chats."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.core.chats import NewConversation
from app.core.licences import BundledLicences, Licensed, licences_here
from app.ui.buttons import Button
from app.ui.controls.confirm import Question
from app.ui.settings.about_page import LGPL_TEXT, QT_SOURCE, AboutPage, LicenceDialog
from app.ui.settings.places import Place
from app.ui.settings.privacy_page import PrivacyPage
from app.ui.settings.storage_page import StoragePage
from app.version import DISTRIBUTION, VERSION
from engine.prefix_files import path_of, stem_of
from tests.app.ui.settings.conftest import Desk


def storage(desk: Desk) -> StoragePage:
    desk.open(Place.STORAGE)
    found = desk.window.page(Place.STORAGE)
    assert isinstance(found, StoragePage)
    return found


def answer_yes(desk: Desk) -> None:
    [question] = desk.window.findChildren(Question)
    desk.click(question.action_button)


def test_a_backup_is_made_shown_and_put_back(desk: Desk) -> None:
    page = storage(desk)
    desk.store.write(lambda store: store.conversations.create(NewConversation("kept")))
    desk.click(page.backup_button)
    assert not page.check_button.isEnabled()
    desk.wait(lambda: len(page.backups.restore_buttons) == 1)
    assert "made and verified" in page.outcome.text()
    assert page.check_button.isEnabled()
    desk.click(page.backups.restore_buttons[0])
    replaced: list[bool] = []
    desk.upkeep.replaced.connect(lambda: replaced.append(True))
    answer_yes(desk)
    desk.wait(lambda: replaced == [True])
    assert "in place" in page.outcome.text()


def test_a_check_says_what_it_found(desk: Desk) -> None:
    page = storage(desk)
    desk.click(page.check_button)
    desk.wait(lambda: "as it was written" in page.outcome.text())


def test_the_trash_is_emptied_only_after_a_yes(desk: Desk) -> None:
    page = storage(desk)
    desk.click(page.trash_button)
    [question] = desk.window.findChildren(Question)
    question.reject()
    assert not desk.upkeep.busy or page.trash_button.isEnabled()
    desk.wait(lambda: not desk.window.findChildren(Question))
    desk.click(page.trash_button)
    answer_yes(desk)
    desk.wait(lambda: "empty already" in page.outcome.text())


def test_what_is_kept_of_long_chats_is_told_and_cleared(desk: Desk) -> None:
    page = storage(desk)
    desk.wait(lambda: "Nothing is kept" in page.kept.amount.text())
    assert not page.kept.clear_button.isEnabled()
    desk.settings.change(kept_chats_gb=5)
    made = desk.store.write(lambda store: store.conversations.create(NewConversation("long")).uid)
    uids: list[str] = []
    desk.store.done.connect(lambda done: uids.append(done.value) if done.request_id == made else None)
    desk.wait(lambda: bool(uids) and desk.kept.folder.is_dir())
    path = path_of(desk.kept.folder, stem_of(uids[0]), 0)
    path.write_bytes(bytes(3_000_000))
    desk.wait(lambda: "3 MB" in page.kept.amount.text())
    desk.click(page.kept.clear_button)
    desk.wait(lambda: "Nothing is kept" in page.kept.amount.text())
    assert not path.exists()


def test_the_folder_is_asked_for(desk: Desk) -> None:
    page = storage(desk)
    heard: list[str] = []
    desk.window.folder_asked.connect(heard.append)
    desk.click(page.folder_button)
    assert heard == [str(desk.paths.chats)]


def test_what_could_not_be_done_is_said_in_words(desk: Desk) -> None:
    page = storage(desk)
    desk.store.write(lambda store: store.conversations.create(NewConversation("kept")))
    desk.click(page.backup_button)
    desk.wait(lambda: len(page.backups.restore_buttons) == 1)
    for each in (desk.paths.chats / "backups").iterdir():
        each.write_bytes(b"no database at all" * 100)
    desk.click(page.backups.restore_buttons[0])
    answer_yes(desk)
    desk.wait(lambda: not desk.upkeep.busy)
    assert "in place" not in page.outcome.text()
    assert page.outcome.text().strip().endswith(".")


def test_all_chats_are_deleted_only_after_a_yes(desk: Desk) -> None:
    desk.open(Place.PRIVACY)
    page = desk.window.page(Place.PRIVACY)
    assert isinstance(page, PrivacyPage)
    desk.store.write(lambda store: store.conversations.create(NewConversation("gone")))
    desk.click(page.delete_button)
    answer_yes(desk)
    desk.wait(lambda: "deleted for good" in page.outcome.text())
    assert page.delete_button.isEnabled()


def test_about_names_the_version_and_what_ponder_is_made_with(desk: Desk) -> None:
    desk.open(Place.ABOUT)
    page = desk.window.page(Place.ABOUT)
    assert isinstance(page, AboutPage)
    assert any(VERSION in each.text() for each in page.findChildren(QLabel))
    assert len(page.package_rows) == len(licences_here(DISTRIBUTION).packages) > 10
    heard: list[str] = []
    desk.window.link_asked.connect(heard.append)
    desk.click(page.link_buttons[0])
    assert heard == [LGPL_TEXT]
    desk.click(page.licence_button)
    [dialog] = desk.window.findChildren(LicenceDialog)
    assert "Apache License" in dialog.area.toPlainText()
    dialog.close()


def test_about_in_a_package_shows_the_texts_that_came_with_it(desk: Desk) -> None:
    packages = (Licensed("Practice model", "", "Apache-2.0"), Licensed("Qt", "6.11.3", "LGPL-3.0-only"))
    page = AboutPage(desk.theme, BundledLicences(packages, {"Qt": "the notice of Qt", "Practice model": "its terms"}))
    desk.qtbot.addWidget(page)
    page.show()
    heard: list[str] = []
    page.link_asked.connect(heard.append)
    desk.click(page.link_buttons[0])
    [dialog] = page.findChildren(LicenceDialog)
    assert dialog.area.toPlainText() == "the notice of Qt"
    assert heard == []
    desk.click(page.link_buttons[1])
    assert heard == [QT_SOURCE]
    assert [row.findChildren(Button)[0].accessibleName() for row in page.package_rows] == [
        "Licence of Practice model",
        "Licence of Qt",
    ]
    dialog.close()
