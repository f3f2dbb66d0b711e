"""Trees out of any links: every message comes out once, its parent before it, and nothing goes in circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chats import Part, PartKind
from app.core.portable import PortableConversation, PortableMessage
from app.library.chat_import import tree
from app.library.chat_import.tree import Node, assemble, merge_turns
from app.library.chat_import.values import BrokenConversation
from engine.types import Role

KEYS = [str(number) for number in range(8)]


def said(text: str, role: Role = Role.USER) -> PortableMessage:
    return PortableMessage(role, (Part(PartKind.TEXT, text),))


def words(message: PortableMessage) -> str:
    return "".join(part.text for part in message.parts)


@st.composite
def nodes(draw: st.DrawFn) -> list[Node]:
    """Any links at all: to nowhere, to themselves, in circles."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True))
    parents = st.one_of(st.none(), st.sampled_from([*KEYS, "nowhere"]))
    roles = st.sampled_from([Role.USER, Role.ASSISTANT, Role.TOOL])
    return [
        Node(key, draw(parents), said(key, draw(roles)) if draw(st.booleans()) or draw(st.booleans()) else None)
        for key in keys
    ]


@given(nodes(), st.one_of(st.none(), st.sampled_from(KEYS)))
def test_every_message_comes_out_once(found: list[Node], current: str | None) -> None:
    made = assemble(found, current)
    assert sorted(words(each) for each in made.messages) == sorted(each.key for each in found if each.message)
    for at, each in enumerate(made.messages):
        assert each.parent is None or each.parent < at
        assert each.chosen_child is None or made.messages[each.chosen_child].parent == at
    path = PortableConversation("u", first_chosen=made.first_chosen, messages=made.messages).path()
    with_message = {each.key for each in found if each.message}
    if current in with_message:
        assert current in [words(each) for each in path]


@given(nodes(), st.one_of(st.none(), st.sampled_from(KEYS)))
def test_merging_loses_no_word_and_keeps_what_is_shown(found: list[Node], current: str | None) -> None:
    before = assemble(found, current)
    after = merge_turns(before)

    def shown(assembled: tree.Assembled) -> str:
        conversation = PortableConversation("u", first_chosen=assembled.first_chosen, messages=assembled.messages)
        return "".join(words(each) for each in conversation.path()).replace("\n", "")

    assert shown(after).startswith(shown(before)) or current not in {each.key for each in found if each.message}
    assert sorted("".join(words(each) for each in after.messages).replace("\n", "")) == sorted(
        "".join(words(each) for each in before.messages)
    )
    for at, each in enumerate(after.messages):
        assert each.parent is None or each.parent < at
        assert each.chosen_child is None or after.messages[each.chosen_child].parent == at


def test_versions_keep_their_order_and_a_gap_closes() -> None:
    found = [
        Node("root", None, None),
        Node("q", "root", said("q")),
        Node("hidden", "q", None),
        Node("a", "hidden", said("a", Role.ASSISTANT)),
        Node("b", "q", said("b", Role.ASSISTANT)),
    ]
    made = assemble(found, "a")
    assert [(words(each), each.parent) for each in made.messages] == [("q", None), ("a", 0), ("b", 0)]
    assert (made.first_chosen, made.messages[0].chosen_child, made.circular) == (0, 1, False)
    assert assemble(found, "hidden").first_chosen == 0


def test_a_circle_is_told() -> None:
    assert assemble([Node("a", "b", said("a")), Node("b", "a", said("b"))], "b").circular


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [Node(str(at), str(at - 1) if at else None, said("x")) for at in range(20_000)]
    made = assemble(chain, "19999")
    assert len(PortableConversation("u", first_chosen=made.first_chosen, messages=made.messages).path()) == 20_000


def test_too_many_messages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_MESSAGES", 3)
    with pytest.raises(BrokenConversation, match="more than 3 messages"):
        assemble([Node(str(at), None, said("x")) for at in range(4)], None)


def test_steps_of_an_answer_become_one_and_versions_do_not() -> None:
    made = merge_turns(
        assemble(
            [
                Node("q", None, said("q")),
                Node("a1", "q", said("look", Role.ASSISTANT)),
                Node("a2", "a1", PortableMessage(Role.TOOL, (Part(PartKind.TOOL_RESULT, "3", "count"),))),
                Node("a3", "a2", said("three", Role.ASSISTANT)),
                Node("b", "q", said("four", Role.ASSISTANT)),
                Node("q2", "a3", said("sure?")),
            ],
            "q2",
        )
    )
    assert [(each.role, each.parent) for each in made.messages] == [
        *((Role.USER, None), (Role.ASSISTANT, 0), (Role.USER, 1), (Role.ASSISTANT, 0)),
    ]
    assert [part.text for part in made.messages[1].parts] == ["look", "3", "three"]
    assert made.messages[1].chosen_child == 2
