"""Attention maps show what the model computed."""

import numpy as np
import pytest
import torch

from lmcore.analysis.attention import attention_maps, record
from lmcore.errors import ConfigError, TextError
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.text.config import TokenizerConfig
from lmcore.text.tokenizers import Tokenizer

TEXT = "the cat sees the dog"


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer.train(TokenizerConfig("character"), TEXT)


@pytest.fixture
def model(tokenizer) -> GPT:
    torch.manual_seed(0)
    config = GPTConfig(
        tokenizer.vocab_size, context_length=32, n_layers=2, n_heads=4, d_model=16, dropout=0.5
    )
    model = GPT(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


def test_maps_have_a_row_of_probabilities_for_every_token(model, tokenizer):
    maps = attention_maps(model, tokenizer, TEXT)
    assert maps.tokens == tuple(TEXT)
    assert maps.weights.shape == (2, 4, 20, 20) and maps.weights.dtype == np.float32
    np.testing.assert_allclose(maps.weights.sum(-1), 1, rtol=1e-5)
    assert not np.triu(maps.weights, 1).any()


def test_next_tokens_are_those_of_the_plain_forward(model, tokenizer):
    maps = attention_maps(model, tokenizer, TEXT)
    model.eval()
    with torch.no_grad():
        logits = model(torch.from_numpy(tokenizer.ids(TEXT).astype(np.int64))[None])[0, -1]
    expected = logits.softmax(-1).sort(descending=True)
    assert [text for text, _ in maps.next_tokens] == [
        tokenizer.token_text(int(i)) for i in expected.indices[:5]
    ]
    assert [p for _, p in maps.next_tokens] == pytest.approx(expected.values[:5].tolist(), rel=1e-4)


def test_a_head_switched_off_changes_the_prediction_and_the_layers_above_only(model, tokenizer):
    plain = attention_maps(model, tokenizer, TEXT)
    without = attention_maps(model, tokenizer, TEXT, switched_off={(0, 1)})
    assert without.next_tokens != plain.next_tokens
    np.testing.assert_array_equal(without.weights[0], plain.weights[0])
    assert np.abs(without.weights[1] - plain.weights[1]).max() > 1e-4


def test_with_every_head_off_no_token_knows_of_another(model, tokenizer):
    every = {(layer, head) for layer in range(2) for head in range(4)}
    first, second = (record(model, tokenizer.ids(text), every).logits for text in ("cat t", "dog t"))
    assert first is not None and second is not None
    torch.testing.assert_close(first[0, -1], second[0, -1])
    assert not torch.allclose(first[0, 0], second[0, 0])


@pytest.mark.parametrize(("max_tokens", "shown"), [(64, 32), (5, 5), (1, 1)])
def test_of_a_long_text_the_end_is_read(model, tokenizer, max_tokens, shown):
    text = TEXT * 4
    maps = attention_maps(model, tokenizer, text, max_tokens=max_tokens)
    assert maps.tokens == tuple(text[-shown:])


def test_one_token_attends_to_itself(model, tokenizer):
    assert (attention_maps(model, tokenizer, "t").weights == 1).all()


def test_unknown_characters_take_a_place(model, tokenizer):
    assert len(attention_maps(model, tokenizer, "t你🙂\x00").tokens) == 4


def test_an_empty_text_is_refused(model, tokenizer):
    with pytest.raises(TextError, match="empty"):
        attention_maps(model, tokenizer, "")


@pytest.mark.parametrize("head", [(2, 0), (0, 4), (-1, 0), (0, -1)])
def test_a_head_that_is_not_there_is_refused(model, tokenizer, head):
    with pytest.raises(ConfigError, match="between 0 and"):
        attention_maps(model, tokenizer, TEXT, switched_off={head})


def test_looking_leaves_the_model_as_it_was(model, tokenizer):
    model.train()
    state = torch.get_rng_state()
    attention_maps(model, tokenizer, TEXT)
    assert model.training and torch.equal(state, torch.get_rng_state())
