"""The Reformer's settings."""

from dataclasses import dataclass

from lmcore.checks import check_range
from lmcore.models.configs.base import TransformerConfig


@dataclass(frozen=True)
class ReformerConfig(TransformerConfig):
    """Attention within buckets of similar tokens, and layers that can be undone (Kitaev et al. 2020).

    `reversible` off keeps everything for the way back, `full` looks at all tokens; both compute with the same
    weights and are there for comparison.
    """

    n_hashes: int = 2  # rounds of sorting into buckets
    bucket_length: int = 16  # tokens; how far a token sees within its bucket
    reversible: bool = True
    full: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("n_hashes", self.n_hashes, 1, 16)
        check_range("bucket_length", self.bucket_length, 2, 4096)

    @property
    def label(self) -> str:
        return f"Reformer {self.n_layers} × {self.d_model}"

    @property
    def n_buckets(self) -> int:
        """Even; twice as many as would fill a bucket on average (section 2)."""
        return 2 * -(-self.context_length // self.bucket_length)

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head reads both streams."""
        d, m = self.d_model, self.d_mlp
        block = 3 * d * d + 2 * d * m + m + d + 4 * d  # attention, MLP, two norms
        embeddings = (self.vocab_size + self.context_length) * d
        return embeddings + self.n_layers * block + 4 * d + 2 * d * self.vocab_size

    @property
    def flops_per_token(self) -> float:
        """As for other Transformers, with fewer keys; layers that are undone are computed once more."""
        d = self.d_model
        looked_at = self.context_length if self.full else 2 * self.bucket_length * self.n_hashes
        hashing = 0 if self.full else d * self.n_hashes * self.n_buckets
        layers = self.n_layers * (6.0 * 11 * d * d + 12.0 * d * looked_at + hashing)
        return layers * (4 / 3 if self.reversible else 1) + 12.0 * d * self.vocab_size

    @property
    def kept_per_token(self) -> int:
        """Of one layer at a time where layers are undone."""
        looked_at = self.context_length if self.full else 2 * self.bucket_length * self.n_hashes
        layer = 34 * self.d_model + 3 * self.n_heads * looked_at
        n_kept = 1 if self.reversible else self.n_layers
        return n_kept * layer + 4 * self.d_model + 3 * self.vocab_size
