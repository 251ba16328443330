"""Span corruption (Raffel et al. 2020, section 3.1.4): gaps in a text, and what belongs in them.

`the cat sat on the mat` becomes the source `the <0> on the <1> </s>` and the target `<0> cat sat <1> mat </s>`.
"""

from typing import NamedTuple

import torch
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
    return n_noise, min(n_spans, n_noise, n_tokens - n_noise, N_SENTINELS)


def noise_mask(n_rows: int, n_tokens: int) -> Tensor:
    """(B, T) on the CPU, True where a token is left out; every row begins outside a span and ends in one.

    Drawn with torch's generator. Rows differ in where their spans are, not in how many there are.
    """
    n_noise, n_spans = span_counts(n_tokens)
    kept = _parts(n_rows, n_tokens - n_noise, n_spans)
    noise = _parts(n_rows, n_noise, n_spans)
    lengths = torch.stack([kept, noise], dim=2).flatten()
    is_noise = torch.tensor([False, True]).repeat(n_rows * n_spans)
    return is_noise.repeat_interleave(lengths).view(n_rows, n_tokens)


def _parts(n_rows: int, total: int, n_parts: int) -> Tensor:
    """(B, parts) of lengths ≥ 1 that sum to `total`, every way of cutting equally likely."""
    cuts = torch.rand(n_rows, total - 1).argsort(dim=1)[:, : n_parts - 1].sort(dim=1).values + 1
    first, last = torch.zeros(n_rows, 1, dtype=torch.long), torch.full((n_rows, 1), total)
    return torch.cat([first, cuts, last], dim=1).diff(dim=1)


def corrupted(ids: Tensor, noise: Tensor, config: T5Config) -> Spans:
    """Source and target of texts (B, T), every row of `noise` having equally many tokens and spans."""
    noise = noise.to(ids.device)
    source, target = _replaced(ids, noise, config), _replaced(ids, ~noise, config)
    end = torch.full((len(ids), 1), config.special(END), device=ids.device)
    return Spans(torch.cat([source, end], dim=1), torch.cat([target, end], dim=1))


def _replaced(ids: Tensor, gone: Tensor, config: T5Config) -> Tensor:
    """Every run of tokens that are gone as one sentinel."""
    before = torch.nn.functional.pad(gone, (1, 0))[:, :-1]
    begins = gone & ~before
    sentinel = config.special(SENTINELS[0]) + begins.cumsum(dim=1) - 1
    stays = begins | ~gone
    return torch.where(begins, sentinel, ids)[stays].view(len(ids), -1)
