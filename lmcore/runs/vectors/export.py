"""The vectors of a run at a step as a file to take home."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from lmcore.checks import check_choice
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, vectors_at
from lmcore.vectors.files.detect import WRITABLE
from lmcore.vectors.files.write import SUFFIXES, write_vectors

_KEPT_S = 3600.0


def export(home: Home, run: str, step: int, format: str) -> Iterator[Part]:
    """Write a snapshot in a format of `WRITABLE` into the cache; answers `file`, a name there, and `size`.

    Raises `RunError` without such a snapshot, `ConfigError` for another format.
    """
    check_choice("format", format, WRITABLE)
    yield {"progress": 0.0}
    vectors = vectors_at(home, run, step)
    written = _written(home, run, step)
    _remove_old(home.exported)
    path = home.exported / f"{run}-{step:07d}-{written}{SUFFIXES[format]}"
    if not path.is_file():
        counts = vectors.counts if vectors.counts.any() else None  # imported ones have none
        for share in write_vectors(path, vectors.words, vectors.matrix, format, counts):
            yield {"progress": share}
    yield {"file": path.name, "size": path.stat().st_size}


def _written(home: Home, run: str, step: int) -> str:
    """When the snapshot was written, in a few letters: a run that was begun anew has others."""
    path = home.run_folder(run) / "snapshots" / f"{step:07d}.safetensors"
    return f"{path.stat().st_mtime_ns:x}"


def _remove_old(folder: Path) -> None:
    """Files are written to be taken home at once."""
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # another worker was faster
            if time.time() - path.stat().st_mtime > _KEPT_S:
                path.unlink()
