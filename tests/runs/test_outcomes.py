"""The figures of a run are what the store holds, by their definitions."""

import math
from dataclasses import replace

import pytest

from lmcore.events import Reference
from lmcore.runs.outcomes import outcome_of
from lmcore.runs.recorder import Recorder
from lmcore.runs.store import DONE, Store
from lmcore.tasks.spec import RunSpec
from lmcore.text.config import TokenizerConfig

OWNER = "a visitor"


def recorded(store: Store, spec: RunSpec, **columns: object) -> str:
    """A run of 10 steps at 1,000 tokens/s whose loss falls from 4 to 2."""
    store.create("r", spec, name="r", owner=OWNER, status=DONE, device="cpu", **columns)
    recorder = Recorder(store, "r")
    recorder.add(Reference("test", 2.25))
    recorder.flush()
    with store.transaction() as db:
        steps = [("r", step, 3.0, 1e-3, 1.0, 1000.0) for step in range(1, 11)]
        db.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", steps)
        db.executemany("INSERT INTO evaluations VALUES (?, ?, ?)", [("r", 0, 4.0), ("r", 10, 2.0)])
    store.update("r", tokens_per_s=1000.0)
    return "r"


def test_the_figures_of_a_run_of_bytes(store: Store) -> None:
    spec = RunSpec(tokenizer=TokenizerConfig("byte"))
    store.set_measured("peak_cpu", 1e4 * spec.model.flops_per_token)
    found = outcome_of(store, store.run(recorded(store, spec)))
    assert (found.final_loss, found.best_loss, found.best_step, found.test_loss) == (2.0, 2.0, 10, 2.25)
    assert found.bits_per_byte == pytest.approx(2.0 / math.log(2))
    assert found.share_of_peak == pytest.approx(0.1)
    a_step = spec.training.batch_size * spec.model.context_length / 1000
    assert found.seconds == pytest.approx(10 * a_step)


def test_a_change_of_the_batch_changes_the_seconds(store: Store) -> None:
    spec = RunSpec()
    run_id = recorded(store, spec)
    store.add_mark(run_id, 5, "changed", name="batch_size", value=2.0 * spec.training.batch_size)
    a_step = spec.training.batch_size * spec.model.context_length / 1000
    assert outcome_of(store, store.run(run_id)).seconds == pytest.approx((5 + 2 * 5) * a_step)


def test_accumulated_batches_count(store: Store) -> None:
    spec = RunSpec()
    spec = replace(spec, training=replace(spec.training, accumulate=4))
    a_step = 4 * spec.training.batch_size * spec.model.context_length / 1000
    assert outcome_of(store, store.run(recorded(store, spec))).seconds == pytest.approx(10 * a_step)


def test_what_is_not_known_is_not_told(store: Store) -> None:
    store.create("new", RunSpec(), name="new", owner=OWNER)
    found = outcome_of(store, store.run("new"))
    assert found.n_parameters == RunSpec().model.n_parameters
    unknown = (found.final_loss, found.test_loss, found.bits_per_byte, found.seconds, found.share_of_peak)
    assert unknown == (None,) * 5


def test_a_stored_run_of_another_machine_has_no_time_and_no_share_here(store: Store) -> None:
    store.set_measured("peak_cpu", 1e12)
    found = outcome_of(store, store.run(recorded(store, RunSpec(), stored=1)))
    assert (found.seconds, found.share_of_peak) == (None, None)
    assert found.final_loss == 2.0


def test_the_last_losses_are_a_visitors_own(store: Store) -> None:
    recorded(store, RunSpec())
    store.create("other", RunSpec(), name="other", owner="somebody else")
    with store.transaction() as db:
        db.execute("INSERT INTO evaluations VALUES ('other', 1, 0.1)")
        db.execute("INSERT INTO evaluations VALUES ('r', 11, NULL)")
    assert store.last_losses(OWNER) == {"r": 2.0}
