"""Compare: two runs, or two steps of one, by the neighbours of the words that both know."""

from collections.abc import Iterator

import numpy as np

from lmcore.analysis import moved as moving
from lmcore.checks import check_range
from lmcore.runs.home import Home
from lmcore.runs.vectors.shared import Part, vectors_at

MOST_ROWS = 200


def moved(home: Home, run: str, step: int, other_run: str, other_step: int, n: int = 30) -> Iterator[Part]:
    """The words whose neighbours changed most from the other run to this, and those that stayed."""
    check_range("n", n, 1, MOST_ROWS)
    found = moving.moved(vectors_at(home, other_run, other_step), vectors_at(home, run, step))
    yield {
        "n_shared": len(found),
        "mean_overlap": float(np.mean([one.overlap for one in found])),
        "rows": [_row(one) for one in found[:n]],
        "least": [_row(one) for one in found[::-1][:n]],
    }


def _row(one: moving.Moved) -> Part:
    return {
        "word": one.word,
        "overlap": one.overlap,
        "before": list(one.before),
        "after": list(one.after),
        "cosine": one.cosine,
    }
