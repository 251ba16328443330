"""Bias: an association test, and words along a direction with and without it."""

from collections.abc import Iterator, Sequence

import numpy as np

from lmcore.analysis.bias import (
    Association,
    bias_direction,
    equalised,
    known_words,
    neutralised,
    weat,
    what_remains,
)
from lmcore.errors import TextError
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, vectors_at
from lmcore.vectors.queries import WordVectors

MOST_WORDS = 200  # of a set


def bias(
    home: Home,
    run: str,
    step: int,
    x: list[str],
    y: list[str],
    a: list[str],
    b: list[str],
    pairs: Sequence[Sequence[str]] = (),
) -> Iterator[Part]:
    """Whether x is nearer to a, and y to b, than a random division of them would be.

    With `pairs`, `after` is the same for x and y without their part along the direction of these.
    """
    vectors = vectors_at(home, run, step)
    found = [known_words(vectors, words[:MOST_WORDS]) for words in (x, y, a, b)]
    xs, ys, as_, bs = (known for known, _ in found)
    result = weat(vectors, xs, ys, as_, bs)
    missing = [word for _, missing in found for word in missing]
    answer = _association(result) | {"used": {"x": xs, "y": ys, "a": as_, "b": bs}, "missing": missing}
    if pairs:
        direction = bias_direction(vectors, _spanning(vectors, pairs))
        answer["after"] = _association(weat(vectors, xs, ys, as_, bs, without=direction))
    yield answer


def _association(result: Association) -> Part:
    return {
        "effect_size": result.effect_size,
        "p_value": result.p_value,
        "n_permutations": result.n_permutations,
        "exact": result.exact,
        "each": [{"word": word, "set": side, "association": value} for word, side, value in result.each],
    }


def _spanning(vectors: WordVectors, pairs: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The pairs of known words; raises `TextError` if there are none."""
    known = [(a, b) for a, b in pairs[:MOST_WORDS] if a in vectors and b in vectors]
    if not known:
        unknown = ", ".join(word for pair in pairs for word in pair if word not in vectors)
        raise TextError("bias_pair_unknown", given=unknown[:60])
    return known


def debias(home: Home, run: str, step: int, neutral: list[str], pairs: list[list[str]]) -> Iterator[Part]:
    """Words along the direction of the pairs, before and after it is taken out, and what that leaves.

    The pairs themselves are equalised: afterwards they differ along the direction only, by the same on
    either side.
    """
    vectors = vectors_at(home, run, step)
    spanning = _spanning(vectors, pairs)
    missing = [word for pair in pairs for word in pair if word not in vectors]
    direction = bias_direction(vectors, spanning)
    known, unknown = known_words(vectors, neutral[:MOST_WORDS])
    if not known:
        raise TextError("bias_words_unknown", n=len(neutral))
    unit = np.nan_to_num(vectors.unit([vectors.place(word) for word in known])).astype(np.float64)
    before, after = unit @ direction, neutralised(unit, direction) @ direction
    remains = what_remains(vectors, direction)
    yield {
        "words": [
            {"word": word, "before": float(was), "after": float(is_)}
            for word, was, is_ in zip(known, before, after, strict=True)
        ],
        "pairs": [_pair(vectors, pair, direction) for pair in spanning],
        "clusters": {"before": remains.before, "after": remains.after, "n": remains.n},
        "neighbours": {
            "before": remains.neighbours_before,
            "after": remains.neighbours_after,
            "k": remains.k,
        },
        "missing": list(dict.fromkeys([*missing, *unknown])),
    }


def _pair(vectors: WordVectors, pair: tuple[str, str], direction: np.ndarray) -> Part:
    """Two words along the direction before and after they are equalised."""
    first, second = np.nan_to_num(vectors.unit([vectors.place(word) for word in pair])).astype(np.float64)
    even = equalised(first, second, direction)
    return {
        "words": list(pair),
        "before": [float(first @ direction), float(second @ direction)],
        "after": [float(word @ direction) for word in even],
    }
