"""T5 (Raffel et al. 2020, section 2.1): an encoder reads one text, a decoder writes another.

Version 1.0: RMSNorm before every layer (Zhang & Sennrich 2019), ReLU, no biases, scores that are not scaled,
and instead of position embeddings a learned number for every distance and head, added to the scores.
"""

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import Attention
from lmcore.models.base import LanguageModel
from lmcore.models.configs.t5 import MAX_DISTANCE, N_POSITION_BUCKETS, PAD, T5Config
from lmcore.models.recording import Recording
from lmcore.models.spans import corrupted, noise_mask

EPSILON = 1e-6


class T5(LanguageModel):
    """Writes a target, one token after the other, while it looks at a source.

    Called with two texts: `model(source, target)`.
    """

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.config: T5Config = config
        self.token_embedding = nn.Embedding(config.vocab_size, config.d_model)  # of both stacks, and the head
        self.dropout = nn.Dropout(config.dropout)
        self.encoder = Stack(config, decodes=False)
        self.decoder = Stack(config, decodes=True)
        self._initialise()

    def _initialise(self) -> None:
        """As T5: queries start smaller by √d_head, which stands in for the scaling of scores."""
        d = self.config.d_model
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            std = 1.0 if name.startswith("token_embedding") else 1 / math.sqrt(d)
            if name.endswith("mlp.projection.weight"):
                std = 1 / math.sqrt(self.config.d_mlp)
            nn.init.normal_(parameter, std=std)
            if name.endswith("qkv.weight"):
                with torch.no_grad():
                    parameter[:d] /= math.sqrt(self.config.d_head)

    def forward(self, source: Tensor, target: Tensor, record: Recording | None = None) -> Tensor:
        """Source ids (B, S) and target ids (B, U) → logits (B, U, V).

        Those at place t are for `target[:, t]`: the decoder sees what stands before it, and first of all
        `<pad>`. A recording gets the decoder's attention to itself and to the source, `cross`, and what the
        encoder did as `source`.
        """
        of_source = None
        if record is not None:
            of_source = record.source = Recording()
        return self.decode(self.encode(source, of_source), target, record)

    def encode(self, source: Tensor, record: Recording | None = None) -> Tensor:
        """Source ids (B, S) → what the decoder looks at (B, S, C)."""
        return self.encoder(self.dropout(self.token_embedding(source)), None, record)

    def decode(self, memory: Tensor, target: Tensor, record: Recording | None = None) -> Tensor:
        """An encoded source (B, S, C) and target ids (B, U) → logits (B, U, V), as `forward` describes."""
        seen = F.pad(target, (1, 0), value=self.config.special(PAD))[:, :-1]
        x = self.decoder(self.dropout(self.token_embedding(seen)), memory, record)
        logits = F.linear(x * self.config.d_model**-0.5, self.token_embedding.weight)
        if record is not None:
            record.logits = logits
        return logits

    def token_loss(self, ids: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """Mean cross-entropy in nats of the target (B, U), given the source `ids` (B, S)."""
        logits = self(ids, targets).flatten(0, 1).float()
        return F.cross_entropy(logits, targets.flatten(), label_smoothing=smoothing)

    def span_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per token of what fills the gaps in the first T tokens of windows (B, T + 1)."""
        ids = windows[:, : max(2, windows.shape[1] - 1)]
        source, target = corrupted(ids, noise_mask(*ids.shape), self.config)
        return self.token_loss(source, target, smoothing)

    def sequence_loss(self, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        """Nats per token of the second half of windows (B, T + 1), given the first."""
        half = windows.shape[1] // 2
        return self.token_loss(windows[:, :half], windows[:, half:], smoothing)


class Stack(nn.Module):
    """The layers of the encoder or the decoder, which share one table of distances."""

    def __init__(self, config: T5Config, decodes: bool) -> None:
        super().__init__()
        self.decodes = decodes
        self.distances = Distances(config.n_heads, both_ways=not decodes)
        self.blocks = nn.ModuleList([Block(config, decodes) for _ in range(config.n_layers)])
        self.final_norm = nn.RMSNorm(config.d_model, EPSILON)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, memory: Tensor | None, record: Recording | None = None) -> Tensor:
        bias = self.distances(x.shape[1])
        if record is not None:
            record.residual.append(x)
        for block in self.blocks:
            x = block(x, memory, bias, record)
            if record is not None:
                record.residual.append(x)
        return self.dropout(self.final_norm(x))


class Block(nn.Module):
    """Attention to the own text, in the decoder to the source too, then an MLP."""

    def __init__(self, config: T5Config, decodes: bool) -> None:
        super().__init__()
        self.decodes = decodes
        self.attention_norm = nn.RMSNorm(config.d_model, EPSILON)
        self.attention = _attention(config)
        self.cross_norm = nn.RMSNorm(config.d_model, EPSILON) if decodes else None
        self.cross = _attention(config) if decodes else None
        self.mlp_norm = nn.RMSNorm(config.d_model, EPSILON)
        self.mlp = MLP(config)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, memory: Tensor | None, bias: Tensor, record: Recording | None = None
    ) -> Tensor:
        own = self.attention(self.attention_norm(x), causal=self.decodes, record=record, bias=bias)
        x = x + self.dropout(own)
        if self.cross is not None and self.cross_norm is not None:
            x = x + self.dropout(self.cross(self.cross_norm(x), causal=False, record=record, memory=memory))
        return x + self.dropout(self.mlp(self.mlp_norm(x)))


def _attention(config: T5Config) -> Attention:
    return Attention(config.d_model, config.n_heads, config.dropout, biases=False, scaled=False)


class MLP(nn.Module):
    """Two linear maps with ReLU between them, at every position alone."""

    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.expand = nn.Linear(config.d_model, config.d_mlp, bias=False)
        self.projection = nn.Linear(config.d_mlp, config.d_model, bias=False)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.projection(self.dropout(F.relu(self.expand(x))))


class Distances(nn.Module):
    """A learned number for every head and distance; far distances share one (section 2.1)."""

    def __init__(self, n_heads: int, both_ways: bool) -> None:
        super().__init__()
        self.both_ways = both_ways
        self.table = nn.Embedding(N_POSITION_BUCKETS, n_heads)

    def forward(self, n_tokens: int) -> Tensor:
        """(H, T, T), to be added to the scores."""
        buckets = _buckets(n_tokens, self.both_ways, self.table.weight.device)
        return self.table(buckets).permute(2, 0, 1)


@lru_cache(16)
def _buckets(n_tokens: int, both_ways: bool, device: torch.device) -> Tensor:
    place = torch.arange(n_tokens, device=device)
    return distance_buckets(place[None, :] - place[:, None], both_ways)


def distance_buckets(distance: Tensor, both_ways: bool) -> Tensor:
    """The bucket of every distance, key minus query, in tokens.

    Near distances have a bucket each, farther ones share buckets that grow with the logarithm. The decoder,
    which sees nothing that comes later, has all buckets for what came before.
    """
    n_buckets, later = N_POSITION_BUCKETS, torch.zeros_like(distance)
    if both_ways:
        n_buckets //= 2
        later = (distance > 0) * n_buckets
        distance = distance.abs()
    else:
        distance = (-distance).clamp(min=0)
    n_exact = n_buckets // 2
    growth = torch.log(distance.clamp(min=1).float() / n_exact) / math.log(MAX_DISTANCE / n_exact)
    far = (n_exact + (growth * (n_buckets - n_exact)).long()).clamp(max=n_buckets - 1)
    return later + torch.where(distance < n_exact, distance, far)
