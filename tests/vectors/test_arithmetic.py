"""Sums of words are read as people write them, and refused in one sentence otherwise."""

import numpy as np
import pytest

from lmcore.errors import TextError
from lmcore.vectors.arithmetic import Term, direction, parsed
from lmcore.vectors.queries import WordVectors

WORDS = ("king", "man", "woman", "new-york", "国王", "男人", "女人", "new york", "paris", "USA")
VECTORS = WordVectors(WORDS, np.ones(10), np.random.default_rng(0).normal(size=(10, 8)))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("king - man + woman", [("king", 1), ("man", -1), ("woman", 1)]),
        ("king-man+woman", [("king", 1), ("man", -1), ("woman", 1)]),
        ("国王－男人＋女人", [("国王", 1), ("男人", -1), ("女人", 1)]),
        ("New-York − paris", [("new-york", 1), ("paris", -1)]),
        ('2*king - 0.5 × "new york"', [("king", 2), ("new york", -0.5)]),
        ("- man", [("man", -1)]),
        ("  king ", [("king", 1)]),
        ("“new york” ＋ 3＊paris", [("new york", 1), ("paris", 3)]),
        ("KING-usa", [("king", 1), ("USA", -1)]),
        ("new-york-paris", [("new-york", 1), ("paris", -1)]),
    ],
)
def test_a_sum_is_read_as_it_is_meant(text: str, terms: list[tuple[str, float]]) -> None:
    assert parsed(text, VECTORS) == tuple(Term(word, factor) for word, factor in terms)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "+",
        "--",
        "king man",
        "king - ",
        "king-",
        "king -- man",
        '"',
        '"king',
        "🙂",
        "qeen - man",
        "x" * 10000,
        "king " * 3000,
        "king+" * 60,
        "<script>",
        "\x00",
        "2*",
        "1e309*king",
        "9" * 400 + "*king",
        "1001*king",
        "国王男人",
        "+" * 400,
    ],
)
def test_what_is_no_sum_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(TextError) as refusal:
        parsed(text, VECTORS)
    assert len(refusal.value.message("en")) < 300 and len(refusal.value.message("zh")) < 300


def test_the_direction_is_the_sum_of_vectors_at_length_one() -> None:
    expected = VECTORS.unit([0])[0] - VECTORS.unit([1])[0] + 2 * VECTORS.unit([2])[0]
    assert direction(parsed("king - man + 2*woman", VECTORS), VECTORS) == pytest.approx(expected, abs=1e-6)
