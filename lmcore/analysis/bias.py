"""What word vectors have taken over from their text about people, and what removing a direction mends.

Association test: Caliskan, Bryson & Narayanan (2017). Neutralise and equalise: Bolukbasi et al. (2016,
section 6). What remains: Gonen & Goldberg (2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from lmcore.analysis.neighbours import knn
from lmcore.errors import TextError
from lmcore.vectors.queries import WordVectors, unit_rows

LEAST_WORDS = 2  # of a set
MOST_EXACT = 100_000  # divisions that are all tried; of more, so many are drawn
DRAWN = 10_000
_ROUNDS = 50  # of k-means
N_NEIGHBOURS = 100  # of a word, whose sides are counted
_MOST_COUNTED = 5_000  # most frequent words that have and are neighbours


@dataclass(frozen=True)
class Association:
    """The result of an association test; `each` word of x and y with how much nearer it is to a than to b."""

    effect_size: float  # Cohen's d, -2 … 2
    p_value: float  # share of divisions of x and y at least as strong, one-sided
    n_permutations: int
    exact: bool
    each: tuple[tuple[str, str, float], ...]  # word, "x" or "y", association


def known_words(vectors: WordVectors, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Those that were learned, each once, and the others."""
    unique = list(dict.fromkeys(words))
    return [word for word in unique if word in vectors], [word for word in unique if word not in vectors]


def weat(
    vectors: WordVectors,
    x: Sequence[str],
    y: Sequence[str],
    a: Sequence[str],
    b: Sequence[str],
    *,
    without: np.ndarray | None = None,
    seed: int = 1,
) -> Association:
    """Are the words of `x` nearer to `a`, and those of `y` to `b`, than chance would have it?

    All words must be known. Those of x and y are asked without their part along the direction `without` (D,),
    if there is one. Raises `TextError` when a set has fewer than two words.
    """
    for name, words in zip("xyab", (x, y, a, b), strict=True):
        if len(words) < LEAST_WORDS:
            raise TextError("bias_set_small", set=name, n=len(words), minimum=LEAST_WORDS)
    targets = _unit(vectors, [*x, *y])
    if without is not None:
        targets = neutralised(targets, without)
    associations = _associations(targets, _unit(vectors, a), _unit(vectors, b))
    spread = associations.std(ddof=1)
    first, second = associations[: len(x)], associations[len(x) :]
    effect = (first.mean() - second.mean()) / spread if spread > 0 else 0.0
    p_value, n, exact = _permutation_p(associations, len(x), seed)
    sides = ["x"] * len(x) + ["y"] * len(y)
    each = tuple(zip([*x, *y], sides, associations.tolist(), strict=True))
    return Association(float(effect), p_value, n, exact, each)


def _unit(vectors: WordVectors, words: Sequence[str]) -> np.ndarray:
    return np.nan_to_num(vectors.unit([vectors.place(word) for word in words])).astype(np.float64)


