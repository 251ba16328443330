"""Skip-gram and CBOW, hierarchical softmax (Morin & Bengio 2005; Mikolov et al. 2013b, eq. 3), compiled.

p(word | h) is the product of σ(±h·v) over the inner nodes v on the way to the word, + for turn 0, - for
turn 1.
"""

from functools import cache

import numpy as np
from numba import njit

from lmcore.vectors.compiled import (
    LARGEST_SCORE,
    LONGEST,
    MATH,
    PRODUCT_LIMIT,
    Kernel,
    exp,
    random_bits,
    read_words,
)


@cache
def kernel(dimensions: int, whole_window: bool) -> Kernel:
    """The compiled trainer: h is the mean of the window's input vectors (CBOW), or each of them (skip-gram).

    `train(tokens, start, end, keep, window, rate, state, inputs, nodes_out, nodes, turns, starts)` as
    `skipgram.kernel`'s, with the arrays of `HuffmanPaths`; `nodes_out` (V - 1, dimensions).
    """
    D = dimensions

    @njit(fastmath=MATH, nogil=True, error_model="numpy", cache=True)
    def train(tokens, start, end, keep, window, rate, state, inputs, nodes_out, nodes, turns, starts):  # type: ignore[no-untyped-def]
        words = np.empty(LONGEST, np.int64)
        near = np.empty(2 * window, np.int64)
        h = np.empty(D, np.float32)
        dh = np.empty(D, np.float32)
        loss = 0.0
        product = 1.0  # of 1 + exp(sign · score): one logarithm for many factors
        n_predictions = 0
        position = start
        while position < end:
            n, position = read_words(tokens, position, end, keep, state, words)
            for i in range(n):
                reach = window - np.int64(random_bits(state) % np.uint64(window))
                m = 0
                for j in range(max(0, i - reach), min(n, i + reach + 1)):
                    if j != i:
                        near[m] = words[j]
                        m += 1
                size = max(1, m) if whole_window else 1
                share = np.float32(1) / np.float32(size)
                for first in range(0, m, size):
                    for d in range(D):
                        h[d] = dh[d] = np.float32(0)
                    for j in range(first, first + size):
                        word = near[j]
                        for d in range(D):
                            h[d] += share * inputs[word, d]
                    for step in range(starts[words[i]], starts[words[i] + 1]):
                        node = nodes[step]
                        score = np.float32(0)
                        for d in range(D):
                            score += h[d] * nodes_out[node, d]
                        sign = np.float32(2 * turns[step] - 1)
                        wrong = exp(min(max(sign * score, -LARGEST_SCORE), LARGEST_SCORE))
                        g = -sign * rate * wrong / (np.float32(1) + wrong)
                        product *= 1.0 + np.float64(wrong)
                        if product > PRODUCT_LIMIT:
                            loss += np.log(product)
                            product = 1.0
                        for d in range(D):
                            dh[d] += g * nodes_out[node, d]
                            nodes_out[node, d] += g * h[d]
                    for j in range(first, first + size):
                        word = near[j]
                        for d in range(D):
                            inputs[word, d] += dh[d]
                    n_predictions += 1
        return loss + np.log(product), n_predictions

    return train
