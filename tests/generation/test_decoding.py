"""Generating text token by token."""

from itertools import islice

import numpy as np
import pytest
import torch

from lmcore.errors import TextError
from lmcore.generation.decoding import generate
from lmcore.generation.sampling import SamplingConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT

V = 30


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=V, context_length=8, n_layers=1, n_heads=2, d_model=16, dropout=0.5))
    with torch.no_grad():
        model.token_embedding.weight.mul_(10)  # so that some tokens are much likelier than others
    return model


def written(model: GPT, prompt, config: SamplingConfig, n_tokens: int = 30) -> list[int]:
    return [choice.id for choice in generate(model, prompt, n_tokens, config)]


def test_the_same_seed_gives_the_same_text(model):
    first, second, other = (written(model, [1, 2], SamplingConfig(1.5, seed=seed)) for seed in (4, 4, 5))
    assert first == second != other


def test_greedy_text_is_the_argmax_of_the_model_over_a_sliding_window(model):
    model.eval()
    ids = [3]
    for _ in range(30):
        with torch.no_grad():
            ids.append(model(torch.tensor([ids[-8:]]))[0, -1].argmax().item())
    assert written(model, [3], SamplingConfig(temperature=0)) == ids[1:]


def test_a_prompt_longer_than_the_context_keeps_its_end(model):
    prompt = np.arange(20, dtype=np.int32)
    config = SamplingConfig(seed=2)
    assert written(model, prompt, config) == written(model, prompt[-8:], config)


def test_a_choice_says_what_else_could_have_been(model):
    config = SamplingConfig(temperature=2.0, top_k=12, top_p=0.9)
    for choice in generate(model, [5], 40, config):
        logits = [candidate.logit for candidate in choice.candidates[:10]]
        assert logits == sorted(logits, reverse=True) and len(logits) == 10
        chosen = next(candidate for candidate in choice.candidates if candidate.id == choice.id)
        assert chosen.kept and chosen.probability == pytest.approx(choice.probability)
        assert 0 < choice.model_probability < 1
        for candidate in choice.candidates:
            assert candidate.scaled == pytest.approx(candidate.logit / 2)
            assert candidate.kept == (candidate.probability > 0)
            assert candidate.probability >= candidate.share or not candidate.kept


def test_a_chosen_token_outside_the_ten_likeliest_is_listed_too(model):
    choices = list(generate(model, [5], 60, SamplingConfig(temperature=100)))
    assert {len(choice.candidates) for choice in choices} == {10, 11}
    assert all(choice.id in [candidate.id for candidate in choice.candidates] for choice in choices)


def test_a_vocabulary_smaller_than_ten_and_a_top_k_above_it():
    model = GPT(GPTConfig(vocab_size=3, context_length=4, n_layers=1, n_heads=1, d_model=4))
    choices = list(generate(model, [0], 5, SamplingConfig(top_k=50)))
    assert [len(choice.candidates) for choice in choices] == [3] * 5


def test_an_empty_prompt_is_refused_before_the_first_token(model):
    with pytest.raises(TextError, match="empty"):
        generate(model, [], 5, SamplingConfig())


def test_writing_leaves_the_model_and_the_random_numbers_as_they_were(model):
    model.train()
    state = torch.get_rng_state()
    for _ in islice(generate(model, [1], 100, SamplingConfig()), 3):
        assert model.training and torch.is_grad_enabled()
    assert torch.equal(state, torch.get_rng_state())


def test_nothing_is_written_when_nothing_is_asked_for(model):
    assert written(model, [1], SamplingConfig(), n_tokens=0) == []
