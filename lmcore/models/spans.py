"""Span corruption (Raffel et al. 2020, section 3.1.4): gaps in a text, and what belongs in them.

`the cat sat on the mat` becomes the source `the <0> on the <1> </s>`, and the target is what is missing:
`<0> cat sat <1> mat </s>`.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lmcore.models.configs.t5 import END, N_SENTINELS, SENTINELS, T5Config

NOISE_SHARE = 0.15
MEAN_SPAN = 3.0  # tokens


class Spans(NamedTuple):
    """A text with gaps, and what fills them; all rows of a batch are equally long."""

    source: Tensor  # (B, S) ids
    target: Tensor  # (B, U) ids


def span_counts(n_tokens: int) -> tuple[int, int]:
    """How many of `n_tokens` ≥ 2 tokens are left out, and in how many spans.

    There are no more spans than sentinels, so in texts of more than 640 tokens spans are longer.

    >>> span_counts(64)
    (10, 3)
    """
    n_noise = min(max(round(n_tokens * NOISE_SHARE), 1), n_tokens - 1)
    n_spans = max(round(n_noise / MEAN_SPAN), 1)
    return n_noise, min(n_spans, n_noise, n_tokens - n_noise + 1, N_SENTINELS)


def noise_mask(n_rows: int, n_tokens: int) -> Tensor:
    """(B, T) on the CPU, True where a token is left out; there is at least one token between two spans.

    Drawn with torch's generator. Rows differ in where their spans are, not in how many there are. Unlike in
    T5's own code a text may begin with a gap, and need not end with one: of a short text's single gap that
    would be the only place.
    """
    n_noise, n_spans = span_counts(n_tokens)
    lengths = torch.empty(n_rows, 2 * n_spans + 1, dtype=torch.long)
    lengths[:, 1::2] = _parts(n_rows, n_noise, n_spans)
    lengths[:, ::2] = _parts(n_rows, n_tokens - n_noise + 2, n_spans + 1)
    lengths[:, 0] -= 1  # what stands before the first gap, or behind the last, may be nothing
    lengths[:, -1] -= 1
    is_noise = (torch.arange(2 * n_spans + 1) % 2 == 1).repeat(n_rows)
    return is_noise.repeat_interleave(lengths.flatten()).view(n_rows, n_tokens)


def _parts(n_rows: int, total: int, n_parts: int) -> Tensor:
    """(B, parts) of lengths ≥ 1 that sum to `total`, every way of cutting equally likely."""
    cuts = torch.rand(n_rows, total - 1).argsort(dim=1)[:, : n_parts - 1].sort(dim=1).values + 1
    first, last = torch.zeros(n_rows, 1, dtype=torch.long), torch.full((n_rows, 1), total)
    return torch.cat([first, cuts, last], dim=1).diff(dim=1)


def corrupted(ids: Tensor, noise: Tensor, config: T5Config) -> Spans:
    """Source and target of texts (B, T), every row of `noise` having equally many tokens and spans."""
    noise = noise.to(ids.device)
    begins = noise & ~F.pad(noise, (1, 0))[:, :-1]
    sentinels = config.special(SENTINELS[0]) + begins.cumsum(dim=1) - 1
    end = torch.full((len(ids), 1), config.special(END), device=ids.device)
    source = torch.where(begins, sentinels, ids)[begins | ~noise].view(len(ids), -1)
    each = torch.stack([sentinels, ids], dim=2)[torch.stack([begins, noise], dim=2)]
    target = each.view(len(ids), -1)
    return Spans(torch.cat([source, end], dim=1), torch.cat([target, end], dim=1))
