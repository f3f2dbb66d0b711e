"""Storage, privacy and about: the buttons do what they say, to real chats."""

from __future__ import annotations

from app.core.chats import NewConversation
from app.core.licences import licence_text, licences_of
from app.ui.controls.confirm import Question
from app.ui.settings.about_page import LGPL_TEXT, AboutPage, LicenceDialog
from app.ui.settings.places import Place
from app.ui.settings.privacy_page import PrivacyPage
from app.ui.settings.storage_page import StoragePage
from app.version import DISTRIBUTION, version
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
    assert len(page.package_rows) == len(licences_of(DISTRIBUTION)) > 10
    heard: list[str] = []
    desk.window.link_asked.connect(heard.append)
    desk.click(page.link_buttons[0])
    assert heard == [LGPL_TEXT]
    desk.click(page.licence_button)
    [dialog] = desk.window.findChildren(LicenceDialog)
    assert "Apache License" in dialog.area.toPlainText()
    dialog.close()
    assert version() != "unknown"


def test_licences_are_those_of_the_packages() -> None:
    found = {each.name.lower().replace("_", "-"): each for each in licences_of(DISTRIBUTION)}
    assert "LGPL" in found["pyside6-essentials"].licence
    assert "mit" in found["pydantic"].licence.lower()
    assert "torch" in found
    assert "pytest" not in found
    assert "MIT" in licence_text("pydantic")
    assert licence_text("no-such-package-anywhere") == ""
    assert licences_of("no-such-package-anywhere") == ()
