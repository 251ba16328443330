"""Multi-head attention (Vaswani et al. 2017, eq. 1): softmax(Q Kᵀ / √d_head) V. Every model uses this one."""

import math
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.recording import Recording
from lmcore.models.rotary import Rotation, rotated


class Attention(nn.Module):
    """Attention of a text to itself, or of `x` to another text, `memory`.

    Without a recording a fused kernel runs. With one the weights are computed in the open and kept; the
    output is the same.
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        dropout: float = 0.0,
        *,
        biases: bool = True,
        qk_norm: bool = False,
        scaled: bool = True,
    ) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.qk_norm = qk_norm  # queries and keys brought to one length (Henry et al. 2020)
        self.scale = 1 / math.sqrt(d_model // n_heads) if scaled else 1.0
        self.qkv = nn.Linear(d_model, 3 * d_model, bias=biases)
        self.projection = nn.Linear(d_model, d_model, bias=biases)
        self.dropout = nn.Dropout(dropout)  # of the weights

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        causal: bool = True,
        record: Recording | None = None,
        *,
        memory: Tensor | None = None,
        bias: Tensor | None = None,
        rotation: Rotation | None = None,
    ) -> Tensor:
        """(B, T, C) → (B, T, C).

        `mask` (T, S) or (B, 1, T, S) is True where a query may look at a key; `bias`, which broadcasts to
        (B, H, T, S), is added to the scores. With `memory` (B, S, C) keys and values are those of the memory,
        and `causal` must be off.
        """
        q, k, v = self.heads(x, memory)
        if self.qk_norm:
            q, k = F.layer_norm(q, q.shape[-1:]), F.layer_norm(k, k.shape[-1:])
        if rotation is not None:
            q, k = rotated(q, rotation), rotated(k, rotation)
        if record is None:
            mixed = self._fused(q, k, v, mask, causal, bias)
        else:
            mixed = self._recorded(q, k, v, _added(q, k, mask, causal, bias), record, memory is not None)
        return self.projection(mixed.transpose(1, 2).flatten(2))

    def heads(self, x: Tensor, memory: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries (B, H, T, D), keys and values (B, H, S, D)."""
        B, T, C = x.shape
        if memory is None:
            # rows one after the other in memory: later products are faster for it
            qkv = self.qkv(x).view(B, T, 3, self.n_heads, -1).permute(2, 0, 3, 1, 4).contiguous()
            return qkv[0], qkv[1], qkv[2]
        weight, offset = self.qkv.weight, self.qkv.bias
        q = F.linear(x, weight[:C], None if offset is None else offset[:C])
        kv = F.linear(memory, weight[C:], None if offset is None else offset[C:])
        k, v = kv.view(B, memory.shape[1], 2, self.n_heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        return q.view(B, T, self.n_heads, -1).transpose(1, 2), k, v

    def _fused(
        self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, causal: bool, bias: Tensor | None
    ) -> Tensor:
        p = self.dropout.p if self.training else 0.0
        learned = bias is not None and bias.requires_grad
        if q.device.type == "cpu" and q.dtype == torch.bfloat16 and not p and not learned:
            return _OpenAttention.apply(q, k, v, _added(q, k, mask, causal, bias), self.scale)
        added = None if mask is None and bias is None else _added(q, k, mask, causal, bias)
        return F.scaled_dot_product_attention(
            q, k, v, attn_mask=added, dropout_p=p, is_causal=causal and added is None, scale=self.scale
        )

    def _recorded(
        self, q: Tensor, k: Tensor, v: Tensor, added: Tensor | None, record: Recording, cross: bool
    ) -> Tensor:
        scores = q @ k.transpose(-1, -2) * self.scale
        weights = (scores if added is None else scores + added).softmax(dim=-1)
        mixed = self.dropout(weights) @ v
        if off := record.heads_off() if not cross else []:
            mixed = mixed.clone()
            mixed[:, off] = 0.0
        (record.cross if cross else record.attention).append(weights)
        return mixed


class _OpenAttention(torch.autograd.Function):
    """The same by plain products: torch's fused backward in bfloat16 is six times slower on a CPU."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, added: Tensor | None, scale: float) -> Tensor:
        B, H, T, D = q.shape
        q, k, v = q.reshape(B * H, T, D), k.reshape(B * H, -1, D), v.reshape(B * H, -1, D)
        if added is None:
            scores = torch.bmm(q, k.transpose(1, 2)).mul_(scale)
        else:
            if added.dim() > 2:
                added = added.expand(B, H, T, k.shape[1]).reshape(B * H, T, -1)
            scores = torch.baddbmm(added, q, k.transpose(1, 2), alpha=scale)
        weights = torch.softmax(scores, -1)
        ctx.save_for_backward(q, k, v, weights)
        ctx.scale, ctx.shape = scale, (B, H)
        return torch.bmm(weights, v).view(B, H, T, D)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        q, k, v, weights = ctx.saved_tensors
        g = gradients[0].reshape(q.shape)
        of_weights = torch.bmm(g, v.transpose(1, 2))
        of_scores = torch._softmax_backward_data(of_weights, weights, -1, weights.dtype)  # pyright: ignore
        of_q = torch.bmm(of_scores, k).mul_(ctx.scale)
        of_k = torch.bmm(of_scores.transpose(1, 2), q).mul_(ctx.scale)
        of_v = torch.bmm(weights.transpose(1, 2), g)
        split = (*ctx.shape, -1, q.shape[-1])
        return of_q.view(split), of_k.view(split), of_v.view(split), None, None


def _added(q: Tensor, k: Tensor, mask: Tensor | None, causal: bool, bias: Tensor | None) -> Tensor | None:
    """What is added to the scores: -∞ where a query may not look, and the bias."""
    if causal:
        own = _causal(q.shape[-2], q.device, q.dtype)
        if mask is None:
            return own if bias is None else own + bias.to(q.dtype)
        mask = mask & causal_mask(q.shape[-2], q.device)
    if mask is None:
        return None if bias is None else bias.to(q.dtype)
    added = torch.zeros(mask.shape, dtype=q.dtype, device=q.device).masked_fill_(~mask, -math.inf)
    return added if bias is None else added + bias.to(q.dtype)


@lru_cache(16)
def _causal(n_tokens: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    mask = causal_mask(n_tokens, device)
    return torch.zeros(n_tokens, n_tokens, dtype=dtype, device=device).masked_fill_(~mask, -math.inf)


def causal_mask(n_tokens: int, device: torch.device) -> Tensor:
    """(T, T), True on and below the diagonal: a position sees itself and what came before."""
    return torch.ones(n_tokens, n_tokens, dtype=torch.bool, device=device).tril()
