"""Layers that can be undone (Gomez et al. 2017; Kitaev et al. 2020, section 3). Nothing is kept of them.

y₁ = x₁ + F(x₂)    y₂ = x₂ + G(y₁)    and back:    x₂ = y₂ − G(y₁)    x₁ = y₁ − F(x₂)
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class TwoStreams(Protocol):
    """A layer with an F and a G. What F decides (its buckets) is handed over when it is repeated."""

    def first(self, x: Tensor, decided: Tensor | None) -> Tensor: ...

    def second(self, x: Tensor) -> Tensor: ...

    def decide(self, x: Tensor) -> Tensor | None: ...

    def parameters(self) -> Any: ...


def reversible(blocks: Sequence[TwoStreams], x: Tensor) -> tuple[Tensor, Tensor]:
    """Both streams after all blocks, which begin with `x` each. Gradients are those of ordinary layers."""
    parameters = [parameter for block in blocks for parameter in block.parameters()]
    return _Reversible.apply(blocks, x, *parameters)  # pyright: ignore[reportReturnType]


class _Reversible(torch.autograd.Function):
    """Keeps the result, and of every layer what was decided and the random states before its two parts."""

    @staticmethod
    def forward(ctx: Any, blocks: Sequence[TwoStreams], x: Tensor, *parameters: nn.Parameter) -> Any:
        first = second = x
        kept: list[Tensor | None] = []
        for block in blocks:
            decided = block.decide(second)
            kept += [decided, _random_state(x)]
            first = first + block.first(second, decided)
            kept.append(_random_state(x))
            second = second + block.second(first)
        ctx.blocks = blocks
        ctx.save_for_backward(first.detach(), second.detach(), *kept)
        return first, second

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
        first, second, *kept = ctx.saved_tensors
        of_first, of_second = gradients
        of_parameters: list[Tensor | None] = []
        after = _random_state(first)
        for index in reversed(range(len(ctx.blocks))):
            block, (decided, before_first, before_second) = ctx.blocks[index], kept[3 * index : 3 * index + 3]
            parameters = list(block.parameters())
            _set_random_state(first, before_second)
            added, of_input, from_second = _again(block.second, (), first, of_second, parameters)
            second, of_first = second - added, of_first + of_input
            _set_random_state(first, before_first)
            added, of_input, from_first = _again(block.first, (decided,), second, of_first, parameters)
            first, of_second = first - added, of_second + of_input
            of_parameters[:0] = [_sum(a, b) for a, b in zip(from_first, from_second, strict=True)]
        _set_random_state(first, after)
        return None, of_first + of_second, *of_parameters


def _again(
    function: Callable[..., Tensor],
    given: tuple[Any, ...],
    x: Tensor,
    gradient: Tensor,
    parameters: Sequence[nn.Parameter],
) -> tuple[Tensor, Tensor, Sequence[Tensor | None]]:
    """What the function adds once more, and the gradients of its input and of the parameters."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        added = function(x, *given)
    of_input, *of_parameters = torch.autograd.grad(added, [x, *parameters], gradient, allow_unused=True)
    return added.detach(), of_input, of_parameters


def _sum(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    return b if a is None else a if b is None else a + b


def _random_state(x: Tensor) -> Tensor:
    """Of the generator from which dropout of `x` draws."""
    return torch.cuda.get_rng_state(x.device) if x.is_cuda else torch.get_rng_state()


def _set_random_state(x: Tensor, state: Tensor) -> None:
    if x.is_cuda:
        torch.cuda.set_rng_state(state, x.device)
    else:
        torch.set_rng_state(state)
