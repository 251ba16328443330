"""Huffman codes: none begins another, and none are shorter on average."""

from itertools import permutations

import numpy as np
import pytest

from lmcore.vectors.huffman import HuffmanPaths


def codes(counts: list[int]) -> list[str]:
    paths = HuffmanPaths.of(np.array(counts))
    return [paths.code(word) for word in range(len(counts))]


@pytest.mark.parametrize(
    "counts", [[1, 1], [5, 3, 2, 1], [1] * 13, list(range(60, 0, -1)), [2**i for i in range(15)]]
)
def test_no_code_begins_another_and_they_fill_the_tree(counts: list[int]) -> None:
    found = codes(counts)
    assert not any(a.startswith(b) for a, b in permutations(found, 2))
    assert sum(2.0 ** -len(code) for code in found) == 1


@pytest.mark.parametrize("counts", [[7, 5, 2, 1], [9, 9, 1, 1, 1], [4, 3, 3, 2, 1, 1]])
def test_no_code_of_the_same_words_is_shorter(counts: list[int]) -> None:
    """All lengths that Kraft's inequality allows are tried."""
    n = len(counts)

    def shortest(place: int, room: float) -> float:
        if place == n:
            return 0.0
        return min(
            (
                counts[place] * bits + shortest(place + 1, room - 2.0**-bits)
                for bits in range(1, n)
                if 2.0**-bits <= room
            ),
            default=np.inf,
        )

    assert sum(c * len(code) for c, code in zip(counts, codes(counts), strict=True)) == shortest(0, 1.0)


def test_a_word_of_half_the_text_takes_one_decision() -> None:
    assert [len(code) for code in codes([8, 4, 2, 1, 1])] == [1, 2, 3, 4, 4]


def test_nodes_lie_on_one_tree() -> None:
    """A node follows the same turns wherever it is met, and the root begins every way."""
    paths = HuffmanPaths.of(np.array([13, 8, 5, 3, 2, 1, 1]))
    met: dict[int, str] = {}
    for word in range(7):
        start, end = paths.starts[word : word + 2]
        for step in range(start, end):
            turns = paths.code(word)[: step - start]
            assert met.setdefault(int(paths.nodes[step]), turns) == turns
    assert sorted(met) == list(range(6))


def test_one_word_needs_no_decision() -> None:
    paths = HuffmanPaths.of(np.array([3]))
    assert paths.lengths().tolist() == [0] and len(paths.nodes) == 0
