"""Word vectors to points in the plane or in space, each frame continuing the one before."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lmcore.analysis.chosen_axes import ends_of, on_axes
from lmcore.analysis.faithfulness import kept_of_each
from lmcore.analysis.neighbours import knn
from lmcore.analysis.placing import (
    align,
    framed,
    framed_to_scale,
    in_units,
    pca,
    principal_components,
    turned,
)
from lmcore.analysis.word_groups import group_names, group_words
from lmcore.analysis.word_map import METHOD_NAMES, WordMap
from lmcore.checks import check_choice, check_range
from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors, unit_rows

N_NEIGHBOURS = 15
N_GROUPS = 6  # as many as there are colours
METHODS = tuple(METHOD_NAMES)
_FIRST_EPOCHS, _NEXT_EPOCHS, _SPACE_EPOCHS = 300, 60, 100
_NEXT_RATE = 0.25  # small, so that a frame follows its vectors without being shaken up
_UNITS = 0.09  # spread of a layout in its own units, per √n words
_FEWEST = 4  # words of a layout; fewer stand at their principal components
_HALF = 127.5  # a byte of `space` is (1 + coordinate) times this

Neighbours = tuple[np.ndarray, np.ndarray]


def map_words(
    vectors: WordVectors,
    step: int,
    previous: WordMap | None = None,
    ranks: np.ndarray | None = None,
    parts: Mapping[str, str] | None = None,
) -> WordMap:
    """The map of `vectors` in the plane at `step`.

    `ranks` are the words' places by frequency, where they do not stand in that order; `parts` tells of what
    part of the world a word is.

    Without a previous map of the same words it is their PCA; else a layout that starts from the previous
    map, turned, mirrored and scaled onto it. Raises `TextError` where a vector is not finite.
    """
    unit = _finite(vectors)
    neighbours = knn(unit, N_NEIGHBOURS)
    if previous is not None and previous.words != vectors.words:
        previous = None
    components, variance = principal_components(unit, 3)
    if previous is None or len(unit) < _FEWEST:
        method, xy = "pca", framed(components[:, :2])  # as large as the frames to come
    else:
        method, xy = "umap", framed(_continued(neighbours, previous))
    # what all words share early in training would hide the groups
    centred = unit_rows(unit - unit.mean(axis=0))
    group = group_words(centred, None if previous is None else previous.group, N_GROUPS)
    kept = kept_of_each(neighbours[0], xy)
    part_names, part = _parts(vectors.words, parts or {})
    return WordMap(
        step,
        vectors.words,
        xy,
        group,
        group_names(vectors.words, centred, group, N_GROUPS),
        float(kept.mean()),
        method,
        kept_each=_as_bytes(kept),
        neighbours=neighbours[0].astype(np.uint16),
        cosines=_as_bytes(1 - neighbours[1]),
        space=_space(components, previous),
        ranks=np.asarray(np.arange(len(unit)) if ranks is None else ranks, np.int32),
        part=part,
        part_names=part_names,
        variance=variance[:2] if method == "pca" else (),
    )


def projected(
    vectors: WordVectors, base: WordMap, method: str, dims: int = 2, x: str = "", y: str = ""
) -> WordMap:
    """The words of `base`, a map in the plane, by another method, turned the way they stand there.

    `vectors` may hold more words, which can name the ends of the axes `x` and `y`, "a..b". Words of `base`
    that `vectors` has not are left out. Raises `TextError` for axes that cannot be, `ConfigError` for
    another method.
    """
    check_choice("method", method, METHODS)
    check_range("dims", dims, 2, 3)
    if (method, dims) == ("umap", 2):
        return base
    base = _of_known(base, vectors)
    unit = _finite(_rows(vectors, base.words))
    if method == "axes":
        return _placed(
            base,
            on_axes(vectors, unit, x, y),
            "axes",
            axes=tuple("..".join(ends_of(axis)) for axis in (x, y)),
        )
    reference = base.xy if dims == 2 else in_space(base)
    if method == "pca" or len(unit) < _FEWEST:
        components, variance = principal_components(unit, dims)
        return _placed(base, framed_to_scale(turned(components, reference)), "pca", variance=variance)
    return _placed(base, framed(align(_laid_out(unit, reference, method), reference)), method)


def in_space(base: WordMap) -> np.ndarray:
    """A map in the plane with a third coordinate: what of the whole space the plane does not show, (n, 3)."""
    space = base.space / np.float32(_HALF) - 1
    plane = np.concatenate([base.xy, np.ones((len(base.xy), 1), np.float32)], axis=1)
    hidden = space - plane @ np.linalg.lstsq(plane, space, rcond=None)[0]
    depth = pca(hidden, 1)
    return np.concatenate([base.xy, depth * (base.xy.std() / max(float(depth.std()), 1e-6))], axis=1)


def _laid_out(unit: np.ndarray, reference: np.ndarray, method: str) -> np.ndarray:
    from lmcore.analysis.library_layouts import tsne, umap_reference

    if method == "tsne":
        return tsne(unit, reference)
    neighbours = knn(unit, N_NEIGHBOURS)
    if method == "umap_reference":
        return umap_reference(unit, neighbours, reference)
    return _from(neighbours, reference, _SPACE_EPOCHS, 1.0)


def _continued(neighbours: Neighbours, previous: WordMap) -> np.ndarray:
    first = previous.method == "pca"
    epochs, rate = (_FIRST_EPOCHS, 1.0) if first else (_NEXT_EPOCHS, _NEXT_RATE)
    return align(_from(neighbours, previous.xy, epochs, rate), previous.xy)


def _from(neighbours: Neighbours, xy: np.ndarray, epochs: int, rate: float) -> np.ndarray:
    from lmcore.analysis.layout import fuzzy_graph, layout  # numba: not before a second frame is wanted

    return layout(fuzzy_graph(*neighbours), in_units(xy, _UNITS * np.sqrt(len(xy))), epochs, rate)


def _space(components: np.ndarray, previous: WordMap | None) -> np.ndarray:
    """Three coordinates of the whole space as bytes, turned so that colours stay from frame to frame."""
    if previous is not None and previous.space.size:
        components = align(components, previous.space / np.float32(_HALF) - 1)
    return np.round((1 + framed(components)) * _HALF).astype(np.uint8)


def _placed(base: WordMap, xy: np.ndarray, method: str, **more: tuple) -> WordMap:
    kept = kept_of_each(base.neighbours, xy)
    more = {"variance": (), "axes": (), **more}
    return replace(
        base, xy=xy, method=method, kept_each=_as_bytes(kept), neighbours_kept=float(kept.mean()), **more
    )


def _of_known(base: WordMap, vectors: WordVectors) -> WordMap:
    """`base` without the words that `vectors` has not: a snapshot keeps the most frequent ones only."""
    known = np.array([word in vectors for word in base.words], bool)
    if known.all():
        return base
    words = tuple(word for word, is_known in zip(base.words, known, strict=True) if is_known)
    if not words:
        raise TextError("words_too_few", n_words=0, minimum=1)
    places, distances = knn(_finite(_rows(vectors, words)), N_NEIGHBOURS)
    each = {name: getattr(base, name)[known] for name in ("xy", "group", "space", "part", "ranks")}
    near = {"neighbours": places.astype(np.uint16), "cosines": _as_bytes(1 - distances)}
    return replace(base, words=words, **each, **near)


def _rows(vectors: WordVectors, words: tuple[str, ...]) -> WordVectors:
    rows = [vectors.place(word) for word in words]
    return WordVectors(words, vectors.counts[rows], vectors.matrix[rows])


def _finite(vectors: WordVectors) -> np.ndarray:
    """The vectors at length 1, (n, D); raises `TextError` naming a word whose vector is not finite."""
    finite = np.isfinite(vectors.matrix).all(axis=1)
    if not finite.all():
        word = vectors.words[int(finite.argmin())]
        raise TextError("vectors_not_finite", n=int((~finite).sum()), n_words=len(vectors), word=word[:40])
    return unit_rows(vectors.matrix)


def _parts(words: tuple[str, ...], parts: Mapping[str, str]) -> tuple[tuple[str, ...], np.ndarray]:
    """The names of the parts that occur, and the index of each word's, -1 for a word of none."""
    if not parts:
        return (), np.full(len(words), -1, np.int8)
    names = tuple(dict.fromkeys(parts.values()))
    places = {name: i for i, name in enumerate(names)}
    return names, np.array([places.get(parts.get(word, ""), -1) for word in words], np.int8)


def _as_bytes(shares: np.ndarray) -> np.ndarray:
    return np.round(np.clip(shares, 0, 1) * 255).astype(np.uint8)
