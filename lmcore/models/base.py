"""What training asks of every language model."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lmcore.models.configs.base import ModelConfig
from lmcore.models.recording import Recording

MATRIX, EMBEDDING, HEAD, VECTOR = "matrix", "embedding", "head", "vector"


class LanguageModel(nn.Module):
    """A model that gives every token of the vocabulary a score at every position.

    One that reads from left to right overrides `forward(ids, record)`; others say in their docstring what
    else they are given.
    """

    config: ModelConfig
    low_precision = False  # whether bfloat16 makes it faster and no worse

    def forward(self, ids: Tensor, record: Recording | None = None) -> Tensor:
        """Token ids (B, T) → logits (B, T, V)."""
        raise NotImplementedError

    def token_loss(self, ids: Tensor, targets: Tensor, smoothing: float = 0.0) -> Tensor:
        """Mean cross-entropy in nats of `targets` (B, T), the tokens after `ids`.

        A model whose head is no plain softmax overrides this.
        """
        logits = self(ids).flatten(0, 1).float()
        return F.cross_entropy(logits, targets.flatten(), label_smoothing=smoothing)

    def role_of(self, name: str, parameter: nn.Parameter) -> str:
        """What a parameter is for an optimizer that treats them differently."""
        if parameter.dim() < 2:
            return VECTOR
        if "embedding" in name or "table" in name:
            return EMBEDDING
        return HEAD if name.startswith("head") else MATRIX

    def carried(self) -> dict[str, Tensor]:
        """What the model remembers from one batch to the next, where it does, by name."""
        return {}

    def restore_carried(self, tensors: dict[str, Tensor]) -> None:
        """Remember again what `carried` gave."""


def set_dropout(model: nn.Module, probability: float) -> None:
    """Change the dropout of every layer; the next training step uses it."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = probability


def dropout_of(model: nn.Module) -> float:
    """The dropout of the model's layers, which is the same in all."""
    return next((module.p for module in model.modules() if isinstance(module, nn.Dropout)), 0.0)


def device_of(model: nn.Module) -> torch.device:
    """Where the weights are; one that has none computes on the CPU."""
    first = next(model.parameters(), None)
    return torch.device("cpu") if first is None else first.device
