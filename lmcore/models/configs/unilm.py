"""UniLM's settings."""

from dataclasses import dataclass
from typing import ClassVar

from lmcore.checks import check_range
from lmcore.models.configs.base import TransformerConfig
from lmcore.models.configs.bert import masked_transformer_parameters

SEGMENTS = 5  # two of a bidirectional text, one from left to right, source, target


@dataclass(frozen=True)
class UniLMConfig(TransformerConfig):
    """UniLM's architecture (Dong et al. 2019): BERT's layers, read with one of three masks."""

    specials: ClassVar[tuple[str, ...]] = ("[MASK]", "[SOS]", "[EOS]")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("vocab_size", self.vocab_size, 1 + len(self.specials), 1_000_000)
        check_range("context_length", self.context_length, 5, 4096)  # [SOS] source [EOS] target [EOS]

    @property
    def label(self) -> str:
        return f"UniLM {self.n_layers} × {self.d_model}"

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head shares the token embedding."""
        return masked_transformer_parameters(self, SEGMENTS)
