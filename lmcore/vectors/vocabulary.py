"""Which words are learned, how often each is read, and how often each is drawn as a negative."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from lmcore.errors import TextError

FEWEST_WORDS = 10
BREAK = -1  # stands between two sequences


@dataclass(frozen=True)
class Vocabulary:
    """Words from the most to the least frequent, and how often each occurs, (V,) int64."""

    words: tuple[str, ...]
    counts: np.ndarray

    @classmethod
    def of(cls, sequences: Iterable[Sequence[str]], min_count: int) -> "Vocabulary":
        """The words that occur at least `min_count` times; raises `TextError` when fewer than ten do."""
        counter = Counter(chain.from_iterable(sequences))
        kept = [(word, count) for word, count in counter.items() if count >= min_count]
        if len(kept) < FEWEST_WORDS:
            raise TextError(
                "vocabulary_too_small", n_words=len(kept), min_count=min_count, minimum=FEWEST_WORDS
            )
        kept.sort(
            key=lambda item: (-item[1], item[0])
        )  # the spelling decides among equals: the same order everywhere
        words, counts = zip(*kept, strict=True)
        return cls(words, np.array(counts, np.int64))

    def tokens(self, sequences: Iterable[Sequence[str]]) -> np.ndarray:
        """All known words in order as places in the vocabulary, int32, with `BREAK` after every sequence."""
        place = {word: i for i, word in enumerate(self.words)}
        found: list[int] = []
        for sequence in sequences:
            found += [place[word] for word in sequence if word in place]
            found.append(BREAK)
        return np.array(found, np.int32)

    def keep_probabilities(self, threshold: float) -> np.ndarray:
        """How often an occurrence is read, (V,) float32, `threshold` being t; t = 0 keeps all.

        Mikolov et al. (2013b, eq. 5) skip with probability 1 - √(t/f); their program, and this, keeps t/f
        more.
        """
        if threshold == 0:
            return np.ones(len(self.words), np.float32)
        ratio = threshold * self.counts.sum() / self.counts
        return np.minimum(np.sqrt(ratio) + ratio, 1).astype(np.float32)

    def negative_table(self, size: int = 1 << 20) -> np.ndarray:
        """Words in proportion to count^¾ (Mikolov et al. 2013b, section 2.2), int32: any place draws one."""
        share = np.cumsum(self.counts**0.75)
        places = np.searchsorted(share / share[-1], (np.arange(size) + 0.5) / size)
        return np.minimum(places, len(self.words) - 1).astype(np.int32)
