"""Sorting counts what a dictionary counts."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from lmcore.text.ngram_counts import NgramCounts, ngram_counts

RANDOM = np.random.default_rng(8)


def spelled(orders: list[NgramCounts]) -> list[list[tuple[int, ...]]]:
    """All n-grams of every order as tuples."""
    grams: list[list[tuple[int, ...]]] = [[()]]
    for order in orders:
        tokens = order.tokens(slice(None)).tolist()
        grams.append([(*grams[-1][c], t) for c, t in zip(order.contexts.tolist(), tokens, strict=True)])
    return grams[1:]


@pytest.mark.parametrize("vocab_size", [2, 7, 255, 256, 2**16, 2**21, 2**34])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 300])
def test_every_order_is_counted_as_with_a_dictionary(length: int, vocab_size: int) -> None:
    ids = RANDOM.integers(0, min(vocab_size, 9), length) * (vocab_size // min(vocab_size, 9))
    orders = ngram_counts(ids, vocab_size, 6)
    for n, (order, grams) in enumerate(zip(orders, spelled(orders), strict=True), start=1):
        expected = Counter(tuple(ids[i : i + n].tolist()) for i in range(length - n + 1))
        assert dict(zip(grams, order.counts.tolist(), strict=True)) == expected
        assert grams == sorted(expected)
        before = defaultdict(set)
        for i in range(length - n):
            before[tuple(ids[i + 1 : i + 1 + n].tolist())].add(int(ids[i]))
        if n < 6:
            assert order.before.tolist() == [len(before[gram]) for gram in grams]


def test_places_and_followers() -> None:
    unigrams, bigrams = ngram_counts(np.array([3, 1, 3, 2, 3, 1]), 5, 2)
    assert unigrams.places(np.zeros(3, int), np.array([3, 0, 1])).tolist() == [2, -1, 0]
    assert bigrams.tokens(bigrams.after(2)).tolist() == [1, 2]
    assert bigrams.places(np.array([2, 2, -1]), np.array([2, 3, 1])).tolist() == [3, -1, -1]


@pytest.mark.parametrize("ids", [[0, 5], [-1, 0]])
def test_an_id_outside_the_vocabulary_is_refused(ids: list[int]) -> None:
    with pytest.raises(ValueError, match="vocabulary of 5"):
        ngram_counts(np.array(ids), 5, 2)
