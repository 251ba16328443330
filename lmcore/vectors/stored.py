"""The vectors of a run as they were at a snapshot, read back from its folder."""

import json
from pathlib import Path

import numpy as np

from lmcore.errors import RunError
from lmcore.vectors.queries import WordVectors

NUMBERS_KEPT = 1_000_000  # of each matrix of a snapshot; the last snapshot keeps all words' vectors


def rows_kept(n_words: int, dimensions: int) -> int:
    """How many of the most frequent words a snapshot keeps.

    >>> rows_kept(800, 64), rows_kept(50_000, 100)
    (800, 10000)
    """
    return min(n_words, NUMBERS_KEPT // dimensions)


def write_words(folder: Path, words: tuple[str, ...], counts: np.ndarray | None, **told: str) -> None:
    """Write `vocabulary.json`, whole or not at all: all words, the most frequent first, and their counts.

    Imported vectors have no counts. `told` is more about them, such as their language.
    """
    content = {"words": words, "counts": None if counts is None else counts.tolist(), **told}
    unfinished = folder / "vocabulary.json.tmp"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(folder / "vocabulary.json")


def stored_vectors(folder: Path, step: int) -> WordVectors:
    """The most frequent words and their vectors at a snapshot; raises `RunError` if there is none."""
    return _of_words(folder, _read(folder, step)["vectors"])


def stored_contexts(folder: Path, step: int) -> WordVectors | None:
    """The same words as contexts: the other matrix of the model, where its method has one."""
    matrix = _read(folder, step).get("contexts")
    return None if matrix is None else _of_words(folder, matrix)


def _of_words(folder: Path, matrix: np.ndarray) -> WordVectors:
    known = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    n = len(matrix)
    counts = np.zeros(n, np.int64) if known["counts"] is None else np.array(known["counts"][:n])
    return WordVectors(known["words"][:n], counts, matrix)


def _read(folder: Path, step: int) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    path = folder / "snapshots" / f"{step:07d}.safetensors"
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return load_file(path)
