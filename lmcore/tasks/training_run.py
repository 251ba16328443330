"""What every task offers to whoever drives it, in a worker or inline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lmcore.events import Event


class TrainingRun(Protocol):
    """A training under way. The caller asks for events, and may save or change it between two of them."""

    device: str  # "cpu", "cuda", "mps"

    @property
    def step(self) -> int:
        """Updates done."""
        ...

    @property
    def planned_steps(self) -> int:
        """Updates until the end; 0 for a run that ends by the clock."""
        ...

    def events(self) -> Iterator[Event]:
        """What happens from here to the end."""
        ...

    def change(self, name: str, value: float) -> None:
        """Set `learning_rate`, or where the task has it `batch_size` or `dropout`; raises `ConfigError`."""
        ...

    def save_checkpoint(self, path: Path) -> None:
        """Write all that is needed to go on as if nothing had happened."""
        ...

    def load_checkpoint(self, path: Path) -> None:
        """Go back to what `save_checkpoint` wrote; raises `RunError` if it does not fit."""
        ...
