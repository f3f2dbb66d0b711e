"""`ponder chats backup`, `check`, `rescue`, `trash` and `purge`: keeping the conversations whole, or removing some."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict, replace

from app.cli.interrupt import Interrupted
from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.core.store_reports import Backup, RecoveryChoice, RecoveryOffer, StoreProgress, StoreStage
from app.library.chat_export.words import UNTITLED, one_line
from app.library.chat_upkeep import Upkeep
from app.library.sizes import disk_size
from engine.cancel import CancelToken
from engine.errors import Cancelled, InvalidRequest
from engine.types import JsonObject

_DOING = {
    StoreStage.COPYING: "Copying",
    StoreStage.VERIFYING: "Verifying",
    StoreStage.READING: "Reading",
    StoreStage.WRITING: "Writing",
    StoreStage.SHRINKING: "Shrinking",
}


def run_upkeep(options: argparse.Namespace, around: Surroundings) -> int:
    """Run the action and return the exit code: 1 also where the answer to a question is no.

    Raises:
        WrongUsage: there is nothing to do, or there is nobody to ask, and --yes was not given.
        StoreBusy: the window, or another command, is writing the conversations.
        StoreError: it could not be done; nothing was changed.
        Interrupted: by a signal; the same.
    """
    if options.chats_command == "purge" and not _may_purge(options, around):
        around.console.notice("Nothing was removed.")
        return 1
    token = CancelToken()
    paths = around.paths
    upkeep = Upkeep(
        paths.chats,
        lambda at: around.console.status(_progress(at)),
        lambda: token.cancelled,
        cache=paths.cache,
    )
    actions = {"check": _check, "rescue": _rescue, "trash": _trash, "purge": _purge, "backup": _backup}
    with around.interrupts.cancelling(token.cancel):
        try:
            return actions[options.chats_command](options, around, upkeep)
        except Cancelled:
            around.console.notice("ponder: Stopped.")
            raise Interrupted(around.interrupts.exit_code) from None


def _backup(options: argparse.Namespace, around: Surroundings, upkeep: Upkeep) -> int:
    console = around.console
    match options.backup_command:
        case "list":
            found = upkeep.backups()
            if options.json:
                console.write(_json({"backups": [_backup_json(each) for each in found]}))
            else:
                lines = (f"{each.number:>4}  {disk_size(each.size_bytes):>8}  {each.words()}\n" for each in found)
                console.write("".join(lines))
                if not found:
                    console.notice("There are no backups.")
        case "restore":
            report = upkeep.restore(options.backup)
            numbers: JsonObject = {"conversations": report.conversations, "messages": report.messages}
            files: JsonObject = {"backup": str(report.backup), "set_aside": _path(report.set_aside)}
            _say(options, around, report.words(), {**files, **numbers})
        case _:
            made = upkeep.back_up()
            _say(options, around, (made.words(), str(made.path)), _backup_json(made))
    return 0


def _check(options: argparse.Namespace, around: Surroundings, upkeep: Upkeep) -> int:
    """Exit code 1 where something is wrong."""
    report = upkeep.check(quick=options.quick)
    _say(
        options,
        around,
        report.words(),
        {
            "sound": report.sound,
            "problems": report.count,
            "conversations": report.conversations,
            "messages": report.messages,
            "parts": report.parts,
            "findings": [asdict(each) for each in report.findings],
        },
    )
    return 0 if report.sound else 1


def _rescue(options: argparse.Namespace, around: Surroundings, upkeep: Upkeep) -> int:
    """Say what can be saved of a damaged store, and with --use do it. Exit code 1 where nothing was done."""
    if options.use is None and upkeep.check().sound:
        _say(options, around, ("The conversations are sound: there is nothing to rescue.",), {"done": False})
        return 0

    def choose(offer: RecoveryOffer) -> RecoveryChoice | None:
        if options.use is None:
            return None
        choice = RecoveryChoice(options.use)
        if choice not in offer.choices:
            raise InvalidRequest(f"--use {choice.value} cannot be done here.", f"Possible is {_choices(offer)}.")
        return choice

    offer, done = upkeep.rescue(choose)
    if done is None:
        choices: JsonObject = {"done": False, "choices": [each.value for each in offer.choices]}
        _say(options, around, offer.words(), {**choices, "words": list(offer.words())})
        around.console.notice(f"Nothing was changed. To go on: ponder chats rescue --use {_choices(offer)}")
        return 1
    numbers: JsonObject = {"conversations": done.conversations, "messages": done.messages}
    files: JsonObject = {"done": True, "used": done.choice.value, "set_aside": _path(done.set_aside)}
    _say(options, around, done.words(), {**files, **numbers})
    return 0


def _trash(options: argparse.Namespace, around: Surroundings, upkeep: Upkeep) -> int:
    titles = upkeep.set_trashed(options.chats, not options.undo)
    what = "taken out of the trash" if options.undo else "put into the trash"
    lines = [f"{one_line(each) or UNTITLED}: {what}" for each in titles]
    _say(options, around, lines, {"titles": list(titles), "trashed": not options.undo})
    return 0


def _may_purge(options: argparse.Namespace, around: Surroundings) -> bool:
    if bool(options.chats) == options.trash:
        raise WrongUsage("Say which conversations to remove for good, or --trash for all that were thrown away.")
    which = "everything in the trash" if options.trash else ", ".join(options.chats)
    return options.yes or _agreed(f"Remove {one_line(which)} for good? Nothing brings it back.", around)


def _purge(options: argparse.Namespace, around: Surroundings, upkeep: Upkeep) -> int:
    report = upkeep.purge(options.chats, trash=options.trash)
    lines = list(report.words())
    told: JsonObject = {
        "conversations": report.conversations,
        "messages": report.messages,
        "shrunk": report.shrunk,
        "settled": report.settled,
        "backups": report.backups,
        "set_aside": report.set_aside,
    }
    if options.backups and report.backups:
        copies = upkeep.purge_copies(report)
        lines = [*replace(report, backups=0, set_aside=0).words(), *copies.words()]
        told |= {"backups_rewritten": copies.rewritten}
    _say(options, around, lines, told)
    return 0


def _agreed(question: str, around: Surroundings) -> bool:
    console = around.console
    if console.stdin is None or not (console.stdin_is_terminal and console.stderr_is_terminal):
        raise WrongUsage("There is nobody to ask: add --yes to remove it.")
    console.aside(f"{question} [y/N] ")
    with around.interrupts.unforced():
        return console.stdin.readline().strip().casefold() in ("y", "yes")


def _say(options: argparse.Namespace, around: Surroundings, lines: Iterable[str], told: JsonObject) -> None:
    """The lines, or with --json the object."""
    around.console.write(_json(told) if options.json else "".join(f"{line}\n" for line in lines))


def _json(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _backup_json(backup: Backup) -> JsonObject:
    return {
        "number": backup.number,
        "path": str(backup.path),
        "made_at": backup.made_at.isoformat(),
        "kind": backup.kind.value,
        "size_bytes": backup.size_bytes,
        "conversations": backup.conversations,
        "messages": backup.messages,
    }


def _path(path: object) -> str | None:
    return None if path is None else str(path)


def _choices(offer: RecoveryOffer) -> str:
    return "|".join(each.value for each in offer.choices)


def _progress(progress: StoreProgress) -> str:
    share = f" {100 * progress.done // progress.total} %" if progress.total else ""
    return f"{_DOING[progress.stage]}…{share}"
