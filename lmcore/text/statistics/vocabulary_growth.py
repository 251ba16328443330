"""How many different words a text has shown after its first n words (Heaps 1978, section 7.5)."""

from dataclasses import dataclass

import numpy as np

from lmcore.text.statistics.log_fit import PowerLaw, fitted, log_spaced
from lmcore.text.statistics.word_counts import WordCounts

FEWEST = 20  # running words, for a line through their growth
_FITTED = 10  # the law is fitted from the tenth part of the text on, since its growth slows down


@dataclass(frozen=True)
class VocabularyGrowth:
    """Different words among the first n, at log-spaced n; by Heaps' law constant · n ** exponent."""

    n: np.ndarray  # int64 (P,)
    distinct: np.ndarray  # int64 (P,)
    law: PowerLaw

    @classmethod
    def of(cls, counts: WordCounts) -> "VocabularyGrowth | None":
        """None for a text of fewer than `FEWEST` words."""
        if len(counts.ids) < FEWEST:
            return None
        n = log_spaced(len(counts.ids))
        distinct = np.searchsorted(_first_places(counts), n)
        late = n >= len(counts.ids) / _FITTED
        return cls(n, distinct, fitted(n[late], distinct[late]))

    def to_json(self) -> dict[str, object]:
        """Plain lists and numbers; k and beta are Heaps' K and β."""
        n, distinct, law = self.n.tolist(), self.distinct.tolist(), self.law
        return {"n": n, "distinct": distinct, "k": law.constant, "beta": law.exponent, "r2": law.r2}


def _first_places(counts: WordCounts) -> np.ndarray:
    """Where in the text each different word occurs for the first time, in order (V,)."""
    first = np.empty(len(counts.words), np.int64)
    first[counts.ids[::-1]] = np.arange(len(counts.ids))[::-1]  # the earliest place is written last
    return np.sort(first)
