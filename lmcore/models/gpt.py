"""GPT-2's architecture (Radford et al. 2019, section 2.3): pre-LN, learned positions, tied head."""

import math

import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import Attention
from lmcore.models.base import LanguageModel
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.recording import Recording

INITIAL_STD = 0.02


class MLP(nn.Module):
    """Two linear maps with GELU between them, at every position alone."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.expand = nn.Linear(config.d_model, config.d_mlp)
        self.projection = nn.Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor) -> Tensor:
        return self.projection(F.gelu(self.expand(x), approximate="tanh"))


class Block(nn.Module):
    """Attention, then an MLP; each reads a normalised copy of the residual stream and adds to it."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(config.d_model)
        self.attention = Attention(config.d_model, config.n_heads, config.dropout)
        self.mlp_norm = nn.LayerNorm(config.d_model)
        self.mlp = MLP(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, record: Recording | None = None) -> Tensor:
        x = x + self.dropout(self.attention(self.attention_norm(x), record=record))
        return x + self.dropout(self.mlp(self.mlp_norm(x)))


class GPT(LanguageModel):
    """Predicts every next token of a text from the ones before it."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config: GPTConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_model)  # also the head
        self.position_embedding = nn.Embedding(config.context_length, config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.n_layers)])
        self.final_norm = nn.LayerNorm(config.d_model)
        self._initialise()

    def _initialise(self) -> None:
        """GPT-2's: normal(0, 0.02); what is added to the residual stream starts smaller by √(2 n_layers)."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.dim() >= 2:
                residual = name.endswith("projection.weight")
                scale = math.sqrt(2 * self.config.n_layers) if residual else 1.0
                nn.init.normal_(parameter, std=INITIAL_STD / scale)

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T), T ≤ context_length → logits (B, T, V)."""
        x = self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]
        x = self.dropout(x)
        if record is not None:
            record.residual.append(x)
        for block in self.blocks:
            x = block(x, record)
            if record is not None:
                record.residual.append(x)
        logits = F.linear(self.final_norm(x), self.token_embedding.weight)
        if record is not None:
            record.logits = logits
        return logits
