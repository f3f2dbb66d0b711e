"""The engine: one loaded model, one request at a time, typed errors only.

This is the in-process client (see engine.client). It joins the parts: checkpoint, policy, model, prompt, generation.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.cancel import CancelToken
from engine.checkpoint import Checkpoint, open_checkpoint
from engine.errors import InvalidRequest, NoModel, PonderError
from engine.generate import Control, Generation, Limits
from engine.hardware import detect_machine
from engine.memory_errors import as_out_of_memory
from engine.model.base import CausalModel
from engine.model.load import load_decoder
from engine.model_shape import model_shape
from engine.precision import Decision, choose
from engine.prefix import PrefixCache
from engine.prompt import Prompt, PromptBuilder, fit_to_context
from engine.sampling import check_sampling
from engine.template import ChatTemplate, load_template
from engine.tokenizer import Tokenizer
from engine.types import (
    Dropped,
    Failed,
    Finished,
    FinishReason,
    GenerateEvent,
    GenerateRequest,
    Loaded,
    LoadProgress,
    LoadRequest,
)

# Room that a prompt must leave for its answer: this many tokens, or a quarter of a small context.
ANSWER_ROOM_TOKENS = 256


@dataclass(frozen=True, slots=True)
class _Session:
    """Everything that belongs to a loaded model."""

    checkpoint: Checkpoint
    decision: Decision
    model: CausalModel
    tokenizer: Tokenizer
    template: ChatTemplate | None
    builder: PromptBuilder
    prefix: PrefixCache
    stop_ids: frozenset[int]
    usable_ids: int


class Engine:
    """Implements engine.client.EngineClient inside this process."""

    def __init__(self) -> None:
        self._session: _Session | None = None
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
                session = self._open(request, progress, token)
            except (RuntimeError, MemoryError) as error:
                failure = as_out_of_memory(error)
                if failure is None:
                    raise
            else:
                failure = None
                self._session = session
            finally:
                self._loading = None
            if failure is not None:  # outside the handler: its traceback would keep the half-loaded weights alive
                self._drop_session()
                raise failure
            return Loaded(
                model=session.checkpoint.name,
                device=session.decision.device,
                precision=session.decision.precision,
                kv_cache=session.decision.kv_cache,
                context_tokens=session.decision.context_tokens,
                reason=session.decision.reason,
                load_s=time.perf_counter() - started,
                weights_bytes=session.model.weights_bytes,
            )

    def cancel_load(self) -> None:
        """End a running `load`, from another thread."""
        token = self._loading
        if token is not None:
            token.cancel()

    def _open(
        self, request: LoadRequest, progress: Callable[[LoadProgress], None] | None, cancel: CancelToken
    ) -> _Session:
        checkpoint = open_checkpoint(Path(request.model))
        tokenizer = Tokenizer.from_folder(checkpoint.folder)
        machine = detect_machine()
        decision = choose(
            machine,
            model_shape(checkpoint),
            device=request.device,
            precision=request.precision,
            kv_cache=request.kv_cache,
            context_tokens=request.context_tokens,
        )
        cancel.raise_if_cancelled()
        torch.set_num_threads(max(machine.cpu.usable_cores, 1))
        model = _load_model(checkpoint, decision, progress, cancel)
        template = load_template(checkpoint.folder)
        stop_ids = set(checkpoint.eos_token_ids)
        if template is not None and tokenizer.control.turn_end is not None:
            stop_ids.add(tokenizer.control.turn_end)
        return _Session(
            checkpoint=checkpoint,
            decision=decision,
            model=model,
            tokenizer=tokenizer,
            template=template,
            builder=PromptBuilder(tokenizer, template),
            prefix=PrefixCache(model),
            stop_ids=frozenset(stop_ids),
            usable_ids=min(tokenizer.size, model.vocab_size),
        )

    # -- generating --

    def generate(self, request: GenerateRequest) -> Iterator[GenerateEvent]:
        """See EngineClient.generate. Registered at once: a cancel may come before the first event is asked for."""
        control = Control()
        self._controls[request.request_id] = control
        return self._run(request, control)

    def _run(self, request: GenerateRequest, control: Control) -> Iterator[GenerateEvent]:
        try:
            if not self._busy.acquire(blocking=False):
                raise InvalidRequest("The engine is still busy with another request.", "Wait for it or stop it first.")
            try:
                session = self._session
                if session is None:
                    raise NoModel("No model is loaded.", "Load one first.")
                check_sampling(request.sampling)
                if request.thinking_budget_tokens is not None and request.thinking_budget_tokens < 0:
                    raise InvalidRequest("The thinking budget must be 0 or more tokens.")
                prompt, dropped = _build_prompt(session, request)
                if dropped:
                    yield Dropped(request.request_id, dropped)
                yield from Generation(
                    request,
                    prompt,
                    prefix=session.prefix,
                    tokenizer=session.tokenizer,
                    limits=Limits(
                        context_tokens=session.decision.context_tokens,
                        stop_ids=session.stop_ids,
                        usable_ids=session.usable_ids,
                        prefill_chunk_tokens=session.model.prefill_chunk_tokens,
                    ),
                    control=control,
                ).run()
            finally:
                self._busy.release()
        except PonderError as error:
            yield Failed(request.request_id, error.kind, str(error))
            yield Finished(request.request_id, FinishReason.ERROR)
        finally:
            self._controls.pop(request.request_id, None)

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
            if self._session is None:
                raise NoModel("No model is loaded.", "Load one first.")
            model = self._session.model
            return model.prefill(ids, model.new_cache(), all_positions=True)

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
        session, self._session = self._session, None
        if session is None:
            return
        session_device = session.decision.device
        session.model.close()
        if session.template is not None:
            session.template.close()
        del session
        gc.collect()
        if session_device.startswith("cuda"):
            torch.cuda.empty_cache()


def _load_model(
    checkpoint: Checkpoint,
    decision: Decision,
    progress: Callable[[LoadProgress], None] | None,
    cancel: CancelToken,
) -> CausalModel:
    device = torch.device(decision.device)
    if checkpoint.geometry is None:
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
            total_bytes=checkpoint.weights_bytes,
            progress=progress,
            cancel=cancel,
        )


def _build_prompt(session: _Session, request: GenerateRequest) -> tuple[Prompt, tuple[int, ...]]:
    """The prompt's ids, and which messages had to be left out.

    Raises:
        InvalidRequest: there is nothing to answer.
        ContextOverflow: it does not fit, and may not be cut.
    """
    context = session.decision.context_tokens
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
    )
