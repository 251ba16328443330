"""What the settings of every architecture have in common."""

from dataclasses import dataclass
from typing import ClassVar

from lmcore.checks import check_range
from lmcore.errors import ConfigError


@dataclass(frozen=True)
class ModelConfig:
    """Settings of one model. The ids of `specials` are the last ones of the vocabulary.

    A subclass says how many parameters the model has, what a token costs in training, and what is kept for
    the way back.
    """

    vocab_size: int = 256  # with the special tokens
    context_length: int = 64  # tokens
    dropout: float = 0.0

    specials: ClassVar[tuple[str, ...]] = ()  # tokens that no text contains, such as "[MASK]"

    def __post_init__(self) -> None:
        check_range("vocab_size", self.vocab_size, 1, 1_000_000)
        check_range("context_length", self.context_length, 2, 4096)
        check_range("dropout", self.dropout, 0, 0.9)

    def special(self, name: str) -> int:
        """The id of a special token."""
        return self.vocab_size - len(self.specials) + self.specials.index(name)

    @property
    def label(self) -> str:
        """A few letters for the dock, such as `GPT 3 × 64`; the same in every language."""
        raise NotImplementedError

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model."""
        raise NotImplementedError

    @property
    def flops_per_token(self) -> float:
        """Floating-point operations of one training step for one token: 6 for every weight in a product."""
        raise NotImplementedError

    @property
    def kept_per_token(self) -> int:
        """Numbers that one token of a batch leaves in memory until its gradients are known."""
        raise NotImplementedError


@dataclass(frozen=True)
class TransformerConfig(ModelConfig):
    """Layers of attention and MLP over a residual stream of `d_model` numbers a token."""

    n_layers: int = 3
    n_heads: int = 4
    d_model: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("n_layers", self.n_layers, 1, 64)
        check_range("n_heads", self.n_heads, 1, 64)
        check_range("d_model", self.d_model, 1, 4096)
        if self.d_model % self.n_heads:
            raise ConfigError("not_divisible", d_model=self.d_model, n_heads=self.n_heads)

    @property
    def d_head(self) -> int:
        return self.d_model // self.n_heads

    @property
    def d_mlp(self) -> int:
        return 4 * self.d_model

    @property
    def flops_per_token(self) -> float:
        """Of blocks of 12 d² weights, a head, and attention itself (Kaplan et al. 2020, section 2.1)."""
        weights = self.n_layers * 12 * self.d_model**2 + self.vocab_size * self.d_model
        return 6.0 * weights + 12.0 * self.n_layers * self.d_model * self.context_length

    @property
    def kept_per_token(self) -> int:
        layer = 34 * self.d_model + 3 * self.n_heads * self.context_length
        return self.n_layers * layer + 3 * self.vocab_size
