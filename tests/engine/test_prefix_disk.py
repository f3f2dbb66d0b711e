"""Conversations kept on disk: a restart goes on from them, and nothing that happens to the files changes an answer."""

from __future__ import annotations

import resource
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.engine import Engine
from engine.prefix import PrefixCache
from engine.prefix_files import clear, folder_in, keep_only, kept_files, stem_of, used_bytes
from engine.prefix_segment import FORMAT
from engine.process_client import ProcessEngine
from engine.types import Finished, GenerateRequest, KeptPrefix, KVCachePrecision, LoadRequest, Message, Precision, Role
from tests.support.answers import GREEDY, finished, run, user
from tests.support.checkpoints import TOKENS, make_checkpoint

PLENTY = 1 << 40
Sound = tuple[Engine, dict[Path, bytes], Finished]
KEEP = KeptPrefix("a chat", PLENTY, least_tokens=64, least_read_s=0.0)
LOOK = replace(KEEP, least_tokens=1 << 20)  # what is there is used, nothing is written
SHORT = replace(GREEDY, max_tokens=6)
A = user("a long question about apples " * 24)
MORE = (*A, Message(Role.ASSISTANT, "yes"), *user("and what of pears? " * 3))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("models") / "noise", vocab=TOKENS, max_position_embeddings=8192)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.prefix_segment.CHUNK_BYTES", 50_000)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def engine(model: Path, cache: Path) -> Iterator[Engine]:
    yield from loaded(model, cache)


def loaded(model: Path, cache: Path, **options: object) -> Iterator[Engine]:
    engine = Engine()
    engine.load(request(model, cache, **options))
    yield engine
    engine.close()


def request(model: Path, cache: Path, **options: object) -> LoadRequest:
    wanted = LoadRequest(str(model), device="cpu", precision=Precision.FP32, cache_folder=str(cache))
    return replace(wanted, **options)  # type: ignore[arg-type]


def ask(engine: Engine, messages: tuple[Message, ...], keep: KeptPrefix | None = KEEP) -> Finished:
    """The end of the answer, once what is to be kept of it is written."""
    wanted = GenerateRequest(1, messages, sampling=SHORT, thinking=False, keep=keep)
    done = finished(run(engine, wanted))
    wait(engine)
    return done


def wait(engine: Engine) -> None:
    assert engine._session is not None
    assert engine._session.keeper is not None
    thread = engine._session.keeper._writer._thread
    if thread is not None:
        thread.join(60)
        assert not thread.is_alive()


def forget(engine: Engine) -> None:
    """As a restart would, and quicker."""
    assert engine._session is not None
    session = engine._session
    engine._session = replace(session, prefix=PrefixCache(session.model, PLENTY))


def names(cache: Path) -> list[str]:
    return sorted(each.path.name for each in kept_files(folder_in(cache)))


# -- going on --


def test_another_process_reads_only_what_is_new(model: Path, cache: Path, engine: Engine) -> None:
    told = []
    for messages in (A, MORE):
        client = ProcessEngine()
        try:
            client.load(request(model, cache))
            wanted = GenerateRequest(1, messages, sampling=SHORT, thinking=False, keep=KEEP)
            told.append(next(each for each in client.generate(wanted) if isinstance(each, Finished)))
            deadline = monotonic() + 60
            while len(names(cache)) < len(told) and monotonic() < deadline:
                sleep(0.02)
        finally:
            client.close()
    first, again = told
    anew = ask(engine, MORE, None)
    assert (first.reused_tokens, anew.reused_tokens) == (0, 0)
    assert first.prompt_tokens - 6 <= again.reused_tokens <= first.prompt_tokens + len(first.token_ids)
    assert again.token_ids == anew.token_ids
    assert names(cache) == [f"{stem_of('a chat')}.{number}.kv" for number in range(2)]


