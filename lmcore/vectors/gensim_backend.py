"""gensim trains the same words with the same settings: the reference beside our kernels."""

import math
import time
from typing import Any

import numpy as np

from lmcore.errors import RunError
from lmcore.events import Step
from lmcore.vectors.config import VectorsConfig, changed
from lmcore.vectors.gensim_loss import loss_on, untrained_loss
from lmcore.vectors.vocabulary import BREAK, Vocabulary

_CHUNK = 20_000  # tokens of one step
_STEPS_WANTED = 200
_LEAST_CHUNK = 500
_LOWEST_RATE = 1e-4  # of the learning rate, at the end
_LONGEST = 1_000  # words of a sentence; gensim cuts off what is longer than 10,000
_DIVERGED = 4.0
_NO_RATE = 1e-30  # gensim takes 0 for "as before"


class GensimVectors:
    """A `Trainer` that hands gensim one chunk after the other, each with its part of the falling rate."""

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        self.vocabulary, self.config, self.step = vocabulary, config, 0
        self._sentences = _sentences(tokens, vocabulary)
        self.model = _model(config, seed)
        counts = dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))
        self.model.build_vocab_from_freq(counts, corpus_count=len(self._sentences))
        self._order = [self.model.wv.key_to_index[word] for word in vocabulary.words]
        chunk = min(_CHUNK, max(_LEAST_CHUNK, math.ceil(len(tokens) * config.epochs / _STEPS_WANTED)))
        self._chunks = _cut(self._sentences, chunk)
        self.planned_steps = len(self._chunks) * config.epochs

    @property
    def untrained_loss(self) -> float:
        """Nats per prediction when every decision is a coin toss."""
        return untrained_loss(self.model)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        return self._rate_at(self.step)

    def _rate_at(self, step: int) -> float:
        return self.config.learning_rate * max(_LOWEST_RATE, 1 - step / self.planned_steps)

    def vectors(self) -> np.ndarray:
        """The words' vectors, (V, D) float32, in the order of the vocabulary."""
        return self.model.wv.vectors[self._order]

    def context_vectors(self) -> np.ndarray | None:
        """gensim's output vectors; None for a hierarchical softmax, which has none of words."""
        return self.model.syn1neg[self._order] if self.config.objective == "negative" else None

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        self.config = changed(self.config, name, value)

    def advance(self) -> Step:
        """Train on the next chunk. The loss is measured before it, on some of its words."""
        chunk = self._chunks[self.step % len(self._chunks)]
        loss, rate = loss_on(self.model, chunk, self.step), self.learning_rate
        begin = time.perf_counter()
        n_words = sum(map(len, chunk))
        self.model.train(
            chunk,
            total_examples=len(chunk),
            total_words=n_words,
            epochs=1,
            start_alpha=max(rate, _NO_RATE),
            end_alpha=max(self._rate_at(self.step + 1), _NO_RATE),
        )
        self.step += 1
        loss = self.untrained_loss if loss is None else loss  # a chunk of lone words teaches nothing
        return Step(self.step, loss, rate, tokens_per_s=n_words / (time.perf_counter() - begin))

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        return not loss < _DIVERGED * self.untrained_loss

    def state(self) -> dict[str, np.ndarray]:
        """The matrices that gensim trains, and its random numbers: with one thread it goes on exactly."""
        _, keys, position, *_ = self.model.random.get_state()
        kept = {name: owner[name] for name, owner in self._arrays().items()}
        return kept | {"random": np.append(keys, np.uint32(position))}

    def _arrays(self) -> dict[str, dict[str, Any]]:
        names = ("vectors", "vectors_vocab", "vectors_ngrams")
        arrays = {name: vars(self.model.wv) for name in names if name in vars(self.model.wv)}
        return arrays | {name: vars(self.model) for name in ("syn1neg", "syn1") if name in vars(self.model)}

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        for name, owner in self._arrays().items():
            if name not in arrays or arrays[name].shape != owner[name].shape:
                raise RunError(
                    "checkpoint_of_another_model",
                    stored=arrays.get(name, np.empty(0)).size,
                    needed=owner[name].size,
                )
            owner[name][:] = arrays[name]
        *keys, position = arrays["random"].tolist()
        self.model.random.set_state(("MT19937", np.array(keys, np.uint32), position))
        self.step = step


def _model(config: VectorsConfig, seed: int) -> Any:
    from gensim.models import FastText, Word2Vec  # brings all of gensim

    given: dict[str, Any] = {
        "vector_size": config.dimensions,
        "window": config.window,
        "negative": config.negative if config.objective == "negative" else 0,
        "hs": int(config.objective == "hierarchical"),
        "sample": config.subsample,
        "alpha": config.learning_rate,
        "min_count": 1,  # the vocabulary is ours
        "workers": config.threads,
        "seed": seed,
        "sg": int(config.method != "cbow"),
    }
    if config.method == "fasttext":
        sizes = {"min_n": config.ngram_least, "max_n": config.ngram_most, "bucket": config.buckets}
        return FastText(**given, **sizes)  # pyright: ignore[reportArgumentType]
    return Word2Vec(**given)


def _sentences(tokens: np.ndarray, vocabulary: Vocabulary) -> list[list[str]]:
    """Sequences of words between breaks, none longer than `_LONGEST`."""
    words = vocabulary.words
    found: list[list[str]] = []
    for part in np.split(tokens, np.flatnonzero(tokens == BREAK)):
        line = [words[token] for token in part.tolist() if token >= 0]
        found += [line[i : i + _LONGEST] for i in range(0, len(line), _LONGEST)]
    return found


def _cut(sentences: list[list[str]], n_words: int) -> list[list[list[str]]]:
    """Sentences in chunks of about `n_words`."""
    chunks: list[list[list[str]]] = [[]]
    size = 0
    for line in sentences:
        if size >= n_words:
            chunks.append([])
            size = 0
        chunks[-1].append(line)
        size += len(line)
    return chunks
