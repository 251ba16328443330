"""How many vectors can be brought, and what they need."""

from lmcore.errors import ResourceError, TextError

MOST_NUMBERS = 120_000_000  # 400,000 words of 300 numbers
MOST_DIMENSIONS = 4_096
MOST_WORDS = 2_000_000
MOST_WORD_BYTES = 1_000
_WORD_BYTES = 400  # of memory: the word twice, its places in a list, a set and a dictionary


def most_words(dimensions: int) -> int:
    """How many words of so many numbers can be brought.

    >>> most_words(300), most_words(25)
    (400000, 2000000)
    """
    return min(MOST_WORDS, MOST_NUMBERS // dimensions)


def estimate_bytes(n_words: int, dimensions: int) -> int:
    """Memory of the process that brings them: the numbers in float32, and the words.

    >>> round(estimate_bytes(400_000, 300) / 1e6)
    640
    """
    return n_words * (4 * dimensions + _WORD_BYTES)


def check_dimensions(dimensions: int) -> None:
    """Raise `TextError` for vectors of no numbers, or of too many."""
    if dimensions < 1:
        raise TextError("vectors_no_numbers", dimensions=dimensions)
    if dimensions > MOST_DIMENSIONS:
        raise TextError("vectors_too_wide", dimensions=dimensions, limit=MOST_DIMENSIONS)


def check_number_of_words(n_words: int, dimensions: int) -> None:
    """Raise `TextError` for more words than can be brought at once."""
    if n_words > most_words(dimensions):
        limit = most_words(dimensions)
        raise TextError("vectors_too_many", n=n_words, dimensions=dimensions, limit=limit)


def check_memory(n_words: int, dimensions: int, memory: float) -> None:
    """Raise `ResourceError` when so many words need more than `memory` bytes."""
    needed = estimate_bytes(n_words, dimensions)
    if needed > memory:
        limit = max(0, int(memory // estimate_bytes(1, dimensions)))
        needed_gb, free_gb = round(needed / 1e9, 2), round(memory / 1e9, 2)
        raise ResourceError("vectors_no_memory", n=n_words, needed=needed_gb, free=free_gb, limit=limit)
