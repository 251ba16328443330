"""word2vec's binary format: a line with two numbers; then for each word its letters, a blank, D × float32."""

from collections.abc import Iterator, Sequence
from typing import IO

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.files.rows import Rows
from lmcore.vectors.files.sizes import MOST_WORD_BYTES
from lmcore.vectors.files.source import Source
from lmcore.vectors.files.spelling import without_blanks

AT_ONCE = 10_000  # rows


def read(source: Source, rows: Rows, n_words: int) -> Iterator[float]:
    """Read as many words as the header promised; raises `TextError` when the file ends before."""
    buffer = source.read()
    at = buffer.index(b"\n") + 1
    width = 4 * rows.dimensions
    n = 0
    while n < n_words and not rows.full:
        blank = buffer.find(b" ", at, at + MOST_WORD_BYTES + 2)
        if blank < 0 and len(buffer) - at > MOST_WORD_BYTES + 2:
            raise TextError("vectors_binary_broken", name=source.name, n=n + 1, limit=MOST_WORD_BYTES)
        if blank < 0 or blank + 1 + width > len(buffer):
            yield source.progress
            more = source.read()
            if not more:
                raise TextError("vectors_cut_off", name=source.name, n=n, promised=n_words)
            buffer, at = buffer[at:] + more, 0
            continue
        rows.free()[:] = np.frombuffer(buffer, "<f4", rows.dimensions, blank + 1)
        rows.keep_if_finite(buffer[at:blank].lstrip(b"\r\n"))
        at = blank + 1 + width
        n += 1


def write(file: IO[bytes], words: Sequence[str], matrix: np.ndarray) -> Iterator[float]:
    """Write words and `matrix` (V, D); yields the share that is written."""
    file.write(b"%d %d\n" % matrix.shape)
    for start in range(0, len(words), AT_ONCE):
        rows = np.ascontiguousarray(matrix[start : start + AT_ONCE], "<f4")
        named = zip(words[start : start + AT_ONCE], rows, strict=True)
        pieces = (b"%s %s\n" % (without_blanks(word).encode("utf-8"), row.tobytes()) for word, row in named)
        file.write(b"".join(pieces))
        yield min(1.0, (start + AT_ONCE) / len(words))
