"""Huffman codes of words by frequency (Huffman 1952): frequent words are reached with few decisions."""

import heapq
from dataclasses import dataclass
from itertools import chain

import numpy as np


@dataclass(frozen=True)
class HuffmanPaths:
    """The ways from the root of a tree to its words, one after another; word i has starts[i] : starts[i + 1].

    `nodes` int32: the inner nodes passed, 0 to V - 2. `turns` int8: 0 or 1, the branch taken there.
    """

    nodes: np.ndarray
    turns: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, counts: np.ndarray) -> "HuffmanPaths":
        """The tree with the fewest decisions for words that occur so often.

        >>> paths = HuffmanPaths.of(np.array([5, 2, 1]))
        >>> [paths.code(word) for word in range(3)]
        ['1', '01', '00']
        """
        parents, turns = _tree(counts)
        ways = [_way(word, parents, turns) for word in range(len(counts))]
        starts = np.cumsum([0, *map(len, ways)])
        steps = np.array(list(chain.from_iterable(ways)), np.int32).reshape(-1, 2)
        return cls(steps[:, 0] - np.int32(len(counts)), steps[:, 1].astype(np.int8), starts)

    def code(self, word: int) -> str:
        """The turns to a word, such as "010"."""
        return "".join(map(str, self.turns[self.starts[word] : self.starts[word + 1]]))

    def lengths(self) -> np.ndarray:
        """How many decisions lead to each word, (V,)."""
        return np.diff(self.starts)


def _tree(counts: np.ndarray) -> tuple[list[int], list[int]]:
    """Parent and turn of all nodes; words come first, the root is the last."""
    n = len(counts)
    parents, turns = [0] * max(1, 2 * n - 1), [0] * max(1, 2 * n - 1)
    heap = [(int(count), word) for word, count in enumerate(counts)]
    heapq.heapify(heap)
    for node in range(n, 2 * n - 1):
        (rarest, first), (rare, second) = heapq.heappop(heap), heapq.heappop(heap)
        parents[first] = parents[second] = node
        turns[second] = 1
        heapq.heappush(heap, (rarest + rare, node))
    return parents, turns


def _way(word: int, parents: list[int], turns: list[int]) -> list[tuple[int, int]]:
    """(node, turn) from the root down to a word."""
    way, root = [], len(parents) - 1
    while word != root:
        way.append((parents[word], turns[word]))
        word = parents[word]
    return way[::-1]
