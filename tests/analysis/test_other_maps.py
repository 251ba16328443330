"""Other maps of the same words: each what it says it is, the same whenever it is asked for."""

import base64
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from lmcore.analysis.faithfulness import kept_of_each, neighbours_kept, trustworthiness
from lmcore.analysis.neighbours import knn
from lmcore.analysis.placing import align, principal_components, turned
from lmcore.analysis.projection import in_space, map_words, projected
from lmcore.analysis.word_map import WordMap, frame_json
from lmcore.errors import ConfigError, TextError
from lmcore.vectors.queries import WordVectors, unit_rows


def clusters(n: int = 240, k: int = 12) -> WordVectors:
    random = np.random.default_rng(0)
    matrix = random.normal(size=(k, 24))[random.integers(0, k, n)] + 0.5 * random.normal(size=(n, 24))
    return WordVectors([f"w{i}" for i in range(n)], np.arange(n, 0, -1), matrix)


VECTORS = clusters()
UNIT = unit_rows(VECTORS.matrix)


@pytest.fixture(scope="module")
def film() -> WordMap:
    frame = map_words(VECTORS, 0, parts={"w0": "places", "w1": "people", "other": "things"})
    return map_words(VECTORS, 1, frame, parts={"w0": "places", "w1": "people", "other": "things"})


@pytest.mark.parametrize(("method", "dims"), [("umap", 3), ("pca", 2), ("pca", 3), ("tsne", 2), ("tsne", 3)])
def test_a_map_is_whole_and_the_same_again(film: WordMap, method: str, dims: int) -> None:
    first, second = (projected(VECTORS, film, method, dims) for _ in range(2))
    assert first.xy.shape == (240, dims) and (first.method, first.dims) == (method, dims)
    assert first.xy.dtype == np.float32 and np.abs(first.xy).max() <= 1
    np.testing.assert_array_equal(first.xy, second.xy)
    assert first.neighbours_kept == pytest.approx(neighbours_kept(VECTORS.matrix, first.xy))
    assert first.neighbours_kept == pytest.approx(first.kept_each.mean() / 255, abs=0.005)
    assert (first.words, first.group.tolist()) == (film.words, film.group.tolist())


def test_the_film_itself_is_given_as_it_is(film: WordMap) -> None:
    assert projected(VECTORS, film, "umap", 2) is film


def test_space_shows_more_than_the_plane() -> None:
    noise = WordVectors(VECTORS.words, VECTORS.counts, np.random.default_rng(3).normal(size=(240, 6)))
    plane = map_words(noise, 1, map_words(noise, 0))
    flat, deep = (projected(noise, plane, "pca", dims).neighbours_kept for dims in (2, 3))
    assert plane.neighbours_kept > flat + 0.05 and deep > flat + 0.05
    assert projected(noise, plane, "umap", 3).neighbours_kept > plane.neighbours_kept + 0.03


def test_another_map_lies_as_the_film_does(film: WordMap) -> None:
    """No turn and no mirror would bring it nearer."""
    for method, dims in (("pca", 2), ("tsne", 2), ("umap", 3), ("pca", 3)):
        found = projected(VECTORS, film, method, dims).xy.astype(float)
        reference = film.xy if dims == 2 else in_space(film)
        turn, _ = orthogonal_procrustes(found - found.mean(axis=0), reference - reference.mean(axis=0))
        assert turn == pytest.approx(np.eye(dims), abs=0.08), method


def test_the_third_coordinate_is_what_the_plane_does_not_show(film: WordMap) -> None:
    x, y, depth = in_space(film).T
    np.testing.assert_array_equal(np.stack([x, y], axis=1), film.xy)
    assert abs(np.corrcoef(depth, x)[0, 1]) < 1e-3 > abs(np.corrcoef(depth, y)[0, 1])
    assert depth.std() == pytest.approx(film.xy.std(), rel=0.01)


def test_principal_components_are_those_of_scikit_learn(film: WordMap) -> None:
    reference = PCA(3).fit(UNIT)
    found, shares = principal_components(UNIT, 3)
    assert shares == pytest.approx(reference.explained_variance_ratio_, rel=1e-4)
    np.testing.assert_allclose(np.abs(found), np.abs(reference.transform(UNIT)), atol=1e-4)
    shown = projected(VECTORS, film, "pca", 3)
    assert shown.variance == shares
    # turned as a whole and made larger: all distances keep their proportions
    assert procrustes(shown.xy, found)[2] < 1e-6


def test_a_map_of_one_dimension_is_flat() -> None:
    found, shares = principal_components(np.array([[1.0], [2.0], [4.0]]), 3)
    assert shares == pytest.approx((1, 0, 0)) and not found[:, 1:].any()


