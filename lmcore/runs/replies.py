"""What workers answered, kept until the page has read it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from lmcore.errors import LmcoreError, ResourceError, from_json

KEPT_S = 300.0


class Reply:
    """The parts of one answer, in the order in which they came."""

    def __init__(self, request_id: str) -> None:
        self.id = request_id
        self.worker_pid = 0  # of whom it was asked
        self.n_waiting = 0  # visitors who wait for it
        self.cancelled = False
        self.parts: list[dict[str, Any]] = []
        self.error: LmcoreError | None = None
        self.failure: str | None = None  # a traceback: a bug, not the visitor's doing
        self.done = False
        self.created = time.monotonic()
        self._changed = threading.Condition()

    def add(self, line: dict[str, Any]) -> None:
        """Take one line of the worker."""
        with self._changed:
            if "part" in line:
                self.parts.append(line["part"])
            if "error" in line:
                self.error = from_json(line["error"])
            self.failure = line.get("failure", self.failure)
            self.done = self.done or "part" not in line
            self._changed.notify_all()

    def fail(self, error: LmcoreError) -> None:
        """End with an error of ours."""
        with self._changed:
            self.error, self.done = error, True
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> dict[str, Any]:
        """The first part; raises the error that came instead, or `ResourceError` when time is up."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.done or self.parts, timeout_s):
                raise ResourceError("no_answer", seconds=timeout_s)
        self._raise()
        return self.parts[0]

    @property
    def progress(self) -> float:
        """How much is done, 0 to 1, as far as the worker has said; the answer itself counts as all."""
        with self._changed:
            return self.parts[-1].get("progress", 1.0) if self.parts else 0.0

    def settled(self, timeout_s: float) -> bool:
        """Wait until nothing more will come, or time is up; tells which."""
        with self._changed:
            return self._changed.wait_for(lambda: self.done, timeout_s)

    def answer(self, timeout_s: float) -> dict[str, Any]:
        """The last part, once all are there; raises like `wait`."""
        if not self.settled(timeout_s):
            raise ResourceError("no_answer", seconds=timeout_s)
        self._raise()
        return self.parts[-1]

    def parts_as_they_come(self, timeout_s: float) -> Iterator[dict[str, Any]]:
        """All parts; waits at most `timeout_s` for each, and raises the error that came instead."""
        seen = 0
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self.done or len(self.parts) > seen, timeout_s):  # noqa: B023
                    raise ResourceError("no_answer", seconds=timeout_s)
                new = self.parts[seen:]
                done = self.done
            yield from new
            seen += len(new)
            if done and seen == len(self.parts):
                self._raise()
                return

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error
        if self.failure is not None:
            raise RuntimeError(f"A worker failed while it answered:\n{self.failure}")


class Replies:
    """Replies by request id; old ones are forgotten."""

    def __init__(self) -> None:
        self._replies: dict[str, Reply] = {}
        self._lock = threading.Lock()

    def open(self, request_id: str) -> Reply:
        """A new, empty reply."""
        now = time.monotonic()
        with self._lock:
            self._replies = {
                key: r for key, r in self._replies.items() if not r.done or now - r.created < KEPT_S
            }
            reply = self._replies[request_id] = Reply(request_id)
        return reply

    def get(self, request_id: str) -> Reply | None:
        return self._replies.get(request_id)

    def unfinished_of(self, worker_pid: int) -> list[Reply]:
        """What this worker still has to answer."""
        with self._lock:
            return [r for r in self._replies.values() if r.worker_pid == worker_pid and not r.done]

    def n_unfinished_of(self, worker_pid: int) -> int:
        return len(self.unfinished_of(worker_pid))
