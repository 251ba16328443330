"""The engine's own thread: warm workers, runs handed to them, commands passed on, deaths noticed."""

import logging
import threading
import time
from typing import Any

from lmcore.errors import ResourceError, RunError
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.pool import ANSWERING, READING, TRAINING, Worker
from lmcore.runs.replies import Replies
from lmcore.runs.store import CRASHED, INTERRUPTED, PAUSED, QUEUED, STARTING, STOPPED, RunRecord, Store
from lmcore.runs.watch import Watch

TICK_S = 0.25
log = logging.getLogger(__name__)


class Supervisor:
    """Owns the workers of one engine."""

    def __init__(
        self, engine: str, home: Home, store: Store, limits: Limits, replies: Replies, *, adopt: bool
    ) -> None:
        self.engine, self.home, self.store, self.limits, self.replies = engine, home, store, limits, replies
        self.device, self.device_label = "cpu", ""  # known when the first worker is warm
        self._watch = Watch(engine, store, limits, adopt=adopt)
        self._workers: list[Worker] = []
        self._lost: list[Worker] = []
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End all workers; each saves what it trains."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        for worker in self._workers:
            worker.close()
        for worker in self._workers:
            worker.wait(6.0)

    def wake(self) -> None:
        """Look at queue and commands now."""
        self._wake.set()

    def answering(self) -> Worker | None:
        """The worker kept for questions, so that a training never makes a page wait."""
        with self._lock:
            return next((worker for worker in self._workers if worker.role == ANSWERING), None)

    def reading(self, subject: str) -> Worker:
        """A worker for a question on the text or run `subject`: one that is free, best one that knows it.

        They are started when they are first needed; when all are busy, the question waits for one of them.
        """
        with self._lock:
            readers = [worker for worker in self._workers if worker.role == READING]
            busy = {worker: self.replies.n_unfinished_of(worker.pid) for worker in readers}
            free = [worker for worker in readers if not busy[worker]]
            if not free and len(readers) < max(1, self.limits.reading_workers) and not self._closing:
                free = [self._spawn(READING)]
            if not free and not readers:
                raise ResourceError("worker_starting")
            chosen = min(free or readers, key=lambda worker: (busy.get(worker, 0), worker.subject != subject))
            chosen.subject = subject
            return chosen

    @property
    def warm(self) -> bool:
        """Whether a question or a Start would be taken up at once."""
        with self._lock:
            needed = [worker for worker in self._workers if worker.role != READING]
            return bool(needed) and all(worker.ready for worker in needed)

    def worker_of(self, run_id: str) -> Worker | None:
        """The worker that trains this run now."""
        with self._lock:
            return next((worker for worker in self._workers if worker.run_id == run_id), None)

    def worker_pids(self) -> list[int]:
        """Processes of this engine."""
        with self._lock:
            return [worker.pid for worker in self._workers]

    # the thread

    def _run(self) -> None:
        while not self._closing:
            try:
                self._tick()
            except Exception:  # whatever goes wrong with one run, the others need this thread
                log.exception("the supervisor goes on after an error")
            self._wake.wait(TICK_S)
            self._wake.clear()
        self.store.close()

    def _tick(self) -> None:
        self._forget_lost()
        self._dispatch()
        self._forward_commands()  # right behind the run that they are for
        self._keep_warm()
        self._watch.look(self._training_workers())

    def _spawn(self, role: str) -> Worker:
        worker = Worker(self.home, role=role, on_line=self._hear, on_exit=self._exited)
        with self._lock:
            self._workers.append(worker)
        return worker

    def _hear(self, worker: Worker, line: dict[str, Any]) -> None:
        if "ready" in line:
            worker.ready = True
            self.device, self.device_label = (
                line.get("device", self.device),
                line.get("label", self.device_label),
            )
        elif "idle" in line:
            worker.run_id = None
        elif (reply := self.replies.get(line.get("reply", ""))) is not None:
            reply.add(line)
            return
        self._wake.set()

    def _exited(self, worker: Worker) -> None:
        with self._lock:
            self._lost.append(worker)
        self._wake.set()

    def _forget_lost(self) -> None:
        with self._lock:
            lost, self._lost = self._lost, []
            self._workers = [worker for worker in self._workers if worker not in lost]
        for worker in lost:
            if not worker.training:
                for reply in self.replies.unfinished_of(worker.pid):
                    reply.fail(ResourceError("worker_lost_answering"))
            elif (record := self._record(worker.run_id)) is not None:
                self._retry(record)

    def _record(self, run_id: str | None) -> RunRecord | None:
        """The record, or None for a run that was deleted meanwhile."""
        try:
            return None if run_id is None else self.store.run(run_id)
        except RunError:
            return None

    def _retry(self, record: RunRecord) -> None:
        """Put a run whose worker died at the head of the queue again, unless that has happened too often."""
        if not record.active:
            return
        attempts = record.attempts + 1
        columns: dict[str, object] = {"attempts": attempts, "worker_pid": None, "engine": self.engine}
        if record.status == PAUSED:
            columns |= {"status": INTERRUPTED, "notice": {"key": "interrupted", "given": {}}}
        elif attempts < self.limits.attempts:
            notice = {"key": "worker_lost", "given": {"attempt": attempts + 1}}
            columns |= {"status": QUEUED, "notice": notice}
        else:
            notice = {"key": "worker_lost_often", "given": {"attempts": attempts}}
            columns |= {"status": CRASHED, "finished": time.time(), "notice": notice}
        self.store.update(record.id, **columns)

    def _forward_commands(self) -> None:
        for row in self.store.commands(self.engine):
            record, worker = self._record(row["run"]), self.worker_of(row["run"])
            if worker is None or record is None or record.status == QUEUED:
                passed_on = self._obey_without_worker(record, row["verb"])
            else:
                passed_on = worker.say(verb=row["verb"], name=row["name"], value=row["value"])
            if passed_on:  # else it is said again when the run has a worker
                self.store.remove_command(row["id"])

    def _obey_without_worker(self, record: RunRecord | None, verb: str) -> bool:
        """Whether the command has had its effect; what is said to a waiting run waits with it."""
        if record is None or record.status not in (QUEUED, STARTING):
            return True
        if verb == "stop":
            self.store.update(record.id, status=STOPPED, finished=time.time())
        return verb not in ("set", "pause")

    def _training_workers(self) -> list[Worker]:
        with self._lock:
            return [worker for worker in self._workers if worker.training]

    def _dispatch(self) -> None:
        """Give waiting runs to warm workers, as long as there are slots."""
        for record in [run for run in self.store.queue() if run.engine == self.engine]:
            if self.worker_of(record.id) is not None:
                continue  # continued before its last worker has said that it is idle
            workers = self._training_workers()
            if sum(worker.run_id is not None for worker in workers) >= self.limits.training_slots:
                self._watch.free_a_slot(workers)
                return
            free = next((worker for worker in workers if worker.ready and worker.run_id is None), None)
            if free is None:
                return  # one is warming up; its "ready" wakes us
            free.run_id = record.id
            self.store.update(record.id, status=STARTING, worker_pid=free.pid)
            if not free.say(run=record.id):
                return  # it died; its exit puts the run back

    def _keep_warm(self) -> None:
        """One worker for questions, and one that waits for the next Start while there is a slot for it."""
        if self.answering() is None:
            self._spawn(ANSWERING)
        workers = self._training_workers()
        busy = sum(worker.run_id is not None for worker in workers)
        if busy < self.limits.training_slots and busy == len(workers):
            self._spawn(TRAINING)
