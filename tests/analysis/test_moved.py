"""Words that changed their neighbours come first; a turned space has moved nothing."""

import numpy as np
import pytest

from lmcore.analysis.moved import moved
from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors

WORDS = tuple(f"w{i}" for i in range(60))
MATRIX = np.random.default_rng(0).normal(size=(60, 12))


def of(matrix: np.ndarray, words: tuple[str, ...] = WORDS) -> WordVectors:
    return WordVectors(words, np.ones(len(words)), matrix)


def test_a_turned_space_has_moved_nothing() -> None:
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(12, 12)))
    found = moved(of(MATRIX), of(3 * MATRIX @ turn))
    assert all(one.overlap == 1 and one.cosine == pytest.approx(1, abs=1e-5) for one in found)


def test_the_word_that_went_elsewhere_comes_first() -> None:
    after = MATRIX.copy()
    after[7] = -MATRIX[7]
    first = moved(of(MATRIX), of(after))[0]
    assert first.word == "w7" and first.overlap == 0 and not set(first.before) & set(first.after)
    assert first.cosine < 0 and len(first.before) == 10


def test_only_shared_words_are_compared_and_dimensions_may_differ() -> None:
    found = moved(of(MATRIX[:40], WORDS[:40]), of(np.hstack([MATRIX[20:], MATRIX[20:]]), WORDS[20:]))
    assert {one.word for one in found} == set(WORDS[20:40])


def test_too_few_shared_words_are_refused() -> None:
    with pytest.raises(TextError, match="They share 2"):
        moved(of(MATRIX[:2], WORDS[:2]), of(MATRIX))
    rows = np.vstack([np.zeros(4), np.full(4, np.nan), np.ones(4)])
    assert len(moved(of(rows, WORDS[:3]), of(rows, WORDS[:3]))) == 3
