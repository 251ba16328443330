"""What goes on inside a model while it trains, at a cost that is kept below a share of the training's time."""

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from lmcore.events import Layers
from lmcore.training.layer_groups import layer_groups

if TYPE_CHECKING:
    from lmcore.training.state import TrainingState

SHARE = 0.01  # of the training's seconds that looking may take
FIRST_LOOKS = 4  # steps at the start, where most happens
MOST_LOOKS = 400  # in a run of known length, besides those at snapshots: more cannot be drawn
BINS = 24
REACH = 4.0  # root mean squares that a histogram shows at least
LOOKED_AT = 50_000  # weights of a group that go into its histogram, at most


class Monitor:
    """Looks at a training from inside its updates.

    An update calls `begin`, `gradients` once they are there and not yet clipped, and `end`; all three return
    at once unless it is time to look. `taken` gives what was seen.
    """

    def __init__(self, state: "TrainingState", clock: Callable[[], float] = time.perf_counter) -> None:
        named = dict(state.model.named_parameters())
        self.groups = layer_groups(named)
        self._weights = [[named[name] for name in names] for names in self.groups.values()]
        self._silence = Silence(state.working, tuple(self.groups))
        self._clock = clock
        self.seconds = 0.0  # spent on looking
        self._began_at: float | None = None  # the training's seconds at the first update
        self._last = -math.inf  # progress at the last look
        self._asked = True
        self._looking = False
        self._seen: Layers | None = None

    def ask(self) -> None:
        """Look at the next update whatever it costs: there is a snapshot of these weights."""
        self._asked = True

    def due(self, state: "TrainingState") -> bool:
        """Whether there is time for a look at the next update."""
        if self._asked or state.step < FIRST_LOOKS:
            return True
        if state.progress - self._last < 1 / MOST_LOOKS:
            return False
        return self.seconds < SHARE * (state.seconds - (self._began_at or 0.0))

    def begin(self, state: "TrainingState") -> None:
        """Before the forward pass."""
        if self._began_at is None:
            self._began_at = state.seconds
        self._looking = self.due(state)
        if not self._looking:
            return
        self._asked, self._last = False, state.progress
        self._silence.listen()

    @torch.no_grad()
    def gradients(self, state: "TrainingState") -> None:
        """Between the backward pass and the update."""
        if not self._looking:
            return
        begun = self._now(state)
        dead = self._silence.heard()
        gradients = [[p.grad for p in group if p.grad is not None] for group in self._weights]
        self._before = [[p.detach().clone() for p in group] for group in self._weights]
        edges = [edge_of(group) for group in self._before]
        self._values: dict[str, Any] = {
            "step": state.step,
            "names": tuple(self.groups),
            "gradient_norms": _norms(gradients),
            "weight_norms": _norms(self._before),
            "edges": tuple(edges),
            "histograms": tuple(map(histogram, self._before, edges)),
            "dead_shares": dead,
        }
        self.seconds += self._now(state) - begun

    @torch.no_grad()
    def end(self, state: "TrainingState") -> None:
        """After the update."""
        if not self._looking:
            return
        begun = self._now(state)
        for before, after in zip(self._before, self._weights, strict=True):
            torch._foreach_sub_(before, after)
        moved = _norms(self._before)
        sizes = self._values["weight_norms"]
        ratios = tuple(norm / size if size else 0.0 for norm, size in zip(moved, sizes, strict=True))
        self._seen = Layers(update_ratios=ratios, **self._values)
        self._before, self._looking = [], False
        self.seconds += self._now(state) - begun

    def taken(self) -> Layers | None:
        """What the last update showed, once."""
        seen, self._seen = self._seen, None
        return seen

    def _now(self, state: "TrainingState") -> float:
        """The time, when everything asked of the device before is done."""
        if state.device.type == "cuda":
            torch.cuda.synchronize(state.device)
        return self._clock()


class Silence:
    """Listens to the units of every MLP during one update.

    A unit is dead when its output was above zero at no token (Lu et al. 2019 call that a dying ReLU). The
    units of a gated MLP have no such threshold and are left out.
    """

    def __init__(self, model: nn.Module, groups: tuple[str, ...]) -> None:
        self.groups = groups
        self.projections = {
            group: module.projection
            for group in groups
            if group.endswith("mlp") and (module := _mlp_of(model, group)) is not None
        }
        self._loudest: dict[str, Tensor] = {}
        self._hooks: list[Any] = []

    def listen(self) -> None:
        """From now on, until `heard`."""
        self._loudest = {}
        for group, projection in self.projections.items():
            self._hooks.append(projection.register_forward_pre_hook(self._hook(group)))

    def heard(self) -> tuple[float | None, ...]:
        """For every group the share of dead units; None where there are none to listen to."""
        for hook in self._hooks:
            hook.remove()
        self._hooks = []
        silent = {group: (loudest <= 0).float().mean() for group, loudest in self._loudest.items()}
        values = torch.stack(list(silent.values())).tolist() if silent else []
        shares = dict(zip(silent, values, strict=True))
        return tuple(shares.get(group) for group in self.groups)

    def _hook(self, group: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def listen(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            loudest = inputs[0].detach().flatten(0, -2).amax(0)
            known = self._loudest.get(group)
            self._loudest[group] = loudest if known is None else torch.maximum(known, loudest)

        return listen


def _mlp_of(model: nn.Module, group: str) -> nn.Module | None:
    """The module of a group such as `0.mlp`, if its units have a threshold."""
    for name, module in model.named_modules():
        if name.endswith("mlp") and group in layer_groups([f"{name}.weight"]):
            usable = isinstance(getattr(module, "projection", None), nn.Linear) and not hasattr(module, "gate")
            return module if usable else None
    return None


def _norms(groups: list[list[Tensor]]) -> tuple[float, ...]:
    """The norm of each group of tensors, with one wait for the device."""
    squares = [
        torch.stack([norm.float() for norm in torch._foreach_norm(group)]).square().sum()
        for group in groups
        if group
    ]
    values = iter(torch.stack(squares).sqrt().tolist() if squares else [])
    return tuple(next(values) if group else 0.0 for group in groups)


def edge_of(group: list[Tensor]) -> float:
    """A power of two that is at least `REACH` root mean squares, so that it seldom changes."""
    (norm,) = _norms([group])
    size = REACH * norm / math.sqrt(sum(weights.numel() for weights in group))
    return 2.0 ** math.ceil(math.log2(size)) if math.isfinite(size) and size > 0 else 1.0


def histogram(group: list[Tensor], edge: float) -> tuple[int, ...]:
    """Counts (BINS,) of the weights between -edge and edge, those beyond in the outermost bins.

    Of a large group every n-th weight.
    """
    flat = [weights.detach().reshape(-1) for weights in group]
    every = -(-sum(map(len, flat)) // LOOKED_AT)
    values = torch.cat([weights[::every] for weights in flat]).float()
    places = ((values + edge) * (BINS / (2 * edge))).nan_to_num(0.0).clamp(0, BINS - 1).int()
    return tuple(torch.bincount(places, minlength=BINS).tolist())
