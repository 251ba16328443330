"""What is made small: a model and windows of a text in, one number to minimise out.

An objective takes windows (B, T + 1) of token ids and draws what it needs at random from torch's generator, so
that a training goes on exactly after a resume. `LANGUAGE_OBJECTIVES` names them.
"""

from collections.abc import Callable

from torch import Tensor

from lmcore.models.base import LanguageModel

Objective = Callable[[LanguageModel, Tensor, float], Tensor]  # model, windows, label smoothing


def causal(model: LanguageModel, windows: Tensor, smoothing: float = 0.0) -> Tensor:
    """Mean cross-entropy of every next token, in nats (Bengio et al. 2003, section 2)."""
    return model.token_loss(windows[:, :-1], windows[:, 1:], smoothing)


LANGUAGE_OBJECTIVES: dict[str, Objective] = {"causal": causal}
