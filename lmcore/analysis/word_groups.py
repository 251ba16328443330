"""Groups of words for the colours of the map: k-means whose labels stay from frame to frame."""

from itertools import permutations

import numpy as np

_ROUNDS = 30
_RESTARTS = 3
_LOYALTY = (
    0.995  # a fresh grouping must be this much tighter to replace the one continued from the frame before
)


def group_words(
    unit: np.ndarray, previous: np.ndarray | None = None, k: int = 6, seed: int = 0
) -> np.ndarray:
    """Labels (n,) int8 of at most `k` groups of the rows of `unit` (n, D), all of length 1.

    With `previous` labels, each new group takes the label of the old one with which it shares most rows.
    """
    k = min(k, len(unit))
    random = np.random.default_rng(seed)
    candidates = [_k_means(unit, _spread_centres(unit, k, random)) for _ in range(_RESTARTS)]
    labels, error = min(candidates, key=lambda found: found[1])
    if previous is None:
        return _by_size(labels, k)
    if np.bincount(previous, minlength=k).min() > 0:
        continued, same_error = _k_means(unit, _means(unit, previous, k))
        if same_error * _LOYALTY <= error:
            labels = continued
    return matched(labels, previous, k)


def matched(labels: np.ndarray, previous: np.ndarray, k: int) -> np.ndarray:
    """`labels` renamed so that as many rows as possible agree with `previous`; tries all (k ≤ 7)."""
    shared = np.zeros((k, k), np.int64)
    np.add.at(shared, (labels, previous), 1)
    best = max(permutations(range(k)), key=lambda names: shared[range(k), names].sum())
    return np.array(best, np.int8)[labels]


def group_names(
    words: tuple[str, ...], unit: np.ndarray, labels: np.ndarray, k: int = 6, frequent: int = 300
) -> tuple[str, ...]:
    """For each group the word nearest to its centre, among the `frequent` first words where it has any."""
    return tuple(
        _name(words, unit, np.flatnonzero(labels == label), frequent) for label in range(min(k, len(words)))
    )


def _name(words: tuple[str, ...], unit: np.ndarray, rows: np.ndarray, frequent: int) -> str:
    if not len(rows):
        return ""
    known = rows[rows < frequent] if rows[0] < frequent else rows
    return words[known[int((unit[known] @ unit[rows].mean(axis=0)).argmax())]]


def _k_means(unit: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, float]:
    """Lloyd's algorithm: labels and the mean squared distance to the own centre."""
    labels = np.full(len(unit), -1)
    for _ in range(_ROUNDS):
        distances = 1 + (centres**2).sum(axis=1) - 2 * unit @ centres.T
        nearest = distances.argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        centres = np.where(
            np.bincount(labels, minlength=len(centres))[:, None] > 0,
            _means(unit, labels, len(centres)),
            centres,
        )
    return labels, float(distances[np.arange(len(unit)), labels].mean())


def _means(unit: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    members = (labels[None] == np.arange(k)[:, None]).astype(unit.dtype)
    return members @ unit / np.maximum(members.sum(axis=1, keepdims=True), unit.dtype.type(1))


def _spread_centres(unit: np.ndarray, k: int, random: np.random.Generator) -> np.ndarray:
    """k-means++ (Arthur & Vassilvitskii 2007): each next centre far from those before."""
    chosen = [int(random.integers(len(unit)))]
    while len(chosen) < k:
        distances = np.maximum(1 - (unit @ unit[chosen].T).max(axis=1), 0) + 1e-9
        chosen.append(int(random.choice(len(unit), p=distances / distances.sum())))
    return unit[chosen]


def _by_size(labels: np.ndarray, k: int) -> np.ndarray:
    """The largest group first."""
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    return np.argsort(order).astype(np.int8)[labels]
