"""From logits to the distribution the next token is drawn from: temperature, then top-k, then top-p."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lmcore.checks import check_range

GREEDY_BELOW = 1e-4  # a colder temperature only makes numbers overflow


@dataclass(frozen=True)
class SamplingConfig:
    """How the next token is chosen. The temperature divides the logits; 0 always takes the likeliest token.

    Top-k (Fan et al. 2018, section 5) keeps the k likeliest tokens, 0 keeps all. Top-p (Holtzman et al. 2020,
    eq. 2) keeps the likeliest tokens that together reach probability p.
    """

    temperature: float = 0.8
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 1

    def __post_init__(self) -> None:
        check_range("temperature", self.temperature, 0, 100)
        check_range("top_k", self.top_k, 0, 1_000_000)
        check_range("top_p", self.top_p, 1e-6, 1)
        check_range("seed", self.seed, 0, 2**31 - 1)


@dataclass(frozen=True)
class Distribution:
    """One number a token of the vocabulary, float64 (V,)."""

    scaled: Tensor  # logits / temperature
    shares: Tensor  # their softmax, before anything is left out
    kept: Tensor  # bool
    probabilities: Tensor  # sum to 1; 0 where not kept


def distribution(logits: Tensor, config: SamplingConfig) -> Distribution:
    """What the settings make of the logits (V,); at least one token is kept.

    >>> logits = torch.tensor([6.0, 3.0, 1.0]).log()
    >>> distribution(logits, SamplingConfig(temperature=1, top_k=2)).probabilities
    tensor([0.6667, 0.3333, 0.0000], dtype=torch.float64)
    """
    logits = logits.detach().double().cpu()
    if config.temperature < GREEDY_BELOW:
        kept = torch.zeros_like(logits, dtype=torch.bool)
        kept[logits.argmax()] = True
        return Distribution(logits, logits.softmax(0), kept, kept.double())
    scaled = logits / config.temperature
    kept = _top_k(scaled, config.top_k)
    kept &= _top_p(scaled.masked_fill(~kept, -torch.inf).softmax(0), config.top_p)
    probabilities = scaled.masked_fill(~kept, -torch.inf).softmax(0)
    return Distribution(scaled, scaled.softmax(0), kept, probabilities)


def _top_k(scaled: Tensor, k: int) -> Tensor:
    if k == 0 or k >= len(scaled):
        return torch.ones_like(scaled, dtype=torch.bool)
    return scaled >= scaled.topk(k).values[-1]


def _top_p(probabilities: Tensor, p: float) -> Tensor:
    """The likeliest tokens, until those already taken reach p; the first one always."""
    if p >= 1:
        return torch.ones_like(probabilities, dtype=torch.bool)
    ordered, order = probabilities.sort(descending=True, stable=True)
    likelier = ordered.cumsum(0) - ordered
    kept = torch.zeros_like(probabilities, dtype=torch.bool)
    kept[order[likelier < p]] = True
    kept[order[0]] = True
    return kept


def draw(probabilities: Tensor, dart: float) -> int:
    """The token on which `dart`, in [0, 1), lands when each takes up its probability of a line."""
    possible = probabilities.nonzero().flatten()
    ends = probabilities[possible].cumsum(0)
    landed = int(torch.searchsorted(ends, dart * float(ends[-1]), right=True))
    return int(possible[min(landed, len(possible) - 1)])
