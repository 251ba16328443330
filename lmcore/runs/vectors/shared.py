"""What several requests need of word vectors, kept for the next one."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from lmcore.errors import RunError
from lmcore.runs.home import Home
from lmcore.runs.store import Store
from lmcore.tasks.spec import RunSpec
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.stored import stored_contexts, stored_vectors

Part = dict[str, Any]
KEPT = 4  # sets of vectors; an imported one may have half a gigabyte


def vectors_at(home: Home, run: str, step: int) -> WordVectors:
    """The vectors of a run at a snapshot; raises `RunError` if there is none."""
    return _vectors(*_snapshot(home, run, step))


def contexts_at(home: Home, run: str, step: int) -> WordVectors | None:
    """The same words as contexts, where the method has such vectors."""
    return _contexts(*_snapshot(home, run, step))


def spec_of(home: Home, run: str) -> RunSpec:
    """What was trained."""
    store = Store(home.database)
    try:
        return store.run(run).spec
    finally:
        store.close()


def _snapshot(home: Home, run: str, step: int) -> tuple[Path, int, int]:
    """Folder, step and time of writing, which together name the contents."""
    folder = home.run_folder(run)
    path = folder / "snapshots" / f"{step:07d}.safetensors"
    if not path.is_file():
        raise RunError("snapshot_missing", step=step)
    return folder, step, path.stat().st_mtime_ns


@lru_cache(KEPT)
def _vectors(folder: Path, step: int, written: int) -> WordVectors:
    return stored_vectors(folder, step)


@lru_cache(KEPT)
def _contexts(folder: Path, step: int, written: int) -> WordVectors | None:
    return stored_contexts(folder, step)