def test_procrustes_equals_scipy() -> None:
    a, b = np.random.default_rng(5).normal(size=(2, 30, 3))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    turn, scale = orthogonal_procrustes(a, b)
    np.testing.assert_allclose(align(a, b), a @ turn * scale / (a**2).sum(), atol=1e-5)
    np.testing.assert_allclose(turned(a, b), a @ turn, atol=1e-5)
    disparity = procrustes(b, a)[2]  # it moves its second onto its first
    assert ((align(a, b) - b) ** 2).sum() / (b**2).sum() == pytest.approx(disparity, abs=1e-6)


def test_axes_are_cosines_with_the_way_between_two_words(film: WordMap) -> None:
    shown = projected(VECTORS, film, "axes", 2, "w0..w1", " w2 .. w3 ")
    for axis, (a, b) in enumerate(((0, 1), (2, 3))):
        way = UNIT[b] - UNIT[a]
        np.testing.assert_allclose(shown.xy[:, axis], UNIT @ way / np.linalg.norm(way), atol=1e-5)
        assert shown.xy[b, axis] > 0 > shown.xy[a, axis]
    assert frame_json(shown)["axes"] == {"x": ["w0", "w1"], "y": ["w2", "w3"]}


@pytest.mark.parametrize(
    ("x", "says"),
    [
        ("w0..w24x", "w24"),
        ("w0", "no two ends"),
        ("w0..w1..w2", "no two ends"),
        ("..w1", "no two ends"),
        ("", "no two ends"),
        ("w0..w0", "no direction"),
        ("<b>..w1", "not learned"),
    ],
)
def test_axes_that_cannot_be_are_refused_in_words(film: WordMap, x: str, says: str) -> None:
    with pytest.raises(TextError, match=says):
        projected(VECTORS, film, "axes", 2, x, "w2..w3")


def test_a_word_beyond_the_map_may_name_an_axis() -> None:
    first = WordVectors(VECTORS.words[:100], VECTORS.counts[:100], VECTORS.matrix[:100])
    shown = projected(VECTORS, map_words(first, 0), "axes", 2, "w0..w200", "w2..w3")
    assert len(shown.xy) == 100


@pytest.mark.parametrize(("method", "dims"), [("<b>", 2), ("pca", 4), ("pca", 0), ("", 2), ("umap", -3)])
def test_a_map_that_there_is_not_is_refused(film: WordMap, method: str, dims: int) -> None:
    with pytest.raises(ConfigError):
        projected(VECTORS, film, method, dims)


def test_words_that_a_snapshot_lacks_are_left_out(film: WordMap) -> None:
    kept = [i for i in range(240) if i % 3]
    fewer = WordVectors([VECTORS.words[i] for i in kept], VECTORS.counts[kept], VECTORS.matrix[kept])
    shown = projected(fewer, film, "pca")
    assert shown.words == fewer.words and shown.ranks.tolist() == kept
    np.testing.assert_array_equal(shown.neighbours, knn(fewer.matrix, 15)[0])
    assert shown.group.tolist() == film.group[kept].tolist()
    assert frame_json(shown)["words_id"] != frame_json(film)["words_id"]


def test_the_layouts_are_as_faithful_as_umap_learn(film: WordMap) -> None:
    """On the same neighbours, within 5 %: the plane and space. umap-learn compiles once, for both."""
    for dims in (2, 3):
        reference = projected(VECTORS, film, "umap_reference", dims)
        assert reference.xy.shape == (240, dims) and reference.method == "umap_reference"
        ours = projected(VECTORS, film, "umap", dims)
        assert ours.neighbours_kept > 0.95 * reference.neighbours_kept > 0.2
    few = WordVectors(VECTORS.words[:6], VECTORS.counts[:6], VECTORS.matrix[:6])
    assert np.isfinite(projected(few, map_words(few, 0), "umap_reference").xy).all()


def test_trustworthiness_equals_scikit_learn(film: WordMap) -> None:
    for shown in (film, projected(VECTORS, film, "pca", 3)):
        reference = sklearn_trustworthiness(UNIT, shown.xy, n_neighbors=15, metric="cosine")
        assert trustworthiness(VECTORS.matrix, shown.xy) == pytest.approx(reference, abs=1e-6)


def test_kept_neighbours_are_counted_for_each_point() -> None:
    line = (np.arange(40.0) + np.arange(40) ** 2 / 1000)[:, None] * [1.0, 0.0, 0.0]
    true = np.array([[i - 1, i + 1] if 0 < i < 39 else [abs(i - 1), abs(i - 2)] for i in range(40)])
    assert (kept_of_each(true, line) == 1).all()
    assert kept_of_each((true + 20) % 40, line).max() == 0
    half = np.stack([true[:, 0], (true[:, 1] + 20) % 40], axis=1)
    assert (kept_of_each(half, line) == 0.5).all()


