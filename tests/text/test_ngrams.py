"""The counting model is a distribution, agrees with the textbook, and knows what cannot be known."""

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from lmcore.text.config import TokenizerConfig
from lmcore.text.corpora import built_in_corpus
from lmcore.text.ngrams import CountingModel, counting_loss
from lmcore.text.tokenizers import Tokenizer

V = 60
RANDOM = np.random.default_rng(3)
TEXT = np.concatenate([RANDOM.zipf(1.3, 900), np.tile([1, 5, 2, 1, 9], 12)])
TEXT = TEXT[TEXT < V - 1]  # Zipf's law, with a repeated phrase and one token that never occurs


class Textbook:
    """Chen & Goodman's formulas word for word, with dictionaries."""

    def __init__(self, ids: list[int], order: int) -> None:
        self.top = order
        self.grams = {
            n: Counter(zip(*(ids[i:] for i in range(n)), strict=False)) for n in range(1, order + 2)
        }
        self.tables = {n: self.table(n, raw=n == order) for n in range(1, order + 1)}

    def table(self, n: int, raw: bool) -> tuple:
        if raw:
            counts = dict(self.grams[n])
        else:
            before = defaultdict(set)
            for gram in self.grams[n + 1]:
                before[gram[1:]].add(gram[0])
            counts = {gram: len(before[gram]) for gram in self.grams[n]}
        n1, n2, n3, n4 = (sum(c == k for c in counts.values()) for k in (1, 2, 3, 4))
        assert min(n1, n2, n3) > 0, "the formulas need some n-grams of every count"
        y = n1 / (n1 + 2 * n2)
        discount = [0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
        return counts, [0] + [min(max(d, 0.1), k) for k, d in enumerate(discount[1:], start=1)]

    def p(self, word: int, context: tuple[int, ...]) -> float:
        n = len(context) + 1
        lower = self.p(word, context[1:]) if context else 1 / V
        counts, discount = self.tables[n]
        following = {g: c for g, c in counts.items() if g[:-1] == context}
        total = sum(following.values())
        if not total:
            return lower
        left = sum(discount[min(c, 3)] for c in following.values()) / total
        own = following.get((*context, word), 0)
        return (own - discount[min(own, 3)]) / total + left * lower


@pytest.mark.parametrize("order", [1, 2, 3])
def test_probabilities_equal_the_textbook(order: int) -> None:
    model, textbook = CountingModel(TEXT, V, order), Textbook(TEXT.tolist(), order)
    for context in ([1, 5], [2, 1], [0, 0], [9, 9], [59, 59], [4, 59]):
        context = context[3 - order :]
        expected = [textbook.p(word, tuple(context)) for word in range(V)]
        assert model.probabilities(context) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("context", [[], [0], [1, 5, 2], [59] * 9, [9, 1, 5, 2, 1, 9, 1]])
def test_probabilities_sum_to_one(context: list[int]) -> None:
    probabilities = CountingModel(TEXT, V, 6).probabilities(context)
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities > 0).all()


def test_a_uniform_random_text_cannot_be_guessed() -> None:
    ids = np.random.default_rng(0).integers(0, 50, 50_000)
    loss, order = counting_loss(ids[:45_000], ids[45_000:], 50)
    assert loss == pytest.approx(math.log(50), abs=0.01) and order == 1


def test_a_periodic_text_is_known_by_heart() -> None:
    ids = np.tile([1, 2, 3, 1, 4], 2_000)
    loss, order = counting_loss(ids[:9_000], ids[9_000:], 5)
    assert loss < 0.01 and order >= 3


def test_news_need_a_context_of_several_characters() -> None:
    text = built_in_corpus().text
    ids = Tokenizer.train(TokenizerConfig("character"), text).ids(text)
    cut = int(0.9 * len(ids))
    loss, order = counting_loss(ids[:cut], ids[cut:], int(ids.max()) + 1)
    assert order >= 5 and 1.2 < loss < 1.5


@pytest.mark.parametrize("length", [0, 1, 2, 5])
def test_texts_shorter_than_the_order(length: int) -> None:
    ids = np.arange(length)
    loss, _ = counting_loss(ids, np.array([3, 1, 4]), V)
    assert math.isfinite(loss)
    assert CountingModel(ids, V, 6).probabilities([0, 1]).sum() == pytest.approx(1)


def test_large_vocabularies_do_not_overflow() -> None:
    ids = np.random.default_rng(1).integers(0, 100_000, 3_000)
    loss, _ = counting_loss(ids, ids[:500], 100_000)
    assert 0 < loss < math.log(100_000)
