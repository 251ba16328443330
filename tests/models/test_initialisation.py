"""Random weights by scheme: what the papers say of their size, and the same for the same seed."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from lmcore.errors import ConfigError
from lmcore.models.configs.initial import SCHEMES
from lmcore.models.initialisation import initialise
from lmcore.models.registry import ARCHITECTURES, build_model
from lmcore.models.stacked import stacks_of

RANDOM = [scheme for scheme in SCHEMES if scheme != "usual"]
NETWORKS = [name for name, known in ARCHITECTURES.items() if not known.counts]


def model_of(name: str, **values: int) -> nn.Module:
    torch.manual_seed(0)
    return build_model(replace(ARCHITECTURES[name].config(), vocab_size=90, **values))


def weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("scheme", RANDOM)
def test_matrices_are_drawn_anew_and_vectors_stay(name: str, scheme: str) -> None:
    model = model_of(name)
    before = weights(model)
    initialise(model, scheme, seed=3)
    own = {
        f"{prefix}.{key}"
        for prefix, module in model.named_modules()
        if isinstance(module, nn.Linear | nn.Embedding | nn.RNNBase)
        for key, parameter in module.named_parameters(recurse=False)
        if parameter.dim() == 2
    }
    changed = {key for key, value in weights(model).items() if not torch.equal(value, before[key])}
    assert changed == own and own
    assert all(value.isfinite().all() for value in weights(model).values())


@pytest.mark.parametrize("name", NETWORKS)
def test_usual_changes_nothing(name: str) -> None:
    model = model_of(name)
    before = weights(model)
    initialise(model, "usual", seed=3)
    assert all(torch.equal(value, before[key]) for key, value in weights(model).items())


def test_the_same_seed_gives_the_same_weights_and_leaves_torchs_numbers_alone() -> None:
    one, two, other = (model_of("gpt") for _ in range(3))
    state = torch.get_rng_state()
    for model, seed in ((one, 3), (two, 3), (other, 4)):
        initialise(model, "xavier", seed)
    assert torch.equal(torch.get_rng_state(), state)
    name = "blocks.0.mlp.expand.weight"
    assert torch.equal(weights(one)[name], weights(two)[name])
    assert not torch.equal(weights(one)[name], weights(other)[name])


EXPECTED = {  # standard deviation of a (rows, columns) matrix
    "normal": lambda rows, columns: 0.02,
    "xavier": lambda rows, columns: math.sqrt(2 / (rows + columns)),
    "kaiming": lambda rows, columns: math.sqrt(2 / columns),
}


@pytest.mark.parametrize("scheme", EXPECTED)
@pytest.mark.parametrize(("name", "shape"), [("mlp.expand", (512, 128)), ("attention.qkv", (128, 128))])
def test_the_size_is_that_of_the_paper(scheme: str, name: str, shape: tuple[int, int]) -> None:
    """Queries, keys and values are three matrices, though they lie in one."""
    model = model_of("gpt", d_model=128)
    initialise(model, scheme, seed=1)
    found = weights(model)[f"blocks.0.{name}.weight"].std().item()
    assert found == pytest.approx(EXPECTED[scheme](*shape), rel=0.03)
    assert weights(model)["token_embedding.weight"].std().item() == pytest.approx(0.02, rel=0.03)


@pytest.mark.parametrize(
    ("name", "key"), [("gpt", "blocks.0.attention.qkv.weight"), ("recurrent", "layers.0.weight_hh_l0")]
)
def test_every_matrix_in_a_stack_is_orthogonal(name: str, key: str) -> None:
    model = model_of(name)
    initialise(model, "orthogonal", seed=1)
    pieces = weights(model)[key].chunk(stacks_of(model)[key])
    assert len(pieces) == (3 if name == "gpt" else 4)
    for piece in pieces:
        torch.testing.assert_close(piece @ piece.T, torch.eye(len(piece)), atol=1e-5, rtol=0)


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ConfigError, match="zeros"):
        initialise(model_of("gpt"), "zeros", 0)
