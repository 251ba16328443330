"""What a learning-rate test says: how the loss answers to ever larger rates (Smith 2017, section 3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HALF_WIDTH = 6  # steps to either side that the smoothed loss looks at
FEWEST = 24  # steps that say something
FALL = 0.03  # of the first loss: less is no fall
RISE = 0.05  # of the lowest loss: more is a rise
BELOW = 3.0  # how far the suggestion lies below the rate with the lowest loss


@dataclass(frozen=True)
class RateReading:
    """What can be said of a test; `says` names the text `rates.says.<says>`.

    `suggestion` is None where nothing can be said. `rate` and `loss`, the smoothed one, have the same length.
    """

    says: str
    rate: np.ndarray
    loss: np.ndarray
    suggestion: float | None = None
    steepest: float | None = None  # rate where the loss falls most for a rate that grows by a given factor
    lowest: float | None = None  # rate with the lowest loss


def read_rates(rates: Sequence[float | None], losses: Sequence[float | None]) -> RateReading:
    """Read a test from the rate of every step and the loss before it; a loss that was no number is None.

    The suggestion is a third of the rate with the lowest loss: there the loss is about to rise, and a long
    run needs some distance to that. It is never below the steepest point.
    """
    rate, loss = _usable(rates, losses)
    smooth = smoothed(loss)
    if len(rate) < FEWEST:
        return RateReading("too_few", rate, smooth)
    lowest = int(smooth.argmin())
    if smooth[lowest] >= (1 - FALL) * smooth[: HALF_WIDTH + 1].max():
        return RateReading("never_fell", rate, smooth)
    slope = np.gradient(smooth[: lowest + 1], np.log(rate[: lowest + 1])) if lowest else np.zeros(1)
    steepest = float(rate[int(slope.argmin())])
    suggestion = max(steepest, float(rate[lowest]) / BELOW)
    rose = smooth[lowest:].max() > (1 + RISE) * smooth[lowest] or len(losses) > len(loss)
    says = "found" if rose else "never_rose"
    return RateReading(says, rate, smooth, rounded(suggestion), steepest, float(rate[lowest]))


def _usable(rates: Sequence[float | None], losses: Sequence[float | None]) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, up to the first loss that is no number; rates of 0 have no place on the axis."""
    pairs = np.array([(r, v) for r, v in zip(rates, losses, strict=True) if r], dtype=float).reshape(-1, 2)
    broken = ~np.isfinite(pairs).all(axis=1) | (pairs[:, 0] <= 0)
    end = int(broken.argmax()) if broken.any() else len(pairs)
    return pairs[:end, 0], pairs[:end, 1]


def smoothed(values: np.ndarray) -> np.ndarray:
    """A centred mean with triangular weights, narrower at both ends so that it leans to no side.

    It is taken of medians of three, so that one odd batch does not draw a hill.
    """
    if len(values) > 2:
        inner = np.median(np.stack((values[:-2], values[1:-1], values[2:])), axis=0)
        values = np.concatenate((values[:1], inner, values[-1:]))
    out = np.empty(len(values))
    for i in range(len(values)):
        reach = min(HALF_WIDTH, i, len(values) - 1 - i)
        weights = reach + 1 - np.abs(np.arange(-reach, reach + 1))
        out[i] = np.average(values[i - reach : i + reach + 1], weights=weights)
    return out


def rounded(rate: float) -> float:
    """To two digits, as a control shows it.

    >>> rounded(0.012345), rounded(3.14159e-5)
    (0.012, 3.1e-05)
    """
    return float(f"{rate:.2g}")
