"""Which settings matter, of sweeps where it is known."""

import math
import random

import pytest

from lmcore.analysis.importance import importance

GRID = [{"rate": rate, "width": width} for rate in (0.001, 0.01, 0.1) for width in (32, 64, 96)]


def test_the_setting_that_decides_explains_all_and_the_other_nothing() -> None:
    found = importance(GRID, [one["rate"] for one in GRID])
    assert found["rate"] > 0.85
    assert found["width"] == 0.0


def test_a_setting_of_many_values_that_decides_is_found() -> None:
    draw = random.Random(0)
    runs = [{"rate": draw.random(), "seed": draw.random()} for _ in range(60)]
    found = importance(runs, [abs(one["rate"] - 0.5) for one in runs])  # a valley, not a slope
    assert found["rate"] > 0.5
    assert found["seed"] < 0.2


def test_chance_explains_little() -> None:
    draw = random.Random(1)
    found = [importance(GRID, [draw.random() for _ in GRID])["rate"] for _ in range(50)]
    assert sum(found) / len(found) < 0.25


def test_runs_that_diverged_rank_last() -> None:
    losses = [math.nan if one["rate"] == 0.1 else 1.0 + one["width"] / 1e6 for one in GRID]
    assert importance(GRID, losses)["rate"] > 0.5


@pytest.mark.parametrize("losses", [[None] * 9, [math.inf] * 9, [1.5] * 9])
def test_nothing_is_said_where_all_runs_are_alike(losses: list[float | None]) -> None:
    assert importance(GRID, losses) == {}


def test_nothing_is_said_of_few_runs_or_of_one_value() -> None:
    assert importance([], []) == importance(GRID[:3], [1.0, 2.0, 3.0]) == {}
    assert importance([{"rate": 0.1}] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]) == {"rate": 0.0}


def test_choices_are_settings_too() -> None:
    runs = [{"optimizer": name} for name in ("adamw", "muon", "sgd") * 4]
    losses = [
        {"adamw": 1.0, "muon": 0.9, "sgd": 3.0}[one["optimizer"]] + i / 100 for i, one in enumerate(runs)
    ]
    assert importance(runs, losses)["optimizer"] > 0.8
