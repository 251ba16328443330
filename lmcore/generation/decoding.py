"""Writing text, one token after the other, with what else could have been written."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lmcore.errors import TextError
from lmcore.generation.sampling import Distribution, SamplingConfig, distribution, draw
from lmcore.models.base import LanguageModel, device_of
from lmcore.models.evaluating import evaluating

N_CANDIDATES = 10


@dataclass(frozen=True)
class Candidate:
    """A token that could have come next, and how far it got."""

    id: int
    logit: float
    scaled: float  # logit / temperature
    share: float  # probability after the temperature, before top-k and top-p
    probability: float  # 0 where not kept
    kept: bool


@dataclass(frozen=True)
class TokenChoice:
    """A token, the probability it was drawn with, and the model's own for it at temperature 1."""

    id: int
    probability: float
    model_probability: float
    candidates: tuple[Candidate, ...]  # the likeliest first, and the chosen one if it is not among those


def generate(
    model: LanguageModel, ids: Sequence[int] | np.ndarray, n_tokens: int, config: SamplingConfig
) -> Iterator[TokenChoice]:
    """Continue `ids` by `n_tokens` tokens; past `context_length` the model sees the newest ones only.

    The same seed gives the same text. Raises `TextError` for an empty prompt.
    """
    if len(ids) == 0:
        raise TextError("prompt_empty")
    return _generate(model, [int(i) for i in ids], n_tokens, config)


def _generate(
    model: LanguageModel, ids: list[int], n_tokens: int, config: SamplingConfig
) -> Iterator[TokenChoice]:
    darts = random.Random(config.seed)
    for _ in range(n_tokens):
        logits = next_logits(model, ids)
        shaped = distribution(logits, config)
        chosen = draw(shaped.probabilities, darts.random())
        ids.append(chosen)
        yield token_choice(chosen, logits, shaped)


def next_logits(model: LanguageModel, ids: list[int]) -> Tensor:
    """Logits (V,), on the CPU, for what follows `ids`; special tokens, the last ones, are never written."""
    window = torch.tensor([ids[-model.config.context_length :]], device=device_of(model))
    n_tokens = model.config.vocab_size - len(model.config.specials)
    with evaluating(model):
        return model(window)[0, -1, :n_tokens].float().cpu()


def token_choice(chosen: int, logits: Tensor, shaped: Distribution) -> TokenChoice:
    """The chosen token beside those that could have come, from logits (V,) and what became of them."""
    shown: list[int] = logits.topk(min(N_CANDIDATES, len(logits))).indices.tolist()
    if chosen not in shown:
        shown.append(chosen)
    columns = (logits, shaped.scaled, shaped.shares, shaped.probabilities, shaped.kept)
    rows = zip(shown, *(column[shown].tolist() for column in columns), strict=True)
    model_probability = float(logits.double().softmax(0)[chosen])
    probability = float(shaped.probabilities[chosen])
    return TokenChoice(chosen, probability, model_probability, tuple(Candidate(*row) for row in rows))
