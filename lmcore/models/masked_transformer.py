"""What BERT and UniLM share: post-LN layers over token, position and segment embeddings, and a head for gaps.

Devlin et al. 2019, section 3 and figure 2; the layers are those of Vaswani et al. 2017, figure 1, with GELU.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.attention import Attention
from lmcore.models.base import LanguageModel
from lmcore.models.configs.base import TransformerConfig
from lmcore.models.masking import Masked
from lmcore.models.recording import Recording

INITIAL_STD, OF_WIDTH = 0.02, 768  # BERT's, and the width it is meant for
POSITIONS = 4  # how far above the rest they start
EPSILON = 1e-12


class MLP(nn.Module):
    """Two linear maps with GELU between them, at every position alone."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.expand = nn.Linear(config.d_model, config.d_mlp)
        self.projection = nn.Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor) -> Tensor:
        return self.projection(F.gelu(self.expand(x)))


class Block(nn.Module):
    """Attention, then an MLP; the residual stream is normalised after each has added to it."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = Attention(config.d_model, config.n_heads, config.dropout)
        self.attention_norm = nn.LayerNorm(config.d_model, EPSILON)
        self.mlp = MLP(config)
        self.mlp_norm = nn.LayerNorm(config.d_model, EPSILON)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self, x: Tensor, mask: Tensor | None = None, causal: bool = False, record: Recording | None = None
    ) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attention(x, mask, causal, record)))
        return self.mlp_norm(x + self.dropout(self.mlp(x)))


class MaskedTransformer(LanguageModel):
    """A Transformer whose head says, at a position, which token stands there."""

    def __init__(self, config: TransformerConfig, n_segments: int) -> None:
        super().__init__()
        d = config.d_model
        self.config: TransformerConfig = config
        self.token_embedding = nn.Embedding(config.vocab_size, d)  # also the head
        self.position_embedding = nn.Embedding(config.context_length, d)
        self.segment_embedding = nn.Embedding(n_segments, d)
        self.embedding_norm = nn.LayerNorm(d, EPSILON)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.n_layers)])
        self.transform = nn.Linear(d, d)
        self.transform_norm = nn.LayerNorm(d, EPSILON)
        self.offset = nn.Parameter(torch.zeros(config.vocab_size))  # of every token's score

    def initialise(self) -> None:
        """BERT's: normal(0, 0.02), biases 0; here wider where the model is narrower.

        Positions are learned, but start as sinusoids, which lets attention find neighbours. Without both, a
        small model guesses by frequency alone for its first thousand steps.
        """
        std = INITIAL_STD * math.sqrt(OF_WIDTH / self.config.d_model)
        for name, parameter in self.named_parameters():
            if parameter.dim() >= 2:
                nn.init.normal_(parameter, std=std)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        with torch.no_grad():
            places = sinusoids(self.config.context_length, self.config.d_model)
            self.position_embedding.weight.copy_(POSITIONS * std * places)

    def hidden(
        self,
        ids: Tensor,
        segments: Tensor | int = 0,
        mask: Tensor | None = None,
        causal: bool = False,
        record: Recording | None = None,
    ) -> Tensor:
        """Token ids (B, T), T ≤ context_length → what the last layer makes of them (B, T, C)."""
        x = self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]
        x = self.dropout(self.embedding_norm(x + self._segments(segments)))
        if record is not None:
            record.residual.append(x)
        for block in self.blocks:
            x = block(x, mask, causal, record)
            if record is not None:
                record.residual.append(x)
        return x

    def _segments(self, segments: Tensor | int) -> Tensor:
        weight = self.segment_embedding.weight
        return weight[segments] if isinstance(segments, int) else F.embedding(segments, weight)

    def scores(self, x: Tensor) -> Tensor:
        """Hidden (…, C) → logits (…, V)."""
        x = self.transform_norm(F.gelu(self.transform(x)))
        return F.linear(x, self.token_embedding.weight, self.offset)

    def two_sided(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Logits (B, T, V) where every position sees all others; `ids` have their frame."""
        return self._recorded(self.scores(self.hidden(ids, record=record)), record)

    def _recorded(self, logits: Tensor, record: Recording | None) -> Tensor:
        if record is not None:
            record.logits = logits
        return logits

    def frame(self, texts: Tensor) -> Tensor:
        """Texts (B, n) between the two special tokens that begin and end one: (B, n + 2)."""
        begin, end = (self.config.special(name) for name in self.config.specials[1:])
        return F.pad(F.pad(texts, (1, 0), value=begin), (0, 1), value=end)

    @property
    def most_tokens(self) -> int:
        """The longest text that fits into its frame."""
        return self.config.context_length - 2

    @property
    def n_ordinary(self) -> int:
        """Tokens of the vocabulary that are not special; they come first."""
        return self.config.vocab_size - len(self.config.specials)

    def guess_loss(self, x: Tensor, masked: Masked, smoothing: float) -> Tensor:
        """Mean cross-entropy in nats of the gaps, from hidden (B, T, C)."""
        at_gaps = x.gather(1, masked.positions[:, :, None].expand(-1, -1, x.shape[-1]))
        logits = self.scores(at_gaps).flatten(0, 1).float()
        return F.cross_entropy(logits, masked.targets.flatten(), label_smoothing=smoothing)


def sinusoids(n_tokens: int, d_model: int) -> Tensor:
    """(T, C): sines and cosines of the position, each pair slower than the last (Vaswani et al. 2017)."""
    rates = 10_000 ** (-torch.arange(0, d_model, 2) / d_model)
    angles = torch.arange(n_tokens)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :d_model]
