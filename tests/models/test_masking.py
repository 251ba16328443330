"""How many tokens are taken out, and what takes their place."""

import pytest
import torch

from lmcore.models.bert import Bert
from lmcore.models.configs.bert import BertConfig
from lmcore.models.masking import masked_tokens
from lmcore.training.objectives import LANGUAGE_OBJECTIVES

MASK, N_ORDINARY = 1000, 1000


@pytest.fixture
def ids() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.randint(N_ORDINARY, (500, 102))


def test_the_shares_are_those_of_the_paper(ids):
    masked = masked_tokens(ids, torch.arange(1, 101), MASK, N_ORDINARY)
    assert masked.positions.shape == (500, 15)
    now = masked.ids.gather(1, masked.positions)
    as_mask, as_before = (now == MASK).float().mean(), (now == masked.targets).float().mean()
    assert as_mask.item() == pytest.approx(0.8, abs=0.02)
    assert as_before.item() == pytest.approx(0.1, abs=0.015)
    assert now.max() <= MASK  # no other special token is put in


def test_targets_are_what_stood_there_and_the_rest_is_untouched(ids):
    before = ids.clone()
    masked = masked_tokens(ids, torch.arange(1, 101), MASK, N_ORDINARY)
    assert torch.equal(ids, before)
    assert torch.equal(masked.targets, ids.gather(1, masked.positions))
    assert torch.equal(masked.ids.scatter(1, masked.positions, masked.targets), ids)


def test_a_position_is_drawn_once_and_only_where_allowed(ids):
    allowed = torch.tensor([*range(1, 50), *range(60, 90)])
    positions = masked_tokens(ids, allowed, MASK, N_ORDINARY).positions
    assert all(len(set(row)) == len(row) for row in positions.tolist())
    assert set(positions.flatten().tolist()) == set(allowed.tolist())


def test_at_least_one_token_is_asked_for(ids):
    assert masked_tokens(ids[:, :3], torch.tensor([1]), MASK, N_ORDINARY).positions.tolist() == [[1]] * 500


def test_the_same_seed_draws_the_same_and_another_call_does_not(ids):
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(masked_tokens(ids, torch.arange(1, 101), MASK, N_ORDINARY).ids)
    assert torch.equal(draws[0], draws[1]) and not torch.equal(draws[0], draws[2])


def test_the_loss_after_a_resume_is_the_same():
    model = Bert(BertConfig(64, 16)).eval()
    windows = torch.randint(61, (8, 17))
    state = torch.get_rng_state()
    with torch.no_grad():
        first, second = (LANGUAGE_OBJECTIVES["masked"](model, windows, 0.0) for _ in range(2))
        torch.set_rng_state(state)
        again = LANGUAGE_OBJECTIVES["masked"](model, windows, 0.0)
    assert torch.equal(first, again) and not torch.equal(first, second)


def test_the_frame_is_inside_the_context_and_never_asked_for(monkeypatch):
    model = Bert(BertConfig(64, 16))
    seen = {}
    guess = model.guess_loss
    monkeypatch.setattr(
        model, "guess_loss", lambda x, masked, s: seen.update(m=masked) or guess(x, masked, s)
    )
    windows = torch.randint(61, (300, 17))
    model.masked_loss(windows)
    masked = seen["m"]
    assert masked.ids.shape == (300, 16)
    assert (masked.ids[:, 0] == 62).all() and (masked.ids[:, -1] == 63).all()
    assert masked.positions.unique().tolist() == list(range(1, 15))
    whole = masked.ids.scatter(1, masked.positions, masked.targets)
    assert torch.equal(whole[:, 1:-1], windows[:, :14])
