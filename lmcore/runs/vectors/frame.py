"""The map of a snapshot by another method than the film's; what took long is kept for the next visitor."""

import os
from collections.abc import Iterator
from pathlib import Path

from lmcore.analysis.projection import METHODS, projected
from lmcore.analysis.word_map import WordMap, frame_json
from lmcore.checks import check_choice
from lmcore.errors import RunError
from lmcore.runs.home import STORED_PREFIX, Home
from lmcore.runs.vectors.shared import Part, vectors_at

_AT_ONCE = ("pca", "axes")  # computed faster than a visitor can see; nothing of them is kept


def frame(
    home: Home,
    run: str,
    step: int,
    method: str = "umap",
    dims: int = 2,
    x: str = "",
    y: str = "",
    known: str = "",
) -> Iterator[Part]:
    """The words of the map of `step` by `method` in 2 or 3 dimensions, on the axes "a..b" for `axes`.

    Raises `RunError` without such a snapshot, `ConfigError` for another method, `TextError` for axes that
    cannot be.
    """
    check_choice("method", method, METHODS)
    path = home.run_folder(run) / "frames" / f"{step:07d}.npz"
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    base = WordMap.load(path)
    if (method, dims) == ("umap", 2):
        yield frame_json(base, known)
        return
    kept = _kept(home, run, method, dims) / path.name
    if method not in _AT_ONCE and kept.is_file() and _written(kept) == _written(path):
        yield frame_json(WordMap.load(kept), known)
        return
    yield {"progress": 0.0}
    vectors = vectors_at(home, run, step)
    yield {"progress": 0.1}
    word_map = projected(vectors, base, method, dims, x, y)
    yield {"progress": 0.95}
    if method not in _AT_ONCE:
        word_map.save(kept)
        os.utime(kept, (_written(path), _written(path)))  # it is as old as what it was drawn from
    yield frame_json(word_map, known)


def _kept(home: Home, run: str, method: str, dims: int) -> Path:
    """Beside the film; the folder of a run that comes with the app is not ours to write to."""
    stored = run.startswith(STORED_PREFIX)
    folder = home.cache / "frames" / run if stored else home.run_folder(run) / "frames"
    return folder / f"{method}-{dims}"


def _written(path: Path) -> int:
    """Seconds since 1970."""
    return int(path.stat().st_mtime)
