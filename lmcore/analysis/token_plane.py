"""Tokens in the plane: the two directions in which their embeddings differ most, turned to stay in place."""

import numpy as np


def token_plane(vectors: np.ndarray, before: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Places (n, 2) of `vectors` (n, C), n ≥ 2, and the share of their variance that is seen there.

    The plane is that of the first two principal components (Pearson 1901). Its directions have no up and no
    left: with the places `before` (n, 2) it is turned, or mirrored, to be as close to them as possible
    (Schönemann 1966). The mean of the places is 0 and their root mean square distance from it 1.
    """
    centred = vectors - vectors.mean(0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    xy = centred @ directions[:2].T
    if xy.shape[1] < 2:
        xy = np.pad(xy, ((0, 0), (0, 2 - xy.shape[1])))
    whole = float((sizes**2).sum())
    kept = float((sizes[:2] ** 2).sum()) / whole if whole > 0 else 1.0
    if before is not None:
        u, _, v = np.linalg.svd(xy.T @ before)
        xy = xy @ (u @ v)
    spread = float(np.sqrt((xy**2).sum(1).mean()))
    return xy / spread if spread > 0 else xy, kept
