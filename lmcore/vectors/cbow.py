"""CBOW with negative sampling (Mikolov et al. 2013a, section 3.1), compiled.

The mean h of the neighbours' input vectors predicts the centre. As in Mikolov's program every neighbour is
moved by the gradient for h, which is the gradient for itself times the number of neighbours.
"""

from functools import cache

import numpy as np
from numba import njit

from lmcore.vectors.compiled import (
    LARGEST_SCORE,
    LONGEST,
    MATH,
    PRODUCT_LIMIT,
    TILE,
    Kernel,
    exp,
    prefetch,
    random_bits,
    read_words,
)


@cache
def kernel(dimensions: int, negative: int) -> Kernel:
    """The compiled trainer for these sizes, to be called as `skipgram.kernel`'s; one prediction a centre.

    One long function for the same reason: it is faster, and numba can keep it on disk.
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
        h = np.empty(D, np.float32)
        dh = np.empty(D, np.float32)
        g = np.zeros(n_rows, np.float32)  # scores, then gradients times the rate
        wrong = np.zeros(n_rows, np.float32)  # exp of a score that should be low
        sign = np.zeros(n_rows, np.float32)  # the loss of a target is softplus(sign · score)
        sign[0], sign[1:n_targets] = -1, 1
        loss = 0.0
        product = 1.0  # of 1 + exp(sign · score): one logarithm for many factors
        n_predictions = 0
        position = start
        for k in range(1, n_targets):
            drawn[k] = table[random_bits(state) % table_size]
        while position < end:
            n, position = read_words(tokens, position, end, keep, state, words)
            for i in range(n):
                centre = words[i]
                reach = window - np.int64(random_bits(state) % np.uint64(window))
                first, last = max(0, i - reach), min(n, i + reach + 1)
                if last - first < 2:
                    continue
                targets[0] = centre
                for k in range(1, n_targets):
                    targets[k] = drawn[k]
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
                for d in range(D):
                    h[d] = np.float32(0)
                for j in range(first, last):
                    if j != i:
                        word = words[j]
                        for d in range(D):
                            h[d] += inputs[word, d]
                share = np.float32(1) / np.float32(last - first - 1)
                for d in range(D):
                    h[d] *= share
                    dh[d] = np.float32(0)
                for k in range(0, n_rows, TILE):
                    a0 = a1 = a2 = a3 = a4 = a5 = np.float32(0)
                    for d in range(D):
                        a0 += h[d] * T[k, d]
                        a1 += h[d] * T[k + 1, d]
                        a2 += h[d] * T[k + 2, d]
                        a3 += h[d] * T[k + 3, d]
                        a4 += h[d] * T[k + 4, d]
                        a5 += h[d] * T[k + 5, d]
                    g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5] = a0, a1, a2, a3, a4, a5
                for k in range(n_rows):
                    wrong[k] = exp(min(max(sign[k] * g[k], -LARGEST_SCORE), LARGEST_SCORE))
                    g[k] = -sign[k] * rate * wrong[k] / (np.float32(1) + wrong[k])
                for k in range(1, n_targets):
                    if targets[k] == centre:  # teaches nothing, as in word2vec.c; its loss is a coin toss
                        g[k], wrong[k] = 0, 1
                for k in range(n_targets):
                    product *= 1.0 + np.float64(wrong[k])
                    if product > PRODUCT_LIMIT:
                        loss += np.log(product)
                        product = 1.0
                for k in range(0, n_rows, TILE):
                    g0, g1, g2, g3, g4, g5 = g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5]
                    for d in range(D):
                        dh[d] += (
                            g0 * T[k, d]
                            + g1 * T[k + 1, d]
                            + g2 * T[k + 2, d]
                            + g3 * T[k + 3, d]
                            + g4 * T[k + 4, d]
                            + g5 * T[k + 5, d]
                        )
                for k in range(n_targets):
                    target, step = targets[k], g[k]
                    for d in range(D):
                        outputs[target, d] += step * h[d]
                for j in range(first, last):
                    if j != i:
                        word = words[j]
                        for d in range(D):
                            inputs[word, d] += dh[d]
                n_predictions += 1
        return loss + np.log(product), n_predictions

    return train
