"""Drives one run inside a worker: asks for events, writes them down, obeys commands, saves checkpoints."""

import json
import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module

from safetensors import SafetensorError

from lmcore.errors import ConfigError
from lmcore.events import Event, Finished, Snapshot, Step
from lmcore.models.registry import from_description
from lmcore.runs import checkpoints
from lmcore.runs.estimate import relative_cost, speed_of
from lmcore.runs.home import Home
from lmcore.runs.inbox import Inbox, Message
from lmcore.runs.recorder import Recorder
from lmcore.runs.store import DIVERGED, DONE, PAUSED, RUNNING, STARTING, STOPPED, Artifact, RunRecord, Store
from lmcore.tasks.spec import LANGUAGE_MODEL, WORD_VECTORS, RunSpec
from lmcore.tasks.training_run import TrainingRun
from lmcore.text.corpora import CorpusLibrary
from lmcore.training.snapshots import write_snapshot

TASKS = {LANGUAGE_MODEL: "lmcore.tasks.language_model", WORD_VECTORS: "lmcore.tasks.word_vectors"}
FIRST_CHECKPOINT_S = 2.0
CHECKPOINT_EVERY_S = 8.0
SAVING_FAILED = (OSError, sqlite3.Error, SafetensorError)
PASSING = ("worker_lost", "server_restarted", "checkpoint_damaged", "saving_failed")
NOTICE_S = 20.0  # how long such a notice is shown at least


def start_training(record: RunRecord, home: Home) -> TrainingRun:
    """The training that the run's spec describes, before its first event."""
    folder = home.run_folder(record.id)
    folder.mkdir(parents=True, exist_ok=True)
    corpus = CorpusLibrary(home.corpora).get(record.spec.corpus)
    task = import_module(TASKS[record.task])
    return task.start(record.spec, corpus, folder, cache=home.cache)


