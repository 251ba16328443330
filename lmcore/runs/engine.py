"""The engine: what pages and the command line say to runs and ask of them."""

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psutil

from lmcore.errors import ResourceError, RunError
from lmcore.runs.downloading import Downloads
from lmcore.runs.estimate import Estimate, check_fits, estimate
from lmcore.runs.fork import forked
from lmcore.runs.home import Home
from lmcore.runs.labels import NAME_MOST, note_text, one_line, tags_of
from lmcore.runs.limits import Limits
from lmcore.runs.questions import Questions
from lmcore.runs.replies import Replies, Reply
from lmcore.runs.store import ACTIVE, QUEUED, RunRecord, Store
from lmcore.runs.supervisor import Supervisor
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.text.config import FIXED_KINDS
from lmcore.text.corpora import CorpusLibrary
from lmcore.vectors.config import IMPORTED

ANSWER_S = 30.0
CACHED_ANSWERS = 256
FEW_CHARACTERS = 100  # different ones in a text that was added before they were counted
VERBS = ("pause", "resume", "step", "stop", "set")


class Engine:
    """Embedded in the server or a command line; several may share one store, each with its own runs."""

    def __init__(self, home: Home, limits: Limits | None = None, *, adopt: bool = True) -> None:
        self.home = home
        self.limits = limits or Limits.from_environment()
        self.store = Store(home.database)
        self.corpora = CorpusLibrary(home.corpora, home.cache)
        self.id = secrets.token_hex(6)
        self._replies = Replies()
        self._answers: OrderedDict[tuple, dict[str, Any]] = OrderedDict()
        self._asked: dict[tuple, Reply] = {}  # questions under way
        self._lock = threading.Lock()
        self.supervisor = Supervisor(self.id, home, self.store, self.limits, self._replies, adopt=adopt)
        self.texts = Questions(self._replies, self.supervisor.reading)
        self.vectors = Questions(self._replies, self.supervisor.reading, "run", self._revision)
        self.downloads = Downloads(home.downloads)

    def start(self) -> "Engine":
        """Begin to warm workers in the background and return at once."""
        process = psutil.Process()
        self.store.register_engine(self.id, process.pid, process.create_time())
        self.supervisor.start()
        return self

    def _revision(self, run_id: str) -> int:
        """Changes when a run begins anew; 0 for one that is not there yet, such as one to be brought."""
        try:
            return self.store.run(run_id).revision
        except RunError:
            return 0

    def prepare(self, spec: RunSpec) -> None:
        """Have the text of a spec read in the background, so that a run with it starts at once."""
        given = spec.to_json()
        self.texts.open(
            "prepare", corpus=spec.corpus, cleaning=given["cleaning"], tokenizer=given["tokenizer"]
        )

    def close(self) -> None:
        """End all workers; each saves what it trains. The next server goes on with the runs under way."""
        self.downloads.close()
        self.supervisor.close()

    @property
    def device(self) -> str:
        """What trains here: `cpu`, `cuda` or `mps`."""
        return self.supervisor.device

    @property
    def device_label(self) -> str:
        """Its name; empty until the first worker is warm."""
        return self.supervisor.device_label

    @property
    def warm(self) -> bool:
        """Whether a question or a Start would be taken up at once."""
        return self.supervisor.warm

    # runs

    def estimate(self, spec: RunSpec) -> Estimate:
        """What the run will need on this machine."""
        n_words = self.corpora.info(spec.corpus).n_characters // 6
        model = replace(spec.model, vocab_size=self._vocab_size(spec))
        return estimate(replace(spec, model=model), self.store, self.device, n_words)

    def _vocab_size(self, spec: RunSpec) -> int:
        """What was asked for; or 256 bytes; or the characters of the text, and one for all others."""
        if spec.tokenizer.kind not in FIXED_KINDS:
            return spec.tokenizer.vocab_size
        if spec.tokenizer.kind == "byte":
            return 256
        return (self.corpora.info(spec.corpus).n_distinct or FEW_CHARACTERS) + 1

    def submit(self, spec: RunSpec, *, owner: str, name: str) -> str:
        """Queue a run and give its id; raises `ResourceError` when it does not fit or finds no place."""
        check_fits(self.estimate(spec), self.limits)
        self._check_places(owner)
        run_id = secrets.token_hex(5)
        self.store.create(run_id, spec, name=one_line(name)[:NAME_MOST], owner=owner, engine=self.id)
        self.supervisor.wake()
        return run_id

    def submit_experiment(
        self, kind: str, specs: Sequence[RunSpec], *, owner: str, names: Sequence[str], given: dict[str, Any]
    ) -> str:
        """Queue several runs with one question, all or none, and give the id of the experiment.

        Together they take one of the visitor's places. Raises `ResourceError` as `submit` does.
        """
        self._check_all_fit(specs)
        self._check_places(owner, len(specs))
        experiment = secrets.token_hex(5)
        with self.store.transaction():
            self.store.create_experiment(experiment, kind, owner, given)
            self._create_all(experiment, specs, names, owner)
        self.supervisor.wake()
        return experiment

    def add_to_experiment(self, experiment: str, spec: RunSpec, *, owner: str, name: str) -> None:
        """Queue one more run of an experiment; only its owner may."""
        self._check_owner(experiment, owner)
        self._check_all_fit([spec])
        self._check_places(owner)
        self._create_all(experiment, [spec], [name], owner)
        self.supervisor.wake()

    def _create_all(
        self, experiment: str, specs: Sequence[RunSpec], names: Sequence[str], owner: str
    ) -> None:
        for spec, name in zip(specs, names, strict=True):
            self.store.create(
                secrets.token_hex(5),
                spec,
                name=one_line(name)[:NAME_MOST],
                owner=owner,
                engine=self.id,
                experiment=experiment,
            )

    def _check_all_fit(self, specs: Sequence[RunSpec]) -> None:
        for spec in specs:
            check_fits(self.estimate(spec), self.limits)

    def _check_owner(self, experiment: str, owner: str) -> None:
        if self.store.experiment(experiment).owner != owner:
            raise RunError("not_yours", name=experiment)

    def cancel_experiment(self, experiment: str, *, owner: str) -> None:
        """Stop all runs of an experiment that wait or train; those that have ended stay."""
        self._check_owner(experiment, owner)
        for record in self.store.runs_of(experiment):
            if record.active:
                self.store.add_command(record.id, "stop")
        self.supervisor.wake()

    def _check_places(self, owner: str, n_runs: int = 1) -> None:
        active = self.store.runs(status=ACTIVE)
        mine = len({_place(run) for run in active if run.owner == owner})
        if mine >= self.limits.runs_per_visitor:
            raise ResourceError("too_many_runs", runs=mine, limit=self.limits.runs_per_visitor)
        waiting = [run for run in active if run.status == QUEUED]
        if len({_place(run) for run in waiting}) >= self.limits.queue_places:
            raise ResourceError("queue_full", runs=len(waiting))
        if len(waiting) + n_runs > max(self.limits.waiting_runs, self.limits.queue_places):
            raise ResourceError(
                "too_many_waiting", runs=n_runs, waiting=len(waiting), limit=self.limits.waiting_runs
            )

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
        if record.task == WORD_VECTORS and record.spec.vectors.method == IMPORTED:
            return  # there is nothing to train
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
        self.supervisor.wake()

    def mend(self, run_id: str, *, owner: str) -> None:
        """Go on with a diverged run from its last good state, at a quarter of the learning rate."""
        record = self._owned(run_id, owner)
        changes = [
            given["value"] for _, _, given in self.store.marks(run_id) if given.get("name") == "learning_rate"
        ]
        config = record.spec.vectors if record.task == WORD_VECTORS else record.spec.training
        rate = changes[-1] if changes else config.learning_rate
        self._check_places(owner)
        with self.store.transaction():  # both or neither: the rate is set before the first step
            self.store.requeue(run_id, self.id)
            self.store.add_command(run_id, "set", "learning_rate", rate / 4)
        self.supervisor.wake()

    def fork(self, run_id: str, step: int, setting: str, value: Any, *, owner: str, name: str) -> str:
        """Queue a run that goes on from a snapshot with one setting changed, and give its id.

        Anybody may fork a run that is shown to everybody. The optimizer starts without averages, because a
        snapshot has none. Raises `RunError` when there is no such run, snapshot or rest to train.
        """
        record = self.store.run(run_id)
        if record.owner != owner and not record.shared:
            raise RunError("not_yours", name=record.name)
        if step not in [artifact.step for artifact in self.store.artifacts(run_id, "snapshot")]:
            raise RunError("snapshot_missing", step=step)
        spec = forked(record, self.store.marks(run_id), step, setting, value)
        return self.submit(spec, owner=owner, name=name)

    def rename(self, run_id: str, name: str, *, owner: str) -> None:
        """Give a run another name."""
        self._owned(run_id, owner)
        name = one_line(name)
        if not name:
            raise RunError("name_empty")
        self.store.update(run_id, name=name[:NAME_MOST])

    def note(self, run_id: str, text: str, *, owner: str) -> None:
        """Write a note on a run, or wipe it; raises `RunError` when it is too long."""
        self._owned(run_id, owner)
        self.store.update(run_id, note=note_text(text))

    def star(self, run_id: str, starred: bool, *, owner: str) -> None:
        """Give a run a star, or take it away."""
        self._owned(run_id, owner)
        self.store.update(run_id, starred=int(starred))

    def tag(self, run_id: str, tags: str, *, owner: str) -> None:
        """Set the tags of a run, from a list with commas; raises `RunError` for long ones or too many."""
        self._owned(run_id, owner)
        self.store.update(run_id, tags=tags_of(tags))

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
            self._end_worker_of(run_id)
        self.store.delete(run_id)
        shutil.rmtree(self.home.run_folder(run_id), ignore_errors=True)

    def _end_worker_of(self, run_id: str) -> None:
        """Make sure that nothing writes to a run that is to be deleted."""
        worker = self.supervisor.worker_of(run_id)
        if worker is not None and self.store.run(run_id).active:
            worker.process.kill()
            worker.wait(5.0)

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
            reply = self._asked.get(key)
            if reply is None or reply.done:
                reply = self._asked[key] = self.open(name, run=run, step=step, **arguments)
        try:
            answer = reply.wait(ANSWER_S)
        finally:
            with self._lock:
                self._asked.pop(key, None)
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > CACHED_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def open(self, name: str, **arguments: Any) -> Reply:
        """Ask, and give the reply that fills up as parts arrive."""
        reply = self._replies.open(secrets.token_hex(6))
        worker = self.supervisor.answering()
        reply.worker_pid = worker.pid if worker is not None else 0
        if worker is None or not worker.say(request=reply.id, name=name, arguments=arguments):
            reply.fail(ResourceError("worker_starting"))
        return reply

    def reply(self, request_id: str) -> Reply | None:
        """A reply opened earlier."""
        return self._replies.get(request_id)

    def cancel(self, request_id: str) -> None:
        """Nobody waits for this answer any more."""
        reply, worker = self._replies.get(request_id), self.supervisor.answering()
        if reply is not None and not reply.done and worker is not None:
            worker.say(cancel=request_id)


def _place(run: RunRecord) -> str:
    """What a run takes up: a place of its own, or the one that its experiment has."""
    return run.experiment or run.id
