"""Checkpoint files of a run: written whole, hashed, and checked again before they are trusted."""

import hashlib
import time
from pathlib import Path

from lmcore.runs.store import Artifact, Store
from lmcore.tasks.training_run import TrainingRun

KIND = "checkpoint"
KEEP_NEWEST = 2


def checkpoint_path(folder: Path, step: int) -> Path:
    """Where the checkpoint of one step lies in a run's folder."""
    return folder / "checkpoints" / f"{step:07d}.safetensors"


def file_sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save(store: Store, run_id: str, folder: Path, training: TrainingRun, loss: float | None) -> float:
    """Write a checkpoint of `training` and drop what is no longer needed; gives the seconds it took."""
    start = time.perf_counter()
    path = checkpoint_path(folder, training.step)
    path.parent.mkdir(parents=True, exist_ok=True)
    training.save_checkpoint(path)
    store.add_artifact(run_id, Artifact(KIND, training.step, file_sha256(path), loss))
    store.update(run_id, saved=time.time())
    _prune(store, run_id, folder)
    return time.perf_counter() - start


def newest_valid(store: Store, run_id: str, folder: Path) -> tuple[int | None, list[int]]:
    """Step of the newest checkpoint whose bytes are as written, and the steps of damaged newer ones."""
    damaged = []
    for artifact in reversed(store.artifacts(run_id, KIND)):
        path = checkpoint_path(folder, artifact.step)
        if path.is_file() and file_sha256(path) == artifact.sha256:
            return artifact.step, damaged
        damaged.append(artifact.step)
        store.remove_artifact(run_id, KIND, artifact.step)
    return None, damaged


def keep_until(store: Store, run_id: str, folder: Path, step: int) -> None:
    """Drop checkpoints after `step`: what a divergence has spoilt."""
    _drop(store, run_id, folder, [found for found in store.artifacts(run_id, KIND) if found.step > step])


def _prune(store: Store, run_id: str, folder: Path) -> None:
    """Keep the newest two and the best."""
    found = store.artifacts(run_id, KIND)
    keep = {artifact.step for artifact in found[-KEEP_NEWEST:]}
    judged = [(artifact.loss, artifact.step) for artifact in found if artifact.loss is not None]
    keep.update(step for _, step in sorted(judged)[:1])
    _drop(store, run_id, folder, [artifact for artifact in found if artifact.step not in keep])


def _drop(store: Store, run_id: str, folder: Path, artifacts: list[Artifact]) -> None:
    for artifact in artifacts:
        store.remove_artifact(run_id, KIND, artifact.step)
        checkpoint_path(folder, artifact.step).unlink(missing_ok=True)
