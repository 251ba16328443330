"""What attention looks like as plain numbers, for figures and requests; no torch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class AttentionMaps:
    """Every head of a model over one text of T tokens."""

    tokens: tuple[str, ...]
    weights: np.ndarray  # float32 (L, H, T, T): layer, head, query, key; rows sum to 1
    next_tokens: tuple[tuple[str, float], ...]  # the five likeliest to follow, and their probabilities
    causal: bool = True  # whether a token only sees those before it
