"""Byte pair encoding, one merge at a time (Sennrich, Haddow & Birch 2016, algorithm 1).

The published algorithm counts all pairs again after every merge; here only what the merge changed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from lmcore.checks import check_choice
from lmcore.text.byte_symbols import BYTE_OF, STAND_IN, shown_bytes
from lmcore.text.uploads import without_surrogates
from lmcore.text.word_splitting import split_for_merging

UNITS = ("character", "byte")
_EDGE = -1  # in the place of a symbol: here a word ends
_OPENING = "⟨"  # begins what is shown for bytes that are no character, ⟨E4 BD⟩


@dataclass(frozen=True)
class Merge:
    """Two symbols that become one wherever they stand side by side inside a word.

    `count` is how often they did; `n_tokens` is how many tokens the whole text has afterwards.
    """

    left: str
    right: str
    merged: str
    count: int
    n_tokens: int


def learn_merges(text: str, unit: str = "character") -> Iterator[Merge]:
    """The merges that `text` asks for, most frequent pair first, until every word is one symbol.

    Among equally frequent pairs the one of the older symbols comes first, as in the library `tokenizers`.

    >>> for merge in learn_merges("low lower lowest"):
    ...     print(f"{merge.left}+{merge.right}: {merge.count} times, {merge.n_tokens} tokens are left")
    l+o: 3 times, 13 tokens are left
    lo+w: 3 times, 10 tokens are left
     +low: 2 times, 8 tokens are left
     low+e: 2 times, 6 tokens are left
    s+t: 1 times, 5 tokens are left
     lowe+r: 1 times, 4 tokens are left
     lowe+st: 1 times, 3 tokens are left
    """
    check_choice("unit", unit, UNITS)
    words = Counter(split_for_merging(without_surrogates(text)))
    symbols = _Symbols(words, unit)
    n_tokens = sum(len(_units(word, unit)) * count for word, count in words.items())
    while (pair := symbols.most_frequent_pair()) is not None:
        count = symbols.counts[pair]
        merged, n_merged = symbols.merge(pair)
        n_tokens -= n_merged
        left, right, new = (_shown(symbols.names[symbol], unit) for symbol in (*pair, merged))
        yield Merge(left, right, new, count, n_tokens)


def passage_words(text: str, unit: str = "character") -> list[list[str]]:
    """The words of a passage, white space included, as the symbols that merging begins with.

    >>> passage_words("a cat"), passage_words("é", "byte")
    ([['a'], [' ', 'c', 'a', 't']], [['⟨C3⟩', '⟨A9⟩']])
    """
    check_choice("unit", unit, UNITS)
    words = split_for_merging(without_surrogates(text))
    return [[_shown(symbol, unit) for symbol in _units(word, unit)] for word in words]


class _Symbols:
    """The different words as one chain of symbols, with where each pair stands and how often.

    A symbol is a number: first those of the characters in their order (of GPT-2's stand-ins for bytes, as in
    the library), then those of what merging makes.
    """

    def __init__(self, words: Counter[str], unit: str) -> None:
        cut = [_units(word, unit) for word in words]
        self.names = sorted({symbol for word in cut for symbol in word})
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.at: list[int] = [_EDGE]
        self.weights: list[int] = [0]
        for word, count in zip(cut, words.values(), strict=True):
            self.at += [*(self.numbers[symbol] for symbol in word), _EDGE]
            self.weights += [count] * len(word) + [0]
        self.before = list(range(-1, len(self.at) - 1))
        self.after = list(range(1, len(self.at) + 1))
        self._count_pairs()

    def _count_pairs(self) -> None:
        self.counts: defaultdict[tuple[int, int], int] = defaultdict(int)
        self.places: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for place, pair in enumerate(zip(self.at, self.at[1:], strict=False)):
            if _EDGE not in pair:
                self.counts[pair] += self.weights[place]
                self.places[pair].append(place)
        self.queue = [(-count, pair) for pair, count in self.counts.items()]
        heapify(self.queue)

    def most_frequent_pair(self) -> tuple[int, int] | None:
        """The pair to merge next; entries whose count has changed since they were queued are put right."""
        while self.queue:
            negative, pair = heappop(self.queue)
            count = self.counts[pair]
            if count == -negative:
                return pair
            if count:
                heappush(self.queue, (-count, pair))
        return None

    def merge(self, pair: tuple[int, int]) -> tuple[int, int]:
        """Make one symbol of every such pair, from left to right: its number, and the tokens saved."""
        left, right = pair
        merged = self._number_of(self.names[left] + self.names[right])
        at, before, after, counts, places = self.at, self.before, self.after, self.counts, self.places
        n_merged = 0
        formed: set[tuple[int, int]] = set()
        for place in sorted(places.pop(pair)):
            place_right = after[place]
            if at[place] != left or at[place_right] != right:
                continue  # another merge has taken one of the two
            place_before, place_after, weight = before[place], after[place_right], self.weights[place]
            if (symbol := at[place_before]) != _EDGE:
                counts[symbol, left] -= weight
                counts[symbol, merged] += weight
                places[symbol, merged].append(place_before)
                formed.add((symbol, merged))
            if (symbol := at[place_after]) != _EDGE:
                counts[right, symbol] -= weight
                counts[merged, symbol] += weight
                places[merged, symbol].append(place)
                formed.add((merged, symbol))
            at[place], at[place_right] = merged, _EDGE
            after[place], before[place_after] = place_after, place
            n_merged += weight
        del counts[pair]
        for new in formed - {pair}:
            if counts[new]:  # in "xxx" a pair forms and is merged away at once
                heappush(self.queue, (-counts[new], new))
        return merged, n_merged

    def _number_of(self, name: str) -> int:
        """A symbol made before in another way keeps its number."""
        if name not in self.numbers:
            self.numbers[name] = len(self.names)
            self.names.append(name)
        return self.numbers[name]


def _units(word: str, unit: str) -> list[str]:
    return list(word) if unit == "character" else [STAND_IN[byte] for byte in word.encode("utf-8")]


def _shown(symbol: str, unit: str) -> str:
    """What a symbol stands for as readable text; no two symbols look the same."""
    if unit == "character":
        return symbol
    data = bytes(map(BYTE_OF.__getitem__, symbol))
    text = shown_bytes(data)
    return text if _OPENING.encode() not in data else f"⟨{data.hex(' ').upper()}⟩"
