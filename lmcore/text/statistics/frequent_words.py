"""The most frequent words, and the most frequent sequences of a few words."""

import re
from dataclasses import dataclass

import numpy as np

from lmcore.checks import check_range
from lmcore.text.corpus import HAN
from lmcore.text.ngram_counts import NgramCounts, ngram_counts
from lmcore.text.statistics.word_counts import WordCounts

SHOWN = 30
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True)
class FrequentWords:
    """Words with their counts, the most frequent first."""

    words: tuple[str, ...]
    counts: np.ndarray  # int64

    @classmethod
    def of(cls, counts: WordCounts, n_words: int = SHOWN) -> "FrequentWords | None":
        """None for a text without words."""
        if not counts.words:
            return None
        return cls(counts.words[:n_words], counts.counts[:n_words])

    @property
    def shown(self) -> tuple[str, ...]:
        """What to show for each."""
        return self.words

    def to_json(self) -> dict[str, object]:
        """Plain lists."""
        return {"word": list(self.words), "count": self.counts.tolist()}


@dataclass(frozen=True)
class FrequentNgrams:
    """Sequences of `n` words that occur at least twice, the most frequent first."""

    n: int
    grams: tuple[tuple[str, ...], ...]
    counts: np.ndarray  # int64

    @classmethod
    def of(cls, counts: WordCounts, n: int = 2, n_grams: int = SHOWN) -> "FrequentNgrams | None":
        """None if no `n` words occur twice in a row, within documents; `ConfigError` unless 2 ≤ n ≤ 5."""
        check_range("n", n, 2, 5)
        border = len(counts.words)  # the number of what stands between two documents
        ids = np.insert(counts.ids.astype(np.int64), counts.ends[:-1], border)
        orders = ngram_counts(ids, border + 1, n)
        rows = _frequent(orders, border, n_grams)
        if not len(rows):
            return None
        grams = tuple(tuple(counts.words[i] for i in gram) for gram in _tokens(orders, rows).tolist())
        return cls(n, grams, orders[-1].counts[rows].astype(np.int64))

    @property
    def shown(self) -> tuple[str, ...]:
        """The words of each sequence joined by spaces, Chinese ones by nothing."""
        return tuple(_joined(gram) for gram in self.grams)

    def to_json(self) -> dict[str, object]:
        """Plain lists."""
        return {"n": self.n, "gram": list(self.shown), "count": self.counts.tolist()}


def _frequent(orders: list[NgramCounts], border: int, n_grams: int) -> np.ndarray:
    """The rows of the highest order that occur most often, without those that cross a border."""
    crosses = np.zeros(1, bool)
    for grams in orders:
        crosses = crosses[grams.contexts] | (grams.tokens(slice(None)) == border)
    counts = np.where(crosses, 0, orders[-1].counts)
    several = np.flatnonzero(counts > 1)
    return several[np.argsort(-counts[several], kind="stable")][:n_grams]


def _tokens(orders: list[NgramCounts], rows: np.ndarray) -> np.ndarray:
    """The words (rows, n) of some n-grams of the highest order."""
    tokens = []
    for grams in reversed(orders):
        keys = grams.keys[rows]
        rows = keys // grams.radix
        tokens.append(keys - rows * grams.radix)
    return np.stack(tokens[::-1], axis=1)


def _joined(gram: tuple[str, ...]) -> str:
    return ("" if all(map(_HAN.match, gram)) else " ").join(gram)
