"""All n-grams of a text with their counts, for every order at once, by sorting.

As many tokens as fit into 63 bits are packed into one integer that starts at each position. Sorted, these
integers hold every shorter n-gram as a prefix, so that one sort of plain numbers counts several orders.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class NgramCounts:
    """The different n-grams of one order, sorted by their tokens: G n-grams with C different contexts.

    A key is `context * radix + token`: the place of the first n-1 tokens among the shorter n-grams, then the
    last token, so that keys stay exact whatever the order and the size of the vocabulary.
    """

    keys: np.ndarray  # int64 (G,)
    counts: np.ndarray  # int32 (G,), how often the n-gram occurs
    before: np.ndarray  # int32 (G,), how many different tokens stand before it; empty for the highest order
    n_contexts: int  # C
    radix: int

    @property
    def contexts(self) -> np.ndarray:
        """The context (G,) of every n-gram."""
        return self.keys // self.radix

    def tokens(self, grams: slice) -> np.ndarray:
        """The last token of every n-gram in `grams`."""
        return self.keys[grams] % self.radix

    def places(self, contexts: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """Where each context with its next token stands; -1 where it does not occur or the context is -1."""
        if not len(self.keys):  # the text is shorter than the order
            return np.full(len(tokens), -1)
        wanted = contexts * self.radix + tokens
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((contexts >= 0) & (self.keys[places] == wanted), places, -1)

    def after(self, context: int) -> slice:
        """The n-grams that begin with `context`."""
        return slice(*np.searchsorted(self.keys, [context * self.radix, (context + 1) * self.radix]).tolist())


def ngram_counts(ids: np.ndarray, vocab_size: int, order: int) -> list[NgramCounts]:
    """The n-grams of `ids` (N,) int64, from order 1 to `order`; raises `ValueError` for an id ≥ `vocab_size`.

    >>> unigrams, bigrams = ngram_counts(np.array([0, 1, 0, 1, 1]), vocab_size=2, order=2)
    >>> unigrams.counts.tolist(), unigrams.before.tolist()
    ([2, 3], [1, 2])
    >>> list(zip(bigrams.contexts.tolist(), bigrams.tokens(slice(None)).tolist(), bigrams.counts.tolist()))
    [(0, 1, 2), (1, 0, 1), (1, 1, 1)]
    """
    if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < vocab_size:
        raise ValueError(f"ids from {ids.min()} to {ids.max()} in a vocabulary of {vocab_size}")
    radix = int(vocab_size) + 1  # one number more than there are tokens: 0 stands for the end of the text
    levels = list(_levels(ids, order, radix))
    n_contexts = [1, *(len(keys) for keys, _ in levels)]
    befores = [*_tokens_before(levels, radix), np.zeros(0, np.int32)]
    return [
        NgramCounts(keys, counts, before, n, radix)
        for (keys, counts), before, n in zip(levels, befores, n_contexts[:-1], strict=True)
    ]


def _tokens_before(levels: list[tuple[np.ndarray, np.ndarray]], radix: int) -> Iterator[np.ndarray]:
    """For every order but the highest, how many different tokens stand before each n-gram."""
    suffixes = np.zeros(len(levels[0][0]), np.int64)  # what is left of a single token: the empty context
    for (shorter, _), (longer, _) in pairwise(levels):
        contexts = longer // radix
        # an n-gram without its first token: its context without its first token, then the same last token
        suffixes = np.searchsorted(shorter, suffixes[contexts] * radix + (longer - contexts * radix))
        yield np.bincount(suffixes, minlength=len(shorter)).astype(np.int32)


def _levels(ids: np.ndarray, order: int, radix: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Keys and counts of every order from 1 to `order`."""
    done, n_places, places = 0, 1, np.zeros(len(ids), np.int64)
    while done < order:
        n_tokens = min(order - done, _fitting(n_places, radix))
        packed = _packed(places, ids[done:], n_tokens, radix)
        done += n_tokens
        if done == order:
            packed.sort()
            yield from _prefixes(packed, n_tokens, radix)
        else:  # the next round goes on from the place of what was counted so far
            by_key = np.argsort(packed)
            packed = packed[by_key]
            yield from _prefixes(packed, n_tokens, radix)
            places, n_places = _places_by_position(packed, by_key, radix)


def _fitting(n_places: int, radix: int) -> int:
    """How many tokens fit into one integer behind a place."""
    n_tokens = 1
    while max(1, n_places) * radix ** (n_tokens + 1) <= _LARGEST:
        n_tokens += 1
    return n_tokens


def _packed(places: np.ndarray, ids: np.ndarray, n_tokens: int, radix: int) -> np.ndarray:
    """Every position's place, then its next `n_tokens` tokens, each plus one; 0 past the end."""
    packed, tokens = places[: len(ids)].copy(), ids + 1
    for offset in range(n_tokens):
        packed *= radix
        packed[: max(0, len(ids) - offset)] += tokens[offset:]
    return packed


def _prefixes(packed: np.ndarray, n_tokens: int, radix: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Keys and counts of the prefixes of 1 … `n_tokens` tokens of the sorted `packed`."""
    first = _first(packed)
    starts, prefixes = np.flatnonzero(first), packed[first]
    levels = []
    for level in range(n_tokens, 0, -1):
        shorter = prefixes // radix
        tokens = prefixes - shorter * radix
        whole = tokens > 0  # else it runs past the end of the text
        counts = np.diff(starts, append=len(packed))[whole].astype(np.int32)
        first = _first(shorter)
        contexts = shorter if level == 1 else _whole_before(shorter[first], radix)[np.cumsum(first) - 1]
        levels.append((contexts[whole] * radix + tokens[whole] - 1, counts))
        starts, prefixes = starts[first], shorter[first]
    return levels[::-1]


def _whole_before(prefixes: np.ndarray, radix: int) -> np.ndarray:
    """The place of each prefix among those that do not run past the end of the text."""
    return np.cumsum(prefixes % radix > 0) - 1


def _places_by_position(packed: np.ndarray, by_key: np.ndarray, radix: int) -> tuple[np.ndarray, int]:
    """For every position the place of the whole n-gram that starts there, and how many there are."""
    whole = packed % radix > 0
    numbers = np.cumsum(_first(packed) & whole)
    places = np.empty(len(packed), np.int64)
    places[by_key] = numbers - 1
    return places[: np.count_nonzero(whole)], int(numbers[-1]) if len(numbers) else 0


def _first(ordered: np.ndarray) -> np.ndarray:
    """Where a sorted array shows a number for the first time."""
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first
