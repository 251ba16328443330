"""What one update has done to the weights of a model: group by group, and for a few weights every number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lmcore.analysis.parameter_groups import ParameterGroup
from lmcore.analysis.update_rules import Numbers, numbers_of, orthogonal_of, rule_of

TIED = 0.999  # steps that are this share of the largest count as just as large


@dataclass(frozen=True)
class GroupStep:
    """One group of parameters: lengths of its weights, its gradient and its step, each as one long vector."""

    kind: str
    layer: int | None
    n: int
    weight: float
    gradient: float
    step: float


@dataclass(frozen=True)
class WeightStep:
    """One weight through the update; `group` is the place of its group in `OneStep.groups`.

    `numbers` are those of the formula of `rule`; `after` is what the optimizer itself made of `before`.
    """

    name: str
    place: tuple[int, ...]
    group: int
    rule: str
    before: float
    gradient: float  # before clipping
    numbers: Numbers
    after: float


class Update:
    """What the step has done to the weights. `before` and `gradients` are from before it, and not clipped."""

    def __init__(
        self,
        groups: tuple[ParameterGroup, ...],
        before: dict[str, Tensor],
        gradients: dict[str, Tensor],
        optimizers: list[torch.optim.Optimizer],
    ) -> None:
        self.groups, self.before, self.gradients = groups, before, gradients
        self.steps = {name: p.detach() - before[name] for group in groups for name, p in group.members}
        self.settings = {
            id(p): (optimizer, settings)
            for optimizer in optimizers
            for settings in optimizer.param_groups
            for p in settings["params"]
        }

    def group(self, group: ParameterGroup) -> GroupStep:
        """Its lengths."""
        names = [name for name, _ in group.members]
        lengths = (_length([of[name] for name in names]) for of in (self.before, self.gradients, self.steps))
        return GroupStep(group.kind, group.layer, sum(self.before[name].numel() for name in names), *lengths)

    def weights(self) -> tuple[WeightStep, ...]:
        """The one that moved most, and one of every group; see `OneStep`."""
        most = max(float(step.abs().max()) for step in self.steps.values())
        moved = {name: step.abs() >= TIED * most for name, step in self.steps.items()}
        among = {name: self.gradients[name].abs().where(moved[name], -1.0) for name in moved}
        chosen = [self._largest(among, range(len(self.groups)))]
        sizes = {name: gradient.abs() for name, gradient in self.gradients.items()}
        chosen += [self._largest(sizes, [i], matrices=True) for i in range(len(self.groups))]
        return tuple(self._weight(*place) for place in chosen)

    def _largest(
        self, values: dict[str, Tensor], groups: Sequence[int], matrices: bool = False
    ) -> tuple[int, str, tuple[int, ...]]:
        """Group, name and place of the largest value of some groups, in a matrix where they have one."""
        names = [(i, name) for i in groups for name, _ in self.groups[i].members]
        if matrices:
            names = [one for one in names if values[one[1]].dim() >= 2] or names
        i, name = max(names, key=lambda one: float(values[one[1]].max()))
        place = np.unravel_index(int(values[name].argmax()), tuple(values[name].shape))
        return i, name, tuple(int(k) for k in place)

    def _weight(self, i: int, name: str, place: tuple[int, ...]) -> WeightStep:
        parameter = dict(self.groups[i].members)[name]
        optimizer, settings = self.settings[id(parameter)]
        rule = rule_of(optimizer, settings)
        clipped = gradient_of(parameter)
        orthogonal = float(orthogonal_of(clipped)[place]) if rule == "muon" else 0.0
        before, gradient = float(self.before[name][place]), float(clipped[place])
        return WeightStep(
            name=name,
            place=place,
            group=i,
            rule=rule,
            before=before,
            gradient=float(self.gradients[name][place]),
            numbers={"clipped": gradient, **numbers_of(rule, before, gradient, settings, orthogonal)},
            after=float(parameter.detach()[place]),
        )


def _length(tensors: list[Tensor]) -> float:
    """Of many tensors as one long vector."""
    return float(torch.stack([tensor.norm() for tensor in tensors]).norm())


def gradient_of(parameter: nn.Parameter) -> Tensor:
    """Zeros where none has reached it."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
