"""Random conversations, and what a store holds, in a form that can be compared."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.chats import ChatSettings, GenerationFacts, MessageState, Part, PartKind, TitleSource
from app.core.portable import PortableConversation, PortableMessage
from app.store.store import ChatStore
from engine.types import FinishReason, Precision, Role, Sampling

WHOLE = st.integers(-(2**63), 2**63 - 1)
TIMES = st.one_of(st.integers(0, 4_000_000_000_000), WHOLE)
WORDS = st.text(max_size=30)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=5,
)
PARTS = st.builds(Part, st.sampled_from(PartKind), st.text(max_size=80), WORDS)
SETTINGS = st.builds(
    lambda known, newer: ChatSettings.model_validate({**known, **newer}),
    st.fixed_dictionaries(
        {},
        optional={
            "model": WORDS,
            "precision": st.sampled_from(Precision),
            "temperature": st.floats(0, 2),
            "seed": st.integers(0, 2**63 - 1),
            "stop": st.lists(WORDS, max_size=2).map(tuple),
        },
    ),
    st.dictionaries(st.sampled_from(["telepathy", "mood"]), st.one_of(st.booleans(), WORDS), max_size=2),
)
FACTS = st.builds(
    lambda known, newer: GenerationFacts.model_validate({**known, **newer}),
    st.fixed_dictionaries(
        {},
        optional={
            "model": WORDS,
            "tokens_per_s": st.floats(0, 1e6),
            "finish_reason": st.sampled_from(FinishReason),
            "sampling": st.builds(Sampling, temperature=st.floats(0, 2), stop=st.lists(WORDS, max_size=2).map(tuple)),
        },
    ),
    st.dictionaries(st.sampled_from(["dreams", "watts"]), st.one_of(st.integers(0, 9), WORDS), max_size=2),
)


@st.composite
def conversations(draw: st.DrawFn) -> PortableConversation:
    count = draw(st.integers(0, 7))
    parents = [draw(st.one_of(st.none(), st.integers(0, at - 1))) if at else None for at in range(count)]
    messages = tuple(
        PortableMessage(
            role=draw(st.sampled_from(Role)),
            parts=tuple(draw(st.lists(PARTS, max_size=3))),
            parent=parent,
            chosen_child=_chosen(draw, parents, at),
            state=draw(st.sampled_from(MessageState)),
            facts=draw(st.one_of(st.none(), FACTS)),
            uid=draw(st.uuids()).hex,
            created_at_ms=draw(TIMES),
            removed=draw(st.booleans()),
        )
        for at, parent in enumerate(parents)
    )
    return PortableConversation(
        uid=draw(st.uuids()).hex,
        title=draw(WORDS),
        title_source=draw(st.sampled_from(TitleSource)),
        system_prompt=draw(WORDS),
        settings=draw(SETTINGS),
        draft=draw(WORDS),
        folder=draw(st.one_of(st.none(), st.text(min_size=1, max_size=10))),
        tags=tuple(draw(st.lists(WORDS, max_size=3))),
        pinned=draw(st.booleans()),
        position=draw(st.integers(0, 100)),
        archived=draw(st.booleans()),
        trashed_at_ms=draw(st.one_of(st.none(), TIMES)),
        created_at_ms=draw(TIMES),
        updated_at_ms=draw(TIMES),
        first_chosen=_chosen(draw, parents, None),
        messages=messages,
    )


def stored(store: ChatStore) -> dict[str, Any]:
    """Everything in a store that a person could miss, in order."""
    ids = store.lookup.everything(with_trash=True)
    return {
        "conversations": [store.transfer.read(each) for each in ids],
        "folders": [each.name for each in store.folders.all()],
        "shown": [[part.text for each in store.messages.tree(one).path() for part in each.parts] for one in ids],
    }


def _chosen(draw: st.DrawFn, parents: list[int | None], parent: int | None) -> int | None:
    children = [at for at, each in enumerate(parents) if each == parent and (parent is None or at > parent)]
    return draw(st.one_of(st.none(), st.sampled_from(children))) if children else None
