"""What goes on inside a model while it trains, seen at a small, fixed share of the training's time."""

import math
import time
from collections.abc import Callable, Sequence
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
REACH = 3.0  # root mean squares that a histogram shows at least
LOOKED_AT = 8_192  # weights of a group that go into its histogram, at most


class Monitor:
    """Looks at a training from inside its updates.

    An update calls `begin`, `gradients` once they are there and not yet clipped, and `end`; all three return
    at once unless it is time to look. `taken` gives what was seen.
    """

    def __init__(self, state: "TrainingState", clock: Callable[[], float] = time.perf_counter) -> None:
        named = dict(state.model.named_parameters())
        self.groups = layer_groups(named)
        self._weights: list[Tensor] = [named[name] for names in self.groups.values() for name in names]
        self._group_of = [i for i, names in enumerate(self.groups.values()) for _ in names]
        self._histograms = Histograms(self._weights, self._group_of)
        self._silence = Silence(state.working, tuple(self.groups), clock)
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
        self._before = [weights.detach().clone() for weights in self._weights]
        sizes = self._norms(self._before)
        self._values: dict[str, Any] = {
            "step": state.step,
            "names": tuple(self.groups),
            "gradient_norms": self._norms([weights.grad for weights in self._weights]),
            "weight_norms": sizes,
            "edges": self._histograms.edges(sizes),
            "histograms": self._histograms.counts(self._before, sizes),
            "dead_shares": dead,
        }
        self.seconds += self._now(state) - begun + self._silence.seconds

    @torch.no_grad()
    def end(self, state: "TrainingState") -> None:
        """After the update."""
        if not self._looking:
            return
        begun = self._now(state)
        torch._foreach_sub_(self._before, self._weights)  # pyright: ignore[reportPrivateImportUsage]
        moved = self._norms(self._before)
        sizes = self._values["weight_norms"]
        ratios = tuple(norm / size if size else 0.0 for norm, size in zip(moved, sizes, strict=True))
        self._seen = Layers(update_ratios=ratios, **self._values)
        self._before, self._looking = [], False
        self.seconds += self._now(state) - begun

    def _norms(self, tensors: Sequence[Tensor | None]) -> tuple[float, ...]:
        """The norm of every group, with one wait for the device; missing tensors count nothing."""
        squares = [0.0] * len(self.groups)
        known = [tensor for tensor in tensors if tensor is not None]
        each = torch._foreach_norm(known) if known else ()  # pyright: ignore[reportPrivateImportUsage]
        norms = iter(torch.stack(tuple(each)).tolist() if known else [])
        for group, tensor in zip(self._group_of, tensors, strict=True):
            if tensor is not None:
                squares[group] += next(norms) ** 2
        return tuple(math.sqrt(square) for square in squares)

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

    def __init__(self, model: nn.Module, groups: tuple[str, ...], clock: Callable[[], float]) -> None:
        self.groups, self._clock = groups, clock
        self.seconds = 0.0  # spent on listening, since `listen`
        self.projections: dict[str, nn.Linear] = {
            group: projection
            for group in groups
            if group.endswith("mlp") and (projection := _projection_of(model, group)) is not None
        }
        self._loudest: dict[str, Tensor] = {}
        self._hooks: list[Any] = []

    def listen(self) -> None:
        """From now on, until `heard`."""
        self._loudest, self.seconds = {}, 0.0
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
            begun = self._clock()
            loudest = inputs[0].detach().flatten(0, -2).amax(0)
            known = self._loudest.get(group)
            self._loudest[group] = loudest if known is None else torch.maximum(known, loudest)
            self.seconds += self._clock() - begun

        return listen


def _projection_of(model: nn.Module, group: str) -> nn.Linear | None:
    """What reads the units of a group such as `0.mlp`, if they have a threshold."""
    for name, module in model.named_modules():
        if name.endswith("mlp") and group in layer_groups([f"{name}.weight"]):
            projection = getattr(module, "projection", None)
            has_threshold = not hasattr(module, "gate")
            return projection if has_threshold and isinstance(projection, nn.Linear) else None
    return None


class Histograms:
    """Counts the weights of all groups at once, of a large group every n-th weight."""

    def __init__(self, weights: list[Tensor], group_of: list[int]) -> None:
        self.sizes = [0] * (max(group_of) + 1)
        for tensor, group in zip(weights, group_of, strict=True):
            self.sizes[group] += tensor.numel()
        self._every = [-(-self.sizes[group] // LOOKED_AT) for group in group_of]
        flat = zip(weights, self._every, strict=True)
        taken = torch.tensor([-(-tensor.numel() // every) for tensor, every in flat])
        device = weights[0].device
        self._group = torch.repeat_interleave(torch.tensor(group_of), taken).to(device)
        self._first_bin = (BINS * self._group).int()

    def edges(self, norms: Sequence[float]) -> tuple[float, ...]:
        """For groups of these norms."""
        return tuple(edge_of(norm / math.sqrt(size)) for norm, size in zip(norms, self.sizes, strict=True))

    def counts(self, weights: list[Tensor], norms: Sequence[float]) -> tuple[tuple[int, ...], ...]:
        """For every group (BINS,) counts between minus its edge and its edge, all beyond in the outermost."""
        flat = zip(weights, self._every, strict=True)
        values = torch.cat([tensor.reshape(-1)[::every] for tensor, every in flat])
        per_weight = torch.tensor([BINS / (2 * edge) for edge in self.edges(norms)], device=values.device)
        places = values.mul_(per_weight[self._group]).add_(BINS / 2).nan_to_num_(0.0).clamp_(0, BINS - 1)
        counted = torch.bincount(places.int() + self._first_bin, minlength=BINS * len(self.sizes))
        return tuple(map(tuple, counted.view(-1, BINS).tolist()))


def edge_of(size: float) -> float:
    """At least `REACH` times the root mean square `size`; a power of √2, so that it seldom changes.

    >>> edge_of(0.1), edge_of(0.0), edge_of(math.nan)
    (0.353..., 1.0, 1.0)
    """
    reach = REACH * size
    return 2.0 ** (math.ceil(2 * math.log2(reach)) / 2) if math.isfinite(reach) and reach > 0 else 1.0
