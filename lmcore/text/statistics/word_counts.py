"""The words of a corpus as numbers, which every picture of it starts from."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

REPLACED = "\ufffd"  # for half a surrogate pair, which no browser accepts
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class WordCounts:
    """N running words, of which V are different; number 0 is the most frequent.

    >>> counts = WordCounts.of(["a", "rose", "is", "a", "rose"])
    >>> counts.words, counts.counts.tolist(), counts.ids.tolist()
    (('a', 'rose', 'is'), [2, 2, 1], [0, 1, 2, 0, 1])
    """

    words: tuple[str, ...]  # (V,)
    counts: np.ndarray  # int64 (V,), how often each occurs
    ids: np.ndarray  # int32 (N,), the corpus in order
    ends: np.ndarray  # int64 (D,), where each document ends in `ids`

    @classmethod
    def of(cls, words: Sequence[str], lengths: Sequence[int] | None = None) -> "WordCounts":
        """Count the words of a whole corpus; `lengths` are those of its documents, one document without.

        Words equally frequent keep the order in which they first occur. Raises `ValueError` for lengths that
        do not add up.
        """
        ends = np.cumsum([len(words)] if lengths is None else lengths, dtype=np.int64)
        if (int(ends[-1]) if len(ends) else 0) != len(words):
            raise ValueError(f"documents of {sum(lengths or ())} words together, but {len(words)} words")
        found = Counter(words).most_common()
        place = {word: i for i, (word, _) in enumerate(found)}
        ids = np.fromiter(map(place.__getitem__, words), np.int32, len(words))
        counts = np.fromiter((count for _, count in found), np.int64, len(found))
        return cls(tuple(_SURROGATE.sub(REPLACED, word) for word, _ in found), counts, ids, ends)

    @property
    def documents(self) -> np.ndarray:
        """The number (N,) of the document in which each running word stands."""
        return np.repeat(np.arange(len(self.ends)), np.diff(self.ends, prepend=0))
