"""Skip-gram with negative sampling (Mikolov et al. 2013b, eq. 4), compiled.

All pairs of one centre share its negatives (Ji et al. 2016). The output vectors of centre and negatives,
six at a time (a tile), are read once, stay in registers and cache for the whole window, and are written
back after it. Numbers of dimensions and negatives are constants of the compiled code; numba keeps it on
disk for the next process.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit

_MATH = {"reassoc", "contract", "nsz", "arcp"}  # fastmath without its promise that there is never a NaN
_LONGEST = 1_000  # words read at once from a long sequence
_TILE = 6
_LARGEST_SCORE = np.float32(30)  # beyond it σ is 0 or 1 in float32, and exp stays finite
_PRODUCT_LIMIT = 1e200

Kernel = Callable[..., tuple[float, int]]


@njit(inline="always")
def _random(state):  # type: ignore[no-untyped-def]
    """31 random bits from a linear congruential generator with Knuth's MMIX constants."""
    state[0] = state[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return state[0] >> np.uint64(33)


@njit(inline="always")
def _read_words(tokens, position, end, keep, state, words):  # type: ignore[no-untyped-def]
    """Fill `words` with the next sequence, thinned by `keep`; gives how many, and where reading goes on."""
    n = 0
    while position < end and n < _LONGEST:
        word = tokens[position]
        position += 1
        if word < 0:
            if n > 0:
                break
        elif np.float32(_random(state)) * np.float32(2**-31) < keep[word]:
            words[n] = word
            n += 1
    return n, position


@cache
def kernel(dimensions: int, negative: int) -> Kernel:
    """The compiled trainer for these sizes.

    `train(tokens, start, end, inputs, outputs, keep, table, window, rate, state)` changes `inputs` and
    `outputs` (V, dimensions) float32 and `state` (1,) uint64 in place, and gives the summed loss in nats
    and the number of pairs.

    One long function on purpose: with the tiles in functions of their own it is 1.7 times slower, and numba
    cannot keep it on disk.
    """
    D = dimensions
    n_targets = 1 + negative
    n_rows = -(-n_targets // _TILE) * _TILE  # whole tiles; the rows past n_targets stay zero

    @njit(fastmath=_MATH, nogil=True, error_model="numpy", cache=True)
    def train(tokens, start, end, inputs, outputs, keep, table, window, rate, state):  # type: ignore[no-untyped-def]
        table_size = np.uint64(table.shape[0])
        words = np.empty(_LONGEST, np.int64)
        targets = np.empty(n_rows, np.int64)
        T = np.zeros((n_rows, D), np.float32)  # the targets' output vectors
        dT = np.zeros((n_rows, D), np.float32)
        x = np.empty(D, np.float32)  # the neighbour's input vector before this pair
        g = np.zeros(n_rows, np.float32)  # scores, then gradients times the rate
        loss = 0.0
        product = 1.0  # of 1 + exp(-score): one logarithm for many factors
        n_pairs = 0
        position = start
        while position < end:
            n, position = _read_words(tokens, position, end, keep, state, words)
            for i in range(n):
                centre = words[i]
                reach = window - np.int64(_random(state) % np.uint64(window))
                first, last = max(0, i - reach), min(n, i + reach + 1)
                targets[0] = centre
                for k in range(1, n_targets):
                    targets[k] = centre
                    while targets[k] == centre:
                        targets[k] = table[_random(state) % table_size]
                for k in range(n_targets):
                    target = targets[k]  # outside the loop, or no loop over d is vectorised
                    for d in range(D):
                        T[k, d] = outputs[target, d]
                        dT[k, d] = np.float32(0)
                for j in range(first, last):
                    if j == i:
                        continue
                    word = words[j]
                    for d in range(D):
                        x[d] = inputs[word, d]
                    for k in range(0, n_rows, _TILE):
                        a0 = a1 = a2 = a3 = a4 = a5 = np.float32(0)
                        for d in range(D):
                            a0 += x[d] * T[k, d]
                            a1 += x[d] * T[k + 1, d]
                            a2 += x[d] * T[k + 2, d]
                            a3 += x[d] * T[k + 3, d]
                            a4 += x[d] * T[k + 4, d]
                            a5 += x[d] * T[k + 5, d]
                        g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5] = a0, a1, a2, a3, a4, a5
                    for k in range(n_targets):
                        score = -g[k] if k == 0 else g[k]  # the loss is softplus of it
                        wrong = np.exp(min(max(score, -_LARGEST_SCORE), _LARGEST_SCORE))
                        product *= 1.0 + np.float64(wrong)
                        if product > _PRODUCT_LIMIT:
                            loss += np.log(product)
                            product = 1.0
                        step = rate * wrong / (np.float32(1) + wrong)
                        g[k] = step if k == 0 else -step
                    for k in range(0, n_rows, _TILE):
                        g0, g1, g2, g3, g4, g5 = g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5]
                        for d in range(D):
                            inputs[word, d] += (
                                g0 * T[k, d]
                                + g1 * T[k + 1, d]
                                + g2 * T[k + 2, d]
                                + g3 * T[k + 3, d]
                                + g4 * T[k + 4, d]
                                + g5 * T[k + 5, d]
                            )
                            dT[k, d] += g0 * x[d]
                            dT[k + 1, d] += g1 * x[d]
                            dT[k + 2, d] += g2 * x[d]
                            dT[k + 3, d] += g3 * x[d]
                            dT[k + 4, d] += g4 * x[d]
                            dT[k + 5, d] += g5 * x[d]
                    n_pairs += 1
                for k in range(n_targets):
                    target = targets[k]
                    for d in range(D):
                        outputs[target, d] += dT[k, d]
        return loss + np.log(product), n_pairs

    return train
