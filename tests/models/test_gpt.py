"""Facts about the GPT, and GPT-2 of transformers as oracle."""

import math

import pytest
import torch

from lmcore.models.base import set_dropout
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.models.recording import Recording


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(vocab_size=50, context_length=12, n_layers=2, n_heads=3, d_model=24)).eval()


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(50, (2, 12), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(
    "config", [GPTConfig(), GPTConfig(vocab_size=7, context_length=3, n_layers=1, n_heads=1, d_model=5)]
)
def test_the_promised_number_of_parameters_is_the_real_one(config):
    assert sum(parameter.numel() for parameter in GPT(config).parameters()) == config.n_parameters


def test_the_future_does_not_change_a_prediction(model, ids):
    changed = ids.clone()
    changed[:, 8:] = (changed[:, 8:] + 1) % 50
    torch.testing.assert_close(model(ids)[:, :8], model(changed)[:, :8])
    assert not torch.allclose(model(ids)[:, 8:], model(changed)[:, 8:])


def test_a_shorter_text_gets_the_same_logits(model, ids):
    torch.testing.assert_close(model(ids[:, :5]), model(ids)[:, :5])


def test_recording_keeps_everything_and_changes_nothing(model, ids):
    recording = Recording()
    torch.testing.assert_close(model(ids, record=recording), model(ids))
    assert [tuple(weights.shape) for weights in recording.attention] == [(2, 3, 12, 12)] * 2
    assert [tuple(stream.shape) for stream in recording.residual] == [(2, 12, 24)] * 3
    assert recording.logits is not None
    last = model.final_norm(recording.residual[-1]) @ model.token_embedding.weight.T
    torch.testing.assert_close(recording.logits, last)


def test_switching_a_head_off_is_the_same_as_zeroing_its_part_of_the_projection(model, ids):
    recording = Recording(switched_off=frozenset({(1, 2)}))
    logits = model(ids, record=recording)
    assert not torch.allclose(logits, model(ids), atol=1e-6)
    with torch.no_grad():
        model.blocks[1].attention.projection.weight[:, 16:24] = 0  # the third head of width 8
    torch.testing.assert_close(logits, model(ids))


def test_initial_weights_are_those_of_gpt2(model):
    big = GPT(GPTConfig(vocab_size=200, n_layers=8, d_model=128))
    assert big.token_embedding.weight.std().item() == pytest.approx(0.02, rel=0.05)
    projection = big.blocks[3].mlp.projection
    assert projection.weight.std().item() == pytest.approx(0.02 / math.sqrt(16), rel=0.05)
    assert projection.bias.count_nonzero() == 0


def test_a_blind_guess_costs_ln_v():
    torch.manual_seed(0)
    model = GPT(GPTConfig(vocab_size=80))
    windows = torch.randint(80, (64, 65))
    loss = torch.nn.functional.cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())
    assert loss.item() == pytest.approx(math.log(80), abs=0.05)


def test_dropout_can_be_changed_on_a_living_model(model, ids):
    model.train()
    assert torch.equal(model(ids), model(ids))
    set_dropout(model, 0.5)
    assert not torch.equal(model(ids), model(ids))
