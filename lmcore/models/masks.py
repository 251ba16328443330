"""Which position may look at which (Dong et al. 2019, figure 1). True where a query, a row, may see a key."""

import torch
from torch import Tensor


def prefix_mask(n_source: int | Tensor, n_tokens: int, device: torch.device | str = "cpu") -> Tensor:
    """The first `n_source` positions see each other; every later one sees those and what came before it.

    With an int (T, T); with a boundary for every text (B,), (B, 1, T, T).

    >>> prefix_mask(2, 4).int()
    tensor([[1, 1, 0, 0],
            [1, 1, 0, 0],
            [1, 1, 1, 0],
            [1, 1, 1, 1]], dtype=torch.int32)
    """
    place = torch.arange(n_tokens, device=device)
    earlier = place[None, :] <= place[:, None]
    if isinstance(n_source, int):
        return earlier | (place < n_source)[None, :]
    return earlier | (place < n_source.to(device)[:, None])[:, None, None, :]
