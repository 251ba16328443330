"""Bias: an association test, and words along a direction with and without it."""

from collections.abc import Iterator

import numpy as np

from lmcore.analysis.bias import (
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
    home: Home, run: str, step: int, x: list[str], y: list[str], a: list[str], b: list[str]
) -> Iterator[Part]:
    """Whether x is nearer to a, and y to b, than a random division of them would be."""
    vectors = vectors_at(home, run, step)
    found = [known_words(vectors, words[:MOST_WORDS]) for words in (x, y, a, b)]
    xs, ys, as_, bs = (known for known, _ in found)
    result = weat(vectors, xs, ys, as_, bs)
    yield {
        "effect_size": result.effect_size,
        "p_value": result.p_value,
        "n_permutations": result.n_permutations,
        "exact": result.exact,
        "each": [{"word": word, "set": side, "association": value} for word, side, value in result.each],
        "missing": [word for _, missing in found for word in missing],
    }


def debias(home: Home, run: str, step: int, neutral: list[str], pairs: list[list[str]]) -> Iterator[Part]:
    """Words along the direction of the pairs, before and after it is taken out, and what that leaves.

    The pairs themselves are equalised: afterwards they differ along the direction only, by the same on
    either side.
    """
    vectors = vectors_at(home, run, step)
    spanning = [(a, b) for a, b in pairs[:MOST_WORDS] if a in vectors and b in vectors]
    missing = [word for pair in pairs for word in pair if word not in vectors]
    if not spanning:
        raise TextError("bias_pair_unknown", given=", ".join(missing[:4])[:60])
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
