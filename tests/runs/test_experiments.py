"""Experiments: several runs that take one place together, and wait their turn."""

import sqlite3
import time
from dataclasses import replace

import pytest

from lmcore.errors import ResourceError, RunError
from lmcore.runs import store as store_module
from lmcore.runs.engine import Engine
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.rate_tests import is_rate_test, is_test_of, rate_test
from lmcore.runs.store import QUEUED, RUNNING, Store
from lmcore.tasks.spec import RunSpec

OWNER, OTHER = "a visitor", "somebody else"


@pytest.fixture
def engine(home: Home) -> Engine:
    """Without workers: whatever is queued waits."""
    engine = Engine(home, Limits(queue_places=3, runs_per_visitor=2, memory_gb=100))
    return engine


def sweep(engine: Engine, spec: RunSpec, n: int, owner: str = OWNER) -> str:
    names = [str(i) for i in range(n)]
    return engine.submit_experiment("sweep", [spec] * n, owner=owner, names=names, given={"a": [1, 2]})


def test_a_sweep_takes_one_place_of_a_visitor(engine: Engine, tiny_spec: RunSpec) -> None:
    sweep(engine, tiny_spec, 20)
    engine.submit(tiny_spec, owner=OWNER, name="one more")
    with pytest.raises(ResourceError) as refused:
        engine.submit(tiny_spec, owner=OWNER, name="too many")
    assert refused.value.key == "too_many_runs"


def test_at_most_a_hundred_runs_wait(engine: Engine, tiny_spec: RunSpec) -> None:
    sweep(engine, tiny_spec, 100)
    with pytest.raises(ResourceError) as refused:
        sweep(engine, tiny_spec, 1, OTHER)
    assert refused.value.key == "too_many_waiting"


def test_all_runs_are_queued_or_none(engine: Engine, tiny_spec: RunSpec) -> None:
    huge = replace(tiny_spec, training=replace(tiny_spec.training, steps=1_000_000, batch_size=65_536))
    with pytest.raises(ResourceError):
        engine.submit_experiment("sweep", [tiny_spec, huge], owner=OWNER, names=["a", "b"], given={})
    assert engine.store.runs() == engine.store.experiments(OWNER, "sweep") == []


def test_visitors_take_turns_and_a_single_run_overtakes_ones_own_sweep(
    engine: Engine, tiny_spec: RunSpec
) -> None:
    sweep(engine, tiny_spec, 3)
    other = engine.submit(tiny_spec, owner=OTHER, name="theirs")
    single = engine.submit(tiny_spec, owner=OWNER, name="mine")
    assert [run.name for run in engine.store.queue()] == ["theirs", "mine", "0", "1", "2"]
    engine.store.update(single, status=RUNNING)
    assert [run.name for run in engine.store.queue()] == ["theirs", "0", "1", "2"]
    engine.store.update(other, status=RUNNING)
    assert [run.name for run in engine.store.queue()] == ["0", "1", "2"]


def test_a_hundred_waiting_runs_are_looked_through_quickly(engine: Engine, tiny_spec: RunSpec) -> None:
    sweep(engine, tiny_spec, 100)
    engine.store.queue()
    began = time.perf_counter()
    assert len(engine.store.queue()) == 100
    assert time.perf_counter() - began < 0.2


def test_only_the_owner_ends_the_rest(engine: Engine, tiny_spec: RunSpec) -> None:
    experiment = sweep(engine, tiny_spec, 3)
    with pytest.raises(RunError):
        engine.cancel_experiment(experiment, owner=OTHER)
    engine.cancel_experiment(experiment, owner=OWNER)
    engine.supervisor._forward_commands()
    assert {run.status for run in engine.store.runs_of(experiment)} == {"stopped"}
    assert engine.store.queue() == []


def test_an_unknown_experiment_is_said(engine: Engine) -> None:
    with pytest.raises(RunError) as refused:
        engine.cancel_experiment("nobody", owner=OWNER)
    assert refused.value.key == "experiment_unknown"


def test_an_experiment_without_runs_is_not_listed(engine: Engine, tiny_spec: RunSpec) -> None:
    experiment = sweep(engine, tiny_spec, 1)
    assert [one.id for one in engine.store.experiments(OWNER, "sweep")] == [experiment]
    assert engine.store.experiment(experiment).given == {"a": [1, 2]}
    engine.store.delete(engine.store.runs_of(experiment)[0].id)
    assert engine.store.experiments(OWNER, "sweep") == []


def test_a_database_of_an_earlier_edition_is_brought_up_to_date(home: Home, tiny_spec: RunSpec) -> None:
    home.folder.mkdir(parents=True, exist_ok=True)
    old = sqlite3.connect(home.database)
    old.executescript(store_module.SCHEMA)
    columns = {row[1] for row in old.execute("PRAGMA table_info(runs)")}
    assert "experiment" not in columns
    old.execute("DROP TABLE experiments")
    old.commit()
    old.close()
    store = Store(home.database)
    store.create("a", tiny_spec, name="a", owner=OWNER)
    assert store.run("a").experiment is None
    assert store.run("a").status == QUEUED
    store.close()


def test_a_rate_test_is_of_the_same_settings_whatever_their_rate(tiny_spec: RunSpec, store: Store) -> None:
    test = rate_test(tiny_spec)
    built = replace(test, model=replace(test.model, vocab_size=31))
    store.create("t", built, name="t", owner=OWNER)
    record = store.run("t")
    assert is_rate_test(record)
    slower = replace(tiny_spec, training=replace(tiny_spec.training, learning_rate=0.0, steps=9))
    larger = replace(tiny_spec, training=replace(tiny_spec.training, batch_size=64))
    assert is_test_of(record, slower)
    assert not is_test_of(record, larger)
