"""What a model says about itself while it computes, for whoever passes a Recording."""

from dataclasses import dataclass, field

from torch import Tensor


@dataclass
class Recording:
    """Filled by `model(ids, record=recording)`; B texts, T tokens, C = d_model, V = vocab_size.

    `switched_off` goes in rather than comes out: heads whose output does not reach the residual stream.
    """

    switched_off: frozenset[tuple[int, int]] = frozenset()  # (layer, head)
    attention: list[Tensor] = field(default_factory=list)  # a layer each: (B, H, T, T), rows sum to 1
    cross: list[Tensor] = field(
        default_factory=list
    )  # a decoder's layer each, on the encoder's S tokens: (B, H, T, S)
    source: "Recording | None" = None  # of the encoder, where there is one
    residual: list[Tensor] = field(
        default_factory=list
    )  # after the embedding and after every block: (B, T, C)
    logits: Tensor | None = None  # (B, T, V)

    def heads_off(self) -> list[int]:
        """The heads switched off in the layer that records next."""
        layer = len(self.attention)
        return [head for off_layer, head in sorted(self.switched_off) if off_layer == layer]
