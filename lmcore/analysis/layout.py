"""Place points so that neighbours stay neighbours, in the plane or in space (UMAP: McInnes et al. 2018).

Written for live use: exact neighbours, a compiled optimisation that looks its forces up in tables, and any
layout as the start, so that the next frame of a film continues the one before.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_A, _B = 1.577, 0.8951  # the curve 1 / (1 + a d^2b) for min_dist 0.1 and spread 1
_N_ENTRIES = 8192
_REACH = 64.0  # distance at which the tables end
_REPULSIONS = 5  # for every attraction


def fuzzy_graph(indices: np.ndarray, distances: np.ndarray) -> "csr_matrix":
    """Symmetric weights in (0, 1] between points, from each one's k nearest (n, k) (algorithms 2 and 3)."""
    from scipy.sparse import csr_matrix

    n, k = indices.shape
    nearest = distances[:, :1]
    beyond = np.maximum(distances - nearest, 0)
    weights = np.exp(-beyond / _widths(beyond, distances)[:, None])
    rows = np.repeat(np.arange(n), k)
    directed = csr_matrix((weights.ravel(), (rows, indices.ravel())), shape=(n, n))
    reverse = directed.T.tocsr()
    graph = (directed + reverse - directed.multiply(reverse)).tocsr()
    graph.sort_indices()
    return graph


def _widths(beyond: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """For each point the σ at which its weights sum to log2 k, by bisection."""
    target = np.log2(beyond.shape[1] + 1)
    low, high, width = np.zeros(len(beyond)), np.full(len(beyond), np.inf), np.ones(len(beyond))
    for _ in range(48):
        too_wide = np.exp(-beyond / width[:, None]).sum(axis=1) > target
        high = np.where(too_wide, width, high)
        low = np.where(too_wide, low, width)
        width = np.where(np.isinf(high), width * 2, (low + np.where(np.isinf(high), low, high)) / 2)
    return np.maximum(width, 1e-3 * np.maximum(distances.mean(axis=1), 1e-9))


def layout(
    graph: "csr_matrix", start: np.ndarray, epochs: int, rate: float = 1.0, seed: int = 1
) -> np.ndarray:
    """Positions (n, 2 or 3) float32 after `epochs` passes from `start`; heavier edges pull more often."""
    xy = np.array(start, np.float32, order="C")
    weights = graph.data.astype(np.float32)
    every = weights.max() / np.maximum(weights, np.float32(1e-12))
    every[every > epochs] = np.inf  # too weak to act even once
    attraction, repulsion = _forces()
    _optimiser(xy.shape[1])(
        xy,
        graph.indptr.astype(np.int32),
        graph.indices.astype(np.int32),
        every.astype(np.float32),
        every.astype(np.float32),
        attraction,
        repulsion,
        np.float32(_N_ENTRIES / _REACH),
        epochs,
        np.float32(rate),
        np.uint64(seed),
    )
    return xy


@cache
def _forces() -> tuple[np.ndarray, np.ndarray]:
    """Gradient coefficients by distance, from the curve's derivatives (McInnes et al., appendix C)."""
    d2 = ((np.arange(_N_ENTRIES) + 0.5) / _N_ENTRIES * _REACH) ** 2
    power = d2**_B
    attraction = -2 * _A * _B * power / d2 / (1 + _A * power)
    repulsion = 2 * _B / ((0.001 + d2) * (1 + _A * power))
    return attraction.astype(np.float32), repulsion.astype(np.float32)


@cache
def _optimiser(dims: int) -> Callable[..., None]:
    """The compiled passes for the plane or for space.

    One long function, its number of coordinates a constant: in the plane nothing is left of the third.
    """
    IN_SPACE = dims == 3
    LIMIT = np.float32(4)
    ZERO = np.float32(0)

    @njit(nogil=True, error_model="numpy", cache=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
    def optimise(xy, first, heads, every, due, attraction, repulsion, scale, epochs, rate, state):  # type: ignore[no-untyped-def]
        """Move `xy`. Edges of point i are heads[first[i]:first[i+1]]; edge e acts every `every[e]` epochs."""
        n = xy.shape[0]
        last = len(attraction) - 1
        z, dz = ZERO, ZERO
        for epoch in range(epochs):
            alpha = rate * (np.float32(1) - np.float32(epoch) / np.float32(epochs))
            for i in range(n):
                x, y = xy[i, 0], xy[i, 1]
                if IN_SPACE:
                    z = xy[i, 2]
                pulls = 0
                for e in range(first[i], first[i + 1]):
                    if due[e] > epoch:
                        continue
                    due[e] += every[e]
                    j = heads[e]
                    dx, dy = x - xy[j, 0], y - xy[j, 1]
                    squared = dx * dx + dy * dy
                    if IN_SPACE:
                        dz = z - xy[j, 2]
                        squared += dz * dz
                    force = attraction[min(np.int64(np.sqrt(squared) * scale), last)]
                    dx = min(max(force * dx, -LIMIT), LIMIT) * alpha
                    dy = min(max(force * dy, -LIMIT), LIMIT) * alpha
                    x += dx
                    y += dy
                    xy[j, 0] -= dx
                    xy[j, 1] -= dy
                    if IN_SPACE:
                        dz = min(max(force * dz, -LIMIT), LIMIT) * alpha
                        z += dz
                        xy[j, 2] -= dz
                    pulls += 1
                for _ in range(pulls * _REPULSIONS):
                    state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                    j = np.int64(((state >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
                    if j == i:
                        continue
                    dx, dy = x - xy[j, 0], y - xy[j, 1]
                    squared = dx * dx + dy * dy
                    if IN_SPACE:
                        dz = z - xy[j, 2]
                        squared += dz * dz
                    force = repulsion[min(np.int64(np.sqrt(squared) * scale), last)]
                    x += min(max(force * dx, -LIMIT), LIMIT) * alpha
                    y += min(max(force * dy, -LIMIT), LIMIT) * alpha
                    if IN_SPACE:
                        z += min(max(force * dz, -LIMIT), LIMIT) * alpha
                xy[i, 0], xy[i, 1] = x, y
                if IN_SPACE:
                    xy[i, 2] = z

    return optimise
