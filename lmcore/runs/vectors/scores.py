"""Measure: every pair and every question of the tests, at one step."""

from collections.abc import Iterator
from typing import Any

from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, spec_of, vectors_at
from lmcore.text.corpora import CorpusLibrary
from lmcore.vectors.config import IMPORTED, imported_language
from lmcore.vectors.evaluation import (
    JUDGED,
    SectionScore,
    SimilarityScore,
    analogy_scores,
    similarity_score,
)
from lmcore.vectors.queries import WordVectors
from lmcore.vectors.word_sets import (
    Pairs,
    google_sections,
    held_out_sections,
    judged_pairs,
    parsed_set,
    world_sections,
)


def scores_now(home: Home, run: str, step: int, own: str = "") -> Iterator[Part]:
    """All tests that the language of the text allows, and the visitor's own set, if there is one."""
    own_set = parsed_set(own) if own.strip() else None
    vectors = vectors_at(home, run, step)
    yield {"progress": 0.1}
    language, constructed = _text_of(home, run)
    names = JUDGED if language == "en" else ()
    answer: dict[str, list[Any]] = {
        "similarity": [_similarity(similarity_score(vectors, judged_pairs(name))) for name in names],
        "analogies": [],
        "world": _world(vectors, language) if constructed else [],
    }
    sections = google_sections() if language == "en" else ()
    for done, section in enumerate(sections, 1):
        answer["analogies"] += [_section(score) for score in analogy_scores(vectors, [section])]
        yield {"progress": 0.1 + 0.8 * done / len(sections)}
    if isinstance(own_set, Pairs):
        answer["similarity"].append(_similarity(similarity_score(vectors, own_set)))
    elif own_set is not None:
        answer["own"] = [_section(score) for score in analogy_scores(vectors, own_set)]
    yield answer


def _world(vectors: WordVectors, language: str) -> list[dict[str, Any]]:
    both = (analogy_scores(vectors, find(language)) for find in (world_sections, held_out_sections))
    return [_relation(all_, held_out) for all_, held_out in zip(*both, strict=True)]


def _text_of(home: Home, run: str) -> tuple[str, bool]:
    """Language of a run's text, and whether it is of the constructed world."""
    spec = spec_of(home, run)
    if spec.vectors.method == IMPORTED:
        return imported_language(spec.corpus), False
    try:
        info = CorpusLibrary(home.corpora).info(spec.corpus)
    except TextError:  # removed since
        return "en", False
    return info.language, info.constructed


def _similarity(score: SimilarityScore) -> dict[str, Any]:
    return {
        "name": score.name,
        "spearman": score.spearman,
        "n_pairs": score.n_pairs,
        "n_total": score.n_total,
        "pairs": [{"a": a, "b": b, "human": told, "cosine": round(c, 4)} for a, b, told, c in score.pairs],
    }


def _section(score: SectionScore) -> dict[str, Any]:
    return {"section": score.name, "correct": score.n_correct, "n": score.n, "n_total": score.n_total}


def _relation(all_: SectionScore, held_out: SectionScore) -> dict[str, Any]:
    return {
        "relation": all_.name,
        "correct": all_.n_correct,
        "n": all_.n,
        "held_out_correct": held_out.n_correct,
        "held_out_n": held_out.n,
    }