@pytest.mark.parametrize("kv_cache", [KVCachePrecision.BITS8, KVCachePrecision.BITS16])
def test_every_kind_of_cache_comes_back_as_it_was(model: Path, cache: Path, kv_cache: KVCachePrecision) -> None:
    for engine in loaded(model, cache, kv_cache=kv_cache):
        ask(engine, A)
        in_memory = ask(engine, MORE)
        forget(engine)
        from_disk = ask(engine, MORE)
        assert from_disk.reused_tokens == from_disk.prompt_tokens - 1
        assert from_disk.token_ids == in_memory.token_ids


def test_turns_and_edits_in_any_order_are_found_again(engine: Engine, cache: Path) -> None:
    long = (*MORE, Message(Role.ASSISTANT, "no"), *user("cherries and plums " * 30))
    edited = (*A, Message(Role.ASSISTANT, "maybe"), *user("grapes " * 120))
    for messages in (A, MORE, long, edited, long, A, user(A[0].content + "or figs " * 60), edited):
        ask(engine, messages)
        forget(engine)
        again = ask(engine, messages, LOOK)
        assert again.reused_tokens == again.prompt_tokens - 1
        forget(engine)
        anew = ask(engine, messages, None)
        assert anew.reused_tokens == 0
        assert again.token_ids == anew.token_ids
        forget(engine)
    assert len(names(cache)) < 6


def test_a_turn_adds_little(engine: Engine, cache: Path) -> None:
    ask(engine, A)
    before = used_bytes(folder_in(cache))
    (path,) = [each.path for each in kept_files(folder_in(cache))]
    content = path.read_bytes()
    ask(engine, MORE)
    assert used_bytes(folder_in(cache)) - before < before / 2
    assert path.read_bytes() == content


def test_a_copy_of_a_chat_goes_on_from_the_same_files(engine: Engine) -> None:
    ask(engine, A)
    forget(engine)
    assert ask(engine, MORE, replace(LOOK, key="its copy")).reused_tokens > 300


# -- what is not kept --


def test_a_temporary_chat_leaves_nothing_and_finds_nothing(engine: Engine, cache: Path) -> None:
    ask(engine, A, None)
    assert not cache.exists()
    ask(engine, A)
    forget(engine)
    assert ask(engine, MORE, None).reused_tokens == 0
    kept = names(cache)
    ask(engine, (*MORE, Message(Role.ASSISTANT, "yes"), *user("something private")), None)
    ask(engine, user("hello"))  # a chat too short to be kept; everything that waits is written beside it
    assert names(cache) == kept


@pytest.mark.parametrize("keep", [replace(KEEP, least_tokens=10_000), replace(KEEP, least_read_s=1e6)])
def test_what_is_read_again_in_no_time_is_not_written(engine: Engine, cache: Path, keep: KeptPrefix) -> None:
    ask(engine, A, keep)
    assert names(cache) == []


def test_it_is_its_owner_s_alone(engine: Engine, cache: Path) -> None:
    ask(engine, A)
    folder = folder_in(cache)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(each.path.stat().st_mode) for each in kept_files(folder)] == [0o600]


# -- what happens to files --


