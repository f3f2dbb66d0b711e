"""The engine: one loaded model, one request at a time, typed errors only.

This is the in-process client (see engine.client). It joins the parts: checkpoint, policy, model, prompt, generation.

Where memory runs out, whatever was being done, the model and its cache go at once and the error says what to load
instead (engine.smaller). The next load is then like any other, and the next request loads the same model again, with
exactly the same choices.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import torch

from engine.cache_budget import cache_budget_bytes
from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint, open_checkpoint
from engine.choices import Choice, Target, targets
from engine.drafting import DraftPolicy
from engine.errors import Cancelled, InvalidRequest, NoModel, OutOfMemory, PonderError
from engine.generate import Control, Generation, Limits
from engine.hardware import DeviceKind, Machine, detect_machine
from engine.kernel_choice import KernelChoice
from engine.memory_errors import as_out_of_memory, give_back_freed_memory, is_out_of_memory
from engine.memory_plan import ModelShape
from engine.model.base import CausalModel
from engine.model.load import load_decoder
from engine.model_identity import model_identity
from engine.model_shape import model_shape
from engine.native.library import ABI
from engine.placement import place
from engine.precision import Decision, NothingFits
from engine.prefix import PrefixCache
from engine.prefix_disk import PrefixKeeper
from engine.prefix_files import folder_in
from engine.probe import choice_for
from engine.prompt import Prompt, PromptBuilder, fit_to_context
from engine.sampling import check_sampling
from engine.smaller import Attempt, Stage, ran_out, refused, smaller_choices
from engine.template import ChatTemplate, load_template
from engine.tokenizer import Tokenizer
from engine.types import (
    Dropped,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Int8Kernel,
    Loaded,
    LoadProgress,
    LoadRequest,
    Precision,
    SmallerChoice,
)

# Room that a prompt must leave for its answer: this many tokens, or a quarter of a small context.
ANSWER_ROOM_TOKENS = 256


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be loaded and how. Holds no weights."""

    request: LoadRequest
    checkpoint: Checkpoint
    shape: ModelShape
    machine: Machine
    decision: Decision

    @property
    def target(self) -> Target:
        """The device, as it was before anything was loaded."""
        return next(each for each in targets(self.machine) if each.device == self.decision.device)

    def attempt(self, reached_tokens: int) -> Attempt:
        """The plan as what ran out of memory with so many positions in use; 0 while loading."""
        decision = self.decision
        choice = Choice(self.target, decision.precision, decision.kv_cache, decision.int8_kernel)
        return Attempt(choice, decision.context_tokens, reached_tokens, self.request.int8_kernel)

    def smaller(self, reached_tokens: int) -> tuple[SmallerChoice, ...]:
        """For a process that the system ends: it does so for main memory only, which a GPU's model does not fill."""
        attempt = self.attempt(reached_tokens)
        if attempt.choice.target.kind not in (DeviceKind.CPU, DeviceKind.MPS):
            return ()
        return smaller_choices(self.machine, self.shape, attempt)

    @property
    def same_again(self) -> LoadRequest:
        """A request that leaves nothing open, so that loading again never changes anything unseen."""
        return replace(
            self.request,
            device=self.decision.device,
            precision=self.decision.precision,
            kv_cache=self.decision.kv_cache,
            context_tokens=self.decision.context_tokens,
            int8_kernel=self.request.int8_kernel if self.decision.precision is Precision.INT8 else Int8Kernel.AUTO,
        )


@dataclass(frozen=True, slots=True)
class _Session:
    """Everything that belongs to a loaded model."""

    plan: _Plan
    model: CausalModel
    tokenizer: Tokenizer
    template: ChatTemplate | None
    builder: PromptBuilder
    prefix: PrefixCache
    keeper: PrefixKeeper | None
    stop_ids: frozenset[int]
    usable_ids: int
    drafting: DraftPolicy | None


