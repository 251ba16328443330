"""The map keeps neighbours, keeps its place between frames, and says how much it lost."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lmcore.analysis.faithfulness import neighbours_kept
from lmcore.analysis.layout import fuzzy_graph, layout
from lmcore.analysis.neighbours import knn
from lmcore.analysis.placing import align, framed, pca
from lmcore.analysis.projection import map_words
from lmcore.analysis.word_groups import group_words, matched
from lmcore.analysis.word_map import WordMap
from lmcore.errors import RunError
from lmcore.vectors.queries import WordVectors, unit_rows

RANDOM = np.random.default_rng(0)


def clusters(n: int = 300, k: int = 6, noise: float = 0.35, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 32) around k directions, and which one each belongs to."""
    random = np.random.default_rng(seed)
    own = random.integers(0, k, n)
    return (random.normal(size=(k, 32))[own] + noise * random.normal(size=(n, 32))).astype(np.float32), own


MATRIX, OWN = clusters()


def vectors(matrix: np.ndarray) -> WordVectors:
    return WordVectors([f"w{i}" for i in range(len(matrix))], np.ones(len(matrix)), matrix)


def film(n_frames: int = 4) -> list[WordMap]:
    """Vectors that drift from noise to clusters."""
    noise = np.random.default_rng(1).normal(size=MATRIX.shape)
    frames: list[WordMap] = []
    for step in range(n_frames):
        mixed = (1 - step / (n_frames - 1)) * noise + step / (n_frames - 1) * MATRIX
        frames.append(map_words(vectors(mixed), step, frames[-1] if frames else None))
    return frames


def test_nearest_neighbours_equal_brute_force() -> None:
    unit = unit_rows(MATRIX).astype(np.float64)
    distances = 1 - unit @ unit.T
    np.fill_diagonal(distances, np.inf)
    places, found = knn(MATRIX, 7)
    np.testing.assert_array_equal(places, np.argsort(distances, axis=1)[:, :7])
    np.testing.assert_allclose(found, np.sort(distances, axis=1)[:, :7], atol=1e-6)


def test_pca_keeps_the_largest_variance() -> None:
    xy = pca(MATRIX)
    spread = np.linalg.svd(MATRIX - MATRIX.mean(axis=0), compute_uv=False)[:2] ** 2
    np.testing.assert_allclose((xy.astype(np.float64) ** 2).sum(axis=0), spread, rtol=1e-4)


def test_procrustes_undoes_turning_mirroring_moving_and_scaling() -> None:
    reference = RANDOM.normal(size=(50, 2))
    turn = np.array([[np.cos(2), -np.sin(2)], [np.sin(2), np.cos(2)]]) @ np.diag([1, -1])
    moved = 3.5 * reference @ turn + [4, -9]
    np.testing.assert_allclose(align(moved, reference), reference, atol=1e-5)


def test_procrustes_is_the_best_of_all_turns() -> None:
    a, b = RANDOM.normal(size=(2, 40, 2))
    error = ((align(a, b) - b) ** 2).sum()
    for angle in np.linspace(0, 2 * np.pi, 60):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for mirror in (1, -1):
            other = (a - a.mean(axis=0)) @ turn * [1, mirror]
            scale = (other * (b - b.mean(axis=0))).sum() / (other**2).sum()
            assert error <= ((scale * other + b.mean(axis=0) - b) ** 2).sum() + 1e-4


def test_the_layout_keeps_more_neighbours_than_pca() -> None:
    matrix, _ = clusters(k=20)
    start = pca(unit_rows(matrix))
    xy = layout(fuzzy_graph(*knn(matrix, 15)), framed(start) * 5, 100)
    assert neighbours_kept(matrix, xy) > neighbours_kept(matrix, start) + 0.2


def test_neighbours_kept_is_the_share() -> None:
    circle = np.stack([np.cos(t := np.linspace(0, 3, 60)), np.sin(t)], axis=1)
    assert neighbours_kept(circle, circle, k=14) == 1  # an even number: no ties between left and right
    shuffled = np.random.default_rng(0).permutation(circle)
    assert neighbours_kept(circle, shuffled, k=6) == pytest.approx(6 / 59, abs=0.08)
    assert 0 <= neighbours_kept(MATRIX, np.zeros((len(MATRIX), 2))) < 0.3  # all on one spot