@pytest.fixture(scope="module")
def sound(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sound]:
    """An engine, the files of a conversation, and what it answers."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.prefix_segment.CHUNK_BYTES", 50_000)
        for engine in loaded(model, cache):
            ask(engine, A)
            ask(engine, MORE)
            files = {each.path: each.path.read_bytes() for each in kept_files(folder_in(cache))}
            assert len(files) == 2
            forget(engine)
            yield engine, files, ask(engine, MORE, None)


def damaged(sound: Sound, path: Path, content: bytes) -> tuple[int, list[Path]]:
    """Reused tokens, and the files that are left, where a file has another content."""
    engine, files, expected = sound
    for each, good in files.items():
        each.write_bytes(content if each == path else good)
    forget(engine)
    done = ask(engine, MORE, LOOK)
    assert done.token_ids == expected.token_ids
    return done.reused_tokens, [each for each in files if each.exists()]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_anywhere_costs_time_only(sound: Sound, data: st.DataObject) -> None:
    _, files, expected = sound
    number = data.draw(st.sampled_from(range(2)))
    path = sorted(files)[number]
    content = bytearray(files[path])
    # The fixed part and the header are small beside the data, and as likely here.
    at = data.draw(st.one_of(st.integers(0, 300), st.integers(0, len(content) - 1)))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    reused, left = damaged(sound, path, bytes(content))
    assert left == sorted(files)[:number]
    assert (reused > 0) == (number == 1)
    assert reused < expected.prompt_tokens - 1


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True), extra=st.booleans())
def test_a_file_of_another_length_is_given_up(sound: Sound, share: float, extra: bool) -> None:
    _, files, _ = sound
    path = min(files)
    content = files[path] + b"x" if extra else files[path][: int(share * len(files[path]))]
    assert damaged(sound, path, content) == (0, [])


def test_chunks_that_changed_places_are_noticed(sound: Sound) -> None:
    _, files, _ = sound
    path = min(files)
    content, step = files[path], 50_032  # a chunk behind its hash
    first = len(content) - len(content) // step * step
    swapped = content[:first] + content[first + step : first + 2 * step] + content[first : first + step]
    reused, _ = damaged(sound, path, swapped + content[first + 2 * step :])
    assert reused == 0


def test_a_file_of_another_chat_in_the_chain_is_noticed(sound: Sound) -> None:
    _, files, _ = sound
    first, second = sorted(files)
    reused, left = damaged(sound, second, files[first])
    assert reused > 0
    assert left == [first]
    assert damaged(sound, first, files[second]) == (0, [])


def test_a_later_version_is_given_up(sound: Sound) -> None:
    _, files, _ = sound
    path = min(files)
    content = bytearray(files[path])
    content[8] = FORMAT + 1
    assert damaged(sound, path, bytes(content)) == (0, [])


def test_files_for_another_model_or_cache_are_left_alone(model: Path, cache: Path, tmp_path: Path) -> None:
    for engine in loaded(model, cache):
        ask(engine, A)
    kept = names(cache)
    other = make_checkpoint(tmp_path / "other", vocab=TOKENS, max_position_embeddings=8192)
    options = {"precision": Precision.FP16}, {"kv_cache": KVCachePrecision.BITS8}
    for folder, each in ((other, {}), *((model, each) for each in options)):
        for engine in loaded(folder, cache, **each):
            assert ask(engine, MORE, LOOK).reused_tokens == 0
    assert names(cache) == kept
    for engine in loaded(model, cache, context_tokens=256):  # too small for what is there
        assert ask(engine, user("a long question"), LOOK).reused_tokens == 0
    for engine in loaded(model, cache):
        assert ask(engine, MORE, LOOK).reused_tokens > 300


# -- room --


def test_chats_used_least_recently_go_first(engine: Engine, cache: Path) -> None:
    ask(engine, A)
    one = used_bytes(folder_in(cache))
    for fruit in ("pears", "plums", "grape"):
        messages = user(A[0].content.replace("apples", fruit))
        ask(engine, messages, replace(KEEP, key=fruit, budget_bytes=int(2.5 * one)))
        forget(engine)
        if fruit == "pears":
            ask(engine, MORE, LOOK)  # used again
    assert {each.stem for each in kept_files(folder_in(cache))} == {stem_of("plums"), stem_of("grape")}


def test_the_chat_that_is_used_stays(engine: Engine, cache: Path) -> None:
    ask(engine, A)
    one = used_bytes(folder_in(cache))
    ask(engine, user("b" + A[0].content), replace(KEEP, key="b", budget_bytes=3 * one))
    forget(engine)
    ask(engine, A, LOOK)
    ask(engine, user("c" + A[0].content), replace(KEEP, key="c", budget_bytes=int(2.5 * one)))
    assert {each.stem for each in kept_files(folder_in(cache))} == {stem_of("a chat"), stem_of("c")}


def test_what_is_larger_than_the_budget_is_not_written(engine: Engine, cache: Path) -> None:
    ask(engine, A, replace(KEEP, budget_bytes=10_000))
    assert names(cache) == []


def test_a_disk_that_is_nearly_full_is_left_alone(engine: Engine, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(engine, A)
    monkeypatch.setattr("engine.prefix_files.FREE_BYTES", 1 << 60)
    done = ask(engine, user("b" + A[0].content), replace(KEEP, key="b"))
    assert done.token_ids
    assert names(cache) == []  # what was kept gives way to other programs


def test_a_disk_that_takes_no_more_is_no_failure(engine: Engine, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        done = ask(engine, A)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.token_ids
    assert "cannot be kept" in caplog.text
    assert list(folder_in(cache).iterdir()) == []
    ask(engine, A)
    assert len(names(cache)) == 1


def test_a_folder_that_cannot_be_made_is_no_failure(
    engine: Engine, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.write_bytes(b"a file in its place")
    assert ask(engine, A).token_ids
    assert "cannot be kept" in caplog.text
    assert ask(engine, MORE).token_ids


# -- while the engine works --


def test_a_question_ends_the_writing_which_is_done_later(
    engine: Engine, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk hangs in the middle of a file, and the next question is answered nevertheless."""
    import engine.prefix_segment as segment

    begun, go_on = threading.Event(), threading.Event()
    write = segment._write

    def hanging(file: object, data: object) -> None:
        begun.set()
        assert go_on.wait(60)
        write(file, data)  # type: ignore[arg-type]

    monkeypatch.setattr(segment, "_write", hanging)
    wanted = GenerateRequest(1, A, sampling=SHORT, thinking=False, keep=KEEP)
    finished(run(engine, wanted))
    assert begun.wait(60)
    second = GenerateRequest(2, user("b" + A[0].content), sampling=SHORT, thinking=False, keep=replace(KEEP, key="b"))
    assert finished(run(engine, second)).token_ids
    go_on.set()
    wait(engine)
    assert names(cache) == sorted(f"{stem_of(key)}.0.kv" for key in ("a chat", "b"))
    forget(engine)
    assert ask(engine, MORE, LOOK).reused_tokens > 300


