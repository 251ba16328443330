"""The loss on held-back text."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmcore.models.evaluating import evaluating

PROBE_TOKENS = 8_192  # enough for a steady curve, few enough to be asked for often
TOKENS_AT_ONCE = 2_048  # no more logits in memory than a training step has


def held_back_loss(
    model: nn.Module, ids: Tensor, context_length: int, max_tokens: int | None = None
) -> float:
    """Mean nats per token over `ids` (N,), N ≥ 2, each predicted once from what precedes it in its window.

    With `max_tokens` always the same windows, spread evenly over the text.
    """
    starts = np.arange(0, len(ids) - 1, context_length)
    if max_tokens is not None and len(starts) * context_length > max_tokens:
        chosen = np.linspace(0, len(starts) - 1, max(1, max_tokens // context_length)).round().astype(int)
        starts = starts[np.unique(chosen)]
    whole = starts[starts + context_length < len(ids)]
    within = torch.arange(context_length + 1, device=ids.device)
    at_once = max(1, TOKENS_AT_ONCE // context_length)
    parts = [
        ids[torch.from_numpy(whole[i : i + at_once]).to(ids.device)[:, None] + within]
        for i in range(0, len(whole), at_once)
    ]
    if len(whole) < len(starts):
        parts.append(ids[int(starts[-1]) :][None])  # the rest, shorter than a window
    with evaluating(model):
        total = sum(_sum_of_losses(model, windows.long()) for windows in parts)
    return total / sum(windows[:, 1:].numel() for windows in parts)


def _sum_of_losses(model: nn.Module, windows: Tensor) -> float:
    logits = model(windows[:, :-1]).float()
    return float(F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten(), reduction="sum"))
