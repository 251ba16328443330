"""A modern decoder: what changed in GPT-like models since GPT-2, each with a switch.

Rotary positions (Su et al. 2021) or ALiBi (Press et al. 2022), RMSNorm (Zhang & Sennrich 2019), SwiGLU
(Shazeer 2020) or ReLU² (So et al. 2021), QK-norm (Henry et al. 2020), no biases. For short trainings also
hashed n-gram embeddings, token shift (Peng et al. 2023, section 3.1) and a start at which layers add nothing.
"""

import math
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import Attention
from lmcore.models.base import EMBEDDING, HEAD, LanguageModel
from lmcore.models.configs.decoder import DecoderConfig
from lmcore.models.ngram_tables import NgramTables
from lmcore.models.recording import Recording
from lmcore.models.rotary import Rotation, rotation

EPSILON = 1e-5


class Decoder(LanguageModel):
    """Predicts every next token of a text from the ones before it."""

    low_precision = True

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config: DecoderConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_model)
        learned = config.position == "learned"
        self.position_embedding = nn.Embedding(config.context_length, config.d_model) if learned else None
        self.tables = NgramTables(config) if config.tables else None
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.n_layers)])
        self.final_norm = Norm(config)
        self.head = nn.Linear(config.d_model, config.vocab_size, bias=False)
        self._initialise()

    def _initialise(self) -> None:
        """Outputs keep the size of their inputs; what is added to the stream starts small, or at 0."""
        config = self.config
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            added = name.endswith("projection.weight")
            std = 1 / math.sqrt(parameter.shape[1])
            if added:
                std /= math.sqrt(2 * config.n_layers)
            if self.role_of(name, parameter) == EMBEDDING:
                std = 0.1 if "table" in name else 0.5
            zero = config.zero_init and (added or name == "head.weight")
            nn.init.normal_(parameter, std=0.0 if zero else std)

    def role_of(self, name: str, parameter: nn.Parameter) -> str:
        return HEAD if name.startswith("tables.to_model") else super().role_of(name, parameter)

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T), T ≤ context_length → logits (B, T, V)."""
        x = self.token_embedding(ids)
        if self.position_embedding is not None:
            x = x + self.position_embedding.weight[: ids.shape[1]]
        if self.tables is not None:
            x = x + self.tables(ids)
        x = self.dropout(x if not self.config.zero_init else F.layer_norm(x, x.shape[-1:]))
        positions = self._positions(ids.shape[1], x)
        if record is not None:
            record.residual.append(x)
        for block in self.blocks:
            x = block(x, positions, record)
            if record is not None:
                record.residual.append(x)
        logits = self.head(self.final_norm(x))
        if record is not None:
            record.logits = logits
        return logits

    def _positions(self, n_tokens: int, x: Tensor) -> dict[str, Any]:
        """What attention is told about positions."""
        if self.config.position == "rope":
            return {"rotation": rotation(n_tokens, self.config.d_head, x.device, x.dtype)}
        if self.config.position == "alibi":
            return {"bias": alibi(n_tokens, self.config.n_heads, x.device, x.dtype)}
        return {}


class Block(nn.Module):
    """Attention, then an MLP; each reads a normalised copy of the residual stream and adds to it."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.attention_norm = Norm(config)
        self.attention = Attention(
            config.d_model, config.n_heads, config.dropout, biases=False, qk_norm=config.qk_norm
        )
        self.mlp_norm = Norm(config)
        self.mlp = GatedMLP(config) if config.activation == "swiglu" else MLP(config)
        self.dropout = nn.Dropout(config.dropout)
        self.shift = nn.Parameter(torch.zeros(2, config.d_model)) if config.token_shift else None

    def forward(
        self, x: Tensor, positions: dict[str, Rotation | Tensor], record: Recording | None = None
    ) -> Tensor:
        read = self._shifted(self.attention_norm(x), 0)
        x = x + self.dropout(self.attention(read, record=record, **positions))
        return x + self.dropout(self.mlp(self._shifted(self.mlp_norm(x), 1)))

    def _shifted(self, x: Tensor, which: int) -> Tensor:
        """Every token with a part of the one before it, by a weight per channel."""
        if self.shift is None:
            return x
        return torch.addcmul(x, F.pad(x, (0, 0, 1, 0))[:, :-1], self.shift[which])


class MLP(nn.Module):
    """Two linear maps with ReLU² or GELU between them, at every position alone."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.expand = nn.Linear(config.d_model, config.d_mlp, bias=False)
        self.projection = nn.Linear(config.d_mlp, config.d_model, bias=False)
        self.squares = config.activation == "relu2"

    def forward(self, x: Tensor) -> Tensor:
        wide = self.expand(x)
        return self.projection(_SquaredRelu.apply(wide) if self.squares else F.gelu(wide, approximate="tanh"))


class GatedMLP(nn.Module):
    """SwiGLU (Shazeer 2020, eq. 6): one linear map opens or closes the channels of another."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.gate = nn.Linear(config.d_model, config.d_mlp, bias=False)
        self.expand = nn.Linear(config.d_model, config.d_mlp, bias=False)
        self.projection = nn.Linear(config.d_mlp, config.d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.projection(F.silu(self.gate(x)) * self.expand(x))


class _SquaredRelu(torch.autograd.Function):
    """ReLU² that keeps one tensor for the way back instead of two."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        positive = torch.relu(x)
        ctx.save_for_backward(positive)
        return positive * positive

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (positive,) = ctx.saved_tensors
        return gradients[0] * positive * 2


class Norm(nn.Module):
    """LayerNorm or RMSNorm over the channels, with or without a weight for each."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.centres = config.norm == "layernorm"
        self.weight = nn.Parameter(torch.ones(config.d_model)) if config.norm_scale else None
        self.bias = nn.Parameter(torch.zeros(config.d_model)) if config.norm_scale and self.centres else None

    def forward(self, x: Tensor) -> Tensor:
        if self.centres:
            return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, EPSILON)
        return F.rms_norm(x, x.shape[-1:], self.weight, EPSILON)


@lru_cache(16)
def alibi(n_tokens: int, n_heads: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """(H, T, T): what a head takes off a score for every token of distance (Press et al. 2022, section 3).

    The first head takes off nothing, so that one can look at everything.
    """
    place = torch.arange(n_tokens, device=device)
    distance = (place[:, None] - place[None, :]).clamp(min=0).float()
    slopes = torch.tensor([0.0, *(2.0 ** (-8 * i / max(1, n_heads)) for i in range(n_heads - 1))])
    return (-slopes.to(device)[:, None, None] * distance).to(dtype)
