"""Vectors by counting: positive pointwise mutual information, factorised (Levy & Goldberg 2014, section 4).

M = max(0, PMI - log k), with contexts smoothed to the power ¾ (Levy, Goldberg & Dagan 2015, section 3.2). The
truncated SVD is found by power iterations (Halko, Martinsson & Tropp 2011, algorithm 4.4), one a step, so
that it can be watched. Vectors are U √S.
"""

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from lmcore.errors import RunError
from lmcore.events import Step
from lmcore.vectors.config import VectorsConfig, changed
from lmcore.vectors.cooccurrence import CoOccurrences, co_occurrences
from lmcore.vectors.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_ITERATIONS = 20
_MORE = 10  # further columns make the wanted ones exact sooner
_SMOOTHED = 0.75
_NOTHING = 1e-10  # of the table's squares: what float32 leaves of a singular value of 0


class Ppmi:
    """The table (V, V) and its factors. More dimensions than the table has rank are 0."""

    def __init__(self, vocabulary: Vocabulary, tokens: np.ndarray, config: VectorsConfig, seed: int) -> None:
        self.vocabulary, self.config, self.step = vocabulary, config, 0
        found = co_occurrences(tokens, len(vocabulary.words), config.window, "linear")
        self.table = positive_pmi(found, config.shift)
        self._norm = math.sqrt(float(self.table.power(2).sum()))
        width = min(config.dimensions + _MORE, len(vocabulary.words))
        random = np.random.default_rng(seed).normal(size=(len(vocabulary.words), width))
        self.basis = np.linalg.qr(random)[0].astype(np.float32)
        self.words = np.zeros((len(vocabulary.words), config.dimensions), np.float32)
        self.contexts = self.words.copy()
        self._factorise()
        self.planned_steps = _ITERATIONS

    @property
    def untrained_loss(self) -> float:
        """Nothing of the table is held."""
        return 1.0

    @property
    def learning_rate(self) -> float:
        """Nothing is learned at a rate."""
        return 0.0

    def vectors(self) -> np.ndarray:
        """U √S, (V, D) float32."""
        return self.words

    def context_vectors(self) -> np.ndarray | None:
        """V √S, (V, D) float32: the product of a word and a context is their entry in the table."""
        return self.contexts

    def change(self, name: str, value: float) -> None:
        """Take `learning_rate`, which has no effect here; raises `ConfigError` for anything else."""
        self.config = changed(self.config, name, value)

    def advance(self) -> Step:
        """One power iteration. The loss is ‖M - UDVᵀ‖ / ‖M‖, the share of the table that is not held."""
        begin = time.perf_counter()
        self.basis = np.linalg.qr(self.table @ self._across)[0].astype(np.float32)
        loss = self._factorise()
        self.step += 1
        seconds = time.perf_counter() - begin
        return Step(self.step, loss, self.learning_rate, tokens_per_s=len(self.words) / seconds)

    def _factorise(self) -> float:
        """The factors within the present basis; gives the share of the table that they do not hold."""
        self._across = self.table.T @ self.basis  # (V, width)
        squares, turn = np.linalg.eigh(self._across.T.astype(np.float64) @ self._across)
        squares, turn = squares[::-1][: self.config.dimensions], turn[:, ::-1]
        n = int((squares > _NOTHING * self._norm**2).sum())
        root = squares[:n] ** 0.25  # √ of the singular values
        self.words[:] = self.contexts[:] = 0
        self.words[:, :n] = self.basis @ turn[:, :n] * root
        self.contexts[:, :n] = self._across @ turn[:, :n] / root
        held = float(squares[:n].sum())
        return math.sqrt(max(0.0, 1 - held / self._norm**2)) if self._norm else 1.0

    def has_diverged(self, loss: float) -> bool:
        """A projection cannot diverge."""
        return not math.isfinite(loss)

    def state(self) -> dict[str, np.ndarray]:
        """The basis; the table comes from the text again."""
        return {"basis": self.basis}

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        stored = arrays.get("basis", np.empty(0))
        if stored.shape != self.basis.shape:
            raise RunError("checkpoint_of_another_model", stored=stored.size, needed=self.basis.size)
        self.basis = stored
        self._factorise()
        self.step = step


def positive_pmi(found: CoOccurrences, shift: float = 1.0) -> "csr_matrix":
    """max(0, log(P(w, c) / (P(w) P_¾(c))) - log shift), sparse (V, V) float32."""
    from scipy.sparse import csr_matrix

    rows, columns, counts = found.both_ways()
    weights = counts.astype(np.float64)
    of_word = np.bincount(rows, weights, found.n_words)
    smoothed = of_word**_SMOOTHED
    expected = of_word[rows] * smoothed[columns] / smoothed.sum()
    pmi = np.log(weights / expected) - math.log(shift)
    kept = pmi > 0
    shape = (found.n_words, found.n_words)
    return csr_matrix((pmi[kept].astype(np.float32), (rows[kept], columns[kept])), shape=shape)
