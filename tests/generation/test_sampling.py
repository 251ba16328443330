"""Sampling against transformers' own, and at the edges of every setting."""

import math
import os
import random
from collections import Counter

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from lmcore.errors import ConfigError
from lmcore.generation.sampling import SamplingConfig, distribution, draw


def logits(seed: int = 0, size: int = 60) -> torch.Tensor:
    return 3 * torch.randn(size, generator=torch.Generator().manual_seed(seed))


def transformers_probabilities(scores: torch.Tensor, config: SamplingConfig) -> torch.Tensor:
    scores = TemperatureLogitsWarper(config.temperature)(None, scores.double()[None])
    if config.top_k:
        scores = TopKLogitsWarper(config.top_k)(None, scores)
    if config.top_p < 1:
        scores = TopPLogitsWarper(config.top_p)(None, scores)
    return scores.softmax(-1)[0]


@pytest.mark.parametrize("temperature", [0.1, 0.8, 1.0, 5.0])
@pytest.mark.parametrize("top_k", [0, 1, 7, 59, 60, 5000])
@pytest.mark.parametrize("top_p", [0.001, 0.3, 0.95, 1.0])
def test_the_distribution_equals_transformers(temperature, top_k, top_p):
    config = SamplingConfig(temperature, top_k, top_p)
    for seed in range(5):
        ours = distribution(logits(seed), config).probabilities
        torch.testing.assert_close(ours, transformers_probabilities(logits(seed), config))


@pytest.mark.parametrize("temperature", [0, 1e-300, 1e-9, 0.8, 100])
@pytest.mark.parametrize("top_k", [0, 1, 1_000_000])
@pytest.mark.parametrize("top_p", [1e-6, 0.5, 1])
@pytest.mark.parametrize("shape", ["random", "flat", "certain", "one token", "huge"])
def test_something_can_always_be_drawn(temperature, top_k, top_p, shape):
    scores = {
        "random": logits(),
        "flat": torch.zeros(60),
        "certain": torch.tensor([0.0, -math.inf, -math.inf]),
        "one token": torch.zeros(1),
        "huge": logits() * 1e4,
    }[shape]
    found = distribution(scores, SamplingConfig(temperature, top_k, top_p))
    assert found.kept.any()
    assert found.probabilities.sum().item() == pytest.approx(1)
    assert not found.probabilities[~found.kept].any()
    assert not found.probabilities.isnan().any()


def test_temperature_zero_takes_the_likeliest():
    found = distribution(logits(), SamplingConfig(temperature=0, top_k=5, top_p=0.5))
    assert found.probabilities[logits().argmax()] == 1
    assert found.kept.sum() == 1


def test_a_higher_temperature_is_more_even():
    def entropy(temperature: float) -> float:
        p = distribution(logits(), SamplingConfig(temperature)).probabilities
        return -float((p * p.log()).sum())

    found = [entropy(temperature) for temperature in (0.5, 1, 2, 50)]
    assert found == sorted(found) and found[-1] == pytest.approx(math.log(60), abs=0.05)


def test_shares_are_what_the_filters_have_not_touched():
    found = distribution(logits(), SamplingConfig(temperature=2, top_k=3))
    torch.testing.assert_close(found.shares, (logits().double() / 2).softmax(0))


def test_draws_follow_the_probabilities():
    probabilities = torch.tensor([0.0, 0.5, 0.0, 0.3, 0.2, 0.0], dtype=torch.float64)
    darts = random.Random(0)
    counts = Counter(draw(probabilities, darts.random()) for _ in range(20_000))
    assert set(counts) == {1, 3, 4}
    for token, count in counts.items():
        assert count / 20_000 == pytest.approx(probabilities[token].item(), abs=0.02)


@pytest.mark.parametrize(("dart", "token"), [(0.0, 1), (0.5, 3), (math.nextafter(1, 0), 4)])
def test_a_dart_at_the_edge_never_lands_on_an_impossible_token(dart, token):
    assert draw(torch.tensor([0.0, 0.5, 0.0, 0.3, 0.2, 0.0], dtype=torch.float64), dart) == token


@pytest.mark.parametrize(
    "setting",
    [
        {"temperature": -0.1},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_k": -1},
        {"top_p": 0.0},
        {"top_p": 1.01},
        {"top_p": math.nan},
        {"seed": -1},
    ],
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError, match=next(iter(setting))):
        SamplingConfig(**setting)
