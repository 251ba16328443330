"""A fork goes on from a snapshot with one setting changed, and what cannot be forked is refused in words."""

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lmcore.errors import ConfigError, RunError
from lmcore.runs import feed
from lmcore.runs.engine import Engine
from lmcore.runs.fork import CHANGEABLE, changed, settings_at
from lmcore.runs.home import Home
from lmcore.runs.limits import Limits
from lmcore.runs.store import DONE, Artifact
from lmcore.tasks.spec import WORD_VECTORS, RunSpec

OWNER, OTHER = "a visitor", "somebody else"


@pytest.fixture
def engine(home: Home, tiny_spec: RunSpec) -> Iterator[Engine]:
    """An engine that starts nothing, with an ended run that has snapshots of steps 0, 16 and 30."""
    engine = Engine(home, Limits(memory_gb=8.0), adopt=False)
    engine.store.create("parent", tiny_spec, name="animals", owner=OWNER, status=DONE, step=30)
    for step in (0, 16, 30):
        engine.store.add_artifact("parent", Artifact("snapshot", step, "", None))
    yield engine
    engine.store.close()


def fork(engine: Engine, step: int, setting: str, value: object, owner: str = OWNER) -> str:
    return engine.fork("parent", step, setting, value, owner=owner, name="a fork")


def test_a_fork_is_its_parent_with_one_change(engine: Engine, tiny_spec: RunSpec) -> None:
    record = engine.store.run(fork(engine, 16, "learning_rate", 1e-4))
    assert (record.spec.initial.run, record.spec.initial.step) == ("parent", 16)
    assert record.spec.initial.goes_on
    expected = replace(tiny_spec, training=replace(tiny_spec.training, learning_rate=1e-4))
    assert replace(record.spec, initial=tiny_spec.initial) == expected


@pytest.mark.parametrize("name", CHANGEABLE)
def test_every_offered_setting_reaches_the_spec(name: str) -> None:
    values = {"optimizer": "sgd", "schedule": "constant", "dropout": 0.5, "averaging": 0.5}
    values |= {"learning_rate": 0.5, "label_smoothing": 0.25, "weight_decay": 0.5, "gradient_clip": 0.5}
    value = values.get(name, 7)
    spec = changed(RunSpec(), name, value)
    assert spec != RunSpec()
    assert getattr(spec.model if name == "dropout" else spec.training, name) == value


@pytest.mark.parametrize("step", [1, 15, 17, 31, -1, 10**12])
def test_a_step_without_a_snapshot_is_refused(engine: Engine, step: int) -> None:
    with pytest.raises(RunError, match="no snapshot"):
        fork(engine, step, "learning_rate", 1e-4)


def test_somebody_elses_run_is_forked_only_when_it_is_shared(engine: Engine) -> None:
    with pytest.raises(RunError, match="belongs to somebody else"):
        fork(engine, 16, "learning_rate", 1e-4, owner=OTHER)
    engine.share("parent", True, owner=OWNER)
    assert engine.store.run(fork(engine, 16, "learning_rate", 1e-4, owner=OTHER)).owner == OTHER


def test_a_deleted_run_cannot_be_forked(engine: Engine) -> None:
    engine.delete("parent", owner=OWNER)
    with pytest.raises(RunError, match="no such run"):
        fork(engine, 16, "learning_rate", 1e-4)


def test_at_the_end_only_more_steps_make_a_fork(engine: Engine) -> None:
    with pytest.raises(ConfigError, match="30"):
        fork(engine, 30, "learning_rate", 1e-4)
    assert engine.store.run(fork(engine, 30, "steps", 60)).spec.training.steps == 60


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("d_model", 128),
        ("vocab_size", 7),
        ("seed", 2),
        ("__class__", 0),
        ("learning_rate", math.nan),
        ("learning_rate", -1.0),
        ("learning_rate", 1e6),
        ("batch_size", 0),
        ("batch_size", math.inf),
        ("optimizer", "none"),
        ("dropout", 1.0),
    ],
)
def test_what_cannot_be_is_refused(engine: Engine, setting: str, value: object) -> None:
    with pytest.raises(ConfigError):
        fork(engine, 16, setting, value)
    assert len(engine.store.runs(owner=OWNER)) == 1


def test_word_vectors_have_no_forks(engine: Engine) -> None:
    engine.store.create("words", RunSpec(task=WORD_VECTORS), name="words", owner=OWNER, status=DONE)
    engine.store.add_artifact("words", Artifact("snapshot", 1, "", None))
    with pytest.raises(RunError, match="learns word vectors"):
        engine.fork("words", 1, "learning_rate", 0.1, owner=OWNER, name="x")


def test_what_was_changed_on_the_way_is_taken_over_up_to_the_step(engine: Engine) -> None:
    for step, value in ((5, 0.25), (20, 0.5)):
        engine.store.add_mark("parent", step, "changed", name="learning_rate", value=value)
    engine.store.add_mark("parent", 6, "changed", name="batch_size", value=8.0)
    training = engine.store.run(fork(engine, 16, "optimizer", "sgd")).spec.training
    assert (training.learning_rate, training.batch_size) == (0.25, 8)
    assert isinstance(training.batch_size, int)


def test_marks_of_an_unknown_kind_change_nothing() -> None:
    marks = [(1, "seen", {"name": "learning_rate", "value": 0.5}), (1, "changed", {"name": "colour"})]
    assert settings_at(RunSpec(), marks, 5) == RunSpec()


def test_the_feed_says_where_a_fork_came_from_as_long_as_that_is_there(engine: Engine) -> None:
    run_id = fork(engine, 16, "learning_rate", 1e-4)
    assert feed.live(engine.store, run_id)["parent"] == {"id": "parent", "name": "animals", "step": 16}
    assert feed.live(engine.store, "parent")["parent"] is None
    engine.delete("parent", owner=OWNER)
    assert feed.live(engine.store, run_id)["parent"]["name"] is None


@pytest.mark.parametrize("name", ["", "x" * 10_000, "<b>\x00\n😀</b>"])
def test_any_name_becomes_a_name(engine: Engine, name: str) -> None:
    run_id = engine.fork("parent", 16, "learning_rate", 1e-4, owner=OWNER, name=name)
    kept = engine.store.run(run_id).name
    assert len(kept) <= 80 and kept.isprintable()
