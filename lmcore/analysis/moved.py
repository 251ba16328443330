"""Which words stand elsewhere in another set of vectors: by their neighbours, which need no alignment."""

from dataclasses import dataclass

import numpy as np

from lmcore.analysis.neighbours import knn
from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors

N_NEIGHBOURS = 10
MOST_WORDS = 5_000  # the most frequent shared ones
LEAST_WORDS = 3


@dataclass(frozen=True)
class Moved:
    """A word, the share of its ten nearest that it kept, those before and after, and its cosine with itself
    once the one space is turned onto the other (orthogonal Procrustes; Hamilton et al. 2016)."""

    word: str
    overlap: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    cosine: float


def moved(before: WordVectors, after: WordVectors) -> list[Moved]:
    """All shared words, those that changed their neighbours most first; raises `TextError` for too few."""
    shared = [word for word in after.words if word in before][:MOST_WORDS]
    if len(shared) < LEAST_WORDS:
        raise TextError("too_few_shared", n=len(shared), minimum=LEAST_WORDS)
    first = np.nan_to_num(before.unit([before.place(word) for word in shared]))
    second = np.nan_to_num(after.unit([after.place(word) for word in shared]))
    near_before, near_after = (knn(unit, N_NEIGHBOURS)[0] for unit in (first, second))
    overlap = (near_before[:, :, None] == near_after[:, None, :]).any(axis=2).mean(axis=1)
    cosines = _turned_cosines(first, second)
    order = np.lexsort((np.arange(len(shared)), cosines, overlap))
    return [
        Moved(
            shared[i],
            float(overlap[i]),
            tuple(shared[j] for j in near_before[i]),
            tuple(shared[j] for j in near_after[i]),
            float(cosines[i]),
        )
        for i in order
    ]


def _turned_cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Each word's cosine with itself; spaces of different dimensions are filled up with zeros."""
    d = max(first.shape[1], second.shape[1])
    a, b = (np.pad(x, ((0, 0), (0, d - x.shape[1]))) for x in (first, second))
    u, _, v = np.linalg.svd(a.T @ b)
    return np.einsum("nd,nd->n", a @ (u @ v), b)
