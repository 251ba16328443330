"""T5's settings."""

from dataclasses import dataclass
from typing import ClassVar

from lmcore.checks import check_range
from lmcore.models.configs.base import TransformerConfig

PAD, END = "<pad>", "</s>"
N_SENTINELS = 32
SENTINELS = tuple(f"<extra_id_{index}>" for index in range(N_SENTINELS))
N_POSITION_BUCKETS = 32
MAX_DISTANCE = 128  # tokens; all that is farther away shares a bucket


@dataclass(frozen=True)
class T5Config(TransformerConfig):
    """Encoder and decoder of `n_layers` layers each (Raffel et al. 2020), with one sentinel for every gap."""

    specials: ClassVar[tuple[str, ...]] = (PAD, END, *SENTINELS)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("vocab_size", self.vocab_size, len(self.specials) + 1, 1_000_000)

    @property
    def label(self) -> str:
        return f"T5 {self.n_layers} + {self.n_layers} × {self.d_model}"

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head shares the token embedding."""
        d, n = self.d_model, self.n_layers
        mlp = 2 * d * self.d_mlp
        encoder = n * (4 * d * d + mlp + 2 * d)
        decoder = n * (8 * d * d + mlp + 3 * d)
        return self.vocab_size * d + encoder + decoder + 2 * d + 2 * N_POSITION_BUCKETS * self.n_heads

    @property
    def flops_per_token(self) -> float:
        """A token of a window is read by the encoder or written by the decoder: half of both is its share."""
        d, n = self.d_model, self.n_layers
        weights = (n * 12 * d * d + n * 16 * d * d + self.vocab_size * d) / 2
        return 6.0 * weights + 12.0 * n * d * self.context_length

    @property
    def kept_per_token(self) -> int:
        """Half of what a token leaves in both stacks, cross-attention included."""
        both = 34 * self.d_model + 44 * self.d_model + 9 * self.n_heads * self.context_length // 2
        return (self.n_layers * both + 3 * self.vocab_size) // 2
