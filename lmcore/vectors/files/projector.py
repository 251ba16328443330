"""What the embedding projector reads: vectors.tsv, a row of numbers a word, and metadata.tsv, its words.

A metadata file of one column has no header; one of several has.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.files.detect import VECTORS_MEMBER, WORDS_MEMBER
from lmcore.vectors.files.glove import AT_ONCE, EXACT
from lmcore.vectors.files.rows import Rows
from lmcore.vectors.files.source import Source, member_named
from lmcore.vectors.files.spelling import without_blanks
from lmcore.vectors.files.text_rows import take_numbers


def read(path: Path, name: str, members: Sequence[str], rows: Rows) -> Iterator[float]:
    """Read both files side by side; raises `TextError` when one of them has more rows than the other."""
    numbers, words = (member_named(list(members), one) for one in (VECTORS_MEMBER, WORDS_MEMBER))
    with Source(path, name, numbers) as vectors, Source(path, name, words) as metadata:
        named = _words(metadata)
        n = 0
        for line in _lines(vectors):
            word = next(named, None)
            if word is None:
                raise TextError("vectors_metadata_short", name=vectors.name, n=n)
            _take(line, word, rows)
            if rows.full:
                return
            n += 1
            if n % AT_ONCE == 0:
                yield vectors.progress
        if next(named, None) is not None:
            raise TextError("vectors_metadata_long", name=vectors.name, n=n)


def _take(line: bytes, word: bytes, rows: Rows) -> None:
    from lmcore.vectors.files.numbers import parse_numbers  # numba: not before there is something to read

    if parse_numbers(np.frombuffer(line, np.uint8), 0, len(line), rows.free()) == rows.dimensions:
        rows.keep(word)
    elif take_numbers(line.split(), rows):
        rows.keep_if_finite(word)
    else:
        rows.n_bad_rows += 1


def _lines(source: Source) -> Iterator[bytes]:
    for block in source.whole_lines():
        yield from (line.rstrip(b"\r") for line in block.removesuffix(b"\n").split(b"\n"))


def _words(metadata: Source) -> Iterator[bytes]:
    """The first column."""
    for i, line in enumerate(_lines(metadata)):
        if i or b"\t" not in line:
            yield line.split(b"\t", 1)[0].strip()


def write(
    file: IO[bytes], words: Sequence[str], matrix: np.ndarray, counts: np.ndarray | None = None
) -> Iterator[float]:
    """Write a ZIP file with both; yields the share that is written. Known counts are a second column."""
    line = "\t".join([EXACT] * matrix.shape[1]) + "\n"
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(VECTORS_MEMBER, "w", force_zip64=True) as member:
            for start in range(0, len(words), AT_ONCE):
                rows = matrix[start : start + AT_ONCE].tolist()
                member.write("".join(line % tuple(row) for row in rows).encode("ascii"))
                yield min(1.0, (start + AT_ONCE) / len(words))
        archive.writestr(WORDS_MEMBER, _metadata(words, counts))


def _metadata(words: Sequence[str], counts: np.ndarray | None) -> str:
    named = [without_blanks(word) for word in words]
    if counts is None:
        return "".join(f"{word}\n" for word in named)
    rows = (f"{word}\t{count}\n" for word, count in zip(named, counts.tolist(), strict=True))
    return "".join(["word\tcount\n", *rows])
