"""Questions to trained word vectors, with gensim's verbs."""

import difflib
from collections.abc import Sequence

import numpy as np

from lmcore.checks import check_choice
from lmcore.errors import TextError

MEASURES = ("cosine", "euclidean")
_BLOCK = 65_536  # rows whose lengths are computed at once
_SHORTEST = np.float32(1e-12)  # a shorter vector has no direction


class WordVectors:
    """Words with their counts (V,) and vectors `matrix` (V, D) float32, which is not copied.

    A float16 matrix becomes float32 once: numpy takes several times as long for a product with it. A word is
    found as it is spelled, else in other letter cases. A word whose vector is zero or has a NaN has no
    direction, and is nobody's neighbour.
    """

    def __init__(self, words: Sequence[str], counts: np.ndarray, matrix: np.ndarray) -> None:
        self.words = tuple(words)
        self.counts = np.asarray(counts, np.int64)
        self.matrix = np.asarray(matrix, np.float32)
        self.lengths = row_lengths(self.matrix)
        self.has_direction = (self.lengths > _SHORTEST) & (self.lengths < np.inf)  # (V,); not so for NaN
        self._place: dict[str, int] = {}
        self._lowered: dict[str, int] = {}  # of words with capitals
        for i, word in enumerate(self.words):
            self._place.setdefault(word, i)  # of words that stand twice, the first
            if (lowered := word.lower()) != word:
                self._lowered.setdefault(lowered, i)
        hidden = ~self.has_direction
        if len(self._place) < len(self.words):
            hidden[[i for i, word in enumerate(self.words) if self._place[word] != i]] = True
        self._hidden = np.flatnonzero(hidden)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return self._found(word) is not None

    def __getitem__(self, word: str) -> np.ndarray:
        return self.matrix[self.place(word)]

    def place(self, word: str) -> int:
        """The row of a word; raises `TextError` naming words of similar spelling if it was not learned."""
        row = self._found(word)
        if row is not None:
            return row
        closest = self.closest_spellings(word)
        key = "word_unknown" if closest else "word_unknown_alone"
        raise TextError(key, word=word[:40], n_words=len(self), closest=", ".join(closest))

    def _found(self, word: str) -> int | None:
        if word in self._place:
            return self._place[word]
        lowered = word.lower()
        return self._place.get(lowered, self._lowered.get(lowered))

    def unit(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """The vectors of some rows at length 1, (n, D); a vector of length 0 stays as it is."""
        return unit_rows(self.matrix[np.asarray(rows, np.int64)])

    def cosines(self, direction: np.ndarray) -> np.ndarray:
        """Of every word with `direction` (D,), (V,) float32; -inf for those that are nobody's neighbours.

        All are -inf where `direction` is zero or has a NaN.
        """
        length = np.linalg.norm(direction)
        if not _SHORTEST < length < np.inf:
            return np.full(len(self), -np.inf, np.float32)
        cosines = self.matrix @ np.asarray(direction / length, np.float32)
        with np.errstate(invalid="ignore"):  # inf / inf, of rows that are hidden
            cosines /= self.lengths
        cosines[self._hidden] = -np.inf
        return cosines

    def distances(self, point: np.ndarray) -> np.ndarray:
        """Of every word from `point` (D,), (V,) float32, the Euclidean ones; inf as in `cosines`."""
        squared = self.matrix @ np.asarray(-2 * point, np.float32)
        with np.errstate(invalid="ignore", over="ignore"):  # as above
            squared += self.lengths**2
            squared += np.float32(point @ point)
        squared[self._hidden] = np.inf
        return np.sqrt(np.maximum(np.nan_to_num(squared, nan=np.inf, posinf=np.inf), 0))

    def most_similar(
        self,
        positive: str | Sequence[str],
        negative: str | Sequence[str] = (),
        topn: int = 10,
        measure: str = "cosine",
    ) -> list[tuple[str, float]]:
        """Words nearest to the mean of `positive` and -`negative`, without those, and their cosines.

        `most_similar(["king", "woman"], ["man"])` asks for what is to king as woman is to man. By the measure
        `euclidean` one word is asked for, and the distances are given.
        """
        check_choice("measure", measure, MEASURES)
        plus = [self.place(word) for word in _as_list(positive)]
        minus = [self.place(word) for word in _as_list(negative)]
        if not plus and not minus:
            raise TextError("words_too_few", n_words=0, minimum=1)
        if measure == "euclidean":
            point = self.matrix[plus].sum(axis=0) - self.matrix[minus].sum(axis=0)
            return self.nearest(-self.distances(point), topn, (*plus, *minus), sign=-1)
        direction = self.unit(plus).sum(axis=0) - self.unit(minus).sum(axis=0)
        return self.nearest(self.cosines(direction), topn, (*plus, *minus))

    def nearest(
        self, scores: np.ndarray, n: int, without: Sequence[int] = (), sign: int = 1
    ) -> list[tuple[str, float]]:
        """The `n` words with the highest of `scores` (V,), and those times `sign`; some rows are left out.

        Fewer where not so many scores are above -inf.
        """
        scores = scores.copy()
        scores[list(without)] = -np.inf
        n = max(0, min(n, int(np.isfinite(scores).sum())))
        if n == 0:
            return []
        best = np.argpartition(-scores, n - 1)[:n]
        best = best[np.lexsort((best, -scores[best]))]
        return [(self.words[i], sign * float(scores[i])) for i in best]

    def similarity(self, a: str, b: str) -> float:
        """The cosine of the angle between two words' vectors."""
        first, second = self.unit([self.place(a), self.place(b)])
        return float(np.nan_to_num(first @ second))

    def distance(self, a: str, b: str) -> float:
        """The length of the difference of two words' vectors."""
        return float(np.nan_to_num(np.linalg.norm(self[a] - self[b])))

    def similarities(self, words: Sequence[str]) -> np.ndarray:
        """The cosine of every pair of `words`, (n, n)."""
        unit = self.unit([self.place(word) for word in words])
        return np.nan_to_num(unit @ unit.T)

    def cosines_to_mean(self, words: Sequence[str]) -> np.ndarray:
        """How near each of `words` is to the mean of all, (n,); needs at least three."""
        if len(words) < 3:
            raise TextError("words_too_few", n_words=len(words), minimum=3)
        unit = self.unit([self.place(word) for word in words])
        return np.nan_to_num(unit @ unit_rows(unit.mean(axis=0)[None])[0])

    def doesnt_match(self, words: Sequence[str]) -> str:
        """The word furthest from the mean of all; needs at least three."""
        return words[int(self.cosines_to_mean(words).argmin())]

    def closest_spellings(self, word: str, n: int = 3) -> list[str]:
        """Learned words that are spelled like `word`, the likest first."""
        lowered = word[:40].lower()
        if lowered in self._place:
            return [lowered]
        likely = [other for other in self.words if abs(len(other) - len(lowered)) <= 3]
        # of two characters one is enough where each of them is a word's part, as in Chinese
        cutoff = 0.7 if lowered.isascii() else 0.5
        return difflib.get_close_matches(lowered, likely[:50_000], n, cutoff)


def row_lengths(matrix: np.ndarray) -> np.ndarray:
    """The length of every row, (n,) float32, never 0."""
    lengths = np.empty(len(matrix), np.float32)
    for start in range(0, len(matrix), _BLOCK):
        block = matrix[start : start + _BLOCK]
        lengths[start : start + _BLOCK] = np.sqrt(np.einsum("nd,nd->n", block, block))
    return np.maximum(lengths, _SHORTEST)


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Every row at length 1, float32; rows of length 0 stay as they are."""
    matrix = np.asarray(matrix, np.float32)
    with np.errstate(invalid="ignore"):  # a row with infinity becomes one with NaN
        return matrix / row_lengths(matrix)[:, None]


def _as_list(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)
