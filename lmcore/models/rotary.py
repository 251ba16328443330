"""Positions as rotations of queries and keys (Su et al. 2021, eq. 34)."""

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

BASE = 10_000.0


class Rotation(NamedTuple):
    """Cosines and sines (T, d_head) of the angle of every pair of channels at every position."""

    cos: Tensor
    sin: Tensor


@lru_cache(32)
def rotation(n_tokens: int, d_head: int, device: torch.device, dtype: torch.dtype) -> Rotation:
    """Channel i turns with channel i + d_head / 2, slower the larger i is."""
    frequencies = BASE ** -(torch.arange(0, d_head, 2, device=device).float() / d_head)
    angles = torch.outer(torch.arange(n_tokens, device=device).float(), frequencies)
    angles = torch.cat([angles, angles], dim=-1)
    return Rotation(angles.cos().to(dtype), angles.sin().to(dtype))


def rotated(x: Tensor, by: Rotation) -> Tensor:
    """(B, H, T, D) with every pair of channels turned by its angle; lengths stay."""
    first, second = x.chunk(2, dim=-1)
    return x * by.cos + torch.cat([-second, first], dim=-1) * by.sin
