"""Look up: neighbours, sums of words, analogies, who does not belong, and the vectors themselves."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lmcore.analysis.projection import pca
from lmcore.checks import check_range
from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, vectors_at
from lmcore.vectors.arithmetic import Term, direction, parsed
from lmcore.vectors.queries import WordVectors, unit_rows

MOST_ROWS = 50
MOST_IN_MATRIX = 24
MOST_STRIPS = 8
_SHORTEST = 1e-6  # a shorter sum of vectors of length 1 is what rounding has left of zero


def neighbours(
    home: Home, run: str, step: int, word: str, n: int = 5, measure: str = "cosine"
) -> Iterator[Part]:
    """The nearest words, with their cosines and distances."""
    vectors = vectors_at(home, run, step)
    check_range("n", n, 0, MOST_ROWS)
    if measure == "cosine":
        _check_direction(vectors[word], word)
    near = [other for other, _ in vectors.most_similar(word, topn=n, measure=measure)]
    yield {"word": word, "measure": measure, "rows": [_row(vectors, word, other) for other in near]}


def _row(vectors: WordVectors, word: str, other: str) -> dict[str, Any]:
    return {
        "word": other,
        "cosine": vectors.similarity(word, other),
        "distance": vectors.distance(word, other),
    }


def _check_direction(vector: np.ndarray, given: str) -> None:
    if not _SHORTEST < np.linalg.norm(vector) < np.inf:
        raise TextError("sum_without_direction", given=given[:60])


def arithmetic(home: Home, run: str, step: int, expression: str, n: int = 10) -> Iterator[Part]:
    """The words nearest to a sum of words, and where all of them lie in a plane."""
    vectors = vectors_at(home, run, step)
    check_range("n", n, 1, MOST_ROWS)
    terms = parsed(expression, vectors)
    target = direction(terms, vectors)
    _check_direction(target, expression)
    given = [vectors.place(term.word) for term in terms]
    found = vectors.nearest(vectors.cosines(target), n, given)
    yield {
        "terms": [{"word": term.word, "factor": term.factor} for term in terms],
        "rows": [{"word": word, "cosine": cosine} for word, cosine in found],
        "analogy": _as_analogy(terms),
        **_drawn(
            vectors,
            _as_analogy(terms) or [term.word for term in terms],
            target,
            found[0][0] if found else None,
        ),
    }


def _as_analogy(terms: tuple[Term, ...]) -> list[str] | None:
    """b - a + c as [a, b, c]: such sums are drawn as a parallelogram."""
    plus = [term.word for term in terms if term.factor == 1]
    minus = [term.word for term in terms if term.factor == -1]
    return [minus[0], plus[0], plus[1]] if len(plus) == 2 and len(minus) == 1 == len(terms) - 2 else None


def analogy(home: Home, run: str, step: int, a: str, b: str, c: str, n: int = 10) -> Iterator[Part]:
    """`a` is to `b` as `c` is to what? With how parallel the two ways are, as a cosine."""
    vectors = vectors_at(home, run, step)
    check_range("n", n, 1, MOST_ROWS)
    terms = (Term(b, 1), Term(a, -1), Term(c, 1))
    target = direction(terms, vectors)
    _check_direction(target, f"{b} - {a} + {c}")
    found = vectors.nearest(vectors.cosines(target), n, [vectors.place(word) for word in (a, b, c)])
    yield {
        "rows": [{"word": word, "cosine": cosine} for word, cosine in found],
        **_drawn(vectors, [a, b, c], target, found[0][0] if found else None),
    }


def _drawn(vectors: WordVectors, words: list[str], target: np.ndarray, answer: str | None) -> Part:
    """Places in the plane in which these words and the target differ most, and how parallel the ways are."""
    named = list(dict.fromkeys(words + ([answer] if answer else [])))
    unit = vectors.unit([vectors.place(word) for word in named])
    flat = pca(np.vstack([unit, target]), 2)
    flat = flat / max(float(np.abs(flat).max()), 1e-9)
    points = [{"word": word, "x": float(x), "y": float(y)} for word, (x, y) in zip(named, flat, strict=False)]
    for point in points:
        point["role"] = "result" if point["word"] == answer and answer not in words else "term"
    goal = {"x": float(flat[-1, 0]), "y": float(flat[-1, 1])}
    return {"points": points, "target": goal, "answer": answer, "parallel": _parallel(vectors, words, answer)}


def _parallel(vectors: WordVectors, words: list[str], answer: str | None) -> float | None:
    """The cosine of the two sides of the parallelogram of three words and their answer."""
    if len(words) != 3 or answer is None:
        return None
    a, b, c, d = vectors.unit([vectors.place(word) for word in (*words, answer)])
    first, second = unit_rows(np.stack([b - a, d - c]))
    return float(first @ second)


def matrix(home: Home, run: str, step: int, words: list[str]) -> Iterator[Part]:
    """The cosine of every pair; unknown words come with near spellings."""
    vectors = vectors_at(home, run, step)
    known, unknown = _known(vectors, words, MOST_IN_MATRIX)
    cosines = vectors.similarities(known) if known else np.zeros((0, 0))
    yield {"words": known, "cosine": np.round(cosines, 4).tolist(), "unknown": unknown}


def odd_one_out(home: Home, run: str, step: int, words: list[str]) -> Iterator[Part]:
    """Each word's cosine with the mean of all, and the one that is furthest."""
    vectors = vectors_at(home, run, step)
    known, unknown = _known(vectors, words, MOST_IN_MATRIX)
    cosines = vectors.cosines_to_mean(known)
    odd = known[int(cosines.argmin())]
    yield {"words": known, "cosines": np.round(cosines, 4).tolist(), "odd": odd, "unknown": unknown}


def strip(home: Home, run: str, step: int, words: list[str]) -> Iterator[Part]:
    """The numbers of some vectors, in an order of dimensions that puts alike ones beside each other."""
    vectors = vectors_at(home, run, step)
    known, unknown = _known(vectors, words, MOST_STRIPS)
    if not known:
        raise TextError("words_too_few", n_words=0, minimum=1)
    values = np.nan_to_num(vectors.unit([vectors.place(word) for word in known]))
    order = alike_order(values)
    largest = max(float(np.abs(values).max()), 1e-9)
    rows = [
        {"word": word, "values": np.round(row[order] / largest, 3).tolist()}
        for word, row in zip(known, values, strict=True)
    ]
    yield {"rows": rows, "order": order.tolist(), "largest": largest, "unknown": unknown}


def alike_order(values: np.ndarray) -> np.ndarray:
    """The dimensions of some vectors (n, D) by their angle in their own principal plane, (D,)."""
    if len(values) < 2:
        return np.argsort(-values[0], kind="stable")
    x, y = pca(values.T, 2).T
    return np.argsort(np.arctan2(y, x), kind="stable")


def _known(vectors: WordVectors, words: list[str], most: int) -> tuple[list[str], list[dict[str, Any]]]:
    unique = list(dict.fromkeys(word.strip()[:60] for word in words if word.strip()))[:most]
    unknown = [
        {"word": word, "closest": vectors.closest_spellings(word)} for word in unique if word not in vectors
    ]
    return [word for word in unique if word in vectors], unknown
