"""INTERIM, to be replaced by helper B."""

import numpy as np


def counts_among(tokens, rows, window, weighting):  # type: ignore[no-untyped-def]
    place = np.full(tokens.max() + 1, -1)
    place[rows] = np.arange(len(rows))
    at = np.where(tokens < 0, -1, place[tokens])
    counts = np.zeros((len(rows), len(rows)), np.float32)
    for distance in range(1, window + 1):
        a, b = at[:-distance], at[distance:]
        kept = (a >= 0) & (b >= 0)
        weight = 1 / distance if weighting == "harmonic" else (window - distance + 1) / window
        np.add.at(counts, (a[kept], b[kept]), weight)
    return counts + counts.T
