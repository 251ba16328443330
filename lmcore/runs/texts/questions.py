"""Questions on texts: what is asked twice is answered once, and what nobody waits for is taken back."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from lmcore.errors import ResourceError
from lmcore.runs.pool import Worker
from lmcore.runs.replies import Replies, Reply

ANSWER_S = 300.0
KEPT = 200  # answers
ACTIONS = ("take_in", "take_in_entry")  # they change the library


class TextQuestions:
    """Asks workers for what `lmcore.runs.texts.requests` offers. `reader` gives the worker for a text."""

    def __init__(self, replies: Replies, reader: Callable[[str], Worker]) -> None:
        self._replies, self._reader = replies, reader
        self._known: OrderedDict[tuple, Reply] = OrderedDict()
        self._workers: dict[str, Worker] = {}  # of questions under way, by request
        self._lock = threading.Lock()

    def open(self, name: str, *, corpus: str, **arguments: Any) -> Reply:
        """The reply to a question, perhaps complete already; whoever opens it must `leave` it."""
        key = (name, corpus, repr(sorted(arguments.items())))
        if name in ACTIONS:
            key = (*key, secrets.token_hex(6))  # done anew each time
        with self._lock:
            reply = self._known.get(key)
            if reply is None or reply.error is not None or reply.failure is not None or reply.cancelled:
                reply = self._known[key] = self._ask(name, corpus, arguments)
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            reply.n_waiting += 1
            return reply

    def leave(self, reply: Reply) -> None:
        """The visitor no longer waits; a question that nobody waits for is taken back."""
        with self._lock:
            reply.n_waiting -= 1
            worker = self._workers.pop(reply.id, None) if not reply.n_waiting else None
            if worker is None or reply.done:
                return
            reply.cancelled = True
        worker.say(cancel=reply.id)

    def ask(self, name: str, *, corpus: str, **arguments: Any) -> dict[str, Any]:
        """Open, wait and leave; raises the error that came instead of an answer."""
        reply = self.open(name, corpus=corpus, **arguments)
        try:
            return reply.answer(ANSWER_S)
        finally:
            self.leave(reply)

    def _ask(self, name: str, corpus: str, arguments: dict[str, Any]) -> Reply:
        reply = self._replies.open(secrets.token_hex(6))
        worker = self._workers[reply.id] = self._reader(corpus)
        reply.worker_pid = worker.pid
        if not worker.say(request=reply.id, name=name, arguments={"corpus": corpus, **arguments}):
            reply.fail(ResourceError("worker_starting"))
        return reply
