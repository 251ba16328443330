"""Attention within buckets of similar tokens (Kitaev et al. 2020, section 2).

Queries are keys: a token looks for tokens like itself. Random rotations sort tokens into buckets, so that
similar ones meet; in each bucket a token sees itself and the `bucket_length` tokens before it. Several rounds
of hashing see more; what they find together is weighed as one softmax.

One thing differs from the paper. There a token sees the chunk it lies in and the one before, and where chunks
begin depends on all tokens, later ones too. Here how far it sees is counted from the token itself, so that
nothing later can change what is seen.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import causal_mask
from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.lsh_sorting import Sorting, softmax_and_sum, sorting, with_previous
from lmcore.models.recording import Recording

SELF_PENALTY = 1e5  # a token looks at itself only where there is nothing else (section 2, "causal masking")


class LSHAttention(nn.Module):
    """Causal attention with shared queries and keys, hashed by fixed rotations that follow from `seed`."""

    rotations: Tensor

    def __init__(self, config: ReformerConfig, seed: int = 0) -> None:
        super().__init__()
        self.n_heads, self.n_hashes, self.length = config.n_heads, config.n_hashes, config.bucket_length
        self.n_buckets, self.full = config.n_buckets, config.full
        self.scale = 1 / math.sqrt(config.d_head)
        self.qk = nn.Linear(config.d_model, config.d_model, bias=False)
        self.values = nn.Linear(config.d_model, config.d_model, bias=False)
        self.projection = nn.Linear(config.d_model, config.d_model, bias=False)
        generator = torch.Generator().manual_seed(seed)
        shape = (config.d_head, self.n_hashes * self.n_buckets // 2)
        self.register_buffer("rotations", torch.randn(shape, generator=generator))

    def forward(self, x: Tensor, record: Recording | None = None, buckets: Tensor | None = None) -> Tensor:
        """(B, T, C) → (B, T, C). `buckets` are those of `hashed`, where they are known already."""
        B, T, _ = x.shape
        qk = self.qk(x).view(B, T, self.n_heads, -1).transpose(1, 2)
        v = self.values(x).view(B, T, self.n_heads, -1).transpose(1, 2)
        if self.full:
            mixed = self._everything(qk, v, record)
        else:
            mixed = self._within_buckets(qk, v, self._buckets(qk) if buckets is None else buckets, record)
        return self.projection(mixed.transpose(1, 2).flatten(2))

    @torch.no_grad()
    def hashed(self, x: Tensor) -> Tensor | None:
        """The buckets (B, H, R, T) int16 of the tokens `x` (B, T, C); None where there are none."""
        if self.full:
            return None
        return self._buckets(self.qk(x).view(*x.shape[:2], self.n_heads, -1).transpose(1, 2))

    @torch.no_grad()
    def _buckets(self, qk: Tensor) -> Tensor:
        """The direction, of a rotated cross, that is nearest to each token (section 2, "LSH")."""
        turned = (qk @ self.rotations).unflatten(-1, (self.n_hashes, -1))
        highest, lowest = turned.max(-1), turned.min(-1)
        opposite = lowest.indices + self.n_buckets // 2
        nearest = torch.where(highest.values >= -lowest.values, highest.indices, opposite)
        return nearest.transpose(2, 3).to(torch.int16)

    def _everything(self, qk: Tensor, v: Tensor, record: Recording | None) -> Tensor:
        """Attention of every token to all before it; the first has only itself."""
        keys = _keys(qk)
        if record is None:
            q, k = qk[:, :, 1:], keys[:, :, :-1]
            later = F.scaled_dot_product_attention(q, k, v[:, :, :-1], is_causal=True, scale=self.scale)
            return torch.cat([v[:, :, :1], later], dim=2)
        scores = qk @ keys.transpose(-1, -2) * self.scale
        own = torch.eye(qk.shape[2], dtype=torch.bool, device=qk.device)
        scores = scores.masked_fill(~causal_mask(qk.shape[2], qk.device), -math.inf)
        weights = (scores - SELF_PENALTY * own).softmax(-1)
        return _without(record, weights @ v, weights)

    def _within_buckets(self, qk: Tensor, v: Tensor, buckets: Tensor, record: Recording | None) -> Tensor:
        T = qk.shape[2]
        qk, v, buckets = self._filled(qk, v, buckets)
        sort = sorting(buckets, self.length)
        q, values = sort.chunks(qk), with_previous(sort.chunks(v))
        scores = q @ with_previous(_keys(q)).transpose(-1, -2) * self.scale
        weights, sums = softmax_and_sum(scores.float() + self._added(sort))
        found = sort.undone(weights.to(v.dtype) @ values)
        share = sort.undone(sums).softmax(2)  # of every round in what a token finds
        mixed = (found * share.to(v.dtype)).sum(2)[:, :, :T]
        if record is None:
            return mixed
        return _without(record, mixed, sort.dense(weights, share)[:, :, :T, :T])

    def _filled(self, qk: Tensor, v: Tensor, buckets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """With tokens in a bucket of their own at the end, up to a multiple of the bucket length."""
        missing = -qk.shape[2] % self.length
        if not missing:
            return qk, v, buckets
        extra = (0, 0, 0, missing)
        return F.pad(qk, extra), F.pad(v, extra), F.pad(buckets, (0, missing), value=self.n_buckets)

    @torch.no_grad()
    def _added(self, sort: Sorting) -> Tensor:
        """(B, H, R, chunks, m, 2 m): -∞ where a place does not see another, − log N where N rounds see it.

        So what several rounds find counts once (section 2, "multi-round LSH attention").
        """
        seen, counts = sort.seen()
        added = counts.clamp_(min=1).log_().neg_() if self.n_hashes > 1 else counts.zero_()
        added.masked_fill_(~seen, -math.inf)
        added[..., : self.length].diagonal(dim1=-2, dim2=-1).fill_(-SELF_PENALTY)
        return added


def _keys(q: Tensor) -> Tensor:
    """Queries, all of length √D: otherwise long ones would be everybody's favourite (section 2)."""
    return F.normalize(q, dim=-1) * math.sqrt(q.shape[-1])


def _without(record: Recording, mixed: Tensor, weights: Tensor) -> Tensor:
    """`mixed` without the heads that are switched off; the weights are recorded."""
    if off := record.heads_off():
        mixed = mixed.clone()
        mixed[:, off] = 0.0
    record.attention.append(weights.to(mixed.dtype))
    return mixed
