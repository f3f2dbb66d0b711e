"""A process that records one conversation after another until it is killed, and says what was acknowledged.

Lines on stdout: "asked UID-NUMBER" once a question is on the disk, "part NUMBER LENGTH" once so much of an answer is,
"ended NUMBER LENGTH". Run as `python -m tests.app.library.streaming_child FOLDER FIRST_NUMBER`.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from app.core.chats import GenerationFacts, MessageState, NewConversation, Part, PartKind, TitleSource
from app.library.outbox import Outbox
from app.library.recorder import ChatRecorder, Kept
from app.store.worker import StoreThread

WORD = "wörd "
LENGTHS = range(20, 201, 20)


def main() -> None:
    thread = StoreThread(Path(sys.argv[1]))
    outbox = Outbox(thread, lambda trouble: None)
    thread.start()
    outbox.start()
    for number in itertools.count(int(sys.argv[2])):
        chat = ChatRecorder(outbox, NewConversation(str(number), TitleSource.PROMPT), partial_within_s=0.0)
        _, answer, asked = chat.ask(f"question {number}", None)
        _say(asked.result() is Kept.ON_DISK, "asked", number)
        for length in LENGTHS:
            answer.update([Part(PartKind.TEXT, WORD * length)])
            # Behind the update in the outbox: once this is done, so is that.
            outbox.submit(lambda store: None).result()
            _say(True, "part", number, length)
        ended = answer.finish([Part(PartKind.TEXT, WORD * 250)], MessageState.COMPLETE, GenerationFacts(seed=number))
        _say(ended.result() is Kept.ON_DISK, "ended", number, 250)


def _say(acknowledged: bool, *words: object) -> None:
    if acknowledged:
        print(*words, flush=True)


if __name__ == "__main__":
    main()