NASTY = {
    "random": lambda n: np.random.default_rng(0).normal(size=(n, 8)),
    "nothing": lambda n: np.zeros((n, 8)),
    "all alike": lambda n: np.ones((n, 8)),
    "half nothing": lambda n: np.random.default_rng(0).normal(size=(n, 8)) * (np.arange(n) % 2)[:, None],
    "pairs": lambda n: np.repeat(np.random.default_rng(0).normal(size=(n, 8)), 2, axis=0)[:n],
    "one dimension": lambda n: np.arange(1.0, n + 1)[:, None],
    "huge": lambda n: np.random.default_rng(0).normal(size=(n, 8)) * 1e15,
}


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 16, 17])
@pytest.mark.parametrize("kind", NASTY)
def test_few_or_flat_words_still_have_a_map(n: int, kind: str) -> None:
    vectors = WordVectors([f"w{i}" for i in range(n)], np.ones(n), NASTY[kind](n))
    frame = map_words(vectors, 0)
    for step in (1, 2):
        frame = map_words(vectors, step, frame)
    others = [projected(vectors, frame, method, dims) for method in ("umap", "pca") for dims in (2, 3)]
    for shown in (frame, *others, projected(vectors, frame, "tsne")):
        assert np.isfinite(shown.xy).all() and len(shown.xy) == n and np.abs(shown.xy).max() <= 1
        assert 0 <= shown.neighbours_kept <= 1 and shown.neighbours.shape == (n, min(15, n - 1))
        assert frame_json(shown)["dims"] == shown.xy.shape[1]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_vector_that_holds_no_numbers_is_named(film: WordMap, value: float) -> None:
    matrix = VECTORS.matrix.copy()
    matrix[7, 3] = value
    broken = WordVectors(VECTORS.words, VECTORS.counts, matrix)
    for work in (lambda: map_words(broken, 0), lambda: projected(broken, film, "pca")):
        with pytest.raises(TextError, match=r'1 of 240 words .* "w7"'):
            work()


def test_colours_of_the_whole_space_follow_from_frame_to_frame() -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(24, 24)))
    noise = 0.1 * np.random.default_rng(2).normal(size=VECTORS.matrix.shape)
    first = map_words(VECTORS, 0)
    changed = WordVectors(VECTORS.words, VECTORS.counts, VECTORS.matrix @ turn + noise)
    second = map_words(changed, 1, first)
    assert np.abs(second.space.astype(int) - first.space).mean() < 8  # of 255
    alone = map_words(changed, 1)  # its axes may point anywhere
    assert first.space.dtype == np.uint8 and first.space.std() > 30 and alone.space.shape == (240, 3)


def test_a_map_is_written_and_read_as_it_is(film: WordMap, tmp_path: Path) -> None:
    axes = projected(VECTORS, film, "axes", 2, "w0..w1", "w2..w3")
    for shown in (film, axes, projected(VECTORS, film, "pca", 3)):
        shown.save(tmp_path / "a.npz")
        again = WordMap.load(tmp_path / "a.npz")
        for name, value in vars(shown).items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(getattr(again, name), value)
                assert getattr(again, name).dtype == value.dtype
            else:
                assert getattr(again, name) == value, name


def _decoded(text: str, kind: str, width: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind).reshape(240, width)


def test_what_the_browser_gets_can_be_decoded(film: WordMap) -> None:
    told = frame_json(film)
    places, distances = knn(VECTORS.matrix, 15)
    np.testing.assert_array_equal(_decoded(told["xy"], "<f4", 2), film.xy)
    np.testing.assert_array_equal(_decoded(told["neighbours"], "<u2", 10), places[:, :10])
    np.testing.assert_allclose(_decoded(told["cosines"], "u1", 10) / 255, 1 - distances[:, :10], atol=0.003)
    np.testing.assert_array_equal(_decoded(told["space"], "u1", 3), film.space)
    np.testing.assert_array_equal(_decoded(told["kept_each"], "u1", 1)[:, 0], film.kept_each)
    assert _decoded(told["part"], "i1", 1)[:3, 0].tolist() == [0, 1, -1]
    assert told["part_names"] == ["places", "people", "things"]
    assert told["words"] == list(film.words) and told["ranks"] == list(range(240))
    assert (told["method"], told["dims"], told["variance"], told["cannot_show"]) == ("UMAP", 2, None, None)


def test_words_that_are_known_are_not_sent_again(film: WordMap) -> None:
    told = frame_json(film)
    assert not {"words", "ranks"} & set(frame_json(film, told["words_id"]))
    assert "words" in frame_json(film, "another")


def test_pca_tells_what_it_cannot_show(film: WordMap) -> None:
    told = frame_json(projected(VECTORS, film, "pca"))
    assert told["cannot_show"] == pytest.approx(1 - sum(told["variance"]), abs=2e-4)
    assert 0 < told["cannot_show"] < 1 and told["variance"][0] >= told["variance"][1]
