"""What every way of training word vectors offers to the run that drives it."""

from typing import Protocol

import numpy as np

from lmcore.events import Step
from lmcore.vectors.config import VectorsConfig
from lmcore.vectors.vocabulary import Vocabulary


class Trainer(Protocol):
    """Word vectors in training, one step a chunk of work. V words, D dimensions."""

    vocabulary: Vocabulary
    config: VectorsConfig
    step: int  # chunks done
    planned_steps: int

    @property
    def untrained_loss(self) -> float:
        """The loss of a model that knows nothing, in the units of `Step.loss`."""
        ...

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        ...

    def vectors(self) -> np.ndarray:
        """The words' vectors now, (V, D) float32: what a snapshot shows."""
        ...

    def context_vectors(self) -> np.ndarray | None:
        """The vectors of the words as contexts, (V, D) float32, where the method has them.

        Those of GloVe, whose `vectors` are the sum of both, have the two biases as further columns.
        """
        ...

    def advance(self) -> Step:
        """Train on the next chunk. The loss is the mean over its pairs, each measured before its update."""
        ...

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`; raises `ConfigError` for anything else."""
        ...

    def has_diverged(self, loss: float) -> bool:
        """Whether a step's loss is no longer a usable number."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """All arrays that are needed to go on exactly, by name; `load_state` takes them back."""
        ...

    def load_state(self, arrays: dict[str, np.ndarray], step: int) -> None:
        """Go back to what `state` gave at `step`; raises `RunError` if it does not fit."""
        ...
