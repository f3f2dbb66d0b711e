"""What came of keeping the chats whole, in words."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.core.store_reports import Backup, BackupKind, CheckReport, FindingKind, PurgeReport, RestoreReport
from app.services.upkeep import EverythingDeleted, UpkeepReport, UpkeepTask
from app.ui.text import count, file_size


def doing(task: UpkeepTask) -> str:
    """While it goes on."""
    translate = QCoreApplication.translate
    match task:
        case UpkeepTask.BACK_UP:
            return translate("Upkeep", "Making a backup…")
        case UpkeepTask.CHECK:
            return translate("Upkeep", "Checking every text…")
        case UpkeepTask.RESTORE:
            return translate("Upkeep", "Putting the backup in place…")
        case UpkeepTask.EMPTY_TRASH:
            return translate("Upkeep", "Emptying the trash…")
        case UpkeepTask.DELETE_ALL:
            return translate("Upkeep", "Deleting all chats…")
        case _:
            return ""


def done(report: UpkeepReport) -> str:
    """What was done; empty for what nobody asked for."""
    translate = QCoreApplication.translate
    match report:
        case Backup():
            return translate("Upkeep", "The backup is made and verified: {content}.").format(
                content=_backup_content(report)
            )
        case RestoreReport(set_aside=None):
            return translate("Upkeep", "The backup is in place: {content}.").format(
                content=_content(report.conversations, report.messages)
            )
        case RestoreReport():
            return translate(
                "Upkeep", "The backup is in place: {content}. The chats from before lie untouched in {folder}."
            ).format(content=_content(report.conversations, report.messages), folder=report.set_aside)
        case CheckReport():
            return _checked(report)
        case PurgeReport():
            return _purged(report)
        case EverythingDeleted():
            return _deleted(report)
        case _:
            return ""


def backup_title(backup: Backup) -> str:
    """When it was made, in this person's time and language."""
    return _when(backup.made_at)


def backup_facts(backup: Backup) -> str:
    """What is in it and how large it is."""
    translate = QCoreApplication.translate
    facts = [_backup_content(backup), file_size(backup.size_bytes)]
    if backup.kind is BackupKind.UPGRADE:
        facts.append(translate("Upkeep", "made before an update"))
    return " · ".join(facts)


def _when(moment: datetime) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def _content(conversations: int, messages: int) -> str:
    return QCoreApplication.translate("Upkeep", "chats: {chats}, messages: {messages}").format(
        chats=count(conversations), messages=count(messages)
    )


def _backup_content(backup: Backup) -> str:
    if backup.conversations is None or backup.messages is None:
        return QCoreApplication.translate("Upkeep", "cannot be read")
    return _content(backup.conversations, backup.messages)


def _checked(report: CheckReport) -> str:
    translate = QCoreApplication.translate
    if report.sound:
        return translate("Upkeep", "Everything is as it was written: {content}.").format(
            content=_content(report.conversations or 0, report.messages or 0)
        )
    lines = [translate("Upkeep", "Something is wrong. Problems found: {number}.").format(number=count(report.count))]
    lines += [each.message for each in report.findings]
    if report.of(FindingKind.FILE):
        lines.append(translate("Upkeep", "Restore a backup. The damaged file is kept as it is."))
    return "\n".join(lines)


def _purged(report: PurgeReport) -> str:
    translate = QCoreApplication.translate
    if not report.conversations:
        return translate("Upkeep", "The trash was empty already.")
    lines = [
        translate("Upkeep", "Removed for good: {content}.").format(
            content=_content(report.conversations, report.messages)
        )
    ]
    if report.backups:
        lines.append(
            translate("Upkeep", "Backups that still hold some of it: {number}. Later ones will not.").format(
                number=count(report.backups)
            )
        )
    return " ".join(lines)


def _deleted(report: EverythingDeleted) -> str:
    translate = QCoreApplication.translate
    lines = [
        translate("Upkeep", "Everything is deleted for good: {content}, backups and older files: {copies}.").format(
            content=_content(report.store.conversations, report.store.messages), copies=count(report.copies_deleted)
        )
    ]
    if report.copies_left:
        lines.append(
            translate(
                "Upkeep", "Files that could not be deleted: {number}. Close what uses them and try again."
            ).format(number=count(report.copies_left))
        )
    return " ".join(lines)
