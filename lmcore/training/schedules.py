"""How the learning rate moves over a run."""

import math
from collections.abc import Callable

from lmcore.training.config import TrainingConfig

LAST_SHARE = 0.1  # of the learning rate, where cosine and linear have fallen at the end
LONGEST_WARMUP = 0.1  # of the run, however many warm-up steps were asked for
DROPS = 20  # of "steps" in a run
LEAST_TRIED = 1e-4  # of the learning rate, where a range test begins


def learning_rate_at(progress: float, step: int, config: TrainingConfig) -> float:
    """The rate of update `step` (1 is the first), with `progress` in [0, 1] of the run done before it.

    A linear warm-up, ended early in a short run, times the schedule.
    """
    share = _SHARES[config.schedule](min(1.0, progress), config)
    warm = 1.0 if config.schedule == "range" else _warmup(progress, step, config.warmup_steps)
    return config.learning_rate * warm * share


def _warmup(progress: float, step: int, warmup_steps: int) -> float:
    if step >= warmup_steps:
        return 1.0
    return min(1.0, max(step / warmup_steps, progress / LONGEST_WARMUP))


def _constant(progress: float, config: TrainingConfig) -> float:
    return 1.0


def _cosine(progress: float, config: TrainingConfig) -> float:
    """Loshchilov & Hutter 2017, eq. 5."""
    return LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * progress)) / 2


def _linear(progress: float, config: TrainingConfig) -> float:
    return LAST_SHARE + (1 - LAST_SHARE) * (1 - progress)


def _steps(progress: float, config: TrainingConfig) -> float:
    """What StepLR does: the same factor again and again."""
    return config.decay ** math.floor(progress * DROPS)


def _trapezoid(progress: float, config: TrainingConfig) -> float:
    """Warm-up, stable, decay (Hu et al. 2024, section 4.1), with a straight fall to nothing."""
    return min(1.0, (1 - progress) / config.cooldown) if config.cooldown else 1.0


def _range(progress: float, config: TrainingConfig) -> float:
    """Ever larger rates, evenly on a logarithmic scale, to find the largest that works (Smith 2017, 3.3)."""
    return LEAST_TRIED ** (1 - progress)


_SHARES: dict[str, Callable[[float, TrainingConfig], float]] = {
    "constant": _constant,
    "cosine": _cosine,
    "linear": _linear,
    "steps": _steps,
    "trapezoid": _trapezoid,
    "range": _range,
}
