"""What share of a text the most frequent words make up: what a vocabulary of a given size can read."""

from dataclasses import dataclass

import numpy as np

from lmcore.text.statistics.log_fit import log_spaced
from lmcore.text.statistics.word_counts import WordCounts

MARKS = (50, 80, 90, 95, 99)  # per cent


@dataclass(frozen=True)
class Coverage:
    """The share of running words among the V most frequent, at log-spaced V."""

    sizes: np.ndarray  # int64 (P,)
    shares: np.ndarray  # float64 (P,)
    marks: tuple[tuple[float, int], ...]  # a share, and the least size that reaches it

    @classmethod
    def of(cls, counts: WordCounts) -> "Coverage | None":
        """None for a text without words."""
        if not counts.words:
            return None
        covered = counts.counts.cumsum()
        total = int(covered[-1])
        sizes = log_spaced(len(counts.words))
        # whole numbers, so that a share met exactly is met
        marks = tuple((mark / 100, int(np.searchsorted(covered * 100, mark * total)) + 1) for mark in MARKS)
        return cls(sizes, covered[sizes - 1] / total, marks)

    def to_json(self) -> dict[str, object]:
        """Plain lists and numbers."""
        return {
            "size": self.sizes.tolist(),
            "share": self.shares.round(6).tolist(),
            "marks": [{"share": share, "size": size} for share, size in self.marks],
        }
