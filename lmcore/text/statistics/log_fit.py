"""A straight line through logarithms: the test for a power law that a picture can show."""

from dataclasses import dataclass

import numpy as np

MOST_POINTS = 300  # a line of a picture has no more


@dataclass(frozen=True)
class PowerLaw:
    """y ≈ constant · x ** exponent, with the share `r2` of the variance of log y that it explains."""

    constant: float
    exponent: float
    r2: float


def fitted(x: np.ndarray, y: np.ndarray) -> PowerLaw:
    """Least squares on log x and log y of at least two different x; everything is positive.

    >>> fitted(np.array([1, 2, 4]), np.array([8.0, 4, 2]))
    PowerLaw(constant=8.0, exponent=-1.0, r2=1.0)
    """
    log_x, log_y = np.log(x), np.log(y)
    across, up = log_x - log_x.mean(), log_y - log_y.mean()
    slope = float(across @ up / (across @ across))
    varies = float(up @ up)
    r2 = 1 - float(((up - slope * across) ** 2).sum()) / varies if varies > 1e-12 else 0.0
    constant = float(np.exp(log_y.mean() - slope * log_x.mean()))
    return PowerLaw(round(constant, 6), round(slope, 6) + 0.0, round(max(r2, 0.0), 6))


def log_spaced(last: int, n_points: int = MOST_POINTS) -> np.ndarray:
    """Whole numbers from 1 to `last`, both included, at most `n_points`, about evenly on a log axis.

    >>> log_spaced(1000, 6)
    array([   1,    4,   16,   63,  251, 1000])
    """
    return np.unique(np.rint(np.geomspace(1, last, n_points)).astype(np.int64))
