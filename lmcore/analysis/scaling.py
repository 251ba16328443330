"""Scaling laws: how the loss falls with the size of a model or of a text, and what that predicts.

L(x) = L∞ + a · x^(−α), with x the weights in attention and MLP, without embeddings (Kaplan et al. 2020,
section 3.2), or the tokens seen (Hoffmann et al. 2022, approach 3, fit the same form).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

FEWEST = 4  # different sizes: the law has three numbers
SPREAD = 3.0  # the largest size over the smallest
RESAMPLES = 100
LEVEL = 0.9  # of the band
STARTS = [(share, alpha) for share in (0.0, 0.5, 0.9) for alpha in (0.05, 0.3, 1.0)]
STEEPEST = 3.0
TREND = -0.5  # rank correlation of size and loss; above that nothing falls


@dataclass(frozen=True)
class ScalingLaw:
    """L(x) = floor + exp(log_a) · x^(−alpha), and the three numbers of every resample, (n, 3)."""

    floor: float
    log_a: float
    alpha: float
    resamples: np.ndarray
    noise: float  # standard deviation of log L around the law

    def at(self, x: np.ndarray | float) -> np.ndarray:
        """The law at sizes `x`."""
        return _law(np.array([self.floor, self.log_a, self.alpha]), np.asarray(x, dtype=float))

    def band(self, x: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Where a new run of size `x` lies with `LEVEL` probability: lower and upper loss."""
        x = np.atleast_1d(np.asarray(x, dtype=float))
        draw = np.random.default_rng(0)
        all_laws = np.array([_law(one, x) for one in self.resamples])
        all_laws *= np.exp(draw.normal(0.0, self.noise, (len(all_laws), 1)))
        low, high = np.quantile(all_laws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        return low, high

    @property
    def alpha_range(self) -> tuple[float, float]:
        """The exponent's own band."""
        low, high = np.quantile(self.resamples[:, 2], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)


@dataclass(frozen=True)
class ScalingReading:
    """`says` names the text `scaling.says.<says>`; without a law nothing can be predicted."""

    says: str
    law: ScalingLaw | None = None


def read_scaling(sizes: Sequence[float], losses: Sequence[float | None]) -> ScalingReading:
    """Fit a law to runs of different sizes; a loss that is no number is passed over.

    >>> read_scaling([1e3, 1e4], [3.0, 2.0]).says
    'too_few'
    """
    pairs = [(x, y) for x, y in zip(sizes, losses, strict=True) if y is not None]
    points = np.array(pairs, dtype=float).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1) & (points > 0).all(axis=1)]
    x, y = points[:, 0], points[:, 1]
    if len(np.unique(x)) < FEWEST or x.max() / x.min() < SPREAD:
        return ScalingReading("too_few")
    if _rank_correlation(x, y) > TREND:
        return ScalingReading("no_trend")
    return ScalingReading("found", fit(x, y))


def fit(x: np.ndarray, y: np.ndarray) -> ScalingLaw:
    """Least squares of log L from several starts, and of resampled residuals around that law."""
    best = min((_solve(x, y, start) for start in _starts(x, y)), key=lambda result: result[1])
    params = best[0]
    residuals = np.log(y) - np.log(_law(params, x))
    free = max(1, len(x) - len(params))
    noise = float(np.sqrt((residuals**2).sum() / free))
    inflated = residuals * np.sqrt(len(x) / free)  # three numbers were fitted to them
    draw = np.random.default_rng(0)
    resamples = []
    for _ in range(RESAMPLES):
        again = _law(params, x) * np.exp(draw.choice(inflated, len(x)))
        resamples.append(_solve(x, again, _free(params))[0])
    return ScalingLaw(float(params[0]), float(params[1]), float(params[2]), np.array(resamples), noise)


def _law(params: np.ndarray, x: np.ndarray) -> np.ndarray:
    floor, log_a, alpha = params
    return floor + np.exp(log_a - alpha * np.log(x))


def _starts(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Floors between nothing and the lowest loss, several exponents, through the smallest size."""
    starts = []
    for share, alpha in STARTS:
        floor = share * y.min()
        starts.append(np.array([floor, np.log(y.max() - floor + 1e-9) + alpha * np.log(x.min()), alpha]))
    return starts


def _free(params: np.ndarray) -> np.ndarray:
    """A start inside the bounds."""
    return np.array([max(params[0], 1e-6), params[1], float(np.clip(params[2], 1e-4, STEEPEST - 1e-4))])


def _solve(x: np.ndarray, y: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, float]:
    """The best params from one start, and half the sum of squares.

    The size is centred, so that a and α can be moved one at a time.
    """
    middle = np.log(x).mean()
    bounds = ([0.0, -50.0, 1e-5], [float(y.min()), 50.0, STEEPEST])

    def residuals(params: np.ndarray) -> np.ndarray:
        floor, height, alpha = params
        return np.log(floor + np.exp(height - alpha * (np.log(x) - middle))) - np.log(y)

    centred = np.array([start[0], start[1] - start[2] * middle, start[2]])
    inside = np.clip(centred, np.array(bounds[0]) + 1e-9, np.array(bounds[1]) - 1e-9)
    found = least_squares(residuals, inside, bounds=bounds)
    floor, height, alpha = found.x
    return np.array([floor, height + alpha * middle, alpha]), float(found.cost)


def _rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's; 0 where all losses are alike."""
    first, second = (np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (x, y))
    return 0.0 if np.ptp(y) == 0 else float(np.corrcoef(first, second)[0, 1])