def test_the_fuzzy_graph_is_symmetric_and_sure_of_the_nearest() -> None:
    places, distances = knn(MATRIX, 15)
    graph = fuzzy_graph(places, distances)
    assert abs(graph - graph.T).max() < 1e-9
    assert graph.data.min() > 0 and graph.data.max() <= 1 + 1e-9
    np.testing.assert_allclose([graph[i, places[i, 0]] for i in range(50)], 1)


def test_a_film_ends_with_groups_apart_and_neighbours_kept() -> None:
    frames = film()
    assert frames[0].method == "pca" and frames[-1].method == "umap"
    assert frames[-1].neighbours_kept > frames[0].neighbours_kept + 0.2
    for label in range(6):
        assert (
            np.bincount(OWN[frames[-1].group == label], minlength=6).max()
            > 0.9 * (frames[-1].group == label).sum()
        )


def test_the_map_neither_breathes_nor_leaves_its_frame() -> None:
    for frame in film():
        assert frame.xy.dtype == np.float32 and frame.xy.shape == (300, 2)
        assert np.abs(frame.xy).max() <= 1
        assert np.sqrt((frame.xy**2).sum(axis=1).mean()) == pytest.approx(0.6, abs=0.04)


def test_the_same_vectors_again_hardly_move() -> None:
    last = film()[-1]
    again = map_words(vectors(MATRIX), 9, last)
    assert np.linalg.norm(again.xy - last.xy, axis=1).mean() < 0.2  # of a spread of 0.6
    assert (again.group == last.group).all() and again.group_names == last.group_names


def test_the_same_film_twice_is_the_same() -> None:
    for a, b in zip(film(), film(), strict=True):
        assert (a.xy == b.xy).all() and (a.group == b.group).all()


def test_outliers_are_pressed_in_not_cut_off() -> None:
    xy = np.concatenate([RANDOM.normal(size=(100, 2)), [[50.0, 0], [80, 0]]])
    inside = framed(xy)
    assert np.abs(inside).max() <= 1
    assert inside[101, 0] >= inside[100, 0] > 0.7


def test_colours_stay_when_labels_are_shuffled() -> None:
    assert (matched(np.array([2, 0, 1])[OWN % 3], OWN % 3, 3) == OWN % 3).all()
    first = group_words(unit_rows(MATRIX))
    assert (group_words(unit_rows(MATRIX), first, seed=5) == first).all()
    assert first.dtype == np.int8 and np.bincount(first)[0] == np.bincount(first).max()


def test_other_words_begin_a_new_map() -> None:
    frame = map_words(vectors(MATRIX), 0, None)
    other = map_words(vectors(MATRIX[:200]), 1, frame)
    assert other.method == "pca" and len(other.xy) == 200


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((20, 8)),
        np.ones((20, 8)),
        np.eye(12),
        RANDOM.normal(size=(10, 8)),
        np.repeat(np.eye(3), 10, axis=0),
    ],
    ids=["nothing", "all alike", "all apart", "ten words", "three spots"],
)
def test_degenerate_vectors_still_give_a_map(matrix: np.ndarray) -> None:
    first = map_words(vectors(matrix), 0, None)
    second = map_words(vectors(matrix), 1, first)
    for frame in (first, second):
        assert np.isfinite(frame.xy).all() and np.abs(frame.xy).max() <= 1
        assert 0 <= frame.neighbours_kept <= 1
        assert set(frame.group.tolist()) <= set(range(len(frame.group_names)))


def test_saved_equals_loaded(tmp_path: Path) -> None:
    frame = film()[-1]
    frame = WordMap(frame.step, ("<b>", "词", "e\u0301", *frame.words[3:]), *list(vars(frame).values())[2:])
    frame.save(tmp_path / "frames" / "0000003.npz")
    loaded = WordMap.load(tmp_path / "frames" / "0000003.npz")
    assert (loaded.xy == frame.xy).all() and (loaded.group == frame.group).all()
    assert loaded.xy.dtype == np.float32 and loaded.group.dtype == np.int8
    plain = ("step", "words", "group_names", "neighbours_kept", "method")
    assert [getattr(loaded, name) for name in plain] == [getattr(frame, name) for name in plain]
    assert [path.name for path in (tmp_path / "frames").iterdir()] == ["0000003.npz"]
    with pytest.raises(RunError):
        WordMap.load(tmp_path / "frames" / "0000004.npz")


def test_a_page_can_read_maps_without_numba_or_torch() -> None:
    code = "import sys, lmcore.analysis.word_map; assert not {'numba', 'torch', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
