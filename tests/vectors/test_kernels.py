"""One pass of every kernel over a few words is the published gradient, computed in float64."""

import math

import numpy as np
import pytest

from lmcore.vectors import cbow, fasttext, hierarchical, skipgram
from lmcore.vectors.compiled import Kernel
from lmcore.vectors.huffman import HuffmanPaths
from lmcore.vectors.subwords import subword_table

D, RATE = 32, 0.01


def trained(
    kernel: Kernel, words: list[int], inputs: np.ndarray, outputs: np.ndarray, *tables: np.ndarray, rate=RATE
) -> tuple[float, int]:
    """A pass over one sequence with a window of one neighbour on either side, all words read."""
    tokens = np.array([*words, -1], np.int32)
    keep, state = np.ones(len(inputs), np.float32), np.array([1], np.uint64)
    return kernel(tokens, 0, len(tokens), keep, 1, np.float32(rate), state, inputs, outputs, *tables)


def textbook_step(
    inputs: np.ndarray, outputs: np.ndarray, rows: list[int], targets: list[int], wanted: list[int]
) -> float:
    """The loss before, and the gradient for the mean h of `rows`, with which all of them are moved."""
    h, T = inputs[rows].mean(axis=0), outputs[targets].copy()
    p = 1 / (1 + np.exp(-T @ h))
    error = RATE * (np.array(wanted) - p)
    np.add.at(inputs, rows, error @ T)
    np.add.at(outputs, targets, np.outer(error, h))
    return -sum(math.log(q if y else 1 - q) for q, y in zip(p, wanted, strict=True))


def matrices(n_inputs: int, n_outputs: int) -> tuple[np.ndarray, ...]:
    """Random ones in float32, and copies in float64."""
    random = np.random.default_rng(2)
    inputs = random.normal(0, 0.3, (n_inputs, D)).astype(np.float32)
    outputs = random.normal(0, 0.3, (n_outputs, D)).astype(np.float32)
    return inputs, outputs, inputs.astype(np.float64), outputs.astype(np.float64)


