"""The tree of messages against a plain model of it, under any edits, attempts, choices and removals."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.chats import ChatMessage, MessageState
from app.core.message_tree import MessageTree
from app.store.store import ChatStore, temporary_store
from engine.types import Role
from tests.app.store.kit import question, texts


@dataclass
class Node:
    """A message of the model: it knows its children and which of them is shown."""

    id: int
    name: str
    parent: Node | None
    children: list[Node] = field(default_factory=list)
    shown: Node | None = None
    removed: bool = False

    def visible(self) -> list[Node]:
        return [each for each in self.children if not each.removed]

    def next(self) -> Node | None:
        visible = self.visible()
        return self.shown if self.shown in visible else (visible[-1] if visible else None)

    def path(self) -> list[str]:
        following = self.next()
        return [] if following is None else [following.name, *following.path()]

    def show(self) -> None:
        if self.parent is not None:
            self.parent.shown = self
            self.parent.show()


class Model:
    """What the store is asked to do, done with plain objects too."""

    def __init__(self, store: ChatStore) -> None:
        self.store = store
        self.conversation = store.conversations.create().id
        self.root = Node(0, "", None)
        self.nodes: list[Node] = []

    def pick(self, number: int) -> Node | None:
        return self.nodes[number % len(self.nodes)] if self.nodes else None

    def add(self, number: int) -> None:
        """Below any message, or first: a question, an edit, an answer and another attempt are all this."""
        parent = self.root if number % 5 == 0 else self.pick(number) or self.root
        name = f"m{len(self.nodes)}"
        made = self.store.messages.add(self.conversation, parent.id or None, question(name))
        node = Node(made.id, name, parent)
        parent.children.append(node)
        parent.shown = node
        self.nodes.append(node)

    def choose(self, number: int) -> None:
        if (node := self.pick(number)) is not None:
            self.store.messages.choose(node.id)
            node.show()

    def remove(self, number: int) -> None:
        if (node := self.pick(number)) is not None:
            self.store.messages.remove(node.id)
            node.removed = True

    def bring_back(self, number: int) -> None:
        if (node := self.pick(number)) is not None:
            self.store.messages.bring_back(node.id)
            node.removed = False

    def check(self) -> None:
        tree = self.store.messages.tree(self.conversation)
        assert texts(tree.path()) == self.root.path()
        assert [each.text() for each in tree] == [each.name for each in self.nodes]
        for node in self.nodes:
            parent = node.parent
            assert parent is not None
            assert tree.versions(node.id) == tuple(each.id for each in parent.visible())
            assert tree.message(node.id).removed == node.removed

    def check_copy(self) -> None:
        """A duplicate shows the same, holds all that is in sight somewhere, and whatever is chosen in it is its own."""
        copy = self.store.conversations.duplicate(self.conversation)
        tree = self.store.messages.tree(copy.id)
        assert texts(tree.path()) == self.root.path()
        assert sorted(each.text() for each in tree) == sorted(self.in_sight(self.root))
        for each in tree:
            self.store.messages.choose(each.id)
        self.check()

    def check_forks(self) -> None:
        for node in self.nodes:
            fork = self.store.conversations.fork(node.id)
            tree = self.store.messages.tree(fork.id)
            way = [node.name]
            above = node.parent
            while above is not None and above.parent is not None:
                way.insert(0, above.name)
                above = above.parent
            assert texts(tree.path()) == texts(tuple(tree)) == way

    def in_sight(self, node: Node) -> list[str]:
        return [name for each in node.visible() for name in (each.name, *self.in_sight(each))]


steps = st.tuples(st.sampled_from(("add", "add", "add", "choose", "remove", "bring_back")), st.integers(0, 999))


@settings(max_examples=60)
@given(st.lists(steps, max_size=30))
def test_the_store_does_what_the_model_does(plan: list[tuple[str, int]]) -> None:
    with temporary_store() as store:
        model = Model(store)
        for step, number in plan:
            getattr(model, step)(number)
        model.check()
        model.check_copy()
        model.check_forks()


# -- trees that no store of ours writes, and a damaged or salvaged one may hold --


def message(number: int, parent: int | None, removed: bool = False) -> ChatMessage:
    return ChatMessage(
        number, f"u{number}", 1, parent, Role.USER, MessageState.COMPLETE, (), None, created_at_ms=0, removed=removed
    )


def ids(messages: tuple[ChatMessage, ...]) -> list[int]:
    return [each.id for each in messages]


def test_a_message_without_its_parent_is_a_first_one() -> None:
    tree = MessageTree([message(5, 3), message(6, 5), message(8, 7)])
    assert tree.versions(5) == tree.versions(8) == (5, 8)
    assert ids(tree.path()) == [8]
    assert ids(tree.path_to(6)) == [5, 6]
    assert tree.choices_to(6) == {None: 5, 5: 6}


def test_a_choice_that_points_nowhere_is_none() -> None:
    tree = MessageTree([message(1, None), message(2, 1), message(3, 1), message(4, None)], {None: 1, 1: 99, 7: 8})
    assert ids(tree.path()) == [1, 3]


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 12)), st.booleans()), max_size=10),
    st.dictionaries(st.one_of(st.none(), st.integers(0, 12)), st.integers(0, 12)),
)
def test_any_tree_can_be_walked(nodes: list[tuple[int | None, bool]], chosen: dict[int | None, int]) -> None:
    """Circles, choices of somebody else's child, messages that are their own parents: every walk ends."""
    tree = MessageTree([message(at, parent, removed) for at, (parent, removed) in enumerate(nodes, 1)], chosen)
    path = ids(tree.path())
    assert path == sorted(set(path))
    reachable = {number for number in range(1, len(nodes) + 1) if number in tree}
    assert reachable == {each.id for each in tree}
    for number in reachable:
        way = ids(tree.path_to(number))
        assert way[-1] == number
        assert way == sorted(set(way))
        if not any(each.removed for each in tree.path_to(number)):
            shown = MessageTree(list(tree), {**chosen, **tree.choices_to(number)})
            assert number in ids(shown.path())
