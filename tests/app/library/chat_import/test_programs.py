"""Files in the forms of other programs, and what becomes of them here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.chats import MessageState, Part, PartKind, TitleSource
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_import.formats import read, recognise
from app.library.chat_import.importing import import_chats
from app.library.chat_import.report import ImportReport
from app.library.chat_import.values import BrokenConversation
from app.store.store import ChatStore, temporary_store
from engine.types import FinishReason

FIXTURES = Path(__file__).parents[3] / "data" / "chat_imports"
TEXT, THINKING, ATTACHMENT = PartKind.TEXT, PartKind.THINKING, PartKind.ATTACHMENT
CALL, RESULT = PartKind.TOOL_CALL, PartKind.TOOL_RESULT


@pytest.fixture
def store() -> Iterator[ChatStore]:
    with temporary_store() as made:
        yield made


def imported(store: ChatStore, name: str) -> tuple[ImportReport, dict[str, PortableConversation]]:
    """The report, and what is in the store now, by title."""
    report = import_chats([FIXTURES / name], store.transfer)
    found = [store.transfer.read(each) for each in store.lookup.everything()]
    return report, {each.title: each for each in found}


def parts(message: PortableMessage) -> list[tuple[PartKind, str, str]]:
    return [(part.kind, part.text, part.name) for part in message.parts]


def texts(messages: tuple[PortableMessage, ...]) -> list[str]:
    return ["".join(part.text for part in each.parts if part.kind is TEXT) for each in messages]


def versions(conversation: PortableConversation, parent: int | None) -> list[str]:
    return texts(tuple(each for each in conversation.messages if each.parent == parent))


# -- ChatGPT --


def test_chatgpt_branches_and_what_is_hidden(store: ChatStore) -> None:
    report, found = imported(store, "chatgpt.json")
    assert (report.formats, report.imported, report.empty, report.failed) == (("ChatGPT",), 4, 1, 0)
    chat = found["Bridges of Königsberg"]
    assert texts(chat.path()) == [
        *("How many bridges are there?", "Seven bridges. Euler proved it.", "And a walk?", "There is n"),
    ]
    assert versions(chat, None) == ["How many bridges are there?", "How many islands are there?"]
    assert versions(chat, 0) == ["Six.", "Seven bridges. Euler proved it."]
    assert "nobody sees" not in str(chat)
    assert [each.state for each in chat.path()][2:] == [MessageState.COMPLETE, MessageState.INTERRUPTED]
    assert (chat.created_at_ms, chat.updated_at_ms) == (1_731_672_000_500, 1_731_672_300_250)
    assert chat.path()[0].created_at_ms == 1_731_672_001_000
    facts = chat.path()[1].facts
    assert facts is not None
    assert (facts.model, facts.finish_reason) == ("gpt-4o", FinishReason.STOP)
    assert chat.title_source is TitleSource.MODEL


def test_chatgpt_steps_of_an_answer_are_parts_of_one(store: ChatStore) -> None:
    _, found = imported(store, "chatgpt.json")
    chat = found["What is the mean of the"]
    question, answer = chat.path()
    assert len(chat.messages) == 2
    assert parts(question) == [
        (ATTACHMENT, "", "slip.png"),
        (ATTACHMENT, "", "numbers.csv"),
        (TEXT, "What is the mean of the\nnumbers on this slip?", ""),
    ]
    assert parts(answer) == [
        (THINKING, "Reading the slip\n\nIt says 1, 2 and 6.", ""),
        (CALL, '{"input": "print((1 + 2 + 6) / 3)"}', "python"),
        (RESULT, "3.0", "python"),
        (TEXT, "The mean is 3.", ""),
    ]
    assert answer.facts is not None
    assert (answer.facts.thinking_s, answer.facts.finish_reason) == (8.0, FinishReason.LENGTH)
    assert (chat.title_source, chat.archived, chat.pinned) == (TitleSource.PROMPT, True, True)
    # Neither the conversation nor its update has a time; its messages have.
    assert (chat.created_at_ms, chat.updated_at_ms) == (1_731_700_000_000, 1_731_700_001_000)


def test_chatgpt_null_fields_and_circles(store: ChatStore) -> None:
    report, found = imported(store, "chatgpt.json")
    assert texts(found["Is anybody there?"].path()) == ["Is anybody there?"]
    circle = found["Round and round"]
    assert sorted(texts(circle.messages)) == ["The other one.", "Which came first?"]
    assert any("in a circle" in each.text for each in report.problems)


# -- Claude --


def test_claude_blocks_and_attachments(store: ChatStore) -> None:
    report, found = imported(store, "claude.json")
    assert (report.formats, report.imported, report.empty) == (("Claude",), 3, 1)
    tea = found["Tea"].path()
    assert parts(tea[1]) == [(THINKING, "Green tea is delicate.", ""), (TEXT, "Two minutes.", "")]
    assert parts(tea[2]) == [(ATTACHMENT, "A very long shopping list", "Pasted text"), (ATTACHMENT, "", "cup.jpg")]
    assert parts(tea[3]) == [
        (TEXT, "Let me look.", ""),
        (CALL, '{"query": "tea list"}', "web_search"),
        (RESULT, "Three shops.", "web_search"),
        (TEXT, "There are three.", ""),
    ]
    assert found["Tea"].created_at_ms == 1_740_816_000_123
    assert tea[0].created_at_ms == 1_740_816_001_000
    assert [each.text for each in report.problems] == ["1 attachment came without content: only the name was kept."]


def test_claude_branches_names_and_old_exports(store: ChatStore) -> None:
    _, found = imported(store, "claude.json")
    chat = found["When do tulips bloom?"]
    assert texts(chat.path()) == ["When do tulips bloom?\nIn the north.", "From Ju"]
    assert versions(chat, None) == ["When do tulips bloom?\nIn the north.", "When do roses bloom?"]
    assert versions(chat, 0) == ["In April.", "From Ju"]
    assert chat.path()[1].state is MessageState.INTERRUPTED
    assert (chat.folder, chat.pinned, chat.title_source) == ("Garden", True, TitleSource.PROMPT)
    assert texts(found["Only text here"].path()) == ["Only text here", "Indeed."]


# -- Open WebUI --


def test_open_webui_thoughts_tools_and_branches(store: ChatStore) -> None:
    report, found = imported(store, "open_webui.json")
    assert (report.formats, report.imported) == (("Open WebUI",), 3)
    chat = found["Comparing numbers"]
    path = chat.path()
    assert parts(path[1]) == [(THINKING, "Is 2 < 3?\n\nYes.", ""), (TEXT, "Yes, **2 is less than 3**.", "")]
    assert versions(chat, 0) == ["Yes, **2 is less than 3**.", "Sure."]
    assert parts(path[2])[:2] == [(ATTACHMENT, "Oslo\nBergen", "cities.txt"), (ATTACHMENT, "", "image")]
    assert parts(path[3]) == [
        (CALL, '{"city": "Oslo"}', "get_weather"),
        (RESULT, "Snow, -3 °C", "get_weather"),
        (TEXT, "It snows.", ""),
    ]
    assert (path[5].state, path[5].parts) == (MessageState.FAILED, ())
    assert path[5].facts is not None
    assert path[5].facts.failure_message == "The model is not loaded."
    facts = path[1].facts
    assert facts is not None
    assert (facts.model, facts.prompt_tokens, facts.answer_tokens) == ("qwen3:8b", 20, 30)
    assert (chat.system_prompt, chat.tags, chat.pinned) == ("Be brief.", ("numbers", "weather"), True)
    assert (chat.created_at_ms, chat.updated_at_ms) == (1_735_689_600_000, 1_735_689_730_000)


def test_open_webui_oldest_and_newest_form(store: ChatStore) -> None:
    _, found = imported(store, "open_webui.json")
    old = found["Old format?"]
    assert parts(old.path()[1]) == [(THINKING, "Very old.", ""), (TEXT, "Yes.", "")]
    assert (old.path()[1].state, old.archived) == (MessageState.INTERRUPTED, True)
    assert parts(found["Count to two, with the tool"].path()[1]) == [
        (THINKING, "One, two.", ""),
        (CALL, '{"to": 2}', "count"),
        (RESULT, "1 2", "count"),
        (TEXT, "One and two.", ""),
    ]


# -- LM Studio --


def test_lm_studio_versions_thoughts_and_tools(store: ChatStore) -> None:
    report, found = imported(store, "lm_studio")
    assert (report.formats, report.imported, report.empty) == (("LM Studio",), 2, 1)
    chat = found["Owls"]
    path = chat.path()
    assert parts(path[0]) == [(TEXT, "Do owls sleep at night?", ""), (ATTACHMENT, "", "1755000000100 - 7.png")]
    assert parts(path[1]) == [(THINKING, "They hunt at night, so no.", ""), (TEXT, "No, they hunt.", "")]
    assert versions(chat, 0) == ["No, they hunt.", "Mostly no"]
    assert chat.messages[2].state is MessageState.INTERRUPTED
    assert parts(path[3]) == [
        (CALL, '{"bird": "owl"}', "lookup"),
        (RESULT, "Nocturnal", "lookup"),
        (TEXT, "They are nocturnal.", ""),
    ]
    facts = path[3].facts
    assert facts is not None
    assert (facts.model, facts.answer_tokens, facts.first_token_s) == ("qwen/qwen3-4b", 80, 0.25)
    assert (facts.tokens_per_s, facts.finish_reason) == (41.5, FinishReason.LENGTH)
    assert (chat.draft, chat.system_prompt, chat.pinned) == ("And what about", "You know birds.", True)
    assert (chat.created_at_ms, chat.updated_at_ms) == (1_755_000_000_123, 1_755_000_065_000)


def test_lm_studio_null_fields(store: ChatStore) -> None:
    _, found = imported(store, "lm_studio")
    question, answer = found["What is a null?"].path()
    assert texts((question,)) == ["What is a null?"]
    assert parts(answer) == [(THINKING, "Nothing.", ""), (TEXT, "No value.", "")]


# -- all of them --


def test_all_at_once_and_once_more(store: ChatStore) -> None:
    first = import_chats([FIXTURES], store.transfer)
    assert (first.imported, first.failed, first.unreadable) == (13, 0, 0)
    assert first.formats == ("ChatGPT", "Claude", "LM Studio", "Open WebUI", "Ponder")
    again = import_chats(sorted(FIXTURES.iterdir()), store.transfer)
    assert (again.imported, again.already_there, again.conversation_ids) == (0, 13, ())
    assert len(store.lookup.everything()) == 13


@pytest.mark.parametrize("name", ["chatgpt.json", "claude.json", "open_webui.json", "lm_studio"])
def test_any_value_may_be_missing_or_of_another_type(name: str) -> None:
    """Each value of a real file, one after another, replaced by null and by something else entirely."""
    path = FIXTURES / name
    path = path if path.is_file() else path / "1755000000123.conversation.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    for chat in document if isinstance(document, list) else [document]:
        for place in _places(chat):
            for strange in (None, 7, "text", ["list"], {"key": None}, True):
                _check(_replaced(chat, place, strange))


def _check(value: Any) -> None:
    form = recognise(value)
    if form is None:
        return
    try:
        conversation = read(form, value).conversation
    except BrokenConversation:
        return
    for at, message in enumerate(conversation.messages):
        assert message.parent is None or message.parent < at
        assert all(isinstance(part, Part) and isinstance(part.text, str) for part in message.parts)
        assert message.chosen_child is None or conversation.messages[message.chosen_child].parent == at
    if conversation.messages:
        assert conversation.path()


def _places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*before, key)
        yield from _places(inner, (*before, key))


def _replaced(value: Any, place: tuple[Any, ...], strange: Any) -> Any:
    if not place:
        return strange
    made = dict(value) if isinstance(value, dict) else list(value)
    made[place[0]] = _replaced(value[place[0]], place[1:], strange)
    return made
