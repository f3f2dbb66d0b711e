"""`ponder chats show`: one conversation in the terminal, as text or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from app.cli.surroundings import Surroundings
from app.core.message_tree import MessageTree
from app.core.portable import PortableConversation
from app.library.chat_export.json_file import conversation_json
from app.library.chat_export.plain_text import TextWriter, message_lines
from app.library.chat_export.words import dates_of, title_of, when
from app.library.chats import find_chat, reading_chats


def run_show(options: argparse.Namespace, around: Surroundings) -> int:
    """Print the conversation.

    Raises:
        NotInStore, AmbiguousChat: it is not clear which.
        StoreError: it cannot be read.
    """
    with reading_chats(around.paths.chats) as store:
        conversation = store.transfer.read(find_chat(store, options.chat))
    if options.json:
        around.console.write(json.dumps(conversation_json(conversation), ensure_ascii=False) + "\n")
    elif options.versions:
        for text in _all_versions(conversation, thinking=options.thinking):
            around.console.write(text)
    else:
        for text in TextWriter(thinking=options.thinking).conversation(conversation):
            around.console.write(text)
    return 0


def _all_versions(conversation: PortableConversation, *, thinking: bool) -> Iterator[str]:
    """Every message with its number, what it follows, and which of how many versions it is."""
    tree = conversation.tree()
    shown = {each.id for each in tree.path()}
    yield f"{title_of(conversation)}\n{dates_of(conversation)}\n"
    for place, message in enumerate(conversation.messages):
        yield f"\n{_heading(tree, place, place in shown)}, {when(message.created_at_ms)}\n"
        yield from message_lines(message, thinking=thinking)


def _heading(tree: MessageTree, place: int, shown: bool) -> str:
    versions = tree.versions(place)
    parent = tree.parent_of(place)
    words = [f"Message {place + 1}"]
    if parent is not None:
        words.append(f"after {parent + 1}")
    if tree.message(place).removed:
        words.append("removed")
    elif len(versions) > 1:
        words.append(f"version {versions.index(place) + 1} of {len(versions)}")
    if shown:
        words.append("shown")
    return ", ".join(words)
