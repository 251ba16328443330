"""How often words stand near each other: what GloVe and PPMI learn from.

Weights of a pair at distance d: 1/d (`harmonic`, Pennington et al. 2014, section 4.2), or (window - d + 1) /
window (`linear`), which is how often skip-gram's shrinking window reaches that far (Levy, Goldberg & Dagan
2015). Pairs are kept in a table with open addressing that doubles when it fills, up to `MOST_PAIRS`: half a
gigabyte at most.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from lmcore.checks import check_choice
from lmcore.errors import ResourceError, TextError

WEIGHTINGS = ("harmonic", "linear")
MOST_PAIRS = 20_000_000  # different ones; sixteen bytes each in the table, which is at most two thirds empty
_FULL = 0.6  # share of the table from which on it grows
_FIRST_SIZE = 1 << 16
_CHUNK = 500_000  # tokens between two looks at how full the table is
_HASH = np.uint64(11400714819323198485)  # 2^64 / golden ratio (Knuth 1998, section 6.4)


@dataclass(frozen=True)
class CoOccurrences:
    """Different pairs, each once with `rows` <= `columns` (n,) int32, and their weighted `counts` (n,).

    The counts are float32, and the table that they stand for is symmetric.
    """

    n_words: int
    rows: np.ndarray
    columns: np.ndarray
    counts: np.ndarray

    def both_ways(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, columns and counts of the whole table: (i, j) and (j, i)."""
        off = self.rows != self.columns
        return (
            np.concatenate([self.rows, self.columns[off]]),
            np.concatenate([self.columns, self.rows[off]]),
            np.concatenate([self.counts, self.counts[off]]),
        )


def weights_of(window: int, weighting: str) -> np.ndarray:
    """The weight of each distance 1 … window, (window,) float64.

    >>> weights_of(4, "linear").tolist()
    [1.0, 0.75, 0.5, 0.25]
    """
    check_choice("weighting", weighting, WEIGHTINGS)
    distance = np.arange(1, window + 1)
    return 1 / distance if weighting == "harmonic" else (window - distance + 1) / window


def co_occurrences(tokens: np.ndarray, n_words: int, window: int, weighting: str) -> CoOccurrences:
    """Count all pairs within `window` that no break (-1) divides.

    Raises `TextError` when there is none, `ResourceError` when there are more than `MOST_PAIRS`.
    """
    weights = weights_of(window, weighting)
    keys, counts = np.zeros(_FIRST_SIZE, np.uint64), np.zeros(_FIRST_SIZE)  # float32 would lose small weights
    n, at = 0, 0
    while at < len(tokens):
        end = min(at + _CHUNK, len(tokens))
        n, at = _count(tokens, at, end, n_words, weights, keys, counts, n)
        if n > MOST_PAIRS:
            raise ResourceError("too_many_pairs", n=n, limit=MOST_PAIRS)
        if at < end or n > _FULL * len(keys):
            keys, counts = _grown(keys, counts)
    found = keys > 0
    if not found.any():
        raise TextError("no_pairs", window=window)
    pairs = (keys[found] - np.uint64(1)).astype(np.int64)
    rows, columns = np.divmod(pairs, n_words)
    kept = counts[found].astype(np.float32)
    return CoOccurrences(n_words, rows.astype(np.int32), columns.astype(np.int32), kept)


def counts_among(tokens: np.ndarray, rows: np.ndarray, window: int, weighting: str) -> np.ndarray:
    """How often some words meet each other, (k, k) float32, symmetric; `rows` (k,) are their places."""
    place = np.full(max(int(tokens.max(initial=0)), int(rows.max(initial=0))) + 1, -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    counts = np.zeros((len(rows), len(rows)))
    _count_among(tokens, place, weights_of(window, weighting), counts)
    return counts.astype(np.float32)


@njit(nogil=True, cache=True)
def _count(tokens, start, end, n_words, weights, keys, counts, n):  # type: ignore[no-untyped-def]
    """Count the pairs whose second word stands in tokens[start:end]; stops early when the table gets full.

    Gives the number of different pairs and where to go on.
    """
    mask = np.uint64(len(keys) - 1)
    most = np.int64(len(keys) * 0.9)
    for i in range(start, end):
        word = tokens[i]
        if word < 0:
            continue
        if n + len(weights) > most:
            return n, i
        for d in range(len(weights)):
            j = i - 1 - d
            if j < 0 or tokens[j] < 0:
                break
            low, high = min(word, tokens[j]), max(word, tokens[j])
            key = np.uint64(low) * np.uint64(n_words) + np.uint64(high) + np.uint64(1)
            slot = ((key * _HASH) >> np.uint64(20)) & mask
            while keys[slot] != key and keys[slot] != 0:
                slot = (slot + np.uint64(1)) & mask
            if keys[slot] == 0:
                keys[slot] = key
                n += 1
            counts[slot] += weights[d] * (2.0 if low == high else 1.0)
    return n, end


@njit(nogil=True, cache=True)
def _moved(keys, counts, new_keys, new_counts):  # type: ignore[no-untyped-def]
    """Put all pairs into another table."""
    mask = np.uint64(len(new_keys) - 1)
    for i in range(len(keys)):
        if keys[i] != 0:
            slot = ((keys[i] * _HASH) >> np.uint64(20)) & mask
            while new_keys[slot] != 0:
                slot = (slot + np.uint64(1)) & mask
            new_keys[slot] = keys[i]
            new_counts[slot] = counts[i]


def _grown(keys: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same table with twice the places."""
    new_keys, new_counts = np.zeros(2 * len(keys), np.uint64), np.zeros(2 * len(keys))
    _moved(keys, counts, new_keys, new_counts)
    return new_keys, new_counts


@njit(nogil=True, cache=True)
def _count_among(tokens, place, weights, counts):  # type: ignore[no-untyped-def]
    for i in range(len(tokens)):
        if tokens[i] < 0 or place[tokens[i]] < 0:
            continue
        for d in range(len(weights)):
            j = i - 1 - d
            if j < 0 or tokens[j] < 0:
                break
            other = place[tokens[j]]
            if other >= 0:
                counts[place[tokens[i]], other] += weights[d]
                counts[other, place[tokens[i]]] += weights[d]
