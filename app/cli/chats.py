"""`ponder chats`: lists and searches the kept conversations itself and passes the other actions on."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.cli.prompt import WrongUsage
from app.cli.surroundings import Surroundings
from app.core.search import HitKind, SearchHit
from app.library.chat_export.words import UNTITLED, one_line, visible, when
from app.library.chat_listing import ListedChat, SearchBounds, Wanted, list_chats, search_chats
from app.library.chats import reading_chats
from engine.types import JsonObject

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_KINDS = {
    HitKind.TITLE: "title",
    HitKind.QUESTION: "question",
    HitKind.ANSWER: "answer",
    HitKind.SYSTEM: "system prompt",
    HitKind.THINKING: "thoughts",
    HitKind.ATTACHMENT: "attachment",
    HitKind.TOOL: "tool",
}


def run_chats(options: argparse.Namespace, around: Surroundings) -> int:
    """Run the chosen action and return the exit code."""
    match options.chats_command:
        case "list":
            return _list(options, around)
        case "search":
            return _search(options, around)
        case "show":
            from app.cli.chats_show import run_show

            return run_show(options, around)
        case "export":
            from app.cli.chats_export import run_export

            return run_export(options, around)
        case "import":
            from app.cli.chats_import import run_import

            return run_import(options, around)
        case _:
            from app.cli.chats_upkeep import run_upkeep

            return run_upkeep(options, around)


def _list(options: argparse.Namespace, around: Surroundings) -> int:
    console = around.console
    wanted = Wanted(options.folder, options.tag, options.pinned, options.archived, options.trash)
    with reading_chats(around.paths.chats) as store:
        found = list_chats(store, wanted, skip=options.skip, limit=options.limit)
    if options.json:
        rows = [_row_json(each) for each in found.rows]
        console.write(json.dumps({"total": found.total, "conversations": rows}, ensure_ascii=False) + "\n")
        return 0
    width = max((len(str(each.summary.id)) for each in found.rows), default=0)
    for each in found.rows:
        console.write(f"{each.summary.id:>{width}}  {when(each.summary.updated_at_ms):<16}  {_row_text(each)}\n")
    after = options.skip + len(found.rows)
    if not found.rows:
        console.notice(f"There are only {found.total:,}." if found.total else "There are no conversations.")
    elif found.total > after and console.stdout_is_terminal:
        console.notice(f"{len(found.rows):,} of {found.total:,}. The next ones: --skip {after}")
    return 0


def _search(options: argparse.Namespace, around: Surroundings) -> int:
    console = around.console
    wanted = Wanted(options.folder, options.tag, archived=options.archived, trashed=options.trash)
    bounds = SearchBounds(
        options.chat,
        options.model,
        None if options.since is None else _day_ms(options.since),
        None if options.until is None else _day_ms(options.until, days_later=1) - 1,
        options.thinking,
    )
    with reading_chats(around.paths.chats) as store:
        hits = search_chats(store, " ".join(options.query), wanted, bounds, limit=options.limit)
    if options.json:
        console.write(json.dumps({"hits": [_hit_json(each) for each in hits]}, ensure_ascii=False) + "\n")
        return 0
    bold = console.stdout_is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for number, each in enumerate(hits):
        console.write("\n" * bool(number) + "".join(f"{line}\n" for line in _hit_lines(each, bold)))
    if not hits:
        console.notice("Nothing was found.")
    return 0


def _row_text(row: ListedChat) -> str:
    """Title, folder and tags in one line, whatever they hold."""
    marks = [f"[{one_line(row.folder)}]"] if row.folder is not None else []
    marks += [f"#{one_line(tag)}" for tag in row.summary.tags]
    marks += ["(pinned)"] if row.summary.pinned else []
    return "  ".join((one_line(row.summary.title) or UNTITLED, *marks))


def _row_json(row: ListedChat) -> JsonObject:
    summary = row.summary
    return {
        "id": summary.id,
        "uid": summary.uid,
        "title": summary.title,
        "folder": row.folder,
        "tags": list(summary.tags),
        "pinned": summary.pinned,
        "archived": summary.archived,
        "trashed_at_ms": summary.trashed_at_ms,
        "created_at_ms": summary.created_at_ms,
        "updated_at_ms": summary.updated_at_ms,
        "messages": row.messages,
    }


def _hit_lines(hit: SearchHit, bold: bool) -> tuple[str, ...]:
    snippet = _marked(hit.snippet, hit.highlights, bold)
    where = _KINDS[hit.kind] if hit.shown else f"{_KINDS[hit.kind]}, in another version"
    title = snippet if hit.kind is HitKind.TITLE else one_line(hit.title) or UNTITLED
    head = f"{hit.conversation_id}  {title}  ({where}, {when(hit.at_ms)})"
    return (head,) if hit.kind is HitKind.TITLE else (head, f"   {snippet}")


def _marked(snippet: str, highlights: Sequence[tuple[int, int]], bold: bool) -> str:
    """The snippet in one line; what was found stands out where that can be shown."""
    pieces: list[str] = []
    at = 0
    for start, end in highlights:
        found = _flat(snippet[start:end])
        pieces += [_flat(snippet[at:start]), f"{_BOLD}{found}{_PLAIN}" if bold else found]
        at = end
    return "".join((*pieces, _flat(snippet[at:])))


def _flat(text: str) -> str:
    return visible(text).replace("\n", " ").replace("\t", " ")


def _hit_json(hit: SearchHit) -> JsonObject:
    return {
        "conversation_id": hit.conversation_id,
        "title": hit.title,
        "message_id": hit.message_id,
        "kind": hit.kind.value,
        "snippet": hit.snippet,
        "highlights": [[start, end] for start, end in hit.highlights],
        "at_ms": hit.at_ms,
        "shown": hit.shown,
    }


def _day_ms(text: str, *, days_later: int = 0) -> int:
    """The first moment of a day, or of one that is so many days later, in this machine's time zone."""
    try:
        return round((datetime.strptime(text, "%Y-%m-%d") + timedelta(days=days_later)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise WrongUsage(f"A day is written like 2026-01-31; {text!r} is not one.") from None