class Driver:
    """One run from its start, or from its newest checkpoint, to its end."""

    def __init__(self, store: Store, home: Home, run_id: str, inbox: Inbox) -> None:
        self.store, self.home, self.run_id, self.inbox = store, home, run_id, inbox
        self.folder = home.run_folder(run_id)
        self.recorder = Recorder(store, run_id)
        self.paused = False
        self.stopped = False
        self.single_step = False
        self.ended_at = 0
        self._began = time.monotonic()
        self._next_checkpoint = self._began + FIRST_CHECKPOINT_S

    def run(self) -> None:
        """Train until the end, a stop, or the end of the input."""
        record = self.store.run(self.run_id)
        self.store.update(self.run_id, status=STARTING, started=time.time())
        self.training = start_training(record, self.home)
        self._restore()
        self.store.update(
            self.run_id,
            status=RUNNING,
            spec=self._spec_as_built(record.spec),
            device=self.training.device,
            planned_steps=self.training.planned_steps,
        )
        reason = self._follow_events()
        self._finish(reason)

    def _spec_as_built(self, spec: RunSpec) -> RunSpec:
        """The spec with the vocabulary size that the text gave the model."""
        path = self.folder / "model.json"
        if not path.is_file():
            return spec
        return replace(spec, model=from_description(json.loads(path.read_text(encoding="utf-8"))))

    def _restore(self) -> None:
        """Go on from the newest checkpoint that is whole, and say so when a newer one was damaged."""
        step, damaged = checkpoints.newest_valid(self.store, self.run_id, self.folder)
        if step is not None:
            self.training.load_checkpoint(checkpoints.checkpoint_path(self.folder, step))
        if step is not None or self.store.run(self.run_id).step > 0:
            self.store.rewind(self.run_id, step or 0)
        if damaged:
            notice = {"key": "checkpoint_damaged", "given": {"damaged": damaged[0], "step": step or 0}}
            self.store.update(self.run_id, notice=notice)

    def _follow_events(self) -> str:
        """Events until there are no more of them; gives why."""
        events = self.training.events()
        while self._may_go_on():
            event = next(events, None)
            if event is None:
                return DONE
            self._keep(event)
            if isinstance(event, Finished):
                self.ended_at = event.step
                return DIVERGED if event.reason == "diverged" else DONE
            if isinstance(event, Step):
                self.single_step = False
                self._save_if_due(event.loss)
        return STOPPED if self.stopped else RUNNING

    def _keep(self, event: Event) -> None:
        """Into the store, and a snapshot into its file."""
        with self._pausing_when_full():
            if isinstance(event, Snapshot):
                digest = checkpoints.file_sha256(write_snapshot(self.folder, event))
                loss = self.recorder.validation_loss
                self.recorder.add_artifact(Artifact("snapshot", event.step, digest, loss))
            self.recorder.add(event)
            if self.paused:
                self.recorder.flush()

    def _save_if_due(self, loss: float) -> None:
        if time.monotonic() >= self._next_checkpoint and math.isfinite(loss):
            self.save()
            self._next_checkpoint = time.monotonic() + CHECKPOINT_EVERY_S

    def save(self) -> None:
        """Events and a checkpoint to disk."""
        with self._pausing_when_full():
            self.recorder.flush()
            checkpoints.save(
                self.store, self.run_id, self.folder, self.training, self.recorder.validation_loss
            )
            self._forget_old_notice()

    @contextmanager
    def _pausing_when_full(self) -> Iterator[None]:
        """A disk that takes no more pauses the run, with a sentence, instead of ending it."""
        try:
            yield
        except SAVING_FAILED as error:
            self.paused = True
            reason = getattr(error, "strerror", None) or str(error)
            self.store.update(
                self.run_id, status=PAUSED, notice={"key": "saving_failed", "given": {"reason": reason}}
            )

    def _forget_old_notice(self) -> None:
        """What happened before this start has been read by now, and the run is well."""
        notice = self.store.run(self.run_id).notice
        if notice is not None and notice["key"] in PASSING and time.monotonic() - self._began > NOTICE_S:
            self.store.update(self.run_id, notice=None)

    def _may_go_on(self) -> bool:
        """Obey what has been said, waiting while paused; False when the run is to end."""
        while True:
            waiting = self.paused and not self.single_step
            message = self.inbox.wait() if waiting else self.inbox.take()
            if message is not None:
                self._obey(message)
            if self.stopped or self.inbox.closed.is_set():
                return False
            if message is None and not waiting:
                return True

    def _obey(self, message: Message) -> None:
        verb = message["verb"]
        if verb == "pause" and not self.paused:
            self._pause()
        elif verb == "resume" and self.paused:
            self.paused = False
            self.store.update(self.run_id, status=RUNNING, notice=None)
        elif verb == "step" and self.paused:
            self.single_step = True
        elif verb == "stop":
            self.stopped = True
        elif verb == "set":
            self._change(message["name"], message["value"])

    def _pause(self) -> None:
        self.paused = True
        self.recorder.flush()
        self.store.update(self.run_id, status=PAUSED)
        self.save()

    def _change(self, name: str, value: float) -> None:
        try:
            self.training.change(name, value)
        except ConfigError as error:
            self.store.update(self.run_id, notice={"key": error.key, "given": error.given})
            return
        self.store.add_mark(self.run_id, self.training.step, "changed", name=name, value=value)

    def _finish(self, reason: str) -> None:
        """Everything to disk; RUNNING means that the server is gone, and the next one goes on from here."""
        if reason == DIVERGED:
            checkpoints.keep_until(self.store, self.run_id, self.folder, self.training.step)
        if reason != DIVERGED or self.training.step < self.ended_at:  # the task has gone back to a good state
            self.save()
        self.recorder.flush()
        if reason == RUNNING:
            return
        columns: dict[str, object] = {"status": reason, "finished": time.time(), "worker_pid": None}
        if reason == DIVERGED:
            columns["notice"] = {"key": "diverged", "given": {"step": self.ended_at}}
        self.store.update(self.run_id, **columns)
        if reason == DONE:
            self._note_speed()

    def _note_speed(self) -> None:
        """Remember how fast this machine trains, for the next estimate."""
        record = self.store.run(self.run_id)
        if not record.tokens_per_s:
            return
        if record.task == WORD_VECTORS:
            cost = relative_cost(record.spec.vectors)
            self.store.set_measured("words_cpu", record.tokens_per_s * cost)
        elif (speed := speed_of(record.spec, record.tokens_per_s)) is not None:
            self.store.set_measured(f"flops_{self.training.device}", speed)
