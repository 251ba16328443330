"""Skip-gram with negative sampling (Mikolov et al. 2013b, eq. 4), compiled.

All pairs of one centre share its negatives (Ji et al. 2016). The output vectors of centre and negatives,
six at a time (a tile), are read once, stay in registers and cache for the whole window, and are written
back after it. The negatives of a centre are drawn one centre ahead, so that they are in the cache when they
are needed. Numbers of dimensions and negatives are constants of the compiled code; numba keeps it on disk for
the next process.
"""

from functools import cache

import numpy as np
from numba import njit

from lmcore.vectors.compiled import (
    LARGEST_SCORE,
    LONGEST,
    MATH,
    PRODUCT_LIMIT,
    REDRAWS,
    TILE,
    Kernel,
    exp,
    prefetch,
    random_bits,
    read_words,
)


@cache
def kernel(dimensions: int, negative: int) -> Kernel:
    """The compiled trainer for these sizes.

    `train(tokens, start, end, keep, window, rate, state, inputs, outputs, table)` changes `inputs` and
    `outputs` (V, dimensions) float32 and `state` (1,) uint64 in place, and gives the summed loss in nats
    and the number of pairs.

    One long function on purpose: with the tiles in functions of their own it is 1.7 times slower, and numba
    cannot keep it on disk.
    """
    D = dimensions
    n_targets = 1 + negative
    n_rows = -(-n_targets // TILE) * TILE  # whole tiles; the rows past n_targets stay zero

    @njit(fastmath=MATH, nogil=True, error_model="numpy", cache=True)
    def train(tokens, start, end, keep, window, rate, state, inputs, outputs, table):  # type: ignore[no-untyped-def]
        table_size = np.uint64(table.shape[0])
        words = np.empty(LONGEST, np.int64)
        targets = np.empty(n_rows, np.int64)
        drawn = np.empty(n_targets, np.int64)  # negatives of the next centre
        T = np.zeros((n_rows, D), np.float32)  # the targets' output vectors
        dT = np.zeros((n_rows, D), np.float32)
        x = np.empty(D, np.float32)  # the neighbour's input vector before this pair
        g = np.zeros(n_rows, np.float32)  # scores, then gradients times the rate
        wrong = np.zeros(n_rows, np.float32)  # exp of a score that should be low
        sign = np.zeros(n_rows, np.float32)  # the loss of a target is softplus(sign · score)
        sign[0], sign[1:n_targets] = -1, 1
        loss = 0.0
        product = 1.0  # of 1 + exp(sign · score): one logarithm for many factors
        n_pairs = 0
        position = start
        for k in range(1, n_targets):
            drawn[k] = table[random_bits(state) % table_size]
        while position < end:
            n, position = read_words(tokens, position, end, keep, state, words)
            for i in range(n):
                centre = words[i]
                reach = window - np.int64(random_bits(state) % np.uint64(window))
                first, last = max(0, i - reach), min(n, i + reach + 1)
                targets[0] = centre
                for k in range(1, n_targets):
                    targets[k] = drawn[k]
                    for _ in range(REDRAWS):
                        if targets[k] != centre:
                            break
                        targets[k] = table[random_bits(state) % table_size]
                for k in range(1, n_targets):
                    drawn[k] = table[random_bits(state) % table_size]
                    for d in range(0, D, 16):
                        prefetch(outputs, drawn[k], d)
                for d in range(0, D, 16):
                    prefetch(outputs, words[min(i + 1, n - 1)], d)
                    prefetch(inputs, words[min(i + window + 1, n - 1)], d)
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
                    for k in range(0, n_rows, TILE):
                        a0 = a1 = a2 = a3 = a4 = a5 = np.float32(0)
                        for d in range(D):
                            a0 += x[d] * T[k, d]
                            a1 += x[d] * T[k + 1, d]
                            a2 += x[d] * T[k + 2, d]
                            a3 += x[d] * T[k + 3, d]
                            a4 += x[d] * T[k + 4, d]
                            a5 += x[d] * T[k + 5, d]
                        g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5] = a0, a1, a2, a3, a4, a5
                    for k in range(n_rows):
                        wrong[k] = exp(min(max(sign[k] * g[k], -LARGEST_SCORE), LARGEST_SCORE))
                        g[k] = -sign[k] * rate * wrong[k] / (np.float32(1) + wrong[k])
                    for k in range(n_targets):
                        product *= 1.0 + np.float64(wrong[k])
                        if product > PRODUCT_LIMIT:
                            loss += np.log(product)
                            product = 1.0
                    for k in range(0, n_rows, TILE):
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
