"""Caches of several conversations: what is reused, what is kept within the budget, and what goes first."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cache_budget import MOST_SPARE_BYTES, SPARE_PART, cache_budget_bytes
from engine.choices import Target
from engine.engine import Engine
from engine.hardware import DeviceKind
from engine.memory_plan import MIB, MemoryPlan
from engine.model.general import GeneralModel
from engine.model.kv_cache import KVCache
from engine.prefix import PrefixCache, common_prefix_length
from engine.types import GenerateRequest, LoadRequest, Message, Role, Sampling
from tests.support.answers import GREEDY, finished, run, user
from tests.support.checkpoints import TOKENS, make_checkpoint
from tests.support.starving import Shortage, starve_pass, tensor_bytes

A = user("a long question about apples " * 12)
B = user("many words on bananas, pears " * 12)
C = user("cherries are red and sweet " * 14)
SHORT = replace(GREEDY, max_tokens=8)
PLENTY = 1 << 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "noise"
    return make_checkpoint(folder, vocab=TOKENS, max_position_embeddings=8192)


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu"))
    yield engine
    engine.close()


def prefix_of(engine: Engine) -> PrefixCache:
    assert engine._session is not None
    return engine._session.prefix


def kept(prefix: PrefixCache) -> int:
    return len(prefix.sequences)


def caches(engine: Engine, budget_bytes: int) -> PrefixCache:
    """Give the engine a fresh cache with this budget."""
    assert engine._session is not None
    prefix = PrefixCache(engine._session.model, budget_bytes)
    engine._session = replace(engine._session, prefix=prefix)
    return prefix


def one_cache_bytes(engine: Engine) -> int:
    assert engine._session is not None
    return engine._session.model.new_cache().allocated_bytes


def ask(engine: Engine, *messages: Message, sampling: Sampling = SHORT) -> tuple[int, int]:
    """Tokens of the prompt, and how many of them were reused."""
    done = finished(run(engine, GenerateRequest(1, messages, sampling=sampling, thinking=False)))
    return done.prompt_tokens, done.reused_tokens


# -- what is reused --


def test_coming_back_to_a_conversation_reuses_all_of_it(engine: Engine) -> None:
    first, _ = ask(engine, *A)
    _, reused = ask(engine, *B)
    assert reused < 20
    total, reused = ask(engine, *A, Message(Role.ASSISTANT, "yes"), *user("and?"))
    assert first - reused <= 6  # the empty thinking block, which the template drops from the history
    assert ask(engine, *B)[1] == ask(engine, *B)[0] - 1
    assert total > first


def test_what_comes_out_is_the_same_as_from_an_empty_cache(engine: Engine) -> None:
    def answers(budget_bytes: int) -> list[tuple[int, ...]]:
        told = []
        for messages in (A, B, A, C, (*A, Message(Role.ASSISTANT, "yes"), *B), B, user(A[0].content[:90])):
            if budget_bytes == 0:
                caches(engine, 0)
            wanted = GenerateRequest(1, messages, sampling=SHORT, thinking=False)
            told.append(finished(run(engine, wanted)).token_ids)
        return told

    fresh = answers(0)
    caches(engine, PLENTY)
    assert answers(PLENTY) == fresh
    caches(engine, 2 * one_cache_bytes(engine))
    assert answers(1) == fresh


def test_a_name_for_a_chat_leaves_its_cache(engine: Engine) -> None:
    """It is asked with the beginning of the question alone, and shares no more with the chat."""
    prefix = caches(engine, PLENTY)
    long = user("a very long document " * 200)
    tokens, _ = ask(engine, *long)
    beginning = Message(Role.USER, long[0].content[:400])
    _, shared = ask(engine, beginning, Message(Role.ASSISTANT, "so"), *user("Give it a name."))
    assert 50 < shared < 400  # copied, not read again
    assert kept(prefix) == 2
    again, reused = ask(engine, *long, Message(Role.ASSISTANT, "so"), *user("and?"))
    assert tokens - reused <= 6 < again


def test_the_next_turns_of_one_conversation_keep_to_one_cache(engine: Engine) -> None:
    prefix = caches(engine, PLENTY)
    history = A
    for number in range(4):
        ask(engine, *history)
        ask(engine, *history)  # again
        history = (*history, Message(Role.ASSISTANT, f"answer {number}"), *user("next"))
    assert kept(prefix) == 1


def test_an_earlier_message_edited_leaves_the_first_version(engine: Engine) -> None:
    prefix = caches(engine, PLENTY)
    end = (Message(Role.ASSISTANT, "yes"), *user("and then? " * 20))
    total, _ = ask(engine, *A, *end)
    edited = (*user(A[0].content + " and pears"), *end)
    assert ask(engine, *edited)[1] > 50
    assert kept(prefix) == 2
    assert ask(engine, *A, *end) == (total, total - 1)


# -- the budget --


def test_the_one_used_least_recently_goes_first(engine: Engine) -> None:
    prefix = caches(engine, 2 * one_cache_bytes(engine))
    ask(engine, *A)
    ask(engine, *B)
    ask(engine, *A)
    ask(engine, *C)  # B goes
    assert kept(prefix) == 2
    assert ask(engine, *A)[1] > 100
    assert ask(engine, *B)[1] < 20  # C goes
    assert ask(engine, *A)[1] > 100
    assert ask(engine, *C)[1] < 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=12), st.integers(0, 4))
def test_the_budget_is_kept_and_the_newest_stay(chats: list[int], fitting: int) -> None:
    model = StubModel()
    prefix = PrefixCache(model, fitting * StubCache.BYTES)  # type: ignore[arg-type]
    used: list[int] = []
    for chat in chats:
        ids = [chat] * 40
        expected = 39 if chat in used else 0
        assert prefix.begin(ids) == expected
        prefix.read(ids[expected:])
        used = [*(each for each in used if each != chat), chat][-max(fitting, 1) :]
        assert [each[0] for each in prefix.sequences if each] == used
        assert kept(prefix) <= max(fitting, 1)


def test_a_cache_that_grows_takes_the_others_room(engine: Engine) -> None:
    one = one_cache_bytes(engine)
    prefix = caches(engine, 3 * one - 1)
    ask(engine, *A)
    ask(engine, *B)
    assert kept(prefix) == 2
    ask(engine, *user("word " * 400))  # more than the first step of a cache
    assert kept(prefix) == 1
    assert prefix.allocated_bytes >= 2 * one


def test_what_does_not_fit_beside_the_last_one_takes_its_place_and_no_other_s(engine: Engine) -> None:
    one = one_cache_bytes(engine)
    prefix = caches(engine, 4 * one - 1)
    ask(engine, *A)
    ask(engine, *user("word " * 400))  # two at least; with another of its size, and A, one too many
    ask(engine, *user("other " * 330))
    assert kept(prefix) == 2
    assert ask(engine, *A)[1] > 100


def test_without_room_for_two_there_is_one(engine: Engine) -> None:
    prefix = caches(engine, one_cache_bytes(engine))
    for messages in (A, B, A):
        assert ask(engine, *messages)[1] < 20
        assert kept(prefix) == 1


def test_the_budget_is_the_plan_s_cache_and_a_part_of_what_is_free_beyond() -> None:
    plan = MemoryPlan(1000 * MIB, 500 * MIB, 10 * MIB, 10 * MIB)

    def budget(free_bytes: int) -> int:
        return cache_budget_bytes(Target("cpu", DeviceKind.CPU, "CPU", free_bytes), plan)

    assert budget(plan.needed_bytes) == plan.kv_cache_bytes
    assert plan.kv_cache_bytes < budget(4096 * MIB) < plan.kv_cache_bytes + (4096 * MIB) // SPARE_PART
    assert budget(1 << 50) == plan.kv_cache_bytes + MOST_SPARE_BYTES


# -- memory that runs out, and letting go --


@pytest.mark.parametrize("shortage", Shortage)
@pytest.mark.parametrize("at", [1, 4])
def test_other_conversations_go_before_memory_is_told_to_have_run_out(
    engine: Engine, shortage: Shortage, at: int
) -> None:
    fresh = finished(run(engine, GenerateRequest(1, C, sampling=SHORT, thinking=False))).token_ids
    prefix = caches(engine, PLENTY)
    ask(engine, *A)
    ask(engine, *B)
    starve_pass(engine, shortage, at)
    done = finished(run(engine, GenerateRequest(1, C, sampling=SHORT, thinking=False)))
    assert done.token_ids == fresh
    assert kept(prefix) == 1


def test_a_copy_that_finds_no_room_takes_the_other_s_place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = caches(engine, PLENTY)
    ask(engine, *A)
    ask(engine, *B)
    monkeypatch.setattr(KVCache, "fork", lambda *_: Shortage.CPU_ALLOCATOR.strike())
    assert ask(engine, *C)[1] > 0
    assert kept(prefix) == 1


def test_unloading_frees_them_all(folder: Path) -> None:
    gc.collect()
    before = tensor_bytes()
    engine = Engine()
    engine.load(LoadRequest(str(folder), device="cpu"))
    for messages in (A, B, C):
        ask(engine, *messages)
    assert kept(prefix_of(engine)) == 3
    prefix = prefix_of(engine)
    engine.unload()
    gc.collect()
    assert prefix.allocated_bytes == 0
    assert tensor_bytes() - before < 16_384
    with pytest.raises(RuntimeError, match="closed"):
        prefix.begin([1])
    engine.close()


# -- copies --


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int8])
def test_a_copy_is_a_cache_of_its_own(dtype: torch.dtype) -> None:
    cache = KVCache(
        layers=2,
        kv_heads=2,
        head_dim=8,
        limit=4096,
        dtype=dtype,
        compute_dtype=torch.float32,
        device=torch.device("cpu"),
    )
    cache.reserve(1500)
    for layer in range(2):
        cache.write(layer, torch.arange(1400), torch.randn(1400, 2, 8), torch.randn(1400, 2, 8))
    cache.length = 1400
    copy = cache.fork(1200)
    assert (copy.length, cache.length) == (1200, 1400)
    for layer in range(2):
        for mine, theirs in zip(cache.view(layer, 1200), copy.view(layer, 1200), strict=True):
            assert torch.equal(mine, theirs)
    kept = cache.view(1, 1200)[0].clone()
    copy.clear()
    assert torch.equal(cache.view(1, 1200)[0], kept)
    assert cache.bytes_for(100) == cache.allocated_bytes
    expected = cache.bytes_for(cache.capacity + 1)
    cache.reserve(cache.capacity + 1)
    assert cache.allocated_bytes == expected
    assert cache.fork(9999).length == 1400


def test_a_cache_that_grew_while_it_was_read_into_can_be_wiped() -> None:
    cache = KVCache(
        layers=1,
        kv_heads=1,
        head_dim=8,
        limit=4096,
        dtype=torch.float32,
        compute_dtype=torch.float32,
        device=torch.device("cpu"),
    )
    with torch.inference_mode():
        cache.reserve(1500)
        cache.write(0, torch.arange(9), torch.full((9, 1, 8), torch.nan), torch.ones(9, 1, 8))
    cache.clear()
    assert not cache.view(0, 1500)[0].any()


def test_other_models_caches_are_kept_too(tmp_path: Path) -> None:
    """Of a model that transformers runs."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2,
    )  # fmt: skip
    module = LlamaForCausalLM(config).eval()
    model = GeneralModel(module, context_tokens=512, prefill_chunk_tokens=64, weights_bytes=0)
    first, second = list(range(40)), [*range(20), *range(40, 60)]
    fresh = model.prefill(second, model.new_cache())
    prefix = PrefixCache(model, PLENTY)
    assert prefix.begin(first) == 0
    prefix.read(first)
    assert prefix.begin(second) == 20
    assert torch.allclose(prefix.read(second[20:]), fresh, atol=1e-5)
    assert prefix.begin(first) == 39
    assert prefix.allocated_bytes > 0


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_the_common_prefix(first: list[int], second: list[int]) -> None:
    length = common_prefix_length(first, second)
    assert first[:length] == second[:length]
    assert length in (len(first), len(second)) or first[length] != second[length]


class StubCache:
    """A cache of one size that holds nothing."""

    BYTES = 100

    def __init__(self) -> None:
        self.length = 0
        self.allocated_bytes = self.BYTES

    def truncate(self, length: int) -> int:
        self.length = min(self.length, length)
        return self.length

    def clear(self) -> None:
        self.length = 0

    def bytes_for(self, positions: int) -> int:
        return self.BYTES

    def fork(self, length: int) -> StubCache:
        return StubCache()


class StubModel:
    def new_cache(self) -> StubCache:
        return StubCache()

    def prefill(self, ids: list[int], cache: StubCache, cancel: object = None) -> torch.Tensor:
        cache.length += len(ids)
        return torch.zeros(1)
