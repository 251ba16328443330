"""Random weights by named schemes, before the first step."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lmcore.checks import check_choice
from lmcore.models.configs.initial import SCHEMES
from lmcore.models.stacked import stacks_of

STD = 0.02


def initialise(model: nn.Module, scheme: str, seed: int) -> None:
    """Draw the matrices of a new model by a scheme of `SCHEMES`; "usual" leaves them as the model made them.

    Vectors (biases, scales of norms) stay. Embeddings are drawn from normal(0, 0.02) by every scheme: a row
    is looked up, not multiplied, so that there is no number of inputs to go by.
    """
    check_choice("scheme", scheme, SCHEMES)
    if scheme == "usual":
        return
    random, stacks = torch.Generator().manual_seed(seed), stacks_of(model)
    for prefix, module in model.named_modules():
        if not isinstance(module, nn.Linear | nn.Embedding | nn.RNNBase):
            continue
        draw = _DRAWS["normal" if isinstance(module, nn.Embedding) else scheme]
        for name, parameter in module.named_parameters(prefix, recurse=False):
            if parameter.dim() == 2:
                _redraw(parameter, stacks.get(name, 1), draw, random)


@torch.no_grad()
def _redraw(parameter: Tensor, n_stacked: int, draw: "Draw", random: torch.Generator) -> None:
    """Each of the matrices that lie in one is drawn for itself."""
    for piece in parameter.chunk(n_stacked):
        piece.copy_(draw(torch.empty(piece.shape), random))


def _normal(matrix: Tensor, random: torch.Generator) -> Tensor:
    """As GPT did it (Radford et al. 2018, section 4.1)."""
    return nn.init.normal_(matrix, std=STD, generator=random)


def _xavier(matrix: Tensor, random: torch.Generator) -> Tensor:
    """Glorot & Bengio 2010, eq. 16: what goes forward and what comes back keep their size."""
    return nn.init.xavier_uniform_(matrix, generator=random)


def _kaiming(matrix: Tensor, random: torch.Generator) -> Tensor:
    """He et al. 2015, eq. 10: for layers of which ReLU lets half through."""
    return nn.init.kaiming_normal_(matrix, nonlinearity="relu", generator=random)


def _orthogonal(matrix: Tensor, random: torch.Generator) -> Tensor:
    """Saxe et al. 2014: nothing is stretched, whatever the depth."""
    return nn.init.orthogonal_(matrix, generator=random)


Draw = Callable[[Tensor, torch.Generator], Tensor]
_DRAWS: dict[str, Draw] = {
    "normal": _normal,
    "xavier": _xavier,
    "kaiming": _kaiming,
    "orthogonal": _orthogonal,
}