class Engine:
    """Implements engine.client.EngineClient inside this process."""

    def __init__(self) -> None:
        self._session: _Session | None = None
        self._again: LoadRequest | None = None  # what was let go for lack of memory, to be loaded when next needed
        self._controls: dict[int, Control] = {}
        self._loading: CancelToken | None = None
        self._busy = threading.Lock()

    # -- loading --

    def load(self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None = None) -> Loaded:
        """See EngineClient.load. `cancel_load` from another thread makes it raise Cancelled."""
        with self._busy:
            self._drop_session()
            self._loading = token = CancelToken()
            started = time.perf_counter()
            try:
                session = self._session = self._open(request, progress, token)
            finally:
                self._loading = None
            return Loaded(
                model=session.plan.checkpoint.name,
                device=session.plan.decision.device,
                precision=session.plan.decision.precision,
                kv_cache=session.plan.decision.kv_cache,
                context_tokens=session.plan.decision.context_tokens,
                reason=f"{session.plan.decision.explanation} {session.model.caveat}".strip(),
                load_s=time.perf_counter() - started,
                weights_bytes=session.model.weights_bytes,
                smaller=session.plan.smaller(session.plan.decision.context_tokens),
            )

    def cancel_load(self) -> None:
        """End a running `load`, from another thread."""
        token = self._loading
        if token is not None:
            token.cancel()

    def _open(
        self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None, cancel: CancelToken
    ) -> _Session:
        """Everything that a model needs. Where memory runs out, nothing of it is left."""
        plan: _Plan | None = None
        try:
            plan = _plan(request)
            cancel.raise_if_cancelled()
            if progress is not None:
                progress(LoadProgress(0, plan.checkpoint.weights_bytes, plan.smaller(0)))
            session = _build(plan, progress, cancel)
            # Reading the vocabulary and converting weights leave up to 100 MB that the plan does not count with.
            give_back_freed_memory()
            return session
        except Exception as error:
            failure = as_out_of_memory(error)
            if failure is None or isinstance(error, OutOfMemory):
                raise
        # Out of the handler: its traceback keeps the half-loaded weights alive.
        give_back_freed_memory()
        if plan is None:
            raise failure
        raise ran_out(detect_machine(), plan.shape, plan.attempt(0), Stage.LOADING)

    # -- generating --

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        """See EngineClient.generate. Registered at once: a cancel may come before the first event is asked for."""
        control = Control()
        self._controls[request.request_id] = control
        return self._run(request, control)

    def _run(self, request: GenerateRequest, control: Control) -> Iterator[GenerateEvent]:
        request_id = request.request_id
        try:
            if not self._busy.acquire(blocking=False):
                raise InvalidRequest("The engine is still busy with another request.", "Wait for it or stop it first.")
            try:
                starved = False
                try:
                    generation, dropped = self._begin(request, control)
                except Exception as error:
                    starved = is_out_of_memory(error) and not isinstance(error, PonderError)
                    if not starved:
                        raise
                if starved:  # out of the handler, whose traceback holds the session
                    raise self._let_go(Stage.READING, 0)
                if dropped:
                    yield Dropped(request_id, dropped)
                yield from self._followed(generation.run())
                self._keep(request)
            finally:
                self._busy.release()
        except Cancelled:
            yield Finished(request_id, FinishReason.CANCELLED)
        except PonderError as error:
            yield Failed(request_id, error.kind, str(error), error.offers)
            yield Finished(request_id, FinishReason.ERROR)
        finally:
            self._controls.pop(request_id, None)

    def _begin(self, request: GenerateRequest, control: Control) -> tuple[Generation, tuple[int, ...]]:
        """The request, ready to run, and the messages that were left out of it.

        What runs must hold no session: its frame would keep alive what is to be let go.
        """
        if self._session is None and self._again is not None:
            self._session = self._open(self._again, None, control.cancel)
        session = self._session
        if session is None:
            raise NoModel("No model is loaded.", "Load one first.")
        check_sampling(request.sampling)
        if request.thinking_budget_tokens is not None and request.thinking_budget_tokens < 0:
            raise InvalidRequest("The thinking budget must be 0 or more tokens.")
        prompt, dropped = _build_prompt(session, request)
        if session.keeper is not None:
            session.keeper.pause()
            if request.keep is not None:
                session.keeper.restore(session.prefix, prompt.ids, request.keep, control.cancel)
        generation = Generation(
            request,
            prompt,
            prefix=session.prefix,
            tokenizer=session.tokenizer,
            limits=Limits(
                context_tokens=session.plan.decision.context_tokens,
                stop_ids=session.stop_ids,
                usable_ids=session.usable_ids,
                prefill_chunk_tokens=session.model.prefill_chunk_tokens,
            ),
            control=control,
            let_go=self._let_go,
            drafting=session.drafting,
            on_device=session.model.device_decoder,
        )
        return generation, dropped

    def _followed(self, events: Iterator[GenerateEvent]) -> Iterator[GenerateEvent]:
        for event in events:
            session = self._session
            if isinstance(event, Finished) and session is not None and session.keeper is not None:
                session.keeper.note(event)
            del session  # what was let go must not wait for the consumer of the event
            yield event

    def _keep(self, request: GenerateRequest) -> None:
        """What a request left may be written down until the next one."""
        session = self._session
        if session is not None and session.keeper is not None:
            if request.keep is not None:
                session.prefix.label(request.keep)
            session.keeper.resume(session.prefix)

    def _let_go(self, stage: Stage, reached_tokens: int) -> OutOfMemory:
        """Free the model that ran out of memory; returns the error to tell. The next request loads it again."""
        session = self._session
        if session is None:
            return OutOfMemory("There was not enough memory to go on.", "Close other programs.")
        plan = session.plan
        del session
        self._drop_session()
        self._again = plan.same_again
        return ran_out(detect_machine(), plan.shape, plan.attempt(reached_tokens), stage)

    def cancel(self, request_id: int) -> None:
        """See EngineClient.cancel."""
        control = self._controls.get(request_id)
        if control is not None:
            control.cancel.cancel()

    def answer_now(self, request_id: int) -> None:
        """See EngineClient.answer_now."""
        control = self._controls.get(request_id)
        if control is not None:
            control.answer_now.set()

    def logits(self, ids: list[int]) -> torch.Tensor:
        """float32 logits `(len(ids), vocab)` of a text by itself; for `ponder models verify` and evaluation."""
        with self._busy:
            try:
                return self._all_logits(ids)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            raise self._let_go(Stage.READING, len(ids))

    def _all_logits(self, ids: list[int]) -> torch.Tensor:
        if self._session is None:
            raise NoModel("No model is loaded.", "Load one first.")
        model = self._session.model
        return model.prefill(ids, model.new_cache(), all_positions=True)

    @contextlib.contextmanager
    def borrowed_model(self) -> Iterator[CausalModel]:
        """The loaded model itself, to be timed without an engine around it. No request runs meanwhile; keep nothing.

        Raises:
            NoModel: none is loaded.
        """
        with self._busy:
            if self._session is None:
                raise NoModel("No model is loaded.", "Load one first.")
            yield self._session.model

    def count_tokens(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """See EngineClient.count_tokens. The tokenizer may be used by several threads at once."""
        session = self._session
        if session is None:
            raise NoModel("No model is loaded.", "Load one first.")
        tokenizer = session.tokenizer
        del session  # should the model be let go meanwhile, its memory must not wait for the counting
        return tuple(len(tokenizer.encode(text, control_tokens=False)) for text in texts)

    # -- letting go --

    def unload(self) -> None:
        """See EngineClient.unload."""
        with self._busy:
            self._drop_session()

    def close(self) -> None:
        """See EngineClient.close."""
        for control in list(self._controls.values()):
            control.cancel.cancel()
        self.unload()

    def _drop_session(self) -> None:
        session, self._session, self._again = self._session, None, None
        if session is None:
            return
        if session.keeper is not None:
            session.keeper.close()
        session.prefix.close()
        session.model.close()
        if session.template is not None:
            session.template.close()
        del session
        give_back_freed_memory()


def _plan(request: LoadRequest) -> _Plan:
    """Look at the files and the machine and decide. Raises what `open_checkpoint` and `place` raise."""
    checkpoint = open_checkpoint(Path(request.model))
    shape = model_shape(checkpoint)
    machine = detect_machine()
    try:
        decision = place(machine, shape, request)
    except NothingFits as refusal:
        raise refused(machine, shape, refusal, request.int8_kernel) from None
    return _Plan(request, checkpoint, shape, machine, decision)


def _build(plan: _Plan, progress: Callable[[LoadProgress], None] | None, cancel: CancelToken) -> _Session:
    checkpoint = plan.checkpoint
    read_tokenizer = cache(partial(Tokenizer.from_folder, checkpoint.folder))
    torch.set_num_threads(max(plan.machine.cpu.usable_cores, 1))
    choice = choice_for(plan.machine, plan.request.cache_folder, plan.decision)
    if choice.threads:
        torch.set_num_threads(choice.threads)
    model = _load_model(checkpoint, plan.decision, choice, progress, cancel, read_tokenizer)
    tokenizer = read_tokenizer()
    template = load_template(checkpoint.folder)
    stop_ids = set(checkpoint.eos_token_ids)
    if template is not None and tokenizer.control.turn_end is not None:
        stop_ids.add(tokenizer.control.turn_end)
    prefix = PrefixCache(model, cache_budget_bytes(plan.target, plan.decision.plan))
    return _Session(
        plan=plan,
        model=model,
        tokenizer=tokenizer,
        template=template,
        builder=PromptBuilder(tokenizer, template),
        prefix=prefix,
        keeper=_keeper(plan, choice, model, prefix.layout),
        stop_ids=frozenset(stop_ids),
        usable_ids=min(tokenizer.size, model.vocab_size),
        drafting=DraftPolicy(model.verified_rows) if plan.request.speculation and model.verified_rows > 1 else None,
    )


def _keeper(plan: _Plan, choice: KernelChoice, model: CausalModel, layout: str) -> PrefixKeeper | None:
    """What keeps conversations on disk; None where nothing may be kept."""
    folder, checkpoint, decision = plan.request.cache_folder, plan.checkpoint, plan.decision
    if folder is None:
        return None

    def identity() -> str:
        kernels = (ABI, choice.native, choice.native_prefill_tokens, torch.__version__)
        computed = (decision.device.partition(":")[0], decision.precision, decision.int8_kernel, decision.kv_cache)
        return repr((model_identity(checkpoint), computed, kernels))

    return PrefixKeeper(folder_in(Path(folder)), identity, layout, model.new_cache)


def _load_model(
    checkpoint: Checkpoint,
    decision: Decision,
    choice: KernelChoice,
    progress: Callable[[LoadProgress], None] | None,
    cancel: CancelToken,
    meanwhile: Callable[[], object],
) -> CausalModel:
    device = torch.device(decision.device)
    if checkpoint.geometry is None:
        meanwhile()
        from engine.model.general import load_general

        return load_general(
            checkpoint, precision=decision.precision, device=device, context_tokens=decision.context_tokens
        )
    with checkpoint.reader() as reader:
        return load_decoder(
            reader,
            checkpoint.geometry,
            precision=decision.precision,
            kv_cache=decision.kv_cache,
            device=device,
            context_tokens=decision.context_tokens,
            int8_kernel=decision.int8_kernel or Int8Kernel.LEAN,
            kernel_choice=choice,
            total_bytes=checkpoint.weights_bytes,
            progress=progress,
            cancel=cancel,
            meanwhile=meanwhile,
        )


def _build_prompt(session: _Session, request: GenerateRequest) -> tuple[Prompt, tuple[int, ...]]:
    """The prompt's ids, and which messages had to be left out.

    Raises:
        InvalidRequest: there is nothing to answer or to continue.
        ContextOverflow: it does not fit, and may not be cut.
    """
    context = session.plan.decision.context_tokens
    room = min(request.sampling.max_tokens or ANSWER_ROOM_TOKENS, ANSWER_ROOM_TOKENS, context // 4)
    if request.raw_text is not None:
        return session.builder.build_raw(request.raw_text, context - room), ()
    if not request.messages:
        raise InvalidRequest("There is no message to answer.", "Write something first.")
    return fit_to_context(
        session.builder,
        request.messages,
        request.tools,
        request.thinking,
        context - room,
        request.overflow,
        request.continues,
    )
