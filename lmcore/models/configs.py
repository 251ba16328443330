"""The settings of each architecture, without torch, so that the server can check and size them."""

from dataclasses import dataclass

from lmcore.checks import check_range
from lmcore.errors import ConfigError


@dataclass(frozen=True)
class GPTConfig:
    """GPT-2's architecture (Radford et al. 2019): pre-LN, learned positions, tied head."""

    vocab_size: int = 256
    context_length: int = 64  # tokens
    n_layers: int = 3
    n_heads: int = 4
    d_model: int = 64
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_range("vocab_size", self.vocab_size, 1, 1_000_000)
        check_range("context_length", self.context_length, 2, 4096)
        check_range("n_layers", self.n_layers, 1, 64)
        check_range("n_heads", self.n_heads, 1, 64)
        check_range("d_model", self.d_model, 1, 4096)
        check_range("dropout", self.dropout, 0, 0.9)
        if self.d_model % self.n_heads:
            raise ConfigError("not_divisible", d_model=self.d_model, n_heads=self.n_heads)

    @property
    def d_head(self) -> int:
        return self.d_model // self.n_heads

    @property
    def d_mlp(self) -> int:
        return 4 * self.d_model

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head shares the token embedding."""
        d = self.d_model
        block = (
            (4 * d * d + 4 * d) + (2 * d * self.d_mlp + self.d_mlp + d) + 4 * d
        )  # attention, MLP, two norms
        return self.vocab_size * d + self.context_length * d + self.n_layers * block + 2 * d

    @property
    def flops_per_token(self) -> float:
        """Floating-point operations of one training step for one token (Kaplan et al. 2020, section 2.1).

        6 per weight in a product, and attention's own; the embedding look-up is free, the tied head is not.
        """
        weights = self.n_layers * 12 * self.d_model**2 + self.vocab_size * self.d_model
        return 6.0 * weights + 12.0 * self.n_layers * self.d_model * self.context_length
