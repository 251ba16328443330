"""The counting model is a distribution, agrees with the textbook, and knows what cannot be known."""

import math
from collections import Counter, defaultdict

import numpy as np
import pytest

from lmcore.errors import ConfigError
from lmcore.text.built_in import built_in_corpus
from lmcore.text.config import TokenizerConfig
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
    text = built_in_corpus("news").text
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


def test_an_id_outside_the_vocabulary_is_a_bug() -> None:
    with pytest.raises(ValueError, match="vocabulary of 5"):
        CountingModel(np.array([0, 5, 1]), 5, 2)


def test_a_vocabulary_of_one_token_is_certain() -> None:
    model = CountingModel(np.zeros(9, int), 1, 4)
    assert model.token_probabilities(np.zeros(5, int)).tolist() == [[1.0] * 5] * 4
    assert [token.id for token in model.write([], 3)] == [0, 0, 0]


def test_more_than_fits_into_one_integer_is_counted_alike() -> None:
    huge = 2**34  # one token fits behind a place
    ids = TEXT * (huge // V)
    small, large = CountingModel(TEXT, V, 5), CountingModel(ids, huge, 5)
    expected, found = small.scores(TEXT), large.scores(ids)
    np.testing.assert_array_equal(found.used_order, expected.used_order)
    uniform = expected.probabilities - found.probabilities  # all that is left of the larger vocabulary
    assert uniform.min() >= -1e-12 and uniform.max() <= 1 / V
    assert small.n_contexts(5) == large.n_contexts(5)


def test_a_long_text_is_scored_in_pieces_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CountingModel(TEXT[:500], V, 4)
    whole = model.scores(TEXT)
    monkeypatch.setattr("lmcore.text.ngrams._AT_ONCE", 7)
    pieces = model.scores(TEXT)
    np.testing.assert_array_equal(pieces.probabilities, whole.probabilities)
    np.testing.assert_array_equal(pieces.used_order, whole.used_order)
    assert model.losses(TEXT) == pytest.approx(-np.log(whole.probabilities).mean(axis=1))


def test_the_used_order_is_the_longest_context_that_was_counted() -> None:
    model = CountingModel(np.array([0, 1, 2, 3, 0, 1, 2, 4]), 6, 4)
    used = model.scores(np.array([0, 1, 2, 4, 5, 0, 2, 3])).used_order
    assert used[3].tolist() == [1, 2, 3, 4, 1, 1, 2, 2]  # 4 was counted, but with nothing after it
    assert used[1].tolist() == [1, 2, 2, 2, 1, 1, 2, 2]
    assert used[0].tolist() == [1] * 8


def test_what_is_written_has_the_probability_and_order_of_the_scores() -> None:
    model = CountingModel(TEXT, V, 4)
    prompt = TEXT[:6].tolist()
    for order in (1, 3, 4):
        written = list(model.write(prompt, 30, order=order, seed=5))
        scores = model.scores(np.array(prompt + [token.id for token in written]))
        expected = scores.probabilities[order - 1][6:]
        assert [token.probability for token in written] == pytest.approx(expected.tolist())
        assert [token.used_order for token in written] == scores.used_order[order - 1][6:].tolist()


def test_the_same_seed_writes_the_same_text() -> None:
    model = CountingModel(TEXT, V, 3)
    texts = [[token.id for token in model.write([1], 40, seed=seed)] for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_a_temperature_of_zero_takes_the_likeliest() -> None:
    model = CountingModel(TEXT, V, 3)
    ids = [9, 1]
    for token in model.write([9, 1], 20, temperature=0):
        assert token.id == model.probabilities(ids).argmax()
        ids.append(token.id)
    greedy, cold = ([t.id for t in model.write([9, 1], 20, temperature=T)] for T in (0, 0.001))
    assert greedy == cold


def test_written_tokens_follow_the_probabilities() -> None:
    model = CountingModel(np.array([0, 0, 0, 1]), 2, 1)
    p = model.probabilities([])
    squared = p**2 / (p**2).sum()  # what a temperature of a half makes of it
    drawn = [token.id for token in model.write([], 4000, temperature=0.5)]
    assert np.mean(drawn) == pytest.approx(squared[1], abs=0.03)


@pytest.mark.parametrize("temperature", [-1, float("nan"), 1e9])
def test_a_temperature_out_of_range_is_refused(temperature: float) -> None:
    with pytest.raises(ConfigError):
        list(CountingModel(TEXT, V, 2).write([], 1, temperature=temperature))


def test_only_the_last_tokens_of_a_very_long_text_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmcore.text.ngrams.MAX_COUNTED", 100)
    expected = CountingModel(TEXT[-100:], V, 3).probabilities([1, 5])
    np.testing.assert_array_equal(CountingModel(TEXT, V, 3).probabilities([1, 5]), expected)


def test_a_token_never_seen_gets_only_the_share_of_the_uniform_guess() -> None:
    model = CountingModel(TEXT, V, 3)
    assert 0 < model.probabilities([])[V - 1] < 1 / V
    assert math.isfinite(model.losses(np.full(20, V - 1))[2])
