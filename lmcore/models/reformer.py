"""The Reformer (Kitaev et al. 2020): attention within buckets, and layers that can be undone."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.base import LanguageModel
from lmcore.models.configs.reformer import ReformerConfig
from lmcore.models.lsh_attention import LSHAttention
from lmcore.models.recording import Recording
from lmcore.models.reversible import reversible

INITIAL_STD = 0.02


class Reformer(LanguageModel):
    """Predicts every next token of a text from those before it that resemble it."""

    def __init__(self, config: ReformerConfig) -> None:
        super().__init__()
        self.config: ReformerConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_model)
        self.position_embedding = nn.Embedding(config.context_length, config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList([Block(config, layer) for layer in range(config.n_layers)])
        self.final_norm = nn.LayerNorm(2 * config.d_model)
        self.head = nn.Linear(2 * config.d_model, config.vocab_size, bias=False)
        self._initialise()

    def _initialise(self) -> None:
        """GPT-2's: normal(0, 0.02); what is added to a stream starts smaller by √(2 n_layers)."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.dim() >= 2:
                added = name.endswith("projection.weight")
                scale = math.sqrt(2 * self.config.n_layers) if added else 1.0
                nn.init.normal_(parameter, std=INITIAL_STD / scale)

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T), T ≤ context_length → logits (B, T, V).

        Recorded attention is zero where a token was not looked at. The recorded residual stream is both
        streams beside each other, (B, T, 2 C).
        """
        x = self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]
        x = self.dropout(x)
        if self.config.reversible and record is None and torch.is_grad_enabled():
            first, second = reversible([block for block in self.blocks if isinstance(block, Block)], x)
        else:
            first, second = self._kept(x, record)
        logits = self.head(self.final_norm(torch.cat([first, second], dim=-1)))
        if record is not None:
            record.logits = logits
        return logits

    def _kept(self, x: Tensor, record: Recording | None) -> tuple[Tensor, Tensor]:
        """Both streams after all blocks, computed in the ordinary way."""
        first = second = x
        if record is not None:
            record.residual.append(torch.cat([first, second], dim=-1))
        for block in self.blocks:
            assert isinstance(block, Block)
            first = first + block.first(second, record=record)
            second = second + block.second(first)
            if record is not None:
                record.residual.append(torch.cat([first, second], dim=-1))
        return first, second


class Block(nn.Module):
    """Attention reads the second stream and adds to the first; an MLP does the reverse."""

    def __init__(self, config: ReformerConfig, layer: int) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.d_model)
        self.attention = LSHAttention(config, seed=layer)
        self.mlp_norm = nn.LayerNorm(config.d_model)
        self.expand = nn.Linear(config.d_model, config.d_mlp)
        self.projection = nn.Linear(config.d_mlp, config.d_model)
        self.dropout = nn.Dropout(config.dropout)

    def first(self, x: Tensor, decided: Tensor | None = None, record: Recording | None = None) -> Tensor:
        """What is added to the first stream."""
        return self.dropout(self.attention(self.attention_norm(x), record, decided))

    def second(self, x: Tensor) -> Tensor:
        """What is added to the second stream."""
        return self.dropout(self.projection(F.gelu(self.expand(self.mlp_norm(x)), approximate="tanh")))

    def decide(self, x: Tensor) -> Tensor | None:
        """The buckets, which must be the same when the layer is computed again from rounded numbers."""
        return self.attention.hashed(self.attention_norm(x))
