"""GloVe: vectors whose products fit the logarithms of counts (Pennington, Socher & Manning 2014, eq. 8).

Minimised by AdaGrad (Duchi et al. 2011), one pair after the other, as the authors' program does. That program
leaves the learning rate out of the biases' steps: with it they lag behind, the vectors of rare words take up
how frequent a word is, and WordSim-353 loses 0.02 (five seeds of five, 1.2 M words, five epochs).
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
from numba import njit

from lmcore.errors import RunError
from lmcore.events import Step
from lmcore.vectors.compiled import MATH, prefetch
from lmcore.vectors.config import VectorsConfig, changed
from lmcore.vectors.cooccurrence import co_occurrences
from lmcore.vectors.vocabulary import Vocabulary

_STEPS = 200
_LEAST_CHUNK = 500  # pairs
_DIVERGED = 4.0  # times worse than knowing nothing
_BIAS_RATE = 20.0  # times the vectors' rate, so that it is 1, as the authors', from their usual 0.05 on
_AHEAD = 4  # pairs
_LINE = 16  # float32 in a line of the cache
_STATE = (
    "words",
    "word_squares",
    "contexts",
    "context_squares",
    "words_bias",
    "contexts_bias",
    "bias_squares",
)

Kernel = Callable[..., float]


class Glove:
    """`words` and `contexts` (V, D) and their biases (V,), in training. V words, D dimensions.

    Counting is done before the first step: it takes a second for a million words, as reading them does, and
    the plan and the loss of an untrained model depend on it. A step is a chunk of the pairs, shuffled once.
    """

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        self.vocabulary, self.config, self.step = vocabulary, config, 0
        random = np.random.default_rng(seed)
        found = co_occurrences(tokens, len(vocabulary.words), config.window, "harmonic")
        rows, columns, counts = found.both_ways()
        order = random.permutation(len(rows))
        self._rows, self._columns = rows[order], columns[order]
        self._logs, self._weights = _targets(counts[order], config)
        shape = (len(vocabulary.words), config.dimensions)
        self.words, self.contexts = (_random(random, shape) for _ in range(2))
        self.words_bias, self.contexts_bias = (_random(random, shape)[:, 0].copy() for _ in range(2))
        self.word_squares, self.context_squares = np.ones(shape, np.float32), np.ones(shape, np.float32)
        self.bias_squares = np.ones((2, shape[0]), np.float32)
        self.chunk = max(_LEAST_CHUNK, math.ceil(len(rows) * config.epochs / _STEPS))
        self.chunk = min(self.chunk, len(rows))
        self.steps_per_epoch = math.ceil(len(rows) / self.chunk)
        self.planned_steps = self.steps_per_epoch * config.epochs

    @property
    def n_pairs(self) -> int:
        """Pairs with a count, both ways."""
        return len(self._rows)

    @property
    def untrained_loss(self) -> float:
        """The loss of vectors of length 0, half the weighted mean square of the logarithms."""
        return float(0.5 * np.mean(self._weights * self._logs.astype(np.float64) ** 2))

    @property
    def learning_rate(self) -> float:
        """AdaGrad's, which does not fall: the sums of squares do that for every number by itself."""
        return self.config.learning_rate

    def vectors(self) -> np.ndarray:
        """The sum of both vectors of every word (section 4.2), (V, D) float32."""
        return self.words + self.contexts

    def context_vectors(self) -> np.ndarray | None:
        """The contexts with the biases as two more columns, of the word and of the context, (V, D + 2)."""
        return np.column_stack([self.contexts, self.words_bias, self.contexts_bias])

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        self.config = changed(self.config, name, value)

    def advance(self) -> Step:
        """Fit the next chunk of pairs. The loss is the mean of eq. 8 over them, each before its update."""
        train = kernel(self.config.dimensions)
        if self.step == 0:
            self._fit(train, 0, 0)  # an empty chunk, so that compiling does not count as training
        begin = time.perf_counter()
        start = self.step % self.steps_per_epoch * self.chunk
        end = min(start + self.chunk, self.n_pairs)
        loss = self._fit_in_threads(train, start, end) / (end - start)
        self.step += 1
        seconds = time.perf_counter() - begin
        return Step(self.step, loss, self.learning_rate, tokens_per_s=(end - start) / seconds)

    def _fit_in_threads(self, train: Kernel, start: int, end: int) -> float:
        """One thread repeats itself exactly; several write to the same matrices without locks (Hogwild)."""
        if self.config.threads == 1:
            return self._fit(train, start, end)
        cuts = np.linspace(start, end, self.config.threads + 1).astype(int)
        with ThreadPoolExecutor(self.config.threads) as pool:
            return sum(pool.map(lambda span: self._fit(train, *span), pairwise(cuts)))

    def _fit(self, train: Kernel, start: int, end: int) -> float:
        """Summed loss of pairs[start:end]."""
        return train(
            self._rows, self._columns, self._logs, self._weights, start, end,
            self.words, self.contexts, self.words_bias, self.contexts_bias,
            self.word_squares, self.context_squares, self.bias_squares[0], self.bias_squares[1],
            np.float32(self.learning_rate),
        )  # fmt: skip

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        return not loss < _DIVERGED * max(self.untrained_loss, 1e-9)  # also when it is NaN

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that are needed to go on exactly; the pairs come from the text again."""
        return {name: getattr(self, name) for name in _STATE}

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        for name, own in self.state().items():
            stored = arrays.get(name, np.empty(0))
            if stored.shape != own.shape:
                raise RunError("checkpoint_of_another_model", stored=stored.size, needed=own.size)
        for name in self.state():
            setattr(self, name, arrays[name])
        self.step = step


def _random(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Between -1/2D and 1/2D, as the authors begin."""
    return (random.random(shape, np.float32) - np.float32(0.5)) / np.float32(shape[1])


