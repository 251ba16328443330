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
class Finished:
    """The last event. `reason` is `done`, or `diverged` when the loss was no longer a usable number."""

    step: int
    reason: str = "done"


Event = Step | Evaluation | Sample | Snapshot | Score | Reference | Finished
