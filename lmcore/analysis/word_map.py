"""One frame of the word map: words in the plane at one step of a run."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmcore.errors import RunError


@dataclass(frozen=True)
class WordMap:
    """Where every word stands. `neighbours_kept` is the share of true neighbours that are neighbours here."""

    step: int
    words: tuple[str, ...]
    xy: np.ndarray  # (n, 2) float32, within [-1, 1]
    group: np.ndarray  # (n,) int8, index into group_names
    group_names: tuple[str, ...]
    neighbours_kept: float
    method: str  # "pca" or "umap"

    def save(self, path: Path) -> None:
        """Write one .npz file, complete or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            np.savez(
                file,
                step=self.step,
                words=np.array(self.words),
                xy=self.xy,
                group=self.group,
                group_names=np.array(self.group_names),
                neighbours_kept=self.neighbours_kept,
                method=self.method,
            )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "WordMap":
        """The map that `save` wrote; raises `RunError` when there is none."""
        if not path.is_file():
            raise RunError("map_missing", name=path.stem)
        with np.load(path, allow_pickle=False) as file:
            return cls(
                step=int(file["step"]),
                words=tuple(file["words"].tolist()),
                xy=file["xy"],
                group=file["group"],
                group_names=tuple(file["group_names"].tolist()),
                neighbours_kept=float(file["neighbours_kept"]),
                method=str(file["method"]),
            )
