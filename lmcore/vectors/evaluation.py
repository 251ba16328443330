"""How good word vectors are: similarity as people judge it (Spearman's ρ), and analogies (3CosAdd).

Mikolov, Yih & Zweig (2013) for the analogies; the answer is the word nearest to b - a + c, other than these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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
QUICK_QUESTIONS = 400  # while training
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
    """How many questions are answered rightly, by section; a question with an unknown word is not asked."""
    n = min(len(vectors), RESTRICTED)
    unit = vectors.unit(np.arange(n))
    place = {word: i for i, word in enumerate(vectors.words[:n])}
    return [_section_score(section, unit, place) for section in sections]


def _section_score(section: Section, unit: np.ndarray, place: dict[str, int]) -> SectionScore:
    asked = [[place[word] for word in question] for question in section.questions if _known(question, place)]
    rows = np.array(asked, np.int64).reshape(-1, 4)
    n_correct = sum(int(_right(unit, rows[i : i + _BLOCK]).sum()) for i in range(0, len(rows), _BLOCK))
    return SectionScore(section.name, n_correct, len(rows), len(section.questions))


def _known(question: tuple[str, ...], place: dict[str, int]) -> bool:
    return all(word in place for word in question)


def _right(unit: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which questions (n, 4) have their fourth word as the answer, (n,) bool."""
    a, b, c, d = rows.T
    scores = (unit[b] - unit[a] + unit[c]) @ unit.T
    for given in (a, b, c):
        scores[np.arange(len(rows)), given] = -np.inf
    return np.nan_to_num(scores, nan=-np.inf).argmax(axis=1) == d


def thinned(sections: Iterable[Section], n: int) -> list[Section]:
    """At most about `n` questions, evenly from all sections."""
    sections = list(sections)
    every = max(1, sum(len(section.questions) for section in sections) // n)
    return [Section(section.name, section.questions[::every]) for section in sections]


def known_only(sections: Iterable[Section], vectors: WordVectors) -> list[Section]:
    """The questions whose words are all among the frequent ones."""
    place = {word: i for i, word in enumerate(vectors.words[:RESTRICTED])}
    return [
        Section(section.name, tuple(q for q in section.questions if _known(q, place))) for section in sections
    ]


def scores_while_training(vectors: WordVectors, language: str, constructed: bool) -> list[Score]:
    """What is measured at every snapshot, in a few hundredths of a second.

    Names: `world_held_out`, `world` and `world.RELATION` (held out) of the constructed world; `wordsim353`,
    `simlex999` and `google` (some of the questions) of English. A test that cannot be asked is left out.
    """
    scores: list[Score] = []
    if constructed:
        held_out = analogy_scores(vectors, held_out_sections(language))
        scores += [Score("world_held_out", *_share(held_out))]
        scores += [Score(f"world.{s.name}", *_share([s])) for s in held_out]
        scores += [Score("world", *_share(analogy_scores(vectors, thinned(world_sections(language), 2_000))))]
    if language == "en":
        judged = [similarity_score(vectors, judged_pairs(name)) for name in ("wordsim353", "simlex999")]
        scores += [Score(s.name, s.spearman, s.n_pairs) for s in judged if s.spearman is not None]
        known = thinned(known_only(google_sections(), vectors), QUICK_QUESTIONS)
        scores += [Score("google", *_share(analogy_scores(vectors, known)))]
    return [score for score in scores if score.n]


def _share(sections: list[SectionScore]) -> tuple[float, int]:
    n = sum(section.n for section in sections)
    return sum(section.n_correct for section in sections) / max(1, n), n


def scores_in_full(vectors: WordVectors, language: str, constructed: bool) -> dict[str, Any]:
    """Every pair and every question: {similarity: […], analogies: […], world: [(all, held out), …]}."""
    english = language == "en"
    similarity = [similarity_score(vectors, judged_pairs(name)) for name in ("wordsim353", "simlex999")]
    world = []
    if constructed:
        both = world_sections(language), held_out_sections(language)
        world = list(zip(*(analogy_scores(vectors, sections) for sections in both), strict=True))
    return {
        "similarity": similarity if english else [],
        "analogies": analogy_scores(vectors, google_sections()) if english else [],
        "world": world,
    }
