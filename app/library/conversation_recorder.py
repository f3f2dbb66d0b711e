"""Keeps the store up to date with a conversation that is being lived through: its turns, its answers and their facts.

Knows how a running conversation is written as messages; knows neither when something happens nor how it gets to the
disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future

from app.core import chats
from app.core.chats import GenerationFacts, MessageState, NewConversation, PartKind, TitleSource, part_kind
from app.core.conversation import Answer, AnswerState, Conversation
from app.library.recorder import AnswerRecorder, ChatRecorder, Kept, RecordedMessage
from engine.types import FinishReason

_STATES = {
    AnswerState.WAITING: MessageState.STREAMING,
    AnswerState.STREAMING: MessageState.STREAMING,
    AnswerState.DONE: MessageState.COMPLETE,
    AnswerState.INTERRUPTED: MessageState.INTERRUPTED,
    AnswerState.FAILED: MessageState.FAILED,
}


class ConversationRecorder:
    """Writes down one conversation. Belongs to the thread of the conversation.

    Args:
        conversation: Whose last turn is the one that is worked on.
        record: Makes the recorder, once there is a first question.
    """

    def __init__(self, conversation: Conversation, record: Callable[[NewConversation], ChatRecorder]) -> None:
        self._conversation = conversation
        self._record = record
        self._chat: ChatRecorder | None = None
        self._questions: list[RecordedMessage] = []  # beside the conversation's turns
        self._answers: dict[int, AnswerRecorder] = {}  # by request id

    def begin(self) -> Future[Kept]:
        """The last turn has a new attempt at an answer. Nothing should be generated before the future has a result."""
        turns = self._conversation.turns
        request_id = turns[-1].answers[-1].request_id
        if self._chat is None:
            self._chat = self._record(NewConversation(self._conversation.title, TitleSource.PROMPT))
        if len(turns) > len(self._questions):
            before = turns[-2].continued if len(turns) > 1 else None
            after = None if before is None else self._answers[before.request_id].message
            question, answer, kept = self._chat.ask(turns[-1].question, after)
            self._questions.append(question)
        else:
            answer, kept = self._chat.answer(self._questions[-1])
        self._answers[request_id] = answer
        return kept

    def update(self, answer: Answer) -> None:
        """An answer went on or ended."""
        recorder = self._answers[answer.request_id]
        if answer.state.ended:
            recorder.finish(recorded_parts(answer), _STATES[answer.state], generation_facts(answer))
        else:
            recorder.update(recorded_parts(answer))


def recorded_parts(answer: Answer) -> tuple[chats.Part, ...]:
    """What an answer is made of, as it is kept."""
    texts = [chats.Part(part_kind(part.channel), part.text) for part in answer.parts]
    calls = [
        chats.Part(
            PartKind.TOOL_CALL,
            call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments, ensure_ascii=False),
            call.name,
        )
        for call in answer.tool_calls
    ]
    return (*texts, *calls)


def generation_facts(answer: Answer) -> GenerationFacts:
    """How an answer that ended came about, as far as it is known."""
    begun, finished, failure = answer.begun, answer.finished, answer.failure
    facts: dict[str, object] = {"first_token_s": answer.first_token_s, "thinking_s": answer.thinking_s}
    if begun is not None:
        facts |= {
            "model": begun.model,
            "device": begun.device,
            "precision": begun.precision,
            "context_tokens": begun.context_tokens,
            "sampling": begun.sampling,
            "thinking": begun.thinking,
            "thinking_budget_tokens": begun.thinking_budget_tokens,
        }
    if finished is not None:
        facts["finish_reason"] = finished.reason
    elif answer.state is AnswerState.INTERRUPTED:
        facts["finish_reason"] = FinishReason.CANCELLED
    if finished is not None and finished.prompt_tokens > 0:  # else it ended before it ran, and its zeros mean nothing
        facts |= {
            "seed": finished.seed,
            "prompt_tokens": finished.prompt_tokens,
            "reused_tokens": finished.reused_tokens,
            "thinking_tokens": finished.thinking_tokens,
            "answer_tokens": finished.answer_tokens,
            "prefill_s": finished.prefill_s,
            "decode_s": finished.decode_s,
            "tokens_per_s": finished.tokens_per_s,
            "stop_text": finished.stop_text,
        }
    if failure is not None:
        facts |= {"failure_kind": failure.kind, "failure_message": failure.message}
    return GenerationFacts.model_validate(facts)
