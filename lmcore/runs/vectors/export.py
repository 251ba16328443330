"""The vectors of a run at a step as a file to take home."""

from collections.abc import Iterator

from lmcore.checks import check_choice
from lmcore.runs.exported import remove_old, written
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, vectors_at
from lmcore.vectors.files.detect import WRITABLE
from lmcore.vectors.files.write import SUFFIXES, write_vectors


def export(home: Home, run: str, step: int, format: str) -> Iterator[Part]:
    """Write a snapshot in a format of `WRITABLE` into the cache; answers `file`, a name there, and `size`.

    Raises `RunError` without such a snapshot, `ConfigError` for another format.
    """
    check_choice("format", format, WRITABLE)
    yield {"progress": 0.0}
    vectors = vectors_at(home, run, step)
    remove_old(home.exported)
    path = home.exported / f"{run}-{step:07d}-{written(home, run, step)}{SUFFIXES[format]}"
    if not path.is_file():
        counts = vectors.counts if vectors.counts.any() else None  # imported ones have none
        for share in write_vectors(path, vectors.words, vectors.matrix, format, counts):
            yield {"progress": share}
    yield {"file": path.name, "size": path.stat().st_size}
