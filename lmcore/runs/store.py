"""The run store: SQLite in WAL mode, one writer per run, many readers. It is the only truth about a run."""

import json
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lmcore.errors import RunError
from lmcore.tasks.spec import RunSpec

QUEUED, STARTING, RUNNING, PAUSED = "queued", "starting", "running", "paused"
DONE, STOPPED, DIVERGED, CRASHED, INTERRUPTED = "done", "stopped", "diverged", "crashed", "interrupted"
ACTIVE = (QUEUED, STARTING, RUNNING, PAUSED)

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, task TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL,
    shared INTEGER NOT NULL, stored INTEGER NOT NULL DEFAULT 0, spec TEXT NOT NULL, status TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0, planned_steps INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL,
    queued REAL, started REAL, finished REAL, saved REAL, engine TEXT, worker_pid INTEGER, device TEXT,
    memory_mb REAL, tokens_per_s REAL, notice TEXT, details TEXT);
CREATE TABLE IF NOT EXISTS metrics (
    run TEXT NOT NULL, step INTEGER NOT NULL, loss REAL, learning_rate REAL, gradient_norm REAL,
    tokens_per_s REAL, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evaluations (
    run TEXT NOT NULL, step INTEGER NOT NULL, loss REAL, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS samples (
    run TEXT NOT NULL, step INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scores (
    run TEXT NOT NULL, step INTEGER NOT NULL, name TEXT NOT NULL, value REAL, n INTEGER NOT NULL,
    PRIMARY KEY (run, step, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS layers (
    run TEXT NOT NULL, step INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (run, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reference_losses (
    run TEXT NOT NULL, name TEXT NOT NULL, loss REAL, ngram_order INTEGER,
    PRIMARY KEY (run, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (
    run TEXT NOT NULL, step INTEGER NOT NULL, key TEXT NOT NULL, given TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS artifacts (
    run TEXT NOT NULL, kind TEXT NOT NULL, step INTEGER NOT NULL, sha256 TEXT NOT NULL, loss REAL,
    PRIMARY KEY (run, kind, step)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commands (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, verb TEXT NOT NULL, name TEXT, value REAL,
    created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS engines (id TEXT PRIMARY KEY, pid INTEGER NOT NULL, process_started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS machine (name TEXT PRIMARY KEY, value REAL NOT NULL);
CREATE TABLE IF NOT EXISTS experiments (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, given TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS runs_by_status ON runs (status, queued);
"""
ADDED = {  # columns of `runs` that databases of earlier editions lack
    "note": "TEXT NOT NULL DEFAULT ''",
    "starred": "INTEGER NOT NULL DEFAULT 0",
    "tags": "TEXT NOT NULL DEFAULT '[]'",
    "experiment": "TEXT",
}
CREATE_S = 10.0
BY_STEP = ("metrics", "evaluations", "samples", "scores", "layers", "marks", "artifacts")
BY_RUN = (*BY_STEP, "reference_losses", "commands")


@dataclass(frozen=True)
class RunRecord:
    """One row of `runs`."""

    id: str
    task: str
    name: str
    owner: str
    shared: bool
    stored: bool
    spec: RunSpec
    status: str
    step: int
    planned_steps: int
    revision: int
    attempts: int
    created: float
    queued: float | None
    started: float | None
    finished: float | None
    saved: float | None
    engine: str | None
    worker_pid: int | None
    device: str | None
    memory_mb: float | None
    tokens_per_s: float | None
    notice: dict[str, Any] | None
    details: str | None
    note: str = ""
    starred: bool = False
    tags: tuple[str, ...] = ()
    experiment: str | None = None  # that the run is part of; None for one that stands by itself

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


@dataclass(frozen=True)
class Artifact:
    """A file of a run, `folder/{kind}s/{step:07d}.safetensors`; `loss` is the newest validation loss then."""

    kind: str
    step: int
    sha256: str
    loss: float | None


@dataclass(frozen=True)
class Experiment:
    """Several runs with one question: a test of rates, a sweep, or a scaling law."""

    id: str
    kind: str
    owner: str
    given: dict[str, Any]
    created: float


class Store:
    """Safe to share between threads; every thread and process has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._create()

    def _create(self) -> None:
        """Make the tables; two processes that do so at the same moment are told to wait by an error."""
        end = time.monotonic() + CREATE_S
        while True:
            try:
                self._connection().execute("PRAGMA journal_mode = WAL")
                self._connection().executescript(SCHEMA)
                self._add_columns()
                return
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _add_columns(self) -> None:
        """Give the runs of an earlier edition the columns that came later."""
        known = {row["name"] for row in self._rows("PRAGMA table_info(runs)")}
        for name, kind in ADDED.items():
            if name not in known:
                self._connection().execute(f"ALTER TABLE runs ADD COLUMN {name} {kind}")

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None or self._local.pid != os.getpid():
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection, self._local.pid = connection, os.getpid()
        return connection

    def close(self) -> None:
        """Close this thread's connection; the next use opens another."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._connection().execute(sql, values).fetchall()

    # runs

    def create(self, run_id: str, spec: RunSpec, *, name: str, owner: str, **columns: object) -> None:
        """Add a run; `columns` are further columns of `runs`, such as `status`."""
        row = {
            "id": run_id, "task": spec.task, "name": name, "owner": owner, "shared": 0,
            "spec": json.dumps(spec.to_json()), "status": QUEUED,
            "created": time.time(), "queued": time.time(),
        } | columns  # fmt: skip
        places = ", ".join("?" * len(row))
        self._connection().execute(
            f"INSERT INTO runs ({', '.join(row)}) VALUES ({places})", tuple(row.values())
        )

    def update(self, run_id: str, **columns: object) -> None:
        """Set columns of one run; `spec`, `notice` and `tags` take their objects."""
        if isinstance(columns.get("spec"), RunSpec):
            columns["spec"] = json.dumps(columns["spec"].to_json())  # type: ignore[union-attr]
        if isinstance(columns.get("notice"), dict):
            columns["notice"] = json.dumps(columns["notice"])
        if isinstance(columns.get("tags"), tuple):
            columns["tags"] = json.dumps(columns["tags"])
        names = ", ".join(f"{name} = ?" for name in columns)
        self._connection().execute(f"UPDATE runs SET {names} WHERE id = ?", (*columns.values(), run_id))

    def run(self, run_id: str) -> RunRecord:
        """The record; raises `RunError` if there is none."""
        rows = self._rows("SELECT * FROM runs WHERE id = ?", run_id)
        if not rows:
            raise RunError("run_unknown", run=run_id[:40])
        return _record(rows[0])

    def requeue(self, run_id: str, engine: str) -> None:
        """Let an ended run wait for a worker again; does nothing to one that is active already."""
        places = ", ".join("?" * len(ACTIVE))
        self._connection().execute(
            "UPDATE runs SET status = ?, queued = ?, engine = ?, attempts = 0, notice = NULL, "
            f"details = NULL, finished = NULL WHERE id = ? AND status NOT IN ({places})",
            (QUEUED, time.time(), engine, run_id, *ACTIVE),
        )

    def runs(
        self, *, owner: str | None = None, task: str | None = None, status: Iterable[str] = ()
    ) -> list[RunRecord]:
        """Newest first; with `owner`, that visitor's runs and the shared ones."""
        conditions, values = ["1"], []
        if owner is not None:
            conditions.append("(owner = ? OR shared = 1)")
            values.append(owner)
        if task is not None:
            conditions.append("task = ?")
            values.append(task)
        if status := tuple(status):
            conditions.append(f"status IN ({', '.join('?' * len(status))})")
            values.extend(status)
        sql = f"SELECT * FROM runs WHERE {' AND '.join(conditions)} ORDER BY created DESC"
        return [_record(row) for row in self._rows(sql, *values)]

    def queue(self) -> list[RunRecord]:
        """Waiting runs in the order in which they are to train: visitors take turns.

        Of one visitor's runs those come first that stand by themselves, so that a sweep holds nothing up.
        """
        return in_turns(self.runs(status=ACTIVE))

    # experiments

    def create_experiment(self, experiment: str, kind: str, owner: str, given: dict[str, Any]) -> None:
        """Add an experiment, whose runs name it; `given` describes it."""
        self._connection().execute(
            "INSERT INTO experiments VALUES (?, ?, ?, ?, ?)",
            (experiment, kind, owner, json.dumps(given), time.time()),
        )

    def experiment(self, experiment: str) -> Experiment:
        """Raises `RunError` if there is none."""
        rows = self._rows("SELECT * FROM experiments WHERE id = ?", experiment)
        if not rows:
            raise RunError("experiment_unknown", experiment=experiment[:40])
        return _experiment(rows[0])

    def experiments(self, owner: str, kind: str) -> list[Experiment]:
        """A visitor's experiments of a kind that still have runs, newest first."""
        sql = (
            "SELECT * FROM experiments e WHERE owner = ? AND kind = ? "
            "AND EXISTS (SELECT 1 FROM runs WHERE experiment = e.id) ORDER BY created DESC"
        )
        return [_experiment(row) for row in self._rows(sql, owner, kind)]

    def runs_of(self, experiment: str) -> list[RunRecord]:
        """Its runs, in the order in which they were made."""
        sql = "SELECT * FROM runs WHERE experiment = ? ORDER BY created, rowid"
        return [_record(row) for row in self._rows(sql, experiment)]

    def losses_of_experiment(self, experiment: str) -> dict[str, float | None]:
        """Run → its newest validation loss, for those runs of an experiment that have one."""
        sql = (
            "SELECT e.run, e.loss FROM evaluations e JOIN runs r ON r.id = e.run WHERE r.experiment = ? "
            "AND e.step = (SELECT MAX(step) FROM evaluations WHERE run = r.id)"
        )
        return {row["run"]: row["loss"] for row in self._rows(sql, experiment)}

    def delete(self, run_id: str) -> None:
        """Forget a run; its files are the caller's business."""
        with self.transaction() as connection:
            for table in BY_RUN:
                connection.execute(f"DELETE FROM {table} WHERE run = ?", (run_id,))
            connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def rewind(self, run_id: str, step: int) -> None:
        """Forget everything after `step`, because the run goes on from there; readers see a new revision."""
        with self.transaction() as connection:
            for table in BY_STEP:
                connection.execute(f"DELETE FROM {table} WHERE run = ? AND step > ?", (run_id, step))
            connection.execute(
                "UPDATE runs SET step = ?, revision = revision + 1 WHERE id = ?", (step, run_id)
            )

    # what a training wrote

    def metrics_since(self, run_id: str, step: int) -> list[sqlite3.Row]:
        """Rows after `step`; a loss that was not a number is None."""
        columns = "step, loss, learning_rate, gradient_norm, tokens_per_s"
        sql = f"SELECT {columns} FROM metrics WHERE run = ? AND step > ? ORDER BY step"
        return self._rows(sql, run_id, step)

    def evaluations(self, run_id: str) -> list[tuple[int, float]]:
        return [
            tuple(row)
            for row in self._rows("SELECT step, loss FROM evaluations WHERE run = ? ORDER BY step", run_id)
        ]

    def last_losses(self, owner: str) -> dict[str, float]:
        """The newest loss on held-back text of each of this visitor's runs that has one."""
        sql = (
            "SELECT e.run, e.loss, MAX(e.step) FROM evaluations e JOIN runs r ON r.id = e.run "
            "WHERE r.owner = ? AND e.loss IS NOT NULL GROUP BY e.run"
        )
        return {row["run"]: row["loss"] for row in self._rows(sql, owner)}

    def samples(self, run_id: str) -> list[tuple[int, str]]:
        return [
            tuple(row)
            for row in self._rows("SELECT step, text FROM samples WHERE run = ? ORDER BY step", run_id)
        ]

    def scores_since(self, run_id: str, step: int) -> list[tuple[int, str, float, int]]:
        """(step, name, value, number of questions) of the tests after `step`."""
        sql = "SELECT step, name, value, n FROM scores WHERE run = ? AND step > ? ORDER BY step, name"
        return [tuple(row) for row in self._rows(sql, run_id, step)]

    def layers_since(self, run_id: str, step: int) -> list[tuple[int, str]]:
        """(step, JSON of what the monitor saw) after `step`."""
        sql = "SELECT step, seen FROM layers WHERE run = ? AND step > ? ORDER BY step"
        return [tuple(row) for row in self._rows(sql, run_id, step)]

    def references(self, run_id: str) -> list[tuple[str, float, int | None]]:
        """(name, loss, order of the n-gram model), highest loss first."""
        sql = "SELECT name, loss, ngram_order FROM reference_losses WHERE run = ? ORDER BY loss DESC"
        return [tuple(row) for row in self._rows(sql, run_id)]

    def marks(self, run_id: str) -> list[tuple[int, str, dict]]:
        sql = "SELECT step, key, given FROM marks WHERE run = ? ORDER BY step"
        return [(row["step"], row["key"], json.loads(row["given"])) for row in self._rows(sql, run_id)]

    def add_mark(self, run_id: str, step: int, key: str, **given: object) -> None:
        """Note on the curve that something was changed at `step`."""
        self._connection().execute(
            "INSERT INTO marks VALUES (?, ?, ?, ?)", (run_id, step, key, json.dumps(given))
        )

    # files

    def artifacts(self, run_id: str, kind: str) -> list[Artifact]:
        """Oldest first."""
        sql = "SELECT kind, step, sha256, loss FROM artifacts WHERE run = ? AND kind = ? ORDER BY step"
        return [Artifact(*row) for row in self._rows(sql, run_id, kind)]

    def add_artifact(self, run_id: str, artifact: Artifact) -> None:
        self._connection().execute(
            "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?, ?)",
            (run_id, artifact.kind, artifact.step, artifact.sha256, artifact.loss),
        )

    def remove_artifact(self, run_id: str, kind: str, step: int) -> None:
        self._connection().execute(
            "DELETE FROM artifacts WHERE run = ? AND kind = ? AND step = ?", (run_id, kind, step)
        )

    # commands

    def add_command(
        self, run_id: str, verb: str, name: str | None = None, value: float | None = None
    ) -> None:
        """Leave a command for whichever engine drives the run."""
        self._connection().execute(
            "INSERT INTO commands (run, verb, name, value, created) VALUES (?, ?, ?, ?, ?)",
            (run_id, verb, name, value, time.time()),
        )

    def commands(self, engine: str) -> list[sqlite3.Row]:
        """Commands (id, run, verb, name, value) for this engine's runs, oldest first."""
        return self._rows(
            "SELECT c.* FROM commands c JOIN runs r ON r.id = c.run WHERE r.engine = ? ORDER BY c.id", engine
        )

    def remove_command(self, command_id: int) -> None:
        self._connection().execute("DELETE FROM commands WHERE id = ?", (command_id,))

    # engines and the machine

    def register_engine(self, engine: str, pid: int, process_started: float) -> None:
        self._connection().execute("INSERT INTO engines VALUES (?, ?, ?)", (engine, pid, process_started))

    def engines(self) -> dict[str, tuple[int, float]]:
        """Engine id → (pid, start time of that process)."""
        return {
            row["id"]: (row["pid"], row["process_started"]) for row in self._rows("SELECT * FROM engines")
        }

    def forget_engine(self, engine: str) -> None:
        self._connection().execute("DELETE FROM engines WHERE id = ?", (engine,))

    def measured(self, name: str) -> float | None:
        """A figure measured on this machine, such as the speed of training in FLOP/s."""
        rows = self._rows("SELECT value FROM machine WHERE name = ?", name)
        return rows[0]["value"] if rows else None

    def set_measured(self, name: str, value: float) -> None:
        self._connection().execute("INSERT OR REPLACE INTO machine VALUES (?, ?)", (name, value))


def _experiment(row: sqlite3.Row) -> Experiment:
    return Experiment(**{**dict(row), "given": json.loads(row["given"])})


def in_turns(active: Iterable[RunRecord]) -> list[RunRecord]:
    """The waiting ones among the active runs: first one of every visitor who trains nothing, and so on."""

    def rank(run: RunRecord) -> tuple:
        return run.status == QUEUED, run.experiment is not None, run.queued or 0

    turns: Counter[str] = Counter()
    waiting = []
    for run in sorted(active, key=rank):
        if run.status == QUEUED:
            waiting.append((turns[run.owner], run.queued or 0, run))
        turns[run.owner] += 1
    return [run for _, _, run in sorted(waiting, key=lambda turn: turn[:2])]


@lru_cache(maxsize=1024)
def _spec(text: str) -> RunSpec:
    """Read once, since the queue is looked at four times a second."""
    return RunSpec.from_json(json.loads(text))


def _record(row: sqlite3.Row) -> RunRecord:
    values = dict(row)
    values["spec"] = _spec(values["spec"])
    values["notice"] = json.loads(values["notice"]) if values["notice"] else None
    values["tags"] = tuple(json.loads(values["tags"]))
    for name in ("shared", "stored", "starred"):
        values[name] = bool(values[name])
    return RunRecord(**values)
