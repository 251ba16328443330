"""Tokens sorted by bucket and cut into chunks, so that tokens of a bucket stand side by side.

B texts, H heads, R rounds of hashing, T tokens, m tokens a chunk.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Sorting:
    """The order of the tokens in every round: by bucket, in a bucket by position."""

    length: int  # m, tokens in a chunk
    order: Tensor  # (B, H, R, T): which token stands at a place
    places: Tensor  # (B, H, R, T): at which place a token stands
    marks: Tensor  # (B, H, R, T) int32: places, with a wide gap between two buckets

    def chunks(self, x: Tensor) -> Tensor:
        """Of tokens (B, H, T, D), in the order of every round: (B, H, R, chunks, m, D)."""
        in_every_round = x.unsqueeze(2).expand(*self.order.shape, x.shape[-1])
        return _reordered(in_every_round, self.order, self.places).unflatten(3, (-1, self.length))

    def undone(self, x: Tensor) -> Tensor:
        """Of places in chunks (B, H, R, chunks, m, D), by token again: (B, H, R, T, D)."""
        return _reordered(x.flatten(3, 4), self.places, self.order)

    @torch.no_grad()
    def seen(self) -> tuple[Tensor, Tensor]:
        """Whether a place sees one of its chunk or the one before, (B, H, R, chunks, m, 2 m).

        The second result says in how many rounds it does.
        """
        seen = self._near(self.marks)
        counts = seen.float()
        for shift in range(1, self.order.shape[2]):
            counts += self._near(self.marks.roll(shift, dims=2))  # the same tokens in another round
        seen[:, :, :, 0, :, self.length :] = False  # there is no chunk before the first
        return seen, counts

    def _near(self, marks: Tensor) -> Tensor:
        """Whether two tokens are of one bucket, the second at most m places before the first."""
        own = marks.gather(-1, self.order).unflatten(-1, (-1, self.length)).unsqueeze(-1)
        distance = own - with_previous(own).transpose(-1, -2)
        return (distance >= 0) & (distance <= self.length)

    @torch.no_grad()
    def dense(self, weights: Tensor, share: Tensor) -> Tensor:
        """(B, H, T, T): what every token gives to every other.

        `weights` (B, H, R, chunks, m, 2 m) are those within a round, `share` (B, H, R, T, 1) what
        a round counts.
        """
        B, H, _, T = self.order.shape
        tokens = self.order.unflatten(-1, (-1, self.length)).unsqueeze(-1)
        pairs = (tokens * T + with_previous(tokens).transpose(-1, -2)).reshape(B, H, -1)
        placed = share.gather(3, self.order.unsqueeze(-1)).unflatten(3, (-1, self.length))
        found = weights.new_zeros(B, H, T * T)
        return found.scatter_add_(2, pairs, (weights * placed).reshape(B, H, -1)).view(B, H, T, T)


@torch.no_grad()
def sorting(buckets: Tensor, length: int) -> Sorting:
    """Of buckets (B, H, R, T); T must be a multiple of `length`."""
    T = buckets.shape[-1]
    buckets = buckets.to(torch.int32)
    position = torch.arange(T, device=buckets.device)
    order = (buckets * T + position.to(torch.int32)).argsort(-1)
    places = torch.empty_like(order).scatter_(-1, order, position.expand_as(order))
    return Sorting(length, order, places, places.to(torch.int32) + buckets * (T + length + 1))


def with_previous(chunks: Tensor) -> Tensor:
    """Every chunk, and after it the one before: (…, chunks, m, D) → (…, chunks, 2 m, D).

    The first is followed by the last, which it must not see.
    """
    return torch.cat([chunks, chunks.roll(1, dims=-3)], dim=-2)


def softmax_and_sum(scores: Tensor) -> tuple[Tensor, Tensor]:
    """The softmax of scores (…, n), and the logarithm of its denominator (…, 1)."""
    return _Softmax.apply(scores)  # pyright: ignore[reportReturnType]


class _Softmax(torch.autograd.Function):
    """Keeps nothing but the softmax for the way back.

    On a CPU torch's exp of very small numbers is up to fifty times slower than its softmax: none is taken.
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
        of_mean = (of_weights * weights).sum(-1, keepdim=True)
        return (of_weights - (of_mean - of_sums)).mul_(weights)


def _reordered(x: Tensor, order: Tensor, inverse: Tensor) -> Tensor:
    return _Reordered.apply(x, order, inverse)  # pyright: ignore[reportReturnType]


class _Reordered(torch.autograd.Function):
    """(B, H, R, T, D) in another order; the way back gathers too, where gather's own would add."""

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
