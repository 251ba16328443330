"""The store keeps what trainings wrote, and says what it does not know."""

import math
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lmcore.errors import RunError
from lmcore.events import Evaluation, Reference, Sample, Score, Step
from lmcore.runs.recorder import Recorder
from lmcore.runs.store import DONE, RUNNING, Artifact, Store
from lmcore.tasks.spec import RunSpec


@pytest.fixture
def run_id(store: Store) -> str:
    store.create("abc", RunSpec(), name="a run", owner="me")
    return "abc"


def record_steps(store: Store, run_id: str, losses: list[float]) -> None:
    recorder = Recorder(store, run_id)
    for i, loss in enumerate(losses, 1):
        recorder.add(Step(i, loss, 1e-3, 1.0, 100.0))
    recorder.flush()


def test_a_spec_comes_back_as_it_was(store: Store, run_id: str) -> None:
    assert store.run(run_id).spec == RunSpec()


def test_an_unknown_run_is_named_in_the_error(store: Store) -> None:
    with pytest.raises(RunError, match="nobody"):
        store.run("nobody'; DROP TABLE runs; --")
    assert store.runs() == []


def test_a_hostile_name_is_only_a_name(store: Store) -> None:
    name = "'); DROP TABLE runs; -- <script>\x00"
    store.create("x", RunSpec(), name=name, owner="me")
    assert store.run("x").name == name


def test_a_loss_that_is_no_number_is_kept_as_a_point(store: Store, run_id: str) -> None:
    record_steps(store, run_id, [2.0, math.nan, math.inf])
    assert [row["loss"] for row in store.metrics_since(run_id, 0)] == [2.0, None, None]


def test_only_new_points_are_read(store: Store, run_id: str) -> None:
    record_steps(store, run_id, [3.0, 2.0, 1.0])
    assert [row["step"] for row in store.metrics_since(run_id, 1)] == [2, 3]


def test_rewinding_forgets_what_came_after(store: Store, run_id: str) -> None:
    record_steps(store, run_id, [3.0, 2.0, 1.0])
    store.add_artifact(run_id, Artifact("snapshot", 1, "", None))
    store.add_artifact(run_id, Artifact("snapshot", 3, "", None))
    store.rewind(run_id, 1)
    assert [row["step"] for row in store.metrics_since(run_id, 0)] == [1]
    assert [artifact.step for artifact in store.artifacts(run_id, "snapshot")] == [1]
    assert store.run(run_id).revision == 1


def test_all_kinds_of_events_are_kept(store: Store, run_id: str) -> None:
    recorder = Recorder(store, run_id)
    for event in (Reference("counting", 1.7, 5), Evaluation(0, 4.0), Sample(0, "noise\n\x00")):
        recorder.add(event)
    recorder.flush()
    assert store.references(run_id) == [("counting", 1.7, 5)]
    assert store.evaluations(run_id) == [(0, 4.0)]
    assert store.samples(run_id) == [(0, "noise\n\x00")]


def test_visitors_see_their_own_runs_and_shared_ones(store: Store) -> None:
    for run_id, owner in (("mine", "me"), ("hers", "her"), ("shared", "her")):
        store.create(run_id, RunSpec(), name=run_id, owner=owner)
    store.update("shared", shared=1)
    assert {run.id for run in store.runs(owner="me")} == {"mine", "shared"}


def test_a_deleted_run_leaves_nothing(store: Store, run_id: str) -> None:
    record_steps(store, run_id, [1.0])
    store.delete(run_id)
    assert store.runs() == []
    assert store.metrics_since(run_id, 0) == []


def test_commands_reach_the_engine_of_their_run_only(store: Store, run_id: str) -> None:
    store.update(run_id, engine="one")
    store.add_command(run_id, "pause")
    assert store.commands("two") == []
    (row,) = store.commands("one")
    store.remove_command(row["id"])
    assert store.commands("one") == []


def test_the_queue_is_first_come_first_served(store: Store) -> None:
    for run_id, queued in (("late", 2.0), ("early", 1.0)):
        store.create(run_id, RunSpec(), name=run_id, owner="me", queued=queued)
    store.create("done", RunSpec(), name="done", owner="me", status=DONE)
    assert [run.id for run in store.queue()] == ["early", "late"]


def test_many_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    code = "import sys, pathlib, lmcore.runs.store as s; s.Store(pathlib.Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", code, str(tmp_path / "new.db")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(6)]
    assert [process.communicate()[1] for process in processes] == [b""] * 6


def test_a_reader_never_waits_for_a_writer(store: Store, run_id: str) -> None:
    record_steps(store, run_id, [1.0])
    seen: list[int] = []
    with store.transaction() as db:
        db.execute("UPDATE runs SET status = ? WHERE id = ?", (RUNNING, run_id))
        reader = threading.Thread(target=lambda: seen.append(len(store.metrics_since(run_id, 0))))
        reader.start()
        reader.join(2.0)
    assert seen == [1]


def test_scores_are_kept_by_step_and_forgotten_when_a_run_goes_back(store: Store, run_id: str) -> None:
    recorder = Recorder(store, run_id)
    for step, value in ((0, 0.0), (8, 0.5), (16, math.nan)):
        recorder.add(Score(step, "world_held_out", value, 120))
    recorder.flush()
    assert store.scores_since(run_id, 0) == [
        (8, "world_held_out", 0.5, 120),
        (16, "world_held_out", None, 120),
    ]
    store.rewind(run_id, 8)
    assert [step for step, *_ in store.scores_since(run_id, -1)] == [0, 8]
    store.delete(run_id)
    assert store.scores_since(run_id, -1) == []
