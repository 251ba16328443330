"""How long the documents of a corpus are; of a single document, its paragraphs or lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_PARAGRAPHS = re.compile(r"\n\s*\n")
_BINS_A_DECADE = 8
_FEWEST = 3  # paragraphs that make a picture; else the lines are taken


@dataclass(frozen=True)
class DocumentLengths:
    """A histogram whose bins grow with the length. Bin i holds edges[i] ≤ length < edges[i + 1]."""

    unit: str  # what is measured: "documents", "paragraphs" or "lines"
    edges: np.ndarray  # int64 (B + 1,), characters
    counts: np.ndarray  # int64 (B,)
    median: float
    longest: int
    shortest: int

    @classmethod
    def of(cls, documents: Sequence[str]) -> "DocumentLengths | None":
        """None if there is nothing to measure."""
        unit, parts = _parts(documents)
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        if not len(lengths):
            return None
        shortest, longest = int(lengths.min()), int(lengths.max())
        edges = _edges(shortest, longest)
        counts = np.bincount(np.searchsorted(edges, lengths, "right") - 1, minlength=len(edges) - 1)
        return cls(unit, edges, counts, float(np.median(lengths)), longest, shortest)

    def to_json(self) -> dict[str, object]:
        """Plain lists and numbers."""
        return {
            "of": self.unit,
            "edges": self.edges.tolist(),
            "counts": self.counts.tolist(),
            "median": self.median,
            "longest": self.longest,
            "shortest": self.shortest,
        }


def _parts(documents: Sequence[str]) -> tuple[str, list[str]]:
    """What to measure: several documents, or the paragraphs or lines of one."""
    if len(documents) != 1:
        return "documents", list(documents)
    paragraphs = [part for part in _PARAGRAPHS.split(documents[0]) if part.strip()]
    if len(paragraphs) >= _FEWEST:
        return "paragraphs", paragraphs
    return "lines", [line for line in documents[0].split("\n") if line.strip()]


def _edges(shortest: int, longest: int) -> np.ndarray:
    """Whole numbers from `shortest` to one past `longest`, each a third more than the one before."""
    first, last = max(1, shortest), max(1, longest) + 1
    n_bins = max(1, round(_BINS_A_DECADE * np.log10(last / first)))
    edges = np.unique(np.rint(np.geomspace(first, last, n_bins + 1)).astype(np.int64))
    return np.concatenate([[0], edges]) if shortest == 0 else edges
