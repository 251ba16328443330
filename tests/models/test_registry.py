"""Every architecture can be built, sized, described and trained one step."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lmcore.errors import ConfigError
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.registry import (
    ARCHITECTURES,
    architecture_of,
    build_model,
    config_of,
    described,
    from_description,
)
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.state import TrainingState

V = 60
EACH = [
    (name, objective)
    for name, known in ARCHITECTURES.items()
    for objective in known.objectives
    if not known.counts
]


def small(name: str):
    return replace(config_of(name, {}), vocab_size=V, context_length=16)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_promised_number_of_parameters_is_the_real_one(name):
    config = small(name)
    assert sum(p.numel() for p in build_model(config).parameters()) == config.n_parameters
    assert config.flops_per_token > 0 and config.kept_per_token > 0 and config.label


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_settings_survive_as_plain_values(name):
    config = small(name)
    assert from_description(described(config)) == config
    assert architecture_of(config) == name


@pytest.mark.parametrize(("name", "objective"), EACH)
@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_few_steps_make_the_loss_smaller(name, objective, optimizer):
    torch.manual_seed(0)
    model = build_model(small(name))
    batches = TokenBatches(np.arange(2000) % (V // 4), 16, 8, seed=1)
    config = TrainingConfig(objective=objective, optimizer=optimizer)
    state = TrainingState(model, batches, config)
    losses = [float(state.update(0.003 if optimizer == "adamw" else 0.02)[0]) for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    for name, parameter in model.named_parameters():
        assert parameter.isfinite().all(), name


def test_what_is_unknown_is_refused():
    with pytest.raises(ConfigError, match="horse"):
        config_of("horse", {})
    with pytest.raises(ConfigError, match="gpt"):
        config_of("gpt", {"legs": 4})
    assert from_description({"d_model": 32}) == GPTConfig(d_model=32)
