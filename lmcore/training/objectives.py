"""What is made small: a model and windows of a text in, one number to minimise out.

An objective takes windows (B, T + 1) of token ids and draws what it needs at random from torch's generator,
so that a training goes on exactly after a resume. `LANGUAGE_OBJECTIVES` names them.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from lmcore.models.base import LanguageModel

Objective = Callable[[LanguageModel, Tensor, float], Tensor]  # model, windows, label smoothing


def causal(model: LanguageModel, windows: Tensor, smoothing: float = 0.0) -> Tensor:
    """Mean cross-entropy of every next token, in nats (Bengio et al. 2003, section 2)."""
    return model.token_loss(windows[:, :-1], windows[:, 1:], smoothing)


def own(method: str) -> Objective:
    """The loss that a model brings itself, in nats per token asked for, as its method of this name."""

    def objective(model: LanguageModel, windows: Tensor, smoothing: float = 0.0) -> Tensor:
        return getattr(model, method)(windows, smoothing)

    return objective


def mixed(model: LanguageModel, windows: Tensor, smoothing: float = 0.0) -> Tensor:
    """A third of every batch each by `MIXED` (Dong et al. 2019, section 2.3), weighted by the texts in it."""
    B, first = len(windows), int(torch.randint(3, ()))
    shares = ((LANGUAGE_OBJECTIVES[name], windows[(first + i) % 3 :: 3]) for i, name in enumerate(MIXED))
    losses = [objective(model, part, smoothing) * (len(part) / B) for objective, part in shares if len(part)]
    return torch.stack(losses).sum()


MIXED = ("masked", "causal", "seq2seq")
LANGUAGE_OBJECTIVES: dict[str, Objective] = {
    "causal": causal,
    "masked": own("masked_loss"),
    "prefix": own("prefix_loss"),
    "span": own("span_loss"),
    "seq2seq": own("sequence_loss"),
    "mixed": mixed,
}
