"""A language model that only counts: interpolated modified Kneser–Ney (Chen & Goodman 1999, eq. 26).

What a trained model must beat. It predicts from the last few tokens and from nothing else, and blends every
order with the shorter ones below it, down to a uniform guess.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmcore.checks import check_range
from lmcore.text.ngram_counts import NgramCounts, ngram_counts

MAX_COUNTED = 10_000_000  # tokens, the last of the training text: a second of characters, 0.4 GB meanwhile
_AT_ONCE = 100_000  # tokens that are scored together: longer arrays fall out of the processor's cache
_LEAST_DISCOUNT = 0.1  # so that something is always left for what was not seen
_GREEDY_BELOW = 1e-4  # as in sampling from a trained model: a colder temperature makes numbers overflow


@dataclass(frozen=True)
class _Discounted:
    """One way to count one order, with D1, D2 or D3 taken from every count and given to the shorter order."""

    counts: np.ndarray  # by n-gram
    discounts: np.ndarray  # (4,) by count: 0, 1, 2, 3 and more
    totals: np.ndarray  # by context
    left: np.ndarray  # by context, the share that the shorter order gets

    def knows(self, contexts: np.ndarray) -> np.ndarray:
        """Which of `contexts` were seen with a token after them."""
        if not len(self.totals):
            return np.zeros(len(contexts), bool)
        return (contexts >= 0) & (self.totals[contexts] > 0)

    def spread(self, grams: slice, tokens: np.ndarray, context: int, lower: np.ndarray) -> np.ndarray:
        """The same for all tokens after one context, whose `grams` end in `tokens`; `lower` is (V,)."""
        counts = self.counts[grams]
        spread = self.left[context] * lower
        spread[tokens] += (counts - self.discounts[np.minimum(counts, 3)]) / max(1, self.totals[context])
        return spread

    def interpolated(self, contexts: np.ndarray, places: np.ndarray, lower: np.ndarray) -> np.ndarray:
        """p(w | h) = seen(h w) + left(h) · p(w | shorter h); the lower order's where h was never seen."""
        if not len(self.counts):
            return lower
        counts = np.where(places >= 0, self.counts[places], 0)
        totals = np.where(contexts >= 0, self.totals[contexts], 0)
        left = np.where(contexts >= 0, self.left[contexts], 1.0)
        return (counts - self.discounts[np.minimum(counts, 3)]) / np.maximum(totals, 1) + left * lower


@dataclass(frozen=True)
class _Order:
    """The n-grams of one order, and both ways to count them."""

    grams: NgramCounts
    raw: _Discounted  # how often an n-gram occurs: for the highest order
    continuation: _Discounted | None  # how many different tokens stand before it: for the lower ones


@dataclass(frozen=True)
class Scores:
    """What the counting says of each token of a text, by order: row n - 1 belongs to order n."""

    probabilities: np.ndarray  # (orders, T)
    used_order: np.ndarray  # (orders, T): the longest context that was seen is used_order - 1 tokens long


@dataclass(frozen=True)
class Written:
    """A token that the counting wrote, its probability at temperature 1, and the order that was used."""

    id: int
    probability: float
    used_order: int


