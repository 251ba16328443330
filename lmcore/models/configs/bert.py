"""BERT's settings."""

from dataclasses import dataclass
from typing import ClassVar

from lmcore.checks import check_range
from lmcore.models.configs.base import TransformerConfig

MASKED_SHARE = 0.15  # of the tokens are guessed, and only those pass the head
SEGMENTS = 2


@dataclass(frozen=True)
class BertConfig(TransformerConfig):
    """BERT's architecture (Devlin et al. 2019). With `next_sentence` it also judges whether two halves belong
    together."""

    next_sentence: bool = False

    specials: ClassVar[tuple[str, ...]] = ("[MASK]", "[CLS]", "[SEP]")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("vocab_size", self.vocab_size, 1 + len(self.specials), 1_000_000)
        check_range("context_length", self.context_length, 5, 4096)  # [CLS] a [SEP] b [SEP]

    @property
    def label(self) -> str:
        return f"BERT {self.n_layers} × {self.d_model}"

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head shares the token embedding."""
        pair = self.d_model**2 + 3 * self.d_model + 2 if self.next_sentence else 0
        return masked_transformer_parameters(self, SEGMENTS) + pair

    @property
    def flops_per_token(self) -> float:
        d, V = self.d_model, self.vocab_size
        weights = self.n_layers * 12 * d**2 + MASKED_SHARE * (d**2 + V * d)
        return 6.0 * weights + 12.0 * self.n_layers * d * self.context_length

    @property
    def kept_per_token(self) -> int:
        layer = 34 * self.d_model + 3 * self.n_heads * self.context_length
        return self.n_layers * layer + round(3 * MASKED_SHARE * self.vocab_size)


def masked_transformer_parameters(config: TransformerConfig, n_segments: int) -> int:
    """Trainable numbers of embeddings, post-LN layers and the head that fills gaps."""
    d, V = config.d_model, config.vocab_size
    embeddings = (V + config.context_length + n_segments) * d + 2 * d
    block = 12 * d * d + 13 * d
    return embeddings + config.n_layers * block + (d * d + 3 * d + V)
