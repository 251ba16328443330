"""What there is in a file of word vectors, and what of it fits, before any of it is brought."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part
from lmcore.runs.vectors.take_in import MEMORY_SHARE, placed
from lmcore.text.corpus import language_of
from lmcore.vectors.files.detect import detect
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.files.sizes import estimate_bytes, most_words

LOOKED_AT = 200  # words
SHOWN = 12


def look_at_vectors(home: Home, run: str, file: str, file_name: str = "", member: str = "") -> Iterator[Part]:
    """The kind of the file "PLACE/NAME", its size, its first words, and how many of them fit.

    Raises what `read_vectors` does about its beginning; of an archive, `member` is looked at, or the first.
    """
    yield look(placed(home, file), file_name, member)


def look(path: Path, file_name: str = "", member: str = "") -> dict[str, Any]:
    """The same of the file at `path`."""
    found = detect(path, file_name, member)
    *_, beginning = read_vectors(path, file_name, first_words=LOOKED_AT, member=member)
    assert isinstance(beginning, ReadVectors)
    free = MEMORY_SHARE * psutil.virtual_memory().available
    fits = min(most_words(found.dimensions), int(free // estimate_bytes(1, found.dimensions)))
    return {
        "format": found.format,
        "dimensions": found.dimensions,
        "n_words": found.n_words,
        "promised": found.promised,
        "members": list(found.members),
        "first_words": min(found.n_words, fits),
        "most_words": fits,
        "word_bytes": estimate_bytes(1, found.dimensions),
        "free_bytes": free,
        "language": language_of(" ".join(beginning.words)),
        "preview": list(beginning.words[:SHOWN]),
    }
