"""GPT-2's settings."""

from dataclasses import dataclass

from lmcore.models.configs.base import TransformerConfig


@dataclass(frozen=True)
class GPTConfig(TransformerConfig):
    """GPT-2's architecture (Radford et al. 2019): pre-LN, learned positions, tied head."""

    @property
    def label(self) -> str:
        return f"GPT {self.n_layers} × {self.d_model}"

    @property
    def n_parameters(self) -> int:
        """Trainable numbers in the model; the head shares the token embedding."""
        d, m = self.d_model, self.d_mlp
        block = (4 * d * d + 4 * d) + (2 * d * m + m + d) + 4 * d  # attention, MLP, two norms
        return self.vocab_size * d + self.context_length * d + self.n_layers * block + 2 * d
