"""gensim's own format, for `KeyedVectors.load`. It is a pickle: we write it, and read none."""

from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np

_IN_ONE_FILE = 2**62  # bytes above which gensim would put an array into a file beside


def write(
    file: IO[bytes], words: Sequence[str], matrix: np.ndarray, counts: np.ndarray | None = None
) -> Iterator[float]:
    """Write words, `matrix` (V, D) and, where they are known, counts; yields the share that is written."""
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(matrix.shape[1])
    vectors.add_vectors(list(words), matrix)
    if counts is not None:
        for word, count in zip(words, counts.tolist(), strict=True):
            vectors.set_vecattr(word, "count", count)
    yield 0.3
    vectors.save(file, sep_limit=_IN_ONE_FILE)
    yield 1.0