class CountingModel:
    """n-gram probabilities from `ids` for every order up to `order` (1 = no context).

    Counts the last `MAX_COUNTED` ids at most. Raises `ValueError` for an id outside the vocabulary.
    """

    def __init__(self, ids: np.ndarray, vocab_size: int, order: int) -> None:
        ids = np.asarray(ids, np.int64)[-MAX_COUNTED:]
        self.vocab_size = vocab_size
        *lower, highest = ngram_counts(ids, vocab_size, order)
        self.orders = [
            *(_Order(n, _discounted(n, n.counts), _discounted(n, n.before)) for n in lower),
            _Order(highest, _discounted(highest, highest.counts), None),
        ]

    def token_probabilities(self, ids: np.ndarray) -> np.ndarray:
        """The probability (orders, T) of each token after those before it in `ids`."""
        return self.scores(ids).probabilities

    def scores(self, ids: np.ndarray) -> Scores:
        """Probability and used order of each token of `ids` (T,), for every order.

        The used order is n where the n - 1 tokens before were seen in the training text, else the longest
        for which they were: 1 says that nothing but the frequency of the token itself was known.
        """
        pieces = list(self._pieces(np.asarray(ids, np.int64)))
        return Scores(
            np.hstack([piece.probabilities for piece in pieces]),
            np.hstack([piece.used_order for piece in pieces]),
        )

    def losses(self, ids: np.ndarray) -> np.ndarray:
        """Mean loss (orders,) in nats per token of `ids`, which has at least one."""
        losses = np.zeros(len(self.orders))
        for piece in self._pieces(np.asarray(ids, np.int64)):
            losses -= np.log(piece.probabilities).sum(axis=1)
        return losses / len(ids)

    def probabilities(self, context: Sequence[int] | np.ndarray, order: int | None = None) -> np.ndarray:
        """The distribution (V,) over the token after `context`, at `order` or else the highest."""
        return self._next(context, order or len(self.orders))[0]

    def write(
        self,
        context: Sequence[int] | np.ndarray,
        n_tokens: int,
        *,
        order: int | None = None,
        temperature: float = 1.0,
        seed: int = 1,
    ) -> Iterator[Written]:
        """Continue `context`, which may be empty. The same seed writes the same text.

        The temperature divides the logarithms of the probabilities; 0 always takes the likeliest token.
        """
        check_range("temperature", temperature, 0, 100)
        ids, darts = [int(i) for i in context], random.Random(seed)
        for _ in range(n_tokens):
            probabilities, used = self._next(ids, order or len(self.orders))
            ids.append(_drawn(probabilities, temperature, darts.random()))
            yield Written(ids[-1], float(probabilities[ids[-1]]), used)

    def n_contexts(self, order: int) -> int:
        """How many different contexts of `order` - 1 tokens the training text has."""
        return int(np.count_nonzero(self.orders[order - 1].raw.totals))

    def _pieces(self, ids: np.ndarray) -> Iterator[Scores]:
        """The scores of `ids`, in pieces; at least one."""
        n_before = len(self.orders) - 1
        for start in range(0, max(1, len(ids)), _AT_ONCE):
            known = min(start, n_before)  # tokens before the piece that are the context of its first ones
            scores = self._scores(ids[start - known : start + _AT_ONCE])
            yield Scores(scores.probabilities[:, known:], scores.used_order[:, known:])

    def _scores(self, ids: np.ndarray) -> Scores:
        lower = np.full(len(ids), 1 / self.vocab_size)
        found = np.empty((len(self.orders), len(ids)))
        used = np.ones((len(self.orders), len(ids)), np.int8)
        for n, (order, contexts, places) in enumerate(self._walk(ids), start=1):
            found[n - 1] = np.minimum(order.raw.interpolated(contexts, places, lower), 1)  # 1 + 1e-16
            used[n - 1 :, order.raw.knows(contexts)] = n
            if order.continuation:
                lower = order.continuation.interpolated(contexts, places, lower)
        return Scores(found, used)

    def _walk(self, ids: np.ndarray) -> Iterator[tuple[_Order, np.ndarray, np.ndarray]]:
        """Every order, with the places (T,) of each token's context and of the n-gram it ends; -1 unseen."""
        contexts = np.zeros(len(ids), np.int64)
        for n, order in enumerate(self.orders, start=1):
            places = order.grams.places(contexts, ids)
            yield order, contexts, places
            contexts = np.concatenate([[-1], places])[:-1]
            contexts[: min(n, len(contexts))] = -1

    def _next(self, context: Sequence[int] | np.ndarray, top: int) -> tuple[np.ndarray, int]:
        """The distribution (V,) after `context` at order `top`, and the order that was used."""
        before = np.asarray(context[max(0, len(context) - top + 1) :], np.int64)
        places = [0, *(int(places[-1]) for _, _, places in self._walk(before) if len(before))][:top]
        lower, used = np.full(self.vocab_size, 1 / self.vocab_size), 1
        for n, place in enumerate(places, start=1):
            order = self.orders[n - 1]
            following = order.grams.after(place) if place >= 0 else slice(0, 0)
            if following.start == following.stop:
                break  # nor was any longer context seen
            way = order.raw if n == top or not order.continuation else order.continuation
            lower, used = way.spread(following, order.grams.tokens(following), place, lower), n
        return lower, used


def counting_loss(
    train_ids: np.ndarray, validation_ids: np.ndarray, vocab_size: int, orders: Sequence[int] = range(1, 7)
) -> tuple[float, int]:
    """Mean loss in nats per token on `validation_ids` of the best of `orders`, and that order.

    The order is chosen on the validation text itself, which flatters the counting. Counts the last
    `MAX_COUNTED` training tokens at most.
    """
    model = CountingModel(train_ids, vocab_size, max(orders))
    losses = model.losses(validation_ids)
    best = min(orders, key=lambda order: losses[order - 1])
    return float(losses[best - 1]), best


def _discounted(grams: NgramCounts, counts: np.ndarray) -> _Discounted:
    """What is left of every count, and what each context hands to the next lower order."""
    contexts, discounts = grams.contexts, _discounts(counts)
    totals = np.bincount(contexts, counts, grams.n_contexts)
    taken = np.bincount(contexts, discounts[np.minimum(counts, 3)], grams.n_contexts)
    left = np.divide(taken, totals, out=np.ones(len(totals)), where=totals > 0)
    return _Discounted(counts, discounts, totals.astype(np.int32), left)


def _discounts(counts: np.ndarray) -> np.ndarray:
    """0, D1, D2, D3+ from how many n-grams occur once to four times."""
    n1, n2, n3, n4 = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].tolist()
    share = n1 / (n1 + 2 * n2) if n1 else 0.5
    asked = [
        k - (k + 1) * share * more / this if this else k * share
        for k, this, more in ((1, n1, n2), (2, n2, n3), (3, n3, n4))
    ]
    return np.array([0.0, *np.clip(asked, _LEAST_DISCOUNT, (1, 2, 3))])


def _drawn(probabilities: np.ndarray, temperature: float, dart: float) -> int:
    """The token on which `dart`, in [0, 1), lands when each takes up its share of a line."""
    if temperature < _GREEDY_BELOW:
        return int(probabilities.argmax())
    logits = np.log(probabilities) / temperature
    weights = np.exp(logits - logits.max())
    possible = np.flatnonzero(weights)
    ends = weights[possible].cumsum()
    landed = int(np.searchsorted(ends, dart * ends[-1], side="right"))
    return int(possible[min(landed, len(possible) - 1)])
