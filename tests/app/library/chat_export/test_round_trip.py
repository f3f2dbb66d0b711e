"""JSON: what one store holds comes into another one unchanged, and what is not known yet comes back out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.chats import GenerationFacts, Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_export.export import Export, StoreSource
from app.library.chat_export.formats import ExportFormat
from app.library.chat_export.json_file import CONVERSATION_KEYS, FORMAT, MESSAGE_KEYS, conversation_json
from app.library.chat_import.importing import import_chats
from app.store.store import ChatStore, temporary_store
from engine.types import Role
from tests.support.portable import conversations, stored

ROOT = Path(__file__).parents[4]
FIXTURES = ROOT / "tests" / "data" / "chat_imports"


def exported(store: ChatStore) -> str:
    ids = store.lookup.everything(with_trash=True)
    return "".join(Export(StoreSource(store), ids, ExportFormat.JSON, whole=True).pieces())


@settings(max_examples=60)
@given(
    st.lists(conversations(), max_size=4, unique_by=lambda each: each.uid), st.lists(st.text(min_size=1, max_size=9))
)
def test_export_and_import_make_an_equal_store(
    tmp_path_factory: Any, found: list[PortableConversation], folders: list[str]
) -> None:
    with temporary_store() as first, temporary_store() as second:
        first.transfer.make_folders(folders)
        written = first.transfer.write(found)
        assert all(each.conversation_id for each in written)
        path = tmp_path_factory.mktemp("export") / "chats.json"
        path.write_text(exported(first), encoding="utf-8")
        report = import_chats([path], second.transfer)
        assert (report.imported, report.failed, report.problems) == (len(found), 0, ())
        assert stored(second) == stored(first)
        again = import_chats([path], second.transfer)
        assert (again.imported, again.already_there + again.in_trash) == (0, len(found))
        assert stored(second) == stored(first)


def test_the_form_is_the_one_the_schema_describes() -> None:
    schema = json.loads((ROOT / "resources" / "chats.schema.json").read_text(encoding="utf-8"))
    kinds = schema["$defs"]
    assert set(kinds["conversation"]["properties"]) == CONVERSATION_KEYS
    assert set(kinds["message"]["properties"]) == MESSAGE_KEYS
    assert schema["properties"]["format"]["const"] == FORMAT
    with temporary_store() as store:
        import_chats([FIXTURES], store.transfer)
        document = json.loads(exported(store))
    assert set(document) == set(schema["properties"])
    for conversation in document["conversations"]:
        assert set(kinds["conversation"]["required"]) <= set(conversation)
        uids = [each["uid"] for each in conversation["messages"]]
        for at, message in enumerate(conversation["messages"]):
            assert message["role"] in kinds["message"]["properties"]["role"]["enum"]
            assert message["state"] in kinds["message"]["properties"]["state"]["enum"]
            assert message["parent"] is None or message["parent"] in uids[:at]
            assert message.get("chosen", uids[0]) in uids
            for part in message["parts"]:
                assert set(part) <= set(kinds["part"]["properties"])
                assert part["kind"] in kinds["part"]["properties"]["kind"]["enum"]


def test_what_a_newer_version_wrote_comes_back_out() -> None:
    path = FIXTURES / "ponder_newer.json"
    (before,) = json.loads(path.read_text(encoding="utf-8"))["conversations"]
    with temporary_store() as store:
        report = import_chats([path], store.transfer)
        assert report.imported == 1
        assert [each.name for each in store.folders.all()] == ["Empty", "Work"]
        (after,) = json.loads(exported(store))["conversations"]
    assert after["colour"] == before["colour"]
    assert after["settings"] == {"temperature": 0.4, "telepathy": True}
    assert [each.get("mood") for each in after["messages"]] == ["curious", None, None]
    assert after["messages"][1]["sources"] == ["a", "b"]
    assert after["messages"][1]["facts"] == {"model": "Qwen9", "tokens_dreamt": 5}
    assert after["messages"][0]["facts"] is None
    # What cannot be kept as it was is kept another way, and told.
    assert json.loads(after["messages"][0]["parts"][1]["text"])["shape"] == [1, 2]
    assert {each.text for each in report.problems} == {
        "A part of a kind that this version does not know was kept as an attachment.",
        "A state that this version does not know was taken for 'complete'.",
        "A title source that this version does not know was taken for 'none'.",
        "A setting with a value that cannot be used was left out.",
    }


def test_thoughts_are_in_json_unasked_and_a_figure_that_is_none_is_no_invalid_json() -> None:
    facts = GenerationFacts.model_validate({"tokens_per_s": float("nan"), "model": "m", "newer": [float("inf")]})
    message = PortableMessage(Role.ASSISTANT, (Part(PartKind.THINKING, "secret"),), facts=facts, uid="a")
    conversation = PortableConversation("c", messages=(message,))
    with temporary_store() as store:
        store.transfer.write([conversation])
        document = json.loads(exported(store), parse_constant=lambda name: pytest_fail(name))
    (kept,) = document["conversations"][0]["messages"]
    assert kept["parts"] == [{"kind": "thinking", "text": "secret"}]
    assert (kept["facts"]["model"], kept["facts"]["newer"]) == ("m", [None])


def pytest_fail(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_a_damaged_message_is_told() -> None:
    damaged = PortableMessage(Role.USER, (Part(PartKind.TEXT, "x"),), uid="m", damaged=True)
    document: Any = conversation_json(PortableConversation("c", messages=(damaged,)))
    assert document["messages"][0]["damaged"] is True
