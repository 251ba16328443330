"""Skip-gram with negative sampling (Mikolov et al. 2013b, eq. 4), compiled.

All pairs of one centre word share its negatives (Ji et al. 2016), and the centre's and the negatives' output vectors
are changed once all its neighbours are done: they stay in the processor's cache, and the loops run without a branch.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit

_MATH = {"reassoc", "contract", "nsz", "arcp"}  # all of fastmath but the promise that no NaN occurs
_LONGEST = 1_000  # words read at once of a long sequence


@njit("uint64(uint64[::1])", inline="always")
def _random(state):  # type: ignore[no-untyped-def]
    """31 random bits from a linear congruential generator (Knuth's MMIX constants)."""
    state[0] = state[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return state[0] >> np.uint64(33)
