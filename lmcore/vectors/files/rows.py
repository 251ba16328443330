"""What has been read of a vectors file: words, each once, and their numbers, all of them finite."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lmcore.errors import TextError
from lmcore.vectors.files.sizes import (
    MOST_WORD_BYTES,
    check_memory,
    check_number_of_words,
    most_words,
)
from lmcore.vectors.files.spelling import spelled

_FIRST_ROOM = 65_536  # words
LARGEST = 1e15  # squares of larger numbers, added up, would leave float32


@dataclass(frozen=True)
class Report:
    """What was in a file, and what of it was left out. `n_promised` is what its header says."""

    format: str
    dimensions: int
    n_read: int  # words kept
    n_promised: int | None = None
    n_duplicates: int = 0  # the first of them is kept
    n_not_finite: int = 0  # rows with NaN, infinity, or a number beyond LARGEST
    n_bad_rows: int = 0  # another number of numbers, no word, or something that is no number
    n_repaired: int = 0  # words that are not UTF-8, or hold control characters
    encoding: str = "utf-8"  # of those
    stopped: bool = False  # at the number of words that was asked for

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True)
class ReadVectors:
    """Words, the most frequent first as the file has them, their vectors (n, D) float32, and a report."""

    words: tuple[str, ...]
    matrix: np.ndarray
    report: Report


class Rows:
    """Takes rows one after the other; `full` when there are as many as were asked for.

    With `first_words` = 0 all are wanted. Raises `TextError` or `ResourceError` as soon as there are more
    than can be held. `expected` saves moving them; memory is only taken as rows come.
    """

    def __init__(
        self, dimensions: int, first_words: int = 0, memory: float = float("inf"), expected: int = 0
    ) -> None:
        self.dimensions = dimensions
        self.n_duplicates = self.n_not_finite = self.n_bad_rows = 0
        self.full = False
        too_many = most_words(dimensions) + 1
        self._wanted = min(first_words or too_many, too_many)
        self._memory = memory
        self._words: list[bytes] = []
        self._known: set[bytes] = set()
        room = min(max(_FIRST_ROOM, expected), self._wanted)
        self._matrix = np.empty((room, dimensions), np.float32)

    def __len__(self) -> int:
        return len(self._words)

    def free(self) -> np.ndarray:
        """The numbers of the next row, (D,), to be filled; they stay free until a word is kept."""
        n = len(self._words)
        if n == len(self._matrix):
            check_memory(n, self.dimensions, self._memory)
            self._matrix.resize((min(self._wanted, 2 * n), self.dimensions), refcheck=False)
        return self._matrix[n]

    def keep(self, word: bytes) -> None:
        """The numbers in the free row belong to this word."""
        if not word or len(word) > MOST_WORD_BYTES:
            self.n_bad_rows += 1
        elif word in self._known:
            self.n_duplicates += 1
        else:
            self._known.add(word)
            self._words.append(word)
            if len(self._words) == self._wanted:
                check_number_of_words(self._wanted, self.dimensions)
                self.full = True

    def keep_if_finite(self, word: bytes) -> None:
        """The same for numbers that have not been looked at: NaN and infinity are left out."""
        if np.abs(self.free()).max() <= LARGEST:  # false for NaN
            self.keep(word)
        else:
            self.n_not_finite += 1

    def result(self, format: str, n_promised: int | None = None) -> ReadVectors:
        """All that was kept; the rows are used up. Raises `TextError` when it is not worth keeping."""
        n = len(self._words)
        if not n or max(self.n_bad_rows, self.n_duplicates) > n:
            self._refuse(n)
        matrix, self._matrix = self._matrix, np.empty((0, 0), np.float32)
        matrix.resize((n, self.dimensions), refcheck=False)
        spelling = spelled(self._words)
        self._words, self._known = [], set()
        words = spelling.words
        if spelling.n_repaired:
            words, matrix = _each_once(words, matrix)
        report = Report(
            format,
            self.dimensions,
            len(words),
            n_promised,
            self.n_duplicates + n - len(words),
            self.n_not_finite,
            self.n_bad_rows,
            spelling.n_repaired,
            spelling.encoding,
            self.full,
        )
        return ReadVectors(tuple(words), matrix, report)

    def _refuse(self, n: int) -> None:
        n_rows = n + self.n_duplicates + self.n_bad_rows + self.n_not_finite
        if n and self.n_duplicates > n:
            raise TextError("vectors_repeated", n=self.n_duplicates, total=n_rows)
        if self.n_bad_rows:
            given = {"n": self.n_bad_rows, "total": n_rows, "dimensions": self.dimensions}
            raise TextError("vectors_ragged", **given)
        raise TextError("vectors_none_left", n=n_rows)


def _each_once(words: list[str], matrix: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Words that are the same once they are text, as two broken ones may be, the first of them only."""
    first = {word: i for i, word in reversed(list(enumerate(words)))}
    if len(first) == len(words):
        return words, matrix
    kept = sorted(first.values())
    return [words[i] for i in kept], matrix[kept]
