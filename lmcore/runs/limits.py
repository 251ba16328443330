"""How much of the machine runs may take. Each limit can be set in the environment as LM_PLAYGROUND_<NAME>."""

import os
from dataclasses import dataclass, fields

import psutil

from lmcore.errors import ConfigError


@dataclass(frozen=True)
class Limits:
    """What a server with many visitors may use."""

    training_slots: int = 2  # runs that train at the same time
    queue_places: int = 30  # runs that wait, all those of one experiment counted as one
    waiting_runs: int = 100  # runs that wait in all
    runs_per_visitor: int = 4  # training or waiting, counted in the same way
    memory_gb: float = 0.0  # one run; 0 = what is free, less a reserve
    hours: float = 4.0  # one run
    reading_workers: int = 2  # processes that read texts
    attempts: int = 3  # how often a run whose worker died is started again

    @classmethod
    def from_environment(cls) -> "Limits":
        """The defaults, changed where the environment says so; slots default to the cores, two at most."""
        values: dict[str, float] = {"training_slots": max(1, min(2, os.cpu_count() or 1))}
        for field in fields(cls):
            if text := os.environ.get(f"LM_PLAYGROUND_{field.name.upper()}"):
                values[field.name] = _number(field.name, text, float if field.type is float else int)
        return cls(**values)  # type: ignore[arg-type]

    def memory_bytes(self) -> float:
        """What one run may use now."""
        if self.memory_gb:
            return self.memory_gb * 1e9
        return 0.8 * psutil.virtual_memory().available


def _number(name: str, text: str, kind: type) -> float:
    try:
        return kind(text)
    except ValueError as error:
        raise ConfigError("limit_not_a_number", name=f"LM_PLAYGROUND_{name.upper()}", value=text) from error
