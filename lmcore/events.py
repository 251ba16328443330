"""What happens during a training. `train(...)` yields these; whoever asks for the next one sets the pace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One optimizer update. `loss` in nats (per token, or per word pair), before the update."""

    step: int  # 1 is the first update
    loss: float
    learning_rate: float
    gradient_norm: float | None = None  # before clipping; None where there is no single gradient
    tokens_per_s: float = 0.0


@dataclass(frozen=True)
class Evaluation:
    """The loss on held-back text, in nats per token."""

    step: int
    loss: float


@dataclass(frozen=True)
class Sample:
    """What the model writes at this step."""

    step: int
    text: str


@dataclass(frozen=True)
class Snapshot:
    """The weights at a step, as named CPU tensors or arrays ready to be written."""

    step: int
    tensors: Mapping[str, Any]


@dataclass(frozen=True)
class Reference:
    """A loss to compare with that needs no training: `uniform` (ln V) or `counting` (an n-gram model)."""

    name: str
    loss: float
    order: int | None = None  # of the n-gram model


@dataclass(frozen=True)
class Score:
    """How well the model does at a test, 0 to 1 or a correlation; `n` of its questions could be asked."""

    step: int
    name: str
    value: float
    n: int


@dataclass(frozen=True)
class Layers:
    """Inside the model after `step` updates, and what the next update does there.

    Every tuple has one value a group of weights, from the embedding at the bottom to the head. A histogram
    counts the weights between -edge and edge; those beyond are counted in the outermost bins.
    """

    step: int
    names: tuple[str, ...]  # "embedding", "0.attention", "0.mlp", …, "norm", "head"
    gradient_norms: tuple[float, ...]  # before clipping
    weight_norms: tuple[float, ...]
    update_ratios: tuple[float, ...]  # norm of the update over norm of the weights
    edges: tuple[float, ...]
    histograms: tuple[tuple[int, ...], ...]
    dead_shares: tuple[float | None, ...]  # of an MLP's units, those silent for the whole batch


@dataclass(frozen=True)
class Finished:
    """The last event. `reason` is `done`, or `diverged` when the loss was no longer a usable number."""

    step: int
    reason: str = "done"


Event = Step | Evaluation | Sample | Snapshot | Score | Reference | Layers | Finished
