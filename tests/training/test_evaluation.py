"""The held-back loss predicts every token once."""

import pytest
import torch
import torch.nn.functional as F

from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.training.evaluation import held_back_loss


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(vocab_size=30, context_length=8, n_layers=1, n_heads=2, d_model=16, dropout=0.5))


@pytest.mark.parametrize("n_tokens", [2, 5, 8, 9, 10, 17, 100])
def test_the_loss_is_the_mean_over_all_windows(model, n_tokens):
    ids = torch.randint(30, (n_tokens,))
    losses = []
    model.eval()
    for start in range(0, n_tokens - 1, 8):
        window = ids[start : start + 9]
        losses.append(F.cross_entropy(model(window[None, :-1])[0], window[1:], reduction="none"))
    assert held_back_loss(model, ids, 8) == pytest.approx(torch.cat(losses).mean().item(), rel=1e-5)


def test_looking_leaves_the_model_as_it_was(model):
    model.train()
    state = torch.get_rng_state()
    ids = torch.randint(30, (50,), generator=torch.Generator().manual_seed(0))
    first, second = held_back_loss(model, ids, 8), held_back_loss(model, ids, 8)
    assert first == second  # no dropout
    assert model.training and torch.is_grad_enabled()
    assert torch.equal(state, torch.get_rng_state())


def test_a_probe_is_the_same_every_time_and_close_to_the_whole(model):
    ids = torch.randint(30, (40_000,), generator=torch.Generator().manual_seed(0))
    probe = held_back_loss(model, ids, 8, max_tokens=4_000)
    assert probe == held_back_loss(model, ids, 8, max_tokens=4_000)
    assert probe == pytest.approx(held_back_loss(model, ids, 8), abs=0.01)
