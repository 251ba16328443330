"""The loss on held-back text."""

import numpy as np
import torch
from torch import Tensor

from lmcore.models.base import LanguageModel
from lmcore.models.evaluating import evaluating
from lmcore.training.objectives import Objective, causal

PROBE_TOKENS = 8_192  # enough for a steady curve, few enough to be asked for often
MOST_TOKENS = 1_000_000  # at the end of a run: more would take longer than the training
TOKENS_AT_ONCE = 2_048  # no more logits in memory than a training step has


def held_back_loss(
    model: LanguageModel,
    ids: Tensor,
    context_length: int,
    max_tokens: int | None = None,
    objective: Objective = causal,
) -> float:
    """Mean nats per token over `ids` (N,), N ≥ 2, each predicted once from what precedes it in its window.

    With `max_tokens` always the same windows, spread evenly over the text. What an objective draws at random
    is the same every time.
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
    if not parts or (len(whole) < len(starts) and objective is causal):
        parts.append(ids[int(starts[-1]) :][None])  # the rest, shorter than a window
    with evaluating(model), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        total = sum(float(objective(model, part.long(), 0.0)) * part[:, 1:].numel() for part in parts)
    return total / sum(windows[:, 1:].numel() for windows in parts)
