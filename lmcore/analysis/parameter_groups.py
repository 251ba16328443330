"""The parameters of a model by what they are for, as a reader of its picture would name them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

LAYER = re.compile(r"(?:^|\.)(?:blocks|layers|cells)\.(\d+)(?:\.|$)|_l(\d+)(?:_|$)")


@dataclass(frozen=True)
class ParameterGroup:
    """Parameters that stand together: `kind` names them, `layer` counts from 1 where they are one layer's."""

    kind: str  # embedding, attention, mlp, layer, norm, head or other
    layer: int | None
    members: tuple[tuple[str, nn.Parameter], ...]


def parameter_groups(model: nn.Module) -> tuple[ParameterGroup, ...]:
    """All parameters of a model, each once, in the order in which the model has them."""
    found: dict[tuple[str, int | None], list[tuple[str, nn.Parameter]]] = {}
    for name, parameter in model.named_parameters():
        found.setdefault(group_of(name), []).append((name, parameter))
    return tuple(ParameterGroup(*key, tuple(members)) for key, members in found.items())


def group_of(name: str) -> tuple[str, int | None]:
    """Kind and layer of a parameter.

    >>> group_of("blocks.1.attention.qkv.weight"), group_of("token_embedding.weight"), group_of("head.bias")
    (('attention', 2), ('embedding', None), ('head', None))
    """
    match = LAYER.search(name)
    if match:
        layer = int(match.group(1) or match.group(2)) + 1
        inside = name[match.end() :]
        return next(_named(inside, ("attention", "mlp")), "layer"), layer
    if "embedding" in name or "table" in name:
        return "embedding", None
    return next(_named(name, ("head", "norm")), "other"), None


def _named(name: str, kinds: tuple[str, ...]) -> Iterator[str]:
    return (kind for kind in kinds if kind in name)
