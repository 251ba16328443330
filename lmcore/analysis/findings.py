"""What the run doctor reads, and how it says what it found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lmcore.models.configs.base import ModelConfig
from lmcore.training.config import TrainingConfig

MEND = "mend"  # the remedy that goes on with the run itself; all others are settings of a new one


class Settings(Protocol):
    """What a run was set to; a `RunSpec` is one."""

    @property
    def model(self) -> ModelConfig: ...

    @property
    def training(self) -> TrainingConfig: ...


@dataclass(frozen=True)
class Finding:
    """Names the texts `doctor.<key>` and `doctor.<key>.rest`, with the figures in them.

    `remedy` is a setting and its new value; `MEND` goes on with the run at that learning rate.
    """

    key: str
    given: dict[str, Any] = field(default_factory=dict)
    remedy: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Look:
    """Inside the model at a step: a value for every group of weights, such as "0.mlp", the lowest first."""

    step: int
    names: Sequence[str]
    gradient_norms: Sequence[float]
    dead_shares: Sequence[float | None]


@dataclass(frozen=True)
class Curves:
    """What a run has written so far. A loss that was no number is None."""

    training: Sequence[tuple[int, float | None, float | None]] = ()  # (step, loss, gradient norm), the newest
    validation: Sequence[tuple[int, float | None]] = ()  # (step, loss), all
    references: Mapping[str, float] = field(default_factory=dict)  # "uniform", "counting", "entropy"
    looks: Sequence[Look] = ()
    planned_steps: int = 0
    diverged: bool = False
    seen_share: float | None = None  # of the held-back text that stands in the training text too

    @property
    def known(self) -> list[tuple[int, float]]:
        """Validation losses that are numbers."""
        return [(step, loss) for step, loss in self.validation if loss is not None and math.isfinite(loss)]

    @property
    def losses(self) -> list[float]:
        """The newest training losses that are numbers."""
        return [loss for _, loss, _ in self.training if loss is not None and math.isfinite(loss)]
