"""Measure: every pair and every question of the tests, at one step."""

from collections.abc import Iterator
from typing import Any

from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, spec_of, vectors_at
from lmcore.text.corpora import CorpusLibrary
from lmcore.vectors.evaluation import (
    SectionScore,
    SimilarityScore,
    analogy_scores,
    scores_in_full,
    similarity_score,
)
from lmcore.vectors.word_sets import Pairs, parsed_set


def scores_now(home: Home, run: str, step: int, own: str = "") -> Iterator[Part]:
    """All tests that the language of the text allows, and the visitor's own set, if there is one."""
    own_set = parsed_set(own) if own.strip() else None
    vectors = vectors_at(home, run, step)
    yield {"progress": 0.2}
    language, constructed = _text_of(home, run)
    found = scores_in_full(vectors, language, constructed)
    answer: dict[str, list[Any]] = {
        "similarity": [_similarity(score) for score in found["similarity"]],
        "analogies": [_section(score) for score in found["analogies"]],
        "world": [_relation(all_, held_out) for all_, held_out in found["world"]],
    }
    if isinstance(own_set, Pairs):
        answer["similarity"].append(_similarity(similarity_score(vectors, own_set)))
    elif own_set is not None:
        answer["own"] = [_section(score) for score in analogy_scores(vectors, own_set)]
    yield answer


def _text_of(home: Home, run: str) -> tuple[str, bool]:
    """Language of a run's text, and whether it is of the constructed world."""
    spec = spec_of(home, run)
    if spec.vectors.method == "imported":
        return "en", False
    info = CorpusLibrary(home.corpora).info(spec.corpus)
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
