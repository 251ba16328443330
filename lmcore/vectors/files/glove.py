"""GloVe's text format: a line a word, without a header, which may have blanks in its words."""

from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np

from lmcore.vectors.files.rows import Rows
from lmcore.vectors.files.source import Source
from lmcore.vectors.files.spelling import without_blanks
from lmcore.vectors.files.text_rows import read_rows

AT_ONCE = 2_000  # rows
EXACT = "%.9g"  # digits that give float32 back


def read(source: Source, rows: Rows) -> Iterator[float]:
    """Read all rows."""
    return read_rows(source, rows, header=False)


def write(file: IO[bytes], words: Sequence[str], matrix: np.ndarray) -> Iterator[float]:
    """Write words and `matrix` (V, D); yields the share that is written."""
    line = " ".join(["%s", *[EXACT] * matrix.shape[1]]) + "\n"
    for start in range(0, len(words), AT_ONCE):
        rows = matrix[start : start + AT_ONCE].tolist()
        named = zip(words[start : start + AT_ONCE], rows, strict=True)
        file.write("".join(line % (without_blanks(word), *row) for word, row in named).encode("utf-8"))
        yield min(1.0, (start + AT_ONCE) / len(words))
