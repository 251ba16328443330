"""A file of any of the formats as words and vectors, with a report of what was left out."""

from collections.abc import Iterator
from pathlib import Path

from lmcore.vectors.files import glove, projector, word2vec_binary, word2vec_text
from lmcore.vectors.files.detect import BINARY, TSV, WORD2VEC, Detected, detect
from lmcore.vectors.files.rows import ReadVectors, Rows
from lmcore.vectors.files.sizes import check_memory, check_number_of_words
from lmcore.vectors.files.source import Source


def read_vectors(
    path: Path,
    name: str = "",
    *,
    first_words: int = 0,
    member: str = "",
    memory: float = float("inf"),
) -> Iterator[float | ReadVectors]:
    """Read the file at `path`, which its owner calls `name`: shares of it, 0 to 1, then what was in it.

    `first_words` stops after so many words, 0 wants all; `member` chooses from an archive; `memory` is what
    may be used, in bytes. Raises `TextError` for a file that cannot be read or holds more than can be
    brought, `ResourceError` when that does not fit into the memory.
    """
    detected = detect(path, name, member)
    n_words = min(first_words or detected.n_words, detected.n_words)
    if detected.promised:
        check_number_of_words(n_words, detected.dimensions)
    check_memory(n_words, detected.dimensions, memory)
    rows = Rows(detected.dimensions, first_words, memory, n_words if detected.promised else 0)
    yield from _read(path, name, member, detected, rows)
    yield rows.result(detected.format, detected.n_words if detected.promised else None)


def _read(path: Path, name: str, member: str, detected: Detected, rows: Rows) -> Iterator[float]:
    if detected.format == TSV:
        yield from projector.read(path, name, detected.members, rows)
        return
    with Source(path, name, member) as source:
        if detected.format == BINARY:
            yield from word2vec_binary.read(source, rows, detected.n_words)
        elif detected.format == WORD2VEC:
            yield from word2vec_text.read(source, rows)
        else:
            yield from glove.read(source, rows)
