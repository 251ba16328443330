"""Train word vectors chunk by chunk, as a generator of events."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lmcore.checks import check_range
from lmcore.errors import ConfigError, RunError
from lmcore.events import Event, Finished, Step
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.vocabulary import Vocabulary

CHUNK = 20_000  # words of one step
_LEAST_CHUNK = 500
_STEPS_WANTED = 200  # a short text gets smaller steps, so that there is something to watch
_LOWEST_RATE = 1e-4  # of the learning rate, at the end
_DIVERGED = 4.0  # times worse than guessing


class Word2Vec:
    """Word vectors in training: `inputs` (V, D), and `outputs` (V, D), those of the words predicted."""

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        self.vocabulary, self.tokens, self.config = vocabulary, tokens, config
        shape = (len(vocabulary.words), config.dimensions)
        random = np.random.default_rng(seed)
        self.inputs = (random.random(shape, np.float32) - np.float32(0.5)) / np.float32(config.dimensions)
        self.outputs = np.zeros(shape, np.float32)
        self.random_state = random.integers(1, 2**63, 1, np.uint64)
        self.step = 0
        self.chunk = min(CHUNK, max(_LEAST_CHUNK, math.ceil(len(tokens) * config.epochs / _STEPS_WANTED)))
        self.steps_per_epoch = math.ceil(len(tokens) / self.chunk)
        self.planned_steps = self.steps_per_epoch * config.epochs
        self._keep = vocabulary.keep_probabilities(config.subsample)
        self._table = vocabulary.negative_table()
        self._compiled = False

    @property
    def untrained_loss(self) -> float:
        """Nats per pair when every guess is a coin toss."""
        return (1 + self.config.negative) * math.log(2)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step: linear from the configured one to a ten-thousandth of it."""
        return self.config.learning_rate * max(_LOWEST_RATE, 1 - self.step / self.planned_steps)

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`, from which the rate falls; raises `ConfigError` for anything else."""
        if name != "learning_rate":
            raise ConfigError("not_a_choice", name="setting", value=name, choices="learning_rate")
        check_range(name, value, 0, 100)
        self.config = replace(self.config, learning_rate=float(value))

    def advance(self) -> Step:
        """Train on the next chunk. The loss is the mean over its pairs, each measured before its update."""
        if not self._compiled:
            self._train(0, 0, 0)  # an empty chunk, so that compiling does not count as training
            self._compiled = True
        rate = self.learning_rate
        begin = time.perf_counter()
        start = self.step % self.steps_per_epoch * self.chunk
        end = min(start + self.chunk, len(self.tokens))
        loss, n_pairs = self._train(start, end, rate)
        self.step += 1
        seconds = time.perf_counter() - begin
        mean = loss / n_pairs if n_pairs else self.untrained_loss  # a chunk of lone words teaches nothing
        return Step(self.step, mean, rate, tokens_per_s=(end - start) / seconds)

    def _train(self, start: int, end: int, rate: float) -> tuple[float, int]:
        """Summed loss and number of pairs of tokens[start:end]."""
        from lmcore.vectors.skipgram import kernel  # numba: not before it is needed

        return kernel(self.config.dimensions, self.config.negative)(
            self.tokens,
            start,
            end,
            self._keep,
            self.config.window,
            np.float32(rate),
            self.random_state,
            self.inputs,
            self.outputs,
            self._table,
        )

    def vectors(self) -> np.ndarray:
        """The words' vectors now, (V, D) float32."""
        return self.inputs

    def context_vectors(self) -> np.ndarray:
        """The vectors of the words as contexts, (V, D) float32."""
        return self.outputs

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that are needed to go on exactly."""
        return {name: getattr(self, name) for name in ("inputs", "outputs", "random_state")}

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        if arrays["inputs"].shape != self.inputs.shape:
            raise RunError(
                "checkpoint_of_another_model", stored=arrays["inputs"].size, needed=self.inputs.size
            )
        for name, array in arrays.items():
            setattr(self, name, array)
        self.step = step

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        return not loss < _DIVERGED * self.untrained_loss  # also when it is NaN


def train_word2vec(model: Word2Vec) -> Iterator[Event]:
    """Train `model` in place to the end of its plan and yield what happened after every chunk."""
    while model.step < model.planned_steps:
        event = model.advance()
        if model.has_diverged(event.loss):
            yield Finished(model.step - 1, "diverged")
            return
        yield event
    yield Finished(model.step)
