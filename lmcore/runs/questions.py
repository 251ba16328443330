"""Questions on texts and vectors: asked twice, answered once; taken back when nobody waits."""

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
ACTIONS = ("take_in", "take_in_entry", "take_in_vectors", "export")  # they change what is there


class Questions:
    """Asks reading workers for what they offer about one kind of thing, whose argument is `subject`.

    `reader` gives the worker for one of them; `version` tells apart what has the same name, such as a run
    that was begun again.
    """

    def __init__(
        self,
        replies: Replies,
        reader: Callable[[str], Worker],
        subject: str = "corpus",
        version: Callable[[str], int] = lambda name: 0,
    ) -> None:
        self.subject = subject
        self._replies, self._reader, self._version = replies, reader, version
        self._known: OrderedDict[tuple, Reply] = OrderedDict()
        self._workers: dict[str, Worker] = {}  # of questions under way, by request
        self._lock = threading.Lock()

    def open(self, name: str, /, **arguments: Any) -> Reply:
        """The reply to a question, perhaps complete already; whoever opens it must `leave` it."""
        about = arguments[self.subject]
        key = (name, about, self._version(about), repr(sorted(arguments.items())))
        if name in ACTIONS:
            key = (*key, secrets.token_hex(6))  # done anew each time
        with self._lock:
            reply = self._known.get(key)
            if reply is None or reply.error is not None or reply.failure is not None or reply.cancelled:
                reply = self._known[key] = self._ask(name, about, arguments)
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

    def ask(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Open, wait and leave; raises the error that came instead of an answer."""
        reply = self.open(name, **arguments)
        try:
            return reply.answer(ANSWER_S)
        finally:
            self.leave(reply)

    def _ask(self, name: str, about: str, arguments: dict[str, Any]) -> Reply:
        reply = self._replies.open(secrets.token_hex(6))
        worker = self._workers[reply.id] = self._reader(about)
        reply.worker_pid = worker.pid
        if not worker.say(request=reply.id, name=name, arguments=arguments):
            reply.fail(ResourceError("worker_starting"))
        return reply
