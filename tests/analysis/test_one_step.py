"""A step taken apart is the step that training takes."""

import copy
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from lmcore.analysis.one_step import OneStep, WeightStep, one_step
from lmcore.errors import ConfigError, TextError
from lmcore.models.base import LanguageModel
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.registry import ARCHITECTURES, CAUSAL, build_model
from lmcore.training.batches import TokenBatches
from lmcore.training.config import OPTIMIZERS, TrainingConfig
from lmcore.training.state import TrainingState

RATE = 0.01
T = 12


def model_of(kind: str = "gpt") -> LanguageModel:
    torch.manual_seed(0)
    config = {"gpt": GPTConfig, "decoder": DecoderConfig}[kind]
    model = build_model(config(20, context_length=16, n_layers=2, n_heads=2, d_model=16, dropout=0.5))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model  # type: ignore[return-value]


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).integers(0, 20, T + 1))


def trained(model: LanguageModel, ids: torch.Tensor, config: TrainingConfig) -> LanguageModel:
    """The model after one update of the training loop on this one window."""
    learner = copy.deepcopy(model)
    for module in learner.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    batches = TokenBatches(ids.numpy(), T, 1, 0)
    batches.next = lambda: ids[None]  # type: ignore[method-assign]
    TrainingState(learner, batches, config).update(RATE)
    return learner.eval()


def value_in(model: LanguageModel, weight: WeightStep) -> float:
    return float(model.get_parameter(weight.name).detach()[weight.place])


@pytest.mark.parametrize("kind", ["gpt", "decoder"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_step_is_that_of_the_training_loop(kind: str, optimizer: str, ids: torch.Tensor) -> None:
    model, config = model_of(kind), TrainingConfig(optimizer=optimizer, batch_size=1)
    step, after = one_step(model, ids, config, RATE), trained(model, ids, config)
    for weight in step.weights:
        assert weight.before == value_in(model, weight)
        rough = 2e-4 if weight.rule == "muon" else 1e-6  # Muon calculates in bfloat16
        assert weight.after == pytest.approx(value_in(after, weight), abs=rough)
        by_formula = weight.before + weight.numbers["step"] + weight.numbers["decay"]
        assert by_formula == pytest.approx(weight.after, abs=2e-7)
    with torch.no_grad():
        loss = F.cross_entropy(after(ids[None, :-1])[0], ids[1:])
    assert step.guess_after.mean == pytest.approx(float(loss), abs=1e-2 if optimizer == "muon" else 1e-4)
    assert step.guess_after.mean < step.guess.mean


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("adamw", lambda ps: torch.optim.AdamW(ps, lr=RATE, betas=(0.9, 0.99), weight_decay=0.1)),
        ("adam", lambda ps: torch.optim.Adam(ps, lr=RATE, betas=(0.9, 0.99), weight_decay=0.1)),
        ("sgd", lambda ps: torch.optim.SGD(ps, lr=RATE, weight_decay=0.1)),
        ("momentum", lambda ps: torch.optim.SGD(ps, lr=RATE, momentum=0.9, weight_decay=0.1)),
    ],
)
def test_the_formula_is_the_one_of_torch(name: str, make: Any, ids: torch.Tensor) -> None:
    model = model_of("decoder")
    step = one_step(model, ids, TrainingConfig(optimizer=name, gradient_clip=0), RATE)
    for weight in step.weights:
        parameter = torch.nn.Parameter(model.get_parameter(weight.name).detach().clone())
        if parameter.dim() < 2:  # vectors do not decay
            continue
        parameter.grad = torch.full_like(parameter, weight.gradient)
        make([parameter]).step()
        after = weight.before + weight.numbers["step"] + weight.numbers["decay"]
        assert after == pytest.approx(float(parameter.detach()[weight.place]), abs=1e-7)


def test_adamw_knows_the_numbers_between(ids: torch.Tensor) -> None:
    weight = one_step(model_of(), ids, TrainingConfig(), RATE).weights[0]
    numbers = weight.numbers
    g = numbers["clipped"]
    assert numbers["m"] == pytest.approx(0.1 * g) and numbers["v"] == pytest.approx(0.01 * g * g)
    assert numbers["m_hat"] == pytest.approx(g) and numbers["v_hat"] == pytest.approx(g * g)
    assert numbers["step"] == pytest.approx(
        -RATE * math.copysign(1, g), rel=1e-3
    )  # its first step has one size


def test_gradients_are_those_of_autograd(ids: torch.Tensor) -> None:
    model = model_of().eval()
    step = one_step(model, ids, TrainingConfig(gradient_clip=0.5), RATE)
    F.cross_entropy(model(ids[None, :-1])[0], ids[1:]).backward()
    norm = math.sqrt(sum(float(p.grad.square().sum()) for p in model.parameters() if p.grad is not None))
    assert step.gradient_norm == pytest.approx(norm, rel=1e-5)
    assert step.clipped == pytest.approx(0.5 / norm, rel=1e-4)
    assert norm == pytest.approx(math.hypot(*(group.gradient for group in step.groups)), rel=1e-5)
    for weight in step.weights:
        gradient = model.get_parameter(weight.name).grad
        assert gradient is not None
        assert weight.gradient == pytest.approx(float(gradient[weight.place]), rel=1e-4)
        assert weight.numbers["clipped"] == pytest.approx(weight.gradient * step.clipped, rel=1e-3)


