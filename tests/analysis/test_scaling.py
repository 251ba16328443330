"""Power laws: known ones are found again, bands hold what they promise, and what is none is refused."""

import math

import numpy as np
import pytest

from lmcore.analysis.scaling import fit, read_scaling

SIZES = np.array([3e3, 7e3, 1.4e4, 2.5e4, 5.5e4, 8.3e4, 1.5e5])


def law(x: np.ndarray | float, floor: float = 1.2, a: float = 60.0, alpha: float = 0.4) -> np.ndarray:
    return floor + a * np.asarray(x, dtype=float) ** -alpha


def test_a_known_law_is_found_again() -> None:
    found = fit(SIZES, law(SIZES))
    assert found.alpha == pytest.approx(0.4, abs=0.01)
    assert found.floor == pytest.approx(1.2, abs=0.02)
    assert math.exp(found.log_a) == pytest.approx(60.0, rel=0.1)
    assert found.at(1e6) == pytest.approx(law(1e6), rel=1e-3)


def test_a_law_without_a_floor_is_found_again() -> None:
    found = fit(SIZES, law(SIZES, floor=0.0, a=20.0, alpha=0.2))
    assert found.floor < 0.15
    assert found.at(1e6) == pytest.approx(law(1e6, 0.0, 20.0, 0.2), rel=0.03)


def test_the_band_holds_the_larger_run_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(15):
        draw = np.random.default_rng(seed)
        noisy = law(SIZES) * np.exp(draw.normal(0, 0.01, len(SIZES)))
        low, high = fit(SIZES, noisy).band(1e6)
        inside += low[0] <= law(1e6) * math.exp(draw.normal(0, 0.01)) <= high[0]
    assert inside >= 11


def test_the_band_grows_beyond_the_runs() -> None:
    draw = np.random.default_rng(1)
    found = fit(SIZES, law(SIZES) * np.exp(draw.normal(0, 0.01, len(SIZES))))
    low, high = found.band(np.array([5e4, 5e6]))
    assert high[1] - low[1] > high[0] - low[0] > 0
    assert found.alpha_range[0] < found.alpha < found.alpha_range[1]


@pytest.mark.parametrize(
    ("sizes", "losses", "says"),
    [
        ([], [], "too_few"),
        ([1e3, 1e4], [3.0, 2.0], "too_few"),
        ([1e4] * 8, [2.0] * 8, "too_few"),
        (SIZES.tolist(), [None] * 7, "too_few"),
        (SIZES.tolist(), [math.nan] * 7, "too_few"),
        (SIZES.tolist(), [math.inf] * 7, "too_few"),
        ([1000, 1001, 1002, 1003], [4.0, 3.0, 2.0, 1.0], "too_few"),
        (SIZES.tolist(), [2.0] * 7, "no_trend"),
        (SIZES.tolist(), [1, 2, 3, 4, 5, 6, 7], "no_trend"),
    ],
)
def test_what_is_no_law_is_said(sizes: list[float], losses: list[float | None], says: str) -> None:
    reading = read_scaling(sizes, losses)
    assert (reading.says, reading.law) == (says, None)


def test_runs_that_failed_are_passed_over() -> None:
    losses = [None if i == 2 else float(loss) for i, loss in enumerate(law(SIZES))]
    found = read_scaling(SIZES.tolist(), losses)
    assert found.law is not None
    assert found.law.alpha == pytest.approx(0.4, abs=0.02)
