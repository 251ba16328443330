"""Skip-gram, CBOW and FastText in training: words predict their neighbours, chunk by chunk of the text."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from lmcore.errors import RunError, TextError
from lmcore.events import Step
from lmcore.vectors.config import VectorsConfig, changed
from lmcore.vectors.huffman import HuffmanPaths
from lmcore.vectors.subwords import ngrams, rows_of, subword_table
from lmcore.vectors.vocabulary import Vocabulary

CHUNK = 20_000  # words of one step
_LEAST_CHUNK = 500
_STEPS_WANTED = 200  # a short text gets smaller steps, so that there is something to watch
_LOWEST_RATE = 1e-4  # of the learning rate, at the end
_DIVERGED = 4.0  # times worse than guessing
_FEWEST_READ = 10  # words an epoch that sub-sampling has to leave
_SPREAD = 1.0  # of the first inputs: evenly within ± this / D, as gensim's (half of Mikolov's)
_BLOCK = 1_000  # words whose n-grams are added up at once


class _Predictive:
    """What the three methods share: `inputs` (rows, D), and `outputs`, the vectors of what is predicted.

    `config.threads` > 1 train parts of a chunk at once on the same matrices without locks (Hogwild, Niu et
    al. 2011); one thread repeats itself bit for bit.
    """

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        self.vocabulary, self.tokens, self.config = vocabulary, tokens, config
        self._keep = vocabulary.keep_probabilities(config.subsample)
        self._check_left()
        self._tables, n_outputs = self._prepared()
        random = np.random.default_rng(seed)
        shape = (self._n_inputs(), config.dimensions)
        spread = np.float32(2 * _SPREAD / config.dimensions)
        self.inputs = (random.random(shape, np.float32) - np.float32(0.5)) * spread
        self.outputs = np.zeros((n_outputs, config.dimensions), np.float32)
        self.random_state = random.integers(1, 2**63, config.threads, np.uint64)
        self.step = 0
        self.chunk = min(CHUNK, max(_LEAST_CHUNK, math.ceil(len(tokens) * config.epochs / _STEPS_WANTED)))
        self.steps_per_epoch = math.ceil(len(tokens) / self.chunk)
        self.planned_steps = self.steps_per_epoch * config.epochs
        self._compiled = False

    def _check_left(self) -> None:
        """Raise `TextError` where sub-sampling leaves next to nothing of the text."""
        left = float(self._keep @ self.vocabulary.counts)
        if self.config.subsample > 0 and left < _FEWEST_READ:
            raise TextError(
                "nothing_left_to_read",
                subsample=self.config.subsample,
                n_words=int(self.vocabulary.counts.sum()),
                left=round(left, 1),
                minimum=_FEWEST_READ,
            )

    def _n_inputs(self) -> int:
        return len(self.vocabulary.words)

    def _prepared(self) -> tuple[tuple[np.ndarray, ...], int]:
        """What the kernel looks up, and how many output vectors there are."""
        if self.config.objective == "negative":
            return (self.vocabulary.negative_table(),), len(self.vocabulary.words)
        paths = HuffmanPaths.of(self.vocabulary.counts)
        return (paths.nodes, paths.turns, paths.starts), max(1, len(self.vocabulary.words) - 1)

    def _kernel(self):  # type: ignore[no-untyped-def]
        """The compiled function; numba is not imported before it is needed."""
        raise NotImplementedError

    @property
    def untrained_loss(self) -> float:
        """Nats per prediction when every decision is a coin toss."""
        if self.config.objective == "negative":
            return (1 + self.config.negative) * math.log(2)
        lengths = np.diff(self._tables[2])
        return float(np.average(lengths, weights=self.vocabulary.counts * self._keep)) * math.log(2)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step: linear from the configured one to a ten-thousandth of it."""
        return self.config.learning_rate * max(_LOWEST_RATE, 1 - self.step / self.planned_steps)

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`, from which the rate falls; raises `ConfigError` for anything else."""
        self.config = changed(self.config, name, value)

    def advance(self) -> Step:
        """Train on the next chunk. The loss is the mean over its pairs, each measured before its update."""
        if not self._compiled:  # an empty chunk, so that compiling does not count as training
            self._train(0, 0, 0, np.ones(1, np.uint64))
            self._compiled = True
        rate = self.learning_rate
        begin = time.perf_counter()
        start = self.step % self.steps_per_epoch * self.chunk
        end = min(start + self.chunk, len(self.tokens))
        loss, n = self._train_all(start, end, rate)
        self.step += 1
        seconds = time.perf_counter() - begin
        mean = loss / n if n else self.untrained_loss  # a chunk of lone words teaches nothing
        return Step(self.step, mean, rate, tokens_per_s=(end - start) / seconds)

    def _train_all(self, start: int, end: int, rate: float) -> tuple[float, int]:
        """Summed loss and number of predictions of tokens[start:end], a part of them for every thread."""
        threads = len(self.random_state)
        if threads == 1:
            return self._train(start, end, rate, self.random_state)
        bounds = np.linspace(start, end, threads + 1).astype(int).tolist()
        with ThreadPoolExecutor(threads) as pool:
            jobs = [
                pool.submit(self._train, bounds[i], bounds[i + 1], rate, self.random_state[i : i + 1])
                for i in range(threads)
            ]
            losses, numbers = zip(*(job.result() for job in jobs), strict=True)
        return sum(losses), sum(numbers)

    def _train(self, start: int, end: int, rate: float, random_state: np.ndarray) -> tuple[float, int]:
        settings = (self._keep, self.config.window, np.float32(rate), random_state)
        return self._kernel()(self.tokens, start, end, *settings, self.inputs, self.outputs, *self._tables)

    def vectors(self) -> np.ndarray:
        """The words' vectors now, (V, D) float32."""
        return self.inputs

    def context_vectors(self) -> np.ndarray | None:
        """The vectors of the words as contexts, (V, D) float32; a hierarchical softmax has none."""
        return self.outputs if self.config.objective == "negative" else None

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that are needed to go on exactly."""
        return {name: getattr(self, name) for name in ("inputs", "outputs", "random_state")}

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        for name, own in self.state().items():
            stored = arrays.get(name, np.empty(0))
            if stored.shape != own.shape:
                raise RunError("checkpoint_of_another_model", stored=stored.size, needed=own.size)
        for name in self.state():
            setattr(self, name, arrays[name])
        self.step = step

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        return not loss < _DIVERGED * self.untrained_loss  # also when it is NaN


class SkipGram(_Predictive):
    """Every neighbour predicts the centre; negative sampling or a hierarchical softmax."""

    def _kernel(self):  # type: ignore[no-untyped-def]
        from lmcore.vectors import hierarchical, skipgram

        if self.config.objective == "hierarchical":
            return hierarchical.kernel(self.config.dimensions, False)
        return skipgram.kernel(self.config.dimensions, self.config.negative)


class Cbow(_Predictive):
    """The mean of the neighbours predicts the centre; negative sampling or a hierarchical softmax."""

    def _kernel(self):  # type: ignore[no-untyped-def]
        from lmcore.vectors import cbow, hierarchical

        if self.config.objective == "hierarchical":
            return hierarchical.kernel(self.config.dimensions, True)
        return cbow.kernel(self.config.dimensions, self.config.negative)


class FastText(_Predictive):
    """The centre, as the mean of its character n-grams, predicts every neighbour.

    `inputs` (V + buckets, D): the words' own rows, then those of n-grams.
    """

    def _n_inputs(self) -> int:
        return len(self.vocabulary.words) + self.config.buckets

    def _prepared(self) -> tuple[tuple[np.ndarray, ...], int]:
        words = self.vocabulary.words
        table = subword_table(words, *self._lengths(), self.config.buckets)
        return (self.vocabulary.negative_table(), *table), len(words)

    def _lengths(self) -> tuple[int, int]:
        return self.config.ngram_least, self.config.ngram_most

    def _kernel(self):  # type: ignore[no-untyped-def]
        from lmcore.vectors import fasttext

        return fasttext.kernel(self.config.dimensions, self.config.negative)

    def vectors(self) -> np.ndarray:
        """The words' vectors now, (V, D) float32: the mean of a word's own row and those of its n-grams."""
        _, rows, starts = self._tables
        n = len(self.vocabulary.words)
        blocks = []
        for first in range(0, n, _BLOCK):
            bounds = starts[first : min(first + _BLOCK, n) + 1]
            taken = self.inputs[rows[bounds[0] : bounds[-1]]]
            blocks.append(np.add.reduceat(taken, bounds[:-1] - bounds[0]) / np.diff(bounds)[:, None])
        return np.concatenate(blocks).astype(np.float32)

    def vector_of(self, word: str) -> np.ndarray:
        """The vector of any word, (D,) float32; of one that was never read, the mean of its n-grams alone.

        Zeros if it has no n-grams either.
        """
        parts = [vector for _, vector in self.ngram_parts(word)]
        if word in self.vocabulary.words:
            parts.append(self.inputs[self.vocabulary.words.index(word)])
        return np.mean(parts, axis=0) if parts else np.zeros(self.config.dimensions, np.float32)

    def ngram_parts(self, word: str) -> list[tuple[str, np.ndarray]]:
        """Its n-grams and their vectors, (D,) float32 each."""
        n = len(self.vocabulary.words)
        rows = rows_of(word, *self._lengths(), self.config.buckets)
        return [
            (ngram, self.inputs[n + row])
            for ngram, row in zip(ngrams(word, *self._lengths()), rows, strict=True)
        ]