def test_the_gradient_at_a_layer_says_how_the_loss_changes_there(ids: torch.Tensor) -> None:
    """What is added to the stream after layer 1 has the gradient that the stage says."""
    model = model_of().eval()
    stage = one_step(model, ids, TrainingConfig(), RATE).stages[1]
    assert stage.gradient is not None and (stage.name, stage.layer) == ("layer", 1)
    pushes: list[torch.Tensor] = []

    def push(module: torch.nn.Module, given: Any, out: torch.Tensor) -> torch.Tensor:
        pushes.append(torch.zeros_like(out, requires_grad=True))
        return out + pushes[-1]

    model.get_submodule("blocks.0").register_forward_hook(push)
    F.cross_entropy(model(ids[None, :-1])[0], ids[1:]).backward()
    assert pushes[0].grad is not None
    np.testing.assert_allclose(stage.gradient, pushes[0].grad[0].norm(dim=-1).numpy(), rtol=1e-3, atol=1e-6)


def test_stages_and_guesses_are_those_of_the_plain_model(ids: torch.Tensor) -> None:
    model = model_of().eval()
    step = one_step(model, ids, TrainingConfig(label_smoothing=0.1), RATE)
    assert [(stage.name, stage.layer) for stage in step.stages] == [
        ("embedding", None), ("layer", 1), ("layer", 2), ("logits", None),
    ]  # fmt: skip
    assert {stage.size.shape for stage in step.stages} == {(T,)}
    with torch.no_grad():
        probabilities = model(ids[None, :-1])[0].softmax(-1)
    right = probabilities[torch.arange(T), ids[1:]].numpy()
    np.testing.assert_allclose(step.guess.probability, right, rtol=1e-3)
    np.testing.assert_allclose(step.guess.loss, -np.log(right), rtol=1e-3, atol=1e-5)
    assert [best[0][0] for best in step.guess.candidates] == probabilities.argmax(-1).tolist()


def test_the_weight_that_moved_most_comes_first(ids: torch.Tensor) -> None:
    model = model_of()
    config = TrainingConfig(optimizer="sgd", batch_size=1)
    step, after = one_step(model, ids, config, RATE), trained(model, ids, config)
    steps = [
        float((b - a).detach().abs().max())
        for a, b in zip(model.parameters(), after.parameters(), strict=True)
    ]
    assert abs(step.weights[0].after - step.weights[0].before) == pytest.approx(max(steps), rel=1e-2)
    assert [weight.group for weight in step.weights[1:]] == list(range(len(step.groups)))


def test_groups_hold_every_parameter_once(ids: torch.Tensor) -> None:
    model = model_of("decoder")
    step = one_step(model, ids, TrainingConfig(), RATE)
    assert sum(group.n for group in step.groups) == sum(p.numel() for p in model.parameters())
    assert {(group.kind, group.layer) for group in step.groups} >= {
        ("embedding", None), ("attention", 1), ("mlp", 2), ("head", None),
    }  # fmt: skip


def test_the_model_stays_as_it_was(ids: torch.Tensor) -> None:
    model = model_of().train()
    weights, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    one_step(model, ids, TrainingConfig(), RATE)
    assert model.training and torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_rate_of_zero_changes_nothing(ids: torch.Tensor) -> None:
    step = one_step(model_of(), ids, TrainingConfig(), 0.0)
    np.testing.assert_array_equal(step.guess.loss, step.guess_after.loss)
    assert all(weight.before == weight.after for weight in step.weights)


def small(architecture: str) -> LanguageModel:
    torch.manual_seed(0)
    return build_model(ARCHITECTURES[architecture].config(vocab_size=64, context_length=16))  # type: ignore


def is_causal(architecture: str) -> bool:
    return ARCHITECTURES[architecture].reads == CAUSAL and not ARCHITECTURES[architecture].counts


@pytest.mark.parametrize("architecture", [name for name in ARCHITECTURES if is_causal(name)])
def test_every_model_that_reads_from_left_to_right_can_be_taken_apart(
    architecture: str, ids: torch.Tensor
) -> None:
    step: OneStep = one_step(small(architecture), ids, TrainingConfig(), 1e-3)
    assert step.stages[-1].name == "logits" and step.stages[-1].gradient is not None
    assert step.guess_after.mean < step.guess.mean
    assert step.ids == tuple(ids.tolist())


@pytest.mark.parametrize("architecture", [name for name in ARCHITECTURES if not is_causal(name)])
def test_others_are_refused_in_words(architecture: str, ids: torch.Tensor) -> None:
    with pytest.raises(ConfigError, match=r"left to right|only counts"):
        one_step(small(architecture), ids, TrainingConfig(), RATE)


def test_one_token_is_too_short() -> None:
    with pytest.raises(TextError, match="too short"):
        one_step(model_of(), torch.tensor([3]), TrainingConfig(), RATE)
