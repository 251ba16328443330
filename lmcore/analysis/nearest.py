"""The largest numbers of every row, compiled: one comparison for nearly all of them."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def largest(cosines, first, places, found):  # type: ignore[no-untyped-def]
    """Fill `places` and `found` (b, k) with the k largest of each row of `cosines` (b, n), largest first.

    Row r is that of point `first` + r, which is left out; of equals the first comes first. n > k.
    """
    k = places.shape[1]
    for r in range(cosines.shape[0]):
        found[r] = -np.inf
        for j in range(cosines.shape[1]):
            cosine = cosines[r, j]
            if cosine > found[r, k - 1] and j != first + r:
                at = k - 1
                while at > 0 and found[r, at - 1] < cosine:
                    found[r, at], places[r, at] = found[r, at - 1], places[r, at - 1]
                    at -= 1
                found[r, at], places[r, at] = cosine, j
