"""FastText: skip-gram whose words are means of character n-grams (Bojanowski et al. 2017), compiled.

The centre's vector h, the mean of its own row and those of its n-grams, predicts every neighbour. All rows
are moved by the gradient for h, as in the authors' program, so h moves by as much: it is gathered once for a
window, and its rows are changed once after it. All pairs of a window share their negatives, which are words
outside it.
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
    is_in,
    prefetch,
    random_bits,
    read_words,
)


@cache
def kernel(dimensions: int, negative: int) -> Kernel:
    """The compiled trainer for these sizes.

    `train(tokens, start, end, keep, window, rate, state, inputs, outputs, table, rows, starts)` as
    `skipgram.kernel`'s, with `rows` and `starts` of `subwords.subword_table`; `inputs` (V + buckets,
    dimensions). One long function for the same reason.
    """
    D = dimensions
    n_targets = 1 + negative
    n_rows = -(-n_targets // TILE) * TILE  # whole tiles; the rows past n_targets stay zero

    @njit(fastmath=MATH, nogil=True, error_model="numpy", cache=True)
    def train(tokens, start, end, keep, window, rate, state, inputs, outputs, table, rows, starts):  # type: ignore[no-untyped-def]
        table_size = np.uint64(table.shape[0])
        words = np.empty(LONGEST, np.int64)
        targets = np.empty(n_rows, np.int64)
        drawn = np.empty(n_targets, np.int64)  # negatives of the next centre
        T = np.zeros((n_rows, D), np.float32)  # the targets' output vectors
        dT = np.zeros((n_rows, D), np.float32)
        h = np.empty(D, np.float32)
        h0 = np.empty(D, np.float32)  # h before the window
        x = np.empty(D, np.float32)  # h before a pair
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
                reach = window - np.int64(random_bits(state) % np.uint64(window))
                first, last = max(0, i - reach), min(n, i + reach + 1)
                if last - first < 2:
                    continue
                following = words[min(i + 1, n - 1)]
                for r in range(starts[following], starts[following + 1]):
                    row = rows[r]
                    for d in range(0, D, 16):
                        prefetch(inputs, row, d)
                from_row, to_row = starts[words[i]], starts[words[i] + 1]
                share = np.float32(1) / np.float32(to_row - from_row)
                for d in range(D):
                    h[d] = np.float32(0)
                for r in range(from_row, to_row):
                    row = rows[r]
                    for d in range(D):
                        h[d] += inputs[row, d]
                for d in range(D):
                    h[d] *= share
                    h0[d] = h[d]
                for k in range(1, n_targets):
                    targets[k] = drawn[k]
                    for _ in range(REDRAWS):
                        if not is_in(targets[k], words, first, last):
                            break
                        targets[k] = table[random_bits(state) % table_size]
                for k in range(1, n_targets):
                    drawn[k] = table[random_bits(state) % table_size]
                    for d in range(0, D, 16):
                        prefetch(outputs, drawn[k], d)
                for k in range(1, n_targets):
                    target = targets[k]  # outside the loop, or no loop over d is vectorised
                    for d in range(D):
                        T[k, d] = outputs[target, d]
                        dT[k, d] = np.float32(0)
                for j in range(first, last):
                    if j == i:
                        continue
                    neighbour = words[j]
                    for d in range(D):
                        T[0, d] = outputs[neighbour, d]
                        dT[0, d] = np.float32(0)
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
                    for k in range(n_targets):
                        product *= 1.0 + np.float64(wrong[k])
                        if product > PRODUCT_LIMIT:
                            loss += np.log(product)
                            product = 1.0
                    for d in range(D):
                        x[d] = h[d]
                    for k in range(0, n_rows, TILE):
                        g0, g1, g2, g3, g4, g5 = g[k], g[k + 1], g[k + 2], g[k + 3], g[k + 4], g[k + 5]
                        for d in range(D):
                            h[d] += (
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
                    for d in range(D):
                        outputs[neighbour, d] += dT[0, d]
                    n_pairs += 1
                for k in range(1, n_targets):
                    target = targets[k]
                    for d in range(D):
                        outputs[target, d] += dT[k, d]
                for r in range(from_row, to_row):
                    row = rows[r]
                    for d in range(D):
                        inputs[row, d] += h[d] - h0[d]
        return loss + np.log(product), n_pairs

    return train
