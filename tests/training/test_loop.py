"""Promises of the training loop."""

import math
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
import torch

from lmcore.events import Evaluation, Finished, Snapshot, Step
from lmcore.models.base import set_dropout
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.training.batches import TokenBatches
from lmcore.training.checkpoints import load_checkpoint, save_checkpoint
from lmcore.training.config import TrainingConfig
from lmcore.training.loop import train
from lmcore.training.objectives import causal
from lmcore.training.snapshots import snapshot_steps
from lmcore.training.state import TrainingState

V = 70
PATTERN = np.random.default_rng(0).permutation(V)  # every token has one follower, so there is much to learn
IDS = np.tile(PATTERN, 12)
HELD_BACK = torch.from_numpy(IDS[:150])
CONFIG = TrainingConfig(steps=20, batch_size=4, learning_rate=1e-2, warmup_steps=2, evaluate_every=5)


def new_state(config: TrainingConfig = CONFIG, dropout: float = 0.0, seed: int = 1, **sizes) -> TrainingState:
    torch.manual_seed(seed)
    shape = {"context_length": 16, "n_layers": 1, "n_heads": 2, "d_model": 32, **sizes}
    model = GPT(GPTConfig(vocab_size=V, dropout=dropout, **shape))
    batches = TokenBatches(IDS, shape["context_length"], config.batch_size, seed)
    return TrainingState(model, batches, config)


def run(state: TrainingState) -> list:
    return list(train(state, HELD_BACK))


def losses(events: list) -> list[float]:
    return [event.loss for event in events if isinstance(event, Step)]


def test_first_loss_is_a_uniform_guess():
    assert losses(run(new_state()))[0] == pytest.approx(math.log(V), abs=0.05)


def test_a_pattern_is_learnt():
    events = run(new_state(replace(CONFIG, steps=80)))
    assert [event for event in events if isinstance(event, Evaluation)][-1].loss < 0.7
    assert events[-1] == Finished(80)


def test_events_come_in_order():
    events = run(new_state())
    steps = [event.step for event in events if isinstance(event, Step)]
    assert steps == list(range(1, 21))
    assert [event.step for event in events if isinstance(event, Snapshot)] == snapshot_steps(20)
    evaluated = [event.step for event in events if isinstance(event, Evaluation)]
    assert evaluated == sorted({*snapshot_steps(20), 0, 5, 10, 15, 20})
    assert isinstance(events[0], Evaluation) and isinstance(
        events[1], Snapshot
    )  # noise, before the first step
    for event, after in pairwise(events):
        assert not isinstance(after, Snapshot) or isinstance(event, Evaluation)


def test_the_same_seed_gives_the_same_curve():
    first, second = (losses(run(new_state(dropout=0.1))) for _ in range(2))
    assert first == second


def test_a_rate_of_zero_changes_nothing():
    state = new_state(replace(CONFIG, learning_rate=0.0))
    before = {name: value.clone() for name, value in state.model.state_dict().items()}
    assert run(state)[-1].reason == "done"
    for name, value in state.model.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("dropout", [0.0, 0.2])
@pytest.mark.parametrize("stop_after", [1, 7, 8, 19])
def test_resumed_run_equals_uninterrupted_run(tmp_path, dropout, stop_after):
    whole = new_state(dropout=dropout)
    expected = losses(run(whole))

    interrupted = new_state(dropout=dropout)
    for event in train(interrupted, HELD_BACK):
        if isinstance(event, Step) and event.step == stop_after:
            break
    save_checkpoint(tmp_path / "c.safetensors", interrupted.capture())
    resumed = new_state(seed=99)  # whatever it starts from
    resumed.batches.seed = 1
    resumed.restore(load_checkpoint(tmp_path / "c.safetensors"))
    assert losses(run(resumed)) == expected[stop_after:]
    for name, value in resumed.model.state_dict().items():
        assert torch.equal(value, whole.model.state_dict()[name]), name


def test_a_resumed_run_shows_again_what_its_step_owes():
    state = new_state()
    events = train(state, HELD_BACK)
    next(event for event in events if isinstance(event, Step) and event.step == 8)
    captured = state.capture()  # before the snapshot of step 8 was asked for
    state.restore(captured)
    first, second = islice(train(state, HELD_BACK), 2)
    assert isinstance(first, Evaluation) and isinstance(second, Snapshot) and second.step == 8


