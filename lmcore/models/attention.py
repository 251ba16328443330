"""Multi-head attention (Vaswani et al. 2017, eq. 1): softmax(Q Kᵀ / √d_head) V."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.recording import Recording


class Attention(nn.Module):
    """Self-attention; every model here uses this one.

    Without a recording torch's fused kernel runs. With one the weights are computed in the open and kept; the
    output is the same.
    """

    def __init__(self, d_model: int, n_heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.projection = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)  # of the weights

    def forward(
        self, x: Tensor, mask: Tensor | None = None, causal: bool = True, record: Recording | None = None
    ) -> Tensor:
        """(B, T, C) → (B, T, C). `mask` (T, T) or (B, 1, T, T) is True where a query may look at a key."""
        B, T, C = x.shape
        q, k, v = (part.view(B, T, self.n_heads, -1).transpose(1, 2) for part in self.qkv(x).split(C, dim=-1))
        if causal and mask is not None:
            mask, causal = mask & causal_mask(T, x.device), False
        if record is None:
            p = self.dropout.p if self.training else 0.0
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=p, is_causal=causal)
        else:
            mixed = self._recorded(q, k, v, causal_mask(T, x.device) if causal else mask, record)
        return self.projection(mixed.transpose(1, 2).reshape(B, T, C))

    def _recorded(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, record: Recording) -> Tensor:
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        weights = scores.softmax(dim=-1)
        mixed = self.dropout(weights) @ v
        if off := record.heads_off():
            mixed = mixed.clone()
            mixed[:, off] = 0.0
        record.attention.append(weights)
        return mixed


def causal_mask(n_tokens: int, device: torch.device) -> Tensor:
    """(T, T), True on and below the diagonal: a position sees itself and what came before."""
    return torch.ones(n_tokens, n_tokens, dtype=torch.bool, device=device).tril()
