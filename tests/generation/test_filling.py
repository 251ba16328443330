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

TEXT = "the cat sat on the mat. " * 80


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TokenizerConfig("character"), TEXT)


@pytest.fixture(scope="module", params=[(BertConfig, Bert), (UniLMConfig, UniLM)], ids=["bert", "unilm"])
def trained(request, tokenizer):
    """A model that knows one sentence by heart."""
    config, kind = request.param
    torch.manual_seed(0)
    model = kind(config(tokenizer.vocab_size + 3, 26, n_layers=2, n_heads=2, d_model=32))
    batches = TokenBatches(tokenizer.ids(TEXT), 26, 16, seed=1)
    state = TrainingState(model, batches, TrainingConfig(objective="masked"))
    for _ in range(200):
        state.update(0.003)
    return model.eval()


def test_it_puts_back_what_was_taken_out(trained, tokenizer):
    ids = tokenizer.ids("the cat sat on the mat.")
    guesses = fill(trained, ids, [5, 13], n_best=3)
    assert [tokenizer.token_text(best[0].id) for best in guesses] == ["a", "n"]
    assert all(best[0].probability > 0.5 and len(best) == 3 for best in guesses)
    assert all(best[0].probability >= best[1].probability >= best[2].probability for best in guesses)


def test_what_stood_in_the_gap_does_not_matter(trained, tokenizer):
    ids = tokenizer.ids("the cat sat")
    other = ids.copy()
    other[5] = (other[5] + 1) % tokenizer.vocab_size
    assert fill(trained, ids, [5]) == fill(trained, other, [5])
    assert ids[5] != other[5]


def test_what_follows_a_gap_matters(trained, tokenizer):
    """A model that reads from the left alone would say the same in both."""
    first = fill(trained, tokenizer.ids("the cat sat"), [4])[0]
    second = fill(trained, tokenizer.ids("the mat sat"), [4])[0]
    assert first == second
    third = fill(trained, tokenizer.ids("the mat. the"), [4])[0]
    assert first != third and tokenizer.token_text(third[0].id) == "m"


def test_probabilities_are_of_tokens_that_texts_contain(trained, tokenizer):
    guesses = fill(trained, tokenizer.ids("the"), [0], n_best=10_000)[0]
    assert len(guesses) == tokenizer.vocab_size == len({guess.id for guess in guesses})
    assert sum(guess.probability for guess in guesses) == pytest.approx(1, abs=1e-5)


def test_a_sample_is_the_text_with_its_guesses_in_brackets(trained, tokenizer):
    ids = tokenizer.ids(TEXT)
    sample = filled_sample(trained, tokenizer, ids, seed=3)
    gaps = re.findall(r"\[(.+?)\]", sample)
    assert sum(map(len, gaps)) == 4  # 15 % of 24
    plain = sample.replace("[", "").replace("]", "")
    assert len(plain) == 24
    written = sum(a == b for a, b in zip(plain, TEXT[TEXT.find(plain[:0]) :], strict=False))
    assert written >= 0 and sample == filled_sample(trained, tokenizer, ids, seed=3)
    assert plain in TEXT  # it knows the sentence


def test_a_sample_draws_nothing_from_the_training(trained, tokenizer):
    state = torch.get_rng_state()
    filled_sample(trained, tokenizer, tokenizer.ids(TEXT), seed=1)
    assert torch.equal(state, torch.get_rng_state())


def test_spaces_stay_outside_the_brackets():
    words = Tokenizer.train(TokenizerConfig("byte_bpe", 300), TEXT)
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
