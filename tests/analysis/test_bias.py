"""Associations and directions, against values worked out by hand."""

from itertools import combinations

import numpy as np
import pytest

from lmcore.analysis.bias import bias_direction, equalised, known_words, neutralised, weat, what_remains
from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors

WORDS = ("x1", "x2", "y1", "y2", "a1", "a2", "b1", "b2")
ROWS = np.array([[4, 1], [5, 1], [1, 4], [1, 6], [1, 0], [2, 0], [0, 1], [0, 3.0]])
VECTORS = WordVectors(WORDS, np.ones(8), ROWS)
SETS = (["x1", "x2"], ["y1", "y2"], ["a1", "a2"], ["b1", "b2"])


def test_the_effect_size_is_the_published_one() -> None:
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    s = unit[:4] @ np.array([1, 0]) - unit[:4] @ np.array([0, 1])
    result = weat(VECTORS, *SETS)
    assert [value for *_, value in result.each] == pytest.approx(s)
    assert result.effect_size == pytest.approx((s[:2].mean() - s[2:].mean()) / s.std(ddof=1))


def test_the_p_value_counts_all_divisions() -> None:
    result = weat(VECTORS, *SETS)
    s = [value for *_, value in result.each]
    observed = s[0] + s[1]
    sums = [s[i] + s[j] for i, j in combinations(range(4), 2)]
    assert result.exact and result.n_permutations == 6
    assert result.p_value == pytest.approx(np.mean([value >= observed - 1e-12 for value in sums])) == 1 / 6
    assert weat(VECTORS, SETS[1], SETS[0], SETS[2], SETS[3]).p_value == 1


def test_many_words_are_divided_by_chance_and_repeatably() -> None:
    random = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    vectors = WordVectors(words, np.ones(60), random.normal(size=(60, 8)))
    results = [weat(vectors, words[:20], words[20:40], words[40:50], words[50:]) for _ in range(2)]
    assert results[0] == results[1] and not results[0].exact
    assert results[0].n_permutations == 10_000 and 0.001 < results[0].p_value < 0.999


@pytest.mark.parametrize("empty", range(4))
def test_a_set_without_words_is_refused(empty: int) -> None:
    sets = [words if i != empty else words[:1] for i, words in enumerate(SETS)]
    with pytest.raises(TextError, match="has 1 known words"):
        weat(VECTORS, *sets)


def test_unknown_words_are_told_apart() -> None:
    assert known_words(VECTORS, ["x1", "z", "x1", ""]) == (["x1"], ["z", ""])


def world() -> WordVectors:
    """Words with a bias along the first axis, which a second one follows."""
    random = np.random.default_rng(1)
    n = 300
    bias = np.repeat([-1.0, 1.0], n // 2)[:, None]
    rest = random.normal(0, 0.4, (n, 20))
    follows = bias * np.abs(random.normal(0.8, 0.1, (n, 1)))  # what goes together with it in the text
    matrix = np.hstack([bias * 0.7, follows, rest])
    words = [f"w{i}" for i in range(n)]
    return WordVectors(words, np.ones(n), matrix)


def test_a_neutralised_word_has_nothing_along_the_direction() -> None:
    vectors = world()
    direction = bias_direction(vectors, [("w0", "w299")])
    assert np.linalg.norm(direction) == pytest.approx(1)
    left = neutralised(vectors.unit(range(300)), direction)
    assert np.abs(left @ direction).max() < 1e-5
    assert np.linalg.norm(left, axis=1) == pytest.approx(1, abs=1e-5)


def test_an_equalised_pair_differs_along_the_direction_only() -> None:
    vectors = world()
    direction = bias_direction(vectors, [("w0", "w299")])
    one, other = vectors.unit([3, 290]).astype(float)
    first, second = equalised(one, other, direction)
    assert first @ direction == pytest.approx(-(second @ direction))
    assert first - (first @ direction) * direction == pytest.approx(second - (second @ direction) * direction)
    assert np.linalg.norm(first) == pytest.approx(1) == np.linalg.norm(second)


def test_several_pairs_span_their_common_direction() -> None:
    vectors = world()
    pairs = [(f"w{i}", f"w{299 - i}") for i in range(40)]
    direction = bias_direction(vectors, pairs)
    assert np.abs(direction[:2]).sum() > 0.9, "the first two axes carry it"
    assert direction[0] > 0, "from the first words to the second"


def test_taking_the_direction_out_does_not_mend_what_follows_it() -> None:
    vectors = world()
    axis = np.zeros(22)
    axis[0] = 1.0
    remains = what_remains(vectors, axis)
    assert remains.n == 150 and remains.before > 0.95
    assert remains.after > 0.9, "Gonen & Goldberg (2019): lipstick on a pig"


def test_neighbours_still_lean_to_the_former_side() -> None:
    vectors = world()
    axis = np.zeros(22)
    axis[0] = 1.0
    remains = what_remains(vectors, axis)
    assert remains.k == 60 and remains.neighbours_before > 0.9 < remains.neighbours_after
    random = np.random.default_rng(2)
    sides = np.repeat([-1.0, 1.0], 150)[:, None]
    alone = WordVectors(vectors.words, vectors.counts, np.hstack([3 * sides, random.normal(size=(300, 21))]))
    remains = what_remains(alone, axis)
    assert remains.neighbours_before > 0.9 and abs(remains.neighbours_after) < 0.3, "here it was all"


def test_an_association_goes_with_the_direction_it_stood_on() -> None:
    direction = bias_direction(VECTORS, [("b1", "a1")])
    result, without = weat(VECTORS, *SETS), weat(VECTORS, *SETS, without=direction)
    assert result.effect_size > 1
    assert [value for *_, value in without.each] == pytest.approx([0] * 4, abs=1e-6)


def test_few_words_leave_nothing_to_cluster() -> None:
    remains = what_remains(VECTORS, np.array([1.0, 0]))
    assert np.isfinite([remains.before, remains.after, remains.neighbours_before]).all()


def test_equal_words_give_no_direction() -> None:
    same = WordVectors(("a", "b"), np.ones(2), np.ones((2, 4)))
    with pytest.raises(TextError, match="gives no direction"):
        bias_direction(same, [("a", "b")])