def _targets(counts: np.ndarray, config: VectorsConfig) -> tuple[np.ndarray, np.ndarray]:
    """log X and f(X) = min(1, (X / x_max)^α) of every pair, float32."""
    weights = np.minimum(1, (counts.astype(np.float64) / config.x_max) ** config.alpha)
    return np.log(counts.astype(np.float64)).astype(np.float32), weights.astype(np.float32)


@cache
def kernel(dimensions: int) -> Kernel:
    """The compiled trainer: fits pairs[start:end] and gives their summed loss.

    The rows of a pair are called into the cache some pairs ahead: 1.5 times as fast with 15,000 words.
    """
    D = dimensions

    @njit(fastmath=MATH, nogil=True, error_model="numpy", cache=True)
    def train(rows, columns, logs, weights, start, end, w, c, wb, cb, sw, sc, swb, scb, rate):  # type: ignore[no-untyped-def]
        loss = 0.0
        bias_rate = np.float32(min(1.0, _BIAS_RATE * rate))
        for pair in range(start, end):
            i, j = rows[min(pair + _AHEAD, end - 1)], columns[min(pair + _AHEAD, end - 1)]
            for d in range(0, D, _LINE):
                prefetch(w, i, d)
                prefetch(sw, i, d)
                prefetch(c, j, d)
                prefetch(sc, j, d)
            i, j = rows[pair], columns[pair]
            product = np.float32(0)
            for d in range(D):
                product += w[i, d] * c[j, d]
            difference = product + wb[i] + cb[j] - logs[pair]
            weighted = weights[pair] * difference
            loss += 0.5 * np.float64(weighted) * np.float64(difference)
            step = weighted * rate
            for d in range(D):
                gw, gc = step * c[j, d], step * w[i, d]
                w[i, d] -= gw / np.sqrt(sw[i, d])
                c[j, d] -= gc / np.sqrt(sc[j, d])
                sw[i, d] += gw * gw
                sc[j, d] += gc * gc
            step = weighted * bias_rate
            wb[i] -= step / np.sqrt(swb[i])
            cb[j] -= step / np.sqrt(scb[j])
            swb[i] += step * step
            scb[j] += step * step
        return loss

    return train
