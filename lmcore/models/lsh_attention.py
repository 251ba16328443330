"""Attention within buckets of similar tokens (Kitaev et al. 2020, section 2).

Queries are keys: a token looks for tokens like itself. Random rotations sort tokens into buckets, so that
similar ones meet; in each bucket a token sees itself and the `bucket_length` tokens before it. Several rounds
of hashing see more; what they find together is weighed as one softmax.

One thing differs from the paper. There a token sees the chunk it lies in and the one before, and where chunks
begin depends on all tokens, later ones too. Here how far it sees is counted from the token itself, so that
nothing later can change what is seen.
"""

import math
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import causal_mask
from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.recording import Recording

SELF_PENALTY = 1e5  # a token looks at itself only where there is nothing else (section 2, "causal masking")


class Sorted(NamedTuple):
    """Tokens sorted by bucket, then by position, in every round R of hashing."""

    order: Tensor  # (B, H, R, T): which token stands at a place
    places: Tensor  # (B, H, R, T): at which place a token stands
    marks: (
        Tensor  # (B, H, R, T) int32: places, moved apart so that tokens of different buckets are never near
    )


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
        sort = _sorted(buckets, self.length)
        q, values = _chunks(qk, sort, self.length), _with_previous(_chunks(v, sort, self.length))
        scores = q @ _with_previous(_keys(q)).transpose(-1, -2) * self.scale
        scores = scores.float() + self._added(sort)
        weights, sums = _Softmax.apply(scores)
        found = _unsorted((weights.to(v.dtype) @ values).flatten(3, 4), sort)
        share = _unsorted(sums.flatten(3, 4), sort).softmax(2)  # of every round in what a token finds
        mixed = (found * share.to(v.dtype)).sum(2)[:, :, :T]
        if record is None:
            return mixed
        return _without(record, mixed, _dense(weights, share, sort, self.length)[:, :, :T, :T])

    def _filled(self, qk: Tensor, v: Tensor, buckets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """With tokens in a bucket of their own at the end, up to a multiple of the bucket length."""
        missing = -qk.shape[2] % self.length
        if not missing:
            return qk, v, buckets
        extra = (0, 0, 0, missing)
        return F.pad(qk, extra), F.pad(v, extra), F.pad(buckets, (0, missing), value=self.n_buckets)

    @torch.no_grad()
    def _added(self, sort: Sorted) -> Tensor:
        """(B, H, R, chunks, m, 2 m): -∞ where a place does not see another, and − log N where N rounds see it.

        So that what several rounds find counts once (appendix A, eq. 8).
        """
        R, m = self.n_hashes, self.length
        seen = _near(*_marks_of(sort, sort.marks, m), m)
        counts = seen.float()
        for shift in range(1, R):
            others = sort.marks.roll(shift, dims=2)  # the marks of the same tokens in another round
            counts += _near(*_marks_of(sort, others, m), m)
        added = counts.clamp_(min=1).log_().neg_() if R > 1 else counts.zero_()
        added.masked_fill_(~seen, -math.inf)
        added[:, :, :, 0, :, m:] = -math.inf  # there is no chunk before the first
        added[..., :m].diagonal(dim1=-2, dim2=-1).fill_(-SELF_PENALTY)
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


@torch.no_grad()
def _sorted(buckets: Tensor, length: int) -> Sorted:
    T = buckets.shape[-1]
    buckets = buckets.to(torch.int32)
    order = (buckets * T + torch.arange(T, device=buckets.device, dtype=torch.int32)).argsort(-1)
    places = torch.empty_like(order).scatter_(
        -1, order, torch.arange(T, device=order.device).expand_as(order)
    )
    return Sorted(order, places, places.to(torch.int32) + buckets * (T + length + 1))


def _chunks(x: Tensor, sort: Sorted, length: int) -> Tensor:
    """(B, H, T, D) → (B, H, R, chunks, m, D), the tokens sorted."""
    return _Gathered.apply(x, sort.order, sort.places).unflatten(3, (-1, length))


def _with_previous(chunks: Tensor) -> Tensor:
    """Every chunk, and after it the one before, (…, chunks, m, D) → (…, chunks, 2 m, D).

    The first is followed by the last, which it must not see.
    """
    return torch.cat([chunks, chunks.roll(1, dims=3)], dim=4)


def _unsorted(x: Tensor, sort: Sorted) -> Tensor:
    """(B, H, R, T, D) of places → of tokens."""
    return _Reordered.apply(x, sort.places, sort.order)


def _marks_of(sort: Sorted, marks: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """The marks of the tokens of every chunk (…, m, 1) and of those that it may see (…, 1, 2 m)."""
    own = marks.gather(-1, sort.order).unflatten(-1, (-1, length))
    return own.unsqueeze(-1), torch.cat([own, own.roll(1, dims=3)], dim=-1).unsqueeze(-2)


def _near(own: Tensor, other: Tensor, length: int) -> Tensor:
    """Whether the other is of the same bucket, not later, and at most `length` places before."""
    distance = own - other
    return (distance >= 0) & (distance <= length)


@torch.no_grad()
def _dense(weights: Tensor, share: Tensor, sort: Sorted, length: int) -> Tensor:
    """(B, H, T, T): what every token gives to every other, all rounds together."""
    B, H, R, T = sort.order.shape
    tokens = sort.order.unflatten(-1, (-1, length)).unsqueeze(-1)
    others = _with_previous(tokens).transpose(-1, -2)
    flat = (tokens * T + others).reshape(B, H, -1)
    placed = share.gather(3, sort.order.unsqueeze(-1)).unflatten(3, (-1, length))
    return (
        weights.new_zeros(B, H, T * T)
        .scatter_add_(2, flat, (weights * placed).reshape(B, H, -1))
        .view(B, H, T, T)
    )


class _Softmax(torch.autograd.Function):
    """Softmax and the logarithm of its denominator (…, 1), of which only the softmax is kept for the way back.

    On a CPU torch's exp of very small numbers is up to fifty times slower than its softmax, so that none is
    taken here.
    """

    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> tuple[Tensor, Tensor]:
        weights = scores.softmax(-1)
        ctx.save_for_backward(weights)
        return weights, scores.amax(-1, keepdim=True) - weights.amax(-1, keepdim=True).log()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (weights,) = ctx.saved_tensors
        of_weights, of_sums = gradients
        of_scores = torch._softmax_backward_data(of_weights, weights, -1, weights.dtype)
        return of_scores.addcmul_(weights, of_sums)


class _Gathered(torch.autograd.Function):
    """Tokens (B, H, T, D) in the order of every round; the way back gathers too, which is faster than adding."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, order: Tensor, places: Tensor) -> Tensor:
        ctx.save_for_backward(places)
        return _taken(x.unsqueeze(2).expand(*order.shape, x.shape[-1]), order)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (places,) = ctx.saved_tensors
        return _taken(gradients[0], places).sum(2), None, None


class _Reordered(torch.autograd.Function):
    """(B, H, R, T, D) in another order; the way back takes the inverse one."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, order: Tensor, inverse: Tensor) -> Tensor:
        ctx.save_for_backward(inverse)
        return _taken(x, order)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (inverse,) = ctx.saved_tensors
        return _taken(gradients[0], inverse), None, None


def _taken(x: Tensor, order: Tensor) -> Tensor:
    return x.gather(3, order.unsqueeze(-1).expand(*order.shape, x.shape[-1]))