def test_two_engines_in_one_folder(model: Path, cache: Path, engine: Engine) -> None:
    for other in loaded(model, cache):
        for messages in (A, MORE, A, user(A[0].content + "or figs " * 60)):
            threads = [threading.Thread(target=ask, args=(each, messages)) for each in (engine, other)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for each in (engine, other):
                expected = ask(each, messages, None).token_ids
                forget(each)
                assert ask(each, messages, LOOK).token_ids == expected
    assert all(each.number is not None for each in kept_files(folder_in(cache)))


# -- deleting --


def test_a_deleted_chat_s_files_are_gone_and_others_stay(engine: Engine, cache: Path) -> None:
    ask(engine, A)
    ask(engine, MORE)
    ask(engine, user("b" + A[0].content), replace(KEEP, key="b"))
    folder = folder_in(cache)
    (folder / f"{stem_of('a chat')}.2.kv.abc.part").write_bytes(b"begun by a process that has ended")
    (folder / "README").write_bytes(b"not ours")
    assert keep_only(folder, ["b", "never kept"])
    assert names(cache) == [f"{stem_of('b')}.0.kv"]
    clear(folder)
    assert [each.name for each in folder.iterdir()] == ["README"]
    assert clear(cache / "nowhere")


def test_a_chat_deleted_while_it_is_written_stays_deleted(
    engine: Engine, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import engine.prefix_segment as segment

    write = segment._write

    def deleting(file: object, data: object) -> None:
        keep_only(folder_in(cache), [])
        write(file, data)  # type: ignore[arg-type]

    monkeypatch.setattr(segment, "_write", deleting)
    ask(engine, A)
    assert list(folder_in(cache).iterdir()) == []
