"""Sweeps: which runs to make when several settings vary, on a grid or at random (Bergstra & Bengio 2012)."""

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from lmcore.errors import ConfigError
from lmcore.tasks.spec import RunSpec

SWEEP = "sweep"  # kind of the experiment
GRID, RANDOM = "grid", "random"
MOST_RUNS = 100
MOST_VALUES = 12  # of one setting on a grid
MOST_TRIED = 20  # draws for each random run that is wanted


@dataclass(frozen=True)
class Swept:
    """One setting that varies: between two numbers, or over choices."""

    name: str
    part: str  # of the spec: "model", "training", "tokenizer", or "" for the spec itself
    least: float = 0.0
    most: float = 0.0
    count: int = 3  # values on a grid
    whole: bool = False
    step: int = 1  # whole numbers are multiples of it, such as widths of 16
    log: bool = False  # evenly spaced by factors, as rates are
    choices: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.choices:
            return
        if not (math.isfinite(self.least) and math.isfinite(self.most)) or self.least > self.most:
            raise ConfigError("sweep_range", setting=self.name, least=self.least, most=self.most)
        if self.log and self.least <= 0:
            raise ConfigError("sweep_log_zero", setting=self.name, least=self.least)
        if not 1 <= self.count <= MOST_VALUES:
            raise ConfigError("sweep_count", setting=self.name, count=self.count, most=MOST_VALUES)

    def values(self) -> list[Any]:
        """Evenly spaced ones for a grid, from the least to the most; each only once.

        >>> Swept("learning_rate", "training", 0.001, 0.1, 3, log=True).values()
        [0.001, 0.01, 0.1]
        """
        if self.choices:
            return list(self.choices)
        shares = [i / (self.count - 1) for i in range(self.count)] if self.count > 1 else [0.5]
        return list(dict.fromkeys(self._at(share) for share in shares))

    def drawn(self, draw: random.Random) -> Any:
        """One at random."""
        return draw.choice(self.choices) if self.choices else self._at(draw.random())

    def _at(self, share: float) -> Any:
        if self.log:
            value = self.least * (self.most / self.least) ** share
        else:
            value = self.least + (self.most - self.least) * share
        if self.whole:
            return round(min(max(round(value / self.step) * self.step, self.least), self.most))
        return min(max(float(f"{value:.3g}"), self.least), self.most)


@dataclass(frozen=True)
class Plan:
    """The runs of a sweep: their settings and specs, and how many combinations do not go together."""

    settings: tuple[dict[str, Any], ...]
    specs: tuple[RunSpec, ...]
    left_out: int


def grid(base: RunSpec, swept: Sequence[Swept]) -> Plan:
    """Every combination; raises `ConfigError` when they are more than `MOST_RUNS`."""
    values = [one.values() for one in swept]
    n = math.prod(len(one) for one in values)
    if n > MOST_RUNS:
        raise ConfigError("sweep_too_many", runs=n, most=MOST_RUNS)
    names = [one.name for one in swept]
    settings = [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*values)]
    parts = {one.name: one.part for one in swept}
    fitting = []
    for one in settings if swept else []:
        with suppress(ConfigError):
            fitting.append((one, with_settings(base, parts, one)))
    return _plan(fitting, len(settings) if swept else 0)


def drawn(base: RunSpec, swept: Sequence[Swept], n_runs: int, seed: int = 1) -> Plan:
    """`n_runs` combinations at random, none twice; fewer, where not as many are found that go together."""
    if not 1 <= n_runs <= MOST_RUNS:
        raise ConfigError("sweep_too_many", runs=n_runs, most=MOST_RUNS)
    draw = random.Random(seed)
    parts = {one.name: one.part for one in swept}
    tried: list[dict[str, Any]] = []
    fitting: list[tuple[dict[str, Any], RunSpec]] = []
    for _ in range(MOST_TRIED * n_runs if swept else 0):
        one = {setting.name: setting.drawn(draw) for setting in swept}
        if one not in tried:
            tried.append(one)
            with suppress(ConfigError):  # such as a width that the heads cannot share
                fitting.append((one, with_settings(base, parts, one)))
        if len(fitting) == n_runs:
            break
    return _plan(fitting, len(tried))


def _plan(fitting: Sequence[tuple[dict[str, Any], RunSpec]], n_tried: int) -> Plan:
    settings, specs = tuple(one for one, _ in fitting), tuple(spec for _, spec in fitting)
    return Plan(settings, specs, n_tried - len(fitting))


def with_settings(base: RunSpec, parts: Mapping[str, str], chosen: Mapping[str, Any]) -> RunSpec:
    """`base` with all the chosen settings at once, since some only fit together; raises `ConfigError`."""
    changes: dict[str, dict[str, Any]] = {}
    for name, value in chosen.items():
        changes.setdefault(parts[name], {})[name] = value
    own = changes.pop("", {})
    built = {part: replace(getattr(base, part), **values) for part, values in changes.items()}
    return replace(base, **own, **built)
