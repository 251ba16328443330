"""What one update of word vectors does, in numbers: scores, losses and counts of a single pair of words.

Skip-gram with negative sampling: Mikolov et al. (2013b, eq. 4). GloVe: Pennington et al. (2014, eq. 8).
What both have to do with counting: Levy & Goldberg (2014).
"""

import heapq
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True)
class Update:
    """Of 1 + K targets, the true one first: scores and losses in nats, before and after one update."""

    scores: np.ndarray  # (1 + K,)
    losses: np.ndarray
    scores_after: np.ndarray
    losses_after: np.ndarray

    @property
    def probabilities(self) -> np.ndarray:
        """σ(score), (1 + K,): how sure the model is that it met this word."""
        return sigmoid(self.scores)


def sigmoid(score: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-score)), without overflow."""
    return np.exp(-softplus(-np.asarray(score, np.float64)))


def softplus(score: np.ndarray) -> np.ndarray:
    """log(1 + exp(score)), without overflow: -log σ(-score)."""
    return np.logaddexp(0, np.asarray(score, np.float64))


def negative_sampling(x: np.ndarray, targets: np.ndarray, rate: float) -> Update:
    """One step of gradient descent on -log σ(x·u₀) - Σ log σ(-x·uₖ).

    `x` (D,) is the vector of a word, or the mean of several; `targets` (1 + K, D) are u₀ of the true word
    and then those of the negatives. A negative that is drawn twice is pushed twice.
    """
    x, targets = np.asarray(x, np.float64), np.asarray(targets, np.float64)
    wanted = np.zeros(len(targets))
    wanted[0] = 1
    scores = targets @ x
    pull = wanted - sigmoid(scores)  # minus the gradient of the loss by each score
    after = (targets + rate * pull[:, None] * x) @ (x + rate * pull @ targets)
    sign = 1 - 2 * wanted
    return Update(scores, softplus(sign * scores), after, softplus(sign * after))


def draw_negatives(counts: np.ndarray, without: list[int], n: int, seed: int) -> np.ndarray:
    """Places of `n` words drawn in proportion to count^¾ (Mikolov et al. 2013b, section 2.2)."""
    share = np.asarray(counts, np.float64) ** 0.75
    share[without] = 0
    return np.random.default_rng(seed).choice(len(share), n, p=share / share.sum())


class GloveParts(NamedTuple):
    """What GloVe adds up: `words` and `contexts` (n, D), and `biases` (n, 2) of the word and the context."""

    words: np.ndarray
    contexts: np.ndarray
    biases: np.ndarray


def glove_parts(vectors: np.ndarray, contexts: np.ndarray) -> GloveParts:
    """The parts out of what a snapshot keeps: the sums (n, D), and contexts with both biases (n, D + 2).

    Vectors of another back end have no biases; then they are 0.
    """
    d = vectors.shape[1]
    biases = contexts[:, d:] if contexts.shape[1] == d + 2 else np.zeros((len(contexts), 2), np.float32)
    return GloveParts(vectors - contexts[:, :d], contexts[:, :d], biases)


def glove_weight(count: float, x_max: float, alpha: float) -> float:
    """f(X) of Pennington et al. (2014, eq. 9).

    >>> glove_weight(5, 10, 1), glove_weight(30, 10, 0.75)
    (0.5, 1.0)
    """
    return float(min(1.0, (count / x_max) ** alpha))


def meetings_per_word(window: int, weighting: str) -> float:
    """Summed weight of the neighbours of one word in the middle of a text.

    `linear` is the chance that a random window reaches so far, as word2vec draws it; `harmonic` is GloVe's
    1 / distance.

    >>> meetings_per_word(2, "linear"), meetings_per_word(2, "harmonic")
    (3.0, 3.0)
    """
    distances = np.arange(1, window + 1)
    weights = 1 / distances if weighting == "harmonic" else (window - distances + 1) / window
    return float(2 * weights.sum())


def expected_counts(totals: np.ndarray, n_tokens: int, per_word: float) -> np.ndarray:
    """How often words with these `totals` (k,) would meet by chance, (k, k)."""
    totals = np.asarray(totals, np.float64)
    return np.outer(totals, totals) * per_word / n_tokens


def pointwise_information(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """log(count / expected) in nats, (k, k); -inf where two words never met."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(counts, np.float64) / expected)


def alike_together(rows: np.ndarray) -> np.ndarray:
    """An order of `rows` (k, n) in which like ones stand beside each other, (k,)."""
    from scipy.cluster.hierarchy import leaves_list, linkage

    if len(rows) < 3:
        return np.arange(len(rows))
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return leaves_list(linkage(unit, "average", optimal_ordering=True))


def likeness(counted: np.ndarray, learned: np.ndarray) -> float | None:
    """Pearson's correlation of two matrices (k, k) over pairs of different words; None if one is flat.

    Pairs without a finite value in `counted` are left out.
    """
    above = np.triu_indices(len(counted), 1)
    known = np.isfinite(counted[above])
    a, b = counted[above][known], ((learned + learned.T) / 2)[above][known]
    if len(a) < 3 or a.std() < 1e-9 or b.std() < 1e-9:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def huffman_path(counts: np.ndarray, row: int) -> list[tuple[int, float]]:
    """The way from the root of the Huffman tree of `counts` to word `row`: each turn and its share.

    A turn is 0 or 1; its share is how much of the text below this node lies that way.

    >>> huffman_path(np.array([5, 2, 1]), 1)
    [(0, 0.375), (1, 0.6666666666666666)]
    """
    heap = [(int(count), i) for i, count in enumerate(counts)]
    heapq.heapify(heap)
    parent: dict[int, tuple[int, int, float]] = {}
    following = len(heap)
    while len(heap) > 1:
        (rare, a), (frequent, b) = heapq.heappop(heap), heapq.heappop(heap)
        parent[a] = (following, 0, rare / (rare + frequent))
        parent[b] = (following, 1, frequent / (rare + frequent))
        heapq.heappush(heap, (rare + frequent, following))
        following += 1
    path = []
    while row in parent:
        row, turn, share = parent[row]
        path.append((turn, share))
    return path[::-1]
