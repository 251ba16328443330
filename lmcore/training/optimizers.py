"""Optimizers by name. The loop sets the rate before every step: a group's own share of the schedule's."""

import torch
from torch import nn

from lmcore.models.base import EMBEDDING, HEAD, MATRIX, LanguageModel
from lmcore.training.config import TrainingConfig
from lmcore.training.muon import Muon

BETAS = (0.9, 0.99)
BESIDE_MUON = {EMBEDDING: 2.5, HEAD: 0.3, "vector": 0.13}  # of Muon's rate, for what AdamW updates
BETAS_BESIDE_MUON = (0.8, 0.95)
EPSILON_BESIDE_MUON = 1e-10
MOMENTUM = 0.9


def make_optimizers(model: nn.Module, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """One optimizer, or Muon for the matrices of the layers and AdamW for the rest.

    Only matrices decay, not biases and norms. Raises `ConfigError` for a name that is not known.
    """
    if config.optimizer == "muon" and isinstance(model, LanguageModel):
        return _muon(model, config.weight_decay)
    groups = _groups(model, config.weight_decay)
    if config.optimizer == "sgd":
        return [torch.optim.SGD(groups, lr=0.0)]
    if config.optimizer == "momentum":
        return [torch.optim.SGD(groups, lr=0.0, momentum=MOMENTUM)]
    if config.optimizer == "adam":  # Kingma & Ba 2015; the decay is part of the gradient
        return [torch.optim.Adam(groups, lr=0.0, betas=BETAS, fused=True)]
    return [
        torch.optim.AdamW(groups, lr=0.0, betas=BETAS, fused=True)
    ]  # Loshchilov & Hutter 2019, algorithm 2


def set_rate(optimizers: list[torch.optim.Optimizer], learning_rate: float) -> None:
    """The rate of the next step, a share of it for groups that have one."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * group.get("share", 1.0)


def set_weight_decay(optimizers: list[torch.optim.Optimizer], weight_decay: float) -> None:
    """The decay of the steps to come, of what decays."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            if group["decays"]:
                group["weight_decay"] = weight_decay


def _groups(model: nn.Module, weight_decay: float) -> list[dict]:
    matrices = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    vectors = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": weight_decay, "decays": True},
        {"params": vectors, "weight_decay": 0.0, "decays": False},
    ]
    return [group for group in groups if group["params"]]


def _muon(model: LanguageModel, weight_decay: float) -> list[torch.optim.Optimizer]:
    by_role: dict[str, list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        by_role.setdefault(model.role_of(name, parameter), []).append(parameter)
    matrices = by_role.pop(MATRIX, [])
    rest = [
        {"params": parameters, "share": BESIDE_MUON[role], "weight_decay": 0.0, "decays": False}
        for role, parameters in by_role.items()
    ]
    adamw = torch.optim.AdamW(rest, lr=0.0, betas=BETAS_BESIDE_MUON, eps=EPSILON_BESIDE_MUON, fused=True)
    if not matrices:
        return [adamw]
    return [Muon(matrices, weight_decay=weight_decay), adamw]
