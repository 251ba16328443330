"""A language model that only counts: interpolated modified Kneser–Ney (Chen & Goodman 1999, eq. 26).

What a trained model must beat. Counts of all orders are sorted arrays; an n-gram's key is the place of its
first n-1 tokens among the (n-1)-grams, times V, plus its last token, so keys stay exact integers whatever
the order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAX_COUNTED = 2_000_000  # tokens, the last of the training text: counting more would hold up a live run
_LEAST_DISCOUNT = 0.1  # so that something is always left for what was not seen


@dataclass(frozen=True)
class _Discounted:
    """One order with its counts discounted: p(w | h) = seen[h w] + left[h] · p(w | shorter h)."""

    seen: np.ndarray  # by n-gram
    left: np.ndarray  # by context, the share given to the next lower order


@dataclass(frozen=True)
class _Order:
    """The n-grams of one order: sorted keys, and both ways to count them."""

    keys: np.ndarray  # int64
    raw: _Discounted  # how often an n-gram occurs: for the highest order
    continuation: _Discounted  # how many different tokens stand before it: for the lower ones


class CountingModel:
    """n-gram probabilities from `ids` for every order up to `order` (1 = no context)."""

    def __init__(self, ids: np.ndarray, vocab_size: int, order: int) -> None:
        ids = np.asarray(ids, np.int64)[-MAX_COUNTED:]
        self.vocab_size = vocab_size
        self.orders: list[_Order] = []
        keys, counts, places = _count(ids)
        n_contexts = 1
        for _ in range(order):
            next_keys, next_counts, next_places, suffixes = _longer(
                places, ids, len(self.orders) + 1, vocab_size
            )
            contexts = keys // vocab_size if self.orders else np.zeros_like(keys)
            before = np.bincount(suffixes, minlength=len(keys))
            raw = _discounted(counts, contexts, n_contexts)
            self.orders.append(_Order(keys, raw, _discounted(before, contexts, n_contexts)))
            n_contexts = len(keys)
            keys, counts, places = next_keys, next_counts, next_places

    def token_probabilities(self, ids: np.ndarray) -> list[np.ndarray]:
        """For every order, the probability (T,) of each token after those before it in `ids`."""
        ids = np.asarray(ids, np.int64)
        lower = np.full(len(ids), 1 / self.vocab_size)
        contexts = np.zeros(
            len(ids), np.int64
        )  # place of the context in its order, -1 where it was never seen
        found = []
        for n, order in enumerate(self.orders, start=1):
            places = _places(order.keys, contexts, ids, self.vocab_size)
            found.append(_interpolated(order.raw, contexts, places, lower))
            lower = _interpolated(order.continuation, contexts, places, lower)
            contexts = np.concatenate([[-1], places[:-1]]) if len(places) else places
            contexts[: min(n, len(contexts))] = -1
        return found

    def probabilities(self, context: Sequence[int] | np.ndarray) -> np.ndarray:
        """The distribution (V,) over the token after `context`, at the highest order."""
        context = np.asarray(context, np.int64)[max(0, len(context) - len(self.orders) + 1) :]
        rows = [np.append(context, token) for token in range(self.vocab_size)]
        return np.array([self.token_probabilities(row)[-1][-1] for row in rows])


def counting_loss(
    train_ids: np.ndarray, validation_ids: np.ndarray, vocab_size: int, orders: Sequence[int] = range(1, 7)
) -> tuple[float, int]:
    """Mean loss in nats per token on `validation_ids` of the best of `orders`, and that order.

    The order is chosen on the validation text itself, which flatters the counting. Counts the last two
    million training tokens at most.
    """
    model = CountingModel(train_ids, vocab_size, max(orders))
    probabilities = model.token_probabilities(validation_ids)
    losses = {order: float(-np.log(probabilities[order - 1]).mean()) for order in orders}
    best = min(losses, key=losses.__getitem__)
    return losses[best], best


def _count(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct keys in order, how often each occurs, and for every position the place of its key."""
    order = np.argsort(keys)
    ordered = keys[order]
    first = np.ones(len(keys), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    places = np.empty(len(keys), np.int64)
    places[order] = np.cumsum(first) - 1
    starts = np.flatnonzero(first)
    return ordered[starts], np.diff(np.append(starts, len(keys))), places


def _longer(
    places: np.ndarray, ids: np.ndarray, order: int, vocab_size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Keys, counts and places of the n-grams one token longer, and each one's place without its first token.

    `places` holds the n-gram that starts at each position, `order` its length.
    """
    keys, counts, longer_places = _count(places[:-1] * vocab_size + ids[order:])
    suffixes = np.empty(len(keys), np.int64)
    suffixes[longer_places] = places[1:]  # all positions of one longer n-gram share it
    return keys, counts, longer_places, suffixes


def _discounted(counts: np.ndarray, contexts: np.ndarray, n_contexts: int) -> _Discounted:
    """Take D1, D2 or D3 from counts of 1, 2, 3 and more, and hand it to the next lower order."""
    classes = np.minimum(counts, 3)
    discount = _discounts(counts)[classes]
    total = np.bincount(contexts, counts, n_contexts)
    taken = np.bincount(contexts, discount, n_contexts)
    known = total > 0
    left = np.divide(taken, total, out=np.ones(len(total)), where=known)
    seen = np.divide(counts - discount, total[contexts], out=np.zeros(len(counts)), where=known[contexts])
    return _Discounted(seen, left)


def _discounts(counts: np.ndarray) -> np.ndarray:
    """0, D1, D2, D3+ from how many n-grams occur once to four times."""
    n1, n2, n3, n4 = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].tolist()
    share = n1 / (n1 + 2 * n2) if n1 else 0.5
    asked = [
        k - (k + 1) * share * more / this if this else k * share
        for k, this, more in ((1, n1, n2), (2, n2, n3), (3, n3, n4))
    ]
    return np.array([0.0, *np.clip(asked, _LEAST_DISCOUNT, (1, 2, 3))])


def _places(keys: np.ndarray, contexts: np.ndarray, ids: np.ndarray, vocab_size: int) -> np.ndarray:
    """Where each context with its next token stands among `keys`; -1 where it was never seen."""
    if not len(keys):  # the training text is shorter than the order
        return np.full(len(ids), -1)
    wanted = contexts * vocab_size + ids
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where((contexts >= 0) & (keys[places] == wanted), places, -1)


def _interpolated(
    order: _Discounted, contexts: np.ndarray, places: np.ndarray, lower: np.ndarray
) -> np.ndarray:
    """p(w | h), which is the lower order's where the context was never seen."""
    if not len(order.left) or not len(order.seen):
        return lower
    left = np.where(contexts >= 0, order.left[contexts], 1.0)
    seen = np.where(places >= 0, order.seen[places], 0.0)
    return seen + left * lower
