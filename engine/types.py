"""What crosses the engine's border: frozen dataclasses and enums. A leaf module: standard library only.

Requests go in, events come out. Every event carries the id of the request it belongs to, so that a late one can be
recognised and dropped. Nothing here knows how a model works.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Channel(StrEnum):
    """Which of the two streams a piece of text belongs to."""

    THINKING = "thinking"
    ANSWER = "answer"


class Precision(StrEnum):
    AUTO = "auto"
    BF16 = "bf16"
    FP16 = "fp16"
    FP32 = "fp32"
    INT8 = "int8"
    NF4 = "nf4"


class Int8Kernel(StrEnum):
    """What multiplies 8-bit weights. AUTO: the default of the device, see engine.precision."""

    AUTO = "auto"
    LEAN = "lean"
    BITSANDBYTES = "bitsandbytes"


class KVCachePrecision(StrEnum):
    """Width of a cached key or value. AUTO follows the compute precision."""

    AUTO = "auto"
    BITS16 = "16"
    BITS8 = "8"


class Overflow(StrEnum):
    """What to do when a conversation is longer than the context."""

    REFUSE = "refuse"
    DROP_OLDEST = "drop-oldest"


class FinishReason(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    LOOP = "loop"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function call asked for by the model. `arguments`: an object, or the raw text where the model sent a string."""

    name: str
    arguments: JsonObject | str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `thinking` is the template's reasoning_content; None: none was recorded."""

    role: Role
    content: str
    thinking: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. The defaults draw from the unchanged distribution.

    temperature 0 is greedy. top_k 0, top_p 1 and min_p 0 are off. Presence and frequency penalties count generated
    tokens only; the repetition penalty counts the prompt as well (its definition in CTRL, arXiv:1909.05858).
    max_tokens None means: as many as the context allows. seed None means: a fresh one, reported when finished.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    loop_guard: bool = True


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """Which model to load and how. `model` is a folder; `context_tokens` None means the model's own.

    int8_kernel: which kernel runs the weights if they are 8-bit; a forced one is used or refused.
    cache_folder: where what was measured of this machine is kept (engine.kernel_choice), and conversations that a
    request wants kept; None: nothing is measured, and nothing kept.
    speculation: guess tokens from the text so far and verify several in one step, where that is quicker. Answers are
    the same without it.
    """

    model: str
    device: str = "auto"
    precision: Precision = Precision.AUTO
    kv_cache: KVCachePrecision = KVCachePrecision.AUTO
    context_tokens: int | None = None
    int8_kernel: Int8Kernel = Int8Kernel.AUTO
    speculation: bool = True
    cache_folder: str | None = None


@dataclass(frozen=True, slots=True)
class SmallerChoice:
    """A way to load the same model that takes less memory than what ran out; see engine.smaller.

    needed_bytes: on `device`, with the whole context in use. reason: one sentence on what it changes and saves.
    """

    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    context_tokens: int
    needed_bytes: int
    reason: str

    def applied_to(self, request: LoadRequest) -> LoadRequest:
        """The request that takes the offer up."""
        return replace(
            request,
            device=self.device,
            precision=self.precision,
            kv_cache=self.kv_cache,
            context_tokens=self.context_tokens,
            # A kernel that was asked for goes with 8-bit weights only; offers of those keep to it.
            int8_kernel=request.int8_kernel if self.precision is Precision.INT8 else Int8Kernel.AUTO,
        )


@dataclass(frozen=True, slots=True)
class KeptPrefix:
    """That what the model reads and writes for an answer is kept on disk, where its next turn takes it up after a
    restart.

    key: the conversation's; its files are found by it (engine.prefix_files).
    budget_bytes: what the files of all conversations may take together.
    least_tokens, least_read_s: shorter conversations are not kept, nor those that are read again sooner.
    """

    key: str
    budget_bytes: int
    least_tokens: int = 1024
    least_read_s: float = 1.0


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """One answer. Either `messages` (through the chat template) or `raw_text` (continued as it stands).

    thinking: the hard switch. `/think` and `/no_think` at the end of the last user message override it for this turn.
    thinking_budget_tokens: after so many thinking tokens the block is closed and the answer begins; None: no limit
    but the tokens reserved for the answer.
    continues: the last message is an answer that stopped too early, and what is written goes on right behind its text.
    Its thoughts, if it comes with any, are read again; none are added, whatever `thinking` says.
    keep: what is kept of the conversation in the cache folder of the LoadRequest; None: nothing, and nothing that is
    kept is used.
    """

    request_id: int
    messages: tuple[Message, ...] = ()
    raw_text: str | None = None
    tools: tuple[JsonObject, ...] = ()
    sampling: Sampling = field(default_factory=Sampling)
    thinking: bool = True
    thinking_budget_tokens: int | None = None
    overflow: Overflow = Overflow.REFUSE
    continues: bool = False
    keep: KeptPrefix | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is ready. `reason` says in words why this device and precision were chosen.

    smaller: what to load instead should the system end the engine's process for lack of main memory, which leaves
    nobody to ask; empty where nothing smaller helps.
    """

    model: str
    device: str
    precision: Precision
    kv_cache: KVCachePrecision
    context_tokens: int
    reason: str
    load_s: float
    weights_bytes: int
    smaller: tuple[SmallerChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """`smaller` comes with the first progress: as in Loaded, for a process that is ended while it loads."""

    done_bytes: int
    total_bytes: int
    smaller: tuple[SmallerChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class PrefillProgress:
    """`done` and `total` count prompt tokens; tokens reused from the cache count as done."""

    request_id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text on one channel. Concatenated deltas of a channel are that channel's text."""

    request_id: int
    channel: Channel
    text: str


@dataclass(frozen=True, slots=True)
class Reclassified:
    """All answer text sent so far was thinking after all: a `</think>` came with no opening before it."""

    request_id: int


@dataclass(frozen=True, slots=True)
class ToolCallMade:
    request_id: int
    call: ToolCall


@dataclass(frozen=True, slots=True)
class Dropped:
    """Messages left out of the prompt so that the rest fits, by index into the request's messages."""

    request_id: int
    message_indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed. Text that was sent before stays valid. A `Finished` with reason ERROR follows.

    offers: where memory ran out, what could be loaded instead, the best first; `message` names them too.
    """

    request_id: int
    kind: str
    message: str
    offers: tuple[SmallerChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a request, always the last event. Times are seconds of wall clock.

    token_ids: every generated id, those that the engine put in itself (a closed thinking block) included.
    tokens_per_s: generated tokens over decode_s; 0 where nothing was decoded.
    drafted_tokens, accepted_tokens: guesses that were verified beside the tokens drawn, and those that were right.
    """

    request_id: int
    reason: FinishReason
    prompt_tokens: int = 0
    reused_tokens: int = 0
    thinking_tokens: int = 0
    answer_tokens: int = 0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    tokens_per_s: float = 0.0
    seed: int = 0
    stop_text: str | None = None
    token_ids: tuple[int, ...] = ()
    drafted_tokens: int = 0
    accepted_tokens: int = 0


GenerateEvent: TypeAlias = PrefillProgress | TextDelta | Reclassified | ToolCallMade | Dropped | Failed | Finished
