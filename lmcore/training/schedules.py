"""How the learning rate moves over a run."""

import math

from lmcore.training.config import TrainingConfig

LAST_SHARE = 0.1  # of the learning rate, where it has fallen at the end
LONGEST_WARMUP = 0.1  # of the run, however many warm-up steps were asked for


def learning_rate_at(progress: float, step: int, config: TrainingConfig) -> float:
    """The rate of update `step` (1 is the first), with `progress` in [0, 1] of the run done before it.

    A linear warm-up, ended early in a short run, times the schedule (Loshchilov & Hutter 2017, eq. 5, for the
    cosine).
    """
    return (
        config.learning_rate
        * _warmup(progress, step, config.warmup_steps)
        * _share(progress, config.schedule)
    )


def _warmup(progress: float, step: int, warmup_steps: int) -> float:
    if step >= warmup_steps:
        return 1.0
    return min(1.0, max(step / warmup_steps, progress / LONGEST_WARMUP))


def _share(progress: float, schedule: str) -> float:
    if schedule == "constant":
        return 1.0
    progress = min(1.0, progress)
    left = (1 + math.cos(math.pi * progress)) / 2 if schedule == "cosine" else 1 - progress
    return LAST_SHARE + (1 - LAST_SHARE) * left
