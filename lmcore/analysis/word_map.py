"""One frame of the word map: where the words stand at one step of a run, and how far that can be trusted."""

import base64
import hashlib
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from lmcore.errors import RunError

MOST_WORDS = 65_536  # places of neighbours are written as two bytes
NEIGHBOURS_TOLD = 10  # of those that are kept
METHOD_NAMES = {  # the same in every language
    "umap": "UMAP",
    "pca": "PCA",
    "tsne": "t-SNE",
    "axes": "axes",
    "umap_reference": "UMAP (umap-learn)",
}


def _nothing() -> np.ndarray:
    return np.zeros(0, np.uint8)


@dataclass(frozen=True)
class WordMap:
    """Where every word stands, and its true neighbours; what was not computed is empty.

    `neighbours_kept` is the share of true neighbours that are neighbours here.
    """

    step: int
    words: tuple[str, ...]
    xy: np.ndarray  # (n, 2 or 3) float32, within [-1, 1]
    group: np.ndarray  # (n,) int8, index into group_names
    group_names: tuple[str, ...]
    neighbours_kept: float
    method: str  # a key of METHOD_NAMES
    # (n,) uint8, 255: all true neighbours of the word are kept
    kept_each: np.ndarray = field(default_factory=_nothing)
    # (n, k) uint16, places of the nearest by cosine, nearest first
    neighbours: np.ndarray = field(default_factory=_nothing)
    # (n, k) uint8, 255: the same direction, 0: nothing in common, or opposite
    cosines: np.ndarray = field(default_factory=_nothing)
    # (n, 3) uint8, the first three principal components of the whole space
    space: np.ndarray = field(default_factory=_nothing)
    ranks: np.ndarray = field(default_factory=_nothing)  # (n,) int32, place of each word by frequency
    part: np.ndarray = field(default_factory=_nothing)  # (n,) int8, index into part_names, -1: of no part
    part_names: tuple[str, ...] = ()  # of the constructed world
    variance: tuple[float, ...] = ()  # share of the whole on each axis, where the map is linear
    axes: tuple[str, ...] = ()  # "a..b" for x and for y, where a visitor has chosen them

    @property
    def dims(self) -> int:
        """2 in the plane, 3 in space."""
        return self.xy.shape[1]

    def save(self, path: Path) -> None:
        """Write one .npz file, complete or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with unfinished.open("wb") as file:
            np.savez_compressed(file, **{name: _as_array(value) for name, value in vars(self).items()})
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "WordMap":
        """The map that `save` wrote; raises `RunError` when there is none."""
        if not path.is_file():
            raise RunError("map_missing", name=path.stem)
        with np.load(path, allow_pickle=False) as file:
            stored = {f.name: _as_value(f.type, file[f.name]) for f in fields(cls) if f.name in file}
        return cls(**stored)


def _as_array(value: Any) -> Any:
    """Names and numbers of a tuple as an array."""
    if not isinstance(value, tuple):
        return value
    return np.array(value, np.str_ if not value or isinstance(value[0], str) else np.float64)


def _as_value(kind: Any, array: np.ndarray) -> Any:
    """What `_as_array` was given, by the type that the field has."""
    if array.ndim == 0:
        return array.item()
    return tuple(array.tolist()) if str(kind).startswith("tuple") else array


def words_id(words: tuple[str, ...]) -> str:
    """A short name of this list of words, so that a picture need not fetch it with every frame."""
    return hashlib.blake2b("\n".join(words).encode("utf-8", "replace"), digest_size=8).hexdigest()


def frame_json(word_map: WordMap, known_words_id: str = "") -> dict[str, Any]:
    """The frame as `word_map` draws it: arrays in base64, little endian.

    The words and their ranks are left out for a reader who knows them already.
    """
    identity = words_id(word_map.words)
    frame = {
        "step": word_map.step,
        "method": METHOD_NAMES[word_map.method],
        "dims": word_map.dims,
        "words_id": identity,
        "xy": _base64(word_map.xy, "<f4"),
        "group": _base64(word_map.group, "i1"),
        "group_names": list(word_map.group_names),
        "neighbours_kept": round(word_map.neighbours_kept, 4),
        "part_names": list(word_map.part_names),
        "variance": [round(share, 4) for share in word_map.variance] or None,
        "cannot_show": round(max(0.0, 1 - sum(word_map.variance)), 4) if word_map.variance else None,
        "axes": {name: axis.split("..") for name, axis in zip("xy", word_map.axes, strict=False)} or None,
        **_where_known(word_map),
    }
    if known_words_id != identity:
        frame["words"] = list(word_map.words)
        if word_map.ranks.size:
            frame["ranks"] = word_map.ranks.tolist()
    return frame


def _where_known(word_map: WordMap) -> dict[str, str]:
    """What a map of any age may lack."""
    told = slice(None), slice(NEIGHBOURS_TOLD)
    arrays = {
        "kept_each": (word_map.kept_each, "u1"),
        "neighbours": (word_map.neighbours[told] if word_map.neighbours.size else word_map.neighbours, "<u2"),
        "cosines": (word_map.cosines[told] if word_map.cosines.size else word_map.cosines, "u1"),
        "space": (word_map.space, "u1"),
        "part": (word_map.part, "i1"),
    }
    return {name: _base64(array, kind) for name, (array, kind) in arrays.items() if array.size}


def _base64(array: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, kind).tobytes()).decode("ascii")
