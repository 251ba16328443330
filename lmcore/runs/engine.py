"""The engine: takes runs, keeps warm workers, hands runs and questions to them, and notices when one dies."""

import os
import secrets
import shutil
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import psutil

from lmcore.errors import ResourceError, RunError
from lmcore.runs.estimate import Estimate, check_fits, estimate
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.pool import Worker
from lmcore.runs.replies import Replies, Reply
from lmcore.runs.store import (
    ACTIVE,
    CRASHED,
    INTERRUPTED,
    PAUSED,
    QUEUED,
    STARTING,
    STOPPED,
    RunRecord,
    Store,
)
from lmcore.tasks.spec import RunSpec
from lmcore.text.corpora import CorpusLibrary

TICK_S = 0.25
WATCH_S = 1.0  # between two looks at memory, time and left-over runs
ANSWER_S = 30.0
CACHED_ANSWERS = 256
VERBS = ("pause", "resume", "step", "stop", "set")


class Engine:
    """Embedded in the server or a command line; several may share one store, each with its own runs."""

    def __init__(self, home: Home, limits: Limits | None = None, *, adopt: bool = True) -> None:
        self.home = home
        self.limits = limits or Limits.from_environment()
        self.store = Store(home.database)
        self.corpora = CorpusLibrary(home.corpora)
        self.id = secrets.token_hex(6)
        self.device, self.device_label = "cpu", ""  # known when the first worker is warm
        self._adopt = adopt  # go on with what a dead server left
        self._workers: list[Worker] = []
        self._lost: list[Worker] = []
        self._replies = Replies()
        self._answers: OrderedDict[tuple, dict[str, Any]] = OrderedDict()
        self._n_characters: dict[str, int] = {}  # distinct ones, by corpus
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closing = False
        self._next_watch = 0.0
        self._supervisor = threading.Thread(target=self._supervise, name="engine", daemon=True)

    def start(self) -> "Engine":
        """Begin to warm workers in the background and return at once."""
        process = psutil.Process()
        self.store.register_engine(self.id, process.pid, process.create_time())
        self._supervisor.start()
        return self

    def close(self) -> None:
        """End all workers; each saves what it trains. The next server goes on with the runs under way."""
        self._closing = True
        self._wake.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        for worker in self._workers:
            worker.close()
        for worker in self._workers:
            worker.wait(6.0)

    # runs

    def estimate(self, spec: RunSpec) -> Estimate:
        """What the run will need on this machine."""
        n_words = self.corpora.info(spec.corpus).n_characters // 6
        model = replace(spec.model, vocab_size=self._vocab_size(spec))
        return estimate(replace(spec, model=model), self.store, self.device, n_words)

    def _vocab_size(self, spec: RunSpec) -> int:
        """What was asked of BPE; or the characters of the text, and one for all others."""
        if spec.tokenizer.kind == "bpe":
            return spec.tokenizer.vocab_size
        if spec.corpus not in self._n_characters:
            self._n_characters[spec.corpus] = len(set(self.corpora.get(spec.corpus).text)) + 1
        return self._n_characters[spec.corpus]

    def submit(self, spec: RunSpec, *, owner: str, name: str) -> str:
        """Queue a run and give its id; raises `ResourceError` when it does not fit or finds no place."""
        check_fits(self.estimate(spec), self.limits)
        self._check_places(owner)
        run_id = secrets.token_hex(5)
        self.store.create(run_id, spec, name=name[:80], owner=owner, engine=self.id)
        self._wake.set()
        return run_id

    def _check_places(self, owner: str) -> None:
        active = self.store.runs(status=ACTIVE)
        mine = sum(run.owner == owner for run in active)
        if mine >= self.limits.runs_per_visitor:
            raise ResourceError("too_many_runs", runs=mine, limit=self.limits.runs_per_visitor)
        waiting = sum(run.status == QUEUED for run in active)
        if waiting >= self.limits.queue_places:
            raise ResourceError("queue_full", runs=waiting)

    def command(
        self, run_id: str, verb: str, *, owner: str, name: str | None = None, value: float | None = None
    ) -> None:
        """`pause`, `resume`, `step`, `stop`, or `set` a named value; only the owner may.

        `resume` also continues a run that has ended.
        """
        record = self._owned(run_id, owner)
        if verb not in VERBS:
            raise RunError("command_unknown", verb=verb)
        if not record.active and verb not in ("resume", "set"):
            return  # it has ended already
        if verb == "resume" and not record.active:
            self._check_places(owner)
            self.store.update(
                run_id,
                status=QUEUED,
                queued=time.time(),
                engine=self.id,
                attempts=0,
                notice=None,
                finished=None,
            )
        else:
            self.store.add_command(run_id, verb, name, value)
        self._wake.set()

    def mend(self, run_id: str, *, owner: str) -> None:
        """Go on with a diverged run from its last good state, at a quarter of the learning rate."""
        record = self._owned(run_id, owner)
        changes = [
            given["value"] for _, _, given in self.store.marks(run_id) if given.get("name") == "learning_rate"
        ]
        rate = changes[-1] if changes else record.spec.training.learning_rate
        self.command(run_id, "resume", owner=owner)
        self.store.add_command(run_id, "set", "learning_rate", rate / 4)  # obeyed before the first step
        self._wake.set()

    def rename(self, run_id: str, name: str, *, owner: str) -> None:
        """Give a run another name."""
        self._owned(run_id, owner)
        if not name.strip():
            raise RunError("name_empty")
        self.store.update(run_id, name=name.strip()[:80])

    def share(self, run_id: str, shared: bool, *, owner: str) -> None:
        """Show a run in everybody's list, or no longer."""
        self._owned(run_id, owner)
        self.store.update(run_id, shared=int(shared))

    def delete(self, run_id: str, *, owner: str) -> None:
        """Remove a run and its files; one that trains is stopped first."""
        record = self._owned(run_id, owner)
        if record.active:
            self.command(run_id, "stop", owner=owner)
            self.wait(run_id, 10.0)
        self.store.delete(run_id)
        shutil.rmtree(self.home.run_folder(run_id), ignore_errors=True)

    def wait(self, run_id: str, timeout_s: float) -> RunRecord:
        """Wait until the run is no longer active, or time is up."""
        end = time.monotonic() + timeout_s
        while (record := self.store.run(run_id)).active and time.monotonic() < end:
            time.sleep(0.05)
        return record

    def _owned(self, run_id: str, owner: str) -> RunRecord:
        record = self.store.run(run_id)
        if record.owner != owner or record.stored:
            raise RunError("not_yours", name=record.name)
        return record

    # questions

    def ask(self, name: str, *, run: str, step: int, **arguments: Any) -> dict[str, Any]:
        """The answer to a request of `lmcore.runs.requests`; asked twice, it comes from memory."""
        key = (name, run, step, self.store.run(run).revision, repr(sorted(arguments.items())))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = self.open(name, run=run, step=step, **arguments).wait(ANSWER_S)
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > CACHED_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def open(self, name: str, **arguments: Any) -> Reply:
        """Ask, and give the reply that fills up as parts arrive."""
        reply = self._replies.open(secrets.token_hex(6))
        worker = self._answering()
        if worker is None or not worker.say(request=reply.id, name=name, arguments=arguments):
            reply.fail(ResourceError("worker_starting"))
        return reply

    def reply(self, request_id: str) -> Reply | None:
        """A reply opened earlier."""
        return self._replies.get(request_id)

    def _answering(self) -> Worker | None:
        """The worker kept for questions, so that a training never makes a page wait."""
        with self._lock:
            return next((worker for worker in self._workers if not worker.training), None)

    @property
    def warm(self) -> bool:
        """Whether a question or a Start would be taken up at once."""
        with self._lock:
            return bool(self._workers) and all(worker.ready for worker in self._workers)

    def worker_pids(self) -> list[int]:
        """Processes of this engine."""
        with self._lock:
            return [worker.pid for worker in self._workers]

    # the supervisor's thread

    def _supervise(self) -> None:
        while not self._closing:
            self._forget_lost()
            self._forward_commands()
            self._dispatch()
            self._keep_warm()
            if time.monotonic() >= self._next_watch:
                self._next_watch = time.monotonic() + WATCH_S
                self._watch()
            self._wake.wait(TICK_S)
            self._wake.clear()
        self.store.close()

    def _spawn(self, *, training: bool) -> None:
        worker = Worker(self.home, training=training, on_line=self._hear, on_exit=self._exited)
        with self._lock:
            self._workers.append(worker)

    def _hear(self, worker: Worker, line: dict[str, Any]) -> None:
        if "ready" in line:
            worker.ready = True
            self.device, self.device_label = line["device"], line["label"]
        elif "idle" in line:
            worker.run_id = None
        elif (reply := self._replies.get(line.get("reply", ""))) is not None:
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
            if worker.run_id is not None:
                self._retry(self.store.run(worker.run_id))
            if not worker.training:
                for reply in self._replies.unfinished():
                    reply.fail(ResourceError("worker_lost_answering"))

    def _retry(self, record: RunRecord) -> None:
        """Put a run whose worker died at the head of the queue again, unless that has happened too often."""
        if not record.active:
            return
        attempts = record.attempts + 1
        columns: dict[str, object] = {"attempts": attempts, "worker_pid": None, "engine": self.id}
        if record.status == PAUSED:
            columns |= {"status": INTERRUPTED, "notice": {"key": "interrupted", "given": {}}}
        elif attempts < self.limits.attempts:
            columns |= {
                "status": QUEUED,
                "notice": {"key": "worker_lost", "given": {"attempt": attempts + 1}},
            }
        else:
            notice = {"key": "worker_lost_often", "given": {"attempts": attempts}}
            columns |= {"status": CRASHED, "finished": time.time(), "notice": notice}
        self.store.update(record.id, **columns)

    def _forward_commands(self) -> None:
        for row in self.store.commands(self.id):
            worker = self._worker_of(row["run"])
            if worker is not None:
                worker.say(verb=row["verb"], name=row["name"], value=row["value"])
            else:
                record = self.store.run(row["run"])
                if record.status == QUEUED and row["verb"] == "set":
                    continue  # said again when it has a worker
                if record.status == QUEUED and row["verb"] == "stop":
                    self.store.update(record.id, status=STOPPED, finished=time.time())
            self.store.remove_command(row["id"])

    def _worker_of(self, run_id: str) -> Worker | None:
        with self._lock:
            return next((worker for worker in self._workers if worker.run_id == run_id), None)

    def _training_workers(self) -> list[Worker]:
        with self._lock:
            return [worker for worker in self._workers if worker.training]

    def _dispatch(self) -> None:
        """Give waiting runs to warm workers, as long as there are slots."""
        waiting = [run for run in self.store.queue() if run.engine == self.id]
        for record in waiting:
            workers = self._training_workers()
            if sum(worker.run_id is not None for worker in workers) >= self.limits.training_slots:
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
        if self._answering() is None:
            self._spawn(training=False)
        workers = self._training_workers()
        busy = sum(worker.run_id is not None for worker in workers)
        if busy < self.limits.training_slots and busy == len(workers):
            self._spawn(training=True)

    def _watch(self) -> None:
        """Memory and time of every run, and runs that a dead server left behind."""
        for worker in self._training_workers():
            if worker.run_id is not None and psutil.pid_exists(worker.pid):
                self._watch_run(worker, self.store.run(worker.run_id))
        if self._adopt:
            self._adopt_orphans()

    def _watch_run(self, worker: Worker, record: RunRecord) -> None:
        try:
            used = psutil.Process(worker.pid).memory_info().rss
        except psutil.NoSuchProcess:
            return  # its exit is on the way to us
        self.store.update(record.id, memory_mb=used / 1e6)
        if self.limits.memory_gb and used > self.limits.memory_gb * 1e9:
            notice = {"key": "memory_limit", "given": {"used": used / 1e9, "limit": self.limits.memory_gb}}
            self.store.update(record.id, status=CRASHED, finished=time.time(), notice=notice)
            worker.process.kill()
        elif record.started and time.time() - record.started > self.limits.hours * 3600:
            self.store.update(record.id, notice={"key": "time_limit", "given": {"hours": self.limits.hours}})
            worker.say(verb="stop")

    def _adopt_orphans(self) -> None:
        """Go on with active runs whose engine is gone, once their old worker has ended too."""
        engines = self.store.engines()
        dead = {engine for engine, process in engines.items() if not _alive(*process)}
        for record in self.store.runs(status=ACTIVE):
            if record.engine in dead and not _is_worker(record.worker_pid):
                if record.status == QUEUED:
                    self.store.update(record.id, engine=self.id)
                elif record.status == PAUSED:
                    notice = {"key": "interrupted", "given": {}}
                    self.store.update(
                        record.id, status=INTERRUPTED, engine=self.id, worker_pid=None, notice=notice
                    )
                else:
                    notice = {"key": "server_restarted", "given": {}}
                    self.store.update(
                        record.id, status=QUEUED, engine=self.id, worker_pid=None, notice=notice
                    )
        in_use = {record.engine for record in self.store.runs(status=ACTIVE)}
        for engine in dead - in_use:
            self.store.forget_engine(engine)


def _alive(pid: int, process_started: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - process_started) < 1.0
    except psutil.NoSuchProcess:
        return False


def _is_worker(pid: int | None) -> bool:
    """Whether `pid` is still one of our workers, and not another process that got its number."""
    if pid is None or pid == os.getpid():
        return False
    try:
        return "lmcore.runs.worker" in psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
