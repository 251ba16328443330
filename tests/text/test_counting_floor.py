"""The floor is measured as it says, in three units, and writes what it has counted."""

import json
import math

import numpy as np
import pytest

from lmcore.errors import ConfigError, TextError
from lmcore.text.counting_floor import PASSAGE, CountingFloor, floor
from lmcore.text.ngrams import CountingModel, counting_loss

TEXT = "the cat sat on the mat and the dog sat on the cat. <script>äöü</script>\n猫坐在垫子上。" * 60
LETTERS = [*sorted(set(TEXT)), "\ufffd"]
IDS = np.array([LETTERS.index(letter) for letter in TEXT], np.int32)
CUT = int(0.8 * len(IDS))


def decode(ids: list[int]) -> str:
    return "".join(LETTERS[i] for i in ids)


def counted(train: np.ndarray, held_out: np.ndarray, **others) -> CountingFloor:
    n_bytes = len(decode(held_out.tolist()).encode())
    return floor(train, held_out, len(LETTERS), decode, n_bytes, sample_length=20, **others)


@pytest.fixture(scope="module")
def whole() -> CountingFloor:
    return counted(IDS[:CUT], IDS[CUT:])


def test_the_best_order_is_that_of_the_baseline_of_training(whole: CountingFloor) -> None:
    loss, order = counting_loss(IDS[:CUT], IDS[CUT:], len(LETTERS))
    assert whole.best == order
    assert min(scored.score.loss for scored in whole.orders) == loss
    assert whole.uniform.loss == math.log(len(LETTERS))


def test_the_three_units_agree(whole: CountingFloor) -> None:
    n_bytes = len(TEXT[CUT:].encode())
    for score in (whole.uniform, *(scored.score for scored in whole.orders)):
        assert score.perplexity == pytest.approx(math.exp(score.loss))
        assert score.bits_per_byte * n_bytes * math.log(2) == pytest.approx(score.loss * whole.n_held_out)


def test_each_order_counts_its_contexts_and_writes_a_sample(whole: CountingFloor) -> None:
    n_bigrams = len({TEXT[i : i + 2] for i in range(CUT - 2)})
    contexts = [scored.n_contexts for scored in whole.orders]
    assert contexts[0] == 1 and contexts[1] == len(set(TEXT)) and contexts[2] == n_bigrams
    assert contexts == sorted(contexts)
    assert all(len(scored.sample) == 20 for scored in whole.orders)
    assert len({scored.sample for scored in whole.orders}) > 3


def test_the_passage_has_every_tokens_probability_and_context(whole: CountingFloor) -> None:
    model = CountingModel(IDS[:CUT], len(LETTERS), 6)
    scores = model.scores(IDS[CUT : CUT + PASSAGE])
    assert "".join(whole.passage.tokens) == TEXT[CUT : CUT + PASSAGE]
    np.testing.assert_array_equal(whole.passage.probabilities, scores.probabilities)
    np.testing.assert_array_equal(whole.passage.used_order, scores.used_order)


def test_it_writes_on_from_a_prompt(whole: CountingFloor) -> None:
    prompt = [LETTERS.index(letter) for letter in "on th"]
    writing = whole.write(prompt, 5, n_tokens=30, temperature=0, skipped=["€"])
    assert (writing.prompt, writing.skipped) == ("on th", ("€",))
    assert writing.text.startswith("e ") and writing.text == "".join(writing.tokens)
    assert writing == whole.write(prompt, 5, n_tokens=30, temperature=0, skipped=["€"])
    assert len(whole.write([], n_tokens=7).tokens) == 7  # nothing to go on from is allowed


def test_an_order_that_was_not_counted_is_refused(whole: CountingFloor) -> None:
    for order in (0, 7, -1):
        with pytest.raises(ConfigError, match="the choices are 1, 2, 3, 4, 5, 6"):
            whole.to_json(order)
        with pytest.raises(ConfigError):
            whole.write([], order)


@pytest.mark.parametrize("order", [None, 1, 3])
def test_plain_values_for_the_picture(whole: CountingFloor, order: int | None) -> None:
    values = whole.to_json(order, whole.write([0], order), unit="character", n_test=5)
    json.dumps(values, allow_nan=False)
    shown = order or whole.best
    assert (values["order"], values["best"], values["unit"]) == (shown, whole.best, "character")
    assert values["split"] == {"train": CUT, "validation": len(IDS) - CUT, "test": 5}
    assert {row["order"] for row in values["orders"]} == {1, 2, 3, 4, 5, 6}
    assert values["orders"][0].keys() == {
        "order", "loss", "perplexity", "bits_per_byte", "sample", "n_contexts",
    }  # fmt: skip
    passage, writes = values["passage"], values["writes"]
    assert len(passage["tokens"]) == len(passage["p"]) == len(passage["used_order"]) == PASSAGE
    assert max(passage["used_order"]) == shown
    assert len(writes["tokens"]) == len(writes["p"]) > 0 and writes["skipped"] == []


def test_some_orders_only() -> None:
    some = counted(IDS[:CUT], IDS[CUT:], orders=(2, 4))
    assert [scored.order for scored in some.orders] == [2, 4] and some.best == 4
    assert max(some.to_json(2)["passage"]["used_order"]) == 2


@pytest.mark.parametrize(("n_train", "n_held_out"), [(0, 9), (1, 9), (9, 1), (9, 0)])
def test_too_little_text_says_so(n_train: int, n_held_out: int) -> None:
    with pytest.raises(TextError, match=f"{n_train} tokens to count and {n_held_out} to predict"):
        counted(IDS[:n_train], IDS[:n_held_out])


@pytest.mark.parametrize("train", [IDS[:2], IDS[:5], np.zeros(50, int), np.arange(len(LETTERS))])
def test_no_text_gives_a_number_that_is_none(train: np.ndarray) -> None:
    odd = counted(train, np.full(20, len(LETTERS) - 1))  # the last letter is in no text
    values = odd.to_json(writing=odd.write([len(LETTERS) - 1]))
    json.dumps(values, allow_nan=False)
    assert all(row["perplexity"] >= 1 for row in values["orders"])


def test_a_vocabulary_of_one_token() -> None:
    zeros = np.zeros(30, int)
    single = floor(zeros, zeros, 1, lambda ids: "a" * len(ids), 30, sample_length=5)
    assert single.uniform.loss == single.orders[0].score.loss == 0
    assert single.orders[5].sample == "aaaaa"
    assert set(single.to_json()["passage"]["p"]) == {1.0}
