"""Which runs a sweep makes."""

import math
from typing import Any

import pytest

from lmcore.errors import ConfigError
from lmcore.runs.sweeps import MOST_RUNS, Swept, drawn, grid
from lmcore.tasks.model_presets import with_model
from lmcore.tasks.spec import RunSpec

BASE = with_model(RunSpec(), "gpt")
RATE = Swept("learning_rate", "training", 0.001, 0.1, 3, log=True)
WIDTH = Swept("d_model", "model", 32, 96, 3, whole=True, step=16)
HEADS = Swept("n_heads", "model", 1, 3, 3, whole=True)
OPTIMIZER = Swept("optimizer", "training", choices=("adamw", "muon"))


def test_a_grid_has_every_combination() -> None:
    plan = grid(BASE, [RATE, OPTIMIZER])
    found = [(one["learning_rate"], one["optimizer"]) for one in plan.settings]
    assert found == [(rate, name) for rate in (0.001, 0.01, 0.1) for name in ("adamw", "muon")]
    assert [(s.training.learning_rate, s.training.optimizer) for s in plan.specs] == found
    assert plan.left_out == 0


def test_combinations_that_do_not_go_together_are_left_out_and_counted() -> None:
    plan = grid(BASE, [WIDTH, HEADS])
    assert (len(plan.specs), plan.left_out) == (7, 2)  # 32 and 64 cannot be split over 3 heads
    assert all(spec.model.d_model % spec.model.n_heads == 0 for spec in plan.specs)


def test_settings_that_only_fit_together_are_set_together() -> None:
    three = Swept("n_heads", "model", 3, 3, 1, whole=True)
    plan = grid(BASE, [three, Swept("d_model", "model", 96, 96, 1, whole=True)])
    assert (len(plan.specs), plan.left_out) == (1, 0)


def test_a_grid_of_one_point_is_one_run() -> None:
    (settings,) = grid(BASE, [Swept("learning_rate", "training", 0.01, 0.01, 1)]).settings
    assert settings == {"learning_rate": 0.01}


def test_whole_numbers_are_not_repeated() -> None:
    assert Swept("n_layers", "model", 1, 3, 9, whole=True).values() == [1, 2, 3]


def test_a_sweep_of_nothing_has_no_runs() -> None:
    assert grid(BASE, []).specs == drawn(BASE, [], 5).specs == ()


@pytest.mark.parametrize("n", [0, -1, MOST_RUNS + 1, 10**6])
def test_too_many_runs_are_refused(n: int) -> None:
    with pytest.raises(ConfigError):
        drawn(BASE, [RATE], n)
    with pytest.raises(ConfigError):
        grid(BASE, [Swept(name, "training", 0.1, 0.9, 12) for name in ("decay", "cooldown")])


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"least": 0.0}, "sweep_log_zero"),
        ({"least": -1.0}, "sweep_log_zero"),
        ({"least": math.nan}, "sweep_range"),
        ({"most": math.inf}, "sweep_range"),
        ({"least": 0.5, "most": 0.1}, "sweep_range"),
        ({"count": 0}, "sweep_count"),
        ({"count": 1_000_000}, "sweep_count"),
    ],
)
def test_ranges_that_are_none_are_refused(changes: dict[str, Any], key: str) -> None:
    given = {"least": 0.001, "most": 0.1, "count": 3, "log": True} | changes
    with pytest.raises(ConfigError) as refused:
        Swept("learning_rate", "training", **given)
    assert refused.value.key == key


def test_a_range_beyond_what_the_setting_allows_leaves_nothing() -> None:
    plan = grid(BASE, [Swept("learning_rate", "training", 10.0, 1e6, 3, log=True)])
    assert (plan.specs, plan.left_out) == ((), 3)


def test_random_runs_are_repeatable_different_and_in_range() -> None:
    plan = drawn(BASE, [RATE, WIDTH], 40, seed=3)
    assert plan == drawn(BASE, [RATE, WIDTH], 40, seed=3)
    assert len(plan.specs) == 40
    assert {one["d_model"] for one in plan.settings} == {32, 48, 64, 80, 96}
    assert all(0.001 <= one["learning_rate"] <= 0.1 for one in plan.settings)
    assert len({tuple(one.values()) for one in plan.settings}) == len(plan.settings)
    below = sum(one["learning_rate"] < 0.01 for one in plan.settings)
    assert 0.25 < below / len(plan.settings) < 0.75  # half of a logarithmic range


def test_random_runs_end_where_there_are_no_more_combinations() -> None:
    assert len(drawn(BASE, [OPTIMIZER], 50).specs) == 2
