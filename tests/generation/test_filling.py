"""Gaps are filled from both sides, and nothing else is touched."""

import re

import numpy as np
import pytest
import torch

from lmcore.errors import TextError
from lmcore.generation.filling import fill, filled_sample, with_brackets
from lmcore.models.bert import Bert
from lmcore.models.configs.bert import BertConfig
from lmcore.models.configs.unilm import UniLMConfig
from lmcore.models.unilm import UniLM
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.state import TrainingState

TEXT = "one two, " * 200


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TokenizerConfig("character"), TEXT)


@pytest.fixture(scope="module", params=[(BertConfig, Bert), (UniLMConfig, UniLM)], ids=["bert", "unilm"])
def trained(request, tokenizer):
    """A model that knows two words by heart."""
    config, kind = request.param
    torch.manual_seed(0)
    model = kind(config(tokenizer.vocab_size + 3, 26, n_layers=2, n_heads=2, d_model=32))
    batches = TokenBatches(tokenizer.ids(TEXT), 26, 32, seed=1)
    state = TrainingState(model, batches, TrainingConfig(objective="masked"))
    for _ in range(400):
        state.update(0.003)
    return model.eval()


def test_it_puts_back_what_was_taken_out(trained, tokenizer):
    ids = tokenizer.ids("one two, one two, one")
    guesses = fill(trained, ids, [5, 10], n_best=3)
    assert [tokenizer.token_text(best[0].id) for best in guesses] == ["w", "n"]
    assert all(best[0].probability > 0.5 and len(best) == 3 for best in guesses)
    assert all(best[0].probability >= best[1].probability >= best[2].probability for best in guesses)


def test_what_stood_in_the_gap_does_not_matter(trained, tokenizer):
    ids = tokenizer.ids("two, one")
    other = ids.copy()
    other[5] = (other[5] + 1) % tokenizer.vocab_size
    assert fill(trained, ids, [5]) == fill(trained, other, [5])
    assert ids[5] != other[5]


def test_what_follows_a_gap_is_enough(trained, tokenizer):
    """A model that reads from the left alone would say the same in both."""
    texts = ("one two, one", "two, one two")
    guesses = [fill(trained, tokenizer.ids(text), [0])[0] for text in texts]
    assert [tokenizer.token_text(best[0].id) for best in guesses] == ["o", "t"]


def test_probabilities_are_of_tokens_that_texts_contain(trained, tokenizer):
    guesses = fill(trained, tokenizer.ids("two"), [0], n_best=10_000)[0]
    assert len(guesses) == tokenizer.vocab_size == len({guess.id for guess in guesses})
    assert sum(guess.probability for guess in guesses) == pytest.approx(1, abs=1e-5)


def test_a_sample_is_the_text_with_its_guesses_in_brackets(trained, tokenizer):
    ids = tokenizer.ids(TEXT)
    sample = filled_sample(trained, tokenizer, ids, seed=3)
    gaps = re.findall(r"\[(.+?)\]", sample)
    assert sum(map(len, gaps)) == 4  # 15 % of 24
    plain = sample.replace("[", "").replace("]", "")
    assert len(plain) == 24 and plain in TEXT
    assert sample == filled_sample(trained, tokenizer, ids, seed=3)
    assert sample != filled_sample(trained, tokenizer, ids, seed=4)


def test_a_sample_draws_nothing_from_the_training(trained, tokenizer):
    state = torch.get_rng_state()
    filled_sample(trained, tokenizer, tokenizer.ids(TEXT), seed=1)
    assert torch.equal(state, torch.get_rng_state())


def test_spaces_stay_outside_the_brackets():
    words = Tokenizer.train(TokenizerConfig("byte_bpe", 300), "the cat sat on the mat. " * 80)
    ids = words.ids("the cat sat on the mat")
    texts = [words.token_text(i) for i in ids.tolist()]
    at = texts.index(" cat")
    assert with_brackets(words, ids.tolist(), {at}) == "the [cat] sat on the mat"
    assert with_brackets(words, ids.tolist(), {at, at + 1}) == "the [cat sat] on the mat"


def test_bytes_of_half_a_character_are_shown_as_bytes():
    tokenizer = Tokenizer.train(TokenizerConfig("byte"), TEXT)
    ids = list("a语b".encode())
    assert with_brackets(tokenizer, ids, {1, 2}) == "a[⟨E8 AF⟩]\ufffdb"
    assert with_brackets(tokenizer, ids, {1, 2, 3}) == "a[语]b"


def test_no_gap_and_a_text_beyond_the_context_are_refused(trained):
    with pytest.raises(TextError, match="no gap"):
        fill(trained, [1, 2, 3], [])
    with pytest.raises(TextError, match="24 at once"):
        fill(trained, np.zeros(25, int), [0])
