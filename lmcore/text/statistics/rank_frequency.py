"""How often the most frequent, the second, the n-th word occurs (Zipf 1949).

Mandelbrot (1953) has the line bend for the first few ranks, which the plain law does not know.
"""

from dataclasses import dataclass

import numpy as np

from lmcore.text.statistics.log_fit import PowerLaw, fitted, log_spaced
from lmcore.text.statistics.word_counts import WordCounts

FEWEST = 5  # different words, for a line through them


@dataclass(frozen=True)
class RankFrequency:
    """Word by rank, at log-spaced ranks; Zipf's law is count ≈ constant / rank ** exponent."""

    ranks: np.ndarray  # int64 (P,), 1 = the most frequent
    counts: np.ndarray  # int64 (P,)
    words: tuple[str, ...]  # (P,)
    law: PowerLaw

    @classmethod
    def of(cls, counts: WordCounts) -> "RankFrequency | None":
        """None for a text of fewer than `FEWEST` different words."""
        if len(counts.words) < FEWEST:
            return None
        ranks = log_spaced(len(counts.words))
        heights = counts.counts[ranks - 1]
        words = tuple(counts.words[i] for i in ranks - 1)
        return cls(ranks, heights, words, fitted(ranks, heights))

    def to_json(self) -> dict[str, object]:
        """Plain lists and numbers; the exponent is the positive one of Zipf."""
        return {
            "rank": self.ranks.tolist(),
            "count": self.counts.tolist(),
            "word": list(self.words),
            "exponent": -self.law.exponent + 0.0,
            "constant": self.law.constant,
            "r2": self.law.r2,
        }
