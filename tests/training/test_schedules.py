"""How the learning rate moves."""

from dataclasses import replace

import pytest

from lmcore.training.config import TrainingConfig
from lmcore.training.schedules import learning_rate_at

CONFIG = TrainingConfig(steps=1000, learning_rate=2.0e-3, warmup_steps=50)


def rates(config: TrainingConfig) -> list[float]:
    return [learning_rate_at(step / config.steps, step + 1, config) for step in range(config.steps)]


@pytest.mark.parametrize("schedule", ["cosine", "linear"])
def test_the_rate_rises_then_falls_to_a_tenth(schedule):
    found = rates(replace(CONFIG, schedule=schedule))
    top = found.index(max(found))
    assert 45 <= top <= 55 and found[top] == pytest.approx(2e-3, rel=0.06)
    assert found[: top + 1] == sorted(found[: top + 1])
    assert found[top:] == sorted(found[top:], reverse=True)
    assert found[-1] == pytest.approx(2e-4, rel=0.02)


def test_a_constant_rate_is_constant_after_the_warmup():
    assert set(rates(replace(CONFIG, schedule="constant"))[50:]) == {2e-3}


def test_warmup_never_takes_more_than_a_tenth_of_the_run():
    found = rates(replace(CONFIG, schedule="constant", steps=40, warmup_steps=10_000))
    assert found[4] == pytest.approx(2e-3)


def test_without_warmup_the_first_step_has_the_full_rate():
    assert learning_rate_at(0.0, 1, replace(CONFIG, warmup_steps=0)) == 2e-3


def test_a_rate_of_zero_stays_zero():
    assert set(rates(replace(CONFIG, learning_rate=0.0))) == {0.0}


def test_past_its_end_a_run_keeps_the_last_rate():
    assert learning_rate_at(1.7, 5000, CONFIG) == pytest.approx(2e-4)
