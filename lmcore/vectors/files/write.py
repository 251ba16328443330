"""Words and vectors as a file of any of the formats, whole or not at all."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lmcore.checks import check_choice
from lmcore.vectors.files import glove, keyed_vectors, projector, word2vec_binary, word2vec_text
from lmcore.vectors.files.detect import BINARY, GLOVE, KEYED_VECTORS, TSV, WORD2VEC, WRITABLE

SUFFIXES = {WORD2VEC: ".vec", BINARY: ".bin", GLOVE: ".txt", KEYED_VECTORS: ".kv", TSV: "-tsv.zip"}
_WRITERS: dict[str, Callable[..., Iterator[float]]] = {
    WORD2VEC: word2vec_text.write,
    BINARY: word2vec_binary.write,
    GLOVE: glove.write,
    KEYED_VECTORS: keyed_vectors.write,
    TSV: projector.write,
}
_WITH_COUNTS = (KEYED_VECTORS, TSV)


def write_vectors(
    path: Path, words: Sequence[str], matrix: np.ndarray, format: str, counts: np.ndarray | None = None
) -> Iterator[float]:
    """Write `matrix` (V, D) to `path`; yields the share that is written. Closing the iterator leaves nothing.

    Blanks within words become "_" where blanks part columns. Raises `ConfigError` for another format.
    """
    check_choice("format", format, WRITABLE)
    more: dict[str, Any] = {"counts": counts} if format in _WITH_COUNTS else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            yield from _WRITERS[format](file, words, matrix, **more)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