def test_changes_made_during_a_run_come_back_with_its_checkpoint(tmp_path):
    state = new_state()
    list(islice(train(state, HELD_BACK), 6))
    state.config = replace(state.config, learning_rate=5e-4, batch_size=2)
    set_dropout(state.model, 0.3)
    save_checkpoint(tmp_path / "c.safetensors", state.capture())
    other = new_state()
    other.restore(load_checkpoint(tmp_path / "c.safetensors"))
    assert (other.config.learning_rate, other.batches.batch_size) == (5e-4, 2)
    assert other.model.blocks[0].dropout.p == 0.3


@pytest.mark.parametrize("clip", [0.0, 1.0, 1000.0])
def test_a_rate_that_blows_up_ends_as_diverged_with_good_weights(clip):
    config = replace(CONFIG, steps=200, learning_rate=0.9, warmup_steps=0, gradient_clip=clip)
    state = new_state(config, n_layers=2)
    events = run(state)
    assert events[-1].reason == "diverged"
    assert state.step < events[-1].step
    assert state.step in [event.step for event in events if isinstance(event, Snapshot)]
    assert causal(state.model, state.batches.next()).item() < 2 * math.log(V)
    assert all(torch.isfinite(value).all() for value in state.model.state_dict().values())
    for event in events:
        if isinstance(event, Evaluation):
            assert math.isfinite(event.loss)


@pytest.mark.parametrize("poison", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_ends_the_run(poison):
    state = new_state()
    for event in (events := train(state, HELD_BACK)):
        if isinstance(event, Step) and event.step == 6:
            with torch.no_grad():
                state.model.final_norm.weight[0] = poison
            break
    last = list(events)[-1]
    assert isinstance(last, Finished) and last.reason == "diverged"
    assert state.step == 4  # the last snapshot
    assert torch.isfinite(state.model.final_norm.weight).all()


def test_weights_broken_by_the_last_update_are_noticed():
    state = new_state()
    for event in (events := train(state, HELD_BACK)):
        if isinstance(event, Step) and event.step == CONFIG.steps:
            with torch.no_grad():
                state.model.token_embedding.weight.fill_(math.nan)
            break
    assert next(events).reason == "diverged"


def test_overfitting_is_no_divergence():
    state = new_state(replace(CONFIG, steps=60))
    unlike = torch.from_numpy(np.random.default_rng(1).integers(V, size=200))
    with torch.no_grad():
        state.model.final_norm.weight.mul_(20)  # very sure of itself, and wrong
    state.first_loss = 1.0
    evaluation = next(train(state, unlike))
    assert isinstance(evaluation, Evaluation) and evaluation.loss > 3


def test_a_run_by_the_clock_ends_by_the_clock():
    state = new_state(replace(CONFIG, seconds=0.5, steps=1))
    events = run(state)
    assert events[-1].reason == "done" and events[-1].step > 1
    assert 0.5 <= state.seconds < 2
    snapshots = [event.step for event in events if isinstance(event, Snapshot)]
    assert snapshots[0] == 0 and snapshots[-1] == events[-1].step
    assert all(step & (step - 1) == 0 for step in snapshots[:-1])


def test_a_pause_costs_no_training_time():
    state = new_state(replace(CONFIG, seconds=60))
    events = train(state, HELD_BACK)
    list(islice(events, 5))
    before = state.seconds
    torch.randn(300, 300) @ torch.randn(300, 300)
    assert state.seconds == before


def test_snapshots_do_not_change_under_the_feet_of_a_reader():
    events = train(new_state(), HELD_BACK)
    snapshot = next(event for event in events if isinstance(event, Snapshot))
    before = {name: value.clone() for name, value in snapshot.tensors.items()}
    list(islice(events, 10))
    assert all(torch.equal(value, before[name]) for name, value in snapshot.tensors.items())


def test_biases_and_norms_do_not_decay():
    state = new_state()
    decayed, kept = state.optimizers[0].param_groups
    assert decayed["weight_decay"] == CONFIG.weight_decay and kept["weight_decay"] == 0
    assert all(parameter.dim() >= 2 for parameter in decayed["params"])
    assert all(parameter.dim() == 1 for parameter in kept["params"])
