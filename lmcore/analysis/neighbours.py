"""The nearest words of every word, by cosine."""

import numpy as np

from lmcore.vectors.queries import unit_rows

_BLOCK_NUMBERS = 4_000_000  # cosines computed at once


def knn(matrix: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row's k nearest others, nearest first: places (n, k) int32 and distances 1 - cosine (n, k).

    Fewer than k where there are not so many others.
    """
    unit = unit_rows(matrix)
    n = len(unit)
    k = min(k, n - 1)
    places, distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    block = max(1, _BLOCK_NUMBERS // n)
    for start in range(0, n if k else 0, block):
        cosines = unit[start : start + block] @ unit.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -np.inf
        nearest = np.argpartition(cosines, n - k, axis=1)[:, n - k :]
        found = np.take_along_axis(cosines, nearest, 1)
        order = np.lexsort((nearest, -found), axis=1)  # of equals the more frequent first
        places[start : start + block] = np.take_along_axis(nearest, order, 1)
        distances[start : start + block] = 1 - np.take_along_axis(found, order, 1)
    return places, np.maximum(distances, 0)