def assert_same(given: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(given, expected, atol=2e-6)


NEGATIVE = pytest.mark.parametrize("negative", [1, 5, 7, 20])


@NEGATIVE
def test_skip_gram(negative: int) -> None:
    inputs, outputs, expected_in, expected_out = matrices(3, 3)
    table = np.full(64, 2, np.int32)  # every negative is word 2
    loss, n = trained(skipgram.kernel(D, negative), [0, 1], inputs, outputs, table)
    wanted = [1] + [0] * negative
    total = textbook_step(expected_in, expected_out, [1], [0] + [2] * negative, wanted)
    total += textbook_step(expected_in, expected_out, [0], [1] + [2] * negative, wanted)
    assert n == 2 and loss == pytest.approx(total, rel=1e-5)
    assert_same(inputs, expected_in)
    assert_same(outputs, expected_out)


@NEGATIVE
def test_cbow(negative: int) -> None:
    inputs, outputs, expected_in, expected_out = matrices(4, 4)
    table = np.full(64, 3, np.int32)
    loss, n = trained(cbow.kernel(D, negative), [0, 1, 2], inputs, outputs, table)
    wanted, total = [1] + [0] * negative, 0.0
    for centre, neighbours in ((0, [1]), (1, [0, 2]), (2, [1])):
        total += textbook_step(expected_in, expected_out, neighbours, [centre] + [3] * negative, wanted)
    assert n == 3 and loss == pytest.approx(total, rel=1e-5)
    assert_same(inputs, expected_in)
    assert_same(outputs, expected_out)


@NEGATIVE
def test_fasttext(negative: int) -> None:
    rows, starts = subword_table(["cat", "cats", "hen"], 3, 6, 1_000)
    assert len(set(rows.tolist())) < len(rows)  # cat and cats share n-grams
    inputs, outputs, expected_in, expected_out = matrices(1_003, 3)
    table = np.full(64, 2, np.int32)
    loss, n = trained(fasttext.kernel(D, negative), [0, 1], inputs, outputs, table, rows, starts)
    wanted, total = [1] + [0] * negative, 0.0
    for centre, neighbour in ((0, 1), (1, 0)):
        parts = rows[starts[centre] : starts[centre + 1]].tolist()
        total += textbook_step(expected_in, expected_out, parts, [neighbour] + [2] * negative, wanted)
    assert n == 2 and loss == pytest.approx(total, rel=1e-5)
    assert_same(inputs, expected_in)
    assert_same(outputs, expected_out)


@pytest.mark.parametrize("whole_window", [False, True])
def test_hierarchical_softmax(whole_window: bool) -> None:
    paths = HuffmanPaths.of(np.array([9, 5, 4, 2, 1]))
    inputs, outputs, expected_in, expected_out = matrices(5, 4)
    tables = paths.nodes, paths.turns, paths.starts
    loss, n = trained(hierarchical.kernel(D, whole_window), [0, 4, 2], inputs, outputs, *tables)
    groups = {False: ((0, [4]), (4, [0]), (4, [2]), (2, [4])), True: ((0, [4]), (4, [0, 2]), (2, [4]))}
    total = 0.0
    for centre, neighbours in groups[whole_window]:
        way = slice(paths.starts[centre], paths.starts[centre + 1])
        wanted = (1 - paths.turns[way]).tolist()
        total += textbook_step(expected_in, expected_out, neighbours, paths.nodes[way].tolist(), wanted)
    assert n == len(groups[whole_window]) and loss == pytest.approx(total, rel=1e-5)
    assert_same(inputs, expected_in)
    assert_same(outputs, expected_out)


def test_the_probabilities_of_a_hierarchical_softmax_sum_to_one() -> None:
    counts = np.array([40, 17, 9, 5, 4, 2, 1, 1])
    paths = HuffmanPaths.of(counts)
    inputs, outputs, *_ = matrices(8, 7)
    total = 0.0
    for word in range(8):  # word 3 predicts each of them, and nothing is changed; the other pair is taken off
        both, _ = trained(
            hierarchical.kernel(D, False),
            [word, 3],
            inputs,
            outputs,
            paths.nodes,
            paths.turns,
            paths.starts,
            rate=0,
        )
        h, T = inputs[word].astype(np.float64), outputs[paths.nodes].astype(np.float64)
        way = slice(paths.starts[3], paths.starts[4])
        other = np.log1p(np.exp((2.0 * paths.turns[way] - 1) * (T[way] @ h))).sum()
        total += math.exp(-(both - other))
    assert total == pytest.approx(1, abs=1e-5)


def test_neighbours_of_one_centre_meet_the_same_outputs() -> None:
    """Skip-gram writes the outputs of a window back after it (Ji et al. 2016)."""
    inputs, outputs, expected_in, expected_out = matrices(4, 4)
    trained(skipgram.kernel(D, 5), [0, 1, 2], inputs, outputs, np.full(64, 3, np.int32))
    for centre, neighbours in ((0, [1]), (1, [0, 2]), (2, [1])):
        targets, wanted = [centre] + [3] * 5, [1] + [0] * 5
        before = expected_out.copy()
        moved = np.zeros_like(before)
        for word in neighbours:
            outputs_of_window = before.copy()
            textbook_step(expected_in, outputs_of_window, [word], targets, wanted)
            moved += outputs_of_window - before
        expected_out += moved
    assert_same(inputs, expected_in)
    assert_same(outputs, expected_out)


@pytest.mark.parametrize("method", [skipgram, cbow, fasttext])
@pytest.mark.parametrize("n_words", [1, 2])
def test_a_vocabulary_of_one_or_two_words_does_not_hang(method, n_words: int) -> None:  # type: ignore[no-untyped-def]
    """All negatives are the centre itself at times; they are drawn again a few times only."""
    inputs, outputs, *_ = matrices(50, n_words)
    tables = [np.zeros(64, np.int32)]
    if method is fasttext:
        tables += subword_table(["a", "b"][:n_words], 3, 6, 20)
    words = [0, n_words - 1] * 10
    loss, n = trained(method.kernel(D, 5), words, inputs, outputs, *tables)
    assert n > 0 and 0 < loss / n < 20
    assert np.isfinite(inputs).all() and np.isfinite(outputs).all()


@pytest.mark.parametrize("method", [skipgram, cbow, fasttext])
def test_a_rate_of_a_million_is_seen_in_the_loss(method) -> None:  # type: ignore[no-untyped-def]
    inputs, outputs, *_ = matrices(50, 8)
    tables = [np.arange(64, dtype=np.int32) % 8]
    if method is fasttext:
        tables += subword_table("abcdefgh", 3, 6, 20)
    words = (np.random.default_rng(1).integers(0, 8, 500)).tolist()
    loss, n = trained(method.kernel(D, 5), words, inputs, outputs, *tables, rate=1e6)
    assert not loss / n < 4 * 6 * math.log(2)


def test_the_kernels_exponential_is_close() -> None:
    """Through the loss: softplus of a known score."""
    for score in (-25.0, -3.0, 0.0, 0.5, 12.0):
        inputs, outputs = np.zeros((2, D), np.float32), np.zeros((2, D), np.float32)
        inputs[:, 0], outputs[:, 0] = score, 1
        paths = HuffmanPaths.of(np.array([1, 1]))
        loss, n = trained(
            hierarchical.kernel(D, False),
            [0, 1],
            inputs,
            outputs,
            paths.nodes,
            paths.turns,
            paths.starts,
            rate=0,
        )
        assert n == 2 and loss == pytest.approx(np.logaddexp(0, score) + np.logaddexp(0, -score), rel=2e-6)
