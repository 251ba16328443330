"""Counts are those of a plain double loop; GloVe's update is its published gradient; PPMI is what it says."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse.linalg import svds

from lmcore.errors import ResourceError, RunError, TextError
from lmcore.vectors import cooccurrence
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.cooccurrence import CoOccurrences, co_occurrences, counts_among, weights_of
from lmcore.vectors.factory import trainer
from lmcore.vectors.glove import Glove, kernel
from lmcore.vectors.ppmi import Ppmi, positive_pmi
from lmcore.vectors.trainer import Trainer
from lmcore.vectors.vocabulary import Vocabulary

RANDOM = np.random.default_rng(0)
TOKENS = RANDOM.integers(-1, 12, 900).astype(np.int32)
WORDS = Vocabulary(tuple("abcdefghijkl"), np.bincount(TOKENS[TOKENS >= 0], minlength=12))
GLOVE = VectorsConfig(method="glove", dimensions=32, window=3, epochs=30, learning_rate=0.05)
PPMI = replace(GLOVE, method="ppmi")


def double_loop(tokens: np.ndarray, n_words: int, weights: np.ndarray) -> np.ndarray:
    table = np.zeros((n_words, n_words))
    for i, word in enumerate(tokens):
        for distance, weight in enumerate(weights, 1):
            if i < distance or word < 0 or tokens[i - distance] < 0:
                break
            table[word, tokens[i - distance]] += weight
            table[tokens[i - distance], word] += weight
    return table


def as_table(found: CoOccurrences) -> np.ndarray:
    table = np.zeros((found.n_words, found.n_words))
    rows, columns, counts = found.both_ways()
    table[rows, columns] = counts
    return table


@pytest.mark.parametrize("weighting", ["harmonic", "linear"])
@pytest.mark.parametrize("window", [1, 4, 20])
def test_counts_equal_a_double_loop(window: int, weighting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooccurrence, "_CHUNK", 70)  # pairs reach across chunks
    monkeypatch.setattr(cooccurrence, "_FIRST_SIZE", 64)  # the table grows
    expected = double_loop(TOKENS, 12, weights_of(window, weighting))
    np.testing.assert_allclose(as_table(co_occurrences(TOKENS, 12, window, weighting)), expected, rtol=1e-5)
    rows = np.array([3, 7, 1], np.int32)
    among = counts_among(TOKENS, rows, window, weighting)
    np.testing.assert_allclose(among, expected[np.ix_(rows, rows)], rtol=1e-5)


def test_small_weights_are_not_lost_in_large_counts() -> None:
    """A sum in float32 would be off by 2 ‰ here."""
    tokens = np.tile(np.array([0, 1], np.int32), 300_000)
    found = as_table(co_occurrences(tokens, 2, 19, "harmonic"))
    odd = (1 / np.arange(1, 20, 2)).sum() * 600_000
    assert found[0, 1] == found[1, 0] == pytest.approx(odd, rel=1e-4)  # a little is missing at the beginning
    assert counts_among(tokens, np.array([0, 1]), 19, "harmonic")[0, 1] == pytest.approx(odd, rel=1e-4)


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooccurrence, "MOST_PAIRS", 20)
    with pytest.raises(ResourceError, match="20"):
        co_occurrences(TOKENS, 12, 4, "linear")


def test_words_that_stand_alone_have_no_pairs() -> None:
    alone = np.array([0, -1, 1, -1, 2, -1], np.int32)
    for method in ("glove", "ppmi"):
        with pytest.raises(TextError, match="stand together"):
            trainer(WORDS, alone, replace(GLOVE, method=method), 1)


def test_one_pair_of_glove_is_the_published_gradient() -> None:
    """Eq. 8 and AdaGrad in float64."""
    W, C = RANDOM.normal(0, 0.3, (2, 2, 32)).astype(np.float32)
    bias = RANDOM.normal(0, 0.1, (2, 2)).astype(np.float32)
    squares = [np.full((2, 32), s, np.float32) for s in (1.5, 2.5)]
    bias_squares = np.full((2, 2), 3.0, np.float32)
    log_x, weight, rate = 1.2, 0.4, 0.05
    w, c = W[0].astype(float), C[1].astype(float)
    difference = w @ c + bias[0, 0] + bias[1, 1] - log_x
    step = weight * difference * rate
    expected = w - step * c / math.sqrt(1.5), c - step * w / math.sqrt(2.5)
    expected_bias = bias[0, 0] - weight * difference * 1.0 / math.sqrt(3.0)  # rate 1: as the authors' program
    loss = kernel(32)(
        np.array([0], np.int32), np.array([1], np.int32),
        np.array([log_x], np.float32), np.array([weight], np.float32), 0, 1,
        W, C, bias[0], bias[1], squares[0], squares[1], bias_squares[0], bias_squares[1], np.float32(rate),
    )  # fmt: skip
    assert loss == pytest.approx(0.5 * weight * difference**2, rel=1e-5)
    np.testing.assert_allclose(W[0], expected[0], atol=1e-6)
    np.testing.assert_allclose(C[1], expected[1], atol=1e-6)
    assert bias[0, 0] == pytest.approx(expected_bias, abs=1e-6)
    np.testing.assert_allclose(squares[0][0], 1.5 + (step * c) ** 2, rtol=1e-5)


def run(model: Trainer) -> list[float]:
    losses = []
    while model.step < model.planned_steps:
        losses.append(model.advance().loss)
        assert not model.has_diverged(losses[-1])
    return losses


def test_glove_learns_the_logarithms_of_its_counts() -> None:
    model = Glove(WORDS, TOKENS, replace(GLOVE, epochs=300), 1)
    losses = run(model)
    assert losses[0] <= model.untrained_loss * 1.3 and losses[-1] < 0.02 * losses[0]
    rows, columns, counts = co_occurrences(TOKENS, 12, 3, "harmonic").both_ways()
    fitted = np.einsum("nd,nd->n", model.words[rows], model.contexts[columns])
    fitted += model.words_bias[rows] + model.contexts_bias[columns]
    assert np.corrcoef(fitted, np.log(counts))[0, 1] > 0.95


def test_ppmi_is_what_its_formula_says() -> None:
    table = double_loop(TOKENS, 12, weights_of(3, "linear"))
    of_word = table.sum(axis=1)
    smoothed = of_word**0.75 / (of_word**0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.maximum(0, np.log(table / (of_word[:, None] * smoothed)) - math.log(2))
    found = positive_pmi(co_occurrences(TOKENS, 12, 3, "linear"), shift=2)
    np.testing.assert_allclose(found.toarray(), expected, atol=1e-5)


def test_the_power_iterations_reach_the_truncated_svd() -> None:
    many = Vocabulary(tuple(f"w{i}" for i in range(80)), np.arange(80, 0, -1))
    tokens = np.random.default_rng(1).zipf(1.6, 6_000).clip(1, 80).astype(np.int32) - 1
    model = Ppmi(many, tokens, PPMI, 1)
    losses = run(model)
    assert losses == sorted(losses, reverse=True) or max(np.diff(losses)) < 1e-5
    singular = np.asarray(svds(model.table.astype(float), k=32, return_singular_vectors=False))
    best = math.sqrt(1 - (singular**2).sum() / model.table.power(2).sum())
    assert losses[-1] == pytest.approx(best, rel=0.01)
    held = model.vectors() @ model.context_vectors().T  # type: ignore[union-attr]
    left = np.linalg.norm(held - model.table.toarray()) / np.linalg.norm(model.table.toarray())
    assert left == pytest.approx(losses[-1], rel=1e-3)


def test_words_that_always_stand_alone_have_no_vector() -> None:
    tokens = np.array([0, 1, 2, -1, 2, 3, 0, -1, *(word for i in range(4, 12) for word in (i, -1))], np.int32)
    model = Ppmi(WORDS, tokens, PPMI, 1)
    run(model)
    lengths = np.linalg.norm(model.vectors(), axis=1)
    assert np.isfinite(lengths).all() and (lengths[:4] > 0.1).all() and lengths[4:].max() < 1e-3


def test_more_dimensions_than_words_are_zero() -> None:
    model = Ppmi(WORDS, TOKENS, replace(PPMI, dimensions=300), 1)
    run(model)
    assert model.vectors().shape == (12, 300) and not model.vectors()[:, 12:].any()
    assert np.isfinite(model.vectors()).all()


@pytest.mark.parametrize("config", [GLOVE, PPMI], ids=["glove", "ppmi"])
def test_the_same_seed_gives_the_same_vectors_and_a_resumed_run_too(config: VectorsConfig) -> None:
    whole, again = trainer(WORDS, TOKENS, config, 3), trainer(WORDS, TOKENS, config, 3)
    half = whole.planned_steps // 2
    for _ in range(half):
        again.advance()
    state = {name: array.copy() for name, array in again.state().items()}
    resumed = trainer(WORDS, TOKENS, config, 3)
    resumed.load_state(state, half)
    run(whole)
    run(resumed)
    np.testing.assert_array_equal(whole.vectors(), resumed.vectors())
    other = trainer(WORDS, TOKENS, replace(config, dimensions=64), 3)
    if config.method == "glove":
        with pytest.raises(RunError):
            other.load_state(state, half)


def test_a_huge_rate_is_noticed() -> None:
    model = Glove(WORDS, TOKENS, GLOVE, 1)
    model.change("learning_rate", 100.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert any(model.has_diverged(model.advance().loss) for _ in range(20))


def test_several_threads_learn_as_well() -> None:
    alone, together = (run(Glove(WORDS, TOKENS, replace(GLOVE, epochs=100, threads=n), 1)) for n in (1, 3))
    assert together[-1] < 2 * alone[-1] + 0.01


def test_two_words_are_enough() -> None:
    pair = Vocabulary(("a", "b"), np.array([5, 5]))
    tokens = np.array([0, 1, -1] * 5, np.int32)
    for config in (GLOVE, PPMI):
        model = trainer(pair, tokens, config, 1)
        run(model)
        assert model.vectors().shape == (2, 32) and np.isfinite(model.vectors()).all()
