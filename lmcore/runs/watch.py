"""What the supervisor looks after: memory, time, long pauses, and what a dead server left behind."""

import time

import psutil

from lmcore.errors import RunError
from lmcore.runs.limits import Limits
from lmcore.runs.pool import Worker
from lmcore.runs.processes import is_alive, is_worker
from lmcore.runs.store import ACTIVE, CRASHED, INTERRUPTED, PAUSED, QUEUED, RunRecord, Store

EVERY_S = 1.0
LONG_PAUSE_S = 120.0  # after which a paused run gives its place to one that waits


class Watch:
    """The limits of runs, and the runs nobody looks after any more."""

    def __init__(self, engine: str, store: Store, limits: Limits, *, adopt: bool) -> None:
        self.engine, self.store, self.limits, self.adopt = engine, store, limits, adopt
        self._next = 0.0
        self._paused_since: dict[str, float] = {}

    def look(self, workers: list[Worker]) -> None:
        """Once every `EVERY_S`."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY_S
        for worker in workers:
            self._look_at(worker)
        if self.adopt:
            self._adopt_orphans([worker.pid for worker in workers])

    def _look_at(self, worker: Worker) -> None:
        run_id = worker.run_id
        if run_id is None:
            return
        try:
            record = self.store.run(run_id)
            used = psutil.Process(worker.pid).memory_info().rss
        except (RunError, psutil.NoSuchProcess):
            return  # deleted, or its exit is on the way to us
        self.store.update(run_id, memory_mb=used / 1e6)
        if record.status != PAUSED:
            self._paused_since.pop(run_id, None)
        self._paused_since.setdefault(run_id, time.monotonic())
        self._check_limits(worker, record, used)

    def _check_limits(self, worker: Worker, record: RunRecord, used: float) -> None:
        if self.limits.memory_gb and used > self.limits.memory_gb * 1e9:
            notice = {"key": "memory_limit", "given": {"used": used / 1e9, "limit": self.limits.memory_gb}}
            self.store.update(record.id, status=CRASHED, finished=time.time(), notice=notice)
            worker.process.kill()
        elif record.started and time.time() - record.started > self.limits.hours * 3600:
            self.store.update(record.id, notice={"key": "time_limit", "given": {"hours": self.limits.hours}})
            worker.say(verb="stop")

    def free_a_slot(self, workers: list[Worker]) -> None:
        """Runs wait and all slots are taken: a run that has been paused for long is saved and interrupted."""
        for worker in workers:
            run_id = worker.run_id
            since = self._paused_since.get(run_id or "")
            if run_id is None or since is None or time.monotonic() - since < LONG_PAUSE_S:
                continue
            if self.store.run(run_id).status == PAUSED:
                notice = {"key": "gave_way", "given": {"minutes": round(LONG_PAUSE_S / 60)}}
                self.store.update(run_id, status=INTERRUPTED, worker_pid=None, notice=notice)
                worker.close()  # it saves and ends
                return

    def _adopt_orphans(self, own: list[int]) -> None:
        """Go on with active runs whose engine is gone, once their old worker has ended too."""
        engines = self.store.engines()
        alive = {engine for engine, process in engines.items() if is_alive(*process)}
        active = self.store.runs(status=ACTIVE)
        for record in active:
            forgotten = record.engine not in alive and record.engine != self.engine
            if forgotten and (record.worker_pid in own or not is_worker(record.worker_pid)):
                self._adopt(record)
        for engine in engines.keys() - alive - {record.engine for record in active}:
            self.store.forget_engine(engine)

    def _adopt(self, record: RunRecord) -> None:
        columns: dict[str, object] = {"engine": self.engine, "worker_pid": None}
        if record.status == PAUSED:
            columns |= {"status": INTERRUPTED, "notice": {"key": "interrupted", "given": {}}}
        elif record.status != QUEUED:
            columns |= {"status": QUEUED, "notice": {"key": "server_restarted", "given": {}}}
        self.store.update(record.id, **columns)
