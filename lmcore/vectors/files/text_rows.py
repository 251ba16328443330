"""Rows of text, a word and numbers between blanks, as word2vec, GloVe and fastText write them."""

from collections.abc import Iterator

import numpy as np

from lmcore.vectors.files.rows import Rows
from lmcore.vectors.files.source import Source

_ENDS = b" \t\r"


def read_rows(source: Source, rows: Rows, *, header: bool) -> Iterator[float]:
    """Read all rows, or as many as are wanted; yields the share of the file that has been read."""
    for block in source.whole_lines():
        start = block.find(b"\n") + 1 if header else 0
        header = False
        take_lines(block, start, rows)
        if rows.full:
            return
        yield source.progress


def take_lines(block: bytes, start: int, rows: Rows) -> None:
    """Take the rows of a block of whole lines, from `start` on."""
    from lmcore.vectors.files.numbers import parse_numbers  # numba: not before there is something to read

    data = np.frombuffer(block, np.uint8)
    while start < len(block) and not rows.full:
        end = block.find(b"\n", start)
        end = len(block) if end < 0 else end
        stop = end
        while stop > start and block[stop - 1] in _ENDS:
            stop -= 1
        if stop > start:
            blank = block.find(b" ", start, stop)
            if blank > 0 and parse_numbers(data, blank + 1, stop, rows.free()) == rows.dimensions:
                rows.keep(block[start:blank])
            else:
                _take_slowly(block[start:stop], rows)
        start = end + 1


def _take_slowly(line: bytes, rows: Rows) -> None:
    """A row with blanks in its word, tabs, NaN, or something that is no row.

    The word is what is left of the numbers; one that ends with a number is a row with too many, and one with
    a tab in it is two columns.
    """
    word, *numbers = line.rsplit(None, rows.dimensions)
    before = word.rsplit(None, 1)
    too_many = len(before) > 1 and _number(before[1]) is not None
    if too_many or b"\t" in word.strip() or not take_numbers(numbers, rows):
        rows.n_bad_rows += 1
        return
    rows.keep_if_finite(word.strip())


def take_numbers(parts: list[bytes], rows: Rows) -> bool:
    """Put numbers into the free row; False where they are too few or too many, or one is none."""
    numbers = [_number(part) for part in parts]
    if len(numbers) != rows.dimensions or None in numbers:
        return False
    with np.errstate(over="ignore"):  # beyond float32 it is infinity, which is left out
        rows.free()[:] = np.array(numbers, np.float64)
    return True


def _number(part: bytes) -> float | None:
    try:
        return float(part)
    except ValueError:
        return None
