"""How much of the whole space a map keeps.

Venna & Kaski (2001), "Neighborhood preservation in nonlinear projection methods":
trustworthiness = 1 - 2 / (n k (2n - 3k - 1)) · Σ over false neighbours of (their true rank - k).
"""

import numpy as np

from lmcore.analysis.neighbours import knn
from lmcore.vectors.queries import unit_rows

_BLOCK_NUMBERS = 4_000_000  # cosines computed at once


def neighbours_kept(matrix: np.ndarray, xy: np.ndarray, k: int = 15) -> float:
    """The share of every row's k nearest by cosine that are among its k nearest on the map `xy` (n, d)."""
    return float(kept_of_each(knn(matrix, k)[0], xy).mean())


def kept_of_each(true: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """For every point the share of its true neighbours (n, k) that are among its k nearest on the map, (n,).

    A lone point has nothing to lose.
    """
    if true.shape[1] == 0:
        return np.ones(len(true))
    shown = shown_neighbours(xy, true.shape[1])
    return (true[:, :, None] == shown[:, None, :]).any(axis=2).mean(axis=1)


def shown_neighbours(xy: np.ndarray, k: int) -> np.ndarray:
    """Every point's k nearest others on the map, nearest first, (n, k)."""
    from scipy.spatial import KDTree

    n = len(xy)
    _, places = KDTree(xy).query(xy, k=k + 1)
    places = np.asarray(places)
    itself = places == np.arange(n)[:, None]
    itself[~itself.any(axis=1), -1] = True  # many points on one spot: it may not be among its own nearest
    return places[~itself].reshape(n, k)


def trustworthiness(matrix: np.ndarray, xy: np.ndarray, k: int = 15) -> float:
    """1 when no point is shown near another that is not; see the module. Needs n > 2k points."""
    unit, shown = unit_rows(matrix), shown_neighbours(xy, k)
    n = len(unit)
    block = max(1, _BLOCK_NUMBERS // n)
    too_far = 0
    for start in range(0, n, block):
        rows = np.arange(start, min(start + block, n))
        cosines = unit[rows] @ unit.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        for place in shown[rows].T:
            nearer = cosines > cosines[np.arange(len(rows)), place][:, None]
            too_far += int(np.maximum(nearer.sum(axis=1) + 1 - k, 0).sum())
    return 1 - 2 * too_far / (n * k * (2 * n - 3 * k - 1))
