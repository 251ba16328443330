"""How good word vectors are: similarity as people judge it (Spearman's ρ), and analogies (3CosAdd).

Mikolov, Yih & Zweig (2013) for the analogies; the answer is the word nearest to b - a + c, other than these.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmcore.vectors.queries import WordVectors
from lmcore.vectors.word_sets import (
    Pairs,
    Section,
    google_sections,
    held_out_sections,
    judged_pairs,
    world_sections,
)

LEAST_PAIRS = 10  # fewer say nothing about a ranking
RESTRICTED = 30_000  # most frequent words among which an answer is looked for, as usual
QUICK_QUESTIONS = 800  # of a test while training
JUDGED = ("wordsim353", "simlex999")
_BLOCK = 512


@dataclass(frozen=True)
class Score:
    """A test's result: a correlation, or the share of questions answered rightly; `n` could be asked."""

    name: str
    value: float
    n: int


@dataclass(frozen=True)
class SimilarityScore:
    """Spearman's ρ between cosines and people's judgements; None for too few pairs of known words."""

    name: str
    spearman: float | None
    n_pairs: int
    n_total: int
    pairs: tuple[tuple[str, str, float, float], ...]  # words, judgement, cosine


@dataclass(frozen=True)
class SectionScore:
    """Questions of a section: rightly answered, asked (all words known), and all."""

    name: str
    n_correct: int
    n: int
    n_total: int


def similarity_score(vectors: WordVectors, judged: Pairs) -> SimilarityScore:
    """Compare cosines with people's judgements."""
    known = [row for row in judged.pairs if row[0] in vectors and row[1] in vectors]
    first = vectors.unit([vectors.place(a) for a, _, _ in known])
    second = vectors.unit([vectors.place(b) for _, b, _ in known])
    cosines = np.nan_to_num(np.einsum("nd,nd->n", first, second))
    told = np.array([score for _, _, score in known])
    rho = spearman(told, cosines) if len(known) >= LEAST_PAIRS else None
    pairs = tuple((a, b, score, float(c)) for (a, b, score), c in zip(known, cosines, strict=True))
    return SimilarityScore(judged.name, rho, len(known), len(judged.pairs), pairs)


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """The correlation of two rankings, equal values sharing their rank; 0 where one does not vary."""
    first, second = _ranks(a), _ranks(b)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[places]


def analogy_scores(vectors: WordVectors, sections: Iterable[Section]) -> list[SectionScore]:
    """How many questions are answered rightly, by section; a question with an unknown word is not asked.

    Words count as equal whatever their letters' case, the most frequent spelling standing for all.
    """
    sections = list(sections)
    unit, place = _candidates(vectors)
    asked = [_rows(section, place) for section in sections]
    right = _right(unit, np.concatenate([np.zeros((0, 4), np.int64), *asked]))
    ends = np.cumsum([len(rows) for rows in asked])
    return [
        SectionScore(section.name, int(right[end - len(rows) : end].sum()), len(rows), len(section.questions))
        for section, rows, end in zip(sections, asked, ends, strict=True)
    ]


def _candidates(vectors: WordVectors) -> tuple[np.ndarray, dict[str, int]]:
    """Vectors (n, D) at length 1 among which answers are looked for, and the row of each lower-cased word."""
    first: dict[str, int] = {}
    for row in np.flatnonzero(vectors.has_direction[:RESTRICTED]).tolist():
        first.setdefault(vectors.words[row].lower(), row)
    return vectors.unit(list(first.values())), {word: i for i, word in enumerate(first)}


def _rows(section: Section, place: dict[str, int]) -> np.ndarray:
    """The questions whose words are all known, as rows, (n, 4)."""
    known = [[place[word] for word in question] for question in section.questions if _known(question, place)]
    return np.array(known, np.int64).reshape(-1, 4)


def _known(question: tuple[str, ...], place: Container[str]) -> bool:
    return all(word in place for word in question)


def _right(unit: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which questions (n, 4) have their fourth word as the answer, (n,) bool.

    Many at a time: a product with few rows takes twice as long for each.
    """
    right = np.zeros(len(rows), bool)
    for start in range(0, len(rows), _BLOCK):
        a, b, c, d = rows[start : start + _BLOCK].T
        scores = (unit[b] - unit[a] + unit[c]) @ unit.T
        for given in (a, b, c):
            scores[np.arange(len(a)), given] = -np.inf
        right[start : start + _BLOCK] = scores.argmax(axis=1) == d
    return right


def thinned(sections: Iterable[Section], n: int) -> list[Section]:
    """About `n` questions, from all sections in proportion, the same ones each time."""
    sections = list(sections)
    every = max(1, round(sum(len(section.questions) for section in sections) / n))
    return [Section(section.name, section.questions[::every]) for section in sections]


@lru_cache(4)
def live_questions(words: tuple[str, ...]) -> tuple[Section, ...]:
    """The questions of the Google analogies that are asked while training of a run with these words."""
    known = {word.lower() for word in words[:RESTRICTED]}
    sections = [
        Section(section.name, tuple(q for q in section.questions if _known(q, known)))
        for section in google_sections()
    ]
    return tuple(thinned(sections, QUICK_QUESTIONS))


def scores_while_training(vectors: WordVectors, language: str, constructed: bool) -> list[Score]:
    """What is measured at every snapshot, in a few hundredths of a second.

    Names: `world_held_out`, `world` and `world.RELATION` (held out) of the constructed world; `wordsim353`,
    `simlex999` and `google` (some of the questions) of English. A test that cannot be asked is left out.
    """
    held_out = held_out_sections(language) if constructed else ()
    world = thinned(world_sections(language), QUICK_QUESTIONS) if constructed else []
    google = live_questions(vectors.words) if language == "en" else ()
    answered = analogy_scores(vectors, [*held_out, *world, *google])
    of_held_out, rest = answered[: len(held_out)], answered[len(held_out) :]
    scores = [Score("world_held_out", *_share(of_held_out))]
    scores += [Score(f"world.{section.name}", *_share([section])) for section in of_held_out]
    scores += [Score("world", *_share(rest[: len(world)]))]
    if language == "en":
        judged = [similarity_score(vectors, judged_pairs(name)) for name in JUDGED]
        scores += [Score(s.name, s.spearman, s.n_pairs) for s in judged if s.spearman is not None]
        scores += [Score("google", *_share(rest[len(world) :]))]
    return [score for score in scores if score.n]


def _share(sections: list[SectionScore]) -> tuple[float, int]:
    n = sum(section.n for section in sections)
    return sum(section.n_correct for section in sections) / max(1, n), n
