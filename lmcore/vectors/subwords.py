"""The character n-grams of a word, as FastText takes and hashes them (Bojanowski et al. 2017, § 3.2)."""

from collections.abc import Iterable

import numpy as np

_OFFSET, _PRIME = 2166136261, 16777619  # of FNV-1a with 32 bits


def ngrams(word: str, least: int, most: int) -> list[str]:
    """The n-grams of least ≤ n ≤ most letters, the word's ends marked by < and >; a lone mark is none.

    >>> ngrams("was", 3, 4)
    ['<wa', '<was', 'was', 'was>', 'as>']
    >>> ngrams("猫", 1, 2)
    ['<猫', '猫', '猫>']
    """
    marked = f"<{word}>"
    found = []
    for start in range(len(marked)):
        for end in range(start + least, min(start + most, len(marked)) + 1):
            if end > start + 1 or 0 < start < len(marked) - 1:
                found.append(marked[start:end])
    return found


def hashed(ngram: str) -> int:
    """FNV-1a of its UTF-8 bytes, 32 bits; a byte above 127 counts as a negative number, as in their program.

    >>> hashed("<wa"), hashed("猫")
    (930724319, 81579279)
    """
    value = _OFFSET
    for byte in ngram.encode("utf-8", "surrogatepass"):
        value ^= byte | 0xFFFFFF00 if byte > 127 else byte
        value = value * _PRIME & 0xFFFFFFFF
    return value


def rows_of(word: str, least: int, most: int, buckets: int) -> list[int]:
    """The bucket of each of its n-grams; two n-grams may share one."""
    return [hashed(ngram) % buckets for ngram in ngrams(word, least, most)]


def subword_table(words: Iterable[str], least: int, most: int, buckets: int) -> tuple[np.ndarray, np.ndarray]:
    """`rows` int32 and `starts` (V + 1,) int64: word i is the mean of rows[starts[i] : starts[i + 1]].

    The first of them is its own row, i; those of n-grams come after all V words.
    """
    words = list(words)
    rows, starts = [], [0]
    for place, word in enumerate(words):
        rows.append(place)
        rows += [len(words) + bucket for bucket in rows_of(word, least, most, buckets)]
        starts.append(len(rows))
    return np.array(rows, np.int32), np.array(starts, np.int64)
