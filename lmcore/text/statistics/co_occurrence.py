"""Which words stand near each other more often than chance (Church & Hanks 1990).

Words of grammar are left out twice: a share of running words above which a word is taken for one, and, among
the others, the preference for words that come in clumps, as names and topics do (Church & Gale 1995).
"""

from dataclasses import dataclass

import numpy as np

from lmcore.text.statistics.word_counts import WordCounts

WINDOW = 5  # words to either side
SHOWN = 24
_GRAMMAR = 0.005  # of all running words
_CANDIDATES = 300  # the most frequent words
_FEWEST_COUNTS = 5
_CLUMP = 500  # words among which a topic stays the same
_FEWEST_WORDS = 100  # running words, for a picture


@dataclass(frozen=True)
class CoOccurrence:
    """K words by K words. PPMI is log2 of observed over expected pairs, 0 where there are fewer or none."""

    words: tuple[str, ...]
    ppmi: np.ndarray  # float64 (K, K), bits
    counts: np.ndarray  # int64 (K, K), pairs at most `WINDOW` words apart in one document

    @classmethod
    def of(cls, counts: WordCounts, n_words: int = SHOWN) -> "CoOccurrence | None":
        """None for fewer than a hundred words, or without two words that can be told from grammar."""
        chosen = _content_words(counts, n_words) if len(counts.ids) >= _FEWEST_WORDS else []
        pairs, n_pairs = _pairs(counts, np.asarray(chosen, np.int64))
        if len(chosen) < 2 or not n_pairs:
            return None
        share = counts.counts[chosen] / len(counts.ids)
        either_way = pairs + pairs.T
        ppmi = np.log2(np.maximum(either_way / (np.outer(share, share) * 2 * n_pairs), 1))
        once = either_way - np.diag(pairs.diagonal())  # a word beside itself has no other way round
        return cls(tuple(counts.words[i] for i in chosen), ppmi, once)

    def to_json(self) -> dict[str, object]:
        """Plain lists; PPMI to two decimals."""
        return {"words": list(self.words), "pmi": self.ppmi.round(2).tolist(), "count": self.counts.tolist()}


def _content_words(counts: WordCounts, n_words: int) -> np.ndarray:
    """Numbers of the frequent words that come most in clumps, the most frequent first."""
    frequent = np.arange(min(_CANDIDATES, len(counts.words)))
    often = counts.counts[frequent]
    grammar = often > _GRAMMAR * len(counts.ids)
    frequent = frequent[~grammar & (often >= _FEWEST_COUNTS)]
    clumped = _clumpiness(counts)[frequent]
    return np.sort(frequent[np.argsort(-clumped, kind="stable")][:n_words])


def _clumpiness(counts: WordCounts) -> np.ndarray:
    """Variance over mean of each candidate's counts in stretches of text: 1 if it is strewn at random."""
    n_stretches = -(-len(counts.ids) // _CLUMP)
    stretch = np.arange(len(counts.ids)) // _CLUMP
    candidate = counts.ids < _CANDIDATES
    cells = stretch[candidate] * _CANDIDATES + counts.ids[candidate]
    table = np.bincount(cells, minlength=n_stretches * _CANDIDATES).reshape(n_stretches, _CANDIDATES)
    return table.var(axis=0) / np.maximum(table.mean(axis=0), 1e-12)


def _pairs(counts: WordCounts, chosen: np.ndarray) -> tuple[np.ndarray, int]:
    """How often one chosen word stands a little before another (K, K), and any word before any other."""
    places = np.full(len(counts.words), -1)
    places[chosen] = np.arange(len(chosen))
    here, documents = places[counts.ids], counts.documents
    pairs = np.zeros((len(chosen), len(chosen)), np.int64)
    n_pairs = 0
    for distance in range(1, WINDOW + 1):
        together = documents[distance:] == documents[:-distance]
        n_pairs += int(np.count_nonzero(together))
        left, right = here[:-distance][together], here[distance:][together]
        both = (left >= 0) & (right >= 0)
        cells = left[both] * len(chosen) + right[both]
        pairs += np.bincount(cells, minlength=pairs.size).reshape(pairs.shape)
    return pairs, n_pairs
