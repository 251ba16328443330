"""Principal components, and one picture laid over another."""

import numpy as np

_SPREAD = 0.6  # root mean square distance from the middle, the same in every frame: the map does not breathe
_SOFT_EDGE = 0.85  # points beyond are pressed together, so that none leaves [-1, 1]


def pca(matrix: np.ndarray, n_components: int = 2) -> np.ndarray:
    """Principal components (n, n_components) float32; the largest weight of each axis is positive."""
    return principal_components(matrix, n_components)[0]


def principal_components(matrix: np.ndarray, n_components: int) -> tuple[np.ndarray, tuple[float, ...]]:
    """What `pca` gives, and the share of the variance on each axis. Axes that there are not are all 0."""
    centred = np.asarray(matrix, np.float32) - matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    variances, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = axes[:, ::-1][:, :n_components]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    found = centred @ (axes * signs).astype(np.float32)
    shares = np.maximum(variances[::-1][:n_components], 0) / max(float(variances.sum()), 1e-12)
    missing = n_components - found.shape[1]
    return np.pad(found, ((0, 0), (0, missing))), tuple(np.pad(shares, (0, missing)).tolist())


def align(xy: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`xy` turned, mirrored, moved and scaled onto `reference` (orthogonal Procrustes, Schönemann 1966)."""
    centre = reference.mean(axis=0, dtype=np.float64)
    a = xy - xy.mean(axis=0, dtype=np.float64)
    u, singular, v = np.linalg.svd(a.T @ (reference - centre))
    scale = singular.sum() / max(float((a**2).sum()), 1e-12)
    return (scale * a @ (u @ v) + centre).astype(np.float32)


def turned(xy: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """`xy` around 0, turned and mirrored towards `reference`; all distances stay what they are."""
    a = xy - xy.mean(axis=0, dtype=np.float64)
    u, _, v = np.linalg.svd(a.T @ (reference - reference.mean(axis=0, dtype=np.float64)))
    return (a @ (u @ v)).astype(np.float32)


def framed(xy: np.ndarray) -> np.ndarray:
    """`xy` around 0 with one fixed spread, its outermost points pressed softly into [-1, 1]."""
    xy = xy - xy.mean(axis=0)
    xy = xy * (_SPREAD / _spread(xy))
    radius = np.sqrt((xy**2).sum(axis=1, keepdims=True))
    room = 1 - _SOFT_EDGE
    pressed = _SOFT_EDGE + room * np.tanh((radius - _SOFT_EDGE) / room)
    return np.where(radius > _SOFT_EDGE, xy * (pressed / np.maximum(radius, 1e-12)), xy).astype(np.float32)


def framed_to_scale(xy: np.ndarray) -> np.ndarray:
    """`xy` around 0 within [-1, 1], nothing pressed: equal distances stay equal."""
    xy = xy - xy.mean(axis=0)
    furthest = float(np.sqrt((xy**2).sum(axis=1)).max())
    return (xy * min(_SPREAD / _spread(xy), 1 / max(furthest, 1e-12))).astype(np.float32)


def in_units(xy: np.ndarray, units: float) -> np.ndarray:
    """A framed picture made larger, to a spread of `units`."""
    return xy * np.float32(units / _SPREAD)


def _spread(xy: np.ndarray) -> float:
    return max(float(np.sqrt((xy.astype(np.float64) ** 2).sum(axis=1).mean())), 1e-12)
