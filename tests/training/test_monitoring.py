"""Promises of the monitor: true numbers, a small share of the time, no influence on the training."""

import math
from dataclasses import replace
from itertools import chain
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import nn

from lmcore.events import Layers, Snapshot, Step
from lmcore.models.base import LanguageModel
from lmcore.models.configs.base import ModelConfig
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.registry import ARCHITECTURES, build_model, config_of
from lmcore.training import monitoring
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.layer_groups import layer_groups
from lmcore.training.loop import train
from lmcore.training.monitoring import BINS, Histograms, Monitor, edge_of
from lmcore.training.objectives import causal
from lmcore.training.snapshots import snapshot_steps
from lmcore.training.state import TrainingState

IDS = np.tile(np.random.default_rng(0).permutation(50), 12)
HELD_BACK = torch.from_numpy(IDS[:150])
CONFIG = TrainingConfig(steps=40, batch_size=4, learning_rate=1e-2, warmup_steps=2, evaluate_every=10)
SHAPE: dict[str, Any] = {"vocab_size": 50, "context_length": 16, "n_layers": 2, "n_heads": 2, "d_model": 32}


def new_state(
    config: TrainingConfig = CONFIG,
    watched: bool = True,
    precision: str = "float32",
    model: ModelConfig | None = None,
) -> TrainingState:
    torch.manual_seed(1)
    built = cast(LanguageModel, build_model(model or GPTConfig(**SHAPE, dropout=0.1)))
    state = TrainingState(built, TokenBatches(IDS, 16, config.batch_size, 1), config, precision)
    if watched:
        state.monitor = Monitor(state)
    return state


def watched_update(state: TrainingState, learning_rate: float = 1e-3) -> Layers:
    state.update(learning_rate)
    assert state.monitor is not None
    seen = state.monitor.taken()
    assert seen is not None
    return seen


def looks(events: list) -> list[Layers]:
    return [event for event in events if isinstance(event, Layers)]


def test_norms_are_those_of_autograd():
    state = new_state(replace(CONFIG, gradient_clip=1e-3))
    state.set_dropout(0.0)
    before = {name: value.detach().clone() for name, value in state.model.named_parameters()}
    at = state.batches.epoch, state.batches.position
    loss = causal(state.model, state.batches.next())
    by_name = dict(zip(before, torch.autograd.grad(loss, list(state.model.parameters())), strict=True))
    state.batches.go_to(*at)
    seen = watched_update(state, 1e-2)
    after = {name: value.detach() for name, value in state.model.named_parameters()}
    for i, names in enumerate(layer_groups(before).values()):
        squares = {name: float(by_name[name].square().sum()) for name in names}
        assert seen.gradient_norms[i] == pytest.approx(math.sqrt(sum(squares.values())), rel=1e-4)
        size = torch.cat([before[name].flatten() for name in names]).norm()
        moved = torch.cat([(after[name] - before[name]).flatten() for name in names]).norm()
        assert seen.weight_norms[i] == pytest.approx(float(size), rel=1e-4)
        assert seen.update_ratios[i] == pytest.approx(float(moved / size), rel=1e-3)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_is_shown_belongs_to_the_weights_of_its_step(precision: str):
    events = list(train(new_state(precision=precision), HELD_BACK))
    seen = {look.step: look for look in looks(events)}
    weights = {event.step: event.tensors for event in events if isinstance(event, Snapshot)}
    assert set(snapshot_steps(40)) - {40} <= set(seen)  # nothing follows the last one
    for step in set(weights) & set(seen):
        size = weights[step]["token_embedding.weight"].square().sum()
        size += weights[step]["position_embedding.weight"].square().sum()
        assert seen[step].weight_norms[0] == pytest.approx(math.sqrt(size), rel=1e-4)


def test_every_weight_is_counted_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(monitoring, "LOOKED_AT", 10**6)
    state = new_state()
    seen = watched_update(state)
    sizes = {name: value.numel() for name, value in state.model.named_parameters()}
    assert sum(sizes.values()) == sum(map(sum, seen.histograms))
    for names, counts in zip(layer_groups(sizes).values(), seen.histograms, strict=True):
        assert sum(counts) == sum(sizes[name] for name in names)
        assert len(counts) == BINS


def counts_of(*groups: torch.Tensor) -> tuple[tuple[int, ...], ...]:
    weights = list(groups)
    return Histograms(weights, list(range(len(weights)))).counts(weights, [float(w.norm()) for w in weights])


def test_bins_are_where_numpy_has_them():
    groups = [torch.randn(5_000) * 0.1, torch.randn(40, 50)]
    for weights, counts in zip(groups, counts_of(*(w.clone() for w in groups)), strict=True):
        edge = edge_of(float(weights.square().mean().sqrt()))
        right, _ = np.histogram(weights.clamp(-edge, edge - 1e-6).numpy(), BINS, (-edge, edge))
        assert np.abs(np.array(counts) - right).sum() <= 2  # rounding at an edge of a bin


