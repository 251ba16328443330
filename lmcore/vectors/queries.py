"""Questions to trained word vectors, with gensim's verbs."""

import difflib
from collections.abc import Sequence

import numpy as np

from lmcore.errors import TextError


class WordVectors:
    """Words with their counts (V,) and vectors `matrix` (V, D)."""

    def __init__(self, words: Sequence[str], counts: np.ndarray, matrix: np.ndarray) -> None:
        self.words = tuple(words)
        self.counts = np.asarray(counts, np.int64)
        self.matrix = np.asarray(matrix, np.float32)
        self._place = {word: i for i, word in enumerate(self.words)}
        self._unit = unit_rows(self.matrix)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self._place

    def __getitem__(self, word: str) -> np.ndarray:
        return self.matrix[self.place(word)]

    def place(self, word: str) -> int:
        """The row of a word; raises `TextError` naming words of similar spelling if it was not learned."""
        if word in self._place:
            return self._place[word]
        closest = self.closest_spellings(word)
        key = "word_unknown" if closest else "word_unknown_alone"
        raise TextError(key, word=word[:40], n_words=len(self), closest=", ".join(closest))

    def most_similar(
        self, positive: str | Sequence[str], negative: str | Sequence[str] = (), topn: int = 10
    ) -> list[tuple[str, float]]:
        """Words nearest to the mean of `positive` and -`negative`, without those, and their cosines.

        `most_similar(["king", "woman"], ["man"])` asks for what is to king as woman is to man.
        """
        plus = [self.place(word) for word in _as_list(positive)]
        minus = [self.place(word) for word in _as_list(negative)]
        if not plus and not minus:
            raise TextError("words_too_few", n_words=0, minimum=1)
        mean = self._unit[plus].sum(axis=0) - self._unit[minus].sum(axis=0)
        cosines = self._unit @ unit_rows(mean[None])[0]
        cosines[plus + minus] = -np.inf
        n = max(0, min(topn, len(self) - len({*plus, *minus})))
        best = np.argsort(-cosines, kind="stable")[:n]
        return [(self.words[i], float(cosines[i])) for i in best]

    def similarity(self, a: str, b: str) -> float:
        """The cosine of the angle between two words' vectors."""
        return float(self._unit[self.place(a)] @ self._unit[self.place(b)])

    def doesnt_match(self, words: Sequence[str]) -> str:
        """The word furthest from the mean of all; needs at least three."""
        if len(words) < 3:
            raise TextError("words_too_few", n_words=len(words), minimum=3)
        unit = self._unit[[self.place(word) for word in words]]
        return words[int((unit @ unit.mean(axis=0)).argmin())]

    def closest_spellings(self, word: str, n: int = 3) -> list[str]:
        """Learned words that are spelled like `word`, the likest first."""
        folded = word[:40].casefold()
        if folded in self._place:
            return [folded]
        return difflib.get_close_matches(folded, self.words, n, cutoff=0.7)


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Every row at length 1, float32; rows of length 0 stay as they are."""
    matrix = np.asarray(matrix, np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.maximum(lengths, np.float32(1e-12))


def _as_list(words: str | Sequence[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)
