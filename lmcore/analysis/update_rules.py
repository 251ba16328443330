"""What an optimizer does to one weight in its first step, with every number on the way.

SGD with and without momentum, Adam (Kingma & Ba 2015, algorithm 1), AdamW (Loshchilov & Hutter 2019,
algorithm 2) and Muon (Jordan et al. 2024). The averages of earlier gradients are zero before.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from lmcore.training.muon import FIRST_MOMENTUM, Muon

Numbers = dict[str, float]


def rule_of(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> str:
    """The name of the rule that an optimizer applies to a group of parameters."""
    if isinstance(optimizer, Muon):
        return "muon"
    if isinstance(optimizer, torch.optim.SGD):
        return "momentum" if group["momentum"] else "sgd"
    return "adamw" if isinstance(optimizer, torch.optim.AdamW) else "adam"


def numbers_of(
    rule: str, weight: float, gradient: float, group: dict[str, Any], muon: float = 0.0
) -> Numbers:
    """All numbers of one update by name; `step` and `decay` are added to the weight.

    `gradient` is the one after clipping. `muon` is the entry of the orthogonal matrix at this weight.
    """
    rate, decay = group["lr"], group["weight_decay"]
    if rule == "muon":
        return _muon(weight, gradient, rate, decay, muon)
    if rule in ("sgd", "momentum"):
        return {"rate": rate, "decay": -rate * decay * weight, "step": -rate * gradient}
    if rule == "adam":  # the decay is a part of the gradient
        numbers = _adam(gradient + decay * weight, rate, group["betas"], group["eps"])
        return {**numbers, "decay": 0.0}
    return {**_adam(gradient, rate, group["betas"], group["eps"]), "decay": -rate * decay * weight}


def _adam(gradient: float, rate: float, betas: tuple[float, float], epsilon: float) -> Numbers:
    first, second = betas
    m, v = (1 - first) * gradient, (1 - second) * gradient**2
    m_hat, v_hat = m / (1 - first), v / (1 - second)
    step = -rate * m_hat / (math.sqrt(v_hat) + epsilon)
    named = {"m": m, "v": v, "m_hat": m_hat, "v_hat": v_hat, "step": step}
    return {"rate": rate, "beta1": first, "beta2": second, "epsilon": epsilon, **named}


def _muon(weight: float, gradient: float, rate: float, decay: float, orthogonal: float) -> Numbers:
    m = (1 - FIRST_MOMENTUM) * gradient
    return {
        "rate": rate,
        "m": m,
        "o": orthogonal,
        "decay": -rate * decay * weight,
        "step": -rate * orthogonal,
    }


def orthogonal_of(gradient: Tensor) -> Tensor:
    """The matrix that Muon takes off a weight matrix with this gradient, at rate 1."""
    probe = nn.Parameter(torch.zeros_like(gradient))
    probe.grad = gradient.clone()
    optimizer = Muon([probe])
    optimizer.param_groups[0]["lr"] = 1.0
    optimizer.step()
    return -probe.detach()
