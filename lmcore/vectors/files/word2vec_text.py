"""word2vec's text format, and that of fastText's .vec: a line with two numbers, then a line a word."""

from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np

from lmcore.vectors.files import glove
from lmcore.vectors.files.rows import Rows
from lmcore.vectors.files.source import Source
from lmcore.vectors.files.text_rows import read_rows


def read(source: Source, rows: Rows) -> Iterator[float]:
    """Read the rows after the header; how many it promises is not relied on."""
    return read_rows(source, rows, header=True)


def write(file: IO[bytes], words: Sequence[str], matrix: np.ndarray) -> Iterator[float]:
    """Write words and `matrix` (V, D); yields the share that is written."""
    file.write(b"%d %d\n" % matrix.shape)
    yield from glove.write(file, words, matrix)
