"""A loaded model that says what a test wants it to say."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from engine.cancel import CancelToken
from engine.engine import Engine
from engine.model.base import CausalModel, DeviceDecoder, SequenceCache
from engine.prefix import PrefixCache
from tests.support.checkpoints import token_id

END_TURN = token_id("<|im_end|>")


class ScriptedModel:
    """A loaded model that says given ids: the real loop and the real cache run, only the logits are bent."""

    def __init__(self, real: CausalModel, ids: list[int], then: int) -> None:
        self._real, self._ids, self._then = real, list(ids), then
        self.vocab_size = real.vocab_size
        self.prefill_chunk_tokens = real.prefill_chunk_tokens
        self.weights_bytes = real.weights_bytes
        self.verified_rows = 1
        self.device_decoder: DeviceDecoder | None = None
        self.caveat = ""
        self.read: list[int] = []

    def _bent(self, logits: Tensor) -> Tensor:
        logits = logits.clone()
        logits[self._ids.pop(0) if self._ids else self._then] = 1e4
        return logits

    def new_cache(self) -> SequenceCache:
        return self._real.new_cache()

    def prefill(
        self,
        ids: list[int],
        cache: SequenceCache,
        cancel: CancelToken | None = None,
        *,
        all_positions: bool = False,
    ) -> Tensor:
        self.read += ids
        return self._bent(self._real.prefill(ids, cache, cancel))

    def decode(self, token_id: int, cache: SequenceCache, cancel: CancelToken | None = None) -> Tensor:
        self.read.append(token_id)
        return self._bent(self._real.decode(token_id, cache, cancel))

    def close(self) -> None:
        self._real.close()


def script(engine: Engine, *parts: str | int, then: int = END_TURN) -> ScriptedModel:
    """Make the engine's model say `parts`, texts or single ids, and then `then` for ever."""
    session = engine._session
    assert session is not None
    ids: list[int] = []
    for part in parts:
        ids += [part] if isinstance(part, int) else session.tokenizer.encode(part, control_tokens=False)
    model = ScriptedModel(session.model, ids, then)
    engine._session = replace(session, model=model, prefix=PrefixCache(model), drafting=None)
    return model
