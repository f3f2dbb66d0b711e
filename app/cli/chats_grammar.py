"""The grammar of `ponder chats`. Imports nothing heavy and runs nothing."""

from __future__ import annotations

import argparse

from app.cli.grammar import add_json, command, whole
from app.core.limits import Range

LIST_LIMIT, SEARCH_LIMIT = 50, 20
_ROWS = Range(1, 1_000_000)
_SKIPPED = Range(0, 1_000_000_000)
_CHAT = "its number, the beginning of its uid, or its title or a part of it"
_ONE_OBJECT = "print one JSON object"
_EPILOG = """\
Listing, searching, showing, exporting, checking and making a backup only read,
and work while the window is open. The others refuse then.

examples:
  ponder chats search "green tea"
  ponder chats show 12 | less
  ponder chats export --all --format json --output chats.json
  ponder chats export 12 --format html --output tea.html
  ponder chats import ~/Downloads/chatgpt-export.zip ~/.lmstudio/conversations
"""


def add_chats(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The chosen action's name is in `chats_command`, that of `backup` in `backup_command`."""
    chats = command(
        commands, "chats", "List, search, show, export, import and back up the conversations.", None, _EPILOG
    )
    actions = chats.add_subparsers(dest="chats_command", metavar="ACTION", required=True)
    _add_reading(actions)
    _add_moving(actions)
    _add_upkeep(actions)


def _add_reading(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = command(actions, "list", "List the conversations, the most recently active first.")
    _add_limit(listing, LIST_LIMIT)
    listing.add_argument(
        "--skip", metavar="N", type=whole("N", _SKIPPED), default=0, help="leave out the first N, for the next page"
    )
    _add_shelf(listing)
    listing.add_argument("--pinned", action="store_true", help="only pinned ones")
    add_json(listing, _ONE_OBJECT)

    search = command(actions, "search", "Find conversations and messages by words, also by their beginnings.")
    search.add_argument("query", nargs="+", metavar="WORDS", help='all of them; a "phrase" in quotation marks')
    _add_limit(search, SEARCH_LIMIT)
    search.add_argument("--chat", metavar="CHAT", help=f"only in this conversation: {_CHAT}")
    _add_shelf(search)
    search.add_argument("--model", metavar="NAME", help="only where this model answered")
    search.add_argument("--since", metavar="DAY", help="only from this day on, such as 2026-01-31")
    search.add_argument("--until", metavar="DAY", help="only up to this day")
    search.add_argument("--thinking", action="store_true", help="in thoughts, too")
    add_json(search, _ONE_OBJECT)

    show = command(actions, "show", "Print a conversation.")
    show.add_argument("chat", metavar="CHAT", help=_CHAT)
    show.add_argument("--thinking", action="store_true", help="with the thoughts")
    show.add_argument(
        "--versions", action="store_true", help="every message with all its versions, not only those shown"
    )
    add_json(show, "print everything in it as one JSON object, in the form of an export")


def _add_moving(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = command(actions, "export", "Write conversations as Markdown, HTML, plain text or JSON that loses nothing.")
    export.add_argument("chats", nargs="*", metavar="CHAT", help=f"which: {_CHAT}")
    export.add_argument("--all", action="store_true", help="all of them, but for the trash")
    export.add_argument("--trash", action="store_true", help="with --all: the trash as well")
    export.add_argument(
        "--format", choices=["md", "html", "json", "text"], help="default: what PATH ends in, else Markdown"
    )
    export.add_argument(
        "--output",
        metavar="PATH",
        help="a file for all of them, or a folder (one that is there, or with / behind it) for a file each; "
        "default: standard output",
    )
    export.add_argument("--thinking", action="store_true", help="with the thoughts (JSON has them anyway)")
    export.add_argument("--force", action="store_true", help="replace files that are there")

    bring = command(
        actions,
        "import",
        "Bring in conversations: Ponder's JSON, or what ChatGPT, Claude, Open WebUI and LM Studio export.",
    )
    bring.add_argument("files", nargs="+", metavar="FILE", help="a .json or .zip file, or a folder of such .json files")
    add_json(bring, "print the report as one JSON object")


def _add_upkeep(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = command(actions, "backup", "Make a verified backup (without ACTION, too), list them, or go back to one.")
    backup.set_defaults(json=False)
    backups = backup.add_subparsers(dest="backup_command", metavar="ACTION")
    add_json(command(backups, "make", "Make a backup now; older ones are thinned out."), _ONE_OBJECT)
    add_json(command(backups, "list", "List the backups, the newest first."), _ONE_OBJECT)
    restore = command(backups, "restore", "Make a backup the store again. What is there now is set aside, not lost.")
    restore.add_argument("backup", metavar="BACKUP", help="its number, or the path of a file")
    add_json(restore, _ONE_OBJECT)

    check = command(actions, "check", "Check every stored text against its checksum, and the file for damage.")
    check.add_argument("--quick", action="store_true", help="look at the file's structure only")
    add_json(check, _ONE_OBJECT)

    rescue = command(actions, "rescue", "Save what can be read of a damaged store. The damaged file is kept.")
    rescue.add_argument(
        "--use", choices=["salvaged", "backup", "empty"], help="go on with this; without it, only say what there is"
    )
    add_json(rescue, _ONE_OBJECT)

    trash = command(actions, "trash", "Put conversations into the trash, or take them out of it.")
    trash.add_argument("chats", nargs="+", metavar="CHAT", help=f"which: {_CHAT}")
    trash.add_argument("--undo", action="store_true", help="take them out (name them by number or uid)")
    add_json(trash, _ONE_OBJECT)

    purge = command(actions, "purge", "Remove conversations for good.")
    purge.add_argument("chats", nargs="*", metavar="CHAT", help=f"which: {_CHAT}")
    purge.add_argument("--trash", action="store_true", help="everything in the trash")
    purge.add_argument("--backups", action="store_true", help="take them out of the backups, too")
    purge.add_argument("--yes", action="store_true", help="do not ask")
    add_json(purge, _ONE_OBJECT)


def _add_limit(target: argparse.ArgumentParser, default: int) -> None:
    target.add_argument(
        "--limit", metavar="N", type=whole("N", _ROWS), default=default, help=f"at most N (default: {default})"
    )


def _add_shelf(target: argparse.ArgumentParser) -> None:
    target.add_argument("--folder", metavar="NAME", help="only in this folder")
    target.add_argument("--tag", metavar="TAG", help="only with this tag")
    which = target.add_mutually_exclusive_group()
    which.add_argument("--archived", action="store_true", help="only archived ones")
    which.add_argument("--trash", action="store_true", help="only what is in the trash")
