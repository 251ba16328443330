"""Which of the settings of a sweep decided how good its runs became."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

FEWEST = 4  # runs with an end
MOST_GROUPS = 4  # into which the values of a number are put


def importance(settings: Sequence[Mapping[str, Any]], losses: Sequence[float | None]) -> dict[str, float]:
    """For each setting the share, 0 to 1, of the variance of the runs' ranks that it explains by itself.

    Ranks, because one run that diverged would outweigh all others; a loss that is no number (None) ranks
    last. The share is epsilon squared, which chance does not inflate (Kelley 1935; Kruskal & Wallis 1952).
    Empty for fewer than four runs, and where all losses are alike.
    """
    ranks = _ranks([np.inf if loss is None or not np.isfinite(loss) else loss for loss in losses])
    if len(ranks) < FEWEST or np.ptp(ranks) == 0:
        return {}
    names = dict.fromkeys(name for one in settings for name in one)
    return {name: _explained(_groups([one[name] for one in settings]), ranks) for name in names}


def _ranks(values: Sequence[float]) -> np.ndarray:
    """1 for the smallest; equal values share their mean rank."""
    array = np.asarray(values, dtype=float)
    below = (array[:, None] > array[None, :]).sum(axis=1)
    alike = (array[:, None] == array[None, :]).sum(axis=1)
    return below + (alike + 1) / 2


def _groups(values: Sequence[Any]) -> np.ndarray:
    """The number of each value's group; many different numbers are put into a few groups of equal size."""
    different = list(dict.fromkeys(values))
    if len(different) <= MOST_GROUPS or isinstance(values[0], str):
        return np.array([different.index(value) for value in values])
    ranks = _ranks([float(value) for value in values])
    return np.minimum(((ranks - 0.5) / len(values) * MOST_GROUPS).astype(int), MOST_GROUPS - 1)


def _explained(groups: np.ndarray, ranks: np.ndarray) -> float:
    """Epsilon squared: (between − (k − 1) · mean square within) / total."""
    kinds = np.unique(groups)
    n, k = len(ranks), len(kinds)
    if k < 2 or n <= k:
        return 0.0
    total = ((ranks - ranks.mean()) ** 2).sum()
    within = sum(((ranks[groups == kind] - ranks[groups == kind].mean()) ** 2).sum() for kind in kinds)
    return float(max(0.0, (total - within - (k - 1) * within / (n - k)) / total))
