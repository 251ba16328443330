"""Word vectors of a file as a run of one snapshot, so that every view works on them."""

import re
import shutil
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from lmcore.analysis.projection import map_words
from lmcore.errors import ResourceError, TextError
from lmcore.runs.home import Home
from lmcore.runs.recorder import finite
from lmcore.runs.store import DONE, Artifact, Store
from lmcore.runs.vectors.shared import Part
from lmcore.tasks.spec import WORD_VECTORS, RunSpec
from lmcore.vectors.config import IMPORTED, VectorsConfig
from lmcore.vectors.evaluation import Score, scores_while_training
from lmcore.vectors.files.read import read_vectors
from lmcore.vectors.files.rows import ReadVectors
from lmcore.vectors.files.snapshot import write_snapshot_of
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.stored import write_words

UPLOAD, FETCHED, FOLDER = "uploads", "downloads", "vectors"  # where a file may be
PLACES = (UPLOAD, FETCHED, FOLDER)
MEMORY_SHARE = 0.8  # of what is free
_LEFT_OVER_S = 6 * 3600.0
_READ_SHARE = 0.8  # of the work
_BRIEF, _LEADING = 4, 200  # letters of a word, and places, among which function words stand


@dataclass(frozen=True)
class Wanted:
    """A run to be made of a file: its id, name and owner, and how many of the words (0: all)."""

    run: str
    name: str
    owner: str
    first_words: int = 0
    language: str = "en"
    file_name: str = ""
    member: str = ""


def take_in_vectors(
    home: Home,
    run: str,
    file: str,
    name: str,
    owner: str,
    first_words: int,
    language: str,
    file_name: str = "",
    member: str = "",
) -> Iterator[Part]:
    """Make a run with the id `run` of a file named as "PLACE/NAME"; the last part has the `report`.

    `file_name` is what its owner calls it, `member` chooses from an archive.
    Where it is taken back or fails, nothing is left of it. Raises `TextError` and `ResourceError` as
    `read_vectors` does.
    """
    path = placed(home, file)
    wanted = Wanted(run, name, owner, first_words, language, file_name or path.name, member)
    yield from bring(home, path, wanted)
    if file.startswith(UPLOAD):
        path.unlink(missing_ok=True)


def placed(home: Home, file: str) -> Path:
    """The path of "PLACE/NAME", one of the folders for such files; raises `TextError` if it is not there."""
    place, _, name = file.partition("/")
    path = home.folder / place / name
    if place not in PLACES or re.search(r"[/\\\0]|^\.", name) or not name or not path.is_file():
        raise TextError("vectors_file_gone", name=name[:80], folder=str(home.vectors))
    return path


def bring(home: Home, path: Path, wanted: Wanted) -> Iterator[Part]:
    """The same for the file at `path`."""
    goal = home.run_folder(wanted.run)
    folder = goal.with_name(f"{goal.name}.unfinished")
    _remove_left_over(goal.parent)
    try:
        read = yield from _read(path, wanted)
        yield from _write(folder, read, wanted.language)
        vectors = WordVectors(read.words, np.zeros(len(read.words), np.int64), read.matrix)
        yield {"progress": 0.9}
        mapped(vectors, VectorsConfig().map_words, folder)
        yield {"progress": 0.95}
        scores = scores_while_training(vectors, wanted.language, False)
        folder.rename(goal)
        folder = goal  # nobody knows of it yet, should listing fail
        _list(home, wanted, read, scores)
    except BaseException:  # taken back, too
        shutil.rmtree(folder, ignore_errors=True)
        raise
    yield {"run": wanted.run, "report": read.report.to_json()}


def _remove_left_over(runs: Path) -> None:
    """What a process that was killed had begun."""
    for folder in runs.glob("*.unfinished"):
        if time.time() - folder.stat().st_mtime > _LEFT_OVER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path, wanted: Wanted) -> Generator[Part, None, ReadVectors]:
    """Read the file; returns what is in it."""
    free = MEMORY_SHARE * psutil.virtual_memory().available
    given = {"first_words": wanted.first_words, "member": wanted.member, "memory": free}
    for part in read_vectors(path, wanted.file_name, **given):
        if isinstance(part, ReadVectors):
            return part
        yield {"progress": _READ_SHARE * part}
    raise RuntimeError("the file was read without a result")


def _write(folder: Path, read: ReadVectors, language: str) -> Iterator[Part]:
    folder.mkdir(parents=True, exist_ok=True)
    needed, free = 4 * read.matrix.size + 100 * len(read.words), shutil.disk_usage(folder).free
    if needed > free:
        raise ResourceError("vectors_no_space", needed=round(needed / 1e9, 2), free=round(free / 1e9, 2))
    write_words(folder, read.words, None, language=language, method=IMPORTED)
    for share in write_snapshot_of(folder / "snapshots" / "0000000.safetensors", read.matrix):
        yield {"progress": _READ_SHARE + 0.1 * share}


def mapped(vectors: WordVectors, n_words: int, folder: Path) -> None:
    """Write the map of the first words: one frame, already laid out, since there is none before it."""
    rows = map_rows(vectors.words[:n_words])
    words = [vectors.words[row] for row in rows]
    shown = WordVectors(words, vectors.counts[rows], vectors.matrix[rows])
    laid_out = map_words(shown, 0, map_words(shown, 0, ranks=rows), ranks=rows)
    laid_out.save(folder / "frames" / "0000000.npz")


def map_rows(words: tuple[str, ...]) -> np.ndarray:
    """Places of the words of a map; signs, numbers and brief words at the beginning of a list come last.

    >>> map_rows(("the", ",", "country", "1990", "中")).tolist()
    [2, 4, 0, 1, 3]
    """
    last = np.zeros(len(words), bool)
    for i, word in enumerate(words[:_LEADING]):
        last[i] = (len(word) <= _BRIEF and word.isascii()) or not any(map(str.isalpha, word))
    return np.argsort(last, kind="stable")


def _list(home: Home, wanted: Wanted, read: ReadVectors, scores: list[Score]) -> None:
    """Make the run known, now that all of it is there."""
    config = VectorsConfig(IMPORTED, dimensions=read.report.dimensions)
    spec = RunSpec(task=WORD_VECTORS, corpus=f"{IMPORTED}_{wanted.language}", vectors=config)
    store, now = Store(home.database), time.time()
    try:
        with store.transaction() as db:
            store.create(
                wanted.run,
                spec,
                name=wanted.name.strip()[:80] or IMPORTED,
                owner=wanted.owner,
                queued=None,
                status=DONE,
                finished=now,
                saved=now,
            )
            db.executemany(
                "INSERT INTO scores VALUES (?, 0, ?, ?, ?)",
                [(wanted.run, score.name, finite(score.value), score.n) for score in scores],
            )
            store.add_artifact(wanted.run, Artifact("snapshot", 0, "", None))
    finally:
        store.close()
