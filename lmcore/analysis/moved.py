"""Which words stand elsewhere in another set of vectors: by their neighbours, which need no alignment."""

from dataclasses import dataclass

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors

N_NEIGHBOURS = 10
MOST_WORDS = 5_000  # the most frequent shared ones
LEAST_WORDS = 3
_BLOCK = 1024


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
    k = min(N_NEIGHBOURS, len(shared) - 1)
    near_before, near_after = _nearest(first, k), _nearest(second, k)
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


def _nearest(unit: np.ndarray, k: int) -> np.ndarray:
    """Places of each row's k nearest others, nearest first, (n, k)."""
    found = np.empty((len(unit), k), np.int64)
    for start in range(0, len(unit), _BLOCK):
        cosines = unit[start : start + _BLOCK] @ unit.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -np.inf
        some = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(cosines, some, 1), axis=1, kind="stable")
        found[start : start + _BLOCK] = np.take_along_axis(some, order, 1)
    return found


def _turned_cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Each word's cosine with itself; spaces of different dimensions are filled up with zeros."""
    d = max(first.shape[1], second.shape[1])
    a, b = (np.pad(x, ((0, 0), (0, d - x.shape[1]))) for x in (first, second))
    u, _, v = np.linalg.svd(a.T @ b)
    return np.einsum("nd,nd->n", a @ (u @ v), b)
