"""One update of word vectors against numbers worked out by hand, and against a numerical gradient."""

import math

import numpy as np
import pytest

from lmcore.analysis.objective import (
    alike_together,
    draw_negatives,
    expected_counts,
    glove_parts,
    glove_weight,
    huffman_path,
    likeness,
    negative_sampling,
    pointwise_information,
    sigmoid,
)


def test_one_update_by_hand() -> None:
    x, targets = np.array([1.0, 0.0]), np.array([[math.log(3), 0.0], [0.0, 2.0]])
    update = negative_sampling(x, targets, rate=0.4)
    np.testing.assert_allclose(update.probabilities, [3 / 4, 1 / 2])
    np.testing.assert_allclose(update.losses, [math.log(4 / 3), math.log(2)])
    # pulls are 1/4 and -1/2: x' = (1 + .1 ln 3, -.4), u0' = (ln 3 + .1, 0), u1' = (-.2, 2)
    moved = 1 + 0.1 * math.log(3)
    np.testing.assert_allclose(update.scores_after, [(math.log(3) + 0.1) * moved, -0.2 * moved - 0.8])
    assert update.losses_after.sum() < update.losses.sum()


def test_an_update_follows_the_numerical_gradient() -> None:
    random = np.random.default_rng(0)
    x, targets = random.normal(size=6), random.normal(size=(4, 6))
    rate, h = 1e-3, 1e-6

    def loss(x: np.ndarray, targets: np.ndarray) -> float:
        signs = np.array([1, -1, -1, -1])
        return float(-np.log(sigmoid(signs * (targets @ x))).sum())

    by_x = np.array([(loss(x + h * e, targets) - loss(x - h * e, targets)) / (2 * h) for e in np.eye(6)])
    by_u = np.zeros((4, 6))
    for k in range(4):
        for d in range(6):
            moved = np.zeros((4, 6))
            moved[k, d] = h
            by_u[k, d] = (loss(x, targets + moved) - loss(x, targets - moved)) / (2 * h)
    after = (targets - rate * by_u) @ (x - rate * by_x)
    np.testing.assert_allclose(negative_sampling(x, targets, rate).scores_after, after, atol=1e-8)


def test_large_scores_stay_finite() -> None:
    update = negative_sampling(np.array([1e4]), np.array([[-1.0], [1.0]]), 0.1)
    assert np.isfinite(update.losses).all() and update.losses[0] == pytest.approx(1e4)


def test_negatives_are_drawn_by_frequency_and_never_the_pair() -> None:
    counts = np.array([10_000, 16, 1, 10_000])
    drawn = draw_negatives(counts, [0, 3], 4_000, seed=1)
    share = (drawn == 1).mean()
    assert set(drawn.tolist()) == {1, 2} and share == pytest.approx(8 / 9, abs=0.02)
    assert (draw_negatives(counts, [0], 5, 2) == draw_negatives(counts, [0], 5, 2)).all()


def test_glove_weighs_rare_pairs_less() -> None:
    assert glove_weight(0, 10, 0.75) == 0
    assert glove_weight(10 / 16, 10, 0.75) == pytest.approx(1 / 8)
    assert glove_weight(1_000, 10, 0.75) == 1


def test_information_by_hand() -> None:
    expected = expected_counts(np.array([10, 20]), n_tokens=100, per_word=2)
    np.testing.assert_allclose(expected, [[2, 4], [4, 8]])
    information = pointwise_information(np.array([[2, 8], [8, 0]]), expected)
    np.testing.assert_allclose(information, [[0, math.log(2)], [math.log(2), -math.inf]])


def test_like_rows_come_together() -> None:
    rows = np.array([[1, 0, 0], [0, 1, 0.1], [0.9, 0.1, 0], [0, 0.9, 0.2]])
    order = alike_together(rows).tolist()
    assert abs(order.index(0) - order.index(2)) == 1 == abs(order.index(1) - order.index(3))


def test_likeness_leaves_out_what_never_met_and_the_diagonal() -> None:
    counted = np.array([[9, 1, 2, -np.inf], [1, 9, 3, 4], [2, 3, 9, 5], [-np.inf, 4, 5, 9]])
    learned = 2 * np.where(np.isfinite(counted), counted, 100) - 1
    np.fill_diagonal(learned, -50)
    assert likeness(counted, learned) == pytest.approx(1)
    assert likeness(counted, np.zeros((4, 4))) is None


def test_the_way_to_a_word_is_short_where_it_is_frequent() -> None:
    counts = np.array([40, 30, 20, 10])
    lengths = [len(huffman_path(counts, row)) for row in range(4)]
    assert lengths == [1, 2, 3, 3]
    shares = [math.prod(share for _, share in huffman_path(counts, row)) for row in range(4)]
    np.testing.assert_allclose(shares, counts / 100)  # the turns' shares give back the frequency


def test_the_parts_of_glove_come_back_from_a_snapshot() -> None:
    random = np.random.default_rng(0)
    words, contexts, biases = (
        random.normal(size=(3, 4)),
        random.normal(size=(3, 4)),
        random.normal(size=(3, 2)),
    )
    parts = glove_parts(words + contexts, np.column_stack([contexts, biases]))
    np.testing.assert_allclose(parts.words, words)
    np.testing.assert_allclose(parts.contexts, contexts)
    np.testing.assert_allclose(parts.biases, biases)
    assert not glove_parts(words, contexts).biases.any(), "another back end keeps none"
