"""What a learning-rate test says, of curves whose best rate is known."""

import math

import numpy as np
import pytest

from lmcore.analysis.rate_range import FEWEST, read_rates, smoothed

RATES = [1e-4 * 10 ** (4 * i / 119) for i in range(120)]


def valley(rate: float, best: float = 0.1) -> float:
    """Falls from 4 to 2 until `best`, then rises."""
    fall = 2 / (1 + math.exp(3 * math.log(rate / 0.01)))
    return 2 + fall + (3 * math.log(rate / best) ** 2 if rate > best else 0.0)


def test_the_suggestion_is_a_third_of_the_rate_with_the_lowest_loss() -> None:
    reading = read_rates(RATES, [valley(rate) for rate in RATES])
    assert reading.says == "found"
    assert reading.lowest == pytest.approx(0.1, rel=0.35)  # the rise beyond it is steeper than the fall
    assert reading.suggestion == pytest.approx(0.1 / 3, rel=0.35)
    assert reading.steepest == pytest.approx(0.01, rel=0.3)


def test_noise_moves_it_little() -> None:
    draw = np.random.default_rng(0)
    losses = [valley(rate) + draw.normal(0, 0.05) for rate in RATES]
    assert read_rates(RATES, losses).suggestion == pytest.approx(0.1 / 3, rel=0.5)


def test_a_loss_that_ends_as_no_number_has_risen() -> None:
    losses = [None if rate > 0.1 else valley(rate) for rate in RATES]
    reading = read_rates(RATES, losses)
    assert (reading.says, len(reading.rate)) == ("found", sum(rate <= 0.1 for rate in RATES))


def test_a_loss_that_never_rose_is_said() -> None:
    assert read_rates(RATES, [valley(rate, best=10.0) for rate in RATES]).says == "never_rose"


@pytest.mark.parametrize("losses", [[4.0] * 120, [4 + i / 100 for i in range(120)], [0.0] * 120])
def test_nothing_is_suggested_where_the_loss_never_fell(losses: list[float]) -> None:
    reading = read_rates(RATES, losses)
    assert (reading.says, reading.suggestion) == ("never_fell", None)


@pytest.mark.parametrize(
    ("rates", "losses"),
    [
        ([], []),
        ([1e-4, 2e-4], [4.0, 3.0]),
        (RATES, [math.nan] * 120),
        ([0.0] * 120, [4.0] * 120),
        ([math.nan] * 120, [4.0] * 120),
        (RATES, [4.0] * (FEWEST - 1) + [math.inf] * (121 - FEWEST)),
    ],
)
def test_too_few_points_say_nothing(rates: list[float], losses: list[float]) -> None:
    reading = read_rates(rates, losses)
    assert (reading.says, reading.suggestion) == ("too_few", None)


def test_a_straight_line_stays_straight_when_smoothed() -> None:
    line = np.linspace(4, 2, 50)
    np.testing.assert_allclose(smoothed(line), line)
