"""A random order of very many things, without holding it in memory."""

import numpy as np

LARGE = 1_000_000  # things whose order is no longer kept as a list
ROUNDS = 4
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Shuffled:
    """The numbers 0 … n - 1 in an order drawn with `random`.

    A list up to `LARGE`; beyond that a Feistel network (Luby & Rackoff 1988) over the next power of four,
    walked until it falls below n, so that memory does not grow with n.
    """

    def __init__(self, n: int, random: np.random.Generator) -> None:
        self.n = n
        self._order = random.permutation(n) if n <= LARGE else None
        self._half = np.uint64((max(2, (n - 1).bit_length()) + 1) // 2)
        self._keys = random.integers(2**63, size=ROUNDS).astype(np.uint64)

    def __len__(self) -> int:
        return self.n

    def between(self, start: int, end: int) -> np.ndarray:
        """Places `start` to `end` of the order, int64; fewer where it ends before."""
        if self._order is not None:
            return self._order[start:end]
        places = np.arange(start, min(end, self.n)).astype(np.uint64)
        values = self._mixed(places)
        while (outside := values >= self.n).any():
            values[outside] = self._mixed(values[outside])
        return values.astype(np.int64)

    def _mixed(self, values: np.ndarray) -> np.ndarray:
        """One walk through the network: a bijection of the numbers below 4^half."""
        low = np.uint64((1 << int(self._half)) - 1)
        left, right = values >> self._half, values & low
        for key in self._keys:
            noise = (right ^ key) * _MULTIPLIER
            left, right = right, left ^ ((noise >> np.uint64(29)) & low)
        return (left << self._half) | right
