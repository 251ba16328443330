"""The nearest words of every word, by cosine."""

import numpy as np

from lmcore.vectors.queries import unit_rows

_BLOCK_NUMBERS = 4_000_000  # cosines computed at once


def knn(matrix: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row's k nearest others, nearest first: places (n, k) int32 and distances 1 - cosine (n, k).

    Fewer than k where there are not so many others; of equals the first comes first.
    """
    unit = unit_rows(matrix)
    n = len(unit)
    k = min(k, n - 1)
    places, cosines = np.zeros((n, k), np.int32), np.zeros((n, k), np.float32)
    if k > 0:
        from lmcore.analysis.nearest import largest  # numba: not before it is needed

        block = max(1, _BLOCK_NUMBERS // n)
        for start in range(0, n, block):
            rows = slice(start, start + block)
            largest(unit[rows] @ unit.T, start, places[rows], cosines[rows])
    return places, np.maximum(1 - cosines, 0)
