"""Muon (Jordan et al. 2024): momentum whose update is made orthogonal, for the matrices of layers.

The nearest orthogonal matrix is found by a few steps of Newton–Schulz with the coefficients of Polar Express
(Amsel et al. 2025, algorithm 1), for all matrices of one shape at once.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import torch
from torch import Tensor, nn

COEFFICIENTS = (
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233003106),
)
N_STEPS = 3  # a rough answer trains as well
FIRST_MOMENTUM, MOMENTUM, MOMENTUM_STEPS = 0.85, 0.95, 100  # rises over the first steps


class Muon(torch.optim.Optimizer):
    """For 2-D parameters; query, key and value, which lie in one, are treated as the three that they are."""

    def __init__(self, parameters: Iterable[nn.Parameter], weight_decay: float = 0.0) -> None:
        super().__init__(parameters, {"lr": 0.0, "weight_decay": weight_decay, "decays": True})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One update of all parameters that have a gradient."""
        for group in self.param_groups:
            with_gradient = [p for p in group["params"] if p.grad is not None]
            for shape, same in groupby(sorted(with_gradient, key=_shape), key=_shape):
                self._update(list(same), shape, group)

    def _update(self, parameters: list[Tensor], shape: tuple[int, int], group: dict[str, Any]) -> None:
        directions = self._directions(parameters)
        short, long = min(shape), max(shape)
        orthogonal = orthogonalised(directions)
        rate = group["lr"] * (long / short) ** 0.5
        if group["weight_decay"]:
            torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])  # pyright: ignore[reportPrivateImportUsage]
        done = 0
        for parameter in parameters:
            n = _n_pieces(parameter)
            update = orthogonal[done : done + n]
            update = update.mT if _lies(parameter) else update
            parameter.add_(update.reshape(parameter.shape).to(parameter.dtype), alpha=-rate)
            done += n

    def _directions(self, parameters: list[Tensor]) -> Tensor:
        """Nesterov momentum of every piece, (N, long, short)."""
        pieces = []
        for parameter in parameters:
            state = self.state[parameter]
            if not state:
                state["momentum"] = torch.zeros_like(parameter)
                state["step"] = torch.zeros(())
            state["step"] += 1
            share = min(1.0, (float(state["step"]) - 1) / MOMENTUM_STEPS)
            kept = FIRST_MOMENTUM + share * (MOMENTUM - FIRST_MOMENTUM)
            gradient = parameter.grad
            assert gradient is not None
            state["momentum"].lerp_(gradient, 1 - kept)
            pieces.append(_apart(gradient.lerp(state["momentum"], kept)))
        return torch.cat(pieces)


def orthogonalised(matrices: Tensor) -> Tensor:
    """(N, rows, columns), rows ≥ columns → bfloat16 with singular values near 1."""
    x = matrices.bfloat16()
    x = x / (matrices.norm(dim=(-2, -1), keepdim=True) * 1.01 + 1e-7).bfloat16()
    for a, b, c in COEFFICIENTS[:N_STEPS]:
        square = x.mT @ x
        x = torch.baddbmm(x, x, torch.baddbmm(square, square, square, beta=b, alpha=c), beta=a)
    return x


def _lies(parameter: Tensor) -> bool:
    return parameter.shape[0] < parameter.shape[1]


def _n_pieces(parameter: Tensor) -> int:
    """Query, key and value lie in one matrix and are three."""
    rows, columns = parameter.shape
    return 3 if rows == 3 * columns else 1


def _shape(parameter: Tensor) -> tuple[int, int]:
    rows, columns = sorted(parameter.shape, reverse=True)
    return rows // _n_pieces(parameter), columns


def _apart(matrix: Tensor) -> Tensor:
    """(pieces, long, short)."""
    if _lies(matrix):
        return matrix.mT[None]
    return matrix.view(_n_pieces(matrix), -1, matrix.shape[1])