def test_far_weights_and_no_numbers_break_nothing():
    far = torch.cat([torch.zeros(998), torch.tensor([-9.0, 9.0])])
    (counts,) = counts_of(far)
    assert counts[0] == counts[-1] == 1 and sum(counts) == 1_000
    (counts,) = counts_of(torch.tensor([math.nan, math.inf, 1.0]))
    assert sum(counts) == 3


def test_a_large_group_is_sampled():
    (counts,) = counts_of(torch.randn(3 * monitoring.LOOKED_AT))
    assert sum(counts) == monitoring.LOOKED_AT


@pytest.mark.parametrize("model", [GPTConfig(**SHAPE, dropout=0.1), DecoderConfig(**SHAPE)])
def test_watching_changes_no_loss(model: ModelConfig):
    def losses(watched: bool) -> list[float]:
        state = new_state(watched=watched, model=model)
        return [event.loss for event in train(state, HELD_BACK) if isinstance(event, Step)]

    assert losses(True) == losses(False) and len(losses(True)) == 40


class Clock:
    """Every look at it takes half a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


def test_looking_keeps_below_its_share():
    state = new_state(replace(CONFIG, steps=3_000))
    state.monitor = monitor = Monitor(state, Clock())
    looked = []
    for _ in range(3_000):  # of one second each; a look takes one second
        if monitor.due(state):
            looked.append(state.step)
            monitor.begin(state)
            monitor.gradients(state)
            monitor.end(state)
        state.step += 1
        state.seconds += 1
    assert looked[:4] == [0, 1, 2, 3]
    assert 0.8 * monitoring.SHARE < monitor.seconds / state.seconds < 1.1 * monitoring.SHARE


def test_a_fast_monitor_does_not_look_more_often_than_can_be_drawn():
    state = new_state(replace(CONFIG, steps=100_000))
    state.monitor = monitor = Monitor(state, lambda: 0.0)
    n = 0
    for state.step in range(0, 100_000, 10):
        state.seconds += 1
        if monitor.due(state):
            n += 1
            monitor.begin(state)
    assert 0.9 * monitoring.MOST_LOOKS < n <= monitoring.MOST_LOOKS + monitoring.FIRST_LOOKS


def test_a_snapshot_is_looked_at_whatever_it_costs():
    state = new_state()
    state.monitor = monitor = Monitor(state, Clock())
    state.step, monitor.seconds = 20, 1e6
    monitor.begin(state)
    assert not monitor.due(state)
    monitor.ask()
    assert monitor.due(state)


def test_units_that_never_fire_are_counted():
    state = new_state(model=DecoderConfig(**SHAPE, activation="relu2"))
    expand = state.model.get_submodule("blocks.1.mlp.expand")
    assert isinstance(expand, nn.Linear)
    with torch.no_grad():
        expand.weight[: expand.out_features // 4] = 0.0  # the output is 0, never above
    seen = watched_update(state)
    shares = dict(zip(seen.names, seen.dead_shares, strict=True))
    assert [shares["0.mlp"], shares["1.mlp"]] == pytest.approx([0.0, 0.25], abs=0.1)
    assert shares["1.attention"] is None and shares["embedding"] is None


def test_gated_units_have_no_threshold():
    state = new_state(model=DecoderConfig(**SHAPE, activation="swiglu"))
    assert set(watched_update(state).dead_shares) == {None}


def test_nothing_listens_after_a_look():
    state = new_state()
    state.update(1e-3)
    assert not any(module._forward_pre_hooks for module in state.working.modules())


def test_groups_stand_in_the_order_of_the_model():
    assert list(layer_groups(dict(new_state().model.named_parameters()))) == [
        "embedding", "0.attention", "0.mlp", "1.attention", "1.mlp", "norm",
    ]  # fmt: skip
    two_sided = ("encoder.layers.0.attention.qkv.weight", "decoder.layers.0.cross.qkv.weight", "head.weight")
    assert list(layer_groups(two_sided)) == ["encoder.0.attention", "decoder.0.attention", "head"]


@pytest.mark.parametrize("name", [name for name, known in ARCHITECTURES.items() if not known.counts])
def test_every_architecture_can_be_watched(name: str):
    config = replace(config_of(name, {}), vocab_size=60, context_length=16)
    training = replace(CONFIG, objective=ARCHITECTURES[name].objectives[0])
    state = new_state(training, model=config)
    named = dict(state.model.named_parameters())
    seen = watched_update(state)
    assert sorted(chain(*layer_groups(named).values())) == sorted(named)
    assert np.isfinite([seen.gradient_norms, seen.weight_norms, seen.update_ratios]).all()
    assert max(seen.gradient_norms) > 0 and seen.names[0] == "embedding"