def _associations(words: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean cosine with `a` less that with `b`, of every row of `words`, (n,)."""
    return (words @ a.T).mean(axis=1) - (words @ b.T).mean(axis=1)


def _permutation_p(associations: np.ndarray, n_x: int, seed: int) -> tuple[float, int, bool]:
    """Share of the divisions into two groups whose statistic is at least the observed one.

    The paper counts larger ones only; with equal ones the observed division counts, and p is never 0.
    """
    total, observed = associations.sum(), associations[:n_x].sum()
    exact = comb(len(associations), n_x) <= MOST_EXACT
    if exact:
        chosen = np.array(list(combinations(range(len(associations)), n_x)))
    else:
        random = np.random.default_rng(seed)
        chosen = random.random((DRAWN, len(associations))).argsort(axis=1)[:, :n_x]
    sums = associations[chosen].sum(axis=1)
    # the statistic is the sum over x less that over y, which grows with the sum over x
    slack = 1e-12 * max(1.0, abs(float(total)))
    return float((sums >= observed - slack).mean()), len(chosen), exact


def bias_direction(vectors: WordVectors, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """From the first words of the pairs to the second, (D,) at length 1; all words must be known.

    One pair: their difference. Several: the first principal component of what each word is off the middle of
    its pair.
    """
    first = _unit(vectors, [a for a, _ in pairs])
    second = _unit(vectors, [b for _, b in pairs])
    half = (second - first) / 2
    if len(pairs) == 1:
        axis = half[0]
    else:
        _, axes = np.linalg.eigh(half.T @ half)
        axis = axes[:, -1] * np.sign((half @ axes[:, -1]).sum() or 1.0)
    length = np.linalg.norm(axis)
    if length < 1e-9:
        raise TextError("bias_no_direction", given=", ".join(pairs[0])[:60])
    return axis / length


def neutralised(unit: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Rows (n, D) without their part along `direction`, at length 1 again."""
    return unit_rows(unit - np.outer(unit @ direction, direction))


def equalised(first: np.ndarray, second: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two words of a pair, (D,) at length 1, moved so that they differ along `direction` only."""
    middle = (first + second) / 2
    without = middle - (middle @ direction) * direction
    reach = np.sqrt(max(0.0, 1 - float(without @ without)))
    side = 1.0 if (first - second) @ direction >= 0 else -1.0
    return without + side * reach * direction, without - side * reach * direction


@dataclass(frozen=True)
class Remains:
    """What still tells formerly biased words apart, before and after.

    First how many of the `n` most biased words two-means puts with their side; 0.5 is chance. Then the
    correlation of every word's bias with the share of its `k` neighbours that lean to the same end.
    """

    before: float
    after: float
    n: int
    neighbours_before: float
    neighbours_after: float
    k: int


def what_remains(vectors: WordVectors, direction: np.ndarray, n_words: int = 200) -> Remains:
    """Cluster the most biased words of either side, and count neighbours, with and without the direction."""
    unit = np.nan_to_num(vectors.unit(np.arange(min(len(vectors), 20_000)))).astype(np.float64)
    along = unit @ direction
    n = min(n_words // 2, len(unit) // 4)
    order = np.argsort(along, kind="stable")
    rows = np.concatenate([order[:n], order[-n:]])
    sides = np.repeat([0, 1], n)
    left = neutralised(unit, direction)
    k = min(N_NEIGHBOURS, len(unit) // 5)
    before, after = (
        (_separable(some[rows], sides), _leaning(some[:_MOST_COUNTED], along[:_MOST_COUNTED], k))
        for some in (unit, left)
    )
    return Remains(before[0], after[0], len(rows), before[1], after[1], k)


def _leaning(unit: np.ndarray, along: np.ndarray, k: int) -> float:
    """The correlation of `along` (n,) with the share of each row's k neighbours above 0; 0 if none varies."""
    if k == 0:
        return 0.0
    places, _ = knn(unit, k)
    share = (along[places] > 0).mean(axis=1)
    return float(np.corrcoef(along, share)[0, 1]) if along.std() > 0 and share.std() > 0 else 0.0


def _separable(unit: np.ndarray, sides: np.ndarray) -> float:
    """Share of rows that two-means puts with their side, the better way round."""
    if not len(unit):
        return 0.5
    centred = unit - unit.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    labels = (centred @ axes[:, -1] > 0).astype(int)  # a start that needs no luck
    for _ in range(_ROUNDS):
        if labels.min() == labels.max():
            break
        means = np.stack([unit[labels == k].mean(axis=0) for k in (0, 1)])
        nearer = ((unit - means[1]) ** 2).sum(axis=1) < ((unit - means[0]) ** 2).sum(axis=1)
        if (nearer == labels).all():
            break
        labels = nearer.astype(int)
    share = float((labels == sides).mean())
    return max(share, 1 - share)
