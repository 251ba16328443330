"""Word vectors to points in the plane, each frame continuing the one before."""

import numpy as np

from lmcore.analysis.word_groups import group_names, group_words
from lmcore.analysis.word_map import WordMap
from lmcore.vectors.queries import WordVectors, unit_rows

N_NEIGHBOURS = 15
N_GROUPS = 6  # as many as there are colours
_FIRST_EPOCHS, _NEXT_EPOCHS = 150, 60
_NEXT_RATE = 0.25  # small, so that a frame follows its vectors without being shaken up
_SPREAD = 0.6  # root mean square distance from the middle, the same in every frame: the map does not breathe
_SOFT_EDGE = 0.85  # points beyond are pressed together, so that none leaves [-1, 1]
_UNITS = 0.09  # layout units per √n words at that spread
_BLOCK = 2048


def map_words(vectors: WordVectors, step: int, previous: WordMap | None) -> WordMap:
    """The map of `vectors` at `step`.

    Without a previous map of the same words it is their PCA; else a layout that starts from the previous
    map, turned, mirrored and scaled onto it.
    """
    unit = unit_rows(vectors.matrix)
    neighbours = knn(unit, N_NEIGHBOURS)
    if previous is not None and previous.words != vectors.words:
        previous = None
    xy = framed(pca(unit, 2) if previous is None else _continued(neighbours, previous))
    centred = unit_rows(
        unit - unit.mean(axis=0)
    )  # what all words share early in training would hide the groups
    group = group_words(centred, None if previous is None else previous.group, N_GROUPS)
    names = group_names(vectors.words, centred, group, N_GROUPS)
    method = "pca" if previous is None else "umap"
    return WordMap(step, vectors.words, xy, group, names, _share_kept(neighbours[0], xy), method)


def _continued(neighbours: tuple[np.ndarray, np.ndarray], previous: WordMap) -> np.ndarray:
    from lmcore.analysis.layout import fuzzy_graph, layout  # numba: not before a second frame is wanted

    first = previous.method == "pca"
    start = previous.xy / _SPREAD * _UNITS * np.sqrt(len(previous.words))
    epochs, rate = (_FIRST_EPOCHS, 1.0) if first else (_NEXT_EPOCHS, _NEXT_RATE)
    return align(layout(fuzzy_graph(*neighbours), start, epochs, rate), previous.xy)


def pca(matrix: np.ndarray, n_components: int = 2) -> np.ndarray:
    """Principal components (n, n_components) float32; the largest weight of each axis is positive."""
    centred = np.asarray(matrix, np.float64) - matrix.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :n_components]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return (centred @ (axes * signs)).astype(np.float32)


def knn(matrix: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Each row's k nearest others, nearest first: places (n, k) int32 and distances 1 - cosine (n, k)."""
    unit = unit_rows(matrix)
    n = len(unit)
    k = min(k, n - 1)
    places, distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    for start in range(0, n, _BLOCK):
        away = 1 - unit[start : start + _BLOCK] @ unit.T
        away[np.arange(len(away)), np.arange(start, start + len(away))] = np.inf
        nearest = np.argpartition(away, k - 1, axis=1)[:, :k]
        order = np.argsort(np.take_along_axis(away, nearest, 1), axis=1, kind="stable")
        nearest = np.take_along_axis(nearest, order, 1)
        places[start : start + _BLOCK] = nearest
        distances[start : start + _BLOCK] = np.take_along_axis(away, nearest, 1)
    return places, np.maximum(distances, 0)


def align(xy: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`xy` turned, mirrored, moved and scaled onto `reference` (orthogonal Procrustes, Schönemann 1966)."""
    centre = reference.mean(axis=0, dtype=np.float64)
    a = xy - xy.mean(axis=0, dtype=np.float64)
    b = reference - centre
    u, singular, v = np.linalg.svd(a.T @ b)
    scale = singular.sum() / max(float((a**2).sum()), 1e-12)
    return (scale * a @ (u @ v) + centre).astype(np.float32)


def framed(xy: np.ndarray) -> np.ndarray:
    """`xy` around 0 with one fixed spread, its outermost points pressed softly into [-1, 1]."""
    xy = xy - xy.mean(axis=0)
    spread = float(np.sqrt((xy.astype(np.float64) ** 2).sum(axis=1).mean()))
    xy = xy * (_SPREAD / max(spread, 1e-12))
    radius = np.sqrt((xy**2).sum(axis=1, keepdims=True))
    room = 1 - _SOFT_EDGE
    pressed = _SOFT_EDGE + room * np.tanh((radius - _SOFT_EDGE) / room)
    return np.where(radius > _SOFT_EDGE, xy * (pressed / np.maximum(radius, 1e-12)), xy).astype(np.float32)


def neighbours_kept(matrix: np.ndarray, xy: np.ndarray, k: int = N_NEIGHBOURS) -> float:
    """The share of every row's k nearest by cosine that are among its k nearest in the plane."""
    return _share_kept(knn(matrix, k)[0], xy)


def _share_kept(true: np.ndarray, xy: np.ndarray) -> float:
    """`neighbours_kept` for true neighbours (n, k) already known."""
    from scipy.spatial import KDTree

    n, k = true.shape
    _, places = KDTree(xy).query(xy, k=k + 1)
    places = np.asarray(places)
    itself = places == np.arange(n)[:, None]
    itself[~itself.any(axis=1), -1] = True  # many points on one spot: it may not be among its own nearest
    shown = places[~itself].reshape(n, k)
    return float((true[:, :, None] == shown[:, None, :]).any(axis=2).mean())
