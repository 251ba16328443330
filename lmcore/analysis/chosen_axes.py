"""Two directions of the whole space as the axes of a map, such as from "man" to "woman"."""

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors, unit_rows

_SAME = 1e-6  # words nearer to each other than this have no direction between them


def ends_of(axis: str) -> tuple[str, str]:
    """The two words of an axis; raises `TextError` where there are not two.

    >>> ends_of("man .. woman")
    ('man', 'woman')
    """
    ends = [end.strip() for end in axis.split("..")]
    if len(ends) != 2 or not all(ends):
        raise TextError("axis_unclear", given=axis[:40])
    return ends[0], ends[1]


def direction(vectors: WordVectors, axis: str) -> np.ndarray:
    """The unit vector (D,) of an axis "a..b", from a to b, each word at length 1.

    Raises `TextError` where the axis is not two words, a word is unknown, or both have one vector.
    """
    ends = ends_of(axis)
    a, b = vectors.unit([vectors.place(word) for word in ends])
    away = b - a
    if not np.linalg.norm(away) > _SAME:
        raise TextError("axis_without_direction", a=ends[0][:40], b=ends[1][:40])
    return unit_rows(away[None])[0]


def on_axes(vectors: WordVectors, unit: np.ndarray, x: str, y: str) -> np.ndarray:
    """The cosines of `unit` (n, D) with the axes `x` and `y`, (n, 2) float32."""
    return unit @ np.stack([direction(vectors, x), direction(vectors, y)], axis=1)
